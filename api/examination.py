"""The second flow: a job becomes a report.

Run by the worker, by the front door for a photo that is answered at once, and by the command
line. It may be killed at any moment and run again: nothing is final before the one transaction
that writes the report, the item and the ledger together.

A file gets its answer, whatever happens: a report, or why it was refused, or, where the
examination broke twice, that we cannot tell.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from api import recognising, searching, tally, telemetry, testimony
from api.deliveries import announce
from api.errors import MissingItemError, StoppedError, SupersededError, UnverifiableError
from api.holding import hold
from api.item import KIND, Item, Progress, Refusal, State, find
from api.stations import believed
from evidence.check import RefusedError
from evidence.model import Report, Saying, Still, say
from evidence.spawn import Child, FaultError
from evidence.spawn import Progress as Seen
from evidence.walls.sandbox import SandboxUnavailableError
from storage.errors import MissingRowError, StorageFullError
from storage.rows import Unit
from storage.staging import translated

if TYPE_CHECKING:
    from api.desk import Desk

log = logging.getLogger(__name__)

MOST_FAULTS: Final = 2
MOST_STARTS: Final = 5
"""More than faults, since a start that was cut short by a stop or a power cut is nobody's fault."""
ROOM: Final = 32 << 20
"""Bytes that must be free: an examination writes pictures of a few megabytes, and what it found."""
BETWEEN_PROGRESS: Final = 0.5
"""Seconds between two writes of the progress."""

Listener = Callable[[Seen], None]


@dataclass(eq=False)
class Watch:
    """How somebody else follows a running examination and stops it."""

    listener: Listener | None = None
    _child: Child | None = None
    _stopped: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def stopped(self) -> bool:
        return self._stopped

    def attach(self, child: Child) -> None:
        with self._lock:
            self._child = child
            stopped = self._stopped
        if stopped:
            child.kill()

    def stop(self) -> None:
        """Kill the child's process group; safe from any thread, and more than once."""
        with self._lock:
            self._stopped = True
            child = self._child
        if child is not None:
            child.kill()


@dataclass(frozen=True)
class _Exam:
    """One run of this flow."""

    desk: Desk
    watch: Watch
    seconds: dict[str, float] = field(default_factory=dict[str, float])
    """What each check took, by its name, once the child has ended."""


@dataclass(frozen=True)
class _Answer:
    """What is kept of a report, made ready before the transaction that keeps it."""

    report: dict[str, Any]
    stills: tuple[str, ...]
    """Their digests, each once."""
    sought: recognising.Sought


def examine(desk: Desk, evidence_id: str, watch: Watch | None = None) -> Item:
    """Examine the item until it has its final state, which is returned with it.

    An item that is final already is returned as it stands.

    Raises:
        MissingItemError: there is no such item.
        StoppedError: `watch` was told to stop; run again later.
        SupersededError: this run broke, and another one has begun since; its answer counts.
        StorageFullError: there is no space, which is not the file's fault; run again later.
        SandboxUnavailableError: the walls do not hold on this machine, likewise; the file waits.
    """
    if reason := desk.wiring.unwalled():
        raise SandboxUnavailableError(reason)
    exam = _Exam(desk, watch or Watch())
    item = _begin(exam, evidence_id)
    if item.state.final:
        return item
    begun = time.monotonic()
    with telemetry.span("examination", evidence_id=item.id, profile=item.profile, size=item.size):
        while not item.state.final:
            item = _attempt(exam, item)
    tally.count(desk, item, time.monotonic() - begun, exam.seconds)
    return item


def give_up(desk: Desk, evidence_id: str) -> Item:
    """Say that we cannot tell, where even trying failed; a final item stays as it is."""
    return _end(_Exam(desk, Watch()), evidence_id, {"state": State.UNVERIFIABLE}, {"fault": "fault.ours"})


def cancel(desk: Desk, evidence_id: str) -> Item:
    """End the item without an answer, since nobody wants it any more; a final item stays as it is.

    Whoever is examining it notices within a second, on whichever machine.

    Raises:
        MissingItemError: there is no such item.
    """
    says = say("The check was cancelled; send the file again to have it checked.")
    refusal = Refusal(code="cancelled", says=says)
    exam = _Exam(desk, Watch())
    return _end(exam, evidence_id, {"state": State.REFUSED, "refusal": refusal}, {"code": refusal.code})


