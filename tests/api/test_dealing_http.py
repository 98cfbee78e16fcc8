from __future__ import annotations

from typing import Any

import httpx
import pytest

Sent = dict[str, Any]


@pytest.fixture
def temu(client: httpx.Client) -> str:
    """The address of a case on Temu in which a plate is missing."""
    body = {"ruleset": "temu", "order_number": "PO-17", "site": "us", "reason_code": "item_missing"}
    answer = client.post("/v1/cases", json=body)
    assert answer.status_code == 201
    return answer.json()["links"]["self"]


@pytest.fixture
def tmall(client: httpx.Client) -> str:
    body = {"order_number": "17", "procedure": "return_refund", "reason_code": "quality"}
    return client.post("/v1/cases", json=body).json()["links"]["self"]


PARTS: list[tuple[str, Sent]] = [
    ("items", {"sku": "PLATE-6", "quantity": 6}),
    ("parcels", {"direction": "outbound", "carrier": "USPS", "tracking_number": "94"}),
    ("tickets", {"id": "WO1", "reason": "reship", "created_at": "2026-11-20T10:00:00Z"}),
    ("promises", {"what": "a plate", "where": "chat", "made_at": "2026-11-20T10:00:00Z"}),
    ("inspections", {"at": "2026-11-20T10:00:00Z", "by": "Wang", "complete": False}),
    ("offers", {"step": "choice", "option": "coupon", "at": "2026-11-20T10:00:00Z", "by": "Wang"}),
    ("decisions", {"kind": "reship", "at": "2026-11-20T10:00:00Z", "by": "Wang"}),
    ("subcases", {"procedure": "reship_ticket", "opened_at": "2026-11-20T10:00:00Z", "ticket": "WO1"}),
]


@pytest.mark.parametrize(("kind", "body"), PARTS)
def test_a_part_is_put_in_and_mended_under_its_id(
    client: httpx.Client, temu: str, kind: str, body: Sent
) -> None:
    answer = client.post(f"{temu}/{kind}", json=body)
    assert answer.status_code == 201, answer.text
    part = answer.json()[kind][-1]
    again = client.post(f"{temu}/{kind}", json={**body, "id": part["id"]})
    assert [each["id"] for each in again.json()[kind]] == [part["id"]]


def test_a_part_sent_twice_is_there_once(client: httpx.Client, temu: str) -> None:
    headers = {"Idempotency-Key": "one"}
    first, second = (client.post(f"{temu}/items", json={"sku": "A"}, headers=headers) for _ in range(2))
    assert first.json() == second.json()
    assert len(client.get(temu).json()["items"]) == 1


def test_a_reship_ticket_starts_its_clocks_and_the_address_goes_first(
    client: httpx.Client, temu: str
) -> None:
    client.post(f"{temu}/tickets", json=PARTS[2][1])
    clocks = {c["id"]: c for c in client.get(f"{temu}/deadlines").json()["clocks"]}
    assert clocks["reship_address"]["due_at"] == "2026-11-22T10:00:00Z"
    assert clocks["work_order"]["rivals"] == ["work_order_hours"]
    assert clocks["work_order_hours"]["alarm"]
    missing = client.get(f"{temu}/settlement").json()["missing"]
    assert [(m["procedure"], m["ticket"]) for m in missing] == [("reship_ticket", "WO1")]


def test_the_platform_s_own_countdown_wins(client: httpx.Client, temu: str) -> None:
    client.post(f"{temu}/tickets", json=PARTS[2][1])
    shown = {
        "clock": "work_order_hours",
        "about": "WO1",
        "due_at": "2026-11-21T04:00:00Z",
        "seen_at": "2026-11-20T11:00:00Z",
    }
    assert client.post(f"{temu}/countdowns", json=shown).status_code == 201
    clocks = {c["id"]: c for c in client.get(f"{temu}/deadlines").json()["clocks"]}
    assert clocks["work_order_hours"]["due_at"] == "2026-11-21T04:00:00Z"
    assert clocks["work_order_hours"]["due_from"] == "platform"
    assert client.post(f"{temu}/countdowns", json={**shown, "clock": "nonsense"}).status_code == 422


def test_a_chat_is_imported_once_and_what_it_promises_is_proposed(client: httpx.Client, temu: str) -> None:
    text = "2026-11-20 10:03 buyer: 少了一个盘子\n2026-11-20 10:20 merchant: 您好，明天补寄"
    for _ in range(2):
        answer = client.post(f"{temu}/messages", json={"text": text})
        assert answer.status_code == 201
        assert answer.json()["messages"] == 2
    proposal = answer.json()["proposals"][0]
    assert (proposal["message"], proposal["due_at"]) == ("M2", "2026-11-21T15:59:00Z")
    promised = {
        "what": proposal["text"],
        "where": "chat",
        "made_at": "2026-11-20T02:20:00Z",
        "due_at": proposal["due_at"],
        "message": "M2",
    }
    made = client.post(f"{temu}/promises", json=promised).json()["promises"][0]["id"]
    assert client.get(f"{temu}/messages").json()["proposals"] == []
    kept = client.post(f"{temu}/promises/{made}/kept", json={"at": "2026-11-21T10:00:00Z"})
    assert kept.json()["promises"][0]["kept_at"] == "2026-11-21T10:00:00Z"
    assert client.post(f"{temu}/messages", json={"text": "nothing"}).status_code == 422


