from __future__ import annotations

from typing import Any, get_args

import pytest

from claims.assess import assess
from claims.case import Case
from claims.preflight import Course, Intent, Preflight, Standing, preflight, view_of
from claims.preflight.lookers import LOOKERS, look
from claims.record.decision import DecisionKind
from claims.ruleset import load, names
from claims.vocabulary.question import Look
from tests.claims.cases import FINE, NOW, case, events, exhibit, inspection, message, outbound, statements

TMALL = load("tmall").rules


def view(made: Case, ruleset: str = "tmall", **intent: Any) -> Any:
    rules = load(ruleset).rules
    return view_of(
        made, rules, assess(made, rules, {}, NOW), {}, NOW, intent=Intent(**intent) if intent else None
    )


def flown(made: Case, ruleset: str = "tmall", **intent: Any) -> Preflight:
    return preflight(view(made, ruleset, **intent))


def standing(found: Preflight, name: str) -> str:
    return next(q.standing.value for q in found.questions if q.id == name)


def test_every_look_has_a_looker() -> None:
    assert set(LOOKERS) == set(get_args(Look))


def test_every_look_is_used_by_some_ruleset() -> None:
    used = {name for each in names() for q in load(each).rules.question for name in q.looks}
    assert used == set(get_args(Look))


def test_the_33_reasons_of_tmall_are_all_there_with_five_hard_stops() -> None:
    assert [q.id for q in TMALL.question] == [f"AF-{n:02}" for n in range(1, 34)]
    assert [q.id for q in TMALL.question if q.stops] == ["AF-10", "AF-25", "AF-27", "AF-28", "AF-33"]
    modes = {mode: sum(q.mode == mode for q in TMALL.question) for mode in ("automatic", "asked", "mixed")}
    assert modes == {"automatic": 12, "asked": 10, "mixed": 11}


def test_an_empty_case_is_never_a_go() -> None:
    found = flown(case())
    assert found.course is not Course.GO
    assert standing(found, "AF-10") == "applies", "no film at all"
    assert standing(found, "AF-06") == "open"
    assert next(q for q in found.questions if q.id == "AF-06").asks is not None


