"""From a picture to its imprint: the signs of its lowest frequencies, by a small cosine transform."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from evidence.imprint import BITS, ORDER, SIDE

if TYPE_CHECKING:
    import numpy.typing as npt

    from evidence.check import Plane

LEAST: Final = 2 * SIDE
"""Pixels that a picture needs along each axis, so that every frequency can be told."""
_ROWS, _COLUMNS = (np.array(axis) for axis in zip(*ORDER, strict=True))


@dataclass(frozen=True)
class Impression:
    """The imprint of one picture, and how far it can be trusted."""

    bits: int
    strength: float
    """The median size of its frequencies, grey levels (orthonormal); noise turns the signs of weak ones."""


def impression(picture: Plane) -> Impression | None:
    """The imprint of a grey picture `(h, w)`; None where it is too small to have one.

    At 160 x 90 pixels it costs about 0.1 ms.
    """
    height, width = picture.shape
    if min(height, width) < LEAST:
        return None
    waves = _waves(height) @ picture.astype(np.float32) @ _waves(width).T
    low = waves[_ROWS, _COLUMNS]
    signs = int.from_bytes(np.packbits(low > 0).tobytes()) >> -BITS % 8
    return Impression(signs, float(np.median(np.abs(low))))


@lru_cache(maxsize=8)
def _waves(pixels: int) -> npt.NDArray[np.float32]:
    """`(SIDE, pixels)`: the lowest cosine waves along an axis, as of DCT-II."""
    where = (np.arange(pixels) + 0.5) / pixels
    waves = np.cos(np.pi * np.arange(SIDE)[:, None] * where) * np.sqrt(2 / pixels)
    return waves.astype(np.float32)
