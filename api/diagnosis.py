"""Whether this machine has what is needed, point by point.

Nothing is changed by asking, but that tables are brought to their newest version, and in S3, where small
objects are written and removed; where the bucket has Object Lock, one of them stays for some minutes.
"""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Final

from api.settings import Settings
from evidence.model import Saying, rfc3339, say
from evidence.walls import sandbox

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from storage.s3_proof import Proof

LIBRARIES: Final = ("av", "opencv-python-headless", "pillow", "pillow-heif", "numpy")
"""What opens media, in the sandbox; only their versions are asked for here."""
ROOM: Final = 2 * 1024**3
"""Bytes below which a film or two would fill the disk."""


@dataclass(frozen=True)
class Point:
    """One thing that was looked at."""

    well: bool
    says: Saying


def diagnose(settings: Settings) -> Iterator[Point]:
    """Look at the system, the sandbox, the decoders, the data folder, database, storage and trusted time."""
    yield Point(
        well=True,
        says=say(
            "Python {python} on {system}.", python=platform.python_version(), system=platform.platform()
        ),
    )
    walls = sandbox.available()
    absent_for_good = sys.platform != "linux"
    yield Point(well=bool(walls) or absent_for_good, says=say("Sandbox: {walls}", walls=str(walls)))
    yield from map(_library, LIBRARIES)
    yield _records()
    yield _folder(settings.data)
    yield _database(settings)
    yield from _storage(settings)
    yield _signer(settings)
    yield _time(settings)
    yield _certificate(settings)
    yield _issuer(settings)


def _library(name: str) -> Point:
    try:
        return Point(well=True, says=say("{name} {version}", name=name, version=metadata.version(name)))
    except metadata.PackageNotFoundError:
        return Point(well=False, says=say("{name} is not installed; install Sixface again.", name=name))


def _records() -> Point:
    """Signed records of origin are read by an extra; without it they are found and said to be unread."""
    try:
        return Point(
            well=True,
            says=say("{name} {version}", name="c2pa-python", version=metadata.version("c2pa-python")),
        )
    except metadata.PackageNotFoundError:
        return Point(
            well=True,
            says=say("Signed records of origin (C2PA) are found only; the extra provenance reads them."),
        )


def _folder(folder: Path) -> Point:
    nearest = next(each for each in (folder, *folder.absolute().parents) if each.exists())
    free = shutil.disk_usage(nearest).free
    if not os.access(nearest, os.W_OK):
        return Point(well=False, says=say("The data folder {folder} cannot be written.", folder=str(folder)))
    return Point(
        well=free > ROOM,
        says=say(
            "Data folder {folder}, with {free:.1f} GB free.", folder=str(folder), free=free / 1_000_000_000
        ),
    )


def _database(settings: Settings) -> Point:
    if settings.database is None and not settings.database_file.exists():
        return Point(well=True, says=say("The database will be made when it is first needed."))
    from api.wiring import engine_of  # noqa: PLC0415 - only where there is one
    from storage.errors import StorageError  # noqa: PLC0415 - only where there is one

    try:
        engine = engine_of(settings)
        try:
            return _server(engine) if settings.database else _file(settings)
        finally:
            engine.dispose()
    except StorageError as error:
        return Point(well=False, says=say("Database: {reason}", reason=str(error)))


def _file(settings: Settings) -> Point:
    return Point(well=True, says=say("Database {file}.", file=str(settings.database_file)))


def _server(engine: Engine) -> Point:
    from storage.postgres import standing  # noqa: PLC0415 - only where there is one
    from storage.tables import HEAD  # noqa: PLC0415 - only where there is one

    found = standing(engine)
    name, version = engine.url.database or "", found.version
    host = engine.url.host or str(engine.url.query.get("host", "localhost"))
    if found.safe:
        says = say(
            "Database {name} at {host}: PostgreSQL {version}, tables at version {tables}.",
            name=name,
            host=host,
            version=version,
            tables=HEAD,
        )
    else:
        says = say(
            "Database {name} at {host}: PostgreSQL {version} may lose at a power cut what it acknowledged; "
            "turn fsync and full_page_writes on.",
            name=name,
            host=host,
            version=version,
        )
    return Point(well=found.safe, says=says)


