"""How a database is opened, brought to the newest version, and understood when it fails.

`open_sqlite` is all in this room that knows of SQLite, as `postgres` is of PostgreSQL.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
import threading
import time
from collections.abc import Generator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, PendingRollbackError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from storage import staging
from storage.errors import BusyError, StorageError, StorageFullError
from storage.rows import WAIT
from storage.sqlstates import UNUSABLE, meaning
from storage.tables import HEAD, VERSIONS

READS: Final = "sixface_reads"
"""The execution option of a connection that only reads; any other counts as a writer."""
_TURNS: Final = "sixface_turns"
"""The execution option with the turns of an engine's writers, where these have to wait for each other."""
_GLANCE: Final = 3
"""Milliseconds of one try for the write lock: SQLite looks three times, one and two milliseconds apart."""
_MIGRATING: Final = threading.Lock()
_BUSY: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_UNDOING: Final = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM})
_NEWER: Final = (
    "The database was written by a newer version of this program; install that version to open it."
)
_NOT_LOCAL: Final = (
    "The database must lie on a local disk, where processes can share memory; choose another folder."
)


def open_sqlite(path: Path, *, wait: float = WAIT) -> sa.Engine:
    """An engine on the SQLite file `path`, at the newest version.

    File and folder are made if need be, for their owner only. Every commit is on the
    device before it returns (WAL with `synchronous=FULL`). A transaction takes the
    write lock as it begins, so that none fails half-way; only those of `reader` do
    not. `wait` is in seconds. Open it after a fork, never before.

    Raises:
        StorageError: the file cannot be opened, is newer than this program, or lies where WAL cannot work.
    """
    try:
        staging.make_folder(path.parent)
        _prepare(path, wait)
    except OSError as error:
        raise staging.translated(error) from error
    engine = sa.create_engine(
        sa.URL.create("sqlite", database=str(path)),
        hide_parameters=True,  # what users typed stays out of logs
        pool_timeout=wait,
        execution_options={_TURNS: _Turns(wait)},
    )

    def on_connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # BEGIN is said in `on_begin`
        waiting = f"busy_timeout={int(wait * 1000)}"
        # `fullfsync` matters on macOS alone, as in `staging.flush`.
        for pragma in (waiting, "synchronous=FULL", "fullfsync=ON", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    def on_begin(connection: sa.Connection) -> None:
        if connection.get_execution_options().get(READS, False):
            connection.exec_driver_sql("BEGIN DEFERRED")
        else:
            _begin_writing(connection, wait)

    def on_error(context: sa.engine.ExceptionContext) -> None:
        # A full or failing disk makes SQLite undo the whole transaction by itself, and what came
        # after would be committed piece by piece. An invalid connection lets nothing come after.
        connection = context.connection
        if connection is not None and _code(context.original_exception) in _UNDOING:
            context.is_disconnect = True
            context.invalidate_pool_on_disconnect = False

    event.listen(engine, "connect", on_connect)
    event.listen(engine, "begin", on_begin)
    event.listen(engine, "handle_error", on_error)
    migrate(engine)
    return engine


def _begin_writing(connection: sa.Connection, wait: float) -> None:
    """Take the write lock within `wait` seconds, looking for it every few milliseconds.

    SQLite itself would look again after ever longer pauses, up to a tenth of a second, and miss each short
    gap that a busy process leaves.
    """
    last = time.monotonic() + wait
    connection.exec_driver_sql(f"PRAGMA busy_timeout={_GLANCE}")
    try:
        while True:
            try:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            except DBAPIError as error:
                if _code(error.orig) not in _BUSY or time.monotonic() > last:
                    raise
            else:
                return
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={int(wait * 1000)}")


def reader(engine: sa.Engine) -> sa.Engine:
    """The same engine, for transactions that only read and wait for no writer."""
    return engine.execution_options(**{READS: True})


class _Turns:
    """Lets the writers of this process in one after the other."""

    def __init__(self, wait: float) -> None:
        self._lock = threading.Lock()
        self._wait = wait

    @contextmanager
    def taken(self) -> Generator[None]:
        if not self._lock.acquire(timeout=self._wait):
            raise BusyError
        try:
            yield
        finally:
            self._lock.release()


def turn(engine: sa.Engine) -> AbstractContextManager[None]:
    """To be held around a writing transaction.

    SQLite has no queue: of those who wait, whoever looks in the right moment goes first. Within a process it
    need not be so.

    Raises:
        BusyError: the turn did not come in time.
    """
    turns: _Turns | None = engine.get_execution_options().get(_TURNS)
    return nullcontext() if turns is None else turns.taken()


def migrate(engine: sa.Engine) -> None:
    """Bring the tables to the newest version; where they are, nothing is done.

    Several processes may do so at once: they take turns.

    Raises:
        StorageError: the database is newer than this program.
    """
    with translating(), reader(engine).connect() as connection:
        versions = sa.table(VERSIONS, sa.column("version_num"))
        if sa.inspect(connection).has_table(VERSIONS) and connection.scalar(sa.select(versions)) == HEAD:
            return
    # A quarter of a second to import, for what happens once in the life of a database.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    config.set_main_option("path_separator", "os")
    # Alembic keeps the running migration in a global; other processes wait for the write lock.
    with _MIGRATING, translating(), engine.begin() as connection:
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise StorageError(_NEWER) from error


@contextmanager
def translating() -> Generator[None]:
    """Turn what the database or its driver raises into an error of this room."""
    try:
        yield
    except PoolTimeoutError as error:
        raise BusyError from error
    except PendingRollbackError as error:
        # The unit had failed, and its caller went on all the same.
        raise StorageError(UNUSABLE) from error
    except DBAPIError as error:
        raise _meaning(error.orig) from error


def _meaning(error: BaseException | None) -> StorageError:
    if not isinstance(error, sqlite3.Error):  # PostgreSQL's driver; its errors have a state or None
        return meaning(getattr(error, "sqlstate", None))
    code = _code(error)
    if code in _BUSY:
        return BusyError()
    if code == sqlite3.SQLITE_FULL:
        return StorageFullError()
    return StorageError(UNUSABLE)


def _code(error: BaseException | None) -> int:
    """SQLite's own number; the low byte is the error, the others its variety."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _prepare(path: Path, wait: float) -> None:
    """Make the file if need be, and switch it to WAL for good.

    The switch needs the file alone and does not wait for its turn, so processes that
    start together queue at a lock on the folder.
    """
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        # The files that SQLite puts beside it take over its mode.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        with closing(sqlite3.connect(path, timeout=wait)) as connection:
            (mode,) = connection.execute("PRAGMA journal_mode=WAL").fetchone()
            # Where the file system has no shared memory, this is what fails.
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        staging.flush_folder(path.parent)
    except sqlite3.Error as error:
        raise _meaning(error) from error
    finally:
        os.close(folder)
    if mode != "wal":
        raise StorageError(_NOT_LOCAL)
