"""A clock that a camera drew into its film, held against presentation time: its pace, and where it leaves it.

Pure arithmetic over readings (`course` does the jumps). Such a clock shows whole seconds, may be late
by half a second more, and may run a little fast or slow: its pace is the slope of its unbroken parts, and
where
that is surely not 1 the film's time is stretched by it before jumps are looked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Final

from evidence.course import Jump, Reading, jumps

_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
_HOLD: Final = timedelta(seconds=1)
_SLACK: Final = timedelta(seconds=0.6)
"""How late a drawn clock may be: phones draw it between other work."""
_BROKEN: Final = 1.25
"""Seconds by which readings in a row leave each other where a part ends."""
_SURE: Final = 0.6
"""Seconds of error at the end of a part, by which its pace is uncertain."""
LEAST_OFF: Final = 0.02
"""How far a pace is off 1 before anybody is told."""
_LONG: Final = 6.0
"""Seconds of a part whose pace is told."""
_STANDS: Final = 2.0
"""Seconds of one reading that a running clock does not show."""
_OFTEN: Final = 5
"""Readings of it."""


@dataclass(frozen=True)
class Told:
    """What the clock showed in one picture."""

    at: float
    """Presentation time, seconds."""
    shown: int
    """Seconds since the midnight before the film."""


@dataclass(frozen=True)
class Pace:
    """Seconds that a clock counts in a second of the film."""

    rate: float
    limit: float
    """How far it may be off 1 before that is more than an error of reading."""

    @property
    def off(self) -> bool:
        return abs(self.rate - 1) > self.limit


def pace(told: Sequence[Told]) -> Pace | None:
    """The common pace of the unbroken parts; None where they are too short."""
    longest = over = under = 0.0
    for part in _parts(told):
        longest = max(longest, part[-1].at - part[0].at)
        at, shown = (sum(values) / len(part) for values in zip(*((t.at, t.shown) for t in part), strict=True))
        over += sum((t.at - at) * (t.shown - shown) for t in part)
        under += sum((t.at - at) ** 2 for t in part)
    if longest < _LONG:
        return None
    return Pace(over / under, max(LEAST_OFF, _SURE / longest))


def off_course(told: Sequence[Told]) -> tuple[Jump, ...]:
    """Where the clock leaves its own pace."""
    found = pace(told)
    rate = found.rate if found is not None and found.off else 1.0
    readings = [Reading(timedelta(seconds=t.at * rate), _EPOCH + timedelta(seconds=t.shown)) for t in told]
    return tuple(
        Jump(jump.manner, jump.start / rate, jump.end / rate, jump.least, jump.most)
        for jump in jumps(readings, hold=_HOLD, slack=_SLACK)
    )


def stands(alone: Sequence[Told]) -> list[tuple[float, float]]:
    """Where one reading stays for longer than a running clock shows it, in seconds of the film."""
    found: list[tuple[float, float]] = []
    first = 0
    for n in range(1, len(alone) + 1):
        if n < len(alone) and alone[n].shown == alone[first].shown:
            continue
        if n - first >= _OFTEN and alone[n - 1].at - alone[first].at >= _STANDS:
            found.append((alone[first].at, alone[n - 1].at))
        first = n
    return found


def _parts(told: Sequence[Told]) -> list[list[Told]]:
    parts = [[t] for t in told[:1]]
    for before, after in pairwise(told):
        moved = (after.shown - after.at) - (before.shown - before.at)
        if abs(moved) > _BROKEN:
            parts.append([])
        parts[-1].append(after)
    return parts
