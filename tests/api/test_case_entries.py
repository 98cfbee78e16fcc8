"""What a case says, written on its page as a browser without scripts does it: goods, parcels, terms."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape
from itertools import product
from typing import Any, cast, get_args

import httpx
import pytest

from api.custody import sentence
from api.desk import Wiring
from api.pages.case_forms import OF_CASE, OF_PARCEL, forms
from api.pages.sheets import OF_FACT, SHEETS, Sheet
from api.words import words
from claims import ruleset
from claims.assess import assess
from claims.assessment import Met
from claims.case import Case, SubCase
from claims.vocabulary.reason import ReasonClass
from claims.vocabulary.requirement import FieldName
from tests.api.test_case_telling import ENGLISH, KEY, case_of, filled, page

FORM = r'<form class="form filling"[^>]* action="([^"]+)"[^>]*>(.*?)</form>'


def opened(client: httpx.Client, case: dict[str, Any], form: str) -> dict[str, str]:
    """What stands in the form of that name, by field."""
    shown = page(client, f"/cases/{case['id']}?fill={form}")
    found = re.search(FORM, shown, re.DOTALL)
    assert found, form
    told = dict(re.findall(r'<input [^>]*name="([^"]+)"[^>]* value="([^"]*)"', found[2]))
    told |= dict(re.findall(r'<textarea [^>]*name="([^"]+)"[^>]*>([^<]*)</textarea>', found[2]))
    for name, options in re.findall(r'<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>', found[2], re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        told[name] = chosen[1] if chosen else ""
    return {name: unescape(value) for name, value in told.items()}


def sent(client: httpx.Client, case: dict[str, Any], form: str, **told: str) -> httpx.Response:
    return client.post(
        f"/cases/{case['id']}/entries", data=opened(client, case, form) | told, headers=ENGLISH
    )


def held(client: httpx.Client, case: dict[str, Any]) -> dict[str, Any]:
    return client.get(f"/v1/cases/{case['id']}").json()


def test_goods_are_written_down_and_changed(taker: httpx.Client) -> None:
    case = case_of(taker)
    told = {
        "title": "Cup <b>",
        "sku": "A-1",
        "quantity": "2",
        "serial": "S1, S2",
        "category": "electronics",
        "price": "¥1,128.50",
        "price_currency": "cny",
        "best_before": "2027-01-31",
        "perishable": "yes",
        "key": KEY,
    }
    for _ in range(2):
        answer = sent(taker, case, "goods-new", **told)
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/cases/{case['id']}#goods")
    (item,) = held(taker, case)["items"]
    assert item["price"] == {"what": "price", "value": "1128.50", "currency": "CNY"}
    assert (item["serial"], item["quantity"], item["perishable"]) == ("S1, S2", 2, True)
    assert "Cup &lt;b&gt;" in taker.get(f"/cases/{case['id']}", headers=ENGLISH).text
    assert sent(taker, case, "goods-L1", serial="", quantity="3").status_code == 303
    (changed,) = held(taker, case)["items"]
    assert changed == item | {"serial": "", "quantity": 3}, "what was not touched is as it was"


def test_a_parcel_is_written_down_with_what_happened_to_it(taker: httpx.Client) -> None:
    case = case_of(taker, zone="Asia/Shanghai")
    told = {
        "tracking_number": "SF1",
        "carrier": "SF",
        "weight": "1.25 kg",
        "packed_weight": "1300",
        "insured": "no",
        "return_delivered": "2026-11-20T10:03",
        "opened": "2026-11-20T12:00",
    }
    assert sent(taker, case, "parcel-return", **told).status_code == 303
    now = held(taker, case)
    (parcel,) = now["parcels"]
    assert (parcel["direction"], parcel["weight"], parcel["packed_weight"]) == ("return", 1250, 1300)
    assert parcel["insured"] is False
    assert now["tracking_number"] == "SF1", "the film is held against it"
    assert [(e["kind"], e["at"]) for e in now["events"]] == [
        ("return_delivered", "2026-11-20T02:03:00Z"),
        ("opened", "2026-11-20T04:00:00Z"),
    ]
    assert sent(taker, case, "parcel-P1", opened="2026-11-20T12:30").status_code == 303
    assert [e["kind"] for e in held(taker, case)["events"]] == ["return_delivered", "opened", "opened"]
    emptied = sent(taker, case, "parcel-P1", opened="")
    assert emptied.status_code == 422
    assert "What was recorded stays in the log" in emptied.text


@pytest.mark.parametrize(
    ("form", "wrong", "says"),
    [
        ("goods-new", {"quantity": "two"}, "Write a whole number from 0 to 100000."),
        ("goods-new", {"quantity": ""}, "This is needed"),
        ("goods-new", {"price": "much"}, "Write the sum in digits"),
        ("goods-new", {"price": "1", "price_currency": "euro"}, "three letters"),
        ("goods-new", {"best_before": "soon"}, "Write the day as"),
        ("goods-new", {"best_before": "0001-01-01"}, "That year cannot be right"),
        ("goods-new", {"sku": "x" * 513}, "at most 512 characters"),
        ("parcel-outbound", {"weight": "heavy"}, "Write the weight in grams"),
        ("parcel-outbound", {"weight": "0"}, "Write the weight in grams"),
        ("parcel-outbound", {"delivered": "then"}, "Write the time as"),
        ("parcel-new", {"direction": "up"}, "Choose one of these."),
        ("parcel-outbound", {"insured": "perhaps"}, "Choose yes or no."),
        ("ticket-new", {"id": "../1", "reason": "other", "stage": "after_sale"}, "letters, digits"),
        ("case", {"priority": "10"}, "not as it should be"),
        ("case", {"reason_code": "odd"}, "This platform knows no odd"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(
    taker: httpx.Client, form: str, wrong: dict[str, str], says: str
) -> None:
    case = case_of(taker)
    before = held(taker, case)
    answer = sent(
        taker, case, form, carrier="<i>", note="<i>", title="<i>", status="<i>", site="<i>", **wrong
    )
    assert answer.status_code == 422
    assert says in unescape(answer.text)
    assert 'value="&lt;i&gt;"' in answer.text
    assert held(taker, case) == before


def test_what_somebody_else_changed_is_not_overwritten_unseen(taker: httpx.Client) -> None:
    case = case_of(taker)
    mine = opened(taker, case, "terms") | {"warranty_scope": "mine"}
    assert sent(taker, case, "terms", warranty_scope="theirs").status_code == 303
    answer = taker.post(f"/cases/{case['id']}/entries", data=mine, headers=ENGLISH)
    assert answer.status_code == 422
    assert "Somebody changed this meanwhile" in answer.text
    assert "theirs" in answer.text
    assert 'value="mine"' in answer.text
    again = dict(re.findall(r'name="(seen|key)" value="([^"]+)"', re.search(FORM, answer.text, re.DOTALL)[0]))  # type: ignore[index]
    assert taker.post(f"/cases/{case['id']}/entries", data=mine | again).status_code == 303
    assert held(taker, case)["terms"]["warranty_scope"] == "mine"


def test_numbers_sums_terms_tickets_and_clocks(taker: httpx.Client) -> None:
    case = case_of(taker, ruleset="temu", amounts=[{"what": "own", "value": "1", "currency": "CNY"}])
    assert sent(taker, case, "case", order_number="9", site="us", priority="3").status_code == 303
    assert sent(taker, case, "sums", goods="128.50", refund="10").status_code == 303
    terms = {"liable": "carrier", "subsidy": "yes", "warranty_until": "2027-01-01", "listing": "as new"}
    assert sent(taker, case, "terms", **terms).status_code == 303
    ticket = {"id": "WO1", "reason": "reship", "stage": "after_sale"}
    assert sent(taker, case, "ticket-new", **ticket).status_code == 303
    twice = sent(taker, case, "ticket-new", **ticket)
    assert "There is a work order of that number already" in twice.text
    assert sent(taker, case, "ticket-WO1", result="resent").status_code == 303
    clock = next(each["id"] for each in taker.get(case["links"]["deadlines"]).json()["clocks"])
    assert sent(taker, case, "countdown", clock=clock, due_at="2026-12-01T10:00").status_code == 303
    now = held(taker, case)
    assert (now["order_number"], now["site"], now["priority"]) == ("9", "us", 3)
    assert {each["what"]: each["value"] for each in now["amounts"]} == {
        "own": "1",
        "goods": "128.50",
        "refund": "10",
    }
    assert (now["terms"]["liable"], now["terms"]["subsidy"]) == ("carrier", True)
    assert [(t["id"], t["result"]) for t in now["tickets"]] == [("WO1", "resent")]
    assert now["shown"][0]["clock"] == clock


def test_a_sub_case_is_begun_answered_and_ended(taker: httpx.Client) -> None:
    case = case_of(
        taker,
        ruleset="temu",
        tickets=[{"id": "WO1", "reason": "reship", "created_at": "2026-11-20T10:00:00Z"}],
    )
    shown = page(taker, f"/cases/{case['id']}")
    assert "Ticket WO1 asks for a replacement." in shown
    wanting = re.search(r'<form class="wanting".*?</form>', shown, re.DOTALL)
    assert wanting
    told = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', wanting[0]))
    for _ in range(2):
        assert taker.post(f"/cases/{case['id']}/entries", data=told).status_code == 303
    (sub,) = held(taker, case)["subcases"]
    assert (sub["procedure"], sub["ticket"]) == ("reship_ticket", "WO1")
    judged = taker.get(case["links"]["assessment"]).json()["beside"]
    open_ones = [each["id"] for each in judged if each["answer"] != "yes"]
    assert open_ones
    for _ in range(len(open_ones)):
        shown = page(taker, f"/cases/{case['id']}")
        part = shown[shown.index('id="beside-S1"') :]
        for action, body in re.findall(
            r'<form class="form" method="post" action="([^"]+)">(.*?)</form>', part, re.DOTALL
        ):
            if 'name="about" value="S1"' in body:
                assert taker.post(action, data=filled(body), headers=ENGLISH).status_code == 303
                break
    assert any(each["about"] == "S1" for each in held(taker, case)["events"])
    assert sent(taker, case, "ended-S1", note="sent").status_code == 303
    assert held(taker, case)["subcases"][0]["closed_at"]
    assert "fill=ended-S1" not in page(taker, f"/cases/{case['id']}")
    assert sent(taker, case, "beside-new", procedure="carrier_claim").status_code == 303


def test_who_changed_what_from_what_is_in_the_log(taker: httpx.Client, idle: Wiring) -> None:
    case = case_of(taker)
    assert "Nobody has changed anything" in page(taker, f"/cases/{case['id']}?fill=log")
    sent(taker, case, "parcel-outbound", carrier="SF", by="Wang")
    sent(taker, case, "parcel-P1", carrier="YTO", signed_by="Li", by="Zhao")
    taker.patch(f"/v1/cases/{case['id']}", json={"priority": 4})
    shown = page(taker, f"/cases/{case['id']}?fill=log")
    log = shown[shown.index('id="log"') :]
    assert re.search(r"Zhao · over the web.*Carrier: <del>SF</del> → <ins>YTO</ins>", log, re.DOTALL)
    assert re.search(r"Priority, 0 to 9: <del>0</del> → <ins>4</ins>", log)
    assert log.index("Zhao") < log.index("Wang")
    with idle.rows.read("default") as reading:
        entries = reading.entries(f"case/{case['id']}")
    assert sum("changed" in entry.detail for entry in entries) == 3
    for entry in entries:
        assert sentence(entry.event)
        assert "YTO" not in str(entry.detail), (
            "what people wrote stays outside the chain, where it can be erased"
        )
        assert "Li" not in str(entry.detail)


def test_a_case_is_closed_and_opened_again(taker: httpx.Client) -> None:
    case = case_of(taker)
    early = sent(taker, case, "closing")
    assert "The case has no outcome yet" in early.text
    taker.post(case["links"]["self"] + "/events", json={"kind": "refunded", "at": "2026-11-20T10:00:00Z"})
    assert sent(taker, case, "closing").status_code == 303
    shown = page(taker, f"/cases/{case['id']}")
    assert "The case is closed." in shown
    form = re.search(
        r'<form class="actions" method="post" action="([^"]+/happened)">(.*?)</form>', shown, re.DOTALL
    )
    assert form
    told = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form[2]))
    assert taker.post(form[1], data=told).status_code == 303
    assert "The case is closed." not in page(taker, f"/cases/{case['id']}")


def test_every_fact_that_a_requirement_lacks_is_one_press_away(taker: httpx.Client) -> None:
    """Each link below a requirement opens its form at that field, and the form filled in is taken."""
    followed: set[str] = set()
    for name in ruleset.names():
        case = case_of(taker, ruleset=name)
        shown = page(taker, f"/cases/{case['id']}")
        for form, back, place in set(re.findall(r'\?fill=([^&"#]+)&back=([^"#]+)#([^"]+)"', shown)):
            opens = page(taker, f"/cases/{case['id']}?fill={form}&back={back}")
            assert f'id="{place}"' in opens, (name, form, place)
            found = re.search(FORM, opens, re.DOTALL)
            assert found
            if place.endswith("-shop"):
                continue  # there is none yet, and the form says so
            answer = taker.post(found[1], data=filled(found[2]), headers=ENGLISH)
            assert answer.status_code == 303, (name, form, answer.text[-3000:])
            assert answer.headers["Location"].endswith(f"#{back}")
            followed.add(form.partition("-")[0])
    assert followed >= {"goods", "parcel"}


def test_nothing_that_is_lacking_is_without_something_to_press() -> None:
    """In every procedure and class of every shipped ruleset, for a case that says nothing."""
    now = datetime(2026, 11, 27, tzinfo=UTC)
    for name in ruleset.names():
        rules = ruleset.load(name).rules
        beside = [p.id for p in rules.procedure if p.beside]
        subs = tuple(SubCase(id=f"S{n}", procedure=each, opened_at=now) for n, each in enumerate(beside))
        mains = [p.id for p in rules.procedure if not p.beside] or [""]
        for main, base in product(mains, ("", *ReasonClass)):
            case = Case(
                id="c", platform=name, zone="UTC", procedure=main, reason_class=str(base), subcases=subs
            )
            found = assess(case, rules, {}, now)
            for about in ("", *(sub.id for sub in subs)):
                judged = [j for j in (*found.requirements, *found.beside) if j.about == about]
                asks = forms(rules, case, judged, words("en"))
                lacking = {j.id for j in judged if j.answer is not Met.YES}
                assert lacking <= set(asks), (name, main, base, about)
                assert len({ask.id for each in asks.values() for ask in each if ask.kind != "link"}) == sum(
                    ask.kind != "link" for each in asks.values() for ask in each
                )


def test_every_fact_that_rules_can_ask_for_has_its_field() -> None:
    for fact in get_args(FieldName):
        sheet, _, field = OF_FACT.get(fact, "").partition(".")
        here = fact in {*OF_CASE, *OF_PARCEL}
        assert here or field in {each.name for each in SHEETS[cast("Sheet", sheet)]}, fact


def test_a_form_that_is_not_there_opens_nothing(taker: httpx.Client) -> None:
    case = case_of(taker)
    for form in ("goods-L9", "nothing", "terms-x", "ended-S1", "file-E1", "<b>"):
        assert not re.search(FORM, page(taker, f"/cases/{case['id']}?fill={form}"), re.DOTALL)
        told = {"form": form, "key": KEY}
        answer = taker.post(f"/cases/{case['id']}/entries", data=told, headers=ENGLISH)
        assert answer.status_code == 422
    assert taker.post("/cases/case_none/entries", data={"form": "terms", "key": KEY}).status_code == 404
