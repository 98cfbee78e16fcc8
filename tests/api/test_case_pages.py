"""The board and the page of a case, as a browser without scripts gets them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

HOSTILE = '"><script>alert(1)</script>'


def opened(
    client: httpx.Client, order: str, refunded: timedelta | None = None, **more: Any
) -> dict[str, Any]:
    """A case under a ruleset with a clock of thirty days from the refund on."""
    case = client.post("/v1/cases", json={"order_number": order, "ruleset": "amazon_safet", **more}).json()
    if refunded is not None:
        at = datetime.now(UTC) - refunded
        event = {"kind": "refunded", "at": at.isoformat()}
        assert client.post(case["links"]["self"] + "/events", json=event).status_code == 201
    return case


def html(client: httpx.Client, address: str, lang: str = "en", status: int = 200) -> str:
    answer = client.get(address, headers={"Accept-Language": lang})
    assert answer.status_code == status
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    return answer.text


def test_an_empty_board_says_how_to_begin(taker: httpx.Client) -> None:
    page = html(taker, "/cases")
    assert "No clock is running." in page
    assert 'href="/film"' in page
    assert "没有正在计时的期限" in html(taker, "/cases", "zh")


def test_what_runs_out_next_stands_first_with_its_case(taker: httpx.Client) -> None:
    late = opened(taker, "LATE-1", timedelta(days=40))
    soon = opened(taker, "SOON-1", timedelta(days=29))
    later = opened(taker, "LATER-1", timedelta(days=2))
    opened(taker, "STILL-1")
    page = html(taker, "/cases")
    board = page[: page.index('class="listed"')]
    places = [board.index(case["id"]) for case in (late, soon, later)]
    assert places == sorted(places)
    assert "STILL-1" not in board
    assert "STILL-1" in page
    assert re.search(r"10 d \d+ h over|9 d \d+ h over", board)
    assert re.search(r"2[78] d \d+ h left", board)


def test_a_number_leads_to_its_case_and_an_unknown_one_says_what_to_do(taker: httpx.Client) -> None:
    case = opened(taker, "111-222", tracking_number="SF1402938475610")
    for number in ("111-222", "SF1402938475610", f" {case['id']} "):
        answer = taker.get("/cases", params={"q": number})
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/cases/{case['id']}")
    assert "No case has that number" in html(taker, "/cases?q=nothing")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_case_says_what_is_missing_and_what_to_do(taker: httpx.Client, lang: str) -> None:
    case = taker.post("/v1/cases", json={"order_number": "111-222", "ruleset": "tmall"}).json()
    page = html(taker, f"/cases/{case['id']}", lang)
    told = taker.get(case["links"]["assessment"]).json()
    for each in told["requirements"]:
        assert each["title"][lang] in page
    assert ("Add the film of the opening." in page) == (lang == "en")
    assert f"/v1/cases/{case['id']}/dossier.pdf" in page
    assert f"/v1/cases/{case['id']}/bundle" not in page, "nothing was sealed"


@pytest.fixture
def twice(taker: httpx.Client, film: Path) -> dict[str, Any]:
    """A case with two films."""
    case = taker.post("/v1/cases", json={"order_number": "111-222", "ruleset": "tmall"}).json()
    for more in (b"", b"again"):
        data = film.read_bytes() + more
        sent = taker.post("/v1/evidence", files={"file": ("film.mp4", data, "video/mp4")}).json()
        told = {"evidence_id": sent["id"], "kind": "film"}
        assert taker.post(case["links"]["exhibits"], json=told).status_code == 201
    return case


def test_of_several_films_a_person_says_which_one_counts(taker: httpx.Client, twice: dict[str, Any]) -> None:
    address = f"/cases/{twice['id']}"
    assert "Which film shows the first opening?" in html(taker, address)
    told = {"exhibit": "E2", "by": "Li Wei", "key": "a" * 32}
    for _ in range(2):
        answer = taker.post(f"{address}/film", data=told)
        assert (answer.status_code, answer.headers["Location"]) == (303, address)
    case = taker.get(twice["links"]["self"]).json()
    (statement,) = case["statements"]
    assert (statement["requirement"], statement["exhibit"], statement["by"]) == ("V-05", "E2", "Li Wei")
    assert taker.get(twice["links"]["assessment"]).json()["film"] == "E2"
    assert re.search(r'value="E2" checked', html(taker, address))


@pytest.mark.parametrize("told", [{}, {"exhibit": "E2"}, {"by": "Li Wei"}, {"exhibit": "E9", "by": "Li Wei"}])
def test_a_choice_that_says_too_little_is_told_so(
    taker: httpx.Client, twice: dict[str, Any], told: dict[str, str]
) -> None:
    answer = taker.post(f"/cases/{twice['id']}/film", data=told, headers={"Accept-Language": "en"})
    assert answer.status_code == 422
    assert ("no exhibit E9" if "E9" in told.values() else "say who you are") in answer.text
    assert taker.get(twice["links"]["self"]).json()["statements"] == []


def test_where_nothing_can_be_chosen_no_choice_is_taken(taker: httpx.Client) -> None:
    case = opened(taker, "111-222")
    told = {"exhibit": "E1", "by": "Li Wei"}
    assert taker.post(f"/cases/{case['id']}/film", data=told).status_code == 422
    assert taker.post("/cases/case_none/film", data=told).status_code == 404


def test_a_site_that_is_not_ours_can_do_nothing(taker: httpx.Client) -> None:
    case = opened(taker, "111-222")
    address = f"/cases/{case['id']}/seal"
    assert (
        taker.post(
            address, data={"key": "0" * 32}, headers={"Origin": "https://elsewhere.example"}
        ).status_code
        == 403
    )


def test_what_users_wrote_is_text(taker: httpx.Client) -> None:
    case = opened(taker, HOSTILE, timedelta(days=1), tracking_number=HOSTILE)
    for address in ("/cases", f"/cases/{case['id']}", f"/cases?q={HOSTILE}&platform={HOSTILE}"):
        answer = taker.get(address, follow_redirects=True)
        assert answer.status_code == 200
        assert "<script>alert" not in answer.text


def test_looking_is_in_the_custody_log_and_an_unknown_case_is_no_page(taker: httpx.Client, idle: Any) -> None:
    case = opened(taker, "111-222")
    html(taker, f"/cases/{case['id']}")
    with idle.rows.read("default") as reading:
        events = [entry.event for entry in reading.entries(f"case/{case['id']}")]
    assert events[-1] == "assessment.viewed"
    html(taker, "/cases/case_none", status=404)