def test_offers_go_step_by_step_and_are_answered_once(client: httpx.Client, tmall: str) -> None:
    at = {"at": "2026-11-20T10:00:00Z", "by": "Wang"}
    early = client.post(f"{tmall}/offers", json={"step": "exchange", "option": "exchange", **at})
    assert (early.status_code, early.json()["type"]) == (422, "urn:sixface:problem:unfit")
    made = client.post(f"{tmall}/offers", json={"step": "compensate", "option": "money", **at})
    offer = made.json()["offers"][0]["id"]
    answer = {"answer": "declined", "at": "2026-11-20T11:00:00Z"}
    assert client.post(f"{tmall}/offers/{offer}/answer", json=answer).status_code == 201
    assert client.post(f"{tmall}/offers/{offer}/answer", json=answer).status_code == 422
    next_one = client.post(f"{tmall}/offers", json={"step": "exchange", "option": "exchange", **at})
    assert next_one.status_code == 201


def test_a_decision_over_the_limit_or_on_a_losing_ground_is_refused(client: httpx.Client, tmall: str) -> None:
    limits = {"id": "s", "limits": [{"role": "clerk", "currency": "CNY", "most": "10"}]}
    assert client.patch(tmall, json={"shop": limits}).status_code == 200
    give = {
        "kind": "compensate",
        "at": "2026-11-20T10:00:00Z",
        "by": "Wang",
        "role": "clerk",
        "amount": {"what": "refund", "value": "10.01", "currency": "CNY"},
    }
    assert client.post(f"{tmall}/decisions", json=give).status_code == 422
    give["amount"] = {"what": "refund", "value": "10", "currency": "CNY"}
    assert client.post(f"{tmall}/decisions", json=give).status_code == 201
    refuse = {
        "kind": "refuse",
        "at": "2026-11-20T10:00:00Z",
        "by": "Wang",
        "ground": "resale_affected",
        "evidence": ["E1"],
    }
    told = client.post(f"{tmall}/decisions", json=refuse, headers={"Accept-Language": "zh"})
    assert told.status_code == 422
    assert "质量" in told.json()["detail"]


def test_the_pre_flight_is_told_before_anything_is_sent(client: httpx.Client, tmall: str) -> None:
    asked = client.post(f"{tmall}/preflight", json={"kind": "refuse", "ground": "resale_affected"}).json()
    assert asked["course"] == "settle"
    applying = [q["id"] for q in asked["questions"] if q["standing"] == "applies"]
    assert "AF-25" in applying
    assert client.get(f"{tmall}/preflight").json()["ground"] == ""
    assert client.get("/v1/cases/case_none/preflight").status_code == 404


def test_what_is_said_about_a_case_can_be_changed_but_not_over_another_s_change(
    client: httpx.Client, temu: str
) -> None:
    tag = client.get(temu).headers["ETag"]
    first = client.patch(temu, json={"reason_code": "part_missing"}, headers={"If-Match": tag})
    assert first.json()["reason_code"] == "part_missing"
    late = client.patch(temu, json={"reason_code": "wrong_size"}, headers={"If-Match": tag})
    assert late.status_code == 409
    assert client.patch(temu, json={"reason_code": "nonsense"}).status_code == 422
    assert client.patch(temu, json={"procedure": "reship_ticket"}).status_code == 422
    assert client.patch(temu, json={"platform": "other"}).status_code == 422


