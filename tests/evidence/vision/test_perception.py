"""The network at work on rendered pictures: the box is found, followed, and not seen where there is none."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from functools import cache
from importlib.resources import files

import cv2
import numpy as np
import pytest

from evidence.vision.cuboid import fit
from evidence.vision.perception import Perceiver, weights
from evidence.vision.rotations import CUBE
from samples.footage import scene
from samples.pose import Rig
from samples.scene import Scene
from samples.story import lying, turning


class Shown:
    """A `check.Frame` of one colour picture."""

    def __init__(self, picture: np.ndarray, at: float = 0.0) -> None:
        self.picture = picture
        self.height, self.width = picture.shape[:2]
        self.at = timedelta(seconds=at)

    def rgb(self, side: int) -> np.ndarray:
        scale = min(1.0, side / max(self.picture.shape))
        size = (round(self.width * scale), round(self.height * scale))
        return cv2.resize(self.picture, size, interpolation=cv2.INTER_AREA)


@cache
def turned() -> Scene:
    return scene(640, 360, turning(period=20))


def outline(corners) -> np.ndarray:
    mask = np.zeros((360, 640), np.uint8)
    cv2.fillConvexPoly(mask, cv2.convexHull(np.array(corners, np.float32).round().astype(np.int32)), 1)
    return mask > 0


def spread(maps) -> np.ndarray:
    """The box map laid back on the picture."""
    window, cells = maps.window, maps.box.shape[0]
    scale = window.side / cells
    back = np.array([[scale, 0, window.left + scale / 2], [0, scale, window.top + scale / 2]])
    return cv2.warpAffine(maps.box.astype(np.float32), back, (640, 360)) > 0.5


@cache
def followed() -> tuple[tuple[float, ...], tuple[float, ...]]:
    """IoU of each look at a box that is turned by hand, and the error of each fit in degrees."""
    perceiver, ious, errors = Perceiver(), [], []
    for at in np.arange(0.2, 19.8, 0.2):
        frame = Shown(turned().picture(float(at)), float(at))
        maps, view = perceiver.look(frame), turned().view(float(at))
        if maps is None:
            ious.append(0.0)
            continue
        truth, seen = outline(view.corners), spread(maps)
        ious.append((truth & seen).sum() / (truth | seen).sum())
        sight = fit(maps, frame.at)
        if sight is not None:
            errors.append(apart(sight.axes, view.rotation))
    return tuple(ious), tuple(errors)


def test_the_box_is_found_and_its_orientation_told() -> None:
    ious, errors = followed()
    assert np.median(ious) > 0.9
    assert np.median(errors) < 12


def test_the_box_is_never_mistaken_for_long() -> None:
    assert np.mean(np.array(followed()[0]) > 0.6) > 0.9


def apart(axes: np.ndarray, quaternion) -> float:
    w, x, y, z = quaternion
    truth = np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
            [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
            [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
        ]
    )
    cosine = (np.einsum("ij,kij->k", truth, axes @ CUBE).max() - 1) / 2
    return float(np.degrees(np.arccos(np.clip(cosine, -1, 1))))


def test_an_empty_table_shows_no_box() -> None:
    bare = turned().table.lay(Rig(640, 360).camera(0.0))
    assert Perceiver().look(Shown(bare)) is None


def test_a_box_at_the_edge_is_found_too() -> None:
    aside = Scene(Rig(640, 360, target=(230, 20, 75)), story=lying())
    frame = Shown(aside.picture(0.0))
    perceiver = Perceiver()
    for _ in range(4):
        maps = perceiver.look(frame)
    truth = outline(aside.view(0.0).corners)
    assert maps is not None
    assert (truth & spread(maps)).sum() / (truth | spread(maps)).sum() > 0.75


@pytest.mark.parametrize("turn", [0, 1])
def test_upright_and_lying_films_are_seen_alike(turn) -> None:
    picture = np.ascontiguousarray(np.rot90(turned().picture(5.0), turn))
    maps = Perceiver().look(Shown(picture))
    assert maps is not None
    assert (maps.width, maps.height) == (picture.shape[1], picture.shape[0])
    assert maps.box.shape == (64, 64)
    assert np.linalg.norm(maps.normals, axis=0) == pytest.approx(1, abs=1e-6)


def test_the_report_can_name_the_weights() -> None:
    held = files("evidence.vision").joinpath("network", "box.onnx").read_bytes()
    assert weights() == (held, hashlib.sha256(held).hexdigest())
    assert Perceiver().weights == weights()[1]
