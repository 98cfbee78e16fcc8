from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from api import board, cases
from api.caller import HTTP
from api.desk import Desk, Wiring
from api.drafting import Draft
from api.idempotency import Claim
from api.settings import Settings
from api.wiring import embedded
from claims.case import Case, Event
from tests.api.conftest import Run

ONCE = Claim(None, "", "")
NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)

RULES = """
id = "mine"
version = 1
platform = "mine"
title = { zh = "自己的", en = "Mine" }

[source]
title = "our handbook"
read = 2026-11-20
trust = { zh = "自己写的", en = "written by ourselves" }

[[clock]]
id = "reply"
title = { zh = "回复", en = "Reply" }
quote = "answer within a day"
starts = "ticket_created"
stops = "ticket_answered"
kind = "wall_hours"
length = 24
missed = { zh = "退款", en = "The buyer is refunded." }

[[clock]]
id = "open_end"
title = { zh = "未知", en = "Unknown" }
quote = "in time"
starts = "evidence_requested"
kind = "wall_hours"
length = ""
"""


@pytest.fixture
def own(settings: Settings) -> Path:
    folder = settings.data / "rulesets"
    folder.mkdir(parents=True)
    (folder / "mine.toml").write_text(RULES)
    return folder


@pytest.fixture
def desk(own: Path, wiring: Wiring) -> Desk:
    object.__setattr__(wiring, "clock", lambda: NOW)
    return wiring.desk(HTTP)


def opened(desk: Desk, hours: float | None, order: str = "17") -> str:
    """A case whose reply is due so many hours from now; None: whose end nobody knows."""
    kind, at = (
        ("evidence_requested", NOW)
        if hours is None
        else ("ticket_created", NOW + timedelta(hours=hours - 24))
    )
    events = [{"kind": kind, "at": at}]
    draft = Draft.model_validate({"ruleset": "mine", "order_number": order, "events": events})
    return cases.open_case(desk, draft, ONCE).body["id"]


def test_the_board_has_what_is_to_be_done_and_counts_all(desk: Desk, client: httpx.Client) -> None:
    ids = [opened(desk, hours, str(hours)) for hours in (30, -1, None, 5, -9)]
    found = client.get("/v1/deadlines", params={"limit": 2}).json()
    assert found["counts"] == {"late": 2, "now": 1, "later": 1, "unknown": 1, "total": 5}
    assert [line["order_number"] for line in found["items"]] == ["-9", "-1"]
    assert [line["urgency"] for line in found["items"]] == ["late", "late"]
    assert found["next_look_at"] == "2026-11-21T01:00:00Z"
    rest = client.get("/v1/deadlines", params={"limit": 3, "after": found["next"]}).json()
    assert [line["order_number"] for line in rest["items"]] == ["5", "30", "None"]
    assert [line["urgency"] for line in rest["items"]] == ["now", "later", "unknown"]
    assert "next" not in rest
    assert client.get("/v1/deadlines", params={"after": "nonsense"}).status_code == 400
    assert client.get("/v1/deadlines", params={"limit": 0}).status_code == 422
    done = {"kind": "ticket_answered", "at": NOW.isoformat()}
    assert client.post(f"/v1/cases/{ids[1]}/events", json=done).status_code == 201
    assert client.get("/v1/deadlines").json()["counts"]["total"] == 4
    assert client.post(f"/v1/cases/{ids[0]}/events", json={**done, "kind": "closed"}).status_code == 201
    assert client.get("/v1/deadlines").json()["counts"]["total"] == 3


def test_a_digest_is_for_whoever_looks_in_the_morning_and_the_evening(
    desk: Desk, client: httpx.Client
) -> None:
    for hours in (30, -1, None, 5):
        opened(desk, hours, str(hours))
    found = client.get("/v1/deadlines/digest").json()
    told = [[a["order_number"] for a in found[name]] for name in ("late", "now", "unknown")]
    assert told == [["-1"], ["5"], ["None"]]
    assert found["later"] == 1
    soon = client.get("/v1/deadlines/digest", params={"zone": "UTC", "at": ["12:00"]}).json()
    assert (soon["next_at"], soon["now"]) == ("2026-11-20T12:00:00Z", [])
    assert client.get("/v1/deadlines/digest", params={"zone": "Mars/Olympus"}).status_code == 422


def test_the_board_is_a_calendar_too(desk: Desk, client: httpx.Client) -> None:
    first, second = opened(desk, 5, "17"), opened(desk, 7, "18")
    answer = client.get("/v1/deadlines.ics")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.text.count("BEGIN:VEVENT") == 2
    assert "回复 · 订单 17" in answer.text
    one = client.get(f"/v1/cases/{second}/deadlines.ics", params={"lang": "en"})
    assert "Reply · Order 18" in one.text
    assert first not in one.text
    assert client.get("/v1/cases/case_none/deadlines.ics").status_code == 404


def test_a_case_keeps_the_text_that_it_was_opened_with(desk: Desk, own: Path, client: httpx.Client) -> None:
    case = opened(desk, 5)
    (own / "mine.toml").write_text(
        RULES.replace("length = 24", "length = 12").replace("version = 1", "version = 2")
    )
    assert client.get("/v1/rulesets/mine").json()["version"] == 2
    found = client.get(f"/v1/cases/{case}/assessment").json()
    assert found["ruleset"]["version"] == 1
    assert found["clocks"][0]["due_at"] == "2026-11-20T15:00:00Z"
    (own / "mine.toml").unlink()
    again = desk.wiring.desk(HTTP)
    assert cases.assessed(again, case).ruleset.version == 1


