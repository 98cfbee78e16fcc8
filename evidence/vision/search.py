"""When to look for codes in a film, where, and how closely: the schedule that keeps it cheap.

1. A far look every `pace`: candidates in a view of 960 pixels, read in one of 1920.
2. Every second one is deep: candidates are sought at 1920, where small codes have stripes.
3. Where candidates look like a code and were not read, close looks follow: every picture for a
   moment, only around that place, since a hand that moves is still now and then.
4. Now and then matrix codes are sought, in the far view and around each code that was read.
Once the check has what it wants (`keen` is false) looks are rarer and begin where the code was. Once it
knows another code well (`often` is false) they are rarer, but of the whole picture.

The schedule counts looks and pixels, never the clock of the machine, so that a film gives the
same findings everywhere. Close looks are at most twice as many as far ones, and what stays
unread is left alone for longer and longer.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from evidence.station import announced
from evidence.timeline import ZERO
from evidence.vision import symbols
from evidence.vision.barcodes import beside, changes, linear
from evidence.vision.bars import find
from evidence.vision.symbols import FULL, far_scale, smaller

if TYPE_CHECKING:
    from collections.abc import Iterable

    from evidence.check import Frame, Plane
    from evidence.vision.bars import Stripes
    from evidence.vision.symbols import Symbol

_CLOSE_PAUSE: Final = timedelta(seconds=0.03)
"""Between two close looks: every picture at 30 a second, every second one at 60."""
_SPELL: Final = 12
"""Close looks in a row without a reading, after which a place is left alone."""
_LEFT_ALONE: Final = (timedelta(seconds=0.4), timedelta(seconds=6))
"""And for how long: at first, doubled each time, and at the most."""
_CLOSE_SHARE: Final = 2
"""Close looks for each far one, at the most."""
_CHANGES: Final = 20
"""From dark to light and back that a strip has, to be looked at closely: a short code has 36."""
_PLACES: Final = 3
"""Places that are looked at closely."""
_MATRIX_PAUSE: Final = timedelta(seconds=1.0)
"""Between two looks for matrix codes in the far view."""
_BESIDE_PAUSE: Final = timedelta(seconds=0.5)
"""Between two looks for matrix codes beside a bar code."""
_BESIDE: Final = 4
"""Such looks in a row without a reading, after which there is none."""
_LARGE: Final = 480
"""Pixels of length from which on a place is sought in half the size."""
_AROUND: Final = (0.35, 24.0)
"""Room about a place, in lengths of it and pixels: as far as a hand moves in a moment."""


@dataclass(frozen=True)
class Look:
    """What one look at one picture gave."""

    view: Plane
    """Grey; `symbols` and `alike` are in its pixels."""
    symbols: tuple[Symbol, ...]
    """What was read, each text once; the codes of a station clock are `lookout`'s."""
    alike: tuple[Stripes, ...]
    """What looked like a code and was not read, the largest first."""


@dataclass
class _Tried:
    """What came of candidates."""

    symbols: list[Symbol]
    read: list[Stripes]
    alike: list[Stripes]


