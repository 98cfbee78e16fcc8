"""tus 1.0.0 as clients see it, before a store in memory and one on disk."""

from __future__ import annotations

import base64
import hashlib
import socket
import threading
import time
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from api import uploading
from api.app import create_app
from api.caller import CLI, Caller
from api.desk import Wiring
from api.errors import MissingUploadError
from api.leftovers import put_right
from api.routes import uploads
from api.settings import Settings
from storage.blobs import Blobs
from storage.disk import DiskBlobs
from storage.echo import NOTHING, Heard
from storage.errors import StorageError
from storage.memory import MemoryBlobs, MemoryRows
from tests.api.conftest import Moving, Stage, Waiting

TUS = {"Tus-Resumable": "1.0.0"}
BYTES = {**TUS, "Content-Type": "application/offset+octet-stream"}


@pytest.fixture(params=["memory", "disk"])
def blobs(request: pytest.FixtureRequest, settings: Settings) -> Blobs:
    return MemoryBlobs() if request.param == "memory" else DiskBlobs(settings.data)


@pytest.fixture
def idle(settings: Settings, tmp_path: Path, blobs: Blobs, clock: Moving) -> Wiring:
    return Wiring(settings, blobs, MemoryRows(), Waiting(), tmp_path / "work", clock)


@pytest.fixture
def content(film: Path) -> bytes:
    return film.read_bytes()


def metadata(**said: str) -> str:
    return ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in said.items())


def announced(client: httpx.Client, length: int, *, key: str | None = None, **said: str) -> httpx.Response:
    headers = {**TUS, "Upload-Length": str(length), "Upload-Metadata": metadata(**said)}
    return client.post("/v1/uploads", headers=headers | ({"Idempotency-Key": key} if key else {}))


def sent(client: httpx.Client, where: str, offset: int, data: bytes, **headers: str) -> httpx.Response:
    return client.patch(where, content=data, headers={**BYTES, "Upload-Offset": str(offset), **headers})


def offset(client: httpx.Client, where: str) -> int:
    answer = client.head(where, headers=TUS)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    return int(answer.headers["upload-offset"])


def spooled(wiring: Wiring) -> list[str]:
    return list(wiring.spool.names())


def events(wiring: Wiring, stream: str) -> list[str]:
    with wiring.rows.read("default") as reading:
        return [entry.event for entry in reading.entries(stream)]


def test_it_tells_what_it_understands(taker: httpx.Client) -> None:
    answer = taker.options("/v1/uploads")
    assert answer.status_code == 204
    assert answer.headers["tus-version"] == "1.0.0"
    assert answer.headers["tus-extension"] == "creation,expiration,termination,checksum"
    assert answer.headers["tus-max-size"] == "20000000"


def test_a_film_in_parts_becomes_the_item_that_it_is_whole(
    taker: httpx.Client, idle: Wiring, content: bytes
) -> None:
    digest = hashlib.sha256(content).hexdigest()
    made = announced(taker, len(content), filename="箱.mp4", sha256=digest, expect='{"order_number": "17"}')
    assert made.status_code == 201
    assert made.headers["tus-resumable"] == "1.0.0"
    where = made.headers["location"]
    assert "GMT" in made.headers["upload-expires"]
    third = len(content) // 3
    for start in (0, third):
        assert offset(taker, where) == start
        answer = sent(taker, where, start, content[start : start + third])
        assert (answer.status_code, answer.headers["upload-offset"]) == (204, str(start + third))
        assert "content-location" not in answer.headers
    last = sent(taker, where, 2 * third, content[2 * third :])
    assert (last.status_code, last.headers["upload-offset"]) == (204, str(len(content)))
    item = taker.get(last.headers["content-location"]).json()
    assert (item["digest"], item["size"], item["name"]) == (f"sha256:{digest}", len(content), "箱.mp4")
    assert item["expected"]["order_number"] == "17"
    assert taker.get(item["links"]["original"]).content == content
    assert offset(taker, where) == len(content)
    shown = taker.get(where).json()
    assert (shown["state"], shown["evidence"]) == ("received", item["id"])
    assert spooled(idle) == []
    assert events(idle, f"upload/{shown['id']}") == ["upload.announced", "upload.received"]
    # The stored file is nobody else's any more.
    idle.spool.remove(shown["id"])
    assert sent(taker, where, len(content), b"x").status_code == 422
    assert taker.get(item["links"]["original"]).content == content


