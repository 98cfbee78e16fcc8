from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from api import deliveries, timetable, webhooks
from api.caller import HTTP
from api.desk import Desk, Wiring
from api.settings import Settings
from api.wiring import memory
from claims.clocks.board import last_look, next_look
from tests.api.test_webhooks import Receiver, receiver

__all__ = ["receiver"]

START = datetime(2026, 11, 20, 0, 30, tzinfo=UTC)
"""08:30 in Shanghai, a Friday; 19:30 of Thursday in New York."""


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def wiring(tmp_path: Path, clock: Clock) -> Iterator[Wiring]:
    settings = Settings(data=tmp_path / "data", webhooks_inside=True)
    made = memory(settings, tmp_path / "work", clock)
    yield made
    made.close()


@pytest.fixture
def desk(wiring: Wiring) -> Desk:
    return wiring.desk(HTTP)


def hook(client: httpx.Client, receiver: Receiver, **told: Any) -> str:
    return f"/v1/webhooks/{client.post('/v1/webhooks', json={'url': receiver.url, **told}).json()['id']}"


def open_case(client: httpx.Client, zone: str, order: str) -> None:
    ticket = {"id": f"WO-{order}", "reason": "wrong_item", "created_at": "2026-11-19T10:00:00Z"}
    body = {"ruleset": "temu", "order_number": order, "zone": zone, "tickets": [ticket]}
    assert client.post("/v1/cases", json=body).status_code == 201


def sent_to(receiver: Receiver) -> list[dict[str, Any]]:
    return [json.loads(body) for _, body in receiver.taken]


def test_what_does_not_arrive_is_tried_again_with_growing_pauses_and_then_given_up(
    client: httpx.Client, receiver: Receiver, desk: Desk, clock: Clock
) -> None:
    receiver.answers = 503
    own = hook(client, receiver)
    client.post("/v1/deadlines/digest")
    for pause in deliveries.PAUSES:
        clock.now += pause - timedelta(seconds=1)
        deliveries.send_due(desk)
        before = len(receiver.taken)
        clock.now += timedelta(seconds=1)
        assert deliveries.send_due(desk) == 0
        assert len(receiver.taken) == before + 1
    (made,) = client.get(f"{own}/deliveries").json()["items"]
    assert (made["state"], made["next_at"], len(made["tries"])) == ("given_up", None, 6)
    clock.now += timedelta(days=1)
    deliveries.send_due(desk)
    assert len(receiver.taken) == 6
    identities = {headers["webhook-id"] for headers, _ in receiver.taken}
    assert identities == {made["id"]}, "a receiver knows it again"
    assert len({headers["webhook-timestamp"] for headers, _ in receiver.taken}) == 6, "each try is fresh"
    assert len({body for _, body in receiver.taken}) == 1


def test_what_was_given_up_can_be_sent_once_more(
    client: httpx.Client, receiver: Receiver, desk: Desk, clock: Clock
) -> None:
    own = hook(client, receiver)
    receiver.answers = 500
    (made,) = client.post("/v1/deadlines/digest").json()["items"]
    receiver.answers = 200
    clock.now += timedelta(seconds=59)
    assert deliveries.send_due(desk) == 0, "not yet"
    again = f"{own}/deliveries/{made['id']}/again"
    assert client.post(again).json()["state"] == "delivered"
    assert client.post(again).status_code == 404, "what arrived is not kept"
    assert client.post(f"{own}/deliveries/msg_none/again").status_code == 404
    clock.now += timedelta(hours=1)
    assert deliveries.send_due(desk) == 0, "and it is not tried again"


def test_a_receiver_that_is_gone_is_left_alone(
    client: httpx.Client, receiver: Receiver, desk: Desk, clock: Clock
) -> None:
    receiver.answers = 410
    hook(client, receiver)
    (made,) = client.post("/v1/deadlines/digest").json()["items"]
    assert made["state"] == "given_up"
    assert client.get("/v1/webhooks").json()["items"][0]["off_at"] is not None
    assert client.post("/v1/deadlines/digest").json()["items"] == []
    clock.now += timedelta(hours=12)
    assert timetable.attend(desk) == 0


def test_two_workers_do_not_send_the_same(client: httpx.Client, receiver: Receiver, desk: Desk) -> None:
    own = hook(client, receiver)
    with desk.begin() as unit:
        name = deliveries.queue(desk, unit, own.rpartition("/")[2], "webhook.test", None)
        row = deliveries.row_of(unit, name)
        taken = deliveries.delivery_of(row).model_copy(update={"next_at": START + timedelta(minutes=5)})
        body = {**row.body, "delivery": taken.model_dump(mode="json")}
        unit.replace(deliveries.KIND, name, body, version=row.version)
    assert deliveries.send(desk, name).state == "waiting", "somebody else has it in hand"
    assert receiver.taken == []


