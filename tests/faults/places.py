"""Where a trial takes place: a data folder with its database, and how both are set back to how they were.

Another database joins by filling `Place` and by a line in `place_of`.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Protocol, final

from api.desk import Wiring
from api.settings import Settings
from storage.sql import SqlRows


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


def place_of(url: str) -> Place:
    """The place for a database at that URL of SQLAlchemy."""
    if url.startswith("sqlite"):
        return SqlitePlace()
    message = f"no place is known for {url.partition(':')[0]}; add one to {__name__}"
    raise ValueError(message)
