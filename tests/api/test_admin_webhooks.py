"""Webhooks on `/admin`: made, tried, changed and dropped by plain forms."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from api import deliveries
from api.desk import Wiring
from tests.api.rooms import HOSTILE, html, sent


@pytest.fixture
def refusing(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A receiver that answers 500 until told otherwise."""
    answers = [500]

    def post(*_: object) -> int:
        return answers[-1]

    def looked_at(*_: object, **__: object) -> None: ...

    monkeypatch.setattr(deliveries, "post", post)
    monkeypatch.setattr(deliveries, "looked_at", looked_at)
    return answers


EVERY = ["deadlines.digest", "evidence.examined", "evidence.refused"]


def made(client: httpx.Client, **more: Any) -> tuple[str, str]:
    """Address and page of a webhook that was just made."""
    fields = {
        "url": "https://93.184.216.34/x",
        "times": "09:00, 18:00",
        "key": "a" * 32,
        "event": EVERY,
    } | more
    page = sent(client, "/admin/webhooks", 200, **fields).text
    found = re.search(r'action="(/admin/webhooks/hook_\w+)/test"', page)
    assert found is not None
    return found[1], page


def test_a_webhook_shows_its_secret_once(client: httpx.Client) -> None:
    address, page = made(client, note=HOSTILE)
    secret = re.search(r'value="(whsec_[^"]+)"', page)
    assert secret is not None
    assert "<script>alert" not in page
    assert "whsec_" not in html(client, address)
    again, _ = made(client, note=HOSTILE)
    assert again == address, "pressing twice makes one"
    assert "nothing was sent yet" in html(client, "/admin/webhooks")


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("url", "http://127.0.0.1/", "cannot be sent to"),
        ("url", "", "Write an address such as"),
        ("times", "soon", "Write times of day"),
        ("zone", "Moon/Crater", "Write a time zone"),
        ("note", "x" * 201, "Write a shorter note"),
        ("event", "", "Choose at least one thing"),
        ("event", "evidence.eaten", "Choose at least one thing"),
    ],
)
def test_what_cannot_be_a_webhook_is_told_and_what_was_typed_stays(
    client: httpx.Client, field: str, value: str, says: str
) -> None:
    fields = {"url": "https://93.184.216.34/x", "times": "09:00", "note": "for the morning", "event": EVERY}
    fields |= {field: value}
    page = sent(client, "/admin/webhooks", 422, **fields).text
    assert says in page or field == "url"
    assert 'role="alert"' in page
    assert fields["note"] in page
    assert client.get("/v1/webhooks").json()["items"] == []


def test_what_was_sent_is_listed_with_every_try_and_sent_again(
    client: httpx.Client, refusing: list[int]
) -> None:
    address, _ = made(client)
    assert sent(client, f"{address}/test").headers["Location"] == f"{address}?done=given_up"
    client.post("/v1/deadlines/digest")
    page = html(client, address)
    assert "Trial" in page
    assert "answered 500" in page
    assert "did not arrive" in html(client, "/admin/webhooks")
    (message,) = re.findall(r'name="message" value="(msg_\w+)"', page)
    refusing.append(200)
    answer = sent(client, f"{address}/again", message=message)
    assert "It arrived." in html(client, answer.headers["Location"])
    sent(client, f"{address}/again", 404, message="msg_none")


def test_a_webhook_goes_only_when_somebody_means_it(client: httpx.Client) -> None:
    address, _ = made(client)
    assert "Tick that you mean it" in sent(client, f"{address}/drop", 422).text
    sent(client, f"{address}/drop", sure="yes")
    html(client, address, status=404)
    sent(client, f"{address}/test", 404)
    assert client.get("/v1/webhooks").json()["items"] == []


def ticked(page: str) -> list[str]:
    return re.findall(r'name="event" value="([a-z.]+)" checked', page)


def test_what_is_sent_is_ticked_all_of_it_unless_somebody_chooses(client: httpx.Client) -> None:
    page = html(client, "/admin/webhooks")
    assert ticked(page) == EVERY
    for says in ("What is due before somebody looks again", "ended with a report", "ended without a report"):
        assert says in page
    address, _ = made(client, event=["evidence.refused"])
    assert ticked(html(client, address)) == ["evidence.refused"]
    page = html(client, "/admin/webhooks")
    assert "<span>There will be no report</span>" in page, "the list says what it gets"
    assert ticked(page) == EVERY, "the form for the next one is as it was"


def test_what_was_chosen_is_changed_and_never_to_nothing(client: httpx.Client, wiring: Wiring) -> None:
    address, _ = made(client)
    name = address.rpartition("/")[2]
    assert "Choose at least one thing" in sent(client, f"{address}/events", 422).text
    answer = sent(client, f"{address}/events", event=["evidence.refused", "evidence.examined"])
    page = html(client, answer.headers["Location"])
    assert "From now on that is sent." in page
    assert ticked(page) == EVERY[1:]
    (hook,) = client.get("/v1/webhooks").json()["items"]
    assert hook["events"] == EVERY[1:]
    again = client.patch(f"/v1/webhooks/{name}", json={"events": EVERY[1:]})
    assert (again.status_code, again.json()) == (200, hook)
    assert client.patch(f"/v1/webhooks/{name}", json={"events": []}).status_code == 422
    assert client.patch("/v1/webhooks/hook_none", json={"events": EVERY}).status_code == 404
    sent(client, "/admin/webhooks/hook_none/events", 404, event=EVERY)
    with wiring.rows.read("default") as reading:
        log = [each.event for each in reading.entries(f"webhook/{name}")]
    assert log == ["webhook.made", "webhook.changed"], "choosing the same again changes nothing"


def test_a_form_that_is_sent_back_keeps_what_was_ticked(client: httpx.Client) -> None:
    fields = {"url": "https://93.184.216.34/x", "times": "soon", "event": ["evidence.examined"]}
    assert ticked(sent(client, "/admin/webhooks", 422, **fields).text) == ["evidence.examined"]
