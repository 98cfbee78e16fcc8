"""The whole thing as it runs, in processes of its own that a test may kill."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import httpx
import psutil
import pytest

from tests.api.conftest import ROOT

PATIENCE = 240.0
"""Seconds; on a machine that has other things to do everything takes its time."""
SERVE = (sys.executable, "-m", "api.cli", "serve")
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "SIXFACE_WORKERS": "1", "LANG": "en_US.UTF-8"}


def until(true: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with suppress(httpx.TransportError):
            if true():
                return
        time.sleep(0.02)
    pytest.fail(f"it did not come about that {what}")


class Service:
    """`sixface serve` in a process of its own, over one folder of data."""

    def __init__(self, data: Path, surroundings: Mapping[str, str] = {}) -> None:
        self.data = data
        self.environment = {**ENVIRONMENT, **surroundings}
        self.start()

    def start(self, *, at: str = "/readyz") -> None:
        """Run it, until that address answers well: with its worker unless told otherwise."""
        command = [*SERVE, "--port", "0", "--data", str(self.data), "--lang", "en"]
        self.log = self.data.parent.joinpath("serve.log").open("ab")
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=self.log, env=self.environment, text=True
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        self.client = httpx.Client(base_url=line.split()[3].rstrip(";"), timeout=30)
        until(lambda: self.client.get(at).status_code == 200, "the service is ready")

    def worker(self) -> psutil.Process:
        children = psutil.Process(self.process.pid).children()
        (found,) = [child for child in children if "worker" in child.cmdline()]
        return found

    def state(self, evidence_id: str) -> str:
        return self.client.get(f"/v1/evidence/{evidence_id}").json()["state"]

    def send(self, file: Path) -> str:
        with file.open("rb") as opened:
            answer = self.client.post("/v1/evidence", files={"file": (file.name, opened)})
        assert answer.status_code == 201
        return answer.json()["id"]

    def examining(self, file: Path) -> str:
        """The id of an item that is being examined right now."""
        sent = self.send(file)
        until(lambda: self.state(sent) == "examining", "it is examined")
        return sent

    def end(self, number: int) -> int:
        self.client.close()
        self.process.send_signal(number)
        status = self.process.wait(PATIENCE)
        if self.process.stdout is not None:
            self.process.stdout.close()
        self.log.close()
        return status