def explain(item: Item) -> Saying | None:
    """Why a final item has no report, in one sentence; None where it has one or may still get one."""
    if item.state is State.REFUSED and item.refusal is not None:
        return item.refusal.says
    if item.state is State.UNVERIFIABLE:
        return UnverifiableError().says
    return None


def _cramped(exam: _Exam) -> bool:
    return exam.desk.wiring.space(exam.desk.wiring.work) < ROOM


def _begin(exam: _Exam, evidence_id: str) -> Item:
    with exam.desk.begin() as unit:
        item, row = find(unit, evidence_id)
        if item.state.final:
            return item
        if _cramped(exam):
            raise StorageFullError
        if item.starts >= MOST_STARTS:
            return _conclude(exam, unit, item, {"state": State.UNVERIFIABLE}, {"starts": item.starts})
        begun = item.model_copy(update={"state": State.EXAMINING, "starts": item.starts + 1})
        unit.replace(KIND, item.id, begun.body(), version=row.version, facets=begun.facets)
        exam.desk.note(unit, item.stream, "examination.begun", {"start": begun.starts})
        return begun


def _attempt(exam: _Exam, item: Item) -> Item:
    try:
        return _attempted(exam, item)
    except OSError as error:  # the folder for its work could not be made or read
        raise translated(error) from error


def _attempted(exam: _Exam, item: Item) -> Item:
    with exam.desk.wiring.workspace() as folder:
        try:
            report = _look(exam, item, folder)
        except RefusedError as refused:
            refusal = Refusal(code=refused.code, says=refused.says)
            return _end(exam, item.id, {"state": State.REFUSED, "refusal": refusal}, {"code": refused.code})
        except FaultError as fault:
            if exam.watch.stopped:
                raise StoppedError from fault
            if _cramped(exam):
                raise StorageFullError from fault
            return _faulted(exam, item, fault)
        except SupersededError:
            return _outcome(exam, item)
        return _reported(exam, item, report, folder)


def _outcome(exam: _Exam, item: Item) -> Item:
    """How an examination ended that was taken out of our hands.

    Raises:
        SupersededError: it has not ended yet.
    """
    with exam.desk.read() as reading:
        found, _ = find(reading, item.id)
    if not found.state.final:
        raise SupersededError
    return found


def _look(exam: _Exam, item: Item, folder: Path) -> Report:
    """Let the child look at the bytes.

    Raises:
        SupersededError: somebody else has ended or begun the examination meanwhile.
        RefusedError: no answer can be given.
        FaultError: the child broke, was stopped, or saw other bytes than were sent.
        StorageError: the bytes are not there.
    """
    desk = exam.desk
    with desk.blobs.local(item.digest) as path:
        child = Child(
            path,
            profile=item.profile,
            out=folder,
            now=desk.now(),
            name=item.name,
            expected=item.expected,
            trust=desk.wiring.settings.trust_list,
            stations=believed(desk.wiring.settings),
            spares=desk.wiring.spares if item.kind == "photo" else None,
        )
        exam.watch.attach(child)
        report = child.wait(_teller(exam, item))
        exam.seconds.update(child.seconds)
    if report.subject.digest != item.digest:
        raise FaultError("fault.changed", say("The stored file no longer holds the bytes that were sent."))
    return report


def _teller(exam: _Exam, begun: Item) -> Listener:
    """Passes progress on to the listener, and now and then to the rows for other processes to see.

    Then it also looks whether the examination is still ours.
    """
    due = time.monotonic() + BETWEEN_PROGRESS

    def tell(seen: Seen) -> None:
        nonlocal due
        if exam.watch.listener is not None:
            exam.watch.listener(seen)
        if time.monotonic() < due:
            return
        body = Progress(share=seen.share, at=seen.at).model_dump(mode="json")
        # Progress is a courtesy: a busy database must not end the examination.
        try:
            with exam.desk.begin() as unit:
                item, _ = find(unit, begun.id)
                if item.state.final or item.starts != begun.starts:
                    raise SupersededError  # noqa: TRY301 - out of the unit and of the examination
                put(unit, "progress", begun.id, body)
        except (SupersededError, MissingItemError):  # ended, or removed with the example that it was of
            raise
        except Exception:
            log.warning("the progress of %s could not be written", begun.id, exc_info=True)
        due = time.monotonic() + BETWEEN_PROGRESS

    return tell


