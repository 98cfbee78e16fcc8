"""Webhooks hear of the ends of examinations, if they asked to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from api import deliveries
from api.caller import HTTP
from api.desk import Wiring
from api.examination import cancel
from tests.api.conftest import settle
from tests.api.test_deliveries import Clock, clock, hook, wiring
from tests.api.test_webhooks import Receiver, receiver

__all__ = ["clock", "receiver", "wiring"]

BOTH = ["evidence.examined", "evidence.refused"]


def sent(client: httpx.Client, file: Path) -> str:
    with file.open("rb") as opened:
        return client.post("/v1/evidence", files={"file": (file.name, opened)}).json()["id"]


def heard(receiver: Receiver) -> list[dict[str, Any]]:
    return [json.loads(body) for _, body in receiver.taken]


def test_a_report_is_told_to_who_asked_and_to_nobody_else(
    client: httpx.Client, wiring: Wiring, receiver: Receiver, photo: Path
) -> None:
    own = hook(client, receiver, events=BOTH)
    quiet = hook(client, receiver)
    item = sent(client, photo)
    settle(wiring)
    assert deliveries.send_due(wiring.desk(HTTP)) == 1
    (told,) = heard(receiver)
    assert told["type"] == "evidence.examined"
    assert (told["data"]["id"], told["data"]["state"]) == (item, "reported")
    assert told["data"]["verdict"] == client.get(f"/v1/evidence/{item}").json()["verdict"]
    assert told["data"]["links"]["report"] == f"/v1/evidence/{item}/report"
    assert photo.name not in json.dumps(told)
    assert len(client.get(f"{own}/deliveries").json()["items"]) == 1
    assert client.get(f"{quiet}/deliveries").json()["items"] == []
    (headers, _), *_ = receiver.taken
    assert headers["webhook-signature"].startswith("v1,")


def test_a_photo_that_is_answered_at_once_is_told_too(
    client: httpx.Client, wiring: Wiring, receiver: Receiver, photo: Path
) -> None:
    hook(client, receiver, events=["evidence.examined"])
    with photo.open("rb") as opened:
        assert client.post("/v1/validate", files={"file": ("a.jpg", opened)}).status_code == 200
    assert deliveries.send_due(wiring.desk(HTTP)) == 1


def test_what_gets_no_report_is_told_with_the_reason(
    client: httpx.Client, wiring: Wiring, receiver: Receiver, photo: Path, tmp_path: Path
) -> None:
    hook(client, receiver, events=["evidence.refused"])
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(photo.read_bytes()[:3] + bytes(2000))
    item = sent(client, broken)
    sent(client, photo)
    settle(wiring)
    deliveries.send_due(wiring.desk(HTTP))
    (told,) = heard(receiver)
    assert (told["type"], told["data"]["id"]) == ("evidence.refused", item)
    assert told["data"]["refusal"].startswith("refused.")
    assert cancel(wiring.desk(HTTP), item).state == "refused"  # ended already: nothing more is told
    assert deliveries.send_due(wiring.desk(HTTP)) == 0


def test_an_event_that_did_not_arrive_is_tried_again_and_can_be_sent_again(
    client: httpx.Client, wiring: Wiring, receiver: Receiver, photo: Path, clock: Clock
) -> None:
    receiver.answers = 503
    own = hook(client, receiver, events=BOTH)
    sent(client, photo)
    settle(wiring)
    for pause in (deliveries.PAUSES[0] * 0, *deliveries.PAUSES):
        clock.now += pause
        assert deliveries.send_due(wiring.desk(HTTP)) == 0
    (made,) = client.get(f"{own}/deliveries").json()["items"]
    assert (made["state"], made["type"], len(made["tries"])) == ("given_up", "evidence.examined", 6)
    receiver.answers = 200
    again = client.post(f"{own}/deliveries/{made['id']}/again").json()
    assert again["state"] == "delivered"
    assert len({headers["webhook-id"] for headers, _ in receiver.taken}) == 1


def test_who_does_not_answer_holds_nobody_up(
    client: httpx.Client, wiring: Wiring, receiver: Receiver, photo: Path
) -> None:
    silent = client.post("/v1/webhooks", json={"url": "http://127.0.0.1:9/", "events": BOTH}).json()["id"]
    hook(client, receiver, events=BOTH)
    for _ in range(3):
        sent(client, photo)
    settle(wiring)
    assert deliveries.send_due(wiring.desk(HTTP)) == 3
    items = client.get(f"/v1/webhooks/{silent}/deliveries").json()["items"]
    assert sorted(len(each["tries"]) for each in items) == [0, 0, 1]
    assert all(each["state"] == "waiting" for each in items)


def test_a_webhook_for_events_alone_gets_no_digest(client: httpx.Client, receiver: Receiver) -> None:
    hook(client, receiver, events=BOTH)
    assert client.post("/v1/deadlines/digest").json()["items"] == []


@pytest.mark.parametrize("events", [[], ["evidence.none"], "evidence.examined"])
def test_unknown_events_are_refused(client: httpx.Client, receiver: Receiver, events: object) -> None:
    answer = client.post("/v1/webhooks", json={"url": receiver.url, "events": events})
    assert answer.status_code == 422
