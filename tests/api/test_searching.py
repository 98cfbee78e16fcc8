from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from api import item, rewording, searching
from api.caller import HTTP
from api.desk import Wiring
from api.item import CaseRef, Item, Standing, State
from api.purging import drop_case
from api.retention import Mandate
from api.search_words import MOST_WORDS, asked, words_of
from claims.case import Case
from evidence.model import Expectation, Outcome, Verdict
from storage.rows import Unit
from tests.api import made_faces as faces

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("remembered", "kept"),
    [
        ("113-4839204-1122", True),
        ("1134839204 1122", False),
        ("11348392041122", True),
        ("１１３-4839204-1122", True),
        ("1122", True),
        ("041122", True),
        ("IMG_1", True),
        ("img_1.mov", True),
        ("IMG-1", True),
        ("开箱", True),
        ("开箱视频", True),
        ("箱视", True),
        ("封箱", False),
        ("SKU-RED-40", True),
        ("img sku-red-40", True),
        ("img sku-red-41", False),
    ],
)
def test_what_people_remember_leads_to_the_words_that_are_kept(remembered: str, *, kept: bool) -> None:
    words = words_of(["开箱视频 IMG_1.MOV"], ["113-4839204-1122", "SKU-RED-40"])
    assert (set(asked(remembered)) <= set(words)) == kept


def test_words_are_few_and_short_whatever_they_are_made_of() -> None:
    hostile = " ".join(f"{number:x}" + "é" * 500 for number in range(5000)) + "\0 \u202e \ud800"
    words = words_of([hostile], [hostile])
    assert len(words) <= MOST_WORDS
    assert all(0 < len(word) <= 64 for word in words)
    assert asked(" -_. \0") == ()


def made(unit: Unit, number: int, **facts: Any) -> Item:
    told: dict[str, Any] = {
        "id": f"ev_{number:05}",
        "digest": f"sha256:{number:064x}",
        "size": 7,
        "name": f"IMG_{number}.MOV",
        "kind": "video",
        "profile": "unboxing",
        "received_at": NOON,
        **facts,
    }
    one = Item(**told)
    unit.add(item.KIND, one.id, one.body(), facets=one.facets)
    return one


def ids(wiring: Wiring, wish: searching.Wish, **page: Any) -> list[str]:
    with wiring.desk(HTTP).read() as reading:
        return [row.id for row in searching.find(reading, wish, **page).rows]


@contextmanager
def at(wiring: Wiring, moment: datetime) -> Generator[Unit]:
    with wiring.rows.begin(HTTP.tenant, now=moment) as unit:
        yield unit


def test_all_that_is_wished_has_to_hold_and_days_are_a_stretch_of_the_order(idle: Wiring) -> None:
    verdicts = [Verdict.SOUND, Verdict.FLAWED, Verdict.REVIEW, None, None]
    for number, verdict in enumerate(verdicts):
        state = State.REPORTED if verdict else State.REFUSED if number == 3 else State.EXAMINING
        with at(idle, NOON + timedelta(days=number)) as unit:
            waybill = Expectation(tracking_number=f"SF00{number}0000123{number % 2}")
            made(unit, number, verdict=verdict, state=state, expected=waybill)
    assert ids(idle, searching.Wish()) == [f"ev_0000{n}" for n in (4, 3, 2, 1, 0)]
    for standing, number in zip(("sound", "flawed", "review", "stopped", "checking"), range(5), strict=True):
        assert ids(idle, searching.Wish(standing=Standing(standing))) == [f"ev_0000{number}"]
    assert ids(idle, searching.Wish("1230")) == ["ev_00004", "ev_00002", "ev_00000"]
    assert ids(idle, searching.Wish("1230", Standing.REVIEW)) == ["ev_00002"]
    assert ids(idle, searching.Wish("ev_00003")) == ["ev_00003"]
    assert ids(idle, searching.Wish("---")) == []
    days = searching.Wish(since=NOON + timedelta(days=1), until=NOON + timedelta(days=3))
    assert ids(idle, days) == ["ev_00002", "ev_00001"]
    with idle.desk(HTTP).read() as reading:
        first = searching.find(reading, days, limit=1)
        assert first.next is not None
        second = searching.find(reading, days, after=first.next, limit=1)
        last = searching.find(reading, days, after=second.next, limit=1) if second.next else None
    assert [row.id for row in (*first.rows, *second.rows)] == ["ev_00002", "ev_00001"]
    assert last is None or (last.rows, last.next) == ((), None)


