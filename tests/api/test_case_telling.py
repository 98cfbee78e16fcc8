"""A case opened by hand and told about on its page, as a browser without scripts does it."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import httpx
import pytest

from claims import ruleset

ENGLISH = {"Accept-Language": "en"}
KEY = "a" * 32


def page(client: httpx.Client, address: str, status: int = 200) -> str:
    answer = client.get(address, headers=ENGLISH)
    assert answer.status_code == status, answer.text[-500:]
    return unescape(answer.text)


def case_of(client: httpx.Client, **told: Any) -> dict[str, Any]:
    return client.post("/v1/cases", json={"ruleset": "tmall", "order_number": "111-222", **told}).json()


def test_every_platform_is_in_the_list_and_is_found_by_its_names(taker: httpx.Client) -> None:
    every = page(taker, "/cases/new")
    for name in ruleset.names():
        assert f"/cases/new?ruleset={name}" in every
        assert page(taker, f"/cases/new?ruleset={name}")
    found = page(taker, "/cases/new?q=天猫")
    assert "ruleset=tmall" in found
    assert "ruleset=ups" not in found
    assert "No platform of that name" in page(taker, "/cases/new?q=nowhere")
    assert "There is no such platform" in page(taker, "/cases/new?ruleset=nowhere", 404)


def test_a_case_is_opened_with_what_happened_in_the_zone_of_the_platform(taker: httpx.Client) -> None:
    told = {
        "ruleset": "amazon_safet",
        "order_number": "114-1",
        "event": "refunded",
        "event_at": "2026-11-20T10:03",
        "zone": "America/New_York",
        "value": "¥1,128.50",
        "currency": "usd",
        "key": KEY,
    }
    first, again = (taker.post("/cases/new", data=told) for _ in range(2))
    assert first.status_code == 303
    assert again.status_code == 409, "the same numbers are asked about, not opened twice"
    case = taker.get(f"/v1{first.headers['Location']}").json()
    assert case["events"][0]["at"] == "2026-11-20T15:03:00Z"
    assert case["amounts"] == [{"what": "goods", "value": "1128.50", "currency": "USD"}]
    other = taker.post("/cases/new", data=told | {"again": "1", "key": "b" * 32})
    assert other.status_code == 303
    assert other.headers["Location"] != first.headers["Location"]


@pytest.mark.parametrize(
    ("wrong", "beside", "says"),
    [
        ({"order_number": ""}, "order", "Write the order number or the waybill number."),
        ({"value": "a lot"}, "value", "Write the sum in digits"),
        ({"value": "1e400"}, "value", "Write the sum in digits"),
        ({"currency": "euros", "value": "1"}, "currency", "three letters"),
        ({"zone": "Mars"}, "zone", "There is no such time zone"),
        ({"event": "refunded", "event_at": "soon"}, "when", "Write the time as"),
        ({"event": "eaten"}, "event", "not as it should be"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(
    taker: httpx.Client, wrong: dict[str, str], beside: str, says: str
) -> None:
    told = {"ruleset": "tmall", "order_number": "1", "reason": "<b>", "event_at": "2026-11-20T10:03"} | wrong
    answer = taker.post("/cases/new", data=told, headers=ENGLISH)
    assert answer.status_code == 422
    said = re.search(rf'id="{beside}-wrong">([^<]+)', answer.text)
    assert said is not None
    assert says in said[1]
    assert "&lt;b&gt;</textarea>" in answer.text
    assert taker.get("/v1/cases").json()["items"] == []


def test_what_happened_later_starts_a_clock(taker: httpx.Client) -> None:
    case = case_of(taker, ruleset="amazon_safet")
    address = f"/cases/{case['id']}"
    told = {"kind": "refunded", "at": "2026-11-20T10:03", "note": "by hand", "key": KEY, "place": "happened"}
    for _ in range(2):
        answer = taker.post(f"{address}/happened", data=told)
        assert (answer.status_code, answer.headers["Location"]) == (303, f"{address}#happened")
    assert [e["kind"] for e in taker.get(case["links"]["self"]).json()["events"]] == ["refunded"]
    shown = page(taker, address)
    assert "by hand" in shown
    assert "/deadlines.ics" in shown
    wrong = taker.post(f"{address}/happened", data={"form": "happened", "at": "?"}, headers=ENGLISH)
    assert wrong.status_code == 422
    assert "Choose what happened." in wrong.text


def test_each_requirement_that_a_person_can_meet_has_its_form_there(taker: httpx.Client) -> None:
    """Each form in the page, filled in as its fields want it, is taken."""
    taken: set[str] = set()
    for name in ruleset.names():
        case = case_of(taker, ruleset=name)
        address = f"/cases/{case['id']}"
        forms = re.findall(
            r'<form class="form" method="post" action="([^"]+)">(.*?)</form>', page(taker, address), re.DOTALL
        )
        for number, (action, body) in enumerate(forms):
            told = filled(body) | {"key": f"{number:032d}"}
            answer = taker.post(action, data=told, headers=ENGLISH)
            assert answer.status_code == 303, (name, action, told)
            taken.add(action.rsplit("/", 1)[1])
    assert taken == {"happened", "answers", "facts", "inspected"}


_WRITTEN = {"text": "1", "datetime-local": "2026-11-20T10:03", "date": "2026-11-20"}


def filled(form: str) -> dict[str, str]:
    """The form with something in every field."""
    told = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form))
    for tag in re.findall(r"<input [^>]*>", form):
        kind, name = re.search(r'type="([^"]+)"', tag), re.search(r'name="([^"]+)"', tag)
        if kind and name and kind[1] in _WRITTEN:
            told[name[1]] = "CNY" if name[1].endswith("currency") else _WRITTEN[kind[1]]
        elif kind and name and kind[1] == "radio":
            told[name[1]] = "yes"
    for name, options in re.findall(r'<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        told[name] = next(v for v in re.findall(r'<option value="([^"]*)"', options) if v)
    return told


def test_a_word_needs_a_name_and_a_no_needs_a_reason(taker: httpx.Client) -> None:
    case = case_of(taker)
    address = f"/cases/{case['id']}/answers"
    said = {"requirement": "V-05", "answer": "no", "form": "statement-V-05", "key": KEY}
    answer = taker.post(address, data=said, headers=ENGLISH)
    assert answer.status_code == 422
    assert taker.post(address, data=said | {"by": "Li", "note": "made again"}).status_code == 303
    (statement,) = taker.get(case["links"]["self"]).json()["statements"]
    assert (statement["by"], statement["answer"], statement["note"]) == ("Li", "no", "made again")


def test_a_part_of_the_film_is_told_as_a_player_shows_it(taker: httpx.Client) -> None:
    case = case_of(taker)
    address = f"/cases/{case['id']}/answers"
    said = {"requirement": "V-04", "answer": "yes", "by": "Li", "from": "1:03", "to": "1:09.5"}
    assert taker.post(address, data=said).status_code == 303
    (statement,) = taker.get(case["links"]["self"]).json()["statements"]
    assert statement["when"] == [63.0, 69.5]
    for wrong in ({"from": "x"}, {"from": "9", "to": "3"}, {"from": "", "to": "3"}, {"from": "nan"}):
        assert taker.post(address, data=said | wrong).status_code == 422


def test_nothing_is_told_about_a_case_that_is_not_there(taker: httpx.Client) -> None:
    for part in ("happened", "answers", "facts", "inspected"):
        assert taker.post(f"/cases/case_none/{part}", data={"by": "Li"}).status_code == 404
    assert page(taker, "/cases/case_none/photos", 404)
