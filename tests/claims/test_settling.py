from __future__ import annotations

from typing import Any

import pytest

from claims import change
from claims.case import Case, Decision, Offer
from claims.change import UnfitError
from claims.record.offer import Option
from claims.ruleset import load, names
from claims.scope import scope_of
from claims.settling import Settlement, settlement
from claims.settling.authority import check
from claims.settling.beside import opened_beside
from claims.settling.grounds import allow
from claims.settling.ladder import out_of_turn
from claims.settling.threshold import test as holds
from claims.vocabulary.reason import ReasonClass
from tests.claims.cases import NOW, amounts, case, events, exhibit, inspection, outbound, statements


def settled(made: Case, ruleset: str = "tmall") -> Settlement:
    return settlement(made, load(ruleset).rules, NOW)


def offers(*told: tuple[str, str | None]) -> list[dict[str, Any]]:
    """Offers from pairs of step and answer."""
    return [
        {
            "id": f"O{n}",
            "step": step,
            "option": "money",
            "at": "2026-11-20T10:00:00Z",
            "by": "Wang",
            "answer": answer,
        }
        for n, (step, answer) in enumerate(told)
    ]


def places(found: Settlement, ladder: str = "return") -> dict[str, str]:
    return {s.step: s.place.value for s in found.steps if s.ladder == ladder}


def faulty(**told: Any) -> Case:
    return case(procedure="return_refund", reason_code="quality", **told)


def test_tmall_wants_four_steps_in_their_order() -> None:
    cheap = amounts(("freight_return", "9"), ("goods", "100"))
    assert places(settled(faulty(amounts=cheap))) == {
        "compensate": "next",
        "exchange": "later",
        "return": "later",
        "keep_it": "later",
    }


@pytest.mark.parametrize(
    ("answered", "expected"),
    [
        ([("compensate", None)], ["offered", "later", "later", "later"]),
        ([("compensate", "accepted")], ["accepted", "later", "later", "later"]),
        ([("compensate", "declined")], ["declined", "next", "later", "later"]),
        (
            [("compensate", "declined"), ("return.exchange", "declined")],
            ["declined", "declined", "next", "later"],
        ),
        (
            [("compensate", "declined"), ("exchange", "declined"), ("return", "declined")],
            ["declined", "declined", "declined", "unsure"],
        ),
    ],
)
def test_a_step_is_offered_when_the_one_before_was_declined(
    answered: list[tuple[str, str | None]], expected: list[str]
) -> None:
    assert list(places(settled(faulty(offers=offers(*answered)))).values()) == expected


DECLINED = offers(("compensate", "declined"), ("exchange", "declined"), ("return", "declined"))


@pytest.mark.parametrize(
    ("freight", "value", "place"), [("10.01", "10.00", "next"), ("10.00", "10.00", "unsure")]
)
def test_goods_stay_with_the_buyer_where_freight_exceeds_value(freight: str, value: str, place: str) -> None:
    made = faulty(offers=DECLINED, amounts=amounts(("freight_return", freight), ("goods", value)))
    assert places(settled(made))["keep_it"] == place


def test_a_test_is_unsure_in_two_currencies_and_shut_when_all_say_no() -> None:
    two = amounts(("freight_return", "10"))
    two.append({"what": "goods", "value": "1", "currency": "USD"})
    assert holds("freight_above_value", case(amounts=two)).answer.value == "unsure"
    sums = amounts(("freight_return", "1"), ("goods", "10"), ("residual", "10"))
    made = faulty(offers=DECLINED, amounts=sums, statements=statements(["carrier_ban"], "no"))
    assert places(settled(made))["keep_it"] == "shut"
    banned = faulty(offers=DECLINED, amounts=sums, statements=statements(["carrier_ban"]))
    assert places(settled(banned))["keep_it"] == "next"


def test_low_value_is_the_shop_s_own_threshold() -> None:
    shop = {"id": "s", "keep_below": "20"}
    assert holds("low_value", case(shop=shop, amounts=amounts(("goods", "20")))).answer.value == "yes"
    assert holds("low_value", case(shop=shop, amounts=amounts(("goods", "20.01")))).answer.value == "no"
    assert holds("low_value", case(amounts=amounts(("goods", "1")))).answer.value == "unsure"


def test_an_offer_out_of_turn_is_told() -> None:
    steps = settled(faulty()).steps
    early = Offer.model_validate({**offers(("exchange", None))[0], "option": "exchange"})
    first = Offer.model_validate(offers(("compensate", None))[0])
    odd = first.model_copy(update={"option": Option.REPAIR})
    assert out_of_turn(early, steps) is not None
    assert out_of_turn(first, steps) is None
    assert "no option" in str(out_of_turn(odd, steps))