def test_a_text_is_checked_before_it_is_sent(client: httpx.Client, temu: str) -> None:
    def checked(**body: Any) -> Sent:
        answer = client.post(f"{temu}/replies", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    blank = checked(template="missing_part")
    assert not blank["may_be_sent"]
    assert set(blank["missing"]) == {"ship_by", "waybill", "item"}
    full = checked(
        template="missing_part", values={"ship_by": "11月24日", "waybill": "SF1", "item": "一个盘子"}
    )
    assert full["may_be_sent"]
    assert full["solution"]
    assert "PO-17" in full["text"]
    assert not checked(text="我们会在下单后XXX个工作日内发货")["may_be_sent"]
    assert client.post(f"{temu}/replies", json={"template": "none"}).status_code == 422
    assert "missing_part" in {t["id"] for t in client.get(f"{temu}/templates").json()["items"]}


def test_a_case_is_closed_with_an_outcome_and_no_promise_open(client: httpx.Client, temu: str) -> None:
    end = {"at": "2026-11-25T10:00:00Z"}
    assert client.post(f"{temu}/close", json=end).status_code == 422
    client.post(f"{temu}/subcases", json={**PARTS[7][1], "ticket": ""})
    client.post(f"{temu}/events", json={"kind": "settled", "at": "2026-11-24T10:00:00Z"})
    assert client.post(f"{temu}/close", json=end).status_code == 422
    assert client.post(f"{temu}/subcases/S1/close", json=end).status_code == 201
    assert client.post(f"{temu}/close", json=end).status_code == 201
    assert client.get("/v1/deadlines").json()["counts"]["total"] == 0


def test_a_shop_is_kept_and_copied_into_its_cases(client: httpx.Client) -> None:
    shop = {"id": "temu-us", "site": "us", "self_reception": "locked_on", "return_address": "1 Main St"}
    assert client.post("/v1/shops", json=shop).status_code == 201
    off = client.post("/v1/shops", json={**shop, "self_reception": "off"})
    assert (off.status_code, off.json()["type"]) == (422, "urn:sixface:problem:locked")
    case = client.post("/v1/cases", json={"ruleset": "temu", "shop_id": "temu-us"}).json()
    assert case["shop"]["return_address"] == "1 Main St"
    assert client.post("/v1/shops", json={**shop, "return_address": "2 Main St"}).status_code == 200
    assert client.get(case["links"]["self"]).json()["shop"]["return_address"] == "1 Main St"
    assert client.get("/v1/shops/temu-us").json()["return_address"] == "2 Main St"
    assert client.get("/v1/shops/none").status_code == 404
    assert client.post("/v1/cases", json={"shop_id": "none"}).status_code == 404
    assert len(client.get("/v1/shops").json()["items"]) == 1


def test_cases_are_counted(client: httpx.Client, temu: str, tmall: str) -> None:
    assert temu != tmall
    found = client.get("/v1/tally", params={"below": "20"}).json()
    assert found["tally"]["cases"] == 2
    assert {c["name"] for c in found["tally"]["platforms"]} == {"temu", "tmall"}
    assert found["coverable"]["by_hand"] == 0


def test_every_ruleset_opens_a_case_and_answers_everything(client: httpx.Client) -> None:
    for ruleset in (each["name"] for each in client.get("/v1/rulesets").json()["items"]):
        own = client.post("/v1/cases", json={"ruleset": ruleset}).json()["links"]
        for link in ("assessment", "preflight", "settlement", "deadlines"):
            assert client.get(own[link]).status_code == 200, (ruleset, link)


def test_every_part_has_an_example_that_is_one(client: httpx.Client, temu: str, tmall: str) -> None:
    described = client.get("/openapi.json").json()["paths"]
    for kind in ("items", "parcels", "tickets", "promises", "inspections", "subcases"):
        schema = described[f"/v1/cases/{{case_id}}/{kind}"]["post"]["requestBody"]["content"]
        example = schema["application/json"]["schema"]["examples"][0]
        assert client.post(f"{temu}/{kind}", json=example).status_code == 201, kind
    offer = described["/v1/cases/{case_id}/offers"]["post"]["requestBody"]["content"]["application/json"]
    assert client.post(f"{tmall}/offers", json=offer["schema"]["examples"][0]).status_code == 201


def test_a_carrier_claim_is_entered_beside_damage_on_the_way(client: httpx.Client, temu: str) -> None:
    body = {"ruleset": "temu", "reason_code": "transit_damage"}
    made = client.post("/v1/cases", json=body).json()
    assert [s["procedure"] for s in made["subcases"]] == ["carrier_claim"]
    assert client.get(temu).json()["subcases"] == []
    later = client.patch(temu, json={"reason_code": "transit_damage"}).json()
    assert [s["procedure"] for s in later["subcases"]] == ["carrier_claim"]


def test_what_is_not_met_is_said_in_words_and_losses_are_counted(client: httpx.Client) -> None:
    body = {"procedure": "refuse_return", "reason_code": "swapped_item"}
    tmall = client.post("/v1/cases", json=body).json()["links"]["self"]
    found = client.get(f"{tmall}/preflight").json()
    assert {each["id"] for each in found["wanted"]} == set(found["unmet"])
    assert all(each["asks"] for each in found["wanted"])
    appeal = {"kind": "appeal", "at": "2026-11-20T10:00:00Z", "by": "Wang"}
    warned = client.post(f"{tmall}/decisions", json=appeal).json()["decisions"][0]["warnings"]
    assert warned
    client.post(f"{tmall}/events", json={"kind": "lost", "at": "2026-11-21T10:00:00Z"})
    told = client.get("/v1/outcomes", params={"platform": "tmall"}).json()
    assert told["argued"] == 1
    assert {row["warning"] for row in told["warnings"] if row["lost"]} == set(warned)
    assert all(row["title"]["zh"] for row in told["warnings"])
    assert client.get("/v1/outcomes", params={"platform": "temu"}).json()["argued"] == 0
