from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from api.jobs import Job, NoJobs, ThreadJobs
from storage.memory import MemoryRows

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def test_jobs_are_done_in_order_and_a_broken_one_stops_nobody() -> None:
    done: list[str] = []

    def run(job: Job) -> None:
        if job.evidence_id == "bad":
            raise ValueError
        done.append(job.evidence_id)

    jobs = ThreadJobs(run)
    rows = MemoryRows()
    with rows.begin("t", now=NOW) as unit:
        for name in ("a", "bad", "b"):
            jobs.enqueue(unit, Job("t", name))
    assert jobs.idle(5)
    assert done == ["a", "b"]
    assert jobs.alive(NOW)
    jobs.close()
    assert not jobs.alive(NOW)


def test_a_job_for_later_waits() -> None:
    done: list[str] = []
    ready = threading.Event()

    def run(job: Job) -> None:
        done.append(job.evidence_id)
        if len(done) == 2:
            ready.set()

    jobs = ThreadJobs(run)
    with MemoryRows().begin("t", now=NOW) as unit:
        jobs.enqueue(unit, Job("t", "late"), after=timedelta(milliseconds=150))
        jobs.enqueue(unit, Job("t", "now"))
    assert ready.wait(5)
    assert done == ["now", "late"]
    jobs.close()


def test_where_there_is_no_queue_nothing_is_queued() -> None:
    with MemoryRows().begin("t", now=NOW) as unit, pytest.raises(RuntimeError):
        NoJobs().enqueue(unit, Job("t", "a"))
