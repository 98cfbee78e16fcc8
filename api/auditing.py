"""Reading everything back: whether files hash to their names, logs are unbroken, and rows are as these say.

Files that nobody holds are passed over; the sweep at the worker's start removes them. A log that was cut
at its end, or forged whole, cannot be told from a true one here: a sealed bundle, which holds its head, can.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, cast

from api import holding, testimony
from api.desk import Desk
from api.identity.directory import tenants
from evidence.model import Saying, say
from storage import ledger
from storage.errors import MissingBlobError, StorageError
from storage.rows import LIMIT, Reading

STREAM: Final = "audit"
"""Where it is noted that somebody looked, and what was found."""


FAULTS: Final[Mapping[str, Saying]] = {
    "missing": say("The file {digest} is missing; restore it from a backup.", digest=""),
    "unreadable": say("The file {digest} cannot be read; check the storage, then look again.", digest=""),
    "damaged": say("The file {digest} has changed; restore it from a backup.", digest=""),
    testimony.Wrong.ROW_EDITED: say(
        "The database does not hold what the custody log says of {digest}; "
        "compare it with a sealed bundle or a backup.",
        digest="",
    ),
    testimony.Wrong.ROW_MISSING: say(
        "The custody log speaks of {digest}, and the database has lost it; restore it from a backup.",
        digest="",
    ),
    testimony.Wrong.ROW_UNLOGGED: say(
        "The database holds something of {digest} that no custody log speaks of; find out who wrote it.",
        digest="",
    ),
}
"""What can be wrong with a file or a row, by code; `digest` says with which."""


@dataclass(frozen=True)
class Fault:
    """One thing that is not as it was kept."""

    code: str
    """A key of `FAULTS`, or what `ledger.Wrong` calls it."""
    where: str
    """A digest, or the name of a custody log."""
    says: Saying


@dataclass(frozen=True)
class Audit:
    """What was read, and all that is wrong with it."""

    files: int
    size: int
    """Bytes of these files."""
    logs: int
    entries: int
    faults: tuple[Fault, ...]

    @property
    def told(self) -> tuple[Saying, ...]:
        """Each fault, and what was read in all."""
        all_of_it = say(
            "{files} files ({size} MB) and {entries} entries in {logs} custody logs were read; "
            "{faults} faults were found.",
            files=self.files,
            size=f"{self.size / 1_000_000:.1f}",
            entries=self.entries,
            logs=self.logs,
            faults=len(self.faults),
        )
        return (*(fault.says for fault in self.faults), all_of_it)


def audit(desk: Desk) -> Audit:
    """Read back everything of the caller's tenant, and note that it was done.

    Raises:
        StorageError: the database cannot be read.
    """
    found: list[Fault] = []
    files = size = 0
    for digest in _held(desk):
        files += 1
        read, fault = read_back(desk, digest)
        size += read
        found += [fault] if fault else []
    with desk.read() as reading:
        logs, entries, broken = walked(reading)
    found += broken
    done = Audit(files, size, logs, entries, tuple(found))
    with desk.begin() as unit:
        told = [{"code": fault.code, "where": fault.where} for fault in found[:LIMIT]]
        detail = {"files": files, "logs": logs, "entries": entries, "faults": len(found), "found": told}
        desk.note(unit, STREAM, "audit.made", detail)
    return done


def audit_all(desk: Desk) -> Audit:
    """Read back everything of all tenants; each is told in its own ledger.

    Raises:
        StorageError: the database cannot be read.
    """
    wiring = desk.wiring
    found = [audit(wiring.desk(replace(desk.caller, tenant=each))) for each in tenants(wiring.rows)]
    return Audit(
        sum(each.files for each in found),
        sum(each.size for each in found),
        sum(each.logs for each in found),
        sum(each.entries for each in found),
        tuple(fault for each in found for fault in each.faults),
    )


def _held(desk: Desk) -> Iterator[str]:
    """The digests of the files in use."""
    after: str | None = None
    while True:
        with desk.read() as reading:
            page = reading.find(holding.KIND, after=after, limit=LIMIT, newest_first=False)
        yield from (row.id for row in page.rows)
        if (after := page.next) is None:
            return


def walked(reading: Reading) -> tuple[int, int, list[Fault]]:
    """How many custody logs and entries there are, and what is wrong with them and the rows they name."""
    logs = entries = 0
    streams = reading.streams()
    found = [_faulty(testimony.Wrong.ROW_UNLOGGED, name) for name in testimony.unlogged(reading, streams)]
    for stream in streams:
        logs += 1
        kept = reading.entries(stream)
        entries += len(kept)
        found += [_broken(stream, fault) for fault in ledger.verify(kept)]
        found += [_faulty(wrong, stream) for wrong in testimony.against(reading, stream, kept)]
    return logs, entries, found


def read_back(desk: Desk, digest: str) -> tuple[int, Fault | None]:
    """How many bytes were read of a file, and what is wrong with it."""
    try:
        with desk.blobs.open(digest) as stream:
            found = hashlib.file_digest(cast("io.BufferedIOBase", stream), "sha256").hexdigest()
            size = stream.tell()
    except MissingBlobError:
        return 0, _faulty("missing", digest)
    except (OSError, StorageError):
        return 0, _faulty("unreadable", digest)
    if f"sha256:{found}" == digest:
        return size, None
    return size, _faulty("damaged", digest)


def _faulty(code: str, digest: str) -> Fault:
    return Fault(str(code), digest, FAULTS[code].model_copy(update={"values": {"digest": digest}}))


def _broken(stream: str, fault: ledger.Fault) -> Fault:
    says = say(
        "Custody log {stream}, entry {seq}: {wrong}. Compare it with a sealed bundle or a backup.",
        stream=stream,
        seq=fault.seq,
        wrong=fault.wrong.value,
    )
    return Fault(fault.wrong.value, stream, says)
