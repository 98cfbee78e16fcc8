"""The day that stands beside a clock drawn into a film: `2026-07-01`, `2026年7月1日`, `07/01/2026`.

Years have four figures, months and days one or two; whatever parts them is no figure, and that is all that
is asked of it. Where month and day may be either, as in `07/01/2026`, both days are told. The line of the
time is
looked along first, then those above and below; several pictures are added up, since the day stays and the
ground moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from evidence.timeline import ZERO
from evidence.vision import numerals
from evidence.vision.dial import DIGITS
from evidence.vision.numerals import TALL

if TYPE_CHECKING:
    from evidence.check import Plane
    from evidence.vision.dial import Dial, Floats

_PAUSE: Final = timedelta(seconds=1.2)
_LOOKS: Final = 4
"""Pictures that are added up."""
_PROMISING: Final = 3
"""Other lines that are looked along again."""
_REACH: Final = 30.0
"""Advances of a figure, on either side of the time, in which its day is looked for in its own line."""
_REACH_BESIDE: Final = 8.0
"""And above and below it."""
_LONGEST: Final = 900
_LINES: Final = tuple(sign * share for share in np.arange(1.2, 2.4, 0.19) for sign in (-1, 1))
"""Where the lines above and below may lie, in heights."""
_FLOOR: Final = -4.0
_FIGURE: Final = float(np.log(0.35))
"""Score from which on a column may be the middle of a figure."""
_LEAST_COLUMNS: Final = 8
"""Such columns without which nobody looks for a day."""
_FORMS: Final = tuple((4, m, d) for m in (2, 1) for d in (2, 1)) + tuple(
    (a, b, 4) for a in (2, 1) for b in (2, 1)
)
"""How many figures its three numbers have."""
_GAPS: Final = np.arange(0.25, 2.5, 0.18)
"""Width of what parts them, in advances of a figure: a full stop to a Chinese character."""
_GAP_FLOOR: Final = -3.0
_ALMOST: Final = 0.9999
_LEAST: Final = -0.7
"""Mean score of the figures, less what speaks against the gaps, from which on a day is believed."""
_YEARS: Final = (2005, 2099)
_CENTURY: Final = 4


@dataclass(frozen=True)
class Day:
    """A day as read, and how surely."""

    date: date
    score: float
    """Mean of its figures, a logarithm."""


class DayReader:
    """Reads the day of one clock from a few pictures."""

    def __init__(self) -> None:
        self._due = ZERO
        self._looks = 0
        self._sums: dict[float, Floats] = {}
        self._times: dict[float, int] = {}

    def see(self, dial: Dial, view: Plane, at: timedelta) -> None:
        """Look along the line of the clock, and at first or where it has no day along others too."""
        if self._looks >= _LOOKS or at < self._due:
            return
        self._due, self._looks = at + _PAUSE, self._looks + 1
        self._add(dial, view, 0.0)
        if self._looks == 1 and not self._days(dial, 0.0):
            for offset in _LINES:
                self._add(dial, view, offset)
            filled = sorted(_LINES, key=self._filled)[-_PROMISING:]
            self._sums = {offset: self._sums[offset] for offset in (0.0, *filled)}
        elif self._looks > 1:
            for offset in [offset for offset in self._sums if offset]:
                self._add(dial, view, offset)

    def told(self, dial: Dial) -> tuple[Day, ...]:
        """The likeliest day; two where month and day may be either."""
        found = [days for offset in self._sums if (days := self._days(dial, offset))]
        return max(found, key=lambda days: days[0].score, default=())

    def _add(self, dial: Dial, view: Plane, offset: float) -> None:
        scale = dial.tall / TALL
        reach = _REACH_BESIDE if offset else _REACH
        left, wide = _stretch(dial, view, reach)
        line = numerals.strip(
            view,
            left=left,
            middle=dial.middle + offset * dial.tall,
            tall=scale * TALL,
            wide=wide,
            dark=dial.dark,
        )
        scores = np.maximum(numerals.along(line), _FLOOR)
        if not offset:
            # The time itself is no day.
            start = dial.left / scale + dial.centres[0] - left / scale - 0.6 * dial.pitch
            end = dial.left / scale + dial.centres[-1] - left / scale + 0.6 * dial.pitch
            scores[max(0, round(start)) : max(0, round(end)), :DIGITS] = _FLOOR
        known = self._sums.get(offset)
        self._sums[offset] = scores if known is None else known + scores
        self._times[offset] = self._times.get(offset, 0) + 1

    def _filled(self, offset: float) -> int:
        """Columns of a line that may be the middle of a figure."""
        return int(np.count_nonzero(self._sums[offset][:, :DIGITS].max(axis=1) > _FIGURE))

    def _days(self, dial: Dial, offset: float) -> tuple[Day, ...]:
        return day_in(self._sums[offset] / np.float32(self._times[offset]), dial.pitch)


def _stretch(dial: Dial, view: Plane, reach: float) -> tuple[float, int]:
    scale = dial.tall / TALL
    first = dial.left + (dial.centres[0] - reach * dial.pitch) * scale
    last = dial.left + (dial.centres[-1] + reach * dial.pitch) * scale
    left = max(0.0, first)
    return left, max(1, min(_LONGEST, int((min(view.shape[1], last) - left) / scale)))


def day_in(scores: Floats, pitch: float) -> tuple[Day, ...]:
    """The day along a line of print, where there is one.

    Args:
        scores: `(wide, 15)`, of each column as the middle of a figure.
        pitch: advance of a figure, in columns.
    """
    figures = np.logaddexp.reduce(scores[:, :DIGITS], axis=1)
    if np.count_nonzero(figures > _FIGURE) < _LEAST_COLUMNS:
        return ()
    # What is surely a figure is no gap.
    gaps = np.maximum(np.log1p(-np.minimum(np.exp(figures), _ALMOST)), _GAP_FLOOR)
    found: list[tuple[Day, ...]] = []
    for form in _FORMS:
        for share in _GAPS:
            for advance in (pitch, pitch - 0.5, pitch + 0.5):
                days = _fitted(scores, gaps, form, advance, share * advance)
                if days:
                    found.append(days)
    return max(found, key=lambda days: days[0].score, default=())


def _fitted(
    scores: Floats, gaps: Floats, form: tuple[int, int, int], pitch: float, gap: float
) -> tuple[Day, ...]:
    """The day where numbers of so many figures are parted by gaps of one width."""
    places: list[float] = []
    between, x = [-pitch], 0.0
    for n, count in enumerate(form):
        places += [x + k * pitch for k in range(count)]
        x = places[-1] + pitch + gap
        between.append(places[-1] + (pitch + gap) / 2 if n < len(form) - 1 else places[-1] + pitch)
    best = _widened(scores[:, :DIGITS].max(axis=1))
    starts = np.arange(max(0, len(best) - int(places[-1]) - 1))
    if not len(starts):
        return ()
    columns = (starts[:, None] + np.array(places)).round().astype(np.int64)
    parts = np.clip((starts[:, None] + np.array(between)).round().astype(np.int64), 0, len(best) - 1)
    worth = best[columns].mean(axis=1) + gaps[parts].sum(axis=1) / len(places)
    where = int(worth.argmax())
    if worth[where] < _LEAST:
        return ()
    values: list[int] = []
    for column in columns[where].tolist():
        near = scores[max(0, column - 1) : column + 2, :DIGITS]
        values.append(int(near.max(axis=0).argmax()))
    return _days_of(form, values, float(worth[where]))


def _widened(scores: Floats) -> Floats:
    padded = np.pad(scores, 1, mode="edge")
    return np.maximum(np.maximum(padded[:-2], padded[1:-1]), padded[2:])


def _days_of(form: tuple[int, int, int], figures: Sequence[int], score: float) -> tuple[Day, ...]:
    text = "".join(map(str, figures))
    first, second = form[0], form[0] + form[1]
    values = int(text[:first]), int(text[first:second]), int(text[second:])
    if form[0] == _CENTURY:
        year, orders = values[0], [(values[1], values[2])]
    else:
        year, orders = values[2], [(values[0], values[1]), (values[1], values[0])]
    days = [made for month, day in orders if (made := _date(year, month, day)) is not None]
    return tuple(Day(made, score) for made in dict.fromkeys(days))


def _date(year: int, month: int, day: int) -> date | None:
    if not _YEARS[0] <= year <= _YEARS[1]:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None
