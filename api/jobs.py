"""The queue of examinations, as the flows see it, and the one that lives in a thread.

A job is put on the queue inside the transaction that writes its item, so there is never an
item without a job nor a job without an item. What is on the queue is run at least once; the
flow that runs it makes a second run harmless.
"""

from __future__ import annotations

import heapq
import itertools
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from evidence.timeline import ZERO
from storage.rows import Unit

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    """One examination to be done."""

    tenant: str
    evidence_id: str
    batch: bool = False
    """Whether it can wait until those of the same tenant are done that somebody waits for."""


class Jobs(Protocol):
    """Where jobs wait."""

    def enqueue(self, unit: Unit, job: Job, *, after: timedelta = ZERO) -> None:
        """Put `job` on the queue when `unit` commits; it starts `after` that time at the earliest."""
        ...

    def alive(self, now: datetime) -> bool:
        """Whether somebody is there to do the jobs."""
        ...

    def close(self) -> None:
        """Let go of what is held; jobs that wait stay waiting."""
        ...


class NoJobs:
    """For commands that start no examinations."""

    def enqueue(self, unit: Unit, job: Job, *, after: timedelta = ZERO) -> None:
        del unit, job, after
        message = "this wiring has no queue"
        raise RuntimeError(message)

    def alive(self, now: datetime) -> bool:
        del now
        return False

    def close(self) -> None: ...


class ThreadJobs:
    """A queue in memory and the one thread that works on it; nothing survives the process.

    `run` must tolerate a job whose item is not there: the transaction that announced it may
    have been rolled back.
    """

    def __init__(self, run: Callable[[Job], object]) -> None:
        self._run = run
        self._waiting: list[tuple[float, int, Job]] = []
        self._order = itertools.count()
        self._turn = threading.Condition()
        self._busy = False
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="examinations", daemon=True)
        self._thread.start()

    def enqueue(self, unit: Unit, job: Job, *, after: timedelta = ZERO) -> None:
        del unit  # The transaction holds the rows until it ends, and the run reads them first.
        due = time.monotonic() + after.total_seconds()
        with self._turn:
            heapq.heappush(self._waiting, (due, next(self._order), job))
            self._turn.notify_all()

    def alive(self, now: datetime) -> bool:
        del now
        return self._thread.is_alive()

    def idle(self, timeout: float) -> bool:
        """Wait until nothing is due; whether that came about within `timeout` seconds."""
        with self._turn:
            return self._turn.wait_for(lambda: not self._busy and self._delay() != 0, timeout)

    def close(self) -> None:
        with self._turn:
            self._closed = True
            self._turn.notify_all()
        self._thread.join()

    def _delay(self) -> float | None:
        """Seconds until the next job is due; None where none waits."""
        if not self._waiting:
            return None
        return max(0.0, self._waiting[0][0] - time.monotonic())

    def _next(self) -> Job | None:
        with self._turn:
            self._busy = False
            self._turn.notify_all()
            while not self._closed:
                delay = self._delay()
                if delay == 0:
                    self._busy = True
                    return heapq.heappop(self._waiting)[2]
                self._turn.wait(delay)
            return None

    def _work(self) -> None:
        while (job := self._next()) is not None:
            try:
                self._run(job)
            except Exception:
                log.exception("the examination of %s broke", job.evidence_id)
