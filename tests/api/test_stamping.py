"""Trusted time from an authority of our own: asked for afterwards, checked, and told in words."""

from __future__ import annotations

import subprocess
import threading
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from api import sealing, stamping, timing
from api.app import create_app
from api.desk import Wiring
from api.settings import Settings
from api.wiring import memory
from claims.verify import verify
from storage import notary
from tests.api.conftest import Moving, Stage
from tests.authority import Authority
from tests.extras import need

need("notary", "rfc3161_client")
URL = "http://tsa.test/"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tsa") / "one")


@pytest.fixture
def wiring(tmp_path: Path, authority: Authority, clock: Moving) -> Iterator[Wiring]:
    settings = Settings(data=tmp_path / "data", tsa=(URL,), tsa_roots=authority.roots)
    made = memory(settings, tmp_path / "work", clock)
    yield made
    made.close()


@pytest.fixture
def case(client: httpx.Client) -> dict[str, Any]:
    made = client.post("/v1/cases", json={"ruleset": "tmall_unboxing"}).json()
    sealed = client.post(made["links"]["bundle"], json={"incomplete": True})
    assert sealed.json()["time"] == "pending"
    return made


def found(wiring: Wiring, case: dict[str, Any]) -> dict[str, Any]:
    with wiring.rows.read("default") as reading:
        return sealing.latest(reading, case["id"])


def fetched(client: httpx.Client, case: dict[str, Any], file: Path) -> Path:
    file.write_bytes(client.get(case["links"]["bundle"]).content)
    return file


def test_a_bundle_is_given_its_time_when_the_authority_answers(
    client: httpx.Client, wiring: Wiring, clock: Moving, case: dict[str, Any], tmp_path: Path
) -> None:
    def silent(_url: str, _body: bytes) -> bytes:
        raise OSError("no answer")

    before = fetched(client, case, tmp_path / "before.zip")
    roots = wiring.settings.tsa_roots
    assert roots
    authority = Authority.at(roots.parent)
    assert timing.read(before, authority.roots.read_bytes()) == ()
    assert stamping.put_right(wiring, silent) == 0
    assert found(wiring, case)["time"] == "pending"
    asked = authority.asked
    assert stamping.put_right(wiring, lambda _url, body: authority.answer(body)) == 0
    assert authority.asked == asked, "a minute is waited after a failure"
    clock.ahead = timedelta(minutes=2)
    assert stamping.put_right(wiring, lambda _url, body: authority.answer(body)) == 1
    assert stamping.put_right(wiring, lambda _url, body: authority.answer(body)) == 0
    told = found(wiring, case)
    assert (told["time"], told["stamps"][0]["by"]) == ("stamped", "CN=Time of the tests")

    after = fetched(client, case, tmp_path / "after.zip")
    assert verify(after) == ()
    (time,) = timing.read(after, authority.roots.read_bytes())
    assert (time.trusted, time.wrong) == (True, False)
    assert "CN=Time of the tests" in str(time.says)
    (unchecked,) = timing.read(after, None)
    assert (unchecked.trusted, unchecked.wrong) == (False, False)
    with wiring.rows.read("default") as reading:
        log = [entry.event for entry in reading.entries(f"case/{case['id']}")]
    assert log[1:] == [
        "bundle.sealed",
        "bundle.exported",
        "bundle.stamp_failed",
        "bundle.stamped",
        "bundle.exported",
    ]
    with zipfile.ZipFile(after) as opened:
        opened.extractall(tmp_path / "out")
    words = ["sh", "verify.sh", ".", str(authority.roots)]
    done = subprocess.run(words, cwd=next((tmp_path / "out").iterdir()), capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"it existed no later than" in done.stdout


def test_what_is_not_to_be_believed_stays_pending(
    wiring: Wiring, client: httpx.Client, case: dict[str, Any], authority: Authority, tmp_path: Path
) -> None:
    stranger = Authority(tmp_path / "stranger", "A stranger")
    kept: list[bytes] = []

    def old(_url: str, body: bytes) -> bytes:
        kept.append(authority.answer(body))
        return kept[0]

    first = authority.answer(notary.ask(b"something else").body)
    for post in (lambda _u, body: stranger.answer(body), lambda _u, _b: first, lambda _u, _b: b"junk"):
        assert stamping.put_right(wiring, post, patient=False) == 0
    assert found(wiring, case)["time"] == "pending"
    assert stamping.put_right(wiring, old, patient=False) == 1
    client.post(case["links"]["bundle"], json={"incomplete": True})
    assert stamping.put_right(wiring, old, patient=False) == 0, "an old answer is none to a new request"


def test_a_stamp_that_was_tampered_with_is_told(
    client: httpx.Client, wiring: Wiring, authority: Authority, case: dict[str, Any], tmp_path: Path
) -> None:
    assert stamping.put_right(wiring, lambda _url, body: authority.answer(body)) == 1
    file = fetched(client, case, tmp_path / "claim.zip")
    with zipfile.ZipFile(file) as opened:
        opened.extractall(tmp_path / "out")
    (token,) = (tmp_path / "out").glob("*/time/01.tsr")
    data = bytearray(token.read_bytes())
    data[-20] ^= 1  # in the signature
    token.write_bytes(data)
    (time,) = timing.read(tmp_path / "out", authority.roots.read_bytes())
    assert (time.trusted, time.wrong) == (False, True)


def test_it_is_asked_for_over_http(wiring: Wiring, authority: Authority) -> None:
    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            good = self.headers["Content-Type"] == "application/timestamp-query" and self.path == "/tsr"
            self.send_response(200 if good else 404)
            self.end_headers()
            self.wfile.write(authority.answer(body) if good else b"")

        def log_message(self, *_: object) -> None: ...

    asked = notary.ask(b"sealed")
    with HTTPServer(("127.0.0.1", 0), Answering) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            url = f"http://127.0.0.1:{server.server_port}"
            answer = stamping.sent(f"{url}/tsr", asked.body)
            with pytest.raises(OSError, match="404"):
                stamping.sent(url, asked.body)
        finally:
            server.shutdown()
            thread.join()
    assert notary.read(answer, b"sealed", roots=authority.roots.read_bytes(), nonce=asked.nonce).checked
    with pytest.raises(OSError, match=r".*"):
        stamping.sent(f"{url}/tsr", asked.body)


def test_without_an_authority_nothing_is_asked_and_nothing_claimed(
    stage: Stage, settings: Settings, tmp_path: Path
) -> None:
    wiring = memory(settings, tmp_path / "work")
    stage.app = create_app(wiring)
    with httpx.Client(base_url=stage.url, timeout=30) as client:
        made = client.post("/v1/cases", json={"ruleset": "tmall_unboxing"}).json()
        assert client.post(made["links"]["bundle"], json={"incomplete": True}).json()["time"] == "none"
    assert stamping.put_right(wiring, lambda _url, _body: b"") == 0
    wiring.close()


def test_authorities_need_roots(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="SIXFACE_TSA_ROOTS"):
        Settings(data=tmp_path, tsa=(URL,))
