from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from tests.api.conftest import Run
from tests.api.test_cli import one_sentence


@pytest.fixture
def temu(sixface: Run) -> str:
    done = sixface("case", "new", "--ruleset", "temu", "--order", "PO-17", "--code", "item_missing")
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_case_is_dealt_with_on_the_terminal(sixface: Run, temu: str, tmp_path: Path) -> None:
    ticket = {"id": "WO1", "reason": "reship", "created_at": "2026-11-20T10:00:00Z"}
    assert sixface("case", "put", temu, "tickets", json.dumps(ticket)).returncode == 0
    assert sixface("case", "set", temu, "site=us", 'terms={"subsidy": false}').returncode == 0
    chat = tmp_path / "chat.txt"
    chat.write_text("2026-11-20 10:03 buyer: 少了一个盘子\n2026-11-20 10:20 merchant: 您好，明天补寄\n")
    told = sixface("case", "chat", temu, chat, "--lang", "en").stdout
    assert "2 messages" in told
    assert "M2 may promise something" in told
    promise = {"what": "a plate", "where": "chat", "message": "M2"}
    assert sixface("case", "put", temu, "promises", json.dumps(promise)).returncode == 0
    assert sixface("case", "keep", temu, "W1").returncode == 0
    offer = {"step": "reship", "option": "reship", "by": "Wang"}
    assert sixface("case", "put", temu, "offers", json.dumps(offer)).returncode == 0
    assert sixface("case", "answer", temu, "O1", "accepted").returncode == 0
    options = sixface("case", "options", temu, "--lang", "en").stdout
    assert "accepted" in options
    assert "reship_ticket" in options
    assert sixface("case", "close", temu).returncode == 64, "it has no outcome"
    assert sixface("case", "event", temu, "settled").returncode == 0
    assert sixface("case", "close", temu).returncode == 0


def test_an_address_is_taken_down_read_out_and_erased_on_the_terminal(
    sixface: Run, temu: str, tmp_path: Path
) -> None:
    sub = {"procedure": "reship_list"}
    assert sixface("case", "put", temu, "subcases", json.dumps(sub)).returncode == 0
    file = tmp_path / "address.txt"
    file.write_text("张三，幸福路 5 号\n")
    assert sixface("case", "address", temu, "S1", "--take", file).returncode == 0
    assert sixface("case", "address", temu, "S1").stdout == "张三，幸福路 5 号\n"
    assert sixface("case", "address", temu, "S1", "--erase").returncode == 0
    gone = sixface("case", "address", temu, "S1")
    assert gone.returncode == 64
    assert one_sentence(gone.stderr)


def test_the_pre_flight_warns_before_anything_is_sent(sixface: Run) -> None:
    case = sixface("case", "new", "--code", "quality").stdout.strip()
    done = sixface("case", "preflight", case, "--ground", "resale_affected", "--lang", "en")
    assert done.returncode == 1
    assert "Settle" in done.stdout
    assert "AF-25" in done.stdout
    told = json.loads(sixface("case", "preflight", case, "--json").stdout)
    assert told["course"] in {"stop", "settle"}
    assert "和解" in sixface("case", "preflight", case, "--ground", "resale_affected", "--lang", "zh").stdout


def test_a_text_is_checked_on_the_terminal(sixface: Run, temu: str) -> None:
    blank = sixface("case", "reply", temu, "--template", "missing_part", "--lang", "en")
    assert blank.returncode == 1
    assert "waybill" in blank.stdout
    values = [
        word for pair in ("ship_by=Monday", "waybill=SF1", "item=a plate") for word in ("--value", pair)
    ]
    assert sixface("case", "reply", temu, "--template", "missing_part", *values).returncode == 0
    abusive = sixface("case", "reply", temu, "--text", "XXX 天内发货", "--lang", "en")
    assert abusive.returncode == 1
    assert "XXX" in abusive.stdout