def test_an_offset_that_is_not_ours_is_refused_with_ours(taker: httpx.Client, content: bytes) -> None:
    where = announced(taker, len(content)).headers["location"]
    sent(taker, where, 0, content[:100])
    for wrong in (0, 99, 101):
        answer = sent(taker, where, wrong, content[100:])
        assert (answer.status_code, answer.json()["type"]) == (409, "urn:sixface:problem:offset")
    assert offset(taker, where) == 100


def test_more_than_was_announced_is_not_taken(taker: httpx.Client, content: bytes) -> None:
    where = announced(taker, 100).headers["location"]
    assert sent(taker, where, 0, content[:101]).status_code == 422


def test_other_bytes_than_declared_are_never_stored(
    taker: httpx.Client, idle: Wiring, content: bytes
) -> None:
    where = announced(taker, len(content), sha256="0" * 64).headers["location"]
    for _ in range(2):
        answer = sent(taker, where, 0, content)
        assert (answer.status_code, answer.json()["type"]) in {
            (422, "urn:sixface:problem:digest-mismatch"),
            (409, "urn:sixface:problem:offset"),
        }
    assert taker.head(where, headers=TUS).status_code == 422
    assert list(idle.blobs.digests()) == []
    assert spooled(idle) == []
    assert taker.get("/v1/evidence").json() == {"items": []}
    assert "evidence.turned_away" in events(idle, "intake")


def test_what_is_no_film_is_turned_away_after_its_first_bytes(taker: httpx.Client, idle: Wiring) -> None:
    where = announced(taker, 10_000_000, filename="film.mp4").headers["location"]
    answer = sent(taker, where, 0, b"#EXTM3U\nfile:///etc/passwd\n" * 400)
    assert (answer.status_code, answer.json()["code"]) == (422, "refused.playlist")
    assert spooled(idle) == []
    assert taker.head(where, headers=TUS).status_code == 422


@pytest.mark.parametrize("name", ["sha1", "sha256"])
def test_a_part_that_changed_on_its_way_is_dropped(taker: httpx.Client, content: bytes, name: str) -> None:
    where = announced(taker, len(content)).headers["location"]
    digest = base64.b64encode(hashlib.new(name, content[:1000]).digest()).decode()
    right = {"Upload-Checksum": f"{name} {digest}"}
    assert sent(taker, where, 0, content[:999] + b"?", **right).status_code == 460
    assert offset(taker, where) == 0
    assert sent(taker, where, 0, content[:1000], **right).status_code == 204
    assert offset(taker, where) == 1000
    for bad in ("md5 AAAA", "sha1 !", "sha1", "sha256 AAAA"):
        assert sent(taker, where, 1000, b"x", **{"Upload-Checksum": bad}).status_code == 422


def test_an_upload_is_its_owners_alone(taker: httpx.Client, idle: Wiring, content: bytes) -> None:
    where = announced(taker, len(content)).headers["location"]
    upload_id = where.rpartition("/")[2]
    sent(taker, where, 0, content[:10])
    for stranger in (CLI, Caller("other", "http")):
        with pytest.raises(MissingUploadError), uploading.continuing(idle.desk(stranger), upload_id):
            pass
        with pytest.raises(MissingUploadError):
            uploading.look(idle.desk(stranger), upload_id)
    absent = taker.head("/v1/uploads/up_00000000000000000000", headers=TUS)
    assert absent.status_code == 404
    assert offset(taker, where) == 10


def test_given_up_it_is_gone_and_the_item_made_of_it_stays(
    taker: httpx.Client, idle: Wiring, content: bytes
) -> None:
    where = announced(taker, len(content)).headers["location"]
    sent(taker, where, 0, content[:10])
    assert taker.delete(where, headers=TUS).status_code == 204
    assert taker.head(where, headers=TUS).status_code == 404
    assert spooled(idle) == []
    where = announced(taker, len(content)).headers["location"]
    item = sent(taker, where, 0, content).headers["content-location"]
    assert taker.delete(where, headers=TUS).status_code == 204
    assert taker.get(f"{item}/original").content == content


