"""A rendered box at a chosen turn: the picture, where its faces are, and how it lies."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache

import cv2
import numpy as np

from evidence.vision.sight import Side, Sight
from samples.box import Cuboid, Goods
from samples.opened import draw_body, visible
from samples.pose import NORMALS, Camera, Pose, about, showing, unit, vector
from samples.scene import noisy, plates

WIDTH, HEIGHT = 640, 360
CAMERA = Camera(WIDTH, HEIGHT, vector(0, -700, 600), vector(0, 0, 150), 0.87 * WIDTH)
MIDDLE = vector(0, 0, 150)
TOWARDS = unit(CAMERA.eye - MIDDLE)


@cache
def _noise(deviation: float):
    return plates(WIDTH, HEIGHT, deviation, 1)


@dataclass(frozen=True)
class Retail(Goods):
    """A retail box as large as a parcel, with the same print on all sides."""

    length: float = 260
    width: float = 150
    height: float = 190


@dataclass(frozen=True)
class Filming:
    """What the camera makes of it."""

    gain: float = 1.0
    noise: float = 2.4
    blur: float = 0.0
    """Pixels."""
    quality: int = 75
    """Of a JPEG."""
    warmth: float = 1.0


def turned(face: str, up: str, *, tilt: float = 0.0, about_to: float = 0.0, roll: float = 0.0) -> np.ndarray:
    """The box's rotation that shows `face`, tilted by degrees towards a direction in the picture."""
    side = unit(np.cross(vector(0, 0, 1), TOWARDS))
    axis = np.cos(np.radians(about_to)) * side + np.sin(np.radians(about_to)) * np.cross(TOWARDS, side)
    return about(TOWARDS, roll) @ about(axis, tilt) @ showing(face, up, TOWARDS)


@dataclass(frozen=True)
class Shot:
    """One picture of one box."""

    body: Cuboid
    rotation: np.ndarray
    at: float = 0.0
    filming: Filming = field(default_factory=Filming)
    seed: int = 0
    error: float = 0.012
    """Deviation of the corners, of a face's size."""

    @property
    def pose(self) -> Pose:
        draw = np.random.default_rng(self.seed)
        near = MIDDLE + TOWARDS * float(draw.uniform(-200, 100))
        return Pose(near + vector(*draw.uniform(-30, 30, 2), 0), self.rotation)

    @property
    def axes(self) -> np.ndarray:
        """Right, back and up of the box in the camera frame."""
        return CAMERA.rotation @ self.rotation

    def picture(self) -> np.ndarray:
        draw = np.random.default_rng(self.seed + 1)
        clutter = draw.integers(40, 200, (6, 10, 3)).astype(np.uint8)
        picture = cv2.resize(clutter, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
        draw_body(picture, CAMERA, self.body, self.pose)
        how = self.filming
        picture = cv2.convertScaleAbs(picture * (how.warmth, 1.0, 1 / how.warmth), alpha=how.gain)
        if how.blur:
            picture = cv2.GaussianBlur(picture, (0, 0), how.blur)
        picture = noisy(picture, _noise(how.noise), self.seed)
        _, coded = cv2.imencode(".jpg", picture, (cv2.IMWRITE_JPEG_QUALITY, how.quality))
        return cv2.imdecode(coded, cv2.IMREAD_COLOR)

    def quad(self, face: str) -> np.ndarray:
        """The corners as a fit would find them, the first of them at random."""
        draw = np.random.default_rng(self.seed + len(face) * 1000 + ord(face[0]))
        corners = visible(CAMERA, self.body, self.pose)[face]
        size = np.linalg.norm(corners - corners.mean(axis=0), axis=1).mean()
        corners = corners + draw.normal(0, self.error * 2 * size, corners.shape)
        return np.roll(corners / (WIDTH, HEIGHT), int(draw.integers(4)), axis=0)

    def sight(self) -> Sight:
        seen = visible(CAMERA, self.body, self.pose)
        outline = np.concatenate(list(seen.values())) / (WIDTH, HEIGHT)
        sides = []
        for face in seen:
            middle = self.pose.place(self.body.corners_of(face)).mean(axis=0)
            normal = self.rotation @ vector(*NORMALS[face])
            angle = float(np.degrees(np.arccos(np.clip(unit(CAMERA.eye - middle) @ normal, -1, 1))))
            sides.append(Side(CAMERA.rotation @ normal, angle, 0.1, 0.0, 0.0, self.quad(face)))
        low, high = outline.min(axis=0), outline.max(axis=0)
        return Sight(
            at=timedelta(seconds=self.at),
            axes=self.axes,
            error=3.0,
            confidence=0.9,
            extents=np.ones(3),
            centre=tuple((low + high) / 2),
            reach=tuple(high - low),
            sides=tuple(sides),
        )
