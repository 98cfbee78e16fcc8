"""Several cuboids before one camera, one to a row; the guesses of a fit.

Camera frame: x right, y down, z forward. Nobody knows a box's size from one picture, so
the centre's depth is the unit of length.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from evidence.vision.sight import Array
    from evidence.vision.silhouette import Lens

    Bools = npt.NDArray[np.bool_]

SIGNS: Final = np.array([[1.0 if i >> j & 1 else -1.0 for j in range(3)] for i in range(8)])
"""`(8, 3)` the corners, in half lengths."""
NEAR: Final = 0.05
"""The least depth, as a share of the centre's."""


@dataclass(frozen=True)
class Cuboids:
    """Guesses of one box."""

    axes: Array
    """`(h, 3, 3)` columns are the edges' directions."""
    centres: Array
    """`(h, 3)` z is 1."""
    lengths: Array
    """`(h, 3)` in depths of the centre."""

    @cached_property
    def corners(self) -> Array:
        """`(h, 8, 3)` in the camera frame."""
        return self.centres[:, None] + self.arms

    @cached_property
    def arms(self) -> Array:
        """`(h, 8, 3)` from the centre to the corners."""
        return (SIGNS * (self.lengths[:, None] / 2)) @ np.swapaxes(self.axes, 1, 2)

    @cached_property
    def seen(self) -> Bools:
        """`(h, 6)` which faces are turned to the eye."""
        ahead = (self.centres[:, None] @ self.axes)[:, 0]
        half = self.lengths / 2
        return np.stack([half - ahead < 0, half + ahead < 0], axis=-1).reshape(-1, 6)

    def cells(self, lens: Lens) -> Array:
        """`(h, 8, 2)` where the corners fall."""
        return self.corners[..., :2] / np.maximum(self.corners[..., 2:], NEAR) * lens.scale + lens.middle

    def moved(self, step: Array) -> Cuboids:
        """These after a step `(h, 8)`: turn, centre, logarithms of lengths."""
        centres = self.centres.copy()
        centres[:, :2] += step[:, 3:5]
        growth = np.exp(np.minimum(np.maximum(step[:, 5:], -0.5), 0.5))
        return Cuboids(_turn(step[:, :3]) @ self.axes, centres, self.lengths * growth)

    def chosen(self, other: Cuboids, which: Bools) -> Cuboids:
        """Those of `other` where `which` says so, else these."""
        if which.all():
            return other
        return Cuboids(
            np.where(which[:, None, None], other.axes, self.axes),
            np.where(which[:, None], other.centres, self.centres),
            np.where(which[:, None], other.lengths, self.lengths),
        )


def _turn(vectors: Array) -> Array:
    """`(h, 3, 3)` rotations by rotation vectors `(h, 3)`, radians."""
    angle = np.linalg.norm(vectors, axis=1)[:, None, None] + 1e-12
    cross = np.zeros((len(vectors), 3, 3))
    x, y, z = vectors.T
    cross[:, 0, 1], cross[:, 0, 2], cross[:, 1, 2] = -z, y, -x
    cross -= np.swapaxes(cross, 1, 2)
    cross /= angle
    return np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * (cross @ cross)
