"""Where the box and the camera are, and when: rotations, paths and a hand that shakes.

World frame: millimetres, x to the right, y away from the camera, z up, the table at
z = 0. Box frame: x along its length, y along its width, z along its height, origin in
the middle. Camera frame: x right, y down, z forward. All rotations are 3 x 3 matrices.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, cast

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
"""Points `(n, 3)` or `(n, 2)`, a vector `(3,)` or a matrix `(3, 3)`, by context."""

FACES: Final = ("top", "front", "right", "back", "left", "bottom")
"""The faces by name; a face's number is its place here, counted from 1."""

NORMALS: Final[dict[str, tuple[int, int, int]]] = {
    "top": (0, 0, 1),
    "front": (0, -1, 0),
    "right": (1, 0, 0),
    "back": (0, 1, 0),
    "left": (-1, 0, 0),
    "bottom": (0, 0, -1),
}
"""Outward normals in the box frame."""


def vector(*numbers: float) -> Array:
    return np.asarray(numbers, dtype=np.float64)


def unit(v: Array) -> Array:
    return v / float(np.linalg.norm(v))


def about(axis: Array, degrees: float) -> Array:
    """The rotation by `degrees` about `axis` (right-handed)."""
    x, y, z = (float(c) for c in unit(axis))
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]], dtype=np.float64)
    angle = math.radians(degrees)
    return np.eye(3) + math.sin(angle) * cross + (1 - math.cos(angle)) * (cross @ cross)


def between(start: Array, end: Array, share: float) -> Array:
    """The rotation on the shortest way from `start` to `end`, at `share` of it (0 to 1)."""
    turn = end @ start.T
    angle = math.degrees(math.acos(min(1.0, max(-1.0, (float(np.trace(turn)) - 1) / 2))))
    axis = vector(turn[2, 1] - turn[1, 2], turn[0, 2] - turn[2, 0], turn[1, 0] - turn[0, 1])
    if angle < 1e-6 or float(np.linalg.norm(axis)) < 1e-9:  # noqa: PLR2004 - no turn, or a half turn without an axis
        return start if share < 1 else end
    return about(axis, angle * share) @ start


def quaternion(rotation: Array) -> tuple[float, float, float, float]:
    """The unit quaternion `(w, x, y, z)` of a rotation, w not negative."""
    m = rotation
    four = np.array(
        [
            [m[0, 0] + m[1, 1] + m[2, 2], 0, 0, 0],
            [m[2, 1] - m[1, 2], m[0, 0] - m[1, 1] - m[2, 2], 0, 0],
            [m[0, 2] - m[2, 0], m[1, 0] + m[0, 1], m[1, 1] - m[0, 0] - m[2, 2], 0],
            [m[1, 0] - m[0, 1], m[2, 0] + m[0, 2], m[2, 1] + m[1, 2], m[2, 2] - m[0, 0] - m[1, 1]],
        ]
    )
    # Bar-Itzhack: the quaternion is the eigenvector of the largest eigenvalue.
    _, vectors = np.linalg.eigh(four, UPLO="L")
    w, x, y, z = (float(c) for c in vectors[:, -1])
    sign = -1.0 if w < 0 else 1.0
    return (sign * w, sign * x, sign * y, sign * z)


def ease(share: float) -> float:
    """A slow start and a slow end: 0 to 0, 1 to 1."""
    s = min(1.0, max(0.0, share))
    return s * s * s * (s * (6 * s - 15) + 10)


def showing(face: str, up: str, towards: Array, *, yaw: float = 0, pitch: float = 0) -> Array:
    """The orientation that turns `face` to look along `towards`, with the face `up` uppermost.

    `yaw` and `pitch` (degrees) turn the box away from head-on, so that a neighbour at
    its side and one above or below come into sight.
    """
    forward = unit(towards)
    side = unit(np.cross(vector(0, 0, 1), forward))
    above = np.cross(forward, side)
    ours = np.stack([vector(*NORMALS[face]), vector(*NORMALS[up])])
    ours = np.stack([ours[0], ours[1], np.cross(ours[0], ours[1])], axis=1)
    theirs = np.stack([forward, above, np.cross(forward, above)], axis=1)
    return about(above, yaw) @ about(side, pitch) @ theirs @ ours.T


@dataclass(frozen=True)
class Pose:
    """Where a body is: centre in the world (mm) and rotation from its frame to the world's."""

    centre: Array = field(default_factory=lambda: vector(0, 0, 0))
    rotation: Array = field(default_factory=lambda: np.eye(3))

    def place(self, points: Array) -> Array:
        """Points of the body's frame `(n, 3)` in the world."""
        return points @ self.rotation.T + self.centre