@pytest.mark.parametrize(
    "words",
    [
        ("put", "{case}", "nonsense", "{{}}"),
        ("put", "{case}", "items", "not json"),
        ("put", "{case}", "items", "[]"),
        ("put", "{case}", "decisions", '{{"kind": "refuse", "by": "Wang"}}'),
        ("put", "{case}", "offers", '{{"option": "nonsense", "by": "Wang"}}'),
        ("set", "{case}", "nonsense=1"),
        ("set", "{case}", "reason_code=nonsense"),
        ("set", "{case}", "site"),
        ("set", "{case}", "terms={{"),
        ("answer", "{case}", "O9", "accepted"),
        ("keep", "{case}", "W9"),
        ("reply", "{case}", "--template", "nonsense"),
        ("close", "{case}", "--at", "yesterday"),
        ("preflight", "case_none"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(sixface: Run, temu: str, words: tuple[str, ...]) -> None:
    done = sixface("case", *(word.format(case=temu) for word in words))
    assert done.returncode == 64, done.stdout
    assert one_sentence(done.stderr)


def test_what_stood_before_a_loss_is_learnt(sixface: Run, tmp_path: Path) -> None:
    case = sixface("case", "new", "--order", "17", "--code", "swapped_item").stdout.strip()
    note = tmp_path / "note.jpg"
    Image.new("RGB", (64, 64), "red").save(note)
    facts = ("--fact", "severity=4", "--fact", "captured_at=2026-11-20T10:00:00Z")
    added = sixface("case", "add", case, note, "--role", "defect_photo", *facts)
    assert added.returncode == 0, added.stderr
    refusal = {"kind": "refuse", "by": "Wang", "ground": "swapped", "evidence": ["E1"], "warnings": ["X"]}
    done = sixface("case", "put", case, "decisions", json.dumps(refusal))
    assert done.returncode == 0, done.stderr
    warned = json.loads(sixface("case", "show", case, "--json").stdout)["decisions"][0]["warnings"]
    assert "AF-10" in warned, "there is no film"
    assert "X" not in warned, "what stood is looked at and not told"
    lost = sixface("case", "event", case, "lost", "--about", "", "--because", "no film of the opening")
    assert lost.returncode == 0
    rows = json.loads(sixface("case", "outcomes", "--json").stdout)["warnings"]
    assert {row["warning"]: row["lost"] for row in rows}["AF-10"] == 1
    table = sixface("case", "outcomes", "--lang", "en").stdout
    assert "AF-10 No proof" in table or "AF-10" in table
    assert "no film of the opening" in table
    assert "AF-10" not in sixface("case", "outcomes", "--platform", "temu").stdout
    counted = sixface("case", "tally", "--lang", "en", "--below", "20").stdout
    assert "1 case, 1 of them open." in counted
    assert "swapped_item" in counted


def test_the_rest_of_a_case_is_reached_from_the_terminal(sixface: Run, temu: str, tmp_path: Path) -> None:
    ticket = {"id": "WO1", "reason": "reship", "created_at": "2026-11-20T10:00:00Z"}
    sixface("case", "put", temu, "tickets", json.dumps(ticket))
    seen = sixface("case", "shown", temu, "work_order_hours", "2026-11-21T04:00:00Z", "--about", "WO1")
    assert seen.returncode == 0, seen.stderr
    assert sixface("case", "shown", temu, "nonsense", "2026-11-21T04:00:00Z").returncode == 64
    clocks = json.loads(sixface("deadlines", temu, "--json").stdout)
    assert [c["due_at"] for c in clocks if c["id"] == "work_order_hours"] == ["2026-11-21T04:00:00Z"]
    chat = tmp_path / "chat.txt"
    chat.write_text("2026-11-20 10:03 buyer: 少了一个盘子\n2026-11-20 10:20 merchant: 您好，明天补寄\n")
    sixface("case", "chat", temu, chat)
    told = sixface("case", "messages", temu, "--lang", "en").stdout
    assert "the buyer: 少了一个盘子" in told
    assert "M2 may promise something" in told
    assert len(json.loads(sixface("case", "messages", temu, "--json").stdout)["items"]) == 2
    assert "missing_part" in sixface("case", "templates", temu, "--lang", "en").stdout
    sixface("case", "put", temu, "subcases", json.dumps({"procedure": "reship_list"}))
    assert sixface("case", "leave", temu, "S1").returncode == 0
    assert sixface("case", "leave", temu, "S9").returncode == 64


def test_shops_are_kept_on_the_terminal(sixface: Run) -> None:
    shop = {"id": "temu-us", "site": "us", "limits": [{"role": "clerk", "currency": "USD", "most": "20"}]}
    assert sixface("shops", "put", json.dumps(shop)).stdout == "temu-us\n"
    assert sixface("shops", "list").stdout == "temu-us  us\n"
    assert json.loads(sixface("shops", "show", "temu-us").stdout)["limits"][0]["most"] == "20"
    assert sixface("shops", "show", "none").returncode == 64
    assert sixface("shops", "put", "{").returncode == 64
    assert sixface("shops", "put", '{"id": "x", "zone": "Mars"}').returncode == 64


def test_webhooks_are_kept_on_the_terminal(sixface: Run) -> None:
    bad = sixface("webhooks", "add", "http://127.0.0.1:1/")
    assert bad.returncode == 64
    assert one_sentence(bad.stderr)
    made = sixface("webhooks", "add", "https://8.8.8.8/hook", "--at", "08:30", "--zone", "Asia/Tokyo")
    assert made.returncode == 0, made.stderr
    hook, secret = made.stdout.split()
    assert secret.startswith("whsec_")
    listed = sixface("webhooks", "list", "--lang", "en").stdout
    assert "08:30 (Asia/Tokyo)" in listed
    assert secret not in listed
    assert sixface("webhooks", "log", hook).stdout == ""
    assert sixface("webhooks", "again", hook, "msg_none").returncode == 64
    assert sixface("webhooks", "drop", hook).returncode == 0
    assert sixface("webhooks", "log", hook).returncode == 64


def test_a_ruleset_of_ones_own_is_checked(sixface: Run, tmp_path: Path) -> None:
    own = tmp_path / "mine.toml"
    own.write_text('id = "mine"\nversion = 1\nplatform = "x"\ntitle = { zh = "我", en = "Mine" }\n')
    done = sixface("rulesets", "check", own, "--lang", "en")
    assert done.returncode == 1
    assert "source: this field is missing" in done.stdout
