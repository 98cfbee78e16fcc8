"""Stickers as a camera would read them, without pictures: bodies that move, and noise on the corners."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from evidence.vision.sight import FOCAL, Mark
from evidence.vision.stickers import _pose, _tilt
from samples.box import Cuboid
from samples.pose import FACES, NORMALS, about, between, showing, unit, vector

WIDTH, HEIGHT = 640, 360
SIDE = 60.0
SQUARE = np.array([[-0.5, 0.5, 0], [0.5, 0.5, 0], [0.5, -0.5, 0], [-0.5, -0.5, 0]])
TO_CAMERA = np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]])
"""From a frame with z up and y away to the camera's."""


@dataclass
class Body:
    """Something with stickers on it: number -> rotation and centre in its frame, sides of a sticker."""

    stuck: dict[int, tuple[np.ndarray, np.ndarray]]
    sheet: int = 3
    noise: float = 0.15
    draw: np.random.Generator = field(default_factory=lambda: np.random.default_rng(4))

    def marks(self, rotation: np.ndarray, centre: np.ndarray, *, steepest: float = 75.0) -> tuple[Mark, ...]:
        """What is read of it; `rotation` to the camera, `centre` in the camera frame, sides of a sticker."""
        found = []
        for number, (turn, place) in self.stuck.items():
            own, middle = rotation @ turn, centre + rotation @ place
            if _tilt(own, middle) > steepest:
                continue
            there = SQUARE @ own.T + middle
            focal = FOCAL * WIDTH
            corners = there[:, :2] / there[:, 2:] * focal + ((WIDTH - 1) / 2, (HEIGHT - 1) / 2)
            corners += self.draw.normal(0, self.noise, corners.shape)
            if (corners < 0).any() or (corners > (WIDTH - 1, HEIGHT - 1)).any():
                continue
            pose = _pose(corners, WIDTH, HEIGHT)
            if pose is None:
                continue
            quad = (corners + 0.5) / (WIDTH, HEIGHT)
            found.append(Mark(self.sheet, number, pose[0], pose[1], quad, _tilt(*pose[:2]), pose[2], pose[3]))
        return tuple(found)


def on_face(face: str, *, turn: float = 0.0, shift: tuple[float, float] = (0, 0), box: Cuboid | None = None):
    """A sticker on that face, turned and shifted (mm) in its plane: rotation and centre."""
    box = box or Cuboid()
    a, b, _, d = box.corners_of(face)
    right, up, normal = unit(b - a), unit(a - d), vector(*NORMALS[face])
    middle = box.corners_of(face).mean(axis=0) + right * shift[0] + up * shift[1]
    return about(normal, turn) @ np.stack([right, up, normal], axis=1), middle / SIDE


def labelled(names: dict[int, str] | None = None, **how) -> dict[int, tuple[np.ndarray, np.ndarray]]:
    """A box with stickers on its faces, each at its own angle and place."""
    names = names or dict(enumerate(FACES, 1))
    draw = np.random.default_rng(8)
    return {
        number: on_face(
            face, turn=float(draw.uniform(-180, 180)), shift=tuple(draw.uniform(-25, 25, 2)), **how
        )
        for number, face in names.items()
    }


def posed(face: str, up: str, *, yaw: float = -20, pitch: float = 16) -> np.ndarray:
    """The orientation before the camera that shows `face`."""
    return TO_CAMERA @ showing(face, up, vector(0, -1, 0), yaw=yaw, pitch=pitch)


ROUND = (
    posed("top", "back", yaw=-30, pitch=-32),
    posed("front", "top"),
    posed("right", "top"),
    posed("back", "top"),
    posed("left", "top"),
    posed("front", "top"),
    posed("bottom", "front", yaw=30, pitch=-32),
)


def turned(poses=ROUND, *, rate: float = 15.0, turn: float = 0.6, hold: float = 0.5, start: float = 0.0):
    """Times (s) and orientations: each pose is held, and reached from the one before it."""
    at, steps = start, []
    for now, after in zip(poses, [*poses[1:], None], strict=True):
        held = round(hold * rate)
        steps += [(at + n / rate, now) for n in range(held)]
        at += held / rate
        if after is not None:
            moving = round(turn * rate)
            for n in range(moving):
                share = (n + 1) / (moving + 1)
                smooth = share * share * (3 - 2 * share)
                steps.append((at + n / rate, between(now, after, smooth)))
            at += moving / rate
    return steps


def away(distance: float = 14.0, side: float = 0.0) -> np.ndarray:
    return vector(side, 0, distance)
