"""Our legal holds, put on the bucket's objects too, so that nobody deletes them with the bucket's own tools.

Where it was proven that the bucket keeps what is locked, the originals and bundles of what is held bear its
legal hold until ours is lifted. A row for each such object says that there may be one. It is marked as
undecided before the bucket is asked and decided after, so whoever dies in between leaves a row that is
settled later: at once by whoever holds or lifts, else by the worker. The bucket is never asked inside a
transaction, since others would wait for it.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from api import cases, item
from api.caller import WORKER, Caller
from api.identity.directory import tenants
from api.purging import bundled, rows
from claims.case import Case
from storage.blobs import MissingBlobError, Worm
from storage.rows import Reading, Unit

if TYPE_CHECKING:
    from api.desk import Desk, Wiring

log = logging.getLogger(__name__)

HOLD: Final = "hold"
"""The kind of row that is one of our holds; its id is that of a case or a file."""
KIND: Final = "fastened"
STREAM: Final = "retention"


def fasten(desk: Desk) -> int:
    """Bring the bucket's holds to what ours ask for; returns how many were set or lifted.

    Raises:
        StorageError: the bucket does not answer; what is left is settled another time.
    """
    with desk.read() as reading:
        wanted = _wanted(reading)
        there = {row.id: bool(row.body["set"]) for row in rows(reading, KIND)}
    open_ = {each for each in wanted if not there.get(each)} | (there.keys() - wanted)
    if not open_ or desk.blobs.worm() is not Worm.PROVEN:
        return 0
    return sum(_settled(desk, digest) for digest in sorted(open_))


def go_on(wiring: Wiring) -> int:
    """What the worker does about it, now and then."""
    return sum(fasten(wiring.desk(Caller(tenant, WORKER.actor))) for tenant in tenants(wiring.rows))


def _settled(desk: Desk, digest: str) -> bool:
    """Have the bucket do for one object what is wanted; False where that changed meanwhile or cannot be."""
    with desk.begin() as unit:
        held = digest in _wanted(unit)
        _mark(unit, digest, decided=False)
    if held or not _fastened_elsewhere(desk, digest):
        try:
            desk.blobs.hold(digest, held=held)
        except MissingBlobError:
            if held:
                log.warning("%s is held and is not stored", digest)
                return False
    with desk.begin() as unit:
        if (digest in _wanted(unit)) != held:
            _mark(unit, digest, decided=False)
            return False
        if held:
            _mark(unit, digest, decided=True)
        elif unit.get(KIND, digest) is not None:
            unit.remove(KIND, digest)
        desk.note(unit, STREAM, "hold.fastened" if held else "hold.loosened", {"digest": digest})
    return True


def _mark(unit: Unit, digest: str, *, decided: bool) -> None:
    row = unit.get(KIND, digest)
    if row is None:
        unit.add(KIND, digest, {"set": decided})
    else:
        unit.replace(KIND, digest, {"set": decided}, version=row.version)


def _wanted(reading: Reading) -> set[str]:
    """The originals and bundles of everything that is held."""
    found: set[str] = set()
    for row in rows(reading, HOLD):
        files = {row.id}
        if (kept := reading.get(cases.KIND, row.id)) is not None:
            found |= bundled(reading, row.id)
            files = {each.evidence_id for each in Case.model_validate(kept.body["case"]).exhibits}
        found |= {file.body["digest"] for each in files if (file := reading.get(item.KIND, each))}
    return found


def _fastened_elsewhere(desk: Desk, digest: str) -> bool:
    """Whether another tenant's hold is on the same bytes."""
    for tenant in tenants(desk.wiring.rows):
        if tenant != desk.caller.tenant:
            with desk.wiring.rows.read(tenant) as reading:
                if reading.get(KIND, digest) is not None:
                    return True
    return False
