from __future__ import annotations

import math

import cv2
import numpy as np
import pytest

from evidence.vision.stickers import read
from samples.box import Parcel
from samples.pose import FACES, NORMALS, Rig, vector
from samples.scene import Look, Scene
from samples.sticker import draw_sticker
from tests.evidence.fakes import FakeFrame

MOMENTS = (0.3, 1.9, 3.1, 4.0, 4.9, 5.8, 6.6, 8.1)


def matrix(w: float, x: float, y: float, z: float) -> np.ndarray:
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
    )


def between(one: np.ndarray, two: np.ndarray) -> float:
    return math.degrees(math.acos(min(1.0, max(-1.0, float(one @ two)))))


@pytest.mark.parametrize("look", [Look(), Look(exposure=0.4, noise=6)], ids=["day", "dim"])
@pytest.mark.parametrize("size", [(640, 360), (360, 640)])
def test_stickers_are_read_with_their_place_before_the_camera(size: tuple[int, int], look: Look) -> None:
    scene = Scene(rig=Rig(*size), parcel=Parcel(sheet=11), look=look)
    numbers: set[int] = set()
    for at in MOMENTS:
        view = scene.view(at)
        marks = read(FakeFrame(cv2.cvtColor(scene.picture(at), cv2.COLOR_RGB2GRAY)))
        turned = {each.face: each.angle for each in view.faces}
        assert marks
        for mark in marks:
            face = FACES[mark.number - 1]
            normal = matrix(*view.rotation) @ vector(*NORMALS[face])
            assert mark.sheet == 11
            assert mark.angle == pytest.approx(
                turned[face], abs=14
            )  # of the face's middle, not of the sticker
            if mark.sure:
                assert between(mark.rotation[:, 2], normal) < 8
            numbers.add(mark.number)
    assert numbers >= {1, 2, 3, 4, 5, 6}


def test_where_two_tilts_explain_the_picture_neither_is_sure() -> None:
    tag = cv2.cvtColor(draw_sticker(0, 2, 6), cv2.COLOR_RGB2GRAY)
    far = np.full((360, 640), 150, np.uint8)
    # Seen from far away a tilted square is a parallelogram, whichever way it leans.
    flat = cv2.warpAffine(
        tag,
        np.array([[0.5, 0.1, 300], [-0.05, 0.3, 170]]),
        (640, 360),
        dst=far,
        borderMode=cv2.BORDER_TRANSPARENT,
    )
    marks = read(FakeFrame(flat))
    assert [(mark.number, mark.sure) for mark in marks] == [(2, False)]
    assert marks[0].quad.mean(axis=0) == pytest.approx((0.493, 0.495), abs=0.02)


def test_nothing_is_read_where_no_sticker_is() -> None:
    noise = np.random.default_rng(3).integers(0, 255, (90, 160), np.uint8)
    for scale in (4, 8):
        assert (
            read(FakeFrame(cv2.resize(noise, None, fx=scale, fy=scale, interpolation=cv2.INTER_NEAREST)))
            == ()
        )
    parcel = Scene(rig=Rig(640, 360))
    assert read(FakeFrame(cv2.cvtColor(parcel.picture(1.9), cv2.COLOR_RGB2GRAY))) == ()
