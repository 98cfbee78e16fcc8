"""Staged glimpses: windows of one still agree with each other and with the space they were cut from."""

from __future__ import annotations

import numpy as np
import pytest

from samples.glimpses import GRID, SIDE, Pools, staged
from samples.glimpses.shards import write
from samples.opened import Carton, Opening
from samples.pose import Camera, vector
from samples.story import rest
from samples.wrap import wrapped


@pytest.fixture(scope="module")
def stills():
    return [staged.draw(number) for number in range(40)]


def test_a_number_gives_one_still() -> None:
    one, again = staged.draw(5), staged.draw(5)
    assert len(one) == staged.WINDOWS
    for a, b in zip(one, again, strict=True):
        assert np.array_equal(a.picture, b.picture)
        assert np.array_equal(a.sides, b.sides)


def test_what_is_closed_is_not_open(stills) -> None:
    closed = opened = 0
    for glimpse in (glimpse for still in stills for glimpse in still):
        assert glimpse.picture.shape == (SIDE, SIDE, 3)
        assert glimpse.sides.shape == glimpse.cover.shape == glimpse.opened.shape == (GRID, GRID)
        assert not glimpse.cover[glimpse.sides == 0].any()
        assert not (glimpse.sides.any() and glimpse.opened.any())
        closed += bool(glimpse.sides.any())
        opened += bool(glimpse.opened.any())
    count = len(stills) * staged.WINDOWS
    assert closed > 0.55 * count
    assert opened > 0


def test_seen_faces_are_perpendicular_and_turned_to_the_camera(stills) -> None:
    for glimpse in (glimpse for still in stills for glimpse in still):
        faces = sorted(set(np.unique(glimpse.sides)) - {0})
        normals = [glimpse.normals[face - 1] for face in faces]
        for place, normal in enumerate(normals):
            assert np.linalg.norm(normal) == pytest.approx(1, abs=1e-5)
            # The window's camera looks at its middle, and no window is wider than 100 degrees.
            assert float(normal[2]) < np.sin(np.radians(50))
            assert all(abs(float(normal @ other)) < 1e-5 for other in normals[:place])


def test_windows_of_one_still_see_one_box(stills) -> None:
    """Their cameras are turned against each other, so the angles between faces are what they share."""
    compared = 0
    for one, other in stills:
        if one.sides.any() and other.sides.any():
            a, b = one.normals @ one.normals.T, other.normals @ other.normals.T
            assert np.allclose(a, b, atol=1e-5)
            apart = np.degrees(np.arccos(np.clip((one.normals[0] @ other.normals[0]), -1, 1)))
            assert apart < 100
            compared += 1
    assert compared > 15


def test_an_open_carton_covers_more_than_its_body() -> None:
    carton = Carton(wrapped("plain", 3), None)  # type: ignore[arg-type]
    camera = Camera(640, 360, vector(0, -500, 600), vector(0, 0, 80), 550)

    body, *flaps = carton.outline(camera, rest(carton.parcel.height), Opening(1, 120, 110))
    assert len(flaps) == 4
    beyond = [flap for flap in flaps if (flap[:, 1] < body[:, 1].min() - 1).any()]
    assert beyond, "at least the flap at the back stands above the body"


def test_a_shard_of_stills_holds_their_windows_in_order(tmp_path) -> None:
    write(tmp_path / "some.npz", 20, Pools(), count=3, space=True)
    with np.load(tmp_path / "some.npz") as held:
        assert np.array_equal(held["pictures"][0], staged.draw(10)[0].picture)
        assert np.array_equal(held["pictures"][2], staged.draw(11)[0].picture)
        assert held["opened"].shape == (3, GRID, GRID)
