"""Backups: a database, the objects by their hashes, the custody logs as text, and a list of all with SHA-256.

    DIR/sixface.db       the database at one moment, as a file of SQLite also where it is PostgreSQL
    DIR/objects/ab/cd/…  what is in use, by its hash (a bucket's objects are listed only, unless asked for)
    DIR/ledger/*.jsonl   the custody logs, so that something can be made of the objects without the database
    DIR/data/            keys of station clocks, rulesets and calendar of one's own
    DIR/manifest.json    what belongs to it; DIR/SHA256SUMS  `sha256sum -c SHA256SUMS` checks it without us

A later backup into the same folder copies only the objects that are not there yet. What waits in the queue
is not moved between databases: the worker queues it again. The folder holds
secrets (the stations' key, webhooks) and everybody's files: keep it as the originals are kept.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from api import holding
from api.errors import BackupError
from api.identity.directory import tenants
from api.purging import rows as all_rows
from api.sealing import version
from evidence.model import rfc3339, say
from storage import ledger, snapshot, staging
from storage.blobs import hex_of
from storage.errors import MissingBlobError

if TYPE_CHECKING:
    from api.desk import Desk
    from api.settings import Settings

DATABASE: Final = "sixface.db"
MANIFEST: Final = "manifest.json"
SUMS: Final = "SHA256SUMS"
OBJECTS: Final = "objects"
LOGS: Final = "ledger"
OWN: Final = "data"
OWN_FILES: Final = (
    "station.key",
    "stations.pem",
    "signer.key",
    "signers.pem",
    "calendar.toml",
    "rulesets",
)
"""What of the data folder is neither made anew nor in the database."""
_PIECE: Final = 1 << 20

Progress = Callable[[int, int], None]
"""Told the objects done so far and all of them."""


@dataclass(frozen=True)
class Kept:
    """What a backup holds."""

    objects: int
    size: int
    """Bytes of them."""
    copied: int
    """Objects that were not there from an earlier backup."""
    listed: int
    """Objects that are only listed."""
    wrong: tuple[str, ...]
    """Objects that are missing where they are stored, or were found damaged as they were copied."""


def back_up(
    desk: Desk, folder: Path, progress: Progress = lambda _done, _all: None, *, copy: bool | None = None
) -> Kept:
    """Make a backup in `folder`; objects are copied unless they are in a bucket, or as `copy` says.

    Objects in a bucket are listed, and held against the list of the bucket; a restore needs them there.

    Raises:
        BackupError: there is no database, or the folder holds something else.
        StorageError, OSError: it could not be written.
    """
    settings = desk.wiring.settings
    if settings.database is None and not settings.database_file.exists():
        raise BackupError(say("There is nothing to back up in {folder}.", folder=str(settings.data)))
    _usable(folder)
    copying = settings.storage == "disk" if copy is None else copy
    staging.make_folder(folder.absolute())
    (folder / SUMS).unlink(missing_ok=True)  # what follows is no whole backup until it is there again
    _copied(settings, folder / DATABASE)
    objects = _listed(folder / DATABASE)
    stored = objects.keys() if copying else set(desk.blobs.digests())
    found: dict[str, dict[str, Any]] = {}
    wrong: list[str] = []
    copied = 0
    for number, (digest, size) in enumerate(sorted(objects.items()), start=1):
        here = place_of(folder, digest)
        present = here.is_file() and here.stat().st_size == size
        if not present and (digest not in stored or (copying and not _fetched(desk, digest, here))):
            wrong.append(digest)
            continue
        if copying and not present:
            copied, present = copied + 1, True
        found[digest] = {"size": size, "here": present}
        progress(number, len(objects))
    files = [DATABASE, *_logs(folder), *_own(settings.data, folder)]
    _seal(desk, folder, files, found)
    listed = sum(not each["here"] for each in found.values())
    return Kept(len(found), sum(each["size"] for each in found.values()), copied, listed, tuple(wrong))


def place_of(folder: Path, digest: str) -> Path:
    digits = hex_of(digest) or ""
    return folder / OBJECTS / digits[:2] / digits[2:4] / digits


def sum_of(file: Path) -> str:
    """64 hexadecimal digits."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _copied(settings: Settings, target: Path) -> None:
    from api.wiring import engine_of  # noqa: PLC0415 - beside its only use

    if settings.database is None:
        snapshot.copy_sqlite(settings.database_file, target)
        return
    engine = engine_of(settings)
    try:
        snapshot.copy_rows(engine, target)
    finally:
        engine.dispose()


