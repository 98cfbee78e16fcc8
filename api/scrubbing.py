"""The scrub: everything in use is read back and hashed again, slowly, and after each pass all custody logs.

A pass takes `scrub_days`; each file is due after its share of that time, unless somebody wants it now. Where
it stands is a row, so a worker that is started anew goes on, and two workers do not read the same file at
once. What is found is told in `/readyz`, as a figure in `/metrics`, in the log of the service and the ledger.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from pydantic import BaseModel, ConfigDict

from api import auditing, holding
from api.auditing import Fault
from api.caller import WORKER, Caller
from api.identity.directory import tenants
from claims.case import Moment
from storage.errors import ConflictError
from storage.rows import LIMIT, Reading, Unit

if TYPE_CHECKING:
    from api.desk import Desk, Wiring

log = logging.getLogger(__name__)

KIND: Final = "scrub"
LEASE: Final = timedelta(minutes=30)
"""For reading one file; a worker that dies over it is waited for as long."""
MOST: Final = 50
"""Files of one round, so that the other chores come to their turn."""
_TOLD: Final = 100
"""Faults that are kept in words; all are counted."""


class Found(BaseModel):
    """What a pass has come across."""

    model_config = ConfigDict(frozen=True)

    began_at: Moment
    ended_at: Moment | None = None
    files: int = 0
    size: int = 0
    """Bytes."""
    logs: int = 0
    entries: int = 0
    faults: int = 0
    told: tuple[tuple[str, str], ...] = ()
    """Code and place of the first faults."""

    def with_faults(self, found: list[Fault]) -> Found:
        told = (*self.told, *((each.code, each.where) for each in found))[:_TOLD]
        return self.model_copy(update={"faults": self.faults + len(found), "told": told})


class Scrub(BaseModel):
    """The body of the row: the pass that is under way, and the last one that came to its end."""

    model_config = ConfigDict(frozen=True)

    due_at: Moment
    after: str | None = None
    """Where in the list of files the pass stands."""
    total: int = 1
    """Bytes that there were when it began."""
    current: Found
    last: Found | None = None
    hurried: bool = False
    """Whether somebody wants to know now: the pass goes on without pauses."""

    @property
    def faults(self) -> int:
        """Of the pass under way, or of the last one where that had more."""
        return max(self.current.faults, self.last.faults if self.last else 0)


def standing(reading: Reading) -> Scrub | None:
    """How far it is; None where it never began."""
    row = reading.get(KIND, KIND)
    return Scrub.model_validate(row.body) if row else None


def go_on(wiring: Wiring) -> int:
    """Read what is due; returns how many files were read."""
    done = 0
    for tenant in tenants(wiring.rows):
        desk = wiring.desk(Caller(tenant, WORKER.actor))
        if not (wiring.settings.scrub_days or _hurried(desk)):
            continue
        try:
            while done < MOST and _step(desk):
                done += 1
        except ConflictError:
            log.info("another worker scrubs")
    return done


def hasten(desk: Desk) -> None:
    """Begin a pass over everything that the worker makes without pauses, `MOST` files a round.

    Whoever reads a file at this moment finds that the pass is another by now, and leaves it.
    """
    with desk.begin() as unit:
        held = standing(unit)
        begun = _begun(desk, unit, None)
        last = held.last if held else None
        _put(unit, begun.model_copy(update={"last": last, "hurried": True}))
        desk.note(unit, auditing.STREAM, "scrub.hastened")


def _hurried(desk: Desk) -> bool:
    with desk.read() as reading:
        held = standing(reading)
    return held is not None and held.hurried


def _step(desk: Desk) -> bool:
    """Read one file, or end the pass; False where nothing is due."""
    with desk.begin() as unit:
        held = standing(unit) or _begun(desk, unit, None)
        now, longest = desk.now(), timedelta(days=desk.wiring.settings.scrub_days) + LEASE
        if now < held.due_at <= now + longest:
            return False
        # What is due later than that was put off by a clock that was set back since.
        held = held.model_copy(update={"due_at": min(held.due_at, now)})
        page = unit.find(holding.KIND, after=held.after, limit=1, newest_first=False)
        leased = held.model_copy(update={"due_at": desk.now() + LEASE})
        version = _put(unit, leased)
    if not page.rows:
        _ended(desk, held, version)
        return False
    size, fault = auditing.read_back(desk, page.rows[0].id)
    faults = [fault] if fault else []
    _alarm(faults)
    current = held.current.with_faults(faults)
    current = current.model_copy(update={"files": current.files + 1, "size": current.size + size})
    if page.next is None:
        _ended(desk, held.model_copy(update={"current": current}), version)
        return True
    period = timedelta(days=desk.wiring.settings.scrub_days)
    due = desk.now()
    if not held.hurried:
        due = max(held.due_at, due - LEASE) + period * min(1.0, size / held.total)
    with desk.begin() as unit:
        _put(unit, held.model_copy(update={"after": page.next, "current": current, "due_at": due}), version)
        for each in faults:
            desk.note(unit, auditing.STREAM, "scrub.fault", {"code": each.code, "where": each.where})
    return True


def _ended(desk: Desk, held: Scrub, version: int) -> None:
    """Walk the custody logs, tell what the pass found, and begin the next one."""
    with desk.read() as reading:
        logs, entries, faults = auditing.walked(reading)
    _alarm(faults)
    found = held.current.with_faults(faults)
    found = found.model_copy(update={"logs": logs, "entries": entries, "ended_at": desk.now()})
    with desk.begin() as unit:
        _put(unit, _begun(desk, unit, found), version)
        detail = found.model_dump(mode="json", exclude={"told", "began_at", "ended_at"})
        told = [{"code": code, "where": where} for code, where in found.told]
        desk.note(unit, auditing.STREAM, "scrub.made", {**detail, "found": told})


def _begun(desk: Desk, unit: Unit, last: Found | None) -> Scrub:
    """A new pass; the first begins now, the others when the period of the one before is over."""
    now, total = desk.now(), 0
    after: str | None = None
    while True:
        page = unit.find(holding.KIND, after=after, limit=LIMIT, newest_first=False)
        total += sum(int(row.body["size"]) for row in page.rows)
        if (after := page.next) is None:
            break
    due = now
    if last is not None:
        due = max(now, min(now, last.began_at) + timedelta(days=desk.wiring.settings.scrub_days))
    return Scrub(due_at=due, total=max(1, total), current=Found(began_at=max(now, due)), last=last)


def _put(unit: Unit, scrub: Scrub, version: int | None = None) -> int:
    """Keep it; with a version only if nobody else has gone on meanwhile."""
    row = unit.get(KIND, KIND)
    body = scrub.model_dump(mode="json")
    if row is None:
        return unit.add(KIND, KIND, body).version
    return unit.replace(KIND, KIND, body, version=row.version if version is None else version).version


def _alarm(faults: list[Fault]) -> None:
    for each in faults:
        log.critical("scrub: %s %s", each.code, each.where)
