"""Conditions of which one is enough, and requirements for some goods alone."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from claims.asking import asked
from claims.assess import assess, standing_of
from claims.assessment import Judgement, Met
from claims.case import Case
from claims.ruleset import Ruleset, RulesetError, load, names, parse
from claims.vocabulary.goods import Category, Goods, Worth
from claims.wares import goods_of
from tests.claims.cases import NOW, case, events, exhibit, statements

SMALL = Path(__file__).with_name("small.toml").read_text("utf-8")
EVENT = {"kind": "event", "event": "intercepted"}
PHOTO = {"kind": "exhibit", "roles": ["defect_photo"], "graded": True}
STATED = {"kind": "statement"}
CHOICE = {"kind": "any_of", "of": [EVENT, PHOTO]}


def rules(*met_by: dict[str, Any], **more: Any) -> Ruleset:
    """A ruleset with one requirement."""
    told = tomllib.loads(SMALL)
    quoted = {"id": "R-1", "level": "must", "title": {"zh": "一", "en": "one"}, "quote": "q"}
    told["requirement"] = [*told["requirement"], {**quoted, "met_by": met_by, **more}]
    return Ruleset.model_validate(told)


def judged(made: Case, *met_by: dict[str, Any], **more: Any) -> Judgement:
    found = assess(made, rules(*met_by, **more), {}, NOW).judgement("R-1")
    assert found is not None
    return found


STOPPED = {"events": events(("intercepted", "2026-11-20T10:00:00Z"))}
GRADED = {"exhibits": [exhibit("E1", "defect_photo", severity=3)]}
UNGRADED = {"exhibits": [exhibit("E1", "defect_photo")]}


@pytest.mark.parametrize(
    ("told", "answer"),
    [
        (STOPPED, Met.YES),
        (GRADED, Met.YES),
        ({**STOPPED, **UNGRADED}, Met.YES),
        (UNGRADED, Met.UNSURE),
        ({}, Met.UNSURE),  # an event that nobody recorded is no no
    ],
)
def test_one_of_several_is_enough(told: dict[str, Any], answer: Met) -> None:
    assert judged(case(**told), CHOICE).answer is answer


def test_only_what_decided_is_told() -> None:
    found = judged(case(**STOPPED, **UNGRADED), CHOICE)
    assert "Recorded on" in str(found.reason)
    assert len(found.reasons) == 1
    assert found.advice == (), "what the other choice lacks does not matter"


def test_where_none_holds_each_way_out_is_advised() -> None:
    photos = {"kind": "any_of", "of": [PHOTO, {"kind": "exhibit", "roles": ["opening_film"]}]}
    found = judged(case(), photos)
    assert found.answer is Met.NO
    assert len(found.reasons) == 2
    assert str(found.advice[0]) == "One of these is enough:"
    assert len(found.advice) == 3


def test_a_choice_stands_beside_what_has_to_hold_anyway() -> None:
    stated = {"statements": statements(["R-1"])}
    assert judged(case(**STOPPED), CHOICE, STATED).answer is Met.UNSURE
    assert judged(case(**STOPPED, **stated), CHOICE, STATED).answer is Met.YES


@pytest.mark.parametrize(
    ("condition", "says"),
    [
        ('{ kind = "any_of", of = [{ kind = "statement" }] }', "names at least two"),
        ('{ kind = "any_of", of = [] }', "names at least two"),
        (
            '{ kind = "any_of", of = [{ kind = "statement" }, { kind = "any_of", of = [] }] }',
            "met_by number 1, of number 2: the kind 'any_of' is not known",
        ),
        (
            '{ kind = "any_of", of = [{ kind = "statement" }, { kind = "event", event = "x" }] }',
            "met_by number 1, of number 2, event number 1: 'x' is not known",
        ),
    ],
)
def test_a_wrong_choice_is_explained(condition: str, says: str) -> None:
    head, _, rest = SMALL.partition("met_by = [")
    with pytest.raises(RulesetError) as refused:
        parse(f"{head}met_by = [{condition}]\n#{rest.partition(']')[2]}", "mine.toml")
    assert says in str(refused.value)


ELECTRONIC = {"id": "L1", "category": "手机"}
DEAR = {"price": {"what": "goods", "value": "600", "currency": "USD"}}
CHEAP = {"price": {"what": "goods", "value": "500", "currency": "USD"}}
YUAN = {"price": {"what": "goods", "value": "6000", "currency": "CNY"}}
FIELD = {"kind": "field", "fields": ["serial"]}
UPS = {"goods": ["electronics"], "worth": {"over": "500", "currency": "USD"}}


@pytest.mark.parametrize(
    ("items", "answer"),
    [
        ([], Met.UNSURE),
        ([{"id": "L1"}], Met.UNSURE),
        ([{"id": "L1", "category": "a thing"}], Met.UNSURE),
        ([{"id": "L1", "category": "other"}], None),
        ([{"id": "L1", "category": "Shoes"}], None),
        ([ELECTRONIC], Met.UNSURE),
        ([{**ELECTRONIC, **YUAN}], Met.UNSURE),
        ([{**ELECTRONIC, **CHEAP}], None),
        ([{**ELECTRONIC, **DEAR}], Met.NO),
        ([{**ELECTRONIC, **DEAR, "serial": "A17"}], Met.YES),
        ([{"id": "L2", "category": "shoes"}, {**ELECTRONIC, **DEAR}], Met.NO),
        ([{"id": "L2", "category": "shoes"}, {"id": "L1"}], Met.UNSURE),
        ([{"id": "L1", "serial": "A17"}], Met.YES),  # it is met, whatever the goods are
    ],
)
def test_what_is_asked_of_some_goods_alone(items: list[dict[str, Any]], answer: Met | None) -> None:
    found = assess(case(items=items), rules(FIELD, **UPS), {}, NOW).judgement("R-1")
    assert (found.answer if found else None) is answer


def test_where_nobody_said_what_the_goods_are_that_is_what_is_asked() -> None:
    found = judged(case(), FIELD, **UPS)
    told = " ".join(map(str, (*found.reasons, *found.advice)))
    assert "electronics" in told
    assert "500 USD" in told
    assert "Write the category" in told


def test_a_platform_s_own_words_come_first() -> None:
    ours = (Category(goods=Goods.SHOES, words=("手机", "Sneakers")),)
    assert goods_of("sneakers", ours) is Goods.SHOES
    assert goods_of("手机", ours) is Goods.SHOES
    assert goods_of("手机") is Goods.ELECTRONICS
    assert goods_of("手机壳") is None, "nothing is guessed from a part of a word"
    assert {goods_of(each.value) for each in Goods} == set(Goods)


def test_a_clock_for_some_goods_alone_says_so() -> None:
    whatnot = load("whatnot").rules
    happened = events(("delivered", "2026-11-20T10:00:00Z"))

    def windows(**told: Any) -> dict[str, str]:
        clocks = standing_of(case(events=happened, **told), whatnot, NOW)
        return {c.id: " ".join(map(str, c.notes)) for c in clocks if c.id.startswith("claim_window_")}

    plants = windows(items=[{"id": "L1", "category": "plants"}])
    assert set(plants) == {"claim_window_delivery", "claim_window_purchase", "claim_window_plants"}
    assert plants["claim_window_plants"] == ""
    unknown = windows()
    assert "Only for these goods: plants." in unknown["claim_window_plants"]


def test_a_requirement_is_read_out_in_words() -> None:
    (only,) = [r for r in rules(CHOICE, **UPS).requirement if r.id == "R-1"]
    assert [str(each) for each in asked(only)] == [
        "Only for these goods: electronics.",
        "Only for goods that cost more than 500 USD a piece.",
        (
            "one of these is enough: this is recorded: parcel stopped, "
            "or it is in the case: photo of the fault, with how bad the fault is"
        ),
    ]
    assert Worth(over="500", currency="USD") == only.worth  # pyright: ignore[reportArgumentType]


def test_every_requirement_that_ships_can_be_read_out() -> None:
    told = [asked(r) for name in names() for r in load(name).rules.requirement]
    assert all(each and all(str(one).strip() for one in each) for each in told)
    choices = [
        r.id
        for name in names()
        for r in load(name).rules.requirement
        if len(list(r.single())) > len(r.met_by)
    ]
    assert {"M-04", "G-12", "G-15", "U-6", "SH-3"} <= set(choices)
