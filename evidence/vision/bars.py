"""Finding what looks like a bar code: an area in which all edges have one direction.

Four differences of neighbouring pixels (across, down and along both diagonals) are averaged
over small cells. In a bar code one of them is large and the one at right angles to it small;
in print all are large, on plain surfaces none is. The cells that agree are joined, a thin line
of them (the edge of a paper, of a carton) is worn away, and what is left is a candidate, whose
direction is then taken from exact gradients. On a view of 960 pixels that is about 2 ms, and
codes are found at any angle; whether one is a code, its reader says.

Time and place: nothing is remembered here. Shapes: views are grey, `(h, w)`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, cast

import cv2
import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from evidence.check import Plane

    Grid = npt.NDArray[np.float32]

CELL: Final = 5
"""Pixels of a cell's side: bars of half a pixel to two pixels a module fill it with edges."""
_STEEP: Final = 5
"""Mean difference across and down together, grey levels, that a cell of a code has: above sensor noise."""
_ONE_WAY: Final = 0.18
"""How one-sided the differences are in a code, 0 to 0.5 for these four."""
_LEAST: Final = 20
"""Cells of the smallest candidate."""
_LONGEST_LIST: Final = 16
"""Areas that are looked at, the largest first; a keyboard has hundreds."""
_LENGTH: Final = 8
"""Cells across the bars that a candidate has at the least."""
_FILLED: Final = 0.4
"""Share of its rectangle that a candidate fills."""
_LEAN: Final = 0.8
"""The most that a code leans: beyond 40 degrees its modules are too narrow to be read."""
_WEAR: Final = np.ones((3, 3), np.uint8)


@dataclass(frozen=True)
class Stripes:
    """An area of parallel stripes, in pixels of the view in which it was found."""

    x: float
    y: float
    """Of its middle."""
    angle: float
    """Direction across the stripes, radians clockwise from the right, from -pi/2 to pi/2."""
    length: float
    """Across the stripes."""
    height: float
    """Along the stripes."""
    lean: float = 0.0
    """Pixels that its middle line moves along the stripes for each pixel across them: a label seen askew."""

    def scaled(self, times: float) -> Stripes:
        """The same area in a view that is so many times as large."""
        return replace(
            self,
            x=(self.x + 0.5) * times - 0.5,
            y=(self.y + 0.5) * times - 0.5,
            length=self.length * times,
            height=self.height * times,
        )

    def moved(self, x: float, y: float) -> Stripes:
        return replace(self, x=self.x + x, y=self.y + y)

    @property
    def steps(self) -> npt.NDArray[np.float64]:
        """`(2, 2)`: its columns are the steps to the next pixel along the middle line, and along a stripe."""
        cosine, sine = math.cos(self.angle), math.sin(self.angle)
        along = np.array([-sine, cosine])
        return np.column_stack([np.array([cosine, sine]) + self.lean * along, along])


def find(view: Plane, most: int = 8) -> list[Stripes]:
    """Areas of parallel stripes, the largest first, at most `most`."""
    if min(view.shape) < 4 * CELL:
        return []
    one_way, other_way, every = _directions(view)
    steep = (every > 2 * _STEEP).astype(np.uint8)
    one_way, other_way, every = (cast("Grid", cv2.blur(each, (3, 3))) for each in (one_way, other_way, every))
    mask = ((cv2.magnitude(one_way, other_way) > _ONE_WAY * every) & (steep > 0)).astype(np.uint8)
    mask = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, _WEAR)
    mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, _WEAR)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=4)
    sizes = stats[1:, cv2.CC_STAT_AREA]
    order = [int(n) + 1 for n in np.argsort(-sizes, kind="stable")[:_LONGEST_LIST] if sizes[n] >= _LEAST]
    found: list[Stripes] = []
    for label in order:
        left, top, wide, high = (int(n) for n in stats[label][:4])
        here = np.s_[top : top + high, left : left + wide]
        cells = labels[here] == label
        agreed = _agreeing(cells, one_way[here], other_way[here], every[here])
        stripes = None if agreed is None else _outlined(view, agreed[0], left, top, agreed[1])
        if stripes is not None:
            found.append(stripes)
        if len(found) == most:
            break
    return found