LISTED = {"listing": "防水，送电池", "return_address": "杭州市余杭区文一西路969号3号楼"}
SIGNED = outbound(signed_by="李", signed_at="2026-11-12T10:00:00Z")
LOOKED: list[tuple[str, dict[str, Any], bool | None]] = [
    ("abusive_words", {}, None),
    ("abusive_words", {"messages": [message(1, "您好，马上处理")]}, False),
    ("abusive_words", {"messages": [message(1, "你 脑 残 吗")]}, True),
    ("abusive_words", {"messages": [message(1, "你脑残吗", "buyer")]}, False),
    ("words_steer_away", {"messages": [message(1, "加微信 abc12345 退给您")]}, True),
    ("words_steer_away", {"messages": [message(1, "请在订单页申请")]}, False),
    ("repeated_replies", {"messages": [message(1, "请您耐心等待"), message(2, "请您耐心等待！")]}, True),
    ("repeated_replies", {"messages": [message(1, "请您耐心等待"), message(2, "单号是 17，已发出")]}, False),
    ("no_solution", {"messages": [message(1, "坏了", "buyer"), message(2, "您好")]}, True),
    ("no_solution", {"messages": [message(1, "坏了", "buyer"), message(2, "换新，今天寄出")]}, None),
    (
        "no_solution",
        {"messages": [message(1, "坏了", "buyer"), message(2, "换新", tags=["solution"])]},
        False,
    ),
    ("chat_missing", {}, True),
    ("chat_missing", {"exhibits": [exhibit("E1", "chat_export", "document")]}, False),
    ("promise_broken_chat", {}, False),
    ("promise_broken_chat", {"messages": [message(1, "退款将于24小时内到账")]}, None),
    (
        "promise_broken_chat",
        {
            "promises": [
                {
                    "id": "W1",
                    "what": "refund",
                    "where": "chat",
                    "made_at": "2026-11-12T10:00:00Z",
                    "due_at": "2026-11-13T10:00:00Z",
                }
            ]
        },
        True,
    ),
    ("listing_superlatives", {}, None),
    ("listing_superlatives", {"terms": LISTED}, False),
    ("listing_superlatives", {"terms": {"listing": "全网最低价"}}, True),
    ("no_inspection", {}, True),
    ("goods_sound", {}, None),
    ("goods_sound", {"inspections": inspection(**FINE)}, True),
    ("goods_sound", {"inspections": inspection(same_item=False)}, False),
    ("goods_sound", {"inspections": inspection(same_item=True)}, None),
    ("returned_sound", {"inspections": inspection(**FINE)}, False),
    (
        "returned_sound",
        {"inspections": inspection(**FINE), "events": events(("return_delivered", "2026-11-19T10:00:00Z"))},
        True,
    ),
    ("goods_faulty", {"inspections": inspection(faulty=True)}, True),
    ("goods_faulty", {"inspections": inspection(faulty=False)}, False),
    ("goods_faulty", {}, None),
    (
        "other_goods",
        {"items": [{"id": "i", "sku": "A"}], "inspections": inspection(found=[{"sku": "B"}])},
        True,
    ),
    (
        "other_goods",
        {
            "items": [{"id": "i", "sku": "A"}],
            "inspections": inspection(found=[{"sku": "B"}]),
            "reason_code": "swapped_item",
        },
        None,
    ),
    ("batch_mismatch", {}, None),
    (
        "batch_mismatch",
        {
            "items": [{"id": "i", "batch": "B1"}],
            "exhibits": [exhibit("E1", "purchase_document", "document", batch="B2")],
        },
        True,
    ),
    (
        "batch_mismatch",
        {
            "items": [{"id": "i", "batch": "B1"}],
            "exhibits": [exhibit("E1", "purchase_document", "document", batch="B1")],
        },
        False,
    ),
    ("perishable", {"items": [{"id": "i", "perishable": True}]}, True),
    ("perishable", {"items": [{"id": "i", "best_before": "2026-11-20"}]}, True),
    ("perishable", {"items": [{"id": "i", "best_before": "2026-11-22"}]}, False),
    ("weight_mismatch", {"parcels": outbound(weight=700, packed_weight=1000)}, True),
    ("weight_mismatch", {"parcels": outbound(weight=1040, packed_weight=1000)}, False),
    ("weight_mismatch", {"parcels": outbound(weight=120, packed_weight=100)}, False),
    ("weight_mismatch", {}, None),
    ("defect_unproven", {}, True),
    ("defect_unproven", {"exhibits": [exhibit("E1", "defect_photo")]}, False),
    ("defect_shown", {"exhibits": [exhibit("E1", "defect_photo")]}, True),
    ("no_delivery_proof", {}, True),
    ("no_delivery_proof", {"exhibits": [exhibit("E1", "delivery_proof")]}, None),
    ("no_delivery_proof", {"exhibits": [exhibit("E1", "delivery_proof")], "parcels": SIGNED}, False),
    (
        "no_delivery_proof",
        {
            "exhibits": [exhibit("E1", "delivery_proof")],
            "parcels": SIGNED,
            "events": events(("evidence_due", "2026-11-19T10:00:00Z")),
        },
        True,
    ),
    ("no_pack_film", {}, None),
    ("no_pack_film", {"exhibits": [exhibit("E1", "pack_film", "document")]}, False),
    ("film_flawed", {}, None),
    ("shipped_after_cancel", {}, False),
    (
        "shipped_after_cancel",
        {"events": events(("cancel_requested", "2026-11-10T10:00:00Z"), ("shipped", "2026-11-10T10:01:00Z"))},
        True,
    ),
    ("unscanned_waybill", {}, None),
    ("unscanned_waybill", {"parcels": outbound(tracking_number="SF1")}, True),
    (
        "unscanned_waybill",
        {
            "parcels": outbound(tracking_number="SF1"),
            "events": events(("first_scan", "2026-11-10T10:00:00Z")),
        },
        False,
    ),
    (
        "shipped_late",
        {"events": events(("ship_by", "2026-11-10T10:00:00Z"), ("shipped", "2026-11-10T10:00:01Z"))},
        True,
    ),
    (
        "shipped_late",
        {"events": events(("ship_by", "2026-11-10T10:00:00Z"), ("shipped", "2026-11-10T10:00:00Z"))},
        False,
    ),
    ("shipped_late", {}, None),
    ("address_unclear", {}, None),
    ("address_unclear", {"terms": LISTED}, False),
    ("address_unclear", {"terms": {"return_address": "杭州仓库"}}, True),
    ("address_unclear", {"terms": {"return_address": "杭州市余杭区XXX路969号3号楼"}}, True),
    ("address_wrong", {"terms": LISTED}, None),
    ("address_wrong", {"terms": LISTED, "shop": {"id": "s", "return_address": "上海市静安区1号"}}, True),
    (
        "address_wrong",
        {"terms": LISTED, "shop": {"id": "s", "return_address": "杭州市余杭区文一西路 969 号，3号楼"}},
        False,
    ),
    ("refund_then_quality", {}, True),
    (
        "refund_then_quality",
        {
            "events": events(
                ("refund_requested", "2026-11-10T10:00:00Z"),
                ("quality_return_requested", "2026-11-11T10:00:00Z"),
            )
        },
        False,
    ),
    ("refusal_unfounded", {}, True),
]


