"""The adapters under contract, and the servers they need."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from moto.server import ThreadedMotoServer

from storage.blobs import Blobs
from storage.disk import DiskBlobs
from storage.memory import MemoryBlobs, MemoryRows
from storage.rows import Rows
from storage.s3 import Client, S3Blobs, connect
from storage.sql import SqlRows, open_sqlite

NOW = datetime(2026, 11, 21, 8, 11, 2, 345678, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3_client(s3_endpoint: str) -> Client:
    return connect(endpoint=s3_endpoint, region="us-east-1", access_key="any", secret_key="any")


@pytest.fixture
def bucket(s3_client: Client) -> str:
    name = f"evidence-{os.urandom(8).hex()}"
    s3_client.create_bucket(Bucket=name)  # type: ignore[attr-defined]
    return name


@pytest.fixture
def s3_blobs(s3_client: Client, bucket: str, tmp_path: Path) -> S3Blobs:
    return S3Blobs(bucket, "kept/here", s3_client, staging=tmp_path / "s3-staging")


@pytest.fixture(params=["memory", "disk", "s3"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Blobs:
    if request.param == "s3":
        return request.getfixturevalue("s3_blobs")
    return DiskBlobs(tmp_path / "store") if request.param == "disk" else MemoryBlobs()


@pytest.fixture(params=["memory", "sqlite"])
def rows(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rows]:
    yield from _rows(request.param, tmp_path, 10.0)


@pytest.fixture(params=["memory", "sqlite"])
def hasty_rows(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rows]:
    """Whose writers wait a quarter of a second for their turn."""
    yield from _rows(request.param, tmp_path, 0.25)


def _rows(kind: str, tmp_path: Path, wait: float) -> Iterator[Rows]:
    if kind == "memory":
        yield MemoryRows(wait=wait)
        return
    engine = open_sqlite(tmp_path / "data" / "rows.db", wait=wait)
    yield SqlRows(engine)
    engine.dispose()