def opened(taker: httpx.Client, **facts: Any) -> str:
    told = {"ruleset": "amazon_safet", "order_number": "113-4839204-1122", **facts}
    return str(taker.post("/v1/cases", json=told).json()["id"])


def found(taker: httpx.Client, **asked_for: str) -> list[str]:
    answer = taker.get("/v1/evidence", params=asked_for)
    assert answer.status_code == 200, answer.text
    return [each["id"] for each in answer.json()["items"]]


def test_a_file_is_found_by_the_numbers_of_its_case(taker: httpx.Client, idle: Wiring, film: Path) -> None:
    one = faces.place(idle, film, faces.report()).id
    case = opened(taker, items=[{"id": "L1", "sku": "SHOE-RED-40"}])
    assert found(taker, q="113-4839204-1122") == []
    taker.post(f"/v1/cases/{case}/exhibits", json={"evidence_id": one}).raise_for_status()
    for text in ("113-4839204-1122", "1122", "SHOE-RED-40", "shoe red", case, one, "film.mp4"):
        assert found(taker, q=text) == [one], text
    shown = taker.get("/v1/evidence", params={"q": "1122"}).json()["items"][0]["cases"]
    assert [each["id"] for each in shown] == [case]
    assert found(taker, q="1122", standing="flawed") == []
    assert found(taker, since="2999-01-01T00:00:00Z") == []
    assert found(taker, until="2999-01-01T00:00:00Z") == [one]
    assert taker.get("/v1/evidence", params={"standing": "good"}).status_code == 422
    assert taker.get("/v1/evidence", params={"since": "yesterday"}).status_code == 422
    desk = idle.desk(HTTP)
    with desk.begin() as unit:
        drop_case(desk, unit, case, Mandate(by="A", reason="over"))
    assert found(taker, q="1122") == []
    assert found(taker, q="film") == [one]


def test_files_of_before_get_their_words_and_a_second_walk_is_one_look(
    taker: httpx.Client, idle: Wiring, film: Path
) -> None:
    one = faces.place(idle, film, faces.report(Outcome.PASS)).id
    case = opened(taker)
    taker.post(f"/v1/cases/{case}/exhibits", json={"evidence_id": one}).raise_for_status()
    with idle.desk(HTTP).begin() as unit:
        row = unit.get(item.KIND, one)
        assert row is not None
        old = {name: row.body[name] for name in row.body if name not in {"cases", "codes", "still"}}
        unit.replace(item.KIND, one, old, version=row.version, facets={"state": "reported"})
        for number in range(60):
            made(unit, number)
    assert found(taker, q="1122") == []
    rewording.go_on(idle)
    assert found(taker, q="1122") == [one]
    assert found(taker, standing="sound") == [one] or found(taker, standing="review") == [one]
    with idle.desk(HTTP).read() as reading:
        again, _ = item.find(reading, one)
        before = reading.get(item.KIND, one)
    assert again.still == faces.SIX["top"] or again.still
    rewording.go_on(idle)
    with idle.desk(HTTP).read() as reading:
        assert reading.get(item.KIND, one) == before


def test_where_the_numbers_of_a_case_change_its_files_follow(idle: Wiring) -> None:
    told = {"id": "case_1", "platform": "x", "zone": "UTC", "order_number": "AAAA-1111"}
    exhibit = {
        "id": "E1",
        "evidence_id": "ev_00001",
        "digest": f"sha256:{1:064x}",
        "size": 7,
        "name": "a.mov",
        "kind": "film",
        "added_at": NOON,
    }
    before = Case.model_validate({**told, "exhibits": [exhibit]})
    after = before.model_copy(update={"order_number": "BBBB-2222"})
    with at(idle, NOON) as unit:
        made(unit, 1, cases=(CaseRef(id="case_1", order_number="AAAA-1111"),))
        searching.follow(unit, before, after)
    assert ids(idle, searching.Wish("AAAA-1111")) == []
    assert ids(idle, searching.Wish("BBBB-2222")) == ["ev_00001"]