def _storage(settings: Settings) -> Iterator[Point]:
    if settings.storage == "disk" and settings.database is not None:
        says = say(
            "Files are stored in the data folder: "
            "workers on other machines would not find them there; choose S3."
        )
        yield Point(well=True, says=says)
        return
    if settings.storage == "disk":
        yield Point(well=True, says=say("Files are stored in the data folder."))
        return
    from api.wiring import bucket_of  # noqa: PLC0415 - brings boto3
    from storage.errors import StorageError  # noqa: PLC0415 - brings boto3

    try:
        blobs = bucket_of(settings)
        next(iter(blobs.digests()), None)
        blobs.rehearse()
        yield Point(
            well=True, says=say("Files are stored in the S3 bucket {bucket}.", bucket=settings.s3_bucket)
        )
        yield _locks(settings, blobs.prove())
    except StorageError as error:
        yield Point(well=False, says=say("S3 storage: {reason}", reason=str(error)))


def _signer(settings: Settings) -> Point:
    """Which key signs bundles, and that nobody else may read it."""
    from api import signing  # noqa: PLC0415 - beside its only use

    if not settings.signer_key.exists():
        return Point(well=True, says=say("The key that signs bundles will be made when it is first needed."))
    if settings.signer_key.stat().st_mode & 0o077:
        file = str(settings.signer_key)
        return Point(well=False, says=say("Others may read {file}; run: chmod 600 {file}", file=file))
    key = signing.signer(settings).key
    return Point(well=True, says=say("Bundles are signed by {key}.", key=key))


def _time(settings: Settings) -> Point:
    """No authority is no fault; one whose stamps could not be read or checked is."""
    from api.reaching import bare  # noqa: PLC0415 - beside its only use
    from storage import notary  # noqa: PLC0415 - beside its only use
    from storage.errors import StampError  # noqa: PLC0415 - likewise

    if not settings.tsa or settings.tsa_roots is None:
        return Point(well=True, says=say("No time-stamping authority is set (SIXFACE_TSA)."))
    if not notary.available():
        return Point(well=False, says=say("Time stamps need the extra notary; install sixface[notary]."))
    try:
        notary.usable(settings.tsa_roots.read_bytes())
    except (OSError, StampError):
        return Point(well=False, says=say("SIXFACE_TSA_ROOTS holds no certificates in PEM; mend that file."))
    return Point(
        well=True, says=say("Time stamps are asked of {urls}.", urls=", ".join(map(bare, settings.tsa)))
    )


def _certificate(settings: Settings) -> Point:
    """No certificate is no fault; one that cannot be used is, since nothing would be sealed."""
    from api import certificate  # noqa: PLC0415 - beside its only use
    from api.desk import utc_now  # noqa: PLC0415 - likewise
    from api.errors import CertificateError  # noqa: PLC0415 - likewise

    try:
        found = certificate.of(settings, utc_now())
    except CertificateError as error:
        return Point(well=False, says=error.says)
    if found is None:
        return Point(
            well=True, says=say("No certificate is set, so dossiers bear no signature (SIXFACE_CERTIFICATE).")
        )
    ends = rfc3339(found.leaf.not_valid_after_utc)
    return Point(
        well=True, says=say("Dossiers are signed by {name}, until {ends}.", name=found.name, ends=ends)
    )


def _issuer(settings: Settings) -> Point:
    """No issuer is no fault; one that cannot be asked is, since somebody would stand before the door."""
    from api.desk import utc_now  # noqa: PLC0415 - beside its only use
    from api.errors import ApiError  # noqa: PLC0415 - likewise
    from api.identity.issuer import Issuer  # noqa: PLC0415 - likewise

    if not settings.oidc_issuer:
        return Point(well=True, says=say("People sign in with name and password (SIXFACE_OIDC_ISSUER)."))
    try:
        Issuer(settings, utc_now).look()
    except ApiError as error:
        return Point(well=False, says=error.says)
    return Point(well=True, says=say("People may sign in with {name} too.", name=settings.oidc_name))


def _locks(settings: Settings, proof: Proof) -> Point:
    """Locks are a choice, so it is only bad that they are absent where they were asked for."""
    if proof.worm == "proven":
        return Point(
            well=True, says=say("Object Lock is proven: what was locked could not be deleted or changed.")
        )
    if proof.tried.get("lock"):
        failed = ", ".join(proof.failed)
        return Point(
            well=not settings.s3_lock_days,
            says=say(
                "The bucket does not keep what is locked ({failed}); choose another service.", failed=failed
            ),
        )
    return Point(
        well=not settings.s3_lock_days,
        says=say("The bucket has no Object Lock, so whoever has its keys can delete files."),
    )
