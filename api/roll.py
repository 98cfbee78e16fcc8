"""The roll of the workers: who is at work, on whichever machine, and who has fallen silent.

Each worker changes its own row every few seconds. Others do not compare the time in it with their
clock, since clocks of two machines differ; they watch whether it changes, and measure by a clock
that is never set how long it has not.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from api.examination import put
from storage.errors import MissingRowError
from storage.rows import Rows

HEARTBEAT: Final = timedelta(seconds=5)
LOST: Final = timedelta(seconds=20)
"""A worker that was not heard of for so long is not there."""

SYSTEM: Final = "system"
"""The tenant of what belongs to no tenant."""
_KIND: Final = "worker"

_Beat = tuple[int, datetime] | None
"""What changes with each beat; None where there is no row."""


class Roll:
    """The workers as one process sees them."""

    def __init__(self, rows: Rows, ticks: Callable[[], float] = time.monotonic) -> None:
        """`ticks` tells seconds since whenever and is never set back or forward."""
        self._rows = rows
        self._ticks = ticks
        self._seen: dict[str, tuple[_Beat, float]] = {}

    def beat(self, name: str, now: datetime) -> None:
        """Let others know that the worker of that name is at work."""
        with self._rows.begin(SYSTEM, now=now) as unit:
            put(unit, _KIND, name, {"pid": os.getpid()})

    def alive(self, now: datetime) -> bool:
        """Whether somebody is at work, as far as the clocks of the machines agree."""
        with self._rows.read(SYSTEM) as reading:
            # Not the newest, who may be dead: whoever was there first may still be.
            rows = reading.find(_KIND, limit=1000).rows
        return any(abs(now - row.updated_at) < LOST for row in rows)

    def silent(self, others: Collection[str]) -> tuple[str, ...]:
        """Who of these, and of all on the roll, was watched for `LOST` without a beat.

        To be asked every few seconds, or beats are missed and silence is noticed late. Who was never
        on the roll falls silent like the others.
        """
        with self._rows.read(SYSTEM) as reading:
            rows = reading.find(_KIND, limit=1000).rows
        beats: dict[str, _Beat] = {**dict.fromkeys(others), **{r.id: (r.version, r.updated_at) for r in rows}}
        now = self._ticks()
        before, self._seen = self._seen, {}
        for name, heard in beats.items():
            known = before.get(name)
            self._seen[name] = known if known and known[0] == heard else (heard, now)
        return tuple(name for name, (_, since) in self._seen.items() if now - since >= LOST.total_seconds())

    def strike(self, name: str, now: datetime) -> None:
        """Take a silent worker off the roll, after its jobs were given to others and not before."""
        with suppress(MissingRowError), self._rows.begin(SYSTEM, now=now) as unit:
            unit.remove(_KIND, name)
