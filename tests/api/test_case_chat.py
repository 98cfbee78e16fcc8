"""The chat of a case, its promises, the texts that are checked, and what comes before a decision."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import httpx
import pytest

ENGLISH = {"Accept-Language": "en"}
TALK = "2026-11-20 10:03 买家: 少了一个盘子\n2026-11-20 10:20 客服: 您好，明天补寄盘子"


@pytest.fixture
def case(taker: httpx.Client) -> dict[str, Any]:
    told = {"ruleset": "temu", "order_number": "PO-1", "reason_code": "part_missing"}
    return taker.post("/v1/cases", json=told).json()


def page(client: httpx.Client, address: str, status: int = 200) -> str:
    answer = client.get(address, headers=ENGLISH)
    assert answer.status_code == status
    return unescape(answer.text)


def test_a_pasted_chat_is_read_and_its_promises_are_proposed(
    taker: httpx.Client, case: dict[str, Any]
) -> None:
    address = f"/cases/{case['id']}/chat"
    for _ in range(2):
        assert taker.post(address, data={"text": TALK, "form": "paste"}).status_code == 303
    text = page(taker, address)
    assert text.count("少了一个盘子") == 1
    assert "M2 may promise something:" in text
    assert 'value="2026-11-21T23:59"' in text
    told = {"what": "明天补寄盘子", "message": "M2", "due": "2026-11-21T23:59", "form": "promise-M2-1"}
    assert taker.post(f"/cases/{case['id']}/promised", data=told).status_code == 303
    (promise,) = taker.get(case["links"]["self"]).json()["promises"]
    assert (promise["made_at"], promise["due_at"]) == ("2026-11-20T02:20:00Z", "2026-11-21T15:59:00Z")
    text = page(taker, address)
    assert "may promise something" not in text
    assert "broken: its time is over" in text
    kept = {"promise": promise["id"], "at": "2026-11-21T10:00", "form": f"kept-{promise['id']}"}
    assert taker.post(f"/cases/{case['id']}/kept", data=kept).status_code == 303
    assert "broken" not in page(taker, address)


def test_who_spoke_is_asked_and_never_guessed(taker: httpx.Client, case: dict[str, Any]) -> None:
    address = f"/cases/{case['id']}/chat"
    told = {"text": "2026-11-20 10:03 小红: 少了\n2026-11-20 10:05 阿强: 好的", "form": "paste"}
    answer = taker.post(address, data=told, headers=ENGLISH)
    assert answer.status_code == 422
    assert "Say who 小红 is" in answer.text
    assert "小红: 少了" in answer.text, "what was pasted is still there"
    assert taker.post(address, data=told | {"buyers": "小红", "ours": "阿强、阿珍"}).status_code == 303
    speakers = [m["speaker"] for m in taker.get(case["links"]["self"]).json()["messages"]]
    assert speakers == ["buyer", "merchant"]


def test_one_message_is_entered_by_hand(taker: httpx.Client, case: dict[str, Any]) -> None:
    told = {"speaker": "merchant", "at": "2026-11-20T10:03", "text": "a\nb", "tag": "solution"}
    assert taker.post(f"/cases/{case['id']}/said", data=told).status_code == 303
    (message,) = taker.get(case["links"]["self"]).json()["messages"]
    assert (message["text"], message["tags"], message["at"]) == ("a\nb", ["solution"], "2026-11-20T02:03:00Z")
    for wrong in ({"text": ""}, {"at": "soon"}, {"speaker": "nobody"}):
        answer = taker.post(f"/cases/{case['id']}/said", data=told | {"form": "said"} | wrong)
        assert answer.status_code == 422


def test_a_text_is_checked_before_it_is_sent(taker: httpx.Client, case: dict[str, Any]) -> None:
    other = taker.post("/v1/cases", json={"ruleset": "tmall", "order_number": "1"}).json()
    address = f"/cases/{other['id']}/checked"
    text = "亲，加我微信 abc12345 补偿您"
    direct = taker.post(f"/v1/cases/{other['id']}/replies", json={"text": text}).json()
    answer = taker.post(address, data={"text": text}, headers=ENGLISH)
    assert answer.status_code == 200
    assert ("It must not be sent like this." in answer.text) == (not direct["may_be_sent"])
    for remark in direct["remarks"]:
        assert remark["title"]["en"] in unescape(answer.text)
    first = re.search(
        r'id="check-template".*?<option value="([a-z_]+)"',
        page(taker, f"/cases/{other['id']}/chat"),
        re.DOTALL,
    )
    assert first is not None
    filled = taker.post(address, data={"template": first[1]}, headers=ENGLISH)
    assert filled.status_code == 200
    assert taker.post(address, data={"template": "none"}, headers=ENGLISH).status_code == 422
    assert taker.get(other["links"]["self"]).json()["messages"] == []


def test_before_a_decision_the_page_says_what_the_other_side_will_say(
    taker: httpx.Client, case: dict[str, Any]
) -> None:
    address = f"/cases/{case['id']}/outlook"
    text = page(taker, address)
    told = taker.get(case["links"]["preflight"]).json()
    for question in told["questions"]:
        assert (question["title"]["en"] in text) == (question["standing"] != "clear")
    asked = next(q for q in told["questions"] if q["asks"])
    assert asked["asks"]["en"] in text
    said = {"requirement": asked["id"], "answer": "yes", "by": "Li", "page": "outlook", "place": "preflight"}
    answer = taker.post(f"/cases/{case['id']}/answers", data=said)
    assert answer.headers["Location"] == f"{address}#preflight"
    assert "Li said on" in page(taker, address)
    wrong = taker.post(f"/cases/{case['id']}/answers", data=said | {"by": "", "form": f"q-{asked['id']}"})
    assert wrong.status_code == 422
    assert page(taker, f"{address}?kind=appeal&evidence=E9")
    assert page(taker, "/cases/case_none/outlook", 404)


def test_the_ladder_is_climbed_step_by_step(taker: httpx.Client, case: dict[str, Any]) -> None:
    address = f"/cases/{case['id']}/outlook"
    steps = taker.get(case["links"]["settlement"]).json()["steps"]
    now = next(step for step in steps if step["place"] == "next")
    name = f"{now['ladder']}.{now['step']}"
    offer = {"step": name, "option": now["options"][0], "by": "Li", "form": f"offer-{name}"}
    assert taker.post(f"/cases/{case['id']}/offered", data=offer | {"by": ""}).status_code == 422
    assert taker.post(f"/cases/{case['id']}/offered", data=offer | {"value": "x"}).status_code == 422
    sent = offer | {"value": "12", "currency": "CNY", "key": "c" * 32}
    for _ in range(2):
        assert taker.post(f"/cases/{case['id']}/offered", data=sent).status_code == 303
    (made,) = taker.get(case["links"]["self"]).json()["offers"]
    assert made["amount"]["value"] == "12"
    assert f"What did the buyer say to {made['id']}?" in page(taker, address)
    said = {"offer": made["id"], "form": f"answer-{made['id']}"}
    assert taker.post(f"/cases/{case['id']}/replied", data=said).status_code == 422
    assert taker.post(f"/cases/{case['id']}/replied", data=said | {"answer": "declined"}).status_code == 303
    assert "The buyer declined it." in page(taker, address)


def test_each_look_at_chat_and_outlook_is_in_the_custody_log(
    taker: httpx.Client, idle: Any, case: Any
) -> None:
    page(taker, f"/cases/{case['id']}/chat")
    page(taker, f"/cases/{case['id']}/outlook")
    with idle.rows.read("default") as reading:
        events = [entry.event for entry in reading.entries(f"case/{case['id']}")]
    assert events[-3:] == ["chat.viewed", "preflight.viewed", "settlement.viewed"]
