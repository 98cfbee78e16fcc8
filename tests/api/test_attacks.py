"""Attacks on the door that belong to no single route; the list of all is `SECURITY.md`."""

from __future__ import annotations

import asyncio
import gzip
import io
import logging
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import uvicorn
from starlette.types import Message, Receive, Scope, Send

from api.patience import Patient, impatient
from tests.api.conftest import Stage

NAMES = (
    "../../etc/passwd.mp4",
    "..\\..\\windows\\system.ini",
    "nul\0byte.mp4",
    "gnp.\u202eexe.mp4",
    "a" * 4096 + ".mp4",
    "拆箱视频 😀📦.mp4",
    "line\nbreak\r\nSet-Cookie: x=1",
    "=cmd|' /C calc'!A0.mp4",
    "<script>alert(1)</script>.mov",
)
WORDS = (
    "'; drop table documents; --",
    "%' or 1=1 --",
    "{{7*7}}${7*7}<%= 7*7 %>",
    "$(touch /tmp/escaped)`id`",
    "{0.__class__.__mro__}",
    "\u2028\u202e\ufeff\u0000",
)


async def _app(scope: Scope, receive: Receive, send: Send) -> None:
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body"})


@pytest.fixture
def hasty() -> Iterator[tuple[str, int]]:
    """A server of our kind whose patience is short."""
    protocol = type("Hasty", (Patient,), {"head": 0.5})
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        sock.listen()
        config = uvicorn.Config(_app, http=protocol, log_config=None, lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]})
        thread.start()
        yield sock.getsockname()[:2]
        server.should_exit = True
        thread.join()


def test_a_head_that_never_ends_is_not_waited_for(hasty: tuple[str, int]) -> None:
    with (
        socket.create_connection(hasty, timeout=30) as slow,
        socket.create_connection(hasty, timeout=30) as mute,
    ):
        slow.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-A: ")
        begun = time.monotonic()
        assert slow.recv(1) == b""
        assert mute.recv(1) == b""
        assert time.monotonic() - begun < 25
    with httpx.Client(base_url=f"http://{hasty[0]}:{hasty[1]}") as client:
        assert client.get("/").status_code == 204
        time.sleep(0.8)
        assert client.get("/").status_code == 204  # one that has asked before is kept


def test_a_body_that_falls_silent_has_left() -> None:
    async def told() -> list[Message]:
        queue: asyncio.Queue[Message] = asyncio.Queue()
        await queue.put({"type": "http.request", "body": b"x", "more_body": True})
        receive = impatient(queue.get, 0.05)
        return [await receive(), await receive()]

    assert [message["type"] for message in asyncio.run(told())] == ["http.request", "http.disconnect"]


def test_an_answer_that_takes_long_is_no_silence() -> None:
    async def told() -> Message:
        queue: asyncio.Queue[Message] = asyncio.Queue()
        await queue.put({"type": "http.request", "body": b"x", "more_body": False})
        receive = impatient(queue.get, 0.01)
        await receive()
        asyncio.get_running_loop().call_later(0.1, queue.put_nowait, {"type": "http.disconnect"})
        begun = time.monotonic()
        message = await receive()
        assert time.monotonic() - begun > 0.05
        return message

    assert asyncio.run(told())["type"] == "http.disconnect"


def test_a_form_of_very_many_parts_is_refused_early(taker: httpx.Client) -> None:
    part = b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n1\r\n'
    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    begun = time.process_time()
    answer = taker.post("/v1/evidence", content=part * 100_000 + b"--b--\r\n", headers=kind)
    assert answer.status_code == 400
    assert time.process_time() - begun < 5


def _taken(client: httpx.Client, film: Path, name: str = "a.mp4") -> str:
    answer = client.post("/v1/evidence", files={"file": (name, film.read_bytes())})
    assert answer.status_code == 201
    return answer.headers["location"]