@pytest.mark.parametrize(("name", "told", "applies"), LOOKED)
def test_a_look_sees_what_the_case_says(name: Look, told: dict[str, Any], applies: Any) -> None:
    found = look(name, view(case(**told)))
    assert found.applies is applies
    assert found.reasons


def test_the_same_ground_wins_in_one_class_and_loses_in_another() -> None:
    def resale(reason: str) -> str:
        return standing(flown(case(reason_code=reason), ground="resale_affected"), "AF-25")

    assert resale("quality") == "applies"
    assert resale("transit_damage") == "applies"
    assert resale("price_drop") == "clear"
    assert resale("returned_used") == "clear"
    assert standing(flown(case(), ground="resale_affected"), "AF-25") == "open", "classify first"


def test_the_ground_is_known_by_its_words_too() -> None:
    found = flown(case(reason_code="quality", reason="影响二次销售，拒绝退款"))
    assert standing(found, "AF-25") == "applies"
    assert found.course is Course.SETTLE


def test_a_sound_return_is_settled_and_never_appealed() -> None:
    made = case(inspections=inspection(**FINE), events=events(("return_delivered", "2026-11-19T10:00:00Z")))
    found = flown(made)
    assert {"AF-31", "AF-33"} <= {q.id for q in found.applying}
    assert found.course is Course.SETTLE
    assert found.applying[0].stops, "the gravest first"


def test_late_evidence_stops_and_says_until_when_it_was_due() -> None:
    made = case(
        events=events(
            ("evidence_requested", "2026-11-10T10:00:00Z"), ("evidence_due", "2026-11-12T10:00:00Z")
        )
    )
    late = next(q for q in flown(made).questions if q.id == "AF-27")
    assert late.standing is Standing.APPLIES
    assert late.evidence == ("evidence_period",)
    assert "2026-11-12 18:00" in str(late.reasons[0])


def test_an_evidence_period_of_unknown_length_is_open_and_not_clear() -> None:
    made = case(events=events(("evidence_requested", "2026-11-10T10:00:00Z")))
    assert standing(flown(made), "AF-27") == "open"


def test_a_person_settles_a_suspicion_but_never_what_the_record_says() -> None:
    made = case(
        messages=[message(1, "你脑残吗")],
        inspections=inspection(**FINE),
        statements=statements(("AF-01", "AF-33"), "no"),
    )
    found = flown(made)
    one = next(q for q in found.questions if q.id == "AF-01")
    assert (one.standing, one.by) == (Standing.CLEAR, "person")
    assert len(one.reasons) == 2, "what was suspected stays in sight"
    assert standing(found, "AF-33") == "applies"


def test_a_yes_to_a_settling_question_says_settle() -> None:
    found = flown(case(statements=statements(["AF-16"])))
    assert found.course is Course.SETTLE
    assert next(q for q in found.questions if q.id == "AF-16").remedy is not None


def test_a_refusal_on_temu_needs_a_ground_with_its_proof() -> None:
    made = case(reason_code="no_reason", exhibits=[exhibit("E1", "label_photo"), exhibit("E2", "tag_photo")])

    def unfounded(**intent: Any) -> str:
        return standing(flown(made, "temu", **intent), "TQ-01")

    assert unfounded(ground="worn") == "applies"
    assert unfounded(ground="worn", evidence=("E9",)) == "applies"
    assert unfounded(ground="worn", evidence=("E1",)) == "applies", "a waybill shows no wear"
    assert unfounded(ground="worn", evidence=("E2",)) == "clear"


def test_what_is_asked_of_refusals_is_not_asked_of_a_refund() -> None:
    found = flown(case(), "temu", kind=DecisionKind.REFUND)
    assert "TQ-01" not in {q.id for q in found.questions}


@pytest.mark.parametrize("name", names())
def test_every_ruleset_can_be_flown_with_nothing_known(name: str) -> None:
    found = flown(case(), name)
    assert found.course is not Course.GO
    assert all(q.reasons for q in found.questions)
