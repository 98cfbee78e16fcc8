"""size: how long are the marked goods, by a ruler, a card or a sheet of paper in the same picture?

What it asks. "The size is not as described" needs millimetres.

How it decides. A person marks both ends of the goods and something of known size beside them
(`expect.marks`): two points on a ruler, or the four corners of a bank card or a sheet of A4. Corners take
the tilt of the camera out (a homography); two points cannot.
- `size.measured`: pass, as a fact, in millimetres with its uncertainty; unsure when only the goods are
  marked, or when the corners are those of no card. Skipped where no goods are marked.
- `size.difference`: said beside the report, of two photos or of a photo and the stated size
  (`evidence.described`).

The uncertainty is ours, one standard deviation: each mark may be off by `slip` of the picture's long side,
passed on through the calculation; and that both do not lie in one plane or, with a ruler, the camera is
tilted: a share of the length.

What it cannot see. Whether the marks are where they should be; goods that are thick and nearer to the
camera than the card look larger.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from math import hypot, sqrt
from typing import ClassVar, Final

import numpy as np
from pydantic import Field

from evidence.check import Album, Check, Ending, Frame, Media
from evidence.marks import SHEETS, Marks, Point
from evidence.model import Finding, Measure, Outcome, Saying, say
from evidence.timeline import Instant

_STEP: Final = 0.05
"""Pixels by which a mark is moved to see what that does."""
_FLATTEST: Final = 1e-3
"""Share of the picture that a card at least covers; a line is none."""

Formula = Callable[[Sequence[Point]], float]
"""Millimetres from points in pixels."""


class Size(Check):
    """Measures the length of what a person marked."""

    name: ClassVar[str] = "size"
    version: ClassVar[int] = 1
    codes: ClassVar[Mapping[str, str]] = {
        "size.measured": "The length of the marked goods in millimetres, with its uncertainty.",
        "size.difference": "Beside the report: how far the sizes of two photos, or the stated size, "
        "are apart.",
    }

    every: Instant = timedelta(days=1)
    slip: float = Field(default=0.002, gt=0, le=0.1)
    """How far a mark may be off, share of the picture's long side, one standard deviation."""
    plane: float = Field(default=0.01, ge=0, le=1)
    """Share of the length by which it may be wrong since the goods do not lie in the card's plane."""
    tilt: float = Field(default=0.03, ge=0, le=1)
    """The same with a ruler alone, where nobody knows how the camera was tilted."""

    def start(self, media: Media, album: Album) -> _Observer:  # noqa: ARG002 - it keeps no pictures
        return _Observer(self, media)


class _Observer:
    def __init__(self, check: Size, media: Media) -> None:
        self._check = check
        self._marks = media.expected.marks
        turned = media.rotation % 180 != 0
        self._sides = (media.height, media.width) if turned else (media.width, media.height)

    def see(self, frame: Frame, /) -> None:
        """Only the marks matter here."""

    def conclude(self, ending: Ending, /) -> Iterable[Finding]:  # noqa: ARG002 - how it ended says nothing
        marks = self._marks
        if marks is None or marks.span is None:
            yield _found(Outcome.SKIPPED, say("No goods are marked whose size could be measured."))
            return
        formula, share = self._formula(marks)
        if formula is None:
            yield _found(
                Outcome.UNSURE,
                say(
                    "Nothing of a known size is marked beside the goods, or its corners are those of no card."
                ),
                advice=say("Lay a ruler, a bank card or a sheet of A4 beside the goods, and mark it."),
            )
            return
        points = [self._pixels(point) for point in _points(marks)]
        length = formula(points)
        error = sqrt(self._passed_on(formula, points) ** 2 + (share * length) ** 2)
        yield _found(
            Outcome.PASS,
            say(
                "The goods are {length:.0f} mm long, give or take {error:.0f} mm.", length=length, error=error
            ),
            measures=[
                Measure(name="length", value=round(length, 1), unit="mm"),
                Measure(name="uncertainty", value=round(error, 1), unit="mm, one standard deviation"),
            ],
        )

    def _pixels(self, point: Point) -> Point:
        return point[0] * self._sides[0], point[1] * self._sides[1]

    def _formula(self, marks: Marks) -> tuple[Formula | None, float]:
        """How to come from the marks to millimetres, and what that leaves open, a share of the length."""
        if marks.flat is not None:
            corners = [self._pixels(corner) for corner in marks.flat.corners]
            if not _convex(corners, _FLATTEST * self._sides[0] * self._sides[1]):
                return None, 0.0
            sides = SHEETS[marks.flat.sheet]
            return lambda points: _by_sheet(points, sides), self._check.plane
        if marks.length is not None:
            known = marks.length.millimetres
            if _apart(*map(self._pixels, marks.length.ends)) < 2:  # noqa: PLR2004 - pixels
                return None, 0.0
            return lambda points: known * _apart(*points[:2]) / _apart(*points[2:4]), self._check.tilt
        return None, 0.0

    def _passed_on(self, formula: Formula, points: Sequence[Point]) -> float:
        """What slips of all marks do to the length, root of the sum of squares."""
        slip, length = self._check.slip * max(self._sides), formula(points)
        total = 0.0
        for number, (x, y) in enumerate(points):
            for moved in ((x + _STEP, y), (x, y + _STEP)):
                slope = (formula([*points[:number], moved, *points[number + 1 :]]) - length) / _STEP
                total += (slope * slip) ** 2
        return sqrt(total)


def _points(marks: Marks) -> list[Point]:
    """The goods' two ends, then those of what is known."""
    known = marks.flat.corners if marks.flat else marks.length.ends if marks.length else ()
    return [*(marks.span or ()), *known]


def _apart(one: Point, other: Point) -> float:
    return hypot(one[0] - other[0], one[1] - other[1])


def _by_sheet(points: Sequence[Point], sides: tuple[float, float]) -> float:
    """The distance of the first two points in the plane of the sheet with the other four as corners."""
    long, short = sides
    flat = ((0.0, 0.0), (long, 0.0), (long, short), (0.0, short))
    rows: list[list[float]] = []
    for (x, y), (u, v) in zip(points[2:6], flat, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y, u], [0, 0, 0, x, y, 1, -v * x, -v * y, v]]
    table = np.array(rows)
    found = np.append(np.linalg.solve(table[:, :8], table[:, 8]), 1.0).reshape(3, 3)
    ends = [found @ (x, y, 1.0) for x, y in points[:2]]
    (ax, ay), (bx, by) = ((float(p[0] / p[2]), float(p[1] / p[2])) for p in ends)
    return hypot(ax - bx, ay - by)


def _convex(corners: Sequence[Point], least: float) -> bool:
    """Whether the corners in turn are those of a flat thing seen from outside, and not of next to nothing."""
    turns: list[float] = []
    for number in range(4):
        (ax, ay), (bx, by), (cx, cy) = (corners[(number + step) % 4] for step in range(3))
        turns.append((bx - ax) * (cy - by) - (by - ay) * (cx - bx))
    return all(turn > least for turn in turns) or all(turn < -least for turn in turns)


def _found(
    outcome: Outcome, says: Saying, *, advice: Saying | None = None, measures: Iterable[Measure] = ()
) -> Finding:
    return Finding.of("size.measured", outcome, says, advice=advice, measures=measures)
