"""The durable queue as the front door sees it; the worker's side is in `test_serving.py`."""

from __future__ import annotations

import pickle
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from api.dbos_jobs import DbosJobs, _tried
from api.desk import Wiring
from api.examination import Watch
from api.jobs import Job
from api.settings import Settings
from api.wiring import embedded
from storage.errors import StorageFullError
from storage.memory import MemoryRows

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)


@pytest.fixture
def database(settings: Settings) -> Path:
    return settings.database_file


@pytest.fixture
def store(settings: Settings) -> Iterator[Wiring]:
    made = embedded(settings, clock=lambda: NOW)
    yield made
    made.close()


@pytest.fixture
def jobs(store: Wiring) -> DbosJobs:
    assert isinstance(store.jobs, DbosJobs)
    return store.jobs


def test_a_job_is_queued_with_its_row_or_not_at_all(store: Wiring, jobs: DbosJobs) -> None:
    with store.rows.begin("t", now=NOW) as unit:
        unit.add("evidence", "one", {})
        jobs.enqueue(unit, Job("t", "one"))
    with suppress(ZeroDivisionError), store.rows.begin("t", now=NOW) as unit:
        unit.add("evidence", "two", {})
        jobs.enqueue(unit, Job("t", "two"))
        raise ZeroDivisionError
    assert jobs.waits(Job("t", "one"))
    assert not jobs.waits(Job("t", "two"))


def test_what_waits_is_json_that_code_of_another_version_can_read(
    store: Wiring, jobs: DbosJobs, database: Path
) -> None:
    with store.rows.begin("t", now=NOW) as unit:
        jobs.enqueue(unit, Job("tenant ü", "one"), after=timedelta(hours=1))
    with sqlite3.connect(database) as connection:
        (text,) = connection.execute("select inputs from workflow_input").fetchone()
        rows = connection.execute("select status, application_version, queue_name from workflow_status")
        assert rows.fetchall() == [("DELAYED", "2", "examinations")]
    assert "tenant ü" in text
    with pytest.raises((pickle.UnpicklingError, ValueError)):
        pickle.loads(text.encode())  # noqa: S301 - that it is no pickle is the point


def test_a_job_is_not_queued_beside_its_rows(jobs: DbosJobs) -> None:
    with MemoryRows().begin("t", now=NOW) as unit, pytest.raises(TypeError):
        jobs.enqueue(unit, Job("t", "one"))


def test_opening_twice_is_harmless(settings: Settings, store: Wiring) -> None:
    again = embedded(settings)
    again.close()
    assert store.rows is not again.rows


def test_a_full_disk_is_waited_out_and_other_errors_are_told() -> None:
    def run(_job: Job, _watch: Watch) -> None:
        if troubles:
            raise troubles.pop()

    troubles: list[Exception] = [ZeroDivisionError(), StorageFullError()]
    assert not _tried(run, Job("t", "one"), Watch())
    with pytest.raises(ZeroDivisionError):
        _tried(run, Job("t", "one"), Watch())
    assert _tried(run, Job("t", "one"), Watch())
