from __future__ import annotations

import logging
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from api import addresses, cases, dealing, reshipping
from api.caller import HTTP
from api.cases import KIND
from api.desk import Desk, Wiring
from api.drafting import Draft
from api.errors import AddressGoneError
from api.idempotency import Claim
from api.settings import Settings
from api.wiring import embedded, memory
from storage.rows import Reading

START = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
SECRET = "Jane Doe, 1 Sesame Street, Springfield"


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
    made = memory(Settings(data=tmp_path / "data"), tmp_path / "work", clock)
    yield made
    made.close()


@pytest.fixture
def desk(wiring: Wiring) -> Desk:
    return wiring.desk(HTTP)


TICKET = {"id": "WO1", "reason": "reship", "created_at": "2026-11-20T10:00:00Z"}


def entered(client: httpx.Client, ticket: str = "WO1") -> str:
    """The address of a case with a work order for a replacement, and its sub-case."""
    body = {"ruleset": "temu", "order_number": "PO-17", "site": "us", "tickets": [TICKET]}
    own = client.post("/v1/cases", json=body).json()["links"]["self"]
    sub = {"procedure": "reship_ticket", "opened_at": "2026-11-20T10:00:00Z", "ticket": ticket}
    assert client.post(f"{own}/subcases", json=sub).status_code == 201
    return own


def at(own: str) -> str:
    return f"{own}/subcases/S1/address"


def clock_of(client: httpx.Client, own: str) -> dict[str, Any]:
    clocks = client.get(f"{own}/deadlines").json()["clocks"]
    return next(c for c in clocks if c["id"] == "reship_address" and c["about"] == "WO1")


def log_of(reading: Reading, own: str) -> list[tuple[str, dict[str, Any]]]:
    entries = reading.entries(f"case/{own.rpartition('/')[2]}")
    return [(e.event, dict(e.detail)) for e in entries if e.event.startswith("address.")]


@pytest.mark.parametrize("ticket", ["WO1", ""])
def test_an_address_is_kept_sealed_and_stops_its_clock(
    client: httpx.Client, desk: Desk, caplog: pytest.LogCaptureFixture, ticket: str
) -> None:
    caplog.set_level(logging.DEBUG)
    own = entered(client, ticket)
    assert "before the work" in clock_of(client, own)["notes"][0]["text"], (
        "48 h end on Sunday, the reply on Monday"
    )
    made = client.post(at(own), json={"text": SECRET})
    assert made.status_code == 201, made.text
    slip = made.json()["subcases"][0]["address"]
    assert slip["expires_at"] == "2026-11-27T10:00:00Z"
    assert clock_of(client, own)["state"] == "met"
    assert client.get(at(own)).json()["text"] == SECRET
    with desk.read() as reading:
        assert [event for event, _ in log_of(reading, own)] == ["address.captured", "address.viewed"]
        everything = repr([row.body for kind in (KIND, addresses.KIND) for row in reading.find(kind).rows])
        everything += repr([e for stream in reading.streams() for e in reading.entries(stream)])
    assert "Sesame" not in everything + caplog.text + client.get(own).text


def test_it_is_nowhere_in_the_files_of_a_deployment(tmp_path: Path, clock: Clock) -> None:
    made = embedded(Settings(data=tmp_path / "data"), queue=False, clock=clock)
    desk = made.desk(HTTP)
    claim = Claim("a-key", "POST x", "f")
    case = str(cases.open_case(desk, Draft(ruleset="temu"), Claim(None, "", "")).body["id"])
    dealing.put(desk, case, {"procedure": "reship_list", "opened_at": START}, Claim(None, "", ""), "subcases")
    taking = reshipping.Taking.model_validate({"text": SECRET})
    assert SECRET not in repr(taking)
    reshipping.take(desk, case, "S1", taking, claim)
    assert reshipping.look(desk, case, "S1").text == SECRET
    made.close()
    files = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]
    assert [path for path in files if b"Sesame" in path.read_bytes()] == []
    keys = [path for path in files if path.suffix == ".key"]
    assert [stat.S_IMODE(key.stat().st_mode) for key in keys] == [0o600]


def test_it_is_erased_when_its_time_is_over(client: httpx.Client, desk: Desk, clock: Clock) -> None:
    own = entered(client)
    client.post(at(own), json={"text": SECRET, "expires_at": "2026-11-22T10:00:00Z"})
    assert "Our copy is erased" in clock_of(client, own)["notes"][0]["text"]
    clock.now = START + timedelta(hours=47)
    assert reshipping.erase_expired(desk) == 0
    clock.now = START + timedelta(hours=48)
    assert client.get(at(own)).status_code == 410, "nobody has to sweep for that"
    with desk.read() as reading:
        assert reading.find(addresses.KIND).rows == ()
        assert log_of(reading, own)[-1] == ("address.erased", {"subcase": "S1", "why": "expired"})
    slip = client.get(own).json()["subcases"][0]["address"]
    assert slip["erased_at"] == "2026-11-22T10:00:00Z"
    assert clock_of(client, own)["state"] == "met", "that it was taken down in time stays true"
    assert reshipping.erase_expired(desk) == 0


def test_it_is_erased_although_its_case_cannot_be_read_any_more(
    client: httpx.Client, desk: Desk, clock: Clock
) -> None:
    own = entered(client)
    client.post(at(own), json={"text": SECRET})
    with desk.begin() as unit:
        unit.remove(KIND, own.rpartition("/")[2])
    clock.now = START + timedelta(days=8)
    assert reshipping.erase_expired(desk) == 1
    with desk.read() as reading:
        assert reading.find(addresses.KIND).rows == ()