class Search:
    """Looks through one film in order.

    Args:
        pace: between two far looks.
        rest: between two looks once the check has what it wants, or knows another code well.
    """

    def __init__(self, pace: timedelta, rest: timedelta) -> None:
        self._pace, self._rest = pace, rest
        self._due = self._close_due = self._matrix_due = self._beside_due = ZERO
        self._known: list[Stripes] = []
        """Where codes were read last, in the full view."""
        self._wanted: list[Stripes] = []
        """Where something is to be looked at closely."""
        self._barren = 0
        """Close looks without a reading in this spell."""
        self._pause = _LEFT_ALONE[0]
        """For which the next place that stays unread is left alone."""
        self._beside = 0
        self.far = 0
        self.close = 0
        """Looks so far."""

    def look(self, frame: Frame, *, keen: bool, often: bool = True) -> Look | None:
        """What is seen in this picture; None where it is passed over.

        Args:
            frame: the next one.
            keen: whether what is sought has not been read well enough.
            often: whether to look at the pace of one who has read nothing yet.
        """
        if frame.at >= self._due:
            self._due = frame.at + (self._pace if keen and often else self._rest)
            self.far += 1
            return self._far(frame, keen=keen)
        close = keen and self._wanted and frame.at >= self._close_due
        if not close or self.close >= _SPELL + _CLOSE_SHARE * self.far:
            return None
        self._close_due = frame.at + _CLOSE_PAUSE
        self.close += 1
        return self._closely(frame)

    def _far(self, frame: Frame, *, keen: bool) -> Look:
        full = frame.gray(FULL)
        tried = _tried(full, _about(full, self._known)) if self._known and not keen else _Tried([], [], [])
        if not tried.read:
            tried = _tried(full, _anywhere(full))
        if not tried.read and keen and self.far % 2 == 0 and far_scale(full) < 1:
            deeper = _tried(full, find(full))
            tried = _Tried(deeper.symbols, deeper.read, tried.alike + deeper.alike)
        self._known = tried.read or self._known
        if frame.at >= self._close_due:
            self._barren = self._barren if self._wanted else 0
            self._wanted = tried.alike[:_PLACES]
        return _look(full, tried.symbols + self._matrices(frame, full, tried.symbols), tried.alike)

    def _closely(self, frame: Frame) -> Look:
        full = frame.gray(FULL)
        tried = _tried(full, _about(full, self._wanted))
        self._known = tried.read or self._known
        self._barren = 0 if tried.read else self._barren + 1
        if tried.read:
            self._wanted, self._pause = [], _LEFT_ALONE[0]
        elif self._barren >= _SPELL:
            self._wanted, self._close_due = [], frame.at + self._pause
            self._pause = min(2 * self._pause, _LEFT_ALONE[1])
        else:
            self._wanted = tried.alike[:_PLACES] or self._wanted
        return _look(full, tried.symbols, tried.alike)

    def _matrices(self, frame: Frame, full: Plane, near: list[Symbol]) -> list[Symbol]:
        """Matrix codes: in the whole picture now and then, and beside the codes that were just read."""
        if near and frame.at >= self._beside_due and self._beside < _BESIDE:
            self._beside_due = frame.at + _BESIDE_PAUSE
            found = beside(full, near[0])
            self._beside = 0 if found else self._beside + 1
            return found
        if frame.at < self._matrix_due:
            return []
        self._matrix_due = frame.at + _MATRIX_PAUSE
        return symbols.matrices(full)


def _anywhere(full: Plane) -> list[Stripes]:
    """Candidates in the whole picture, from views of two sizes; in pixels of the full one."""
    view = smaller(full, far_scale(full))
    return [
        stripes.scaled(full.shape[1] / seen.shape[1])
        for seen, most in ((view, 8), (smaller(view, 0.5), 3))
        for stripes in find(seen, most)
    ]


def _about(full: Plane, places: Iterable[Stripes]) -> list[Stripes]:
    """Candidates about places in the full view."""
    candidates: list[Stripes] = []
    share, room = _AROUND
    for place in places:
        reach = max(place.length, place.height) * (0.5 + share) + room
        left, top = max(0, int(place.x - reach)), max(0, int(place.y - reach))
        part = full[top : max(0, int(place.y + reach)), left : max(0, int(place.x + reach))]
        seen = smaller(part, 1.0 if place.length < _LARGE else 0.5)
        scale = part.shape[1] / max(1, seen.shape[1])
        candidates += [stripes.scaled(scale).moved(left, top) for stripes in find(seen, 4)]
    return candidates


def _tried(full: Plane, candidates: Iterable[Stripes]) -> _Tried:
    """What candidates say, and which of the unread ones look like codes."""
    tried = _Tried([], [], [])
    for stripes in candidates:
        if any(_same(stripes, other) for other in tried.read):
            continue
        symbol = linear(full, stripes)
        if symbol is not None:
            tried.symbols.append(symbol)
            tried.read.append(stripes)
        elif changes(full, stripes) >= _CHANGES:
            tried.alike.append(stripes)
    return tried


def _same(one: Stripes, other: Stripes) -> bool:
    """Whether a candidate lies on one that was read, as when both views show it."""
    return math.hypot(one.x - other.x, one.y - other.y) < other.length / 2


def _look(full: Plane, found: Iterable[Symbol], alike: Iterable[Stripes]) -> Look:
    once = {symbol.text: symbol for symbol in reversed(list(found)) if not announced(symbol.text)}
    return Look(full, tuple(once.values()), tuple(alike))
