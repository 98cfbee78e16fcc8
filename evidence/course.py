"""A clock in the picture held against presentation time: does it run, and where does it jump?

Pure arithmetic. A reading is a moment of the film and what the clock showed then. A clock that
shows whole seconds is late by up to `hold` when it is read, and by `slack` more where its screen
lags. So one reading leaves the film's beginning, in the clock's time, a stretch of `hold + slack`,
and all readings of one take leave it a common stretch. Where two parts of a film have none, the
take was cut between them; how much is missing is known to within a second or so.

A clock that falls back while it shows one reading hung, or somebody held up a picture of
it: that is told as `STOOD` and is no proof of a cut. One that falls back and runs on is: film
was put in, slowed down or shown twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_RUNNING: Final = 3
"""Different readings after which a clock that fell back is known to run on: one that hung shows two."""


class Manner(StrEnum):
    """How a clock left its course."""

    AHEAD = "ahead"
    """Time is missing in the film."""
    BACK = "back"
    """The film has more time than the clock."""
    STOOD = "stood"
    """It showed one reading for too long."""


@dataclass(frozen=True)
class Reading:
    """What the clock showed."""

    at: timedelta
    """Presentation time."""
    shown: datetime
    """Aware."""


@dataclass(frozen=True)
class Jump:
    """Where the clock left its course."""

    manner: Manner
    start: timedelta
    """The last reading on the old course, presentation time."""
    end: timedelta
    """The first one off it; of a clock that stood, the last."""
    least: timedelta
    most: timedelta
    """Between these lies how much the clock moved against the film, as an amount."""


@dataclass
class _Stretch:
    """Readings of one course: their common beginning lies from `low` to `high`."""

    low: timedelta
    high: timedelta
    first: timedelta
    last: timedelta
    shown: set[datetime]

    def fits(self, low: timedelta, high: timedelta) -> bool:
        return low <= self.high and high >= self.low

    def take(self, reading: Reading, low: timedelta, high: timedelta) -> None:
        self.low, self.high = max(self.low, low), min(self.high, high)
        self.last = reading.at
        self.shown.add(reading.shown)

    def joined(self, later: _Stretch) -> _Stretch:
        """One course, whose clock hung in between."""
        low, high = max(self.low, later.low), min(self.high, later.high)
        return _Stretch(low, high, self.first, later.last, self.shown | later.shown)


def jumps(readings: Iterable[Reading], *, hold: timedelta, slack: timedelta) -> tuple[Jump, ...]:
    """Where a clock leaves its course, in the film's order.

    Args:
        readings: in the film's order.
        hold: how long the clock shows one reading.
        slack: how late its screen may be beyond that.
    """
    return tuple(_told(_stretches(readings, hold + slack)))


def runs(readings: Sequence[Reading]) -> bool:
    """Whether the clock was seen to move on."""
    return any(later.shown > earlier.shown for earlier, later in pairwise(readings))


def _stretches(readings: Iterable[Reading], width: timedelta) -> list[_Stretch]:
    """The readings cut where no common beginning is left; a clock that hung comes back to its course."""
    made: list[_Stretch] = []
    true: _Stretch | None = None
    for reading in readings:
        low = reading.shown - _EPOCH - reading.at
        high = low + width
        if made and made[-1].fits(low, high):
            made[-1].take(reading, low, high)
        elif true is not None and true is not made[-1] and true.fits(low, high):
            made.append(
                _Stretch(max(low, true.low), min(high, true.high), reading.at, reading.at, {reading.shown})
            )
        else:
            made.append(_Stretch(low, high, reading.at, reading.at, {reading.shown}))
        if true is None or len(made[-1].shown) >= _RUNNING or made[-1].low > true.high:
            true = made[-1]
    return made


def _told(stretches: Sequence[_Stretch]) -> Iterator[Jump]:
    if not stretches:
        return
    course = stretches[0]
    stood: Jump | None = None
    for stretch in stretches[1:]:
        if not stretch.fits(course.low, course.high):
            least, most = course.low - stretch.high, course.high - stretch.low
            ahead = stretch.low > course.high
            if not ahead and len(stretch.shown) < _RUNNING:
                start = course.last if stood is None else stood.start
                stood = Jump(Manner.STOOD, start, stretch.last, least, most)
                continue
            if ahead:
                least, most = -most, -least
            manner = Manner.AHEAD if ahead else Manner.BACK
            jump = Jump(manner, course.last, max(course.last, stretch.first), least, most)
            yield from () if stood is None else (stood,)
            yield jump
            course = stretch
        else:
            yield from () if stood is None else (stood,)
            course = course.joined(stretch)
        stood = None
    yield from () if stood is None else (stood,)