def put(unit: Unit, kind: str, key: str, body: dict[str, Any]) -> None:
    """Add the row, or replace the one that is there."""
    row = unit.get(kind, key)
    if row is None:
        unit.add(kind, key, body)
    else:
        unit.replace(kind, key, body, version=row.version)


def _faulted(exam: _Exam, begun: Item, fault: FaultError) -> Item:
    log.warning("the examination of %s broke: %s", begun.id, fault)
    with exam.desk.begin() as unit:
        item, row = find(unit, begun.id)
        if item.state.final:
            return item
        if item.starts != begun.starts:
            raise SupersededError
        item = item.model_copy(update={"faults": item.faults + 1})
        if item.faults >= MOST_FAULTS:
            return _conclude(exam, unit, item, {"state": State.UNVERIFIABLE}, {"fault": fault.code})
        unit.replace(KIND, item.id, item.body(), version=row.version, facets=item.facets)
        exam.desk.note(unit, item.stream, "examination.broke", {"fault": fault.code})
        return item


def _reported(exam: _Exam, item: Item, report: Report, folder: Path) -> Item:
    for still in report.stills:
        _keep(exam.desk, folder / still.path, still)
    # All that takes long is done before the transaction, since no other one can begin meanwhile.
    body = report.model_dump(mode="json")
    with exam.desk.read() as reading:
        sought = recognising.look(reading, body)
    answer = _Answer(body, tuple(dict.fromkeys(still.digest for still in report.stills)), sought)
    change = {"state": State.REPORTED, "verdict": report.verdict, **searching.told_by(body)}
    detail = {
        "verdict": report.verdict.value,
        "engine": report.engine,
        "profile": report.profile,
        testimony.REPORT: testimony.digest_of(body),
    }
    return _end(exam, item.id, change, detail, answer)


def _keep(desk: Desk, picture: Path, still: Still) -> None:
    """Store one picture that the child wrote and `spawn` found plain.

    Raises:
        StorageError: it is not the one that the report names, or it cannot be stored.
    """
    with desk.blobs.stage() as staging:
        staging.write(picture.read_bytes())
        staging.commit(still.digest)


def _end(
    exam: _Exam,
    evidence_id: str,
    change: dict[str, Any],
    detail: dict[str, Any],
    answer: _Answer | None = None,
) -> Item:
    with exam.desk.begin() as unit:
        item, _ = find(unit, evidence_id)
        if item.state.final:  # Another run was faster; both saw the same bytes, and the first answer stands.
            return item
        if answer is not None:
            unit.add("report", evidence_id, answer.report, facets={"digest": item.digest})
            for digest in answer.stills:
                hold(exam.desk.blobs, unit, digest)
        return _conclude(exam, unit, item, change, detail, sought=answer.sought if answer else None)


def _conclude(
    exam: _Exam,
    unit: Unit,
    item: Item,
    change: dict[str, Any],
    detail: dict[str, Any],
    *,
    sought: recognising.Sought | None = None,
) -> Item:
    """Give the item its final state, in `unit`, and look whether its footage was sent before."""
    row = unit.get(KIND, item.id)
    version = 0 if row is None else row.version
    done = item.model_copy(update={**change, "finished_at": exam.desk.now()})
    terms = sought.terms if sought else ()
    unit.replace(KIND, item.id, done.body(), version=version, facets=done.facets, terms=terms)
    exam.desk.note(unit, item.stream, f"examination.{done.state.value}", detail)
    recognising.recognise(exam.desk, unit, done, sought)
    announce(exam.desk, unit, done)
    with suppress(MissingRowError):
        unit.remove("progress", item.id)
    return done
