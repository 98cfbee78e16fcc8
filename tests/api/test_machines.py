"""Several machines: one database, one bucket, and real examinations in workers that die or freeze.

A machine is a folder of its own here, with its processes; what they share is PostgreSQL and S3.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest

from api import intake
from api.caller import HTTP
from api.dbos_jobs import DbosJobs
from api.desk import Wiring
from api.idempotency import Claim
from api.intake import Offer
from api.item import Item, State, find
from api.settings import Settings
from api.wiring import embedded
from tests.api.running import ENVIRONMENT, PATIENCE, Service, until
from tests.buckets import Server, fresh_bucket


@pytest.fixture
def shared(database: str, moto: Server) -> dict[str, str]:
    """What is set on all machines alike."""
    return {**moto.settings(fresh_bucket(moto)), "SIXFACE_DATABASE": database}


class Machine:
    """A worker with a data folder of its own."""

    def __init__(self, data: Path, shared: dict[str, str]) -> None:
        data.mkdir()
        self.log = data.with_suffix(".log").open("ab")
        command = [sys.executable, "-m", "api.cli", "worker", "--data", str(data)]
        self.process = subprocess.Popen(command, env={**ENVIRONMENT, **shared}, stderr=self.log)

    def kill(self) -> None:
        """Power off: the worker and all that it started."""
        processes = [*psutil.Process(self.process.pid).children(recursive=True), self.process]
        for process in processes:
            process.kill()
        self.process.wait(PATIENCE)

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.kill()
        self.log.close()


@pytest.fixture
def front(tmp_path: Path, shared: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Wiring]:
    """The front door, in this process, with no worker of its own."""
    for name, value in shared.items():
        monkeypatch.setenv(name, value)
    made = embedded(Settings(data=tmp_path / "front"))
    yield made
    made.close()


def send(front: Wiring, file: Path) -> Item:
    with intake.opened(front) as upload:
        upload.write(file.read_bytes())
        return intake.receive(front.desk(HTTP), upload, Offer(file.name), Claim(None, "", "")).item


def state(front: Wiring, item: Item) -> State:
    with front.desk(HTTP).read() as reading:
        return find(reading, item.id)[0].state


def log_of(front: Wiring, item: Item) -> list[str]:
    with front.desk(HTTP).read() as reading:
        return [entry.event for entry in reading.entries(item.stream)]


def test_a_film_that_is_sent_becomes_a_report_and_no_database_lies_in_the_folder(
    tmp_path: Path, film: Path, shared: dict[str, str]
) -> None:
    service = Service(tmp_path / "data", shared)
    try:
        assert service.client.get("/readyz").json()["database"] == "ok"
        sent = service.send(film)
        until(lambda: service.state(sent) == "reported", "it has its report")
        assert service.client.get(f"/v1/evidence/{sent}/report").json()["profile"] == "unboxing"
        assert service.client.get(f"/v1/evidence/{sent}/original").content == film.read_bytes()
    finally:
        assert service.end(signal.SIGTERM) == 0
    assert list((tmp_path / "data").glob("*.db*")) == []


@pytest.mark.timeout(1200)  # a minute of waiting for silence, and as much as it takes to start four processes
def test_what_a_lost_machine_had_begun_is_done_by_another_and_a_frozen_one_does_not_finish_it_too(
    tmp_path: Path, long_film: Path, film: Path, shared: dict[str, str], front: Wiring
) -> None:
    with ExitStack() as ending:

        def machine(name: str) -> Machine:
            made = Machine(tmp_path / name, shared)
            ending.callback(made.end)
            return made

        frozen, item = machine("frozen"), send(front, long_film)
        until(lambda: state(front, item) is State.EXAMINING, "it is examined")
        frozen.process.send_signal(signal.SIGSTOP)
        lost = machine("lost")
        until(lambda: log_of(front, item).count("examination.begun") == 2, "another has taken it over")
        lost.kill()
        machine("near")
        until(lambda: state(front, item) is State.REPORTED, "it has its report")
        frozen.process.send_signal(signal.SIGCONT)
        other = send(front, film)
        until(lambda: state(front, other) is State.REPORTED, "the next one has its report")
        assert isinstance(front.jobs, DbosJobs)
        assert front.jobs.alive(front.clock())
    assert log_of(front, item) == [
        "evidence.received",
        *3 * ["examination.begun"],
        "examination.reported",
    ]
