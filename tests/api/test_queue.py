"""What the durable queue promises, on both databases, with workers in processes of their own.

They examine nothing but write down which job they were given; real examinations are in
`test_serving.py` and `test_machines.py`.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from api.dbos_jobs import DbosJobs
from api.desk import Wiring
from api.jobs import Job
from api.roll import Roll
from api.settings import Settings
from api.wiring import embedded
from tests.api.running import ENVIRONMENT, until

WORKER = """
import sys, threading, time
from pathlib import Path
from api import dbos_jobs

url, name, kind, told = sys.argv[1:]
lock = threading.Lock()

def write(word, job):
    with lock, Path(told).open("a") as file:
        print(word, job.tenant, job.evidence_id, file=file, flush=True)

def run(job, watch):
    write(name, job)
    if kind == "fails":
        raise RuntimeError
    if kind == "hangs":
        time.sleep(600)

def watch():
    from datetime import timedelta
    from api import roll, worker
    from api.settings import Settings
    from api.wiring import embedded
    roll.LOST = timedelta(seconds=1)
    settings = Settings(data=Path(told).parent / "data")
    if url.startswith("postgresql"):
        settings = Settings(data=settings.data, database=url)
    wiring = embedded(settings, queue=False)
    watcher = roll.Roll(wiring.rows)
    while not Path(told).with_suffix(".enough").exists():
        watcher.beat(name, wiring.clock())
        worker.take_over(wiring, watcher)
        time.sleep(0.2)

with dbos_jobs.working(url, name, run, lambda job: write("gave-up", job), at_once=1):
    print("working", flush=True)
    if kind == "adopts":
        dbos_jobs.adopt(dbos_jobs.busy() - {name})
    if kind == "watches":
        watch()
    sys.stdin.read()
