"""A wiring over the folder of data, in which jobs wait: rows and blobs lie where somebody can get at them."""

from __future__ import annotations

from api.desk import Wiring
from api.settings import Settings
from api.wiring import blobs_of
from storage.sql import SqlRows, open_sqlite
from tests.api.conftest import Waiting


def wired(settings: Settings) -> Wiring:
    engine = open_sqlite(settings.database_file)
    rows, work = SqlRows(engine), settings.data / "work"
    return Wiring(settings, blobs_of(settings), rows, Waiting(), work, release=engine.dispose)
