"""Jobs of DBOS in the transaction of a unit: queued with what they are about, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import dbos
import pytest

from storage.engine import open_sqlite
from storage.postgres import address, open_postgres
from storage.sql import SqlRows


@pytest.fixture(params=["sqlite", "postgres"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[SqlRows, str]]:
    """Rows, and the address of their database."""
    if request.param == "sqlite":
        url, engine = f"sqlite:///{tmp_path / 'rows.db'}", open_sqlite(tmp_path / "rows.db")
    else:
        database: str = request.getfixturevalue("database")
        url, engine = address(database).render_as_string(hide_password=False), open_postgres(database)
    yield SqlRows(engine), url
    engine.dispose()


def test_a_job_is_queued_if_and_only_if_the_unit_is_committed(
    opened: tuple[SqlRows, str], now: datetime
) -> None:
    rows, url = opened
    dbos.run_dbos_database_migrations(system_database_url=url)
    client = dbos.DBOSClient(system_database_url=url)
    try:

        def take_in(id_: str, *, spoil: bool) -> None:
            with rows.begin("one", now=now) as unit:
                unit.add("evidence", id_, {})
                client.enqueue_in_transaction(
                    unit.connection, {"queue_name": "q", "workflow_name": "w", "workflow_id": id_}
                )
                if spoil:
                    raise KeyError

        take_in("kept", spoil=False)
        with pytest.raises(KeyError):
            take_in("undone", spoil=True)
        assert [each.workflow_id for each in client.list_workflows()] == ["kept"]
        with rows.read("one") as reading:
            assert [row.id for row in reading.find("evidence").rows] == ["kept"]
    finally:
        client.destroy()