FREIGHT: list[tuple[str, dict[str, Any], str, str | None]] = [
    ("temu", {"reason_code": "wrong_size"}, "seller", None),
    ("temu", {"reason_code": "part_missing"}, "seller", None),
    ("temu", {"reason_code": "transit_damage"}, "seller", None),
    ("temu", {"reason_code": "no_reason"}, "unclear", None),
    ("temu", {"reason_code": "no_reason", "terms": {"subsidy": True}}, "platform", None),
    ("temu", {"reason_code": "no_reason", "terms": {"subsidy": False}}, "buyer", None),
    ("whatnot", {"reason_code": "quality"}, "unclear", "unclear"),
    ("whatnot", {"reason_code": "not_as_described"}, "seller", None),
    ("whatnot", {"reason_code": "no_reason"}, "buyer", "unclear"),
    ("generic", {"terms": {"liable": "carrier"}}, "carrier", None),
    ("generic", {}, "unclear", "unclear"),
    ("tmall", {"reason_code": "flaw", "procedure": "return_refund"}, "seller", None),
    ("tmall", {"reason_code": "price_drop", "procedure": "return_refund"}, "buyer", "hedged"),
]


@pytest.mark.parametrize(("ruleset", "told", "bearer", "badge"), FREIGHT)
def test_who_pays_the_way_back(ruleset: str, told: dict[str, Any], bearer: str, badge: str | None) -> None:
    back = next(s for s in settled(case(**told), ruleset).freight if s.leg == "return")
    assert (back.bearer, back.badge) == (bearer, badge)
    assert back.reason


def test_an_unclear_source_names_whom_it_names() -> None:
    back = next(s for s in settled(case(reason_code="quality"), "whatnot").freight if s.leg == "return")
    assert set(back.either) == {"platform", "seller"}


def ground(found: Settlement, name: str) -> str:
    return next(g.usable.value for g in found.grounds if g.id == name)


def test_worn_may_be_refused_without_a_reason_and_never_in_quality() -> None:
    worn = {"inspections": inspection(resale=False), "exhibits": [exhibit("E1", "inspection_photo")]}
    assert ground(settled(case(reason_code="no_reason", **worn), "temu"), "worn") == "yes"
    assert ground(settled(case(reason_code="wrong_size", **worn), "temu"), "worn") == "no"
    assert ground(settled(case(**worn), "temu"), "worn") == "unsure"
    assert ground(settled(case(reason_code="no_reason"), "temu"), "worn") == "unsure"
    fine = {**worn, "inspections": inspection(resale=True)}
    assert ground(settled(case(reason_code="no_reason", **fine), "temu"), "worn") == "no"


def test_a_window_that_is_open_is_no_ground() -> None:
    def over(received: str) -> str:
        made = case(
            reason_code="no_reason",
            events=events(("buyer_received", received)),
            exhibits=[exhibit("E1", "delivery_proof")],
        )
        return ground(settled(made, "temu"), "window_over")

    assert over("2026-10-01T10:00:00Z") == "yes"
    assert over("2026-11-01T10:00:00Z") == "no"


def refusal(name: str) -> Decision:
    return Decision.model_validate(
        {"id": "D1", "kind": "refuse", "at": NOW, "by": "Wang", "ground": name, "evidence": ["E1"]}
    )


def test_a_blocked_ground_cannot_be_written_down() -> None:
    rules = load("tmall").rules
    allow(case(reason_code="price_drop"), rules, refusal("resale_affected"))
    for told in ({"reason_code": "quality"}, {}):
        with pytest.raises(UnfitError):
            allow(case(**told), rules, refusal("resale_affected"))
    with pytest.raises(UnfitError, match="knows no ground"):
        allow(case(), rules, refusal("because"))


LIMITS = {
    "id": "s",
    "limits": [
        {"role": "clerk", "currency": "CNY", "most": "50"},
        {"role": "lead", "currency": "CNY", "most": None},
    ],
}


def give(role: str, value: str) -> Decision:
    return Decision.model_validate(
        {
            "id": "D1",
            "kind": "partial_refund",
            "at": NOW,
            "by": "Wang",
            "role": role,
            "explanation": "scratched",
            "amount": {"what": "refund", "value": value, "currency": "CNY"},
        }
    )


def test_nobody_gives_away_more_than_the_shop_lets_them() -> None:
    check(case(), give("clerk", "9999"))
    check(case(shop=LIMITS), give("clerk", "50"))
    check(case(shop=LIMITS), give("lead", "9999"))
    with pytest.raises(UnfitError, match="ask: lead"):
        check(case(shop=LIMITS), give("clerk", "50.01"))
    with pytest.raises(UnfitError, match="sets no limit"):
        check(case(shop=LIMITS), give("", "1"))


