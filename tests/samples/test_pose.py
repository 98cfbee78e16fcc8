from __future__ import annotations

import math

import numpy as np
import pytest

from samples.pose import (
    FACES,
    NORMALS,
    Camera,
    Key,
    Path,
    Pose,
    Shake,
    about,
    between,
    quaternion,
    showing,
    vector,
)

UP = vector(0, 0, 1)


def test_a_rotation_turns_right_handed() -> None:
    assert about(UP, 90) @ vector(1, 0, 0) == pytest.approx(vector(0, 1, 0))


@pytest.mark.parametrize("share", [0.0, 0.25, 1.0])
def test_halfway_between_two_rotations_lies_on_the_shortest_way(share: float) -> None:
    start, end = about(UP, 10), about(UP, 110)
    assert between(start, end, share) == pytest.approx(about(UP, 10 + 100 * share))


def test_a_quaternion_says_the_same_rotation() -> None:
    w, x, y, z = quaternion(about(vector(1, 2, 3), 200))
    assert 2 * math.degrees(math.acos(w)) == pytest.approx(160)
    assert vector(x, y, z) / math.sqrt(1 - w * w) == pytest.approx(-vector(1, 2, 3) / math.sqrt(14))


@pytest.mark.parametrize("face", FACES)
def test_a_face_that_is_shown_looks_at_the_camera(face: str) -> None:
    towards = vector(0, -1, 1) / math.sqrt(2)
    up = "back" if face == "top" else "front" if face == "bottom" else "top"
    rotation = showing(face, up, towards)
    assert rotation @ vector(*NORMALS[face]) == pytest.approx(towards)
    assert np.linalg.det(rotation) == pytest.approx(1)
    assert (rotation @ vector(*NORMALS[up]))[2] > 0.5


def test_a_camera_sees_its_target_in_the_middle_and_right_is_right() -> None:
    camera = Camera(640, 480, vector(10, -500, 500), vector(10, 0, 50), 600)
    (middle, right, above) = camera.project(np.array([[10, 0, 50], [60, 0, 50], [10, 0, 90]], np.float64))
    assert middle == pytest.approx((320, 240))
    assert right[0] > 321
    assert right[1] == pytest.approx(240)
    assert above[1] < 240


def test_a_plane_is_projected_like_its_points() -> None:
    camera = Camera(640, 480, vector(20, -400, 500), vector(0, 0, 0), 600, vector(1, -2, 3))
    down = camera.plane(vector(-100, 200, 0), vector(1, 0, 0), vector(0, -1, 0))
    seen = down @ vector(130, 170, 1)
    assert seen[:2] / seen[2] == pytest.approx(camera.project(vector(30, 30, 0)[None])[0])


def test_a_path_stays_at_its_ends_and_passes_its_keys() -> None:
    a, b = Pose(vector(0, 0, 0)), Pose(vector(0, 0, 100), about(UP, 90))
    path = Path((Key(1, a), Key(2, b)))
    assert path.pose(0.0).centre[2] == 0
    assert path.pose(1.5).centre[2] == pytest.approx(50)
    assert path.pose(1.5).rotation == pytest.approx(about(UP, 45))
    assert path.pose(9.0).rotation == pytest.approx(about(UP, 90))


def test_a_shake_is_small_smooth_and_repeats_with_its_period() -> None:
    shake = Shake(seed=4, period=10)
    turn, shift = shake.at(3.3)
    again_turn, again_shift = shake.at(13.3)
    assert turn == pytest.approx(again_turn)
    assert shift == pytest.approx(again_shift)
    assert 0 < np.abs(turn).max() < 2
    assert np.abs(shake.at(3.31)[1] - shift).max() < 1
