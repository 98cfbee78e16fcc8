from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import cv2
import numpy as np
import pytest

from evidence.vision import cuboid
from evidence.vision.sight import Window
from evidence.vision.silhouette import facing
from tests.evidence.vision.made_maps import (
    CLEAN,
    NET,
    Box,
    Noise,
    distance,
    maps_of,
    onto,
    random_box,
    turn,
    window_of,
)

AT = timedelta(seconds=3)


def looked(count, noise, *, seed=3, room=1.5, side=64, **wanted):
    """Pairs of a random box and what is seen of it."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        box = random_box(rng, **wanted)
        maps = maps_of(box, window_of(box, rng, room=room), replace(noise, side=side), rng)
        yield box, cuboid.fit(maps, AT)


def errors(pairs):
    return np.array([distance(box.axes, sight.axes) for box, sight in pairs])


def ranks(values):
    return np.argsort(np.argsort(values))


def overlap(one, other):
    one, other = one.astype(np.float32), other.astype(np.float32)
    both = cv2.intersectConvexConvex(one, other)[0]
    return both / (abs(cv2.contourArea(one)) + abs(cv2.contourArea(other)) - both)


@pytest.mark.parametrize("faces", [1, 2, 3])
def test_true_maps_give_the_true_orientation(faces):
    found = errors(looked(12, CLEAN, faces=faces))
    assert np.median(found) < 1.5
    assert found.max() < 3


@pytest.mark.parametrize(("faces", "median", "tenth"), [(1, 7, 14), (2, 5, 12), (3, 5, 10)])
def test_maps_as_wrong_as_a_networks_give_it_within_degrees(faces, median, tenth):
    found = errors(looked(30, NET, faces=faces))
    assert np.median(found) < median
    assert np.quantile(found, 0.9) < tenth


def test_an_uncertain_fit_says_so():
    rng = np.random.default_rng(8)
    off, said = [], []
    for place in range(110):
        box = random_box(rng, faces=place % 3 + 1)
        noise = Noise(
            turn=float(rng.uniform(4, 25)),
            bias=float(rng.uniform(0, 14)),
            blur=1.0,
            wobble=float(rng.uniform(0.2, 1.5)),
            creases=float(rng.uniform(0.2, 1)),
            wrong=place % 5 == 0,
        )
        sight = cuboid.fit(maps_of(box, window_of(box, rng), noise, rng), AT)
        off.append(distance(box.axes, sight.axes))
        said.append(sight.error)
    off, said = np.array(off), np.array(said)
    assert np.corrcoef(ranks(off), ranks(said))[0, 1] > 0.5
    assert (off < said).mean() > 0.6
    assert (said < 10).mean() > 0.35
    assert off[said < 10].max() < 20
    assert (said[off > 25] > 12).mean() > 0.9


def test_normals_that_are_wrong_on_one_face_are_outvoted_by_outline_and_creases():
    assert np.median(errors(looked(20, replace(NET, wrong=True), faces=3))) < 7


def test_a_false_crease_does_not_turn_the_box():
    assert np.median(errors(looked(20, replace(NET, seam=True), faces=3))) < 5


def test_what_the_border_cuts_off_is_continued_and_reported():
    pairs = list(looked(20, NET, cut=True, faces=3))
    assert np.median(errors(pairs)) < 6
    for box, sight in pairs:
        corners = box.project(box.corners)
        assert max(side.outside for side in sight.sides) > 0
        assert sight.centre[0] == pytest.approx(
            np.clip([corners[:, 0].min(), corners[:, 0].max()], 0, box.width).mean() / box.width, abs=0.06
        )


def test_the_sides_are_where_they_are():
    angles, shares = [], []
    for box, sight in looked(15, CLEAN, faces=3):
        size = (box.width, box.height)
        total = sum(area for *_, area in box.faces())
        assert [side.share for side in sight.sides] == sorted(
            (side.share for side in sight.sides), reverse=True
        )
        for normal, angle, quad, area in box.faces():
            side = max(sight.sides, key=lambda side, normal=normal: side.normal @ normal)
            if area < 0.1 * total:
                continue
            angles.append(abs(side.angle - angle))
            shares.append(overlap(side.quad * size, quad))
            x, y = (side.quad * size).T
            assert (x * np.roll(y, -1) - y * np.roll(x, -1)).sum() > 0
            assert side.share == pytest.approx(area / box.width / box.height, rel=0.25)
            assert side.covered == 0
            assert side.outside == pytest.approx(0, abs=0.01)
            assert np.abs(side.normal @ sight.axes).max() == pytest.approx(1)
    assert np.quantile(angles, 0.9) < 2
    assert np.quantile(shares, 0.1) > 0.85


def test_lengths_are_told_where_they_are_seen():
    for box, sight in looked(10, CLEAN, faces=3):
        true = box.lengths[np.abs(box.axes.T @ sight.axes).argmax(axis=0)]
        told = np.isfinite(sight.extents)
        assert told.sum() >= 2
        assert sight.extents[told] == pytest.approx(true[told] / true[told].max(), rel=0.2)
    head_on = Box(np.eye(3), np.array([0.0, 0.0, 3.0]), np.array([1.0, 0.7, 0.5]))
    sight = cuboid.fit(maps_of(head_on, window_of(head_on)), AT)
    assert np.isfinite(sight.extents).tolist() == [abs(axis[2]) < 0.5 for axis in sight.axes.T]
    assert sight.sides[0].angle < 2


def test_another_lens_matters_little():
    rng = np.random.default_rng(6)
    found = []
    for lens in (0.75, 1.0) * 8:
        box = replace(random_box(rng, faces=3), lens=lens)
        found.append(distance(box.axes, cuboid.fit(maps_of(box, window_of(box, rng)), AT).axes))
    assert np.median(found) < 3


def test_the_window_turns_with_its_middle():
    window = Window(1400, 100, 300)
    ray = np.array([1550 - 960, 250 - 540, 0.87 * 1920])
    assert facing(window, 1920, 1080) == pytest.approx(onto(ray))


def test_coarser_maps_and_wider_windows_will_do():
    assert np.median(errors(looked(12, NET, faces=3, side=48))) < 7
    assert np.median(errors(looked(12, NET, faces=3, room=2.6))) < 9


def test_nothing_is_seen_where_nothing_or_too_little_is():
    box = Box(turn([0.5, 0.6, 0.1]), np.array([0.0, 0.0, 3.0]), np.ones(3))
    window = window_of(box)
    maps = maps_of(box, window)
    assert cuboid.fit(maps, AT) is not None
    assert cuboid.fit(replace(maps, box=np.zeros((64, 64))), AT) is None
    assert cuboid.fit(replace(maps, box=np.ones((64, 64))), AT) is None
    assert cuboid.fit(replace(maps, box=maps.box * 0.55), AT) is None
    assert cuboid.fit(maps_of(box, window_of(box, room=14)), AT) is None
    assert cuboid.fit(replace(maps, window=Window(-5000, 0, 100)), AT) is None


def test_a_second_box_is_counted_and_left_alone():
    rng = np.random.default_rng(2)
    box = Box(turn([0.5, 0.6, 0.1]), np.array([0.0, 0.0, 7.0]), np.ones(3))
    sight = cuboid.fit(maps_of(box, window_of(box, room=2.4), Noise(second=0.25), rng), AT)
    assert sight.others == 1
    assert distance(box.axes, sight.axes) < 2
    assert cuboid.fit(maps_of(box, window_of(box, room=2.4)), AT).others == 0


def test_a_hand_covers_a_side():
    box = Box(np.eye(3), np.array([0.0, 0.0, 3.0]), np.ones(3))
    maps = maps_of(box, window_of(box))
    cover = np.zeros((64, 64))
    cover[:, 32:] = 0.9
    sight = cuboid.fit(replace(maps, cover=cover), AT)
    assert sight.sides[0].covered == pytest.approx(0.5, abs=0.03)
    assert distance(box.axes, sight.axes) < 3
