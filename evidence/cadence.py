"""The beat of a film: which time stamps are out of step with the ones around them.

Phones change their frame rate with the light, browsers drop pictures when they are
busy. So a pause is held against the pauses around it, never against a nominal rate.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Final

_MICRO: Final = timedelta(microseconds=1)
AROUND: Final = 30
"""Pauses on each side that a pause is compared with: about a second."""
FEWEST: Final = 8
"""Pauses around it that a judgement needs."""
_USUAL: Final = 0.9
"""The share of the pauses around that counts as usual."""


@dataclass(frozen=True)
class Pause:
    """Two pictures in a row with more time between them than the beat around them has."""

    start: timedelta
    end: timedelta
    usual: timedelta
    """The pause that nine in ten around it stay below."""

    @property
    def length(self) -> timedelta:
        return self.end - self.start

    @property
    def score(self) -> float:
        """How many usual pauses it lasts."""
        return self.length / self.usual if self.usual else 0.0


class Cadence:
    """The time stamps of one film, eight bytes each."""

    def __init__(self) -> None:
        self._stamps = array("q")
        self.backward: list[timedelta] = []
        """Where a stamp lies before the one before it; at most `FEWEST` are kept."""
        self.repeated = 0
        """How many stamps repeat the one before them."""

    def add(self, at: timedelta) -> None:
        """Note the stamp of the next picture."""
        stamp = at // _MICRO
        if self._stamps:
            last = self._stamps[-1]
            self.repeated += stamp == last
            if stamp < last and len(self.backward) < FEWEST:
                self.backward.append(at)
        self._stamps.append(stamp)

    def pauses(self, *, times: float, least: timedelta) -> Iterator[Pause]:
        """The pauses longer than `least` and than `times` the usual one around them, in order."""
        stamps = self._stamps
        floor = least // _MICRO
        lengths = array("q", (b - a for a, b in pairwise(stamps)))
        for i, length in enumerate(lengths):
            if length < floor:
                continue
            around = sorted(
                x for x in (*lengths[max(0, i - AROUND) : i], *lengths[i + 1 : i + 1 + AROUND]) if x > 0
            )
            if len(around) < FEWEST:
                continue
            usual = around[int(_USUAL * (len(around) - 1))]
            if length > times * usual:
                yield Pause(stamps[i] * _MICRO, stamps[i + 1] * _MICRO, usual * _MICRO)

    def __len__(self) -> int:
        return len(self._stamps)

    @property
    def end(self) -> timedelta:
        """The latest stamp; zero where there is none."""
        return max(self._stamps, default=0) * _MICRO

    def at(self, position: int) -> timedelta:
        """The stamp of the picture at that position; 0 for the first."""
        return self._stamps[position] * _MICRO
