"""Where a picture may have a line of numerals: pieces of ink of one height beside each other.

Ink is what is brighter (or darker) than its surroundings; what is connected and as large as a numeral is a
piece, and four or more in a row are a line. Pieces that ran into one another count by their length.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

import cv2
import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from evidence.check import Plane

SMALLEST: Final = 8
"""Pixels of a numeral's height below which nothing is read."""
LARGEST: Final = 64
_MOST: Final = 1000
"""Pieces of one picture that are looked at; more are texture."""
_NARROW: Final = 0.12
_LONG: Final = 14.0
"""Widths of a piece in heights of it: a one is narrow, a row that ran together is long."""
_ALIKE: Final = 0.3
"""How much heights in a line may differ, share of the larger."""
_LEVEL: Final = 0.25
"""How far pieces may lie above one another, in heights."""
_NEAR: Final = 1.5
"""How far apart they may lie, in heights."""
_LETTERS: Final = 5.0
"""Length of a line, in heights, that holds six numerals and two colons; narrow type has less than that."""


@dataclass(frozen=True)
class InkLine:
    """A row of pieces, in pixels of the view."""

    left: float
    right: float
    middle: float
    """Of its height."""
    tall: float
    """How high its pieces are."""
    dark: bool


def lines_of_ink(view: Plane, *, dark: bool, around: int = 31, step: int = 22) -> list[InkLine]:
    """Rows that may be numerals, the best filled first.

    Args:
        view: grey, `(h, w)`.
        dark: whether to look for ink that is darker than its ground, instead of brighter.
        around: pixels of the surroundings that ink is compared with.
        step: grey levels by which it differs from them.
    """
    ground = cv2.blur(view, (around, around))
    ink = cv2.subtract(ground, view) if dark else cv2.subtract(view, ground)
    _, ink = cv2.threshold(ink, step, 1, cv2.THRESH_BINARY)
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8, ltype=cv2.CV_32S)
    boxes = cast("npt.NDArray[np.int32]", stats)[1:]
    wide, tall = boxes[:, 2], boxes[:, 3]
    fit = (tall >= SMALLEST) & (tall <= LARGEST) & (wide >= _NARROW * tall) & (wide <= _LONG * tall)
    boxes = boxes[fit]
    if len(boxes) > _MOST:
        boxes = boxes[np.argsort(-boxes[:, 4])[:_MOST]]
    return [_line(boxes[row], dark=dark) for row in _rows(boxes)]


def _rows(boxes: npt.NDArray[np.int32]) -> list[list[int]]:
    """The rows of pieces that lie beside each other, the longest for its height first."""
    if not len(boxes):
        return []
    left, top, wide, tall = (boxes[:, n].astype(np.float32) for n in range(4))
    middle = top + tall / 2
    order = np.argsort(left)
    higher = np.maximum(tall[:, None], tall[None])
    beside = np.maximum(left[:, None], left[None]) - np.minimum((left + wide)[:, None], (left + wide)[None])
    near = (
        (np.abs(tall[:, None] - tall[None]) <= _ALIKE * higher)
        & (np.abs(middle[:, None] - middle[None]) <= _LEVEL * higher)
        & (beside <= _NEAR * higher)
    )
    rows: list[list[int]] = []
    free = np.ones(len(boxes), bool)
    for first in order:
        if not free[first]:
            continue
        row: list[int] = []
        waiting = [int(first)]
        free[first] = False
        while waiting:
            one = waiting.pop()
            row.append(one)
            joined = np.flatnonzero(near[one] & free)
            free[joined] = False
            waiting += joined.tolist()
        length = float((left + wide)[row].max() - left[row].min())
        if length >= 0.8 * _LETTERS * float(np.median(tall[row])):
            rows.append(row)
    return sorted(rows, key=lambda row: -len(row))


def _line(boxes: npt.NDArray[np.int32], *, dark: bool) -> InkLine:
    tall = float(np.median(boxes[:, 3]))
    alike = boxes[np.abs(boxes[:, 3] - tall) <= _LEVEL * tall]
    middle = float(np.median(alike[:, 1] + alike[:, 3] / 2))
    return InkLine(float(boxes[:, 0].min()), float((boxes[:, 0] + boxes[:, 2]).max()), middle, tall, dark)