def test_a_carrier_claim_is_called_for_beside_damage_on_the_way() -> None:
    damaged = case(reason_code="transit_damage")
    assert [m.procedure for m in settled(damaged, "temu").missing] == ["carrier_claim"]
    entered = case(
        reason_code="transit_damage",
        subcases=[{"id": "S1", "procedure": "carrier_claim", "opened_at": "2026-11-20T10:00:00Z"}],
    )
    assert settled(entered, "temu").missing == ()


def test_what_a_reason_calls_for_is_entered_beside_it_once() -> None:
    damaged = case(platform="temu", reason_code="transit_damage")
    temu = load("temu").rules
    entered = opened_beside(damaged, temu, NOW)
    assert [(s.id, s.procedure) for s in entered.subcases] == [("S1", "carrier_claim")]
    assert opened_beside(entered, temu, NOW) == entered
    left = change.leave(entered, "S1", NOW)
    assert opened_beside(left, temu, NOW) == left, "what somebody closed stays closed"


def test_a_ticket_for_a_replacement_calls_for_one_each() -> None:
    made = case(
        tickets=[
            {"id": "T1", "reason": "reship", "created_at": "2026-11-20T10:00:00Z"},
            {"id": "T2", "reason": "reship", "created_at": "2026-11-20T11:00:00Z"},
        ],
        subcases=[
            {"id": "S1", "procedure": "reship_ticket", "opened_at": "2026-11-20T10:00:00Z", "ticket": "T1"}
        ],
    )
    assert [m.ticket for m in settled(made, "temu").missing] == ["T2"]


def test_the_checklist_follows_the_reason() -> None:
    made = case(reason_code="wrong_size", exhibits=[exhibit("E1", "tag_photo")])
    found = settled(made, "temu")
    assert [(w.role.value, w.exhibits) for w in found.checklist] == [
        ("ruler_photo", ()),
        ("tag_photo", ("E1",)),
    ]
    assert settled(case(reason_code="strong_smell"), "temu").statement == "smell_statement"


def test_both_ends_of_an_order_stand_side_by_side() -> None:
    made = case(
        items=[{"id": "i1", "sku": "A", "quantity": 2, "serial": "S1"}, {"id": "i2", "sku": "B"}],
        parcels=[
            *outbound(packed_weight=1000),
            {"id": "P2", "direction": "return", "weight": 400},
        ],
        exhibits=[
            exhibit("E1", "pack_film", "document"),
            exhibit("E2", "opening_film", "film"),
        ],
        inspections=inspection(found=[{"sku": "A", "serial": "S9"}, {"sku": "C"}]),
    )
    found = settled(made).pair
    assert (found.packed, found.opened) == (("E1",), ("E2",))
    assert (found.sent_grams, found.returned_grams) == (1000, 400)
    assert [(line.sku, line.ordered, line.found) for line in found.lines] == [
        ("A", 2, 1),
        ("B", 1, 0),
        ("C", 0, 1),
    ]
    assert len(found.differences) == 5


CLASSES: list[tuple[str, str, str]] = [
    ("temu", "part_missing", "quality"),
    ("generic", "wrong_missing", "wrong_missing"),
    ("tmall", "few_or_missing", "wrong_missing"),
    ("whatnot", "missing_item", "wrong_missing"),
    ("temu", "not_as_described", "quality"),
    ("generic", "not_as_described", "description"),
]


@pytest.mark.parametrize(("ruleset", "code", "base"), CLASSES)
def test_the_same_words_can_be_of_another_class_elsewhere(ruleset: str, code: str, base: str) -> None:
    assert settled(case(reason_code=code), ruleset).reason_class == base


def test_a_person_may_set_the_class_against_the_list() -> None:
    made = case(reason_code="part_missing", reason_class="wrong_missing")
    assert scope_of(made, load("temu").rules).base is ReasonClass.WRONG_MISSING


def test_temu_has_the_21_codes_of_its_list_and_one_for_the_open_end() -> None:
    quality = [r.id for r in load("temu").rules.reason if r.base is ReasonClass.QUALITY]
    assert len(quality) == 22
    assert "other_quality" in quality


@pytest.mark.parametrize("name", names())
def test_every_reason_has_a_class_and_leads_somewhere(name: str) -> None:
    for reason in load(name).rules.reason:
        found = settled(case(reason_code=reason.id), name)
        assert found.reason_class == reason.base.value
