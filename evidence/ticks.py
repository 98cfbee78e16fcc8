"""Presentation time from stream ticks, exact to the microsecond."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import Final

from evidence.timeline import ZERO

SLACK: Final = 1000
"""Microseconds by which a stated length may miss the next picture: Matroska rounds to the millisecond."""
MOST: Final = 10**15
"""Microseconds that a time is cut to either way, thirty years: a file may claim any number."""


class Ticks:
    """Turns the time stamps of one stream into times since its first picture, and finds its end.

    Args:
        time_base: seconds a tick.
        rate: pictures a second as the file claims, used only where a picture has no stamp or length.
    """

    def __init__(self, time_base: Fraction | None, rate: Fraction | None) -> None:
        base = time_base if time_base and time_base > 0 else Fraction(1, 1_000_000)
        self._scale = base * 1_000_000
        self._typical = max(1, round(1 / (rate * base))) if rate and rate > 0 else 0
        self._origin: int | None = None
        self._last: int | None = None
        self._next = 0
        self._latest: int | None = None
        self._stated = 0
        self._truthful = True
        self._end = ZERO

    @property
    def end(self) -> timedelta:
        """From the first picture to the end of the display of the one that is shown last."""
        return self._end

    def at(self, stamp: int | None, length: int = 0) -> tuple[timedelta, bool]:
        """The time of the next picture, and whether the file told it.

        A picture without a stamp is put where the one before it ends. Stamps that repeat or
        go back are kept as they are.
        """
        ticks = self._next if stamp is None else stamp
        if self._origin is None:
            self._origin = ticks
        at = self._time(ticks - self._origin)
        self._next = ticks + self._length(ticks, length)
        self._last, self._stated = ticks, length
        if self._latest is None or ticks >= self._latest:
            self._latest, self._end = ticks, self._time(self._next - self._origin)
        return at, stamp is not None

    def _length(self, ticks: int, length: int) -> int:
        """How long the picture at `ticks` is shown.

        With reordered pictures and a variable rate, MP4 states lengths in the order of decoding.
        Once one was not as long as stated, the next ones are no longer than the one before.
        """
        step = 0 if self._last is None else max(0, ticks - self._last)
        if step and self._stated > 0:
            self._truthful = self._truthful and abs(step - self._stated) * self._scale <= SLACK
        if length <= 0:
            return self._typical or step
        return length if self._truthful or not step else min(length, step)

    def _time(self, ticks: int) -> timedelta:
        scale = self._scale
        micros = (2 * ticks * scale.numerator + scale.denominator) // (2 * scale.denominator)
        return timedelta(microseconds=max(-MOST, min(MOST, micros)))
