from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, get_args

import pytest

from claims.case import Case
from claims.language import LANGS
from claims.ruleset import load, names
from claims.vocabulary.wording import LintRule
from claims.words.linter import Draft, left, lint
from claims.words.promising import proposals
from claims.words.template import blanks, fill, known
from tests.claims.cases import case, events, message, outbound

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)  # a Friday, 18:00 in Shanghai


def broken(text: str, ruleset: str = "temu_reception", made: Case | None = None, **told: Any) -> set[str]:
    return {r.rule for r in lint(Draft(text, made or case(), NOW, **told), load(ruleset).rules)}


def test_every_rule_about_texts_is_used_by_some_ruleset() -> None:
    used = {rule.rule for name in names() for rule in load(name).rules.lint}
    assert used == set(get_args(LintRule))


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("加我微信 abc_123 退给您", "third_party"),
        ("加我威 信退给您", "third_party"),
        ("请打 138 1234 5678", "third_party"),
        ("please mail me at a.b@example.com", "third_party"),
        ("see https://example.com/x", "third_party"),
        ("ＷＥＣＨＡＴ me", "third_party"),
        ("你 脑 残 吗，看不懂说明书", "abuse"),
        ("you IDIOT, read the manual", "abuse"),
        ("您好", "empty"),
        ("亲，您好，请稍等，谢谢~", "empty"),
        ("这不归我们管，您自己找快递去", "no_answer"),
    ],
)
def test_a_text_is_caught(text: str, rule: str) -> None:
    assert rule in broken(text) | broken(text, "tmall")


@pytest.mark.parametrize(
    "text",
    [
        "少的盘子库存已确认，运单号 SF1234567890123",
        "Your order 1234567890123456789 holds six plates",
        "the class assignment is in the parcel",
        "明细如下：盘子 6 个，实发 5 个，缺 1 个",
    ],
)
def test_a_plain_text_breaks_nothing_that_blocks(text: str) -> None:
    assert broken(text) & {"third_party", "abuse", "empty", "unfilled"} == set()


def test_the_same_answer_again_is_told() -> None:
    said = case(messages=[message(1, "请您耐心等待，我们正在处理")])
    later = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    rules = load("temu_reception").rules
    assert "repeat" in {r.rule for r in lint(Draft("请您耐心等待，我们正在处理！", said, later), rules)}
    assert "repeat" not in {r.rule for r in lint(Draft("单号 SF1，今天已发出", said, later), rules)}


def test_fault_is_conceded_only_while_an_appeal_is_open() -> None:
    text = "非常抱歉，是我们发错了"
    assert "concession" not in broken(text, "tmall")
    fighting = case(events=events(("refused", "2026-11-19T10:00:00Z")))
    assert "concession" in broken("是我们的责任", "tmall", fighting)
    over = case(events=events(("refused", "2026-11-18T10:00:00Z"), ("decided", "2026-11-19T10:00:00Z")))
    assert "concession" not in broken("是我们的责任", "tmall", over)


def test_writing_first_needs_the_list_and_ends_after_two_of_ones_own() -> None:
    rules = load("temu_reception").rules
    quota = rules.quota[0]
    listed = message(1, "x", tags=["proactive", "templated"])
    own = [message(n, "y", tags=["proactive"]) for n in (2, 3)]
    assert left(case(), quota) == (1, 2)
    assert "over_quota" in broken("盘子补寄的事", proactive=True), "the list first"
    assert "over_quota" not in broken("盘子补寄的事", proactive=True, templated=True)
    assert "over_quota" not in broken("盘子补寄的事", made=case(messages=[listed]), proactive=True)
    assert "over_quota" in broken("盘子补寄的事", made=case(messages=[listed, *own]), proactive=True)
    answered = case(messages=[listed, *own, message(4, "好", "buyer")])
    assert left(answered, quota) == (1, 2), "a buyer who answers begins a talk"
    assert "not_our_order" in broken("盘子补寄的事", made=case(order_number=""), proactive=True)


PROMISES: list[tuple[str, str | None, str | None]] = [
    ("退款将于24小时内到账", "2026-11-21T10:00:00Z", None),
    ("退款将于二十四小时内到账", "2026-11-21T10:00:00Z", None),
    ("预计明天解决问题，会通知您", "2026-11-21T15:59:00Z", None),
    ("后天补寄", "2026-11-22T15:59:00Z", None),
    ("会在3个工作日内补发", "2026-11-23T10:00:00Z", None),
    ("We will ship within 2 weeks", "2026-12-04T10:00:00Z", None),
    ("11月24日前一定发出", "2026-11-24T15:59:00Z", None),
    ("1月5日寄出", "2027-01-05T15:59:00Z", None),
    ("We will refund $12.50", None, "12.50"),
    ("补偿您 20 元", None, "20"),
]


@pytest.mark.parametrize(("text", "due", "amount"), PROMISES)
def test_a_promise_is_found_with_its_end(text: str, due: str | None, amount: str | None) -> None:
    found = proposals(text, NOW, "Asia/Shanghai")
    assert len(found) == 1
    told = found[0].due_at.isoformat().replace("+00:00", "Z") if found[0].due_at else None
    assert told == due
    assert (None if found[0].amount is None else str(found[0].amount)) == amount


@pytest.mark.parametrize("text", ["您好", "订单 20261120 已收到", "Is it broken?", "明天见", "x" * 100_000])
def test_what_is_no_promise_is_none(text: str) -> None:
    assert proposals(text, NOW, "Asia/Shanghai") == ()


def test_a_date_that_does_not_exist_is_no_end() -> None:
    assert proposals("2月30日一定发出", NOW, "Asia/Shanghai") == ()


@pytest.mark.parametrize("name", names())
def test_every_template_is_filled_or_names_what_is_missing(name: str) -> None:
    for template in load(name).rules.template:
        for lang in LANGS:
            empty = fill(template, {}, lang)
            assert empty.missing == template.variables
            full = fill(template, dict.fromkeys(template.variables, "值"), lang)
            assert full.missing == ()
            assert blanks(full.text) == ()


@pytest.mark.parametrize("name", names())
def test_no_template_breaks_the_rules_of_its_own_platform(name: str) -> None:
    rules = load(name).rules
    for template in rules.template:
        for lang in LANGS:
            text = fill(template, dict.fromkeys(template.variables, "甲乙"), lang).text
            remarks = lint(Draft(text, case(), NOW), rules)
            assert [r.id for r in remarks if r.blocks] == [], template.id


def test_a_value_is_never_a_template() -> None:
    template = next(t for t in load("temu").rules.template if t.id == "missing_part")
    told = dict.fromkeys(template.variables, "{order_number}")
    assert fill(template, told, "zh").missing == ()
    assert blanks(fill(template, told, "zh").text) != (), "what looks like a blank is told"


def test_the_case_fills_what_it_knows() -> None:
    made = case(
        parcels=outbound(
            carrier="UPS", tracking_number="1Z", signed_by="Lee", signed_at="2026-11-12T03:47:00Z"
        )
    )
    found = known(made)
    assert (found["order_number"], found["waybill"], found["signed_by"]) == ("17", "1Z", "Lee")
    assert found["signed_at"].startswith("2026-11-12 11:47")