def test_it_is_erased_with_the_sub_case_however_that_ends(client: httpx.Client, desk: Desk) -> None:
    closed = entered(client)
    client.post(at(closed), json={"text": SECRET})
    client.post(f"{closed}/subcases/S1/close", json={"at": "2026-11-20T12:00:00Z"})
    mended = entered(client)
    client.post(at(mended), json={"text": SECRET})
    sub = {"procedure": "reship_ticket", "opened_at": "2026-11-20T10:00:00Z", "id": "S1"}
    client.post(f"{mended}/subcases", json={**sub, "closed_at": "2026-11-20T12:00:00Z"})
    asked = entered(client)
    client.post(at(asked), json={"text": SECRET})
    assert client.delete(at(asked)).status_code == 204
    assert client.delete(at(asked)).status_code == 204
    with desk.read() as reading:
        assert reading.find(addresses.KIND).rows == ()
        why = [log_of(reading, own)[-1][1]["why"] for own in (closed, mended, asked)]
    assert why == ["ended", "ended", "asked"]
    assert [client.get(at(own)).status_code for own in (closed, mended, asked)] == [410] * 3
    assert client.post(at(closed), json={"text": SECRET}).status_code == 422, "it is closed"


def test_mending_a_sub_case_neither_makes_nor_loses_an_address(client: httpx.Client) -> None:
    own = entered(client)
    client.post(at(own), json={"text": SECRET})
    sub = {"procedure": "reship_ticket", "opened_at": "2026-11-20T10:00:00Z", "id": "S1", "note": "now"}
    assert client.post(f"{own}/subcases", json=sub).status_code == 201
    assert client.get(at(own)).json()["text"] == SECRET
    forged = {
        "secret": "address_1",
        "captured_at": "2026-11-20T10:00:00Z",
        "expires_at": "2027-11-20T10:00:00Z",
    }
    other = client.post(f"{own}/subcases", json={**sub, "id": "S2", "address": forged}).json()
    assert other["subcases"][1]["address"] is None


def test_another_one_takes_its_place(client: httpx.Client, desk: Desk) -> None:
    own = entered(client)
    headers = {"Idempotency-Key": "8e03978e"}
    first, again = (client.post(at(own), json={"text": SECRET}, headers=headers) for _ in range(2))
    assert first.json() == again.json()
    assert client.post(at(own), json={"text": "elsewhere"}, headers=headers).status_code == 422, (
        "another address"
    )
    assert client.post(at(own), json={"text": "elsewhere 5"}).status_code == 201
    assert client.get(at(own)).json()["text"] == "elsewhere 5"
    with desk.read() as reading:
        assert len(reading.find(addresses.KIND).rows) == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"text": ""}, 422),
        ({"text": "  "}, 422),
        ({"text": "x" * 1001}, 422),
        ({"text": SECRET, "expires_at": "2026-11-20T10:00:00Z"}, 422),
        ({"text": SECRET, "expires_at": "2026-12-21T10:00:00Z"}, 422),
        ({"text": SECRET, "more": 1}, 422),
    ],
)
def test_what_cannot_be_kept_is_refused_without_saying_it_again(
    client: httpx.Client, body: dict[str, Any], status: int
) -> None:
    own = entered(client)
    answer = client.post(at(own), json=body)
    assert answer.status_code == status
    assert "Sesame" not in answer.text
    assert client.post(f"{own}/subcases/S9/address", json={"text": SECRET}).status_code == 422
    assert client.get(f"{own}/subcases/S9/address").status_code == 422


def test_keys_change_every_week_and_go_with_the_last_address(
    client: httpx.Client, desk: Desk, clock: Clock
) -> None:
    first, second = entered(client), entered(client)
    client.post(at(first), json={"text": SECRET, "expires_at": "2026-12-15T10:00:00Z"})
    (old,) = addresses.ring(desk).names()
    clock.now = START + timedelta(days=8, seconds=1)
    client.post(at(second), json={"text": "elsewhere"})
    assert len(addresses.ring(desk).names()) == 2
    assert client.get(at(first)).json()["text"] == SECRET, "old keys still open"
    client.delete(at(first))
    reshipping.erase_expired(desk)
    assert old not in addresses.ring(desk).names()
    assert client.get(at(second)).json()["text"] == "elsewhere"


def test_a_sealed_text_opens_for_its_own_sub_case_alone(client: httpx.Client, desk: Desk) -> None:
    own = entered(client)
    client.post(at(own), json={"text": SECRET})
    case = own.rpartition("/")[2]
    with desk.read() as reading:
        slip = cases.gather(desk, reading, case).case.subcases[0].address
        assert addresses.opened(desk, reading, case, "S1", slip)[0] == SECRET
        for stranger in ((case, "S2"), ("case_other", "S1")):
            with pytest.raises(AddressGoneError):
                addresses.opened(desk, reading, *stranger, slip)
    for key in addresses.ring(desk).names():
        addresses.ring(desk).drop([key])
    assert client.get(at(own)).status_code == 410, "without its key nobody can read it"


def test_a_bundle_holds_no_address(client: httpx.Client) -> None:
    own = entered(client)
    client.post(at(own), json={"text": SECRET})
    made = client.post(f"{own}/bundle", json={"incomplete": True})
    assert made.status_code == 201, made.text
    zipped = client.get(f"{own}/bundle").content
    assert b"S1" in zipped
    assert b"Sesame" not in zipped, "members are stored as they are"
