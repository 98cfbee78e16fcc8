"""Servers that tests of several rooms need, started once and only where somebody asks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from storage.s3_client import Client
from tests import buckets, postgres
from tests.buckets import Server
from tests.postgres import Postgres


@pytest.fixture(scope="session")
def moto() -> Iterator[Server]:
    """Quick, and no proof of anything: it accepts wrong signatures and shortened locks."""
    with buckets.moto() as server:
        yield server


@pytest.fixture(scope="session")
def ceph() -> Iterator[Server]:
    """A real server: Ceph's RADOS gateway, over one daemon in memory."""
    with buckets.ceph() as server:
        yield server


@pytest.fixture
def s3_client(moto: Server) -> Client:
    return moto.client()


@pytest.fixture
def bucket(moto: Server) -> str:
    return buckets.fresh_bucket(moto)


@pytest.fixture(scope="session")
def server() -> Iterator[Postgres]:
    """A real PostgreSQL server."""
    with postgres.postgres() as started:
        yield started


@pytest.fixture
def database(server: Postgres) -> str:
    """The address of a database of one's own, with tables and no rows."""
    return server.fresh()
