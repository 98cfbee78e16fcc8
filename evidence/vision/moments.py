"""Key moments of a film: the calmest informative picture of each stretch of time, unlike its neighbours.

A calm picture is sharp and looks the same a moment earlier or later, so a copy that was encoded
again, trimmed or thinned out has the same ones. Stretches are a second long and double whenever
there are too many, so memory stays bounded however long the film is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from evidence import recurrence
from evidence.imprint import distance
from evidence.rhythm import Rhythm
from evidence.timeline import ZERO
from evidence.vision.impression import impression

if TYPE_CHECKING:
    from evidence.check import Frame, Plane


@dataclass(frozen=True)
class Moment:
    """One picture that stands for its stretch."""

    at: timedelta
    bits: int
    """Its imprint."""
    change: float
    """The larger of the changes that lead to it and away from it, mean grey levels of 255."""


@dataclass(frozen=True)
class _Look:
    at: timedelta
    picture: Plane
    change: float
    """Since the look before."""


class Moments:
    """Gathers the moments during one pass.

    Args:
        side: long side of the pictures looked at, pixels.
        most: moments at most.
        least: strength (`Impression.strength`) below which a picture is too dark, flat or blurred to count.
    """

    def __init__(self, *, side: int, most: int, least: float) -> None:
        self._side = side
        self._most = most
        self._least = least
        self._stretch = recurrence.STRETCH
        self._calmest: dict[int, Moment] = {}
        self._last: _Look | None = None
        self.rhythm = Rhythm()
        """Of the changes from look to look."""

    def see(self, frame: Frame) -> None:
        """Look at one picture; damaged ones do not count, nor do those before the beginning."""
        if frame.corrupt or frame.at < ZERO:
            return
        picture = frame.gray(self._side)
        last, change = self._last, 0.0
        if last is not None:
            change = _change(last.picture, picture)
            self.rhythm.note(frame.at, change)
            self._offer(last, max(last.change, change))
        self._last = _Look(frame.at, picture, change)

    def finish(self) -> tuple[Moment, ...]:
        """The moments in the order of time, those left out that look like the one before."""
        if self._last is not None:
            self._offer(self._last, self._last.change)
            self._last = None
        chosen: list[Moment] = []
        for moment in sorted(self._calmest.values(), key=lambda each: each.at):
            if not chosen or distance(chosen[-1].bits, moment.bits) >= recurrence.DISTINCT:
                chosen.append(moment)
        return tuple(chosen)

    def _offer(self, look: _Look, change: float) -> None:
        place = look.at // self._stretch
        best = self._calmest.get(place)
        if best is not None and change >= best.change:
            return
        seen = impression(look.picture)
        if seen is None or seen.strength < self._least:
            return
        self._calmest[place] = Moment(look.at, seen.bits, change)
        while len(self._calmest) > self._most:
            self._widen()

    def _widen(self) -> None:
        self._stretch *= 2
        kept, self._calmest = self._calmest, {}
        for moment in kept.values():
            place = moment.at // self._stretch
            best = self._calmest.get(place)
            if best is None or moment.change < best.change:
                self._calmest[place] = moment


def _change(one: Plane, other: Plane) -> float:
    """The mean change between two pictures in grey levels; all there is where their sizes differ."""
    if one.shape != other.shape:
        return 255.0
    return float(np.abs(one.astype(np.int16) - other).mean())
