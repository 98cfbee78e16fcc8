"""Glimpses: the truth of every pixel agrees with itself, and the same number gives the same picture."""

from __future__ import annotations

import numpy as np
import pytest

from samples.glimpses import GRID, SIDE, Pools, draw
from samples.glimpses.shards import write
from samples.glimpses.solids import placed


@pytest.fixture(scope="module")
def glimpses():
    return [draw(seed) for seed in range(60)]


def test_a_number_gives_one_picture() -> None:
    one, again, other = draw(11), draw(11), draw(12)
    assert np.array_equal(one.picture, again.picture)
    assert np.array_equal(one.sides, again.sides)
    assert not np.array_equal(one.picture, other.picture)


def test_shapes_and_values(glimpses) -> None:
    for glimpse in glimpses:
        assert glimpse.picture.shape == (SIDE, SIDE, 3)
        assert glimpse.sides.shape == glimpse.cover.shape == (GRID, GRID)
        assert glimpse.sides.max() <= 3
        assert not glimpse.cover[glimpse.sides == 0].any()


def test_seen_faces_are_perpendicular_and_turned_to_the_camera(glimpses) -> None:
    seen = 0
    for glimpse in glimpses:
        faces = sorted(set(np.unique(glimpse.sides)) - {0})
        normals = [glimpse.normals[face - 1] for face in faces]
        for place, normal in enumerate(normals):
            assert np.linalg.norm(normal) == pytest.approx(1, abs=1e-5)
            for other in normals[:place]:
                assert abs(float(normal @ other)) < 1e-5
        seen += bool(faces)
    assert 0.75 <= seen / len(glimpses) <= 0.97


def test_a_side_lies_where_its_face_is() -> None:
    rng = np.random.default_rng(3)
    for _ in range(40):
        solid = placed(rng, size=0.6, middle=(0.5, 0.5))
        left, top, right, bottom = solid.reach
        assert max(right - left, bottom - top) == pytest.approx(0.6, rel=0.05)
        assert 1 <= len(solid.faces) <= 3
        for number, normal, quad in solid.faces:
            corners = solid.quad(number)
            across, down = corners[1] - corners[0], corners[3] - corners[0]
            assert np.cross(down, across) @ normal > 0
            assert float(np.abs((corners - corners[0]) @ normal).max()) < 1e-9
            assert quad == pytest.approx(solid.seen(corners))


def test_real_pictures_are_used_where_there_are_any() -> None:
    red = np.zeros((200, 200, 3), np.uint8)
    red[..., 0] = 255
    plain = [draw(seed).picture for seed in range(30)]
    drawn = [draw(seed, Pools(((red,) * 5,), (red,))).picture for seed in range(30)]
    assert any(not np.array_equal(a, b) for a, b in zip(plain, drawn, strict=True))


def test_a_shard_holds_what_its_numbers_say(tmp_path) -> None:
    write(tmp_path / "some.npz", 40, Pools(), count=3)
    with np.load(tmp_path / "some.npz") as held:
        assert np.array_equal(held["pictures"][2], draw(42).picture)
        assert np.array_equal(held["sides"][2], draw(42).sides)
        assert held["normals"].shape == (3, 3, 3)
