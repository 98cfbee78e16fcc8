from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.desk import Wiring
from api.errors import BadAddressError
from api.reaching import looked_at, public
from api.settings import Settings
from api.wiring import memory


class Receiver(HTTPServer):
    """Takes note of what it is sent, and answers as it is told."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Taking)
        self.taken: list[tuple[dict[str, str], bytes]] = []
        self.answers = 200

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook?x=1"


class _Taking(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        server: Any = self.server
        server.taken.append(({k.lower(): v for k, v in self.headers.items()}, body))
        self.send_response(server.answers)
        if server.answers == 302:
            self.send_header("Location", server.url)
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield made
    made.shutdown()
    thread.join(5)
    made.server_close()


@pytest.fixture
def wiring(tmp_path: Path) -> Iterator[Wiring]:
    made = memory(Settings(data=tmp_path / "data", webhooks_inside=True), tmp_path / "work")
    yield made
    made.close()


def test_the_digest_is_sent_signed(client: httpx.Client, receiver: Receiver) -> None:
    made = client.post("/v1/webhooks", json={"url": receiver.url})
    assert made.status_code == 201
    secret = made.json()["secret"]
    ticket = {"id": "WO1", "reason": "wrong_item", "created_at": "2026-01-05T10:00:00Z"}
    client.post("/v1/cases", json={"ruleset": "temu", "order_number": "PO-17", "tickets": [ticket]})
    sent = client.post("/v1/deadlines/digest").json()["items"]
    assert [(each["webhook"], each["state"]) for each in sent] == [(made.json()["id"], "delivered")]
    headers, body = receiver.taken[0]
    told = json.loads(body)
    assert told["type"] == "deadlines.digest"
    assert told["data"]["late"][0]["order_number"] == "PO-17"
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"


def test_a_secret_is_shown_once_and_a_hook_can_be_dropped(client: httpx.Client, receiver: Receiver) -> None:
    headers = {"Idempotency-Key": "one"}
    first, second = (
        client.post("/v1/webhooks", json={"url": receiver.url}, headers=headers) for _ in range(2)
    )
    assert first.json() == second.json()
    listed = client.get("/v1/webhooks")
    assert len(listed.json()["items"]) == 1
    assert "secret" not in listed.text
    own = f"/v1/webhooks/{first.json()['id']}"
    assert client.post(f"{own}/test").json()["state"] == "delivered"
    assert client.delete(own).status_code == 204
    assert client.delete(own).status_code == 404
    assert client.post("/v1/deadlines/digest").json() == {"items": []}


@pytest.mark.parametrize("answer", [302, 404, 500])
def test_what_did_not_arrive_is_told_and_no_redirect_is_followed(
    client: httpx.Client, receiver: Receiver, answer: int
) -> None:
    receiver.answers = answer
    client.post("/v1/webhooks", json={"url": receiver.url})
    (sent,) = client.post("/v1/deadlines/digest").json()["items"]
    assert (sent["state"], [each["status"] for each in sent["tries"]]) == ("waiting", [answer])
    assert len(receiver.taken) == 1
    assert client.get("/v1/webhooks").json()["items"][0]["last_status"] == answer


def test_nobody_there_is_no_error_of_ours(client: httpx.Client) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    client.post("/v1/webhooks", json={"url": f"http://127.0.0.1:{port}/"})
    sent = client.post("/v1/deadlines/digest").json()["items"][0]
    assert (sent["state"], [each["status"] for each in sent["tries"]]) == ("waiting", [None])


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "ftp://example.com/",
        "https://127.0.0.1/",
        "https://localhost/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://169.254.169.254/latest/meta-data",
        "https://10.0.0.1/",
        "https://192.168.1.1/",
        "https://100.64.0.1/",
        "https://0.0.0.0/",
        "https://224.0.0.1/",
        "https://user:pass@8.8.8.8/",
        "https://8.8.8.8/#x",
        "https://8.8.8.8/\r\nHost: x",
        "https://8.8.8.8:99999/",
        "https://",
        "nonsense",
    ],
)
def test_our_own_network_is_out_of_reach(url: str) -> None:
    with pytest.raises(BadAddressError):
        looked_at(url)


def test_a_public_address_is_reachable_and_pinned() -> None:
    target = looked_at("https://8.8.8.8/hook?x=1")
    assert (target.address, target.port, target.path) == ("8.8.8.8", 443, "/hook?x=1")
    assert public("2001:4860:4860::8888")
    assert not public("2002:7f00:0001::")
    assert not public("fe80::1%eth0")