@dataclass(frozen=True)
class Key:
    """A pose held at one moment of a path (seconds)."""

    at: float
    pose: Pose


@dataclass(frozen=True)
class Path:
    """Keys in order of time; in between the body moves with a slow start and end."""

    keys: tuple[Key, ...]

    def pose(self, at: float) -> Pose:
        """The pose at a time (s); before the first and after the last key it stays put."""
        before = [key for key in self.keys if key.at <= at]
        after = [key for key in self.keys if key.at > at]
        if not before:
            return self.keys[0].pose
        if not after:
            return self.keys[-1].pose
        a, b = before[-1], after[0]
        share = ease((at - a.at) / (b.at - a.at))
        centre = a.pose.centre + (b.pose.centre - a.pose.centre) * share
        return Pose(centre, between(a.pose.rotation, b.pose.rotation, share))


@dataclass(frozen=True)
class Shake:
    """The unsteadiness of a hand: slow sway and quick tremor, smooth in time.

    With a `period` (s) the movement repeats exactly, so that a film can be looped.
    """

    seed: int = 0
    degrees: float = 0.35
    millimetres: float = 5.0
    period: float | None = None

    @cached_property
    def _waves(self) -> tuple[Array, Array, Array]:
        draw = np.random.default_rng(self.seed)
        rates = draw.uniform(0.15, 2.4, (6, 5))
        if self.period:
            rates = np.maximum(1, np.round(rates * self.period)) / self.period
        sizes = draw.uniform(0.5, 1.0, (6, 5)) / (0.6 + rates)
        return rates, sizes, draw.uniform(0, 2 * math.pi, (6, 5))

    def at(self, at: float) -> tuple[Array, Array]:
        """Turn (degrees about camera x, y, z) and shift (mm) at a time (s)."""
        rates, sizes, phases = self._waves
        sway = cast("Array", (sizes * np.sin(2 * math.pi * rates * at + phases)).sum(axis=1)) / 2
        return sway[:3] * self.degrees, sway[3:] * self.millimetres


@dataclass(frozen=True)
class Camera:
    """A pinhole camera; `focal` is in pixels, the principal point is the middle of the picture."""

    width: int
    height: int
    eye: Array
    target: Array
    focal: float
    turn: Array = field(default_factory=lambda: vector(0, 0, 0))
    """A small extra rotation about its own axes, in degrees."""

    @cached_property
    def rotation(self) -> Array:
        """World to camera."""
        forward = unit(self.target - self.eye)
        right = unit(np.cross(forward, vector(0, 0, 1)))
        straight = np.stack([right, np.cross(forward, right), forward])
        x, y, z = (float(d) for d in self.turn)
        return about(vector(1, 0, 0), x) @ about(vector(0, 1, 0), y) @ about(vector(0, 0, 1), z) @ straight

    def project(self, points: Array) -> Array:
        """World points `(n, 3)` to pixels `(n, 2)`."""
        seen = (points - self.eye) @ self.rotation.T
        return seen[:, :2] / seen[:, 2:3] * self.focal + vector(self.width / 2, self.height / 2)

    def scale(self, point: Array) -> float:
        """Pixels a millimetre at a world point."""
        depth = float((self.rotation @ (point - self.eye))[2])
        return self.focal / max(depth, 1.0)

    def plane(self, corner: Array, along: Array, across: Array) -> Array:
        """The homography from `(a, b, 1)` on the plane `corner + a along + b across` to pixels."""
        lens = np.array(
            [[self.focal, 0, self.width / 2], [0, self.focal, self.height / 2], [0, 0, 1]], dtype=np.float64
        )
        columns = np.stack([along, across, corner - self.eye], axis=1)
        return lens @ self.rotation @ columns


@dataclass(frozen=True)
class Rig:
    """A camera held by a hand: it looks from `eye` to `target` (mm) and shakes."""

    width: int
    height: int
    eye: Sequence[float] = (0, -575, 720)
    target: Sequence[float] = (0, 20, 75)
    focal: float = 0.87
    """Of the long side: what phones have."""
    shake: Shake = field(default_factory=Shake)

    def camera(self, at: float) -> Camera:
        """The camera at a time (s)."""
        turn, shift = self.shake.at(at)
        return Camera(
            width=self.width,
            height=self.height,
            eye=vector(*self.eye) + shift,
            target=vector(*self.target) + shift * 0.5,
            focal=self.focal * max(self.width, self.height),
            turn=turn,
        )
