from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import numpy as np
import pytest

from evidence.vision.rotations import CUBE, RELATIVE, angle, nearest, turn, vector_of
from evidence.vision.tracker import PASSED_OVER, Track, Tracker
from samples.pose import Key, Path, Rig, Shake
from samples.story import rest
from tests.evidence.vision.simulated import BOXES, Flaws, Scene, perceived, tour

CLEAN = Flaws(noise=2, tilt=0, outliers=0, flips=0, drops=0, bursts=0, lengths=0.02)


def followed(seen) -> tuple[Track, ...]:
    tracker = Tracker()
    for at, sight in seen:
        tracker.see(timedelta(seconds=at), sight)
    return tracker.conclude()


def scene(seed: int, *faces: str, box: int = 0) -> Scene:
    return Scene(tour(faces, seed), BOXES[box](), Rig(1280, 720, shake=Shake(seed=seed)))


def slips(track: Track, of: Scene) -> int:
    """How often the best reading takes the box to have turned when it has not."""
    found = []
    for sight, choice in zip(track.sights, track.readings[0].choices, strict=True):
        if choice != PASSED_OVER:
            at = sight.at.total_seconds()
            true = of.rig.camera(at).rotation @ of.path.pose(at).rotation
            body = true.T @ sight.axes @ CUBE[choice]
            found.append(int(np.argmax([np.sum(body * one) for one in CUBE])))
    return sum(a != b for a, b in pairwise(found))


def test_the_cube_has_24_turns_that_close() -> None:
    assert len({one.tobytes() for one in CUBE}) == 24
    assert CUBE[0] == pytest.approx(np.eye(3))
    a, b = 7, 19
    assert CUBE[RELATIVE[a, b]] == pytest.approx(CUBE[a].T @ CUBE[b])


def test_a_vector_turns_by_its_length_and_comes_back() -> None:
    vector = np.array([0.3, -0.7, 0.4])
    assert vector_of(turn(vector)) == pytest.approx(vector)
    assert angle(np.eye(3), turn(vector)) == pytest.approx(np.degrees(np.linalg.norm(vector)))
    assert nearest(turn(vector) + 0.01) == pytest.approx(turn(vector), abs=0.02)


def test_a_clean_film_is_one_track_and_is_read_without_a_slip() -> None:
    of = scene(1, "front", "right", "back", "left", "bottom", box=1)
    (track,) = followed(perceived(of, CLEAN, 1))
    assert track.ended is None
    assert slips(track, of) == 0


@pytest.mark.parametrize("seed", range(2))
def test_noise_outliers_and_arbitrary_labels_do_not_make_the_box_turn(seed: int) -> None:
    of = scene(seed, "front", "right", "back", "left")
    flaws = Flaws(noise=8, tilt=12, outliers=0.03, flips=0.05, drops=0.05, bursts=0)
    tracks = followed(perceived(of, flaws, seed))
    assert len(tracks) == 1
    assert slips(tracks[0], of) <= 2


def test_a_gap_ends_the_track_and_what_follows_is_another() -> None:
    of = scene(2, "front", "right")
    seen = perceived(of, CLEAN, 2, blind=[(2.0, 2.7)])
    first, second = followed(seen)
    assert first.ended is not None
    assert first.ended.at.total_seconds() == pytest.approx(2.0, abs=0.1)
    assert second.start.total_seconds() == pytest.approx(2.7, abs=0.1)


def test_a_box_that_leaves_the_picture_is_said_to_have_left() -> None:
    of = scene(2, "front", "right")
    seen = [
        (
            at,
            sight
            and (replace(sight, centre=(sight.centre[0] - (at - 1.5) * 0.4, 0.5)) if at > 1.5 else sight),
        )
        for at, sight in perceived(of, CLEAN, 2)
        if at < 2.8
    ]
    first, *_ = followed([*seen, (3.5, None), (4.0, None)])
    assert first.ended is not None
    assert first.ended.doubt == "left_frame"


def test_a_jump_to_a_place_where_another_box_is_ends_the_track() -> None:
    of = scene(3, "front", "right")
    seen = [
        (at, sight and (replace(sight, centre=(sight.centre[0] + 0.45, 0.4)) if at > 2.0 else sight))
        for at, sight in perceived(of, CLEAN, 3)
    ]
    first, *_ = followed(seen)
    assert first.ended is not None
    assert first.ended.doubt == "second_box"
    assert first.ended.at.total_seconds() == pytest.approx(2.0, abs=0.2)


def test_one_slip_of_the_perception_is_no_second_box() -> None:
    of = scene(3, "front", "right")
    seen = perceived(of, CLEAN, 3)
    at, sight = seen[20]
    assert sight is not None
    seen[20] = at, replace(sight, centre=(0.1, 0.1))
    assert len(followed(seen)) == 1


def test_a_box_that_lies_otherwise_after_a_moment_in_the_dark_is_a_new_track() -> None:
    of = scene(4, "front", "front", "front")
    seen = perceived(of, CLEAN, 4, blind=[(3.0, 3.4)])
    twist = turn(np.array([0, np.radians(44), 0]))
    turned = [
        (at, sight and (replace(sight, axes=twist @ sight.axes) if at > 3 else sight)) for at, sight in seen
    ]
    assert len(followed(seen)) == 1
    assert len(followed(turned)) == 2


@pytest.mark.parametrize(
    "change",
    [{"confidence": 0.2}, {"error": 40.0}, {"extents": np.array([1.0, 0.5, 0.05])}, {"sides": ()}],
)
def test_what_is_no_parcel_or_badly_seen_is_not_followed(change) -> None:
    seen = perceived(scene(5, "front"), CLEAN, 5)
    assert followed([(at, sight and replace(sight, **change)) for at, sight in seen]) == ()


def test_a_doubtful_turn_keeps_both_readings() -> None:
    of = Scene(Path((Key(0, rest(220)), Key(2, rest(220)))), BOXES[1](), Rig(1280, 720))
    twist = turn(np.array([0, np.radians(30), 0]))
    turned = [
        (at, sight and (replace(sight, axes=twist @ sight.axes) if at > 1 else sight))
        for at, sight in perceived(of, CLEAN, 6, blind=[(1.0, 1.2)])
    ]
    (track,) = followed(turned)
    ends = {int(reading.choices[-1]) for reading in track.readings if reading.choices[-1] != PASSED_OVER}
    assert len(ends) > 1
