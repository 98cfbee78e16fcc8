"""JPEG of a view, as small as a channel wants it: the largest and best picture that fits.

The picture keeps its size as long as it fits at `FAIR` quality, since a size lost is detail lost; from
there on it gets smaller step by step, and then as good as its bytes allow. Nothing of the original's
metadata comes along: a view holds pixels alone, upright.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PIL import Image

if TYPE_CHECKING:
    from evidence.check import Plane

BEST: Final = 92
"""Quality of libjpeg above which files only grow."""
FAIR: Final = 70
"""Below it print gets a rim."""
POOR: Final = 45
"""Below it small print is gone; only the smallest picture is tried as low."""
LEAST_SIDE: Final = 640
"""Long side in pixels below which nobody reads a waybill."""
MOST_SIDE: Final = 6000
"""Long side in pixels; a larger picture of a phone holds no more."""
_STEP: Final = 0.84
"""From one size to the next: about 0.7 of the pixels."""

View = Callable[[int], "Plane"]
"""A view whose long side is at most that: `(h, w)` grey or `(h, w, 3)` in colour."""


@dataclass(frozen=True)
class Encoded:
    """A JPEG and how it came about."""

    data: bytes
    width: int
    height: int
    quality: int


def fitted(view: View, longest: int, most: int) -> Encoded | None:
    """The picture in at most `most` bytes, long side at most `longest`; None where nobody could read it."""
    sides = tuple(_sides(longest))
    for side in sides:
        floor = POOR if side == sides[-1] else FAIR
        plane = view(side)
        low = _encoded(plane, floor)
        if len(low.data) <= most:
            return _best(plane, low, most)
    return None


def _sides(longest: int) -> Iterator[int]:
    side = min(longest, MOST_SIDE)
    while side > LEAST_SIDE:
        yield side
        side = int(side * _STEP)
    yield min(longest, LEAST_SIDE)


def _best(plane: Plane, found: Encoded, most: int) -> Encoded:
    """The best quality that fits; `found` does."""
    low, high = found.quality, BEST
    while low < high:
        middle = (low + high + 1) // 2
        tried = _encoded(plane, middle)
        if len(tried.data) <= most:
            found, low = tried, middle
        else:
            high = middle - 1
    return found


def _encoded(plane: Plane, quality: int) -> Encoded:
    out = io.BytesIO()
    Image.fromarray(plane).save(out, "JPEG", quality=quality, optimize=True)
    height, width = plane.shape[:2]
    return Encoded(out.getvalue(), width, height, quality)
