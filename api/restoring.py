"""Restoring: a backup into an empty place, and what can be made of objects and custody logs alone.

A restore checks everything before and after. The place may have another database or another store than the
backup came from, which is how a deployment moves from SQLite to PostgreSQL, or from a disk to a bucket.

A rebuild is for when no database is left: files come back as
they were received and are examined again, under their old ids and with their old logs. Cases, statements,
confirmations, shops, webhooks and names of files are in the database alone and do not come back; bundles
that were sealed are among the objects, and each holds its whole case.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from api.auditing import Audit, audit_all
from api.backup import DATABASE, LOGS, MANIFEST, OBJECTS, OWN, SUMS, place_of, sum_of
from api.errors import BackupError
from api.glance import HEAD, chosen
from api.holding import hold
from api.identity import sessions
from api.identity.directory import NAME as NAME_OF_TENANT
from api.identity.directory import found_tenant, tenants
from api.item import KIND, Item
from api.item import stream_of as item_stream
from evidence.check import RefusedError
from evidence.model import say
from storage import ledger, snapshot, staging
from storage.blobs import Blob, hex_of, named
from storage.errors import DigestMismatchError

if TYPE_CHECKING:
    from api.desk import Desk, Wiring
    from api.settings import Settings
    from storage.ledger import Entry

NAME: Final = "restored"
"""What a rebuilt file is called; what it was called was in the database."""
_PIECE: Final = 1 << 20


@dataclass(frozen=True)
class Rebuilt:
    """What came back without a database."""

    objects: int
    items: int
    logs: int
    broken: tuple[str, ...]
    """Custody logs that are not whole and were left out."""
    missing: tuple[str, ...]
    """Items whose file is not there."""


def restore(source: Path, settings: Settings) -> Audit:
    """Put a backup where `settings` say, which has to be empty; returns an audit of it.

    Objects that are only listed have to be in the bucket already; the audit reads them back as all others.

    Raises:
        BackupError: it is no whole backup, or the place is not empty. Nothing usable is left there.
        StorageError, OSError: it could not be written.
    """
    from api.caller import CLI  # noqa: PLC0415 - beside its only use
    from api.wiring import blobs_of, embedded  # noqa: PLC0415 - likewise

    told = checked(source)
    empty(settings)
    blobs = blobs_of(settings)
    for digest, each in told["objects"].items():
        if each["here"]:
            with blobs.stage() as incoming, place_of(source, digest).open("rb") as file:
                while piece := file.read(_PIECE):
                    incoming.write(piece)
                incoming.commit(digest)
        elif blobs.stat(digest) != Blob(digest, int(each["size"])):
            raise BackupError(say("The object {digest} is neither in the backup nor stored.", digest=digest))
    own_files(source, settings.data)
    _put(source / DATABASE, settings)  # last, so that nothing half-restored can be opened
    wiring = embedded(settings, queue=False)
    try:
        sessions.drop_all(wiring)
        return audit_all(wiring.desk(CLI))
    finally:
        wiring.close()


def _put(copy: Path, settings: Settings) -> None:
    """Make the database of the copy: the file itself, or its rows in another database, all or none."""
    from api.wiring import engine_of  # noqa: PLC0415 - beside its only use
    from storage.engine import open_sqlite  # noqa: PLC0415 - likewise

    part = settings.data / f"{DATABASE}.part"
    shutil.copyfile(copy, part)
    part.chmod(0o600)
    if settings.database is None:
        snapshot.place(part, settings.database_file)
        return
    source, target = open_sqlite(part), engine_of(settings)
    try:
        snapshot.transfer(source, target)
    finally:
        source.dispose()
        target.dispose()
        part.unlink()


def checked(source: Path) -> dict[str, Any]:
    """The manifest of a whole backup, every file of which was read and is as it was written.

    Raises:
        BackupError: it is none; which file is wrong is said.
    """
    try:
        lines = (source / SUMS).read_text("ascii").splitlines()
        sums = {path: digits for digits, _, path in (line.partition("  ") for line in lines)}
        told: dict[str, Any] = json.loads((source / MANIFEST).read_text("utf-8"))
        objects = {
            place_of(source, digest): digest for digest, each in told["objects"].items() if each["here"]
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BackupError(say("There is no whole backup in {folder}.", folder=str(source))) from error
    for path, digits in {**told["files"], MANIFEST: sums.get(MANIFEST, "")}.items():
        if ".." in Path(path).parts or Path(path).is_absolute():
            raise BackupError(say("There is no whole backup in {folder}.", folder=str(source)))
        _same(source / path, digits)
    for path, digest in objects.items():
        _same(path, hex_of(digest) or "")
    return told


def empty(settings: Settings) -> None:
    """Raise `BackupError` where something is kept there already."""
    from api.wiring import engine_of  # noqa: PLC0415 - beside its only use

    if settings.database is not None:
        engine = engine_of(settings)
        try:
            if not snapshot.blank(engine):
                raise BackupError(say("The database holds something already; name an empty one."))
        finally:
            engine.dispose()
    blobs = settings.data / "blobs"
    if settings.database_file.exists() or (blobs.exists() and any(blobs.iterdir())):
        raise BackupError(
            say("Something is kept in {folder} already; choose an empty folder.", folder=str(settings.data))
        )
    staging.make_folder(settings.data.absolute())


def own_files(source: Path, data: Path) -> None:
    """Put back keys, rulesets and calendar."""
    for file in sorted((source / OWN).rglob("*")):
        if file.is_file():
            target = data / file.relative_to(source / OWN)
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            shutil.copyfile(file, target)
            target.chmod(0o600)


def rebuild(source: Path, settings: Settings) -> Rebuilt:
    """Make a database anew from the objects and logs of a backup folder; the place has to be empty.

    Neither the manifest nor the old database is needed. The worker examines the files again.

    Raises:
        BackupError: the place is not empty.
        StorageError, OSError: it could not be written.
    """
    from api.caller import WORKER  # noqa: PLC0415 - beside its only use
    from api.wiring import embedded, engine_of  # noqa: PLC0415 - likewise

    empty(settings)
    own_files(source, settings.data)
    wiring = embedded(settings, queue=False)
    engine = engine_of(settings)
    try:
        desk = wiring.desk(WORKER)
        objects = sum(_taken(desk, path) for path in sorted((source / OBJECTS).glob("*/*/*")))
        logs: list[tuple[Desk, list[Entry]]] = []
        broken: list[str] = []
        missing: list[str] = []
        for path in sorted((source / LOGS).glob("*.jsonl")):
            tenant, _, stream = unquote(path.stem).partition("/")
            try:
                entries = _read(path)
                snapshot.put_back(engine, tenant, entries)
            except ValueError:
                broken.append(stream)
                continue
            logs.append((_desk_of(wiring, tenant), entries))
        items = sum(_remade(own, entries, missing) for own, entries in logs)
        return Rebuilt(objects, items, len(logs), tuple(broken), tuple(missing))
    finally:
        engine.dispose()
        wiring.close()


def _desk_of(wiring: Wiring, tenant: str) -> Desk:
    """Where what belongs to that tenant is rebuilt; nobody else may find it there."""
    from api.caller import WORKER  # noqa: PLC0415 - beside its only use

    if NAME_OF_TENANT.fullmatch(tenant) and tenant not in tenants(wiring.rows):
        found_tenant(wiring.rows, tenant, now=wiring.clock())
    return wiring.desk(replace(WORKER, tenant=tenant))


def _taken(desk: Desk, path: Path) -> bool:
    """Store an object, if it is what its name says."""
    try:
        with desk.blobs.stage() as incoming, path.open("rb") as file:
            while piece := file.read(_PIECE):
                incoming.write(piece)
            blob = incoming.commit(named(path.name))
    except DigestMismatchError:
        return False
    with desk.begin() as unit:
        hold(desk.blobs, unit, blob.digest)
    return True


def _read(path: Path) -> list[Entry]:
    """The entries of a log. Raises `ValueError` where a line is none."""
    return [ledger.parse(line) for line in path.read_text("utf-8").splitlines()]


def _remade(desk: Desk, entries: list[Entry], missing: list[str]) -> bool:
    """The item of a log, as it was received; those that were purged stay gone."""
    first = next(iter(entries), None)
    if first is not None and first.event == "case.opened":
        with desk.begin() as unit:
            desk.note(unit, first.stream, "case.lost")
    if first is None or first.event != "evidence.received":
        return False
    if any(each.event == "evidence.purged" for each in entries):
        return False
    item_id = first.stream.removeprefix(item_stream(""))
    digest = str(first.detail["digest"])
    if desk.blobs.stat(digest) is None:
        missing.append(item_id)
        return False
    with desk.blobs.open(digest) as file:
        head = file.read(HEAD + 1)
    try:
        profile = str(first.detail["profile"])
        kind, profile = chosen(head[:HEAD], profile, whole=len(head) <= HEAD)
    except RefusedError:
        return False
    found = Item(
        id=item_id,
        digest=digest,
        size=int(first.detail["size"]),
        name=NAME,
        kind=kind,
        profile=profile,
        received_at=first.at,
    )
    with desk.begin() as unit:
        hold(desk.blobs, unit, digest)
        unit.add(KIND, found.id, found.body(), facets=found.facets)
        desk.note(unit, found.stream, "evidence.rebuilt")
    return True


def _same(file: Path, digits: str) -> None:
    try:
        good = sum_of(file) == digits
    except OSError:
        good = False
    if not good:
        raise BackupError(say("{file} of the backup is missing or has changed.", file=file.name))