def _usable(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()) and not (folder / MANIFEST).exists():
        raise BackupError(say("{folder} holds something else; choose an empty folder.", folder=str(folder)))


def _listed(database: Path) -> dict[str, int]:
    """The objects in use and their sizes, as the copy of the database has them."""
    from storage.engine import open_sqlite  # noqa: PLC0415 - a moment
    from storage.sql import SqlRows  # noqa: PLC0415 - likewise

    engine = open_sqlite(database)
    try:
        found: dict[str, int] = {}
        for tenant in tenants(SqlRows(engine)):
            with SqlRows(engine).read(tenant) as reading:
                found |= {row.id: int(row.body["size"]) for row in all_rows(reading, holding.KIND)}
        return found
    finally:
        engine.dispose()


def _fetched(desk: Desk, digest: str, here: Path) -> bool:
    """Copy an object while hashing it; False where it is missing or other bytes than its name says."""
    here.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = here.with_name(f"{here.name}.part")
    found = hashlib.sha256()
    try:
        with desk.blobs.open(digest) as source, part.open("wb") as target:
            while piece := source.read(_PIECE):
                found.update(piece)
                target.write(piece)
    except MissingBlobError:
        return False
    if f"sha256:{found.hexdigest()}" != digest:
        part.unlink()
        return False
    part.chmod(0o400)
    snapshot.place(part, here)
    return True


def _logs(folder: Path) -> Iterator[str]:
    """Write every custody log of the copied database as text."""
    from storage.engine import open_sqlite  # noqa: PLC0415 - a moment
    from storage.sql import SqlRows  # noqa: PLC0415 - likewise

    (folder / LOGS).mkdir(exist_ok=True, mode=0o700)
    engine = open_sqlite(folder / DATABASE)
    try:
        for tenant in tenants(SqlRows(engine)):
            with SqlRows(engine).read(tenant) as reading:
                for stream in reading.streams():
                    name = f"{LOGS}/{quote(f'{tenant}/{stream}', safe='')}.jsonl"
                    (folder / name).write_text(ledger.export(reading.entries(stream)), "utf-8")
                    yield name
    finally:
        engine.dispose()


def _own(data: Path, folder: Path) -> Iterator[str]:
    for name in OWN_FILES:
        for source in sorted((data / name).glob("*.toml")) if name == "rulesets" else [data / name]:
            if source.is_file():
                path = f"{OWN}/{source.relative_to(data)}"
                (folder / path).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                shutil.copyfile(source, folder / path)
                (folder / path).chmod(0o600)
                yield path


def _seal(desk: Desk, folder: Path, files: list[str], objects: dict[str, dict[str, Any]]) -> None:
    """List everything with its SHA-256; the list comes last, so a backup without it is not whole."""
    sums = {name: sum_of(folder / name) for name in files}
    told = {"version": 1, "made_at": rfc3339(desk.now()), "engine": f"sixface {version()}"}
    text = json.dumps({**told, "files": sums, "objects": objects}, indent=1, sort_keys=True)
    (folder / MANIFEST).write_text(f"{text}\n", "utf-8")
    sums[MANIFEST] = sum_of(folder / MANIFEST)
    for digest, each in objects.items():
        if each["here"]:
            sums[str(place_of(folder, digest).relative_to(folder))] = hex_of(digest) or ""
    part = folder / f"{SUMS}.part"
    part.write_text("".join(f"{sums[name]}  {name}\n" for name in sorted(sums)), "ascii")
    snapshot.place(part, folder / SUMS)
