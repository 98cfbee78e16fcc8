"""A film in parts while the server is killed again and again: what is stored is what was sent.

The moments are any; the steps one by one are killed in `tests/faults`. `make bench-faults` kills more often.
"""

from __future__ import annotations

import base64
import hashlib
import os
import random
import signal
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from api.settings import Settings
from api.wiring import embedded
from tests.api.running import Service, until
from tests.buckets import Server, fresh_bucket
from tests.faults.judging import judged
from tests.faults.places import PostgresPlace, SqlitePlace

KILLS = int(os.environ.get("SIXFACE_KILLS", "4"))
"""On disk; a bucket plays no part before the end, so there half of it is enough."""
MOMENT = 0.04
"""Seconds in which about a part is sent."""
pytestmark = pytest.mark.timeout(900)  # half a minute on two cores, which others may use as well
TUS = {"Tus-Resumable": "1.0.0"}
PART = 1 << 19


@pytest.fixture(params=["disk", "postgresql", "moto", "ceph"])
def service(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Service]:
    surroundings: Mapping[str, str] = {}
    if request.param == "postgresql":  # on disk, with the rows on a server
        surroundings = {"SIXFACE_DATABASE": request.getfixturevalue("database")}
    elif request.param != "disk":
        server: Server = request.getfixturevalue(request.param)
        surroundings = server.settings(fresh_bucket(server))
    made = Service(tmp_path / "data", surroundings)
    yield made
    assert made.end(signal.SIGTERM) == 0


@pytest.fixture
def heavy(film: Path) -> bytes:
    """A film with 17 MB of nothing after its end: more than one part of an upload to a bucket."""
    padding = os.urandom(17 << 20)
    return film.read_bytes() + (len(padding) + 8).to_bytes(4) + b"free" + padding


def announce(service: Service, content: bytes) -> str:
    digest = base64.b64encode(hashlib.sha256(content).hexdigest().encode()).decode()
    headers = {**TUS, "Upload-Length": str(len(content)), "Upload-Metadata": f"sha256 {digest}"}
    return service.client.post("/v1/uploads", headers=headers).headers["location"]


def offset(service: Service, where: str) -> int | None:
    """What the server says; None while somebody holds the upload, as a worker that finishes it does."""
    found = service.client.head(where, headers=TUS).headers.get("upload-offset")
    return None if found is None else int(found)


def push(service: Service, where: str, content: bytes, steps: list[int]) -> None:
    """Go on from where the server stands, until the end or until the server, or its client, is gone."""
    with suppress(
        httpx.TransportError, RuntimeError
    ):  # the latter where the client was closed between requests
        at = int(service.client.head(where, headers=TUS).headers.get("upload-offset", len(content)))
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
    on_disk = "SIXFACE_STORAGE" not in service.environment
    for _ in range(KILLS if on_disk else KILLS // 2):
        steps: list[int] = []
        sender = threading.Thread(target=push, args=(service, where, heavy, steps))
        sender.start()
        enough = luck.randint(0, 3)
        until(lambda: len(steps) >= enough or not sender.is_alive(), "some parts are acknowledged")  # noqa: B023
        time.sleep(luck.uniform(0, MOMENT))
        acknowledged = max(steps, default=0)
        service.end(signal.SIGKILL)
        sender.join()
        service.start(at="/healthz")
        until(lambda: offset(service, where) is not None, "its offset is told")
        assert (offset(service, where) or 0) >= acknowledged
    steps = []
    push(service, where, heavy, steps)
    until(lambda: offset(service, where) == len(heavy), "it is stored")
    shown = service.client.get(where).json()
    assert (shown["state"], shown["offset"]) == ("received", len(heavy))
    item = service.client.get(shown["links"]["evidence"]).json()
    assert item["digest"] == f"sha256:{digest}"
    got = service.client.get(item["links"]["original"])
    assert hashlib.sha256(got.content).hexdigest() == digest
    assert len(service.client.get("/v1/evidence").json()["items"]) == 1
    until(lambda: service.state(item["id"]) in {"reported", "refused"}, "it has its answer")
    assert list((service.data / "uploads").iterdir()) == []
    if on_disk:
        url = service.environment.get("SIXFACE_DATABASE")
        settings = Settings(data=service.data, database=SecretStr(url) if url else None)
        place = PostgresPlace(url) if url else SqlitePlace()
        with closing(embedded(settings)) as wiring:
            assert judged(wiring, place, [("item", item["id"], item["digest"])]) == []


@pytest.mark.parametrize("service", ["disk", "moto"], indirect=True)
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
