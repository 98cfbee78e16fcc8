"""Links, decisions and outcomes on the page of a case, and the report over all of them."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest

from api import sealing
from api.caller import HTTP
from api.desk import Wiring
from api.idempotency import Claim
from tests.api.packing.stocked import stock

ENGLISH = {"Accept-Language": "en"}
HOSTILE = '"><script>alert(1)</script>'


@pytest.fixture
def case(idle: Wiring, tmp_path: Path) -> str:
    return stock(idle.desk(HTTP), tmp_path, seconds=1.0, roles=("defect_photo",))


@pytest.fixture
def sealed(idle: Wiring, case: str) -> str:
    sealing.seal(idle.desk(HTTP), case, sealing.Wish(incomplete=True), Claim(None, "", ""))
    return case


def send(client: httpx.Client, case: str, form: str, **told: Any) -> httpx.Response:
    told.setdefault("key", "k" * 32)
    return client.post(f"/cases/{case}/{form}", data=told, headers=ENGLISH)


def page(client: httpx.Client, case: str) -> str:
    return unescape(client.get(f"/cases/{case}", headers=ENGLISH).text)


# links


def test_a_link_is_told_once_opens_and_shows_who_looked_until_it_is_taken_back(
    taker: httpx.Client, sealed: str
) -> None:
    told = {"scope": ["bundle", "reports"], "days": "7", "looks": "3", "note": "Platform clerk"}
    made = send(taker, sealed, "shares", **told)
    assert made.status_code == 201
    (url,) = re.findall(r'id="link-made" readonly value="([^"]+/s/[^"]+)"', made.text)
    assert f'href="/cases/{sealed}?lang=zh"' in made.text, "the other language is that of the case"
    again = send(taker, sealed, "shares", **told)
    assert "told once" in again.text
    assert url not in again.text
    assert taker.get(url, headers={"User-Agent": "curl/8"}).status_code == 200
    shown = page(taker, sealed)
    assert url not in shown
    assert "Platform clerk" in shown
    assert "1 of 3 looks" in shown
    assert "curl" in shown[shown.index("Who looked") :]
    (revoke,) = re.findall(r'action="([^"]+/revoke)"', shown)
    for _ in range(2):
        assert taker.post(revoke, headers=ENGLISH).headers["Location"] == f"/cases/{sealed}#links"
    assert taker.get(url).status_code == 404
    assert "Was taken back" in page(taker, sealed)
    assert taker.post(f"/cases/{sealed}/shares/share_0/revoke").status_code == 404


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"scope": "bundle"},
        {"scope": "bundle", "days": "4000"},
        {"scope": "bundle", "days": "7", "looks": "0"},
        {"scope": "case", "days": "7"},
        {"days": "7"},
    ],
)
def test_a_link_that_says_too_little_is_none(taker: httpx.Client, sealed: str, told: dict[str, str]) -> None:
    answer = send(taker, sealed, "shares", **told)
    assert answer.status_code == 422
    assert "Choose what the link opens" in answer.text


def test_where_nothing_is_sealed_no_link_is_offered(taker: httpx.Client, case: str) -> None:
    assert 'id="links"' not in page(taker, case)
    assert send(taker, case, "shares", scope="bundle", days="7").status_code == 404
    assert send(taker, "case_none", "shares", scope="bundle", days="7").status_code == 404


# decisions and the end

REFUSAL = {
    "kind": "refuse",
    "reason_code": "swapped",
    "explanation": "The box held another pair.",
    "evidence": ["E1", "E2"],
    "by": "Li Wei",
    "currency": "CNY",
}


def test_a_decision_is_kept_with_who_why_and_on_which_evidence(taker: httpx.Client, case: str) -> None:
    for _ in range(2):
        answer = send(taker, case, "decisions", **REFUSAL)
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/cases/{case}#decide")
    (kept,) = taker.get(f"/v1/cases/{case}").json()["decisions"]
    assert {name: kept[name] for name in ("kind", "by", "evidence")} == {
        "kind": "refuse",
        "by": "Li Wei",
        "evidence": ["E1", "E2"],
    }
    shown = page(taker, case)
    for text in ("Refuse", "Li Wei", "The box held another pair.", "E1, E2"):
        assert text in shown[shown.index('id="decide"') :]


@pytest.mark.parametrize("lacks", ["kind", "explanation", "evidence", "by", "reason_code"])
def test_a_refusal_without_reason_evidence_or_name_is_not_written_down(
    taker: httpx.Client, case: str, lacks: str
) -> None:
    told = {name: value for name, value in REFUSAL.items() if name != lacks}
    answer = send(taker, case, "decisions", **told)
    assert answer.status_code == 422
    assert "Say what is decided, why, and who you are" in answer.text
    assert taker.get(f"/v1/cases/{case}").json()["decisions"] == []


def test_money_goes_back_with_its_sum_and_what_is_foreign_is_refused(taker: httpx.Client, case: str) -> None:
    told = {**REFUSAL, "kind": "partial_refund", "amount": "1,200.50", "currency": "cny"}
    assert send(taker, case, "decisions", **told).status_code == 303
    (kept,) = taker.get(f"/v1/cases/{case}").json()["decisions"]
    assert (kept["amount"]["value"], kept["amount"]["currency"]) == ("1200.50", "CNY")
    for more in ({"amount": ""}, {"amount": "lots"}, {"currency": "yuan"}, {"evidence": ["E9"]}):
        answer = send(taker, case, "decisions", **{**told, **more}, key=str(sorted(more)) * 2)
        assert answer.status_code in {400, 422}, more
    assert send(taker, "case_none", "decisions", **REFUSAL).status_code == 404
    assert len(taker.get(f"/v1/cases/{case}").json()["decisions"]) == 1


def test_the_outcome_is_an_event_with_its_reason_and_the_sum(taker: httpx.Client, case: str) -> None:
    told = {"kind": "won", "because": "the film was whole", "amount": "99", "currency": "CNY"}
    told |= {"at": "2026-11-25T10:30"}
    for _ in range(2):
        answer = send(taker, case, "outcome", **told)
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/cases/{case}#end")
    kept = taker.get(f"/v1/cases/{case}").json()
    (event,) = kept["events"]
    assert (event["kind"], event["because"]) == ("won", "the film was whole")
    assert event["at"] == "2026-11-25T02:30:00Z", "by the clock of the case"
    assert [(a["what"], a["value"]) for a in kept["amounts"]] == [("awarded", "99")]
    assert send(taker, case, "outcome", **{**told, "kind": "lost", "amount": "0"}, key="j" * 32).is_redirect
    shown = page(taker, case)
    shown = shown[shown.index('id="end"') :]
    assert shown.index("Lost") < shown.index("Won"), "the last one first"
    for wrong in ({"kind": "shipped"}, {"kind": ""}, {"because": " "}, {"amount": "x"}, {"at": "soon"}):
        assert send(taker, case, "outcome", **{**told, **wrong}, key="i" * 32).status_code == 422, wrong


def test_what_users_wrote_is_text_here_too(taker: httpx.Client, sealed: str) -> None:
    send(taker, sealed, "shares", scope="bundle", days="7", note=HOSTILE)
    send(taker, sealed, "decisions", **{**REFUSAL, "explanation": HOSTILE, "by": HOSTILE})
    send(taker, sealed, "outcome", kind="lost", because=HOSTILE)
    for address in (f"/cases/{sealed}", "/outcomes", f"/outcomes?platform={HOSTILE}"):
        answer = taker.get(address)
        assert answer.status_code == 200
        assert "<script>alert" not in answer.text
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]


# the report


def test_the_report_counts_by_platform_and_reason_and_draws_it(taker: httpx.Client, case: str) -> None:
    empty = taker.get("/outcomes", headers=ENGLISH)
    assert "Nobody has refused or appealed yet" in empty.text
    send(taker, case, "decisions", **REFUSAL)
    send(taker, case, "outcome", kind="won", because="the film was whole")
    for order, end in (("2", "lost"), ("3", "lost"), ("4", "")):
        other = taker.post("/v1/cases", json={"ruleset": "ebay", "order_number": order}).json()["id"]
        decision = {"kind": "appeal", "at": "2026-11-21T03:00:00Z", "by": "Wang"}
        assert taker.post(f"/v1/cases/{other}/decisions", json=decision).status_code == 201
        if end:
            send(taker, other, "outcome", kind=end, because="too late")
    page = taker.get("/outcomes", headers=ENGLISH).text
    figures = page[page.index("<tbody>") : page.index("</tbody>")]
    rows = [re.findall(r'<td class="count">([^<]*)</td>', row) for row in figures.split("<tr>")[1:]]
    assert rows == [["0", "0", "2", "1", "0 %"], ["1", "0", "0", "0", "100 %"]]
    bars = [
        [
            (tone, int(x), int(width))
            for tone, x, width in re.findall(r'<rect class="(\w+)" x="(\d+)" y="0" width="(\d+)"', bar)
        ]
        for bar in page.split("<svg")[1:]
    ]
    assert bars == [[("fail", 0, 400), ("skipped", 400, 200)], [("pass", 0, 200)]]
    assert 'aria-label="lost: 2, open: 1"' in page
    assert "too late" in page
    assert "× 2" in page
    alone = taker.get("/outcomes?platform=ebay", headers=ENGLISH).text
    assert alone.count("<svg") == 1
    assert "胜诉" in taker.get("/outcomes", headers={"Accept-Language": "zh"}).text