def test_its_time_runs_out(taker: httpx.Client, idle: Wiring, content: bytes, clock: Moving) -> None:
    where = announced(taker, len(content)).headers["location"]
    sent(taker, where, 0, content[:10])
    clock.ahead = timedelta(hours=47)
    assert offset(taker, where) == 10
    assert put_right(idle) == 0
    clock.ahead = timedelta(hours=49)
    assert taker.head(where, headers=TUS).status_code == 404
    assert sent(taker, where, 10, content[10:]).status_code == 404
    assert put_right(idle) == 1
    assert spooled(idle) == []
    with idle.rows.read("default") as reading:
        assert reading.find("upload").rows == ()


def test_files_that_nobody_speaks_for_are_removed(idle: Wiring, content: bytes) -> None:
    with idle.spool.held("up_nobody") as file:
        file.write(content)
        assert put_right(idle) == 0  # somebody writes
    assert put_right(idle) == 1
    assert spooled(idle) == []


def test_too_many_or_too_large_are_told_to_wait(stage: Stage, tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "d", most_bytes=1000, most_uploads=2, most_pending=1500)
    wiring = Wiring(settings, MemoryBlobs(), MemoryRows(), Waiting(), tmp_path / "work")
    stage.app = create_app(wiring)
    with httpx.Client(base_url=stage.url, timeout=30) as client:
        assert announced(client, 1001).status_code == 413
        assert announced(client, 0).status_code == 422
        first = announced(client, 1000).headers["location"]
        full = announced(client, 600)
        assert (full.status_code, full.headers["retry-after"]) == (429, "60")
        assert announced(client, 400).status_code == 201
        assert announced(client, 1).status_code == 429
        client.delete(first, headers=TUS)
        assert announced(client, 1).status_code == 201