def test_a_case_that_was_stored_without_a_text_is_judged_by_what_ships(desk: Desk) -> None:
    path = Path(__file__).parents[1] / "claims" / "stored_0_1_0.json"
    body = json.loads(path.read_text("utf-8"))
    name = body["case"]["id"]
    with desk.begin() as unit:
        unit.add("case", name, body, facets={"order_number": "17", "tracking_number": "x"})
    assert [r.id for r in cases.assessed(desk, name).requirements] == [f"V-0{n}" for n in range(1, 8)]
    told = Event.model_validate({"kind": "evidence_requested", "at": NOW})
    assert cases.record(desk, name, told, ONCE).status == 201
    with desk.read() as reading:
        row = reading.get("case", name)
    assert row is not None
    assert row.body["text"].startswith("sha256:")
    assert Case.model_validate(row.body["case"]).events[-1].at == NOW


def test_the_index_is_made_anew_when_days_off_change(settings: Settings, own: Path) -> None:
    working = RULES.replace('"wall_hours"\nlength = 24', '"working_days"\nlength = 1\ncalendars = ["cn"]')
    (own / "mine.toml").write_text(working)

    def look() -> tuple[Any, ...]:
        wiring = embedded(settings, queue=False, clock=lambda: NOW)
        try:
            desk = wiring.desk(HTTP)
            if not board.everything(desk):
                opened(desk, 24)
            return tuple(alarm.due_at for alarm in board.everything(desk))
        finally:
            wiring.close()

    assert look() == (datetime(2026, 11, 23, 10, 0, tzinfo=UTC),)
    (settings.data / "calendar.toml").write_text(
        '[[override]]\nmarket = "cn"\nday = 2026-11-23\nworks = false\n'
    )
    assert look() == (datetime(2026, 11, 24, 10, 0, tzinfo=UTC),)
    (settings.data / "calendar.toml").unlink()
    assert look() == (datetime(2026, 11, 23, 10, 0, tzinfo=UTC),)


def test_rulesets_are_checked_over_http(client: httpx.Client, own: Path) -> None:
    assert client.post("/v1/rulesets/check", json={"text": RULES}).json() == {"problems": []}
    wrong = RULES.replace('"wall_hours"\nlength = 24', '"moon_hours"\nlength = 0')
    for lang, says in (("en", "is not known here"), ("zh", "这里不认识")):
        answer = client.post("/v1/rulesets/check", json={"text": wrong}, headers={"Accept-Language": lang})
        first, second = answer.json()["problems"]
        assert says in first["what"]
        assert (first["field"], second["field"]) == ("clock reply, kind", "clock reply, length")
        assert first["line"] == wrong.splitlines().index('kind = "moon_hours"') + 1
    (own / "broken.toml").write_text("id = ")
    listed = {each["name"]: each for each in client.get("/v1/rulesets").json()["items"]}
    assert listed["mine"]["own"]
    assert listed["broken"]["problems"][0]["line"] == 1
    assert client.get("/v1/rulesets/broken").status_code == 500
    assert client.post("/v1/cases", json={"ruleset": "broken"}).status_code == 500


def test_deadlines_at_the_terminal(sixface: Run, tmp_path: Path) -> None:
    assert sixface("deadlines").stdout.strip() == "No clock is running."
    folder = tmp_path / "data" / "rulesets"
    folder.mkdir(parents=True)
    (folder / "mine.toml").write_text(RULES)
    case = sixface("case", "new", "--order", "17", "--ruleset", "mine").stdout.strip()
    sixface("case", "event", case, "ticket_created", "--at", "2020-01-01T10:00:00Z")
    shown = sixface("deadlines").stdout
    assert "1 late" in shown
    assert "Reply  17" in shown
    assert "The buyer is refunded." in shown
    assert "Reply" in sixface("deadlines", "--digest").stdout
    assert "BEGIN:VCALENDAR" in sixface("deadlines", "--ics").stdout
    one = sixface("deadlines", case).stdout
    assert "When missed: The buyer is refunded." in one
    told = json.loads(sixface("deadlines", "--json").stdout)
    assert told["counts"]["late"] == 1
    for words in (
        ["deadlines", "case_none"],
        ["deadlines", "case_none", "--ics"],
        ["deadlines", "--digest", "--zone", "x"],
    ):
        assert sixface(*words).returncode == 64


def test_rulesets_at_the_terminal(sixface: Run, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(RULES)
    fine = sixface("rulesets", "check", file)
    assert (fine.returncode, fine.stdout) == (0, "mine can be used; it has 2 entries.\n")
    file.write_text(RULES.replace("length = 24", 'length = "x"').replace("[source]", "[sauce]"))
    wrong = sixface("rulesets", "check", file, "--lang", "zh")
    assert wrong.returncode == 1
    assert "这里要写整数" in wrong.stdout
    assert "缺少这个字段" in wrong.stdout
    assert json.loads(sixface("rulesets", "check", file, "--json").stdout)[0]["what"]
    assert sixface("rulesets", "check", tmp_path / "none.toml").returncode == 65
    folder = tmp_path / "data" / "rulesets"
    folder.mkdir(parents=True)
    (folder / "mine.toml").write_text(RULES)
    (folder / "bad.toml").write_text("[")
    listed = sixface("rulesets", "list").stdout
    assert "mine  Mine  (read on 2026-11-20)  [your own]" in listed
    assert "bad  [your own]  cannot be used: 1 fault" in listed
    shown = sixface("rulesets", "show", "mine").stdout
    assert "“answer within a day”" in shown
    assert sixface("rulesets", "show", "bad").returncode == 64