def test_a_webhook_that_is_dropped_takes_what_waits_with_it(
    client: httpx.Client, receiver: Receiver, desk: Desk, clock: Clock
) -> None:
    receiver.answers = 500
    own = hook(client, receiver)
    client.post("/v1/deadlines/digest")
    assert client.delete(own).status_code == 204
    clock.now += timedelta(hours=1)
    assert deliveries.send_due(desk) == 0
    assert len(receiver.taken) == 1
    assert client.get(f"{own}/deliveries").status_code == 404


def test_the_log_does_not_grow_without_end(
    client: httpx.Client, receiver: Receiver, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliveries, "KEPT", 3)
    own = hook(client, receiver)
    for _ in range(5):
        client.post(f"{own}/test")
    page = client.get(f"{own}/deliveries", params={"limit": 2}).json()
    rest = client.get(f"{own}/deliveries", params={"limit": 2, "after": page["next"]}).json()
    assert (len(page["items"]), len(rest["items"])) == (2, 1)
    assert "next" not in rest
    with desk.read() as reading:
        tries = [e for e in reading.entries(f"webhook/{own.rpartition('/')[2]}") if e.event == "webhook.sent"]
    assert len(tries) == 5, "the ledger has them all"


def rounds(desk: Desk, clock: Clock, until: datetime) -> None:
    """What a worker does, every five minutes until then."""
    while clock.now < until:
        clock.now += timedelta(minutes=5)
        timetable.attend(desk)
        deliveries.send_due(desk)


def test_the_digest_goes_by_itself_morning_and_evening_where_the_cases_are(
    client: httpx.Client, receiver: Receiver, desk: Desk, clock: Clock
) -> None:
    open_case(client, "Asia/Shanghai", "CN-1")
    open_case(client, "America/New_York", "US-1")
    hook(client, receiver)
    rounds(desk, clock, START + timedelta(hours=24))
    told = [(each["data"]["zone"], each["timestamp"][:16]) for each in sent_to(receiver)]
    assert told == [
        ("Asia/Shanghai", "2026-11-20T01:00"),  # 09:00
        ("Asia/Shanghai", "2026-11-20T10:00"),  # 18:00
        ("America/New_York", "2026-11-20T14:00"),  # 09:00
        ("America/New_York", "2026-11-20T23:00"),  # 18:00
    ]
    orders = {a["order_number"] for each in sent_to(receiver)[2:] for a in each["data"].get("late", [])}
    assert orders <= {"US-1"}


def test_a_webhook_may_have_its_own_zone_and_times(
    client: httpx.Client, receiver: Receiver, desk: Desk, clock: Clock
) -> None:
    open_case(client, "Asia/Shanghai", "CN-1")
    open_case(client, "America/New_York", "US-1")
    hook(client, receiver, zone="Asia/Tokyo", times=["12:15"])
    hook(client, receiver, times=[])
    rounds(desk, clock, START + timedelta(hours=24))
    (only,) = sent_to(receiver)
    assert only["timestamp"].startswith("2026-11-20T03:15")
    assert only["data"]["zone"] == "Asia/Tokyo"


def test_a_look_that_was_missed_for_long_is_passed_over(
    client: httpx.Client, receiver: Receiver, desk: Desk, clock: Clock
) -> None:
    hook(client, receiver, zone="Asia/Shanghai")
    clock.now = datetime(2026, 11, 20, 2, 59, tzinfo=UTC)
    assert timetable.attend(desk) == 1, "two hours late is late, and still of use"
    assert timetable.attend(desk) == 0, "once"
    clock.now = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
    assert timetable.attend(desk) == 0, "four hours after 18:00"
    clock.now = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
    assert timetable.attend(desk) == 1


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York", "Europe/Berlin", "Pacific/Apia"])
def test_each_look_is_the_next_of_the_one_before(zone: str) -> None:
    times = webhooks.MORNING_AND_EVENING
    now = datetime(2026, 10, 24, 0, 0, tzinfo=UTC)
    for _ in range(400):  # over the ends of summer time
        now += timedelta(hours=1)
        last = last_look(now, zone, times)
        assert last <= now < next_look(now, zone, times)
        assert next_look(last, zone, times) == next_look(now, zone, times)
