"""A film in parts while the server is killed again and again: what is stored is what was sent."""

from __future__ import annotations

import base64
import hashlib
import os
import random
import signal
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from tests.api.running import Service, until
from tests.buckets import Server, fresh_bucket

KILLS = int(os.environ.get("SIXFACE_KILLS", "24")) // 6
TUS = {"Tus-Resumable": "1.0.0"}
PART = 1 << 20


@pytest.fixture(params=["disk", "moto", "ceph"])
def service(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Service]:
    surroundings: Mapping[str, str] = {}
    if request.param != "disk":
        server: Server = request.getfixturevalue(request.param)
        surroundings = server.settings(fresh_bucket(server))
    made = Service(tmp_path / "data", surroundings)
    yield made
    assert made.end(signal.SIGTERM) == 0


@pytest.fixture
def heavy(film: Path) -> bytes:
    """A film with 24 MB of nothing after its end."""
    padding = os.urandom(24 << 20)
    return film.read_bytes() + (len(padding) + 8).to_bytes(4) + b"free" + padding


def announce(service: Service, content: bytes) -> str:
    digest = base64.b64encode(hashlib.sha256(content).hexdigest().encode()).decode()
    headers = {**TUS, "Upload-Length": str(len(content)), "Upload-Metadata": f"sha256 {digest}"}
    return service.client.post("/v1/uploads", headers=headers).headers["location"]


def push(service: Service, where: str, content: bytes, steps: list[int]) -> None:
    """Go on from where the server stands, until the end or until the server is gone."""
    with suppress(httpx.TransportError):
        at = int(service.client.head(where, headers=TUS).headers["upload-offset"])
        while at < len(content):
            headers = {**TUS, "Upload-Offset": str(at), "Content-Type": "application/offset+octet-stream"}
            answer = service.client.patch(where, content=content[at : at + PART], headers=headers)
            assert answer.status_code == 204
            at = int(answer.headers["upload-offset"])
            steps.append(at)


def test_killed_in_the_middle_it_goes_on_and_the_hash_is_that_of_the_film(
    service: Service, heavy: bytes
) -> None:
    luck = random.Random(20261127)
    digest = hashlib.sha256(heavy).hexdigest()
    where = announce(service, heavy)
    kills = 0
    for _ in range(KILLS):
        steps: list[int] = []
        sender = threading.Thread(target=push, args=(service, where, heavy, steps))
        sender.start()
        enough = luck.randint(1, 3)
        until(lambda: len(steps) >= enough or not sender.is_alive(), "some parts are acknowledged")  # noqa: B023
        acknowledged = max(steps, default=0)
        service.end(signal.SIGKILL)
        sender.join()
        kills += 1
        service.start(at="/healthz")
        told = service.client.head(where, headers=TUS)
        assert int(told.headers["upload-offset"]) >= acknowledged
    steps = []
    push(service, where, heavy, steps)
    shown = service.client.get(where).json()
    assert (shown["state"], shown["offset"]) == ("received", len(heavy))
    item = service.client.get(shown["links"]["evidence"]).json()
    assert item["digest"] == f"sha256:{digest}"
    got = service.client.get(item["links"]["original"])
    assert hashlib.sha256(got.content).hexdigest() == digest
    assert len(service.client.get("/v1/evidence").json()["items"]) == 1
    until(lambda: service.state(item["id"]) in {"reported", "refused"}, "it has its answer")
    assert list((service.data / "uploads").iterdir()) == []
    assert kills == KILLS


def test_killed_when_all_is_there_it_is_finished_without_the_sender(service: Service, heavy: bytes) -> None:
    where = announce(service, heavy)
    upload = where.rpartition("/")[2]
    service.end(signal.SIGKILL)
    folder = service.data / "uploads"
    folder.mkdir(exist_ok=True)
    (folder / upload).write_bytes(heavy)  # as it lies when the process dies after the last byte
    service.start()
    until(lambda: service.client.get("/v1/evidence").json()["items"], "the item is made")
    shown = service.client.get(where).json()
    assert shown["state"] == "received"
    assert (
        service.client.get(shown["links"]["evidence"])
        .json()["digest"]
        .endswith(hashlib.sha256(heavy).hexdigest())
    )
