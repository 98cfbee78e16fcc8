"""Which way is up: the turn and the mirroring that a camera noted beside the picture."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from evidence.check import Plane

_MATRIX: Final = struct.Struct("=9i")
_EXIF: Final = {
    1: (0, False),
    2: (0, True),
    3: (180, False),
    4: (180, True),
    5: (270, True),
    6: (90, False),
    7: (90, True),
    8: (270, False),
}
"""Orientation tag -> (degrees clockwise, mirrored), from EXIF 2.32."""


@dataclass(frozen=True)
class Orientation:
    """How the coded picture becomes upright: mirrored left to right first, then turned."""

    rotation: int = 0
    """Degrees clockwise: 0, 90, 180 or 270."""
    mirrored: bool = False

    @classmethod
    def of_exif(cls, value: int) -> Orientation:
        """From the Orientation tag; anything but 1 to 8 counts as upright."""
        return cls(*_EXIF.get(value, (0, False)))

    @classmethod
    def of_matrix(cls, raw: bytes) -> Orientation:
        """From a display matrix: nine 32-bit integers, (a b u, c d v, x y w), in the machine's order.

        A point (p, q) of the coded picture, q downwards, is shown at (a p + c q, b p + d q).
        Angles between the quarters are rounded to the nearest.
        """
        if len(raw) < _MATRIX.size:
            return cls()
        a, b, _, c, d, *_ = _MATRIX.unpack_from(raw)
        quarters = round(math.atan2(-c, d) / (math.pi / 2))
        return cls(rotation=quarters % 4 * 90, mirrored=a * d - b * c < 0)

    @classmethod
    def of_degrees(cls, clockwise: float) -> Orientation:
        """From an angle in degrees, rounded to the nearest quarter."""
        return cls(rotation=round(clockwise / 90) % 4 * 90)

    def upright_size(self, width: int, height: int) -> tuple[int, int]:
        """Width and height once upright."""
        return (height, width) if self.rotation % 180 else (width, height)

    def upright(self, picture: Plane) -> Plane:
        """A copy of `picture`, `(h, w)` or `(h, w, 3)`, upright, contiguous and read-only."""
        turned = picture[:, ::-1] if self.mirrored else picture
        if self.rotation:
            turned = np.rot90(turned, k=-(self.rotation // 90))
        copied = np.array(turned, dtype=np.uint8, order="C", copy=True)
        copied.setflags(write=False)
        return copied


def fit(width: int, height: int, side: int) -> tuple[int, int]:
    """The size with the long side scaled down to `side`, never up, and never below one pixel."""
    long = max(width, height, 1)
    if side >= long:
        return width, height
    return max(1, round(width * side / long)), max(1, round(height * side / long))