def test_announcing_twice_with_one_key_is_once(taker: httpx.Client) -> None:
    one, two = (announced(taker, 77, key="k", filename="a") for _ in range(2))
    assert one.headers["location"] == two.headers["location"]
    assert announced(taker, 78, key="k", filename="a").status_code == 422


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Upload-Length": "5"}, 412),
        ({"Upload-Length": "5", "Tus-Resumable": "0.2.2"}, 412),
        (TUS, 422),
        ({**TUS, "Upload-Length": "-5"}, 422),
        ({**TUS, "Upload-Length": "many"}, 422),
        ({**TUS, "Upload-Length": "5", "Upload-Metadata": "filename !"}, 422),
        ({**TUS, "Upload-Length": "5", "Upload-Metadata": metadata(profile="none")}, 422),
        ({**TUS, "Upload-Length": "5", "Upload-Metadata": metadata(sha256="abc")}, 400),
        ({**TUS, "Upload-Length": "5", "Upload-Metadata": metadata(expect="[")}, 422),
    ],
)
def test_nonsense_is_a_problem(taker: httpx.Client, headers: dict[str, str], status: int) -> None:
    answer = taker.post("/v1/uploads", headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


def test_bytes_of_another_type_are_not_taken(taker: httpx.Client, content: bytes) -> None:
    where = announced(taker, len(content)).headers["location"]
    answer = taker.patch(where, content=b"x", headers={**TUS, "Upload-Offset": "0"})
    assert answer.status_code == 415


def opening(taker: httpx.Client, where: str, length: int, **headers: str) -> socket.socket:
    """A PATCH from the beginning whose body we send as we like."""
    head = f"PATCH {where} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {length}\r\nUpload-Offset: 0\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in {**BYTES, **headers}.items()) + "\r\n"
    line = socket.create_connection((taker.base_url.host, taker.base_url.port or 0))
    line.sendall(head.encode())
    return line


def test_a_lost_connection_keeps_what_came_and_a_new_one_takes_over(
    taker: httpx.Client, idle: Wiring, content: bytes
) -> None:
    where = announced(taker, len(content), sha256=hashlib.sha256(content).hexdigest()).headers["location"]
    half = len(content) // 2
    with opening(taker, where, len(content)) as lost:
        lost.sendall(content[:half])
        time.sleep(0.3)
        # The line is silent and open, as a phone leaves it that lost its Wi-Fi.
        began = time.monotonic()
        at = offset(taker, where)
        assert at <= half
        answer = sent(taker, where, at, content[at:])
        if answer.status_code == 409:  # some more was written since
            at = offset(taker, where)
            answer = sent(taker, where, at, content[at:])
        assert answer.status_code == 204
        assert time.monotonic() - began < 4
    (digest,) = idle.blobs.digests()
    assert digest == f"sha256:{hashlib.sha256(content).hexdigest()}"


def test_looking_ends_nobodys_sending(taker: httpx.Client, idle: Wiring, content: bytes) -> None:
    where = announced(taker, len(content), sha256=hashlib.sha256(content).hexdigest()).headers["location"]
    pause, seen = uploads.LINGER + 0.1, [0]
    with opening(taker, where, len(content)) as line:
        for start in range(0, 4000, 1000):
            line.sendall(content[start : start + 1000])
            if start:
                time.sleep(pause / 3)
            seen += [offset(taker, where), taker.get(where).json()["offset"]]
        time.sleep(pause)
        line.sendall(content[4000:5000])
        while offset(taker, where) < 5000:  # slow as it is, it is written and told
            time.sleep(0.02)
        line.sendall(content[5000:])
        assert line.recv(12) == b"HTTP/1.1 204"
    assert seen == sorted(seen)
    assert offset(taker, where) == len(content)
    assert list(idle.blobs.digests()) == [f"sha256:{hashlib.sha256(content).hexdigest()}"]


def test_what_may_be_undone_is_not_told(taker: httpx.Client, content: bytes) -> None:
    where = announced(taker, len(content)).headers["location"]
    wrong = base64.b64encode(bytes(32)).decode()
    with opening(taker, where, 2000, **{"Upload-Checksum": f"sha256 {wrong}"}) as line:
        line.sendall(content[:1000])
        time.sleep(uploads.LINGER + 0.1)
        line.sendall(content[1000:1999])
        time.sleep(0.3)
        assert (offset(taker, where), taker.get(where).json()["offset"]) == (0, 0)
        line.sendall(content[1999:2000])
        assert line.recv(12) == b"HTTP/1.1 460"
    assert offset(taker, where) == 0


class Refusing(MemoryBlobs):  # type: ignore[misc]
    """A store that is out of reach while it is told so."""

    reachable = True

    def adopt(self, path: Path, heard: Heard = NOTHING) -> object:
        if not self.reachable:
            raise StorageError
        return super().adopt(path, heard)


def test_whole_means_stored_and_an_outage_loses_nothing(
    stage: Stage, settings: Settings, tmp_path: Path, content: bytes
) -> None:
    blobs = Refusing()
    wiring = Wiring(settings, blobs, MemoryRows(), Waiting(), tmp_path / "work")
    stage.app = create_app(wiring)
    with httpx.Client(base_url=stage.url, timeout=30) as client:
        where = announced(client, len(content)).headers["location"]
        blobs.reachable = False
        assert sent(client, where, 0, content).status_code == 503
        held = client.head(where, headers=TUS)
        assert (held.status_code, held.headers["retry-after"]) == (423, "5")
        assert put_right(wiring) == 0
        assert spooled(wiring) != []
        blobs.reachable = True
        assert put_right(wiring) == 0
        assert client.get(where).json()["state"] == "received"
        assert len(client.get("/v1/evidence").json()["items"]) == 1


def test_a_crash_between_item_and_answer_makes_no_second_item(
    taker: httpx.Client, idle: Wiring, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = announced(taker, len(content)).headers["location"]

    def crash(*_: object, **__: object) -> None:
        raise SystemError

    with monkeypatch.context() as broken:
        broken.setattr(uploading.Sending, "_conclude", crash)
        assert sent(taker, where, 0, content).status_code == 500
    assert len(taker.get("/v1/evidence").json()["items"]) == 1
    assert taker.get(where).status_code == 423  # looking alone finishes nothing
    assert offset(taker, where) == len(content)
    assert taker.get(where).json()["state"] == "received"
    assert len(taker.get("/v1/evidence").json()["items"]) == 1


def test_many_at_once_to_one_upload_leave_it_whole(taker: httpx.Client, idle: Wiring, content: bytes) -> None:
    where = announced(taker, len(content), sha256=hashlib.sha256(content).hexdigest()).headers["location"]

    def push() -> None:
        with httpx.Client(base_url=taker.base_url, timeout=30) as client:
            until = time.monotonic() + 20
            while time.monotonic() < until:
                told = client.head(where, headers=TUS)
                if told.status_code != 200:
                    continue
                at = int(told.headers["upload-offset"])
                if at == len(content):
                    return
                sent(client, where, at, content[at : at + max(1, len(content) // 5)])

    senders = [threading.Thread(target=push) for _ in range(4)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert list(idle.blobs.digests()) == [f"sha256:{hashlib.sha256(content).hexdigest()}"]
    assert len(taker.get("/v1/evidence").json()["items"]) == 1
