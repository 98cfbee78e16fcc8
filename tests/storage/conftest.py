"""The adapters under contract, and the servers they need."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from storage.blobs import Blobs
from storage.disk import DiskBlobs
from storage.memory import MemoryBlobs, MemoryRows
from storage.postgres import open_postgres
from storage.rows import Rows
from storage.s3 import S3Blobs
from storage.sql import SqlRows, open_sqlite
from tests.buckets import Server, fresh_bucket

NOW = datetime(2026, 11, 21, 8, 11, 2, 345678, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "rows.db"


@pytest.fixture
def engine(path: Path) -> Iterator[sa.Engine]:
    engine = open_sqlite(path)
    yield engine
    engine.dispose()


@pytest.fixture(params=["memory", "disk", "s3", "ceph"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Blobs:
    if request.param in {"s3", "ceph"}:
        server: Server = request.getfixturevalue({"s3": "moto", "ceph": "ceph"}[request.param])
        return S3Blobs(fresh_bucket(server), "kept/here", server.client(), staging=tmp_path / "s3-staging")
    return DiskBlobs(tmp_path / "store") if request.param == "disk" else MemoryBlobs()


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def rows(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rows]:
    yield from _rows(request, tmp_path, 10.0)


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def hasty_rows(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rows]:
    """Whose writers wait a quarter of a second for their turn."""
    yield from _rows(request, tmp_path, 0.25)


def _rows(request: pytest.FixtureRequest, tmp_path: Path, wait: float) -> Iterator[Rows]:
    if request.param == "memory":
        yield MemoryRows(wait=wait)
        return
    if request.param == "postgres":
        engine = open_postgres(request.getfixturevalue("database"), wait=wait)
    else:
        engine = open_sqlite(tmp_path / "data" / "rows.db", wait=wait)
    yield SqlRows(engine)
    engine.dispose()
