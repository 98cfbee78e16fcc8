"""Crispness: how far a rendered box is blurred is told from its own edges, whichever way it is smeared."""

from __future__ import annotations

from datetime import timedelta

import cv2
import numpy as np
import pytest

from evidence.vision.crispness import softness
from evidence.vision.sight import Side, Sight
from samples.box import Parcel
from samples.opened import visible
from samples.pose import NORMALS, Camera, about, unit, vector
from samples.pose import Pose as Placed
from samples.scene import Look
from samples.stage import draw_lit

WIDTH, HEIGHT = 400, 225


def pictured(*, kraft=(188, 149, 107), yaw=28.0):
    """A plain box before a grey ground, and the sight that a perfect fit would give."""
    body = Parcel(kraft=kraft, grain=0.3, prints=False, waybill=None)
    camera = Camera(WIDTH, HEIGHT, vector(0, -520, 480), vector(0, 0, 70), 0.87 * WIDTH)
    pose = Placed(vector(0, 0, 85), about(vector(0, 0, 1), yaw))
    picture = np.full((HEIGHT, WIDTH, 3), 120, np.uint8)
    draw_lit(picture, camera, body, pose, Look())
    turn = camera.rotation @ pose.rotation
    sides = []
    for face, corners in visible(camera, body, pose).items():
        normal = turn @ vector(*NORMALS[face])
        middle = pose.place(body.corners_of(face)).mean(axis=0)
        cosine = float(unit(camera.eye - middle) @ (pose.rotation @ vector(*NORMALS[face])))
        angle = float(np.degrees(np.arccos(cosine)))
        sides.append(Side(normal, angle, 0.1, 0, 0, (corners + 0.5) / (WIDTH, HEIGHT)))
    sight = Sight(timedelta(0), turn, 2, 1, np.ones(3), (0.5, 0.5), (0.4, 0.6), tuple(sides))
    return cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), sight


@pytest.mark.parametrize("deviation", [0.0, 1.0, 2.0, 4.0])
def test_the_width_of_a_blur_is_told(deviation: float) -> None:
    grey, sight = pictured()
    if deviation:
        grey = cv2.GaussianBlur(grey, (0, 0), deviation)
    told = softness(grey, sight)
    assert told is not None
    assert told * WIDTH / 1000 == pytest.approx(deviation, abs=0.7 + 0.15 * deviation)


@pytest.mark.parametrize("degrees", [0, 30, 60, 90, 140])
def test_a_smear_is_no_sharp_picture_although_edges_along_it_are_sharp(degrees: float) -> None:
    grey, sight = pictured()
    kernel = np.zeros((31, 31), np.float32)
    along = np.array((np.cos(np.radians(degrees)), np.sin(np.radians(degrees)))) * 14
    start, end = (tuple(round(c) + 15 for c in point) for point in (-along, along))
    cv2.line(kernel, start, end, (1.0,))
    told = softness(cv2.filter2D(grey, -1, kernel / kernel.sum()), sight)
    assert told is not None
    assert told > 5


def test_noise_is_no_sharpness() -> None:
    grey, sight = pictured()
    blurred = cv2.GaussianBlur(grey, (0, 0), 4).astype(np.float64)
    noisy = np.clip(blurred + np.random.default_rng(2).normal(0, 5, blurred.shape), 0, 255).astype(np.uint8)
    told = softness(noisy, sight)
    assert told is not None
    assert told > 5


def test_a_box_that_looks_like_its_ground_tells_nothing() -> None:
    grey, sight = pictured()
    assert softness(np.full_like(grey, 120), sight) is None
