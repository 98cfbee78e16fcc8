"""How long things are kept: what would go and why, legal holds, and the purge itself.

A case goes when it is closed, no clock of it runs, and the period that was set is over since the last of
its clocks; its files go with it unless another case has them, a file of no case after a period of its own.
Nothing goes by itself: a person asks for it and says why. A legal hold keeps a thing whatever else is said,
and is put on the bucket's objects too where the bucket keeps such holds; a lock of the bucket is waited
for: what it would not let go of stays wholly. The custody logs stay for good, with an entry that tells
what went.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from api import cases, fastening, item, sealing
from api.errors import MissingCaseError, MissingItemError
from api.item import Item, item_of
from api.purging import blobs_of, drop, freed, let_go, locks_of, rows
from claims.assessment import Ticking
from claims.case import Case, Moment
from claims.record.event import EventKind
from evidence.model import Saying, rfc3339, say
from storage.blobs import Lock
from storage.errors import StorageError
from storage.rows import Reading

if TYPE_CHECKING:
    from api.desk import Desk

log = logging.getLogger(__name__)

KIND: Final = fastening.HOLD
STREAM: Final = fastening.STREAM
MOST: Final = 200
"""Things that one purge removes; it is one transaction, and others wait for it."""
Locks = Mapping[str, Lock]
"""By digest: what the bucket keeps, as it was asked."""
_RUNNING: Final = frozenset({Ticking.RUNNING, Ticking.PAUSED, Ticking.UNKNOWN})


class Mandate(BaseModel):
    """A person's word, and why."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    by: str = Field(min_length=1, max_length=200, examples=["Li Wei"])
    reason: str = Field(min_length=1, max_length=500, examples=["court order 17/2026"])

    def given_at(self, desk: Desk) -> Mandate:
        """The same word, by whoever is signed in at that desk where somebody is."""
        return self.model_copy(update={"by": desk.caller.named(self.by)})


class Fate(BaseModel):
    """What would become of a case or a file, and why."""

    kind: Literal["case", "evidence"]
    id: str
    goes: bool
    code: str
    """`kept`, `held`, `open`, `clock`, `period`, `case`, `locked`; `due` where it goes."""
    text: str
    until: Moment | None = None
    """Until when it stays at least, where that is known."""


@dataclass(frozen=True)
class Judged:
    """A fate with its sentence as a value."""

    kind: Literal["case", "evidence"]
    id: str
    goes: bool
    code: str
    says: Saying
    until: datetime | None = None

    @property
    def fate(self) -> Fate:
        return Fate(
            kind=self.kind, id=self.id, goes=self.goes, code=self.code, text=str(self.says), until=self.until
        )


def hold(desk: Desk, target: str, word: Mandate) -> None:
    """Keep a case or a file until the hold is lifted, by a person's word.

    Raises:
        MissingCaseError, MissingItemError: there is none of that id.
    """
    word = word.given_at(desk)
    with desk.begin() as unit:
        stream = _stream(unit, target)
        row = unit.get(KIND, target)
        body = {**word.model_dump(), "at": rfc3339(desk.now())}
        if row is None:
            unit.add(KIND, target, body)
        else:
            unit.replace(KIND, target, body, version=row.version)
        desk.note(unit, stream, "hold.set", word.model_dump())
    _fasten(desk)


def lift(desk: Desk, target: str, word: Mandate) -> bool:
    """End a hold; False where there was none. Raises as `hold`."""
    word = word.given_at(desk)
    with desk.begin() as unit:
        stream = _stream(unit, target)
        if unit.get(KIND, target) is None:
            return False
        unit.remove(KIND, target)
        desk.note(unit, stream, "hold.lifted", word.model_dump())
    _fasten(desk)
    return True


def planned(desk: Desk) -> list[Judged]:
    """What would go, and what stays why; nothing is changed by it.

    The bucket is asked about the first `MOST` things that would go, since it takes its time.

    Raises:
        StorageError: the bucket does not answer.
    """
    locks = _locks(desk)
    with desk.read() as reading:
        return list(_judged(desk, reading, locks))


def purge(desk: Desk, word: Mandate) -> list[Judged]:
    """Remove what is due, at most `MOST` things, and note it; returns what went and what the bucket keeps.

    Raises:
        StorageError: the bucket does not answer; nothing went.
    """
    word, locks = word.given_at(desk), _locks(desk)
    with desk.begin() as unit:
        judged = list(_judged(desk, unit, locks))
        gone = [each for each in judged if each.goes][:MOST]
        loose = drop(desk, unit, [each.id for each in gone], word)
        if gone:
            detail = {"things": [each.id for each in gone], **word.model_dump()}
            desk.note(unit, STREAM, "retention.purged", detail)
    let_go(desk, loose)
    return [*gone, *(each for each in judged if each.code == "locked")]


def _fasten(desk: Desk) -> None:
    """Have the bucket hold what we hold; where it does not answer now, the worker tries again."""
    try:
        fastening.fasten(desk)
    except StorageError:
        log.warning("the holds of the bucket could not be changed; the worker tries again", exc_info=True)


def _locks(desk: Desk) -> Locks:
    """What the bucket would not let go of, of the first `MOST` things that are due and that it would."""
    locks: dict[str, Lock] = {}
    asked: set[str] = set()
    while True:
        with desk.read() as reading:
            due = [each.id for each in _judged(desk, reading, locks) if each.goes][:MOST]
            blobs = freed(reading, due) - asked
        asked |= blobs
        found = locks_of(desk, blobs)
        if not found:
            return locks
        locks |= found


