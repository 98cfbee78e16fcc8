"""The whole thing as it runs: a server, its worker process, and what happens when they die."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from tests.api.running import ENVIRONMENT, SERVE, Service, until


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One service for the tests below, each of which leaves it running."""
    made = Service(tmp_path_factory.mktemp("served") / "data")
    yield made
    assert made.end(signal.SIGTERM) == 0


def examinations(data: Path) -> list[psutil.Process]:
    """Processes that still examine something of this service."""
    found: list[psutil.Process] = []
    for process in psutil.process_iter(["cmdline"]):
        words = process.info["cmdline"] or []
        if "evidence" in words and any(str(data) in word for word in words):
            found.append(process)
    return found


def reports(data: Path) -> int:
    with closing(sqlite3.connect(data / "sixface.db")) as rows:
        return rows.execute("select count(*) from documents where kind = 'report'").fetchone()[0]


def test_a_killed_worker_loses_nothing(service: Service, long_film: Path) -> None:
    before = reports(service.data)
    sent = [service.examining(long_film), service.send(long_film)]
    worker = service.worker()
    worker.kill()
    until(lambda: all(service.state(each) == "reported" for each in sent), "both have a report")
    assert reports(service.data) == before + 2
    assert service.worker().pid != worker.pid


def test_a_stop_in_the_middle_is_taken_up_by_the_next_start(service: Service, long_film: Path) -> None:
    sent = service.examining(long_film)
    assert service.end(signal.SIGINT) == 0
    until(lambda: not examinations(service.data), "no examination is left behind")
    service.start()
    until(lambda: service.state(sent) == "reported", "it has its report")
    assert list((service.data / "work").iterdir()) == []
    assert list((service.data / "staging").iterdir()) == []


def test_a_killed_server_takes_its_worker_along(service: Service, long_film: Path) -> None:
    sent = service.examining(long_film)
    worker = service.worker()
    service.end(signal.SIGKILL)
    until(lambda: not psutil.pid_exists(worker.pid), "the worker ends")
    until(lambda: not examinations(service.data), "no examination is left behind")
    service.start()
    until(lambda: service.state(sent) == "reported", "it has its report")


def test_a_taken_port_is_told_in_one_sentence(service: Service) -> None:
    port = str(service.client.base_url.port)
    command = [*SERVE, "--port", port, "--data", str(service.data)]
    done = subprocess.run(command, capture_output=True, text=True, env=ENVIRONMENT, check=False)
    assert done.returncode == 70
    assert done.stderr.count("\n") == 1
    assert port in done.stderr
