"""The geometry of a glimpse: a box before a window's camera, its faces and its outline.

Camera frame: x right, y down, z forward; the window is a square of side 1 whose middle
is the principal point. Lengths are in units of the box's longest edge.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import cv2
import numpy as np

from samples.pose import Array, about, vector

CORNERS: Final = np.array([(x, y, z) for z in (-1, 1) for y in (-1, 1) for x in (-1, 1)], np.float64) / 2
_AXES: Final = np.eye(3)


@dataclass(frozen=True)
class Solid:
    """A cuboid somewhere before the camera."""

    rotation: Array
    """`(3, 3)` from its own frame to the camera's."""
    centre: Array
    """`(3,)` in the camera frame."""
    edges: Array
    """`(3,)` lengths along its own axes."""
    focal: float
    """In sides of the window."""

    @cached_property
    def corners(self) -> Array:
        """`(8, 3)` in the camera frame."""
        return (CORNERS * self.edges) @ self.rotation.T + self.centre

    @cached_property
    def outline(self) -> Array:
        """Its convex silhouette `(n, 2)`, window shares."""
        return cv2.convexHull(self.seen(self.corners).astype(np.float32))[:, 0].astype(np.float64)

    @property
    def reach(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom of the outline, window shares."""
        low, high = self.outline.min(axis=0), self.outline.max(axis=0)
        return float(low[0]), float(low[1]), float(high[0]), float(high[1])

    def seen(self, points: Array) -> Array:
        """Points `(n, 3)` of the camera frame as window shares `(n, 2)`."""
        return points[:, :2] / np.maximum(points[:, 2:3], 1e-3) * self.focal + 0.5

    @cached_property
    def faces(self) -> tuple[tuple[int, Array, Array], ...]:
        """Those turned to the eye: number 0 to 5, outward normal, corners `(4, 2)` clockwise on screen."""
        found: list[tuple[int, Array, Array]] = []
        for number in range(6):
            corners = self.quad(number)
            normal = self.normal(number)
            if float(normal @ corners.mean(axis=0)) < 0:
                found.append((number, normal, self.seen(corners)))
        return tuple(found)

    def normal(self, number: int) -> Array:
        """The outward unit normal of a face in the camera frame."""
        sign = 1.0 if number % 2 else -1.0
        return self.rotation[:, number // 2] * sign

    def quad(self, number: int) -> Array:
        """A face's corners `(4, 3)` in the camera frame, clockwise as seen from outside."""
        axis, sign = number // 2, (1.0 if number % 2 else -1.0)
        out = _AXES[axis] * sign
        up = _AXES[(axis + 1) % 3]
        right = np.cross(up, out)
        half = np.stack([out + up - right, out + up + right, out - up + right, out - up - right]) / 2
        return (half * self.edges) @ self.rotation.T + self.centre

    def extent(self, number: int) -> tuple[float, float]:
        """Width and height of a face, in the order of `quad`."""
        axis = number // 2
        return float(self.edges[(axis + 2) % 3]), float(self.edges[(axis + 1) % 3])


def turned(rng: np.random.Generator) -> Array:
    """A random orientation: anything at all, on a table seen from above, or held up, nearly head-on."""
    kind = rng.random()
    if kind < 0.36:
        four = rng.standard_normal(4)
        w, x, y, z = (float(c) for c in four / np.linalg.norm(four))
        angle = np.degrees(2 * np.arccos(np.clip(w, -1, 1)))
        axis = vector(x, y, z)
        return about(axis if np.linalg.norm(axis) > 1e-6 else vector(1, 0, 0), float(angle))
    roll = about(vector(0, 0, 1), float(rng.normal(0, 7)))
    if kind < 0.62:
        lean = about(vector(1, 0, 0), -float(rng.uniform(8, 75)))
        return roll @ lean @ about(vector(0, 1, 0), float(rng.uniform(0, 360)))
    quarter = about(vector(0, 0, 1), float(rng.integers(0, 4) * 90 + rng.normal(0, 4)))
    spread = float(rng.choice((5, 12, 22)))
    x, y = (float(c) for c in rng.normal(0, spread, 2))
    return roll @ about(vector(1, 0, 0), x) @ about(vector(0, 1, 0), y) @ quarter


def proportions(rng: np.random.Generator, *, thin: bool = False) -> Array:
    """Edge lengths, the longest 1, in random order."""
    if thin:
        edges = np.array([1.0, rng.uniform(0.4, 0.6), rng.uniform(0.03, 0.06)])
    else:
        kind = rng.random()
        if kind < 0.15:
            edges = np.array([1.0, rng.uniform(0.94, 1), rng.uniform(0.94, 1)])
        elif kind < 0.3:
            edges = np.array([1.0, rng.uniform(0.5, 1), rng.uniform(0.1, 0.28)])
        elif kind < 0.38:
            edges = np.array([1.0, rng.uniform(0.15, 0.35), rng.uniform(0.15, 0.35)])
        else:
            edges = np.array([1.0, rng.uniform(0.45, 1), rng.uniform(0.28, 0.9)])
    return rng.permutation(edges)


def placed(
    rng: np.random.Generator,
    *,
    size: float,
    middle: tuple[float, float],
    thin: bool = False,
    rotation: Array | None = None,
) -> Solid:
    """A random cuboid whose outline is about `size` of the window around `middle` (window shares)."""
    focal = float(rng.uniform(0.75, 1.1)) / float(rng.uniform(0.22, 1.0))
    turn = turned(rng) if rotation is None else rotation
    edges = proportions(rng, thin=thin)
    ray = vector(middle[0] - 0.5, middle[1] - 0.5, focal) / focal
    depth = 3.0
    solid = Solid(turn, ray * depth, edges, focal)
    for _ in range(3):
        left, top, right, bottom = solid.reach
        depth = max(0.9, depth * max(right - left, bottom - top, 0.02) / size)
        solid = Solid(turn, ray * depth, edges, focal)
    return solid
