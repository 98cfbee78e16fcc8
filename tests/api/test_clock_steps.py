"""The machine's clock is set ahead or back while things are under way: nothing opens, nothing sticks."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from api import (
    board,
    deliveries,
    hooks,
    scrubbing,
    sealings,
    sharing,
    stamping,
    timetable,
    viewing,
    webhooks,
)
from api.app import create_app
from api.auditing import audit
from api.caller import CLI
from api.desk import Desk, Wiring
from api.idempotency import Claim, Reply, forget, recall, remember
from api.keyring import Keyring
from api.settings import Settings
from storage import ledger
from storage.disk import DiskBlobs
from storage.memory import MemoryRows
from tests.api.conftest import Moving, Stage, Waiting

HOURS = timedelta(hours=5)
STEPS = pytest.mark.parametrize("step", [HOURS, -HOURS], ids=["ahead", "back"])


@pytest.fixture
def wiring(tmp_path: Path, clock: Moving) -> Wiring:
    settings = Settings(data=tmp_path / "data", webhooks_inside=True)
    return Wiring(settings, DiskBlobs(settings.data), MemoryRows(), Waiting(), tmp_path / "work", clock=clock)


@pytest.fixture
def desk(wiring: Wiring) -> Desk:
    return wiring.desk(CLI)


@pytest.fixture
def client(wiring: Wiring, stage: Stage) -> Iterator[httpx.Client]:
    stage.app = create_app(wiring)
    with httpx.Client(base_url=stage.url, timeout=30) as made:
        yield made


@STEPS
def test_what_was_answered_is_answered_alike(
    client: httpx.Client, wiring: Wiring, clock: Moving, step: timedelta
) -> None:
    key = {"Idempotency-Key": "once"}
    first = client.post("/v1/cases", json={}, headers=key)
    clock.ahead = step
    assert forget(wiring.rows, "default", now=wiring.clock()) == 0
    again = client.post("/v1/cases", json={}, headers=key)
    assert again.json() == first.json()
    clock.ahead = timedelta(0)
    assert client.post("/v1/cases", json={}, headers=key).json() == first.json()
    assert len(client.get("/v1/cases").json()["items"]) == 1


def test_answers_made_while_the_clock_was_ahead_are_dropped_in_their_time(
    desk: Desk, wiring: Wiring, clock: Moving
) -> None:
    claim = Claim("k", "POST /x", "f")
    clock.ahead = HOURS
    with desk.begin() as unit:
        remember(unit, claim, Reply(200, {}))
    clock.ahead = timedelta(days=7)
    assert forget(wiring.rows, "default", now=wiring.clock()) == 0
    clock.ahead = timedelta(days=7) + HOURS + timedelta(minutes=1)
    assert forget(wiring.rows, "default", now=wiring.clock()) == 1
    with desk.read() as reading:
        assert recall(reading, claim) is None


@STEPS
def test_logs_stay_whole_lists_complete_and_every_look_is_noted(
    client: httpx.Client, desk: Desk, clock: Moving, step: timedelta, film: Path
) -> None:
    made: list[str] = []
    for ahead in (timedelta(0), step, timedelta(0)):
        clock.ahead = ahead
        with film.open("rb") as file:
            made.append(client.post("/v1/evidence", files={"file": ("f.mp4", file)}).json()["id"])
        viewing.once(desk, made[0], "original.played")
    seen: list[str] = []
    after: str | None = ""
    while after is not None:
        page = client.get("/v1/evidence", params={"limit": 1} | ({"after": after} if after else {})).json()
        seen += [each["id"] for each in page["items"]]
        after = page.get("next")
    assert sorted(seen) == sorted(made)
    with desk.read() as reading:
        entries = reading.entries(f"evidence/{made[0]}")
    assert not ledger.verify(entries)
    assert [each.event for each in entries].count("original.played") >= 2
    assert audit(desk).faults == ()


@STEPS
def test_deadlines_are_those_of_the_clock_as_it_is(
    client: httpx.Client, desk: Desk, clock: Moving, step: timedelta
) -> None:
    at = (desk.now() - timedelta(hours=1)).isoformat()
    case = client.post("/v1/cases", json={"ruleset": "tmall"}).json()["id"]
    client.post(f"/v1/cases/{case}/events", json={"kind": "delivered", "at": at}).raise_for_status()
    before = client.get(f"/v1/cases/{case}/deadlines").json()
    clock.ahead = step
    assert board.board(desk).made_at > desk.now() - timedelta(minutes=1)
    client.post(f"/v1/cases/{case}/events", json={"kind": "signed", "at": at})
    clock.ahead = timedelta(0)
    after = client.get(f"/v1/cases/{case}/deadlines").json()
    ends: list[set[str]] = [
        {each["due_at"] for each in told["clocks"] if each.get("due_at")} for told in (before, after)
    ]
    assert ends[0] <= ends[1], "no end moves with the clock"


def _delivery(desk: Desk) -> str:
    with desk.begin() as unit:
        return deliveries.queue(desk, unit, "hook_1", "webhook.test", None)


def test_a_message_put_off_by_a_clock_that_was_ahead_is_sent(desk: Desk, clock: Moving) -> None:
    clock.ahead = timedelta(days=400)
    name = _delivery(desk)
    clock.ahead = timedelta(0)
    with desk.read() as reading:
        assert deliveries.due(reading, desk.now()) == [name]
    clock.ahead = timedelta(hours=3)
    other = _delivery(desk)
    clock.ahead = timedelta(0)
    with desk.read() as reading:  # it may be one that waits for its last try
        assert deliveries.due(reading, desk.now()) == [name]
    clock.ahead = timedelta(hours=3, minutes=1)
    with desk.read() as reading:
        assert set(deliveries.due(reading, desk.now())) == {name, other}


def test_a_pass_that_was_put_off_by_a_clock_that_was_ahead_goes_on_at_its_pace(
    client: httpx.Client, wiring: Wiring, desk: Desk, clock: Moving, photo: Path
) -> None:
    for number in range(3):
        with Image.open(photo) as picture:
            picture.resize((200 + number, 150)).save(out := io.BytesIO(), "JPEG")
        answer = client.post("/v1/evidence", files={"file": ("p.jpg", out.getvalue())})
        assert answer.status_code == 201
    clock.ahead = timedelta(days=3000)
    scrubbing.go_on(wiring)
    clock.ahead = timedelta(0)
    assert scrubbing.go_on(wiring) == 1, "one file, not none, and not all at once"
    with desk.read() as reading:
        held = scrubbing.standing(reading)
    assert held is not None
    assert held.due_at <= desk.now() + timedelta(days=wiring.settings.scrub_days)
    clock.ahead = timedelta(days=29)
    assert scrubbing.go_on(wiring) == 1, "the last file, and the next pass begins in its time"


def test_a_seal_begun_while_the_clock_was_ahead_is_taken_up(
    client: httpx.Client, wiring: Wiring, desk: Desk, clock: Moving
) -> None:
    case = client.post("/v1/cases", json={"ruleset": "tmall"}).json()["id"]
    name = client.post(f"/v1/cases/{case}/sealings", json={"incomplete": True}).json()["id"]
    with desk.begin() as unit:
        row = unit.get(sealings.KIND, name)
        assert row is not None
        begun = (desk.now() + HOURS).isoformat()
        body: dict[str, Any] = {**row.body, "state": sealings.WORKING, "starts": 1, "begun_at": begun}
        facets = {"case": case, "state": sealings.WORKING}
        unit.replace(sealings.KIND, name, body, version=row.version, facets=facets)
    sealings.go_on(wiring)
    assert client.get(f"/v1/cases/{case}/sealings/{name}").json()["state"] == sealings.SEALED


def test_a_stamp_put_off_by_a_clock_that_was_ahead_is_asked_for(
    wiring: Wiring, desk: Desk, tmp_path: Path
) -> None:
    roots = tmp_path / "roots.pem"
    roots.write_text("")
    asking = Wiring(
        wiring.settings.model_copy(update={"tsa": ("http://127.0.0.1:9/",), "tsa_roots": roots}),
        *(wiring.blobs, wiring.rows, wiring.jobs, wiring.work),
        clock=wiring.clock,
    )
    with wiring.blobs.stage() as staging:
        staging.write(b"no bundle")
        digest = staging.commit().digest
    asked: list[str] = []

    def post(url: str, _: bytes) -> bytes:
        asked.append(url)
        raise OSError

    with desk.begin() as unit:
        body = {"case": "case_1", "digest": digest, "ask_at": (desk.now() + timedelta(days=400)).isoformat()}
        unit.add("bundle", "bundle_1", body, {"time": stamping.PENDING, "case": "case_1"})
    try:
        stamping.put_right(asking, post)
    except Exception as error:  # noqa: BLE001 - it was taken up, and is no bundle
        asked.append(type(error).__name__)
    assert asked


def test_a_digest_told_for_a_look_that_is_far_ahead_holds_up_no_other(desk: Desk, clock: Moving) -> None:
    told = {"url": "http://127.0.0.1:9/x", "events": [hooks.DIGEST], "zone": "Asia/Shanghai"}
    webhooks.make(desk, webhooks.NewHook.model_validate(told), Claim(None, "", ""))

    def in_a_day(begin: timedelta) -> int:
        sent = 0
        for hour in range(25):
            clock.ahead = begin + timedelta(hours=hour)
            sent += timetable.attend(desk)
        return sent

    assert in_a_day(timedelta(0)) >= 2
    assert in_a_day(timedelta(days=400)) >= 2
    assert in_a_day(timedelta(days=2)) >= 2


def test_keys_of_addresses_change_again_after_a_clock_that_was_ahead(tmp_path: Path, clock: Moving) -> None:
    ring = Keyring(tmp_path / "keys")
    clock.ahead = timedelta(days=400)
    first, _ = ring.seal("a", "b", clock())
    clock.ahead = timedelta(0)
    second, _ = ring.seal("a", "b", clock())
    assert first != second
    assert ring.old(clock()) == (first,)


def test_a_share_ends_by_the_clock_and_comes_back_with_it(
    client: httpx.Client, desk: Desk, clock: Moving
) -> None:
    case = client.post("/v1/cases", json={"ruleset": "tmall"}).json()["id"]
    client.post(f"/v1/cases/{case}/bundle", json={"incomplete": True}).raise_for_status()
    link = client.post(f"/v1/cases/{case}/shares", json={}).json()
    clock.ahead = timedelta(days=400)
    assert [each["state"] for each in sharing.listed(desk, case)] == ["expired"]
    clock.ahead = -HOURS
    assert [each["state"] for each in sharing.listed(desk, case)] == ["active"]
    clock.ahead = timedelta(0)
    assert client.delete(f"/v1/cases/{case}/shares/{link['id']}").status_code < 300
    clock.ahead = -HOURS
    assert [each["state"] for each in sharing.listed(desk, case)] == ["revoked"]