def test_many_ranges_cost_one_file(taker: httpx.Client, film: Path) -> None:
    place = _taken(taker, film)
    many = "bytes=" + ",".join(f"{n}-" for n in range(5000))
    for asked in (
        "bytes=0-0," * 100,
        "bytes=0-,0-,0-",
        many,
        "bytes=9-1",
        "bytes=-0",
        "bytes=" + "9" * 40 + "-",
    ):
        answer = taker.get(f"{place}/original", headers={"Range": asked})
        assert answer.status_code in {200, 206, 416, 431, 400}
        assert len(answer.content) <= film.stat().st_size


def test_a_packed_body_is_not_unpacked(taker: httpx.Client) -> None:
    bomb = gzip.compress(bytes(50_000_000))
    for path, kind in (
        ("/v1/cases", "application/json"),
        ("/v1/evidence", "multipart/form-data; boundary=b"),
    ):
        answer = taker.post(path, content=bomb, headers={"Content-Encoding": "gzip", "Content-Type": kind})
        assert 400 <= answer.status_code < 500


@pytest.mark.parametrize("name", NAMES)
def test_names_of_any_kind_stay_names(taker: httpx.Client, film: Path, name: str) -> None:
    place = _taken(taker, film, name)
    answer = taker.get(f"{place}/original")
    assert answer.content == film.read_bytes()
    assert "set-cookie" not in answer.headers
    page = taker.get(place.removeprefix("/v1"))
    assert "<script>alert" not in page.text


@pytest.mark.parametrize("words", WORDS)
def test_injected_words_are_words(taker: httpx.Client, words: str) -> None:
    for answer in (
        taker.get("/v1/evidence", params={"digest": words}),
        taker.get("/v1/evidence", params={"after": words}),
        taker.get("/v1/cases", params={"after": words}),
        taker.post("/v1/cases", json={"order_number": words, "number": words}),
        taker.get("/cases", params={"lang": words}),
        taker.post("/v1/cases", json={}, headers={"Idempotency-Key": words.encode("utf-8").hex()[:60]}),
    ):
        assert answer.status_code < 500, answer.text
    assert taker.get("/v1/cases").status_code == 200


def test_no_secret_is_in_the_log_of_a_session(
    client: httpx.Client, photo: Path, stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with photo.open("rb") as opened:
        client.post("/v1/validate", files={"file": ("a.jpg", io.BytesIO(opened.read()))})
    hook = client.post(
        "/v1/webhooks", json={"url": "https://example.org/hook?token=hush", "events": ["case.opened"]}
    )
    client.get("/s/verysecretlinkverysecretlink00")
    client.get("/s/verysecretlinkverysecretlink00/bundle.zip")
    client.get("/v1/evidence", headers={"Authorization": "Bearer hush-hush"})
    said = "\n".join(
        record.getMessage() for record in caplog.records if record.name.startswith(("api", "storage"))
    )
    assert "GET /s/" in said
    for secret in ("verysecretlink", "hush-hush", "token=hush", str(hook.json().get("secret", "none-made"))):
        assert secret not in said


def test_no_body_takes_more_than_it_says(taker: httpx.Client) -> None:
    """Mass assignment: a field that nobody described, such as `tenant` or `verdict`, is refused."""
    described = taker.get("/openapi.json").json()
    schemas, open_ = described["components"]["schemas"], set[str]()
    count = 0
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            content = operation.get("requestBody", {}).get("content", {})
            asked = content.get("application/json", {}).get("schema", {})
            for each in asked.get("anyOf", asked.get("oneOf", [asked])):
                name = each.get("$ref", each.get("items", {}).get("$ref", "")).rpartition("/")[2]
                if name:
                    count += 1
                    if schemas[name].get("additionalProperties") is not False:
                        open_.add(f"{method.upper()} {path}: {name}")
    assert open_ == set()
    assert count > 30
    for surplus in ("tenant", "id", "verdict", "state", "created_at"):
        assert taker.post("/v1/cases", json={surplus: "x"}).status_code == 422, surplus