def _directions(view: Plane) -> tuple[Grid, Grid, Grid]:
    """For each cell the doubled angle of its edges, as two parts, and the sum of all differences."""
    height, width = view.shape
    size = (width - 1) // CELL, (height - 1) // CELL
    whole = np.s_[: size[1] * CELL, : size[0] * CELL]
    here, right, below, beyond = view[:-1, :-1], view[:-1, 1:], view[1:, :-1], view[1:, 1:]

    def mean(one: Plane, other: Plane) -> Grid:
        apart = cv2.absdiff(one, other)[whole]
        return cv2.resize(apart, size, interpolation=cv2.INTER_AREA).astype(np.float32)

    across, down = mean(right, here), mean(below, here)
    falling, rising = mean(beyond, here), mean(below, right)
    return across - down, falling - rising, across + down + falling + rising


def _agreeing(
    cells: npt.NDArray[np.bool_], one_way: Grid, other_way: Grid, every: Grid
) -> tuple[npt.NDArray[np.bool_], float] | None:
    """The cells that have the direction of most of them, and that direction; None where they are too few."""
    angle = 0.0
    for _ in range(2):
        angle = math.atan2(float(other_way[cells].sum()), float(one_way[cells].sum()))
        along = one_way * np.float32(math.cos(angle)) + other_way * np.float32(math.sin(angle))
        cells = cells & (along > _ONE_WAY * every)
        if np.count_nonzero(cells) < _LEAST:
            return None
    return cells, angle / 2


def _outlined(view: Plane, cells: npt.NDArray[np.bool_], left: int, top: int, angle: float) -> Stripes | None:
    """The rectangle around cells, of which the first begins at cell `(left, top)`."""
    if _extent(cells, angle) is None:
        return None
    angle = _exact(view, cells, left, top)
    extent = _extent(cells, angle)
    if extent is None:
        return None
    middle, level, length, height, lean = extent
    cosine, sine = math.cos(angle), math.sin(angle)
    return Stripes(
        x=(left + middle * cosine - level * sine + 0.5) * CELL,
        y=(top + middle * sine + level * cosine + 0.5) * CELL,
        angle=angle,
        length=length * CELL,
        height=height * CELL * 1.2,
        lean=lean,
    )


def _extent(cells: npt.NDArray[np.bool_], angle: float) -> tuple[float, float, float, float, float] | None:
    """Middle across and along the stripes, length, height (cells), lean; None where no code is so shaped."""
    rows, columns = np.nonzero(cells)
    cosine, sine = math.cos(angle), math.sin(angle)
    across, along = columns * cosine + rows * sine, rows * cosine - columns * sine
    start, end = _between(across, 0.01)
    length, middle = end - start + 1, (start + end) / 2
    if length < _LENGTH:
        return None
    # Where a label is seen askew its stripes are not at right angles to the row that they form.
    beside = across - across.mean()
    lean = float(beside @ along / (beside @ beside))
    lean = max(-_LEAN, min(_LEAN, lean))
    along = along - lean * (across - middle)
    # A little of each end is left out: print above and below a code often joins it.
    upper, lower = _between(along, 0.1)
    height = lower - upper + 1
    if rows.size < _FILLED * length * height * 1.25:
        return None
    return middle, (upper + lower) / 2, length, height, lean


def _between(values: npt.NDArray[np.float64], left_out: float) -> tuple[float, float]:
    """The range of values without a share at each end."""
    few = int(left_out * values.size)
    ordered = np.partition(values, (few, values.size - 1 - few))
    return float(ordered[few]), float(ordered[values.size - 1 - few])


def _exact(view: Plane, cells: npt.NDArray[np.bool_], left: int, top: int) -> float:
    """The direction across the stripes, from the squares of the gradients in these cells."""
    high, wide = cells.shape
    part = view[top * CELL : (top + high) * CELL, left * CELL : (left + wide) * CELL]
    size = part.shape[1], part.shape[0]
    inside = cv2.resize(cells.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST)
    # Plain differences would be up to six degrees off for stripes of few pixels.
    right = cv2.Scharr(part, cv2.CV_32F, 1, 0)
    down = cv2.Scharr(part, cv2.CV_32F, 0, 1)
    squares, crossed = (
        cv2.mean(cv2.multiply(cv2.add(right, down), cv2.subtract(right, down)), inside)[0],
        cv2.mean(cv2.multiply(right, down), inside)[0],
    )
    return 0.5 * math.atan2(2 * crossed, squares)