def _judged(desk: Desk, reading: Reading, locks: Locks) -> Iterator[Judged]:
    """The fate of all cases and files; a file of cases shares the fate of those."""
    fates: dict[str, list[Judged]] = {}
    for row in rows(reading, cases.KIND):
        case = Case.model_validate(row.body["case"])
        files = [found for each in case.exhibits if (found := reading.get(item.KIND, each.evidence_id))]
        judged = _case(desk, reading, case, [item_of(each) for each in files])
        judged = _unlocked(reading, judged, [case.id, *(each.id for each in files)], locks)
        yield judged
        for exhibit in case.exhibits:
            fates.setdefault(exhibit.evidence_id, []).append(judged)
    for row in rows(reading, item.KIND):
        judged = _file(desk, reading, item_of(row), fates.get(row.id, []))
        yield _unlocked(reading, judged, [row.id], locks)


def _case(desk: Desk, reading: Reading, case: Case, files: list[Item]) -> Judged:
    days, now = desk.wiring.settings.retention_days, desk.now()
    if stays := _held(reading, "case", case.id) or next(
        (each for file in files if (each := _held(reading, "case", file.id, case.id))), None
    ):
        return stays
    if not days:
        return _kept("case", case.id)
    if not case.closed:
        return Judged("case", case.id, False, "open", say("The case is not closed."))
    if not all(file.state.final for file in files):
        return Judged("case", case.id, False, "open", say("A check of its files is not finished."))
    clocks = cases.judged(desk, cases.gather(desk, reading, case.id), now).clocks
    for clock in clocks:
        if clock.state in _RUNNING:
            says = say("The clock {clock} still runs.", clock=clock.id)
            return Judged("case", case.id, False, "clock", says, clock.due_at)
    closed = max(each.at for each in case.events if each.kind is EventKind.CLOSED)
    until = max([closed, *(clock.due_at for clock in clocks if clock.due_at)]) + timedelta(days=days)
    bundles = [row.created_at for row in rows(reading, sealing.KIND, case=case.id)]
    return _in_time(desk, "case", case.id, until, [*(file.received_at for file in files), *bundles])


def _file(desk: Desk, reading: Reading, file: Item, fates: list[Judged]) -> Judged:
    if held := _held(reading, "evidence", file.id):
        return held
    staying = next((each for each in fates if not each.goes), None)
    if staying is not None:
        says = say("It belongs to the case {case}, which stays.", case=staying.id)
        return Judged("evidence", file.id, False, "case", says, staying.until)
    if fates:
        return Judged("evidence", file.id, True, "due", say("It goes with its case."))
    days = desk.wiring.settings.retention_loose_days
    if not days:
        return _kept("evidence", file.id)
    if not file.state.final:
        return Judged("evidence", file.id, False, "open", say("Its check is not finished."))
    until = file.received_at + timedelta(days=days)
    return _in_time(desk, "evidence", file.id, until, [file.received_at])


def _unlocked(reading: Reading, fate: Judged, names: list[str], locks: Locks) -> Judged:
    """That fate, unless the bucket keeps a blob of one of these cases and files."""
    if not (fate.goes and locks):
        return fate
    found = [locks[blob] for name in names for blob in blobs_of(reading, name) if blob in locks]
    if not found:
        return fate
    says, until = locked(found)
    return Judged(fate.kind, fate.id, False, "locked", says, until)


def locked(locks: Collection[Lock]) -> tuple[Saying, datetime | None]:
    """Why the bucket keeps what is under these locks, and until when at least, where that is known."""
    if any(lock.held for lock in locks):
        return say("The bucket has a legal hold on it; lift that in the bucket first."), None
    until = max(lock.until for lock in locks if lock.until)
    return say("The bucket keeps it locked until {when}.", when=rfc3339(until)), until


def _in_time(
    desk: Desk, kind: Literal["case", "evidence"], name: str, until: datetime, stored: list[datetime]
) -> Judged:
    """Whether the period is over, and the lock that the bucket has on what was stored at these times."""
    settings, now = desk.wiring.settings, desk.now()
    if now < until:
        says = say("Its period runs until {when}.", when=rfc3339(until))
        return Judged(kind, name, False, "period", says, until)
    locked = settings.s3_lock_days if settings.storage == "s3" else 0
    free = max(stored, default=until) + timedelta(days=locked)
    if locked and now < free:
        says = say("The bucket keeps it locked until {when}.", when=rfc3339(free))
        return Judged(kind, name, False, "locked", says, free)
    return Judged(kind, name, True, "due", say("Its period ended at {when}.", when=rfc3339(until)))


def _kept(kind: Literal["case", "evidence"], name: str) -> Judged:
    return Judged(kind, name, False, "kept", say("Everything of its kind is kept; no period is set."))


def _held(
    reading: Reading, kind: Literal["case", "evidence"], target: str, shown: str | None = None
) -> Judged | None:
    says = held(reading, target)
    return Judged(kind, shown or target, False, "held", says) if says else None


def held(reading: Reading, target: str) -> Saying | None:
    """Who holds that case or file and why; None where nobody does."""
    row = reading.get(KIND, target)
    return say("Held by {by}: {reason}", by=row.body["by"], reason=row.body["reason"]) if row else None


def _stream(reading: Reading, target: str) -> str:
    if target.startswith("case_"):
        if reading.get(cases.KIND, target) is None:
            raise MissingCaseError(target)
        return cases.stream_of(target)
    if reading.get(item.KIND, target) is None:
        raise MissingItemError(target)
    return item.stream_of(target)
