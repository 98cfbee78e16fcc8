"""Where a trial takes place: a data folder with its database, and how both are set back to how they were.

Another database joins by filling `Place` and by a line in `place_of`.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, Protocol, final

import psycopg
import sqlalchemy as sa
from psycopg import sql
from psycopg.errors import DuplicateDatabase
from pydantic import SecretStr

from api.desk import Wiring
from api.settings import Settings
from storage.sql import SqlRows
from tests.postgres import postgres

_TABLES: Final = """SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname !~ '^(pg_|information_schema)'"""
_HEAPS: Final = """SELECT c.relname, found.msg FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace,
LATERAL verify_heapam(c.oid) found WHERE c.relkind = 'r' AND n.nspname !~ '^(pg_|information_schema)'"""
_INDEXES: Final = """SELECT count(bt_index_check(c.oid, true)::text) FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_am a ON a.oid = c.relam
WHERE c.relkind = 'i' AND a.amname = 'btree' AND n.nspname !~ '^(pg_|information_schema)'"""


class Place(Protocol):
    """Data folders and the database that belongs to each."""

    def settings(self, data: Path) -> Settings:
        """What a deployment in that folder is set to; its database is made when it is first opened."""
        ...

    def copy(self, data: Path, to: Path) -> None:
        """Make another place that is as this one is; nobody has either open."""
        ...

    def wrong(self, wiring: Wiring) -> str:
        """What the database itself finds wrong with its files; empty where all is well."""
        ...

    def drop(self, data: Path) -> None:
        """Remove the folder and its database."""
        ...


@final
class SqlitePlace:
    """The database lies in the folder."""

    def settings(self, data: Path) -> Settings:
        return Settings(data=data, workers=1)

    def copy(self, data: Path, to: Path) -> None:
        shutil.copytree(data, to)

    def wrong(self, wiring: Wiring) -> str:
        assert isinstance(wiring.rows, SqlRows)
        with wiring.rows.read("default") as reading:
            found = reading.connection.exec_driver_sql("PRAGMA integrity_check").scalar_one()
        return "" if found == "ok" else str(found)

    def drop(self, data: Path) -> None:
        shutil.rmtree(data, ignore_errors=True)


@final
class PostgresPlace:
    """Each folder has a database of its own in one server, whose superuser we are."""

    def __init__(self, url: str) -> None:
        """`url` is that of any database there but `template1`; it is only used to make and drop others."""
        self._url = sa.make_url(url).set(drivername="postgresql")

    def settings(self, data: Path) -> Settings:
        with psycopg.connect(self._address(), autocommit=True) as admin, suppress(DuplicateDatabase):
            admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(_database(data)))
        address = self._url.set(database=_name(data)).render_as_string(hide_password=False)
        return Settings(data=data, workers=1, database=SecretStr(address))

    def copy(self, data: Path, to: Path) -> None:
        shutil.copytree(data, to)
        with psycopg.connect(self._address(), autocommit=True) as admin:
            # The server itself waits a few seconds for those to end who had it open.
            made = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
            admin.execute(made.format(_database(to), _database(data)))

    def wrong(self, wiring: Wiring) -> str:
        try:
            with psycopg.connect(wiring.settings.database_url, autocommit=True) as reading:
                return _checked(reading)
        except psycopg.Error as error:
            return str(error)

    def drop(self, data: Path) -> None:
        shutil.rmtree(data, ignore_errors=True)
        with psycopg.connect(self._address(), autocommit=True) as admin:
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(_database(data)))

    def _address(self) -> str:
        return self._url.render_as_string(hide_password=False)


def _name(data: Path) -> str:
    return f"trial_{hashlib.sha256(str(data.absolute()).encode()).hexdigest()[:16]}"


def _database(data: Path) -> sql.Identifier:
    return sql.Identifier(_name(data))


def _checked(reading: psycopg.Connection) -> str:
    """Read every row of ours, and, where the server has the means, hold tables and indexes together."""
    for schema, table in reading.execute(_TABLES).fetchall():
        all_of = sql.SQL("SELECT count(each::text) FROM {} each").format(sql.Identifier(schema, table))
        reading.execute(all_of).fetchone()
    if reading.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'amcheck'").fetchone() is None:
        return ""
    reading.execute("CREATE EXTENSION IF NOT EXISTS amcheck")
    reading.execute(_INDEXES)  # which raises where one is not as its table
    return "; ".join(f"{table}: {says}" for table, says in reading.execute(_HEAPS).fetchall())


@contextmanager
def place_of(url: str) -> Iterator[Place]:
    """The place for a database at that URL of SQLAlchemy; `postgresql` alone starts a server for it."""
    if url.startswith("sqlite"):
        yield SqlitePlace()
    elif url == "postgresql":
        with postgres() as server:
            yield PostgresPlace(server.url("postgres"))
    elif url.startswith("postgresql:"):
        yield PostgresPlace(url)
    else:
        message = f"no place is known for {url.partition(':')[0]}; add one to {__name__}"
        raise ValueError(message)
