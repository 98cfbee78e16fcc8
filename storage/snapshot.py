"""The whole database at one moment as a file, and custody logs put back from their exports.

`copy_sqlite` uses SQLite's own online backup, so others go on writing. PostgreSQL has tools of its own.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa

from storage import ledger, staging, tables
from storage.engine import translating
from storage.errors import StorageError
from storage.ledger import Entry


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
