"""The list of evidence as a page: filters, empty states, pages by cursor, pictures."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from api import item
from api.caller import HTTP
from api.desk import Wiring
from api.item import Item
from evidence.model import Outcome
from tests.api import made_faces as faces

ENGLISH = {"Accept-Language": "en"}


def read(taker: httpx.Client, path: str) -> str:
    answer = taker.get(path, headers=ENGLISH)
    assert answer.status_code == 200
    return answer.text


def many(idle: Wiring, count: int) -> None:
    for number in range(count):
        at = datetime(2026, 11, 1, 12, tzinfo=UTC) + timedelta(days=number)
        one = Item(
            id=f"ev_{number:03}",
            digest=f"sha256:{number:064x}",
            size=7,
            name=f"<b>IMG_{number}.MOV",
            kind="video",
            profile="unboxing",
            received_at=at,
        )
        with idle.rows.begin(HTTP.tenant, now=at) as unit:
            unit.add(item.KIND, one.id, one.body(), facets=one.facets)


def test_an_empty_list_says_how_to_fill_it(taker: httpx.Client) -> None:
    page = read(taker, "/evidence")
    assert "Nothing has been sent yet." in page
    assert 'href="/film"' in page
    assert '<a href="/evidence" aria-current="page">Evidence</a>' in page
    assert 'href="/verify"' in page
    assert "Nothing fits that." in read(taker, "/evidence?q=SF1")


def test_pages_lead_to_each_other_and_keep_what_was_asked(taker: httpx.Client, idle: Wiring) -> None:
    many(idle, 35)
    first = read(taker, "/evidence?q=img&standing=checking")
    assert first.count("Being checked</span>") == 30
    assert "&lt;b&gt;IMG_34.MOV" in first
    older = first.split('" rel="next"')[0].rpartition('href="')[2].replace("&amp;", "&")
    second = read(taker, older)
    assert second.count("Being checked</span>") == 5
    assert 'href="/evidence?q=img&amp;standing=checking">Back to the newest' in second


def test_days_are_those_of_the_reader_and_nonsense_filters_nothing(taker: httpx.Client, idle: Wiring) -> None:
    many(idle, 3)
    assert read(taker, "/evidence?since=2026-11-02&until=2026-11-02").count("/evidence/ev_") == 1
    edge = datetime(2026, 11, 9, 17, tzinfo=UTC)  # it is the tenth in China already
    with idle.rows.begin(HTTP.tenant, now=edge) as unit:
        unit.add(item.KIND, "ev_edge", Item(**_plain("ev_edge", edge)).body(), facets={})
    assert "ev_edge" in read(taker, "/evidence?since=2026-11-09&until=2026-11-09")
    chinese = taker.get("/evidence?since=2026-11-10&until=2026-11-10&lang=zh").text
    assert "ev_edge" in chinese
    for odd in ("since=yesterday", "standing=good", "after=nothing", "until=9999-12-31", "since=0001-01-01"):
        assert read(taker, f"/evidence?{odd}&lang=en").count('class="told"') == 4, odd


def _plain(name: str, at: datetime) -> dict[str, Any]:
    return {
        "id": name,
        "digest": f"sha256:{9:064x}",
        "size": 7,
        "name": "a.mov",
        "kind": "video",
        "profile": "unboxing",
        "received_at": at,
    }


@pytest.mark.parametrize("outcome", [Outcome.PASS, Outcome.FAIL])
def test_a_picture_is_a_look_that_is_noted_once(
    taker: httpx.Client, idle: Wiring, film: Path, outcome: Outcome
) -> None:
    one = faces.place(idle, film, faces.report(outcome))
    desk = idle.desk(HTTP)
    assert taker.get(f"/evidence/{one.id}/picture").status_code == 404
    with desk.begin() as unit:
        found, row = item.find(unit, one.id)
        changed = found.model_copy(update={"still": faces.SIX["top"]})
        unit.replace(item.KIND, one.id, changed.body(), version=row.version)
    assert f'src="/evidence/{one.id}/picture"' in read(taker, "/evidence")
    for _ in range(3):
        answer = taker.get(f"/evidence/{one.id}/picture")
        assert answer.content == faces.picture(1)
        assert answer.headers["cache-control"].startswith("private")
        assert "sandbox" in answer.headers["content-security-policy"]
    with desk.read() as reading:
        events = [each.event for each in reading.entries(one.stream)]
    assert events.count("still.viewed") == 1
    assert taker.get("/evidence/ev_none/picture").status_code == 404
