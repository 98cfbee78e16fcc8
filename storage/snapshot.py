"""The whole database at one moment as a file, rows moved from one database to another, custody logs put back.

`copy_sqlite` uses SQLite's own online backup and `copy_rows` an unchanging view, so others go on writing.
The file is one of SQLite in either case, whatever database it came from; tables of neighbours (jobs) are in
it only where SQLite copies its own.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from storage import ledger, staging, tables
from storage.engine import open_sqlite, reader, translating
from storage.errors import StorageError
from storage.ledger import Entry

_TABLES: Final = tuple(tables.metadata.sorted_tables)
"""Those that others refer to come first."""
_PIECE: Final = 500
"""Rows in memory at a time; a document has some kilobytes."""


def copy_sqlite(source: Path, target: Path) -> None:
    """Copy the database as it is now into one file, whole and on the device, and check it.

    Raises:
        StorageError: it cannot be read or written, or is not sound.
    """
    part = target.with_name(f"{target.name}.part")
    try:
        part.unlink(missing_ok=True)
        with closing(sqlite3.connect(source)) as whole, closing(sqlite3.connect(part)) as copy:
            whole.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
            if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                raise StorageError("The database is not sound; restore it from an earlier backup.")
        part.chmod(0o600)
        place(part, target)
    except sqlite3.Error as error:
        raise StorageError from error
    except OSError as error:
        raise staging.translated(error) from error


def copy_rows(source: sa.Engine, target: Path) -> None:
    """Copy all rows and logs of any database, as they are now, into one file of SQLite.

    Raises:
        StorageError: it cannot be read or written.
    """
    try:
        # In a folder of its own, since SQLite lays files beside a database that is being written.
        with tempfile.TemporaryDirectory(prefix=".rows-", dir=target.parent) as folder:
            engine = open_sqlite(Path(folder) / target.name)
            try:
                transfer(source, engine)
            finally:
                engine.dispose()
            copy_sqlite(Path(folder) / target.name, target)
    except OSError as error:
        raise staging.translated(error) from error


def blank(engine: sa.Engine) -> bool:
    """Whether nothing is kept there yet."""
    with translating(), reader(engine).connect() as reading:
        return not any(reading.scalar(sa.select(sa.exists(sa.select(table)))) for table in _TABLES)


def transfer(source: sa.Engine, target: sa.Engine) -> None:
    """Write all rows and logs of one database into another in which nothing is: all of them or none.

    Raises:
        StorageError: something is kept there already, or it cannot be read or written.
    """
    with translating(), reader(source).connect() as reading, target.begin() as writing:
        for table in _TABLES:
            if writing.scalar(sa.select(sa.exists(sa.select(table)))):
                raise StorageError("Something is kept in the database already; name an empty one.")
            with reading.execute(sa.select(table), execution_options={"yield_per": _PIECE}) as found:
                for piece in found.mappings().partitions():
                    writing.execute(sa.insert(table), [dict(row) for row in piece])


def place(part: Path, target: Path) -> None:
    """Give a whole file its name, durably. Raises `OSError`."""
    with part.open("rb") as file:
        staging.flush(file.fileno())
    part.replace(target)
    staging.flush_folder(target.parent)


def put_back(engine: sa.Engine, tenant: str, entries: Sequence[Entry]) -> None:
    """Write a custody log as it was exported into a database that has none of that name.

    Raises:
        ValueError: the log is not whole; nothing is written.
        StorageError: it could not be written.
    """
    if ledger.verify(entries):
        raise ValueError("the log is not whole")
    rows = [
        {"tenant": tenant, "stream": each.stream, "seq": each.seq, "line": each.line, "digest": each.digest}
        for each in entries
    ]
    if rows:
        with translating(), engine.begin() as connection:
            connection.execute(sa.insert(tables.ledger), rows)
