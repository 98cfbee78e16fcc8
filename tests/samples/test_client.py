"""The client and its examples, against a service that listens on the loopback."""

from __future__ import annotations

import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from api import deliveries, hooks
from api.caller import HTTP
from api.desk import Wiring, utc_now
from api.settings import Settings
from api.wiring import memory
from samples.client import ForgedError, ProblemError, Sixface, opened
from samples.client.examples import check, claim
from samples.client.examples.hooks import Receiver
from samples.client.wire import Wire
from tests.api.conftest import client, film, folder, photo, stage, text

__all__ = ["client", "film", "folder", "photo", "stage", "text"]


@pytest.fixture
def wiring(tmp_path: Path) -> Iterator[Wiring]:
    settings = Settings(data=tmp_path / "data", webhooks_inside=True)
    made = memory(settings, tmp_path / "work")
    yield made
    made.close()


@pytest.fixture
def sixface(client: httpx.Client) -> Sixface:
    return Sixface(str(client.base_url))


def test_a_photo_and_a_film_are_checked(sixface: Sixface, photo: Path, film: Path) -> None:
    report = sixface.validate(photo, expect={"tracking_number": "SF1"}, once="one")
    again = sixface.validate(photo, expect={"tracking_number": "SF1"}, once="one")
    assert report.verdict in {"sound", "flawed", "review"}
    assert report.body["expected"]["tracking_number"] == "SF1"
    assert report.digest == again.digest
    assert sixface.validate(film, profile="unboxing").body["profile"] == "unboxing"


def test_what_is_refused_says_why(sixface: Sixface, text: Path) -> None:
    with pytest.raises(ProblemError) as found:
        sixface.validate(text)
    assert (found.value.status, found.value.code) == (422, "refused.not_media")
    with pytest.raises(ProblemError, match="SIXFACE_FETCH_HOSTS"):
        sixface.ask(url="https://films.example/a.mp4")


def test_a_film_goes_in_parts_and_on_where_the_line_broke(
    sixface: Sixface, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Wire.ask
    broken: list[str] = []

    def ask(self: Wire, method: str, path: str, *rest: Any, **more: Any) -> Any:
        answer = real(self, method, path, *rest, **more)
        if method == "PATCH" and len(broken) < 2:
            broken.append(path)
            raise ConnectionResetError  # it arrived, and nobody here has heard so
        return answer

    monkeypatch.setattr(Wire, "ask", ask)
    sent = sixface.upload(film, part=film.stat().st_size // 3, profile="unboxing")
    assert len(broken) == 2
    assert sent.size == film.stat().st_size
    assert sixface.wait(sent.id).digest == sent.digest
    assert sixface.ask(evidence_id=sent.id).digest == sent.digest


def test_a_claim_is_made_and_its_bundle_fetched(
    sixface: Sixface, client: httpx.Client, film: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "bundle.zip"
    assert claim.main([str(client.base_url), str(film), "SF1", str(out)]) == 0
    told = capsys.readouterr().out
    assert "the claim is unmet" in told or "the claim is open" in told
    assert zipfile.is_zipfile(out)
    assert [path.name for path in tmp_path.glob("bundle*")] == ["bundle.zip"]
    with pytest.raises(ProblemError):
        sixface.download_bundle("case_none", tmp_path / "none.zip")


def test_files_are_checked_by_the_example(
    client: httpx.Client, photo: Path, text: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check.main([str(client.base_url), str(photo), str(text)]) == 1
    told = capsys.readouterr().out
    assert f"{photo.name}: " in told
    assert f"{text.name}: refused." in told


def test_webhooks_are_believed_when_they_are_signed_and_of_now(
    sixface: Sixface, client: httpx.Client, wiring: Wiring, photo: Path
) -> None:
    receiver = Receiver("127.0.0.1", 0, "whsec_")
    thread = threading.Thread(target=receiver.serve_forever, args=(0.05,))
    thread.start()
    try:
        url = f"http://127.0.0.1:{receiver.server_port}/"
        made = client.post("/v1/webhooks", json={"url": url, "events": ["evidence.examined"]}).json()
        receiver.secret = made["secret"]
        report = sixface.validate(photo)
        assert deliveries.send_due(wiring.desk(HTTP)) == 1
        (told,) = receiver.taken.values()
        assert told.startswith("evidence.examined ev_")
        assert told.endswith(report.verdict)
    finally:
        receiver.shutdown()
        thread.join()
        receiver.server_close()


def test_a_forged_or_old_webhook_is_not_believed() -> None:
    secret, body = hooks.new_secret(), b'{"type": "webhook.test", "data": {}}'
    signed = hooks.headers(secret, "msg_1", utc_now(), body)
    assert opened(secret, signed, body)["type"] == "webhook.test"
    for headers, said, key, now in (
        (signed, body + b" ", secret, None),
        ({**signed, "webhook-id": "msg_2"}, body, secret, None),
        (signed, body, hooks.new_secret(), None),
        (signed, body, secret, time.time() + 301),
        (signed, body, "whsec_?", None),
        ({}, body, secret, None),
    ):
        with pytest.raises(ForgedError):
            opened(key, headers, said, now=now)
