"""The composition root: the one place where ports meet their adapters.

Everything else is handed a `Wiring` and asks it; tests hand the same code a `memory()`.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from api.almanac import Almanac
from api.caller import WORKER, Caller
from api.desk import Clock, Objects, Stream, Wiring, utc_now
from api.examination import examine
from api.jobs import Job, Jobs, NoJobs, ThreadJobs
from api.rulebook import Rulebook
from api.settings import Settings
from storage.blobs import Blobs
from storage.memory import MemoryBlobs, MemoryRows

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from storage.s3 import S3Blobs
    from storage.s3_client import Client


def embedded(settings: Settings, *, queue: bool = True, clock: Clock = utc_now) -> Wiring:
    """Everything in one folder: SQLite (or PostgreSQL), blobs on disk (or in S3), jobs in the same database.

    Commands that start no examination leave out the `queue`, which takes a moment to load.

    Raises:
        StorageError: the folder, the database or the bucket cannot be opened.
    """
    from storage.sql import SqlRows  # noqa: PLC0415 - a moment that `memory` does not need

    engine = engine_of(settings)
    rows = SqlRows(engine)
    jobs: Jobs = NoJobs()
    if queue:
        from api.dbos_jobs import DbosJobs  # noqa: PLC0415 - half a second

        jobs = DbosJobs(settings.database_url, rows)
    return Wiring(
        settings,
        blobs_of(settings),
        rows,
        jobs,
        settings.data / "work",
        clock,
        rulebook=Rulebook(settings.data / "rulesets"),
        almanac=almanac_of(settings),
        release=engine.dispose,
        objects=objects_of(settings),
    )


def memory(settings: Settings, work: Path, clock: Clock = utc_now) -> Wiring:
    """Everything in this process, where it is forgotten; the examinations are real."""

    def run(job: Job) -> None:
        examine(made.desk(Caller(job.tenant, WORKER.actor)), job.evidence_id)

    rulebook = Rulebook(settings.data / "rulesets")
    blobs, rows, away = MemoryBlobs(), MemoryRows(), objects_of(settings)
    days = almanac_of(settings)
    made = Wiring(settings, blobs, rows, ThreadJobs(run), work, clock, rulebook, days, objects=away)
    return made


def engine_of(settings: Settings) -> Engine:
    """The database that the settings name, at its newest version.

    Raises:
        StorageError: it cannot be opened.
    """
    if settings.database is not None:
        from storage.postgres import open_postgres  # noqa: PLC0415 - brings the driver

        return open_postgres(settings.database_url)
    from storage.engine import open_sqlite  # noqa: PLC0415 - a moment that `memory` does not need

    return open_sqlite(settings.database_file)


def almanac_of(settings: Settings) -> Almanac:
    """The days off, with those of `calendar.toml` in the data folder.

    Raises:
        CalendarError: that file cannot be used.
    """
    found = Almanac(settings.data / "calendar.toml")
    found.now()
    return found


def objects_of(settings: Settings) -> Objects:
    """Objects of the service that the settings name, whose client is made when one is first asked for."""

    @cache
    def client() -> Client:
        from storage.s3_client import connect  # noqa: PLC0415 - brings boto3

        return connect(endpoint=settings.s3_endpoint or None, region=settings.s3_region or None)

    def opened(bucket: str, key: str) -> AbstractContextManager[Stream]:
        from storage import s3_objects  # noqa: PLC0415 - brings boto3

        return s3_objects.opened(client(), bucket, key)

    return opened


def blobs_of(settings: Settings) -> Blobs:
    """Where the settings say that blobs live."""
    if settings.storage == "s3":
        return bucket_of(settings)
    from storage.disk import DiskBlobs  # noqa: PLC0415

    return DiskBlobs(settings.data)


def bucket_of(settings: Settings) -> S3Blobs:
    """The bucket that the settings name.

    Raises:
        StorageError: no client can be made of them.
    """
    from storage.s3 import Keeping, LockMode, S3Blobs  # noqa: PLC0415 - brings boto3
    from storage.s3_client import connect  # noqa: PLC0415 - brings boto3

    keeping = Keeping(
        encryption=settings.s3_encryption,
        kms_key=settings.s3_kms_key,
        tags=settings.s3_tags,
        lock_days=settings.s3_lock_days,
        lock_mode=LockMode(settings.s3_lock_mode),
    )
    client = connect(endpoint=settings.s3_endpoint or None, region=settings.s3_region or None)
    return S3Blobs(
        settings.s3_bucket, settings.s3_prefix, client, staging=settings.data / "staging", keeping=keeping
    )
