"""How a PostgreSQL database is opened: with it several machines work on the same rows.

A unit of work promises here what `BEGIN IMMEDIATE` promises in SQLite, since it takes turns: as it
begins it asks for the one write lock of the database (an advisory lock, which goes with the
transaction) and only then looks at anything. Whoever reads takes an unchanging view and waits
for nobody.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, cast

import sqlalchemy as sa
from psycopg import Connection
from psycopg.pq import TransactionStatus
from sqlalchemy import event
from sqlalchemy.exc import ArgumentError

from storage.engine import READS, migrate, reader, translating
from storage.errors import StorageError
from storage.rows import WAIT
from storage.sqlstates import UNUSABLE

TURN: Final = 0x5158_FACE
"""The number of the write lock, which must be nobody else's in that database."""
IDLE: Final = 60
"""Seconds without a statement after which the server ends a transaction of ours: its process is frozen,
or its machine is gone, and the others wait for its lock. Nothing in a unit of work takes as long."""
SILENCE: Final = 10
"""Seconds of silence after which either side asks whether the other is still there."""
OLDEST: Final = 13
"""The oldest version of the server that is tried at all; tests run on 15."""

_ADDRESS: Final = (
    "The address in SIXFACE_DATABASE cannot be read; it looks like postgresql://user:password@host/name."
)
_OLD: Final = "The server of the database is older than PostgreSQL 13; update it."
_ENCODING: Final = "The database does not keep its texts in UTF-8; make one that does (ENCODING 'UTF8')."

# Each in one message. READ COMMITTED is meant: a statement sees what was committed before it, and once the
# lock is ours nobody commits but us. REPEATABLE READ would take its view before the wait for the lock.
_BEGIN_WRITING: Final = """BEGIN ISOLATION LEVEL READ COMMITTED;
SET LOCAL lock_timeout = {wait};
SET LOCAL idle_in_transaction_session_timeout = {idle};
SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') = 'off';
SELECT pg_advisory_xact_lock({turn})"""
_BEGIN_READING: Final = """BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SET LOCAL idle_in_transaction_session_timeout = {idle}"""


@dataclass(frozen=True)
class Standing:
    """What a server says of itself."""

    version: str
    """As it numbers itself, such as 15.14."""
    safe: bool
    """Whether what it acknowledges survives a power cut (`fsync` and `full_page_writes` are on)."""


def address(url: str) -> sa.URL:
    """The address of a database in the form that SQLAlchemy and DBOS take, whatever driver it named.

    Raises:
        StorageError: it is no address of a PostgreSQL database.
    """
    try:
        made = sa.make_url(url)
    except (ArgumentError, ValueError):
        raise StorageError(_ADDRESS) from None  # Its message would tell the password.
    if made.drivername.partition("+")[0] not in {"postgresql", "postgres"} or not made.database:
        raise StorageError(_ADDRESS)
    return made.set(drivername="postgresql+psycopg")


def open_postgres(url: str, *, wait: float = WAIT) -> sa.Engine:
    """An engine on the database at `url`, at the newest version of the tables.

    The database must exist, in UTF-8; tables are made if need be. `wait` is in seconds: how long a
    unit waits for its turn, a thread for a connection, and a connection for an answer of the server.
    Open it after a fork, never before.

    Raises:
        StorageError: it cannot be reached or used, or is newer than this program.
    """
    engine = sa.create_engine(
        address(url),
        hide_parameters=True,  # what users typed stays out of logs
        pool_timeout=wait,
        pool_pre_ping=True,  # after a restart of the server the first to come does not pay for it
        connect_args={
            "autocommit": True,  # BEGIN is said in `on_begin`
            "prepare_threshold": None,  # prepared statements do not go through a pooler
            "application_name": "sixface",
            "client_encoding": "utf8",
            "connect_timeout": max(2, math.ceil(wait)),
            "keepalives_idle": SILENCE,
            "keepalives_interval": SILENCE,
            "keepalives_count": 3,
        },
    )
    given = {"wait": int(wait * 1000), "idle": IDLE * 1000, "turn": TURN}

    def on_begin(connection: sa.Connection) -> None:
        reads = connection.get_execution_options().get(READS, False)
        connection.exec_driver_sql((_BEGIN_READING if reads else _BEGIN_WRITING).format(**given))

    event.listen(engine, "begin", on_begin)
    event.listen(engine, "commit", _on_commit)
    try:
        _look(engine)
        migrate(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


def standing(engine: sa.Engine) -> Standing:
    """Ask the server about itself.

    Raises:
        StorageError: it does not answer.
    """
    with translating(), reader(engine).connect() as connection:
        version, *safe = connection.exec_driver_sql(
            "SELECT current_setting('server_version'), current_setting('fsync'), "
            "current_setting('full_page_writes')"
        ).one()
        return Standing(version.split()[0], safe == ["on", "on"])


def _on_commit(connection: sa.Connection) -> None:
    """Refuse to commit what the server has given up already.

    It answers COMMIT after a failed statement by undoing everything, and calls that no error.
    """
    driver = cast("Connection", connection.connection.driver_connection)
    if driver.info.transaction_status != TransactionStatus.INTRANS:
        raise StorageError(UNUSABLE)


def _look(engine: sa.Engine) -> None:
    """Whether the database can hold what we keep.

    Raises:
        StorageError: it cannot, or it does not answer.
    """
    with translating(), reader(engine).connect() as connection:
        version, encoding = connection.exec_driver_sql(
            "SELECT current_setting('server_version_num')::int, current_setting('server_encoding')"
        ).one()
    if version < OLDEST * 10_000:
        raise StorageError(_OLD)
    if encoding != "UTF8":
        raise StorageError(_ENCODING)
