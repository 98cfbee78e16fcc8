"""The database looked at, and changed, behind the program's back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa


def pragma(connection: sa.Connection, name: str) -> object:
    return connection.exec_driver_sql(f"PRAGMA {name}").scalar()


def edit(path: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(path)) as admin:
        admin.execute(statement, values)
        admin.commit()
