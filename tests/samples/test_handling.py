from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from samples.handling import Hand, Step, ends, handled, lying, opposite, tumbled, wander
from samples.pose import FACES, NORMALS, vector
from samples.wrap import APPEARANCES, Mailer, Phone, wrapped

BODY = wrapped("long", 1)
HAND = Hand(vector(0, -560, 600), vector(0, 0, 90))


def test_a_face_that_is_shown_looks_into_the_lens() -> None:
    for face, up in tumbled(("front", "right", "bottom", "left", "top", "back")):
        pose = HAND.shows(face, up)
        towards = HAND.eye - pose.centre
        assert pose.rotation @ vector(*NORMALS[face]) == pytest.approx(towards / np.linalg.norm(towards))


def test_every_tumble_is_a_quarter_turn() -> None:
    poses = [HAND.shows(*station) for station in tumbled(("right", "bottom", "back", "top", "front", "left"))]
    for a, b in pairwise(poses):
        cosine = (np.trace(b.rotation @ a.rotation.T) - 1) / 2
        assert math.degrees(math.acos(cosine)) == pytest.approx(90)


def test_there_is_no_shortest_way_to_the_opposite_face() -> None:
    with pytest.raises(ValueError, match="opposite"):
        list(tumbled(("front", "back")))
    assert {opposite(face) for face in FACES} == set(FACES)


def test_a_wander_visits_each_face_once_and_never_jumps() -> None:
    draw = np.random.default_rng(1)
    for _ in range(20):
        route = wander(draw, FACES, first=("front", "top"))
        assert sorted(route) == sorted(FACES)
        assert route[0] in {"front", "top"}
        assert all(b != opposite(a) for a, b in pairwise(route))


def test_a_box_never_goes_through_the_table() -> None:
    steps = [Step(lying(BODY, tip=tip), 0.5, 0.2) for tip in (-90, -180, -270)]
    story = handled(BODY, lying(BODY), steps)
    lows = [
        story.path.pose(float(at)).place(BODY.corners)[:, 2].min() for at in np.arange(0, ends(story), 0.02)
    ]
    assert min(lows) > -1e-6
    assert story.path.pose(99).centre[2] == pytest.approx(BODY.width / 2)


def test_appearances_differ_and_follow_from_their_seed() -> None:
    for look in APPEARANCES:
        assert wrapped(look, 5) == wrapped(look, 5)
        assert wrapped(look, 5) != wrapped(look, 6)
    skins = {look: wrapped(look, 5).skin("left") for look in ("plain", "white", "dark", "printed")}
    assert (skins["printed"] == wrapped("printed", 5).skin("left")).all()
    assert skins["white"].mean() > 200 > skins["plain"].mean() > 90 > skins["dark"].mean()
    spread = {look: skin[60:-60, 60:-60].std(axis=(0, 1)).mean() for look, skin in skins.items()}
    assert spread["printed"] > 3 * spread["plain"]
    assert (
        np.abs(
            wrapped("printed", 5).skin("right")[:300, :300].astype(int) - skins["printed"][:300, :300]
        ).mean()
        > 20
    )
    cube, flat, long = (wrapped(look, 5) for look in ("cube", "flat", "long"))
    assert cube.length == cube.width == cube.height
    assert flat.height < flat.width / 3
    assert long.length > 2 * long.width


def test_what_is_no_parcel_is_flat() -> None:
    for body in (Phone(), Mailer()):
        assert body.height < min(body.length, body.width) / 5
        for face in FACES:
            wide, high = body.size_of(face)
            assert body.skin(face).shape == (round(high * 3), round(wide * 3), 3)
