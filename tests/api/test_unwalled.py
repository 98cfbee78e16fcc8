"""What happens where the walls do not hold: nothing is opened, nothing is lost."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from api import worker
from api.app import create_app
from api.caller import WORKER, Caller
from api.desk import Wiring
from api.examination import examine
from api.item import State
from evidence.walls.sandbox import SandboxUnavailableError
from tests.api.conftest import Stage

REASON = "this kernel has no Landlock"


@pytest.fixture
def unwalled(idle: Wiring) -> Wiring:
    return replace(idle, unwalled=lambda: REASON)


def test_what_is_sent_is_taken_in_and_waits(unwalled: Wiring, stage: Stage, film: Path, photo: Path) -> None:
    stage.app = create_app(unwalled)
    with httpx.Client(base_url=stage.url, timeout=30) as client:
        ready = client.get("/readyz")
        assert (ready.status_code, ready.json()["sandbox"]) == (503, "missing")
        sent = client.post("/v1/evidence", files={"file": ("a.mp4", film.read_bytes())})
        assert sent.status_code == 201
        asked = client.post("/v1/validate", files={"file": ("a.jpg", photo.read_bytes())})
        assert (asked.status_code, asked.json()["type"]) == (503, "urn:sixface:problem:no-sandbox")
        assert REASON in asked.json()["detail"]
        items = client.get("/v1/evidence").json()["items"]
        assert [item["state"] for item in items] == ["received", "received"]
        assert client.get(f"{sent.headers['location']}/original").content == film.read_bytes()


def test_a_file_that_waited_is_examined_once_the_walls_stand(
    unwalled: Wiring, stage: Stage, photo: Path
) -> None:
    stage.app = create_app(unwalled)
    with httpx.Client(base_url=stage.url, timeout=30) as client:
        found = client.post("/v1/evidence", files={"file": ("a.jpg", photo.read_bytes())}).json()["id"]
    for _ in range(9):  # more often than an examination may begin
        with pytest.raises(SandboxUnavailableError):
            examine(unwalled.desk(Caller("default", WORKER.actor)), found)
    walled = replace(unwalled, unwalled=lambda: "")
    item = examine(walled.desk(Caller("default", WORKER.actor)), found)
    assert (item.state, item.starts, item.faults) == (State.REPORTED, 1, 0)


def test_a_worker_takes_no_job_until_they_stand(unwalled: Wiring) -> None:
    said = iter([REASON, REASON, ""])
    assert worker.walled(replace(unwalled, unwalled=lambda: next(said)), threading.Event(), 0.01)
    stop = threading.Event()
    stop.set()
    assert not worker.walled(unwalled, stop, 0.01)
