"""Days off changed by a person: what a change would do is told first, then it is kept."""

from __future__ import annotations

from datetime import date
from typing import Any

import httpx
import pytest

from api.almanac import Almanac, written
from api.desk import Wiring
from claims.clocks.calendar import CalendarError, Market, Override, Table, read, shipped
from tests.api.test_editions import WORD
from tests.claims.test_revision import RULES

HOSTILE = 'x"\n[[market]]\u007f\\ 国办 \'"""'
DAY = {"market": "cn", "day": "2026-11-23", "works": False, "source": "notice 7"}


def test_what_is_written_is_read_back_whatever_people_wrote() -> None:
    table = Table(
        market=(Market(id="mars", country="", zone="UTC", known_through=2030, also=(HOSTILE, "")),),
        override=(
            Override(market="cn", day=date(2027, 2, 14), works=True, source=HOSTILE, read=date(2026, 11, 25)),
            Override(market="mars", day=date(2027, 2, 15), works=False),
        ),
    )
    assert read(written(table)) == table
    assert read(written(Table())) == Table()


def test_a_file_is_read_anew_when_it_changed_and_a_spoilt_one_is_passed_over(tmp_path: Any) -> None:
    file = tmp_path / "calendar.toml"
    almanac = Almanac(file)
    assert almanac.now() == shipped()
    file.write_text('[[override]]\nmarket = "cn"\nday = 2026-11-23\nworks = false\n')
    assert not almanac.now().of("cn").works(date(2026, 11, 23))
    file.write_text("[[override]]\n")
    assert not almanac.now().of("cn").works(date(2026, 11, 23))
    file.unlink()
    assert almanac.now().of("cn").works(date(2026, 11, 23))
    file.write_text("nothing")
    with pytest.raises(CalendarError):
        Almanac(file).now()


@pytest.fixture
def case(client: httpx.Client, wiring: Wiring) -> dict[str, Any]:
    """A case with a clock of one working day in China, from Friday on."""
    folder = wiring.settings.data / "rulesets"
    folder.mkdir(parents=True)
    text = RULES.replace('"wall_hours"\nlength = 24', '"working_days"\nlength = 1\ncalendars = ["cn"]')
    (folder / "mine.toml").write_text(text)
    made = client.post("/v1/cases", json={"order_number": "1", "ruleset": "mine"}).json()
    event = {"kind": "return_requested", "at": "2026-11-20T04:00:00Z"}
    assert client.post(f"{made['links']['self']}/events", json=event).status_code == 201
    return made


def due(client: httpx.Client, case: dict[str, Any]) -> str:
    (clock,) = client.get(case["links"]["assessment"]).json()["clocks"]
    return clock["due_at"]


def test_what_a_day_would_do_is_told_and_nothing_is_changed(
    client: httpx.Client, case: dict[str, Any]
) -> None:
    before = due(client, case)
    told = client.post("/v1/calendar/effect", json={"override": [DAY]}).json()
    (shift,) = told["shifts"]
    assert (told["looked"], shift["case_id"], shift["before"]) == (1, case["id"], before)
    assert (before[:10], shift["after"][:10]) == ("2026-11-23", "2026-11-24")
    assert due(client, case) == before


def test_what_is_kept_counts_at_once_on_the_board_too(
    client: httpx.Client, wiring: Wiring, case: dict[str, Any]
) -> None:
    kept = client.post("/v1/calendar", json={"override": [DAY], **WORD})
    assert kept.json()["added"] == ["cn 2026-11-23 off: notice 7"]
    assert due(client, case)[:10] == "2026-11-24"
    assert client.get("/v1/deadlines").json()["items"][0]["due_at"][:10] == "2026-11-24"
    (found,) = client.get("/v1/calendar").json()["override"]
    assert found == {**DAY, "read": None}
    with wiring.rows.read("default") as reading:
        (entry,) = reading.entries("calendar")
    assert entry.event == "calendar.changed"
    assert "withheld" in entry.detail["by"], "names of people stay outside the chain"
    assert client.post("/v1/calendar", json={"override": [], **WORD}).json()["removed"]
    assert due(client, case)[:10] == "2026-11-23"


def test_the_page_shows_the_effect_before_it_keeps(client: httpx.Client, case: dict[str, Any]) -> None:
    english = {"Accept-Language": "en"}
    asked = {"what": "add", "market": "cn", "day": "2026-11-23", "works": "no", "source": "<b>notice 7"}
    page = client.post("/admin/days", data=asked, headers=english)
    assert page.status_code == 200
    assert "1 clock would end at another time" in page.text
    assert case["id"] in page.text
    assert client.get("/v1/calendar").json()["override"] == []
    nobody = client.post("/admin/days", data={**asked, "step": "keep"}, headers=english)
    assert nobody.status_code == 422
    done = client.post("/admin/days", data={**asked, "step": "keep", **WORD})
    assert (done.status_code, done.headers["Location"]) == (303, "/admin/days?market=cn&done=kept")
    page = client.get("/admin/days", headers=english).text
    assert "&lt;b&gt;notice 7" in page
    gone = {"what": "remove", "market": "cn", "day": "2026-11-23", "step": "keep", **WORD}
    assert client.post("/admin/days", data=gone).status_code == 303
    assert client.get("/v1/calendar").json()["override"] == []


@pytest.mark.parametrize(
    "more", [{"day": ""}, {"day": "soon"}, {"market": "moon"}, {"market": "<b>"}, {"source": " "}]
)
def test_a_day_that_says_too_little_is_told_so(client: httpx.Client, more: dict[str, str]) -> None:
    asked = {"what": "add", "market": "cn", "day": "2026-11-23", "works": "no", "source": "notice 7"}
    answer = client.post("/admin/days", data=asked | more)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
