"""The worker process: takes examinations from the queue until it is told to stop.

At start, and now and then, it puts right what dead processes left: their temporary files,
the jobs they had begun, and items that no job speaks for. Whether a process of this machine is dead
the lock of its slot says at once; of those of other machines it is told by their silence.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
from contextlib import suppress
from functools import partial
from types import FrameType
from typing import Final

from structlog.contextvars import bound_contextvars

from api import chores, dbos_jobs, leftovers, reshipping, slots
from api.caller import WORKER, Caller
from api.dbos_jobs import DbosJobs
from api.desk import Wiring
from api.errors import MissingItemError, SupersededError
from api.examination import Watch, examine, give_up
from api.idempotency import forget
from api.identity.directory import tenants
from api.identity.sessions import drop_old
from api.item import KIND, State, item_of
from api.jobs import Job
from api.roll import HEARTBEAT, Roll
from api.settings import Settings
from api.wiring import embedded
from evidence.walls.sandbox import SandboxUnavailableError

log = logging.getLogger(__name__)

YIELDING: Final = 5
"""How much nicer than the front door: who asks waits for milliseconds, a film for seconds anyway."""
BETWEEN_TRIALS: Final = 60.0
"""Seconds after which walls that do not hold are tried again."""
BETWEEN_ROUNDS: Final = 12
"""Heartbeats between two rounds of putting right."""


def work(settings: Settings, *, with_parent: bool = False) -> None:
    """Work until SIGTERM or SIGINT; with `with_parent` also until the standard input ends."""
    stop = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    if with_parent:
        threading.Thread(target=_until_orphaned, args=(stop,), daemon=True).start()
    with suppress(OSError):
        os.nice(YIELDING)
    wiring = embedded(settings)
    try:
        with slots.taken(settings.data / "workers") as name:
            run = partial(_run, wiring)
            let_go = partial(_give_up, wiring)
            url = settings.database_url
            if not walled(wiring, stop):
                return
            with dbos_jobs.working(url, name, run, let_go, at_once=settings.workers):
                log.info("%s is at work", name)
                with chores.done_beside(wiring):
                    _attend(wiring, name, stop)
    finally:
        wiring.close()


def walled(wiring: Wiring, stop: threading.Event, between: float = BETWEEN_TRIALS) -> bool:
    """Wait until the walls hold, since without them no job is taken; False where we are to stop first.

    Nothing is lost meanwhile: what is sent is stored and stays on the queue, also for other machines.
    """
    while reason := wiring.unwalled():
        log.error("%s Files that are sent wait.", SandboxUnavailableError(reason))
        if stop.wait(between):
            return False
    return not stop.is_set()


def _attend(wiring: Wiring, name: str, stop: threading.Event) -> None:
    wiring.sweep()
    roll = Roll(wiring.rows)
    rounds = 0
    while not stop.is_set():
        try:
            roll.beat(name, wiring.clock())
            take_over(wiring, roll)
            if rounds % BETWEEN_ROUNDS == 0:
                put_right(wiring)
        except Exception:  # The next round may fare better.
            log.exception("a round of %s failed", name)
        rounds += 1
        stop.wait(HEARTBEAT.total_seconds())


def take_over(wiring: Wiring, roll: Roll) -> None:
    """Give the jobs of workers of other places that have fallen silent back to all."""
    for lost in roll.silent(dbos_jobs.busy()):
        if not slots.ours(wiring.settings.data / "workers", lost):
            log.warning("%s was not heard of and its jobs are given to others", lost)
            dbos_jobs.adopt([lost])
            roll.strike(lost, wiring.clock())


def put_right(wiring: Wiring) -> None:
    """Take up what was left half-done."""
    leftovers.put_right(wiring)
    with slots.orphaned(wiring.settings.data / "workers") as names:
        dbos_jobs.adopt(names)
    drop_old(wiring)
    if isinstance(wiring.jobs, DbosJobs):
        for tenant in tenants(wiring.rows):
            reshipping.erase_expired(wiring.desk(Caller(tenant, WORKER.actor)))
            _queue_again(wiring, wiring.jobs, tenant)
            forget(wiring.rows, tenant, now=wiring.clock())


def _queue_again(wiring: Wiring, jobs: DbosJobs, tenant: str) -> None:
    """Queue the items that wait for an answer and that no job speaks for."""
    waiting: list[str] = []
    for state in (State.RECEIVED, State.EXAMINING):
        after: str | None = None
        while True:
            with wiring.rows.read(tenant) as reading:
                page = reading.find(KIND, {"state": state.value}, after=after, limit=200)
            waiting += [item_of(row).id for row in page.rows]
            if (after := page.next) is None:
                break
    for evidence_id in waiting:
        job = Job(tenant, evidence_id)
        if not jobs.waits(job):
            log.warning("%s had no job and is queued again", evidence_id)
            with wiring.rows.begin(tenant, now=wiring.clock()) as unit:
                jobs.enqueue(unit, job)


def _run(wiring: Wiring, job: Job, watch: Watch) -> None:
    with bound_contextvars(tenant=job.tenant, evidence_id=job.evidence_id):
        try:
            examine(wiring.desk(Caller(job.tenant, WORKER.actor)), job.evidence_id, watch)
        except MissingItemError:
            log.warning("%s is queued and is not there", job.evidence_id)
        except SupersededError:
            log.warning("%s was taken over by another worker", job.evidence_id)


def _give_up(wiring: Wiring, job: Job) -> None:
    give_up(wiring.desk(Caller(job.tenant, WORKER.actor)), job.evidence_id)


def _until_orphaned(stop: threading.Event) -> None:
    """The parent holds the other end of our standard input and closes it by dying, if not before."""
    # Not through `sys.stdin`, whose lock a thread that waits would hold past the end of the interpreter.
    while os.read(0, 4096):
        pass
    stop.set()