"""


@pytest.fixture(params=["sqlite", "postgres"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    on = request.getfixturevalue("database") if request.param == "postgres" else None
    return Settings(data=tmp_path / "data", database=on)


@pytest.fixture
def store(settings: Settings) -> Iterator[Wiring]:
    made = embedded(settings)
    yield made
    made.close()


class Crew:
    """Workers, and what they wrote down."""

    def __init__(self, store: Wiring, told: Path) -> None:
        self._store = store
        self._told = told
        self._processes: list[subprocess.Popen[str]] = []

    def queue(self, *jobs: Job) -> None:
        assert isinstance(self._store.jobs, DbosJobs)
        for job in jobs:
            with self._store.rows.begin(job.tenant, now=self._store.clock()) as unit:
                self._store.jobs.enqueue(unit, job)

    def start(self, name: str, kind: str = "works") -> subprocess.Popen[str]:
        command = [sys.executable, "-c", WORKER, self._store.settings.database_url, name, kind, self._told]
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=ENVIRONMENT, text=True
        )
        self._processes.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "working\n"
        return process

    def lines(self) -> list[str]:
        return self._told.read_text().splitlines() if self._told.exists() else []

    def jobs(self) -> list[str]:
        return [line.split()[2] for line in self.lines()]

    def enough(self) -> None:
        """Have those who watch stop watching."""
        self._told.with_suffix(".enough").touch()

    def finished(self, job: Job) -> bool:
        assert isinstance(self._store.jobs, DbosJobs)
        return not self._store.jobs.waits(job)

    def end(self) -> None:
        for process in self._processes:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()


@pytest.fixture
def crew(store: Wiring, tmp_path: Path) -> Iterator[Crew]:
    made = Crew(store, tmp_path / "told")
    yield made
    made.end()


def test_several_workers_share_the_queue_and_no_job_is_given_twice(crew: Crew) -> None:
    jobs = [Job("t", f"ev_{n}") for n in range(6)]
    for name in ("one", "two"):
        crew.start(name)
    crew.queue(*jobs)
    until(lambda: all(map(crew.finished, jobs)), "all are done")
    assert sorted(crew.jobs()) == sorted(job.evidence_id for job in jobs)


def test_nobody_waits_for_the_many_jobs_of_another_tenant(crew: Crew) -> None:
    crew.queue(*(Job("many", f"m{n:02}") for n in range(16)), Job("few", "f"))
    crew.start("one")
    until(lambda: "f" in crew.jobs(), "the one job has its turn")
    # Each turn is drawn between the two tenants: the sixteenth is reached once in 32,000 runs.
    assert len(crew.jobs()) < 16


def test_what_can_wait_goes_after_what_somebody_waits_for(crew: Crew) -> None:
    crew.queue(
        *(Job("t", f"batch{n}", batch=True) for n in range(3)), *(Job("t", f"now{n}") for n in range(3))
    )
    crew.start("one")
    until(lambda: len(crew.jobs()) == 6, "all are done")
    assert crew.jobs() == ["now0", "now1", "now2", "batch0", "batch1", "batch2"]


def test_what_fails_is_tried_three_times_and_then_given_up(crew: Crew) -> None:
    crew.queue(Job("t", "e"))
    crew.start("one", "fails")
    until(lambda: crew.finished(Job("t", "e")), "it has ended")
    assert crew.lines() == [*3 * ["one t e"], "gave-up t e"]


def test_a_dead_workers_job_goes_to_one_of_those_who_adopt_it(crew: Crew) -> None:
    job = Job("t", "e")
    crew.queue(job)
    dead = crew.start("dead", "hangs")
    until(lambda: crew.lines() == ["dead t e"], "it is begun")
    dead.kill()
    dead.wait()
    for name in ("one", "two"):  # the second adopts what the first may be doing already
        crew.start(name, "adopts")
    until(lambda: crew.finished(job), "it is done")
    assert len(crew.lines()) == 2
    assert crew.lines()[1] in {"one t e", "two t e"}


def test_whoever_watches_notices_the_silence_and_takes_over(store: Wiring, crew: Crew) -> None:
    job, roll = Job("t", "e"), Roll(store.rows)
    crew.queue(job)
    dead = crew.start("worker-1@elsewhere", "hangs")
    roll.beat("worker-1@elsewhere", store.clock())
    until(lambda: len(crew.lines()) == 1, "it is begun")
    dead.kill()
    dead.wait()
    crew.start("near", "watches")
    until(lambda: crew.finished(job), "it is done")
    assert crew.lines() == ["worker-1@elsewhere t e", "near t e"]

    def on_the_roll() -> list[str]:
        with store.rows.read("system") as reading:
            return [row.id for row in reading.find("worker").rows]

    until(lambda: on_the_roll() == ["near"], "the silent one is struck")
    crew.enough()


def test_a_worker_that_comes_back_under_its_name_takes_up_what_it_left(crew: Crew) -> None:
    job = Job("t", "e")
    crew.queue(job)
    dead = crew.start("one", "hangs")
    until(lambda: crew.lines() == ["one t e"], "it is begun")
    dead.kill()
    dead.wait()
    crew.start("one")
    until(lambda: crew.finished(job), "it is done")
    assert crew.lines() == 2 * ["one t e"]


def test_a_job_is_queued_with_its_row_or_not_at_all(store: Wiring, crew: Crew) -> None:
    assert isinstance(store.jobs, DbosJobs)
    enqueue: Callable[..., None] = store.jobs.enqueue

    def take_in(name: str, *, spoil: bool) -> None:
        with store.rows.begin("t", now=store.clock()) as unit:
            unit.add("evidence", name, {})
            enqueue(unit, Job("t", name), after=timedelta(hours=1))
            if spoil:
                raise ZeroDivisionError

    take_in("kept", spoil=False)
    with pytest.raises(ZeroDivisionError):
        take_in("undone", spoil=True)
    assert [crew.finished(Job("t", name)) for name in ("kept", "undone")] == [False, True]
