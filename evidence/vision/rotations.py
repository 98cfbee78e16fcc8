"""Turns in space, and the 24 turns that bring a cube onto itself.

A box looks the same however its edges are named, so one picture tells its orientation
only up to those 24; which of them is meant is for the film to say. All rotations are
`(3, 3)` matrices of float64, angles are degrees unless a name says radians.
"""

from __future__ import annotations

import math
from itertools import permutations, product
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    Array = npt.NDArray[np.float64]

_TINY: Final = 1e-9


def _cube() -> Array:
    """All signed permutations that keep right hands right, the identity first; `(24, 3, 3)`."""
    made: list[Array] = []
    for order in permutations(range(3)):
        for signs in product((1.0, -1.0), repeat=3):
            turn = np.zeros((3, 3))
            turn[order, range(3)] = signs
            if np.linalg.det(turn) > 0:
                made.append(turn)
    return np.stack(made)


CUBE: Final = _cube()
"""`(24, 3, 3)` the rotations of a cube, `CUBE[0]` the identity."""

RELATIVE: Final[npt.NDArray[np.int64]] = np.argmax(
    np.einsum("aji,bjk,cik->abc", CUBE, CUBE, CUBE), axis=2
).astype(np.int64)
"""`(24, 24)`: `RELATIVE[a, b]` is the number of `CUBE[a].T @ CUBE[b]`."""


def angle(one: npt.NDArray[Any], other: npt.NDArray[Any]) -> float:
    """Degrees of the turn from `one` to `other`, 0 to 180."""
    trace = float(np.sum(one * other))
    return math.degrees(math.acos(min(1.0, max(-1.0, (trace - 1) / 2))))


def turn(vector: Array) -> Array:
    """The rotation about `vector` `(3,)` by its length in radians."""
    size = math.sqrt(float(vector @ vector))
    if size < _TINY:
        return np.eye(3)
    x, y, z = (float(v) / size for v in vector)
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    return np.eye(3) + math.sin(size) * cross + (1 - math.cos(size)) * (cross @ cross)


def vector_of(rotation: Array) -> Array:
    """The inverse of `turn` for turns below half a circle; `(3,)` radians."""
    twice = np.array(
        [
            rotation[2, 1] - rotation[1, 2],
            rotation[0, 2] - rotation[2, 0],
            rotation[1, 0] - rotation[0, 1],
        ]
    )
    sine = math.sqrt(float(twice @ twice)) / 2
    cosine = (float(np.trace(rotation)) - 1) / 2
    if sine < _TINY:
        return np.zeros(3)
    return twice / (2 * sine) * math.atan2(sine, cosine)


def nearest(matrix: Array) -> Array:
    """The rotation closest to a sum of rotations; `(..., 3, 3)` in and out."""
    left, _, right = np.linalg.svd(matrix)
    handed = np.sign(np.linalg.det(left @ right))
    left[..., :, 2] *= handed[..., None]
    return cast("Array", left @ right)
