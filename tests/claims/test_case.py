from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from claims.case import (
    Amount,
    Case,
    Direction,
    Event,
    EventKind,
    Exhibit,
    ExhibitKind,
    Inspection,
    Statement,
    Sum,
)

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


def exhibit(exhibit_id: str, digit: str = "a", **more: Any) -> Exhibit:
    values = {
        "id": exhibit_id,
        "evidence_id": "ev",
        "digest": f"sha256:{digit * 64}",
        "size": 1,
        "name": "x",
        "kind": ExhibitKind.FILM,
        "added_at": NOW,
    }
    return Exhibit.model_validate({**values, **more})


@pytest.fixture
def case() -> Case:
    return Case(id="c1", platform="tmall", zone="Asia/Shanghai")


def test_changes_are_copies(case: Case) -> None:
    changed = case.with_exhibit(exhibit("e1")).with_event(Event(kind=EventKind.REFUSED, at=NOW))
    assert case.exhibits == ()
    assert changed.exhibit("e1") is not None
    assert changed.without_exhibit("e1").exhibits == ()
    assert changed.event(EventKind.REFUSED) is not None
    with pytest.raises(ValidationError):
        changed.id = "other"  # pyright: ignore[reportAttributeAccessIssue] - that is the point


def test_the_same_exhibit_is_not_added_twice(case: Case) -> None:
    held = case.with_exhibit(exhibit("e1"))
    with pytest.raises(ValueError, match="already has that file"):
        held.with_exhibit(exhibit("e2"))
    with pytest.raises(ValueError, match="already has that file"):
        held.with_exhibit(exhibit("e1", "b"))
    with pytest.raises(LookupError):
        held.without_exhibit("e9")
    with pytest.raises(ValidationError, match="same file"):
        Case(id="c", platform="t", zone="UTC", exhibits=(exhibit("e1"), exhibit("e2")))


def test_it_survives_json(case: Case) -> None:
    full = (
        case.with_exhibit(exhibit("e1", name="../\0😀" + "长" * 4000))
        .with_event(Event(kind=EventKind.REFUSED, at=NOW, note="点了"))
        .with_statement(
            Statement.model_validate(
                {"requirement": "V-04", "answer": "yes", "by": "李", "at": NOW, "when": [1.5, 2]}
            )
        )
        .model_copy(
            update={
                "amounts": (Amount.model_validate({"what": "货款", "value": "129.90", "currency": "CNY"}),)
            }
        )
    )
    assert Case.model_validate_json(full.model_dump_json()) == full


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "../x"},
        {"id": "a/b"},
        {"id": ""},
        {"id": "a\n"},
        {"zone": "Asia/Nowhere"},
        {"zone": "../../etc/passwd"},
        {"zone": "/etc/passwd"},
        {"colour": "red"},
        {"order_number": "9" * 600},
        {"events": [{"kind": "refused", "at": "2026-11-21T10:00:00"}]},
        {"events": [{"kind": "refuse", "at": "2026-11-21T10:00:00Z"}]},
        {"events": [{"kind": "refused", "at": "9999-12-31T23:00:00Z"}]},
        {"events": [{"kind": "refused", "at": "0001-01-01T00:00:00Z"}]},
        {"amounts": [{"what": "x", "value": "NaN", "currency": "CNY"}]},
        {"amounts": [{"what": "x", "value": "1", "currency": "yuan"}]},
    ],
)
def test_what_users_write_wrong_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Case.model_validate({"id": "c1", "platform": "tmall", "zone": "Asia/Shanghai", **wrong})


def test_the_later_record_and_the_later_word_speak(case: Case) -> None:
    later, earlier = NOW, NOW - timedelta(days=1)
    corrected = case.with_event(Event(kind=EventKind.REFUSED, at=later)).with_event(
        Event(kind=EventKind.REFUSED, at=earlier)
    )
    found = corrected.event(EventKind.REFUSED)
    assert found is not None
    assert found.at == earlier
    said = [
        Statement(requirement="V-04", answer=answer, by="Li", at=at)
        for answer, at in (("no", later), ("yes", earlier))
    ]
    spoken = case.with_statement(said[0]).with_statement(said[1]).statement("V-04")
    assert spoken is not None
    assert spoken.answer == "no"
    assert case.statement("V-04") is None


STORED = Path(__file__).with_name("stored_0_1_0.json")


def test_a_case_stored_by_the_first_version_still_loads() -> None:
    told = json.loads(STORED.read_text("utf-8"))["case"]
    old = Case.model_validate(told)
    assert (old.id, old.reason_code, len(old.exhibits)) == ("case_5b0f6d1c9a7e42f83310", "swapped_item", 1)
    again = old.model_dump(mode="json")
    assert {name: again[name] for name in told if name not in {"events", "exhibits", "statements"}} == {
        name: told[name] for name in told if name not in {"events", "exhibits", "statements"}
    }
    for name in ("events", "exhibits", "statements"):
        for mine, theirs in zip(again[name], told[name], strict=True):
            assert theirs.items() <= mine.items()


def test_a_case_with_everything_survives_json() -> None:
    full = Case.model_validate(
        {
            "id": "c1",
            "platform": "temu",
            "zone": "America/New_York",
            "site": "us",
            "locale": "en",
            "shop": {"id": "s1", "hours": [{"days": ["mon", "fri"], "opens": "09:00", "closes": "00:00"}]},
            "procedure": "work_order",
            "items": [{"id": "L1", "sku": "A", "quantity": 2, "batch": "B7", "best_before": "2027-01-31"}],
            "parcels": [{"id": "P1", "direction": "outbound", "signed_at": NOW, "signed_by": "front desk"}],
            "parties": [{"side": "buyer", "handle": "tb_17"}],
            "terms": {"listing": "100 % cotton", "liable": "carrier", "warranty_until": "2028-01-01"},
            "amounts": [{"what": "goods", "value": "129.90", "currency": "CNY"}],
            "tickets": [{"id": "T1", "reason": "reship", "created_at": NOW, "status": "跟进中"}],
            "shown": [{"clock": "work_order", "about": "T1", "due_at": NOW, "seen_at": NOW}],
            "messages": [{"id": "M1", "at": NOW, "speaker": "buyer", "text": "少了一个盘子"}],
            "promises": [{"id": "W1", "what": "refund", "where": "chat", "made_at": NOW, "due_at": NOW}],
            "inspections": [{"id": "I1", "at": NOW, "by": "Li", "same_item": False}],
            "offers": [{"id": "O1", "option": "coupon", "at": NOW, "by": "Li", "answer": "declined"}],
            "decisions": [{"id": "D1", "kind": "refund", "at": NOW, "by": "Li"}],
            "subcases": [{"id": "S1", "procedure": "reship", "opened_at": NOW}],
        }
    )
    assert Case.model_validate_json(full.model_dump_json()) == full
    assert full.amount(Sum.GOODS) is not None
    assert full.amount(Sum.REFUND) is None
    assert full.parcel(Direction.OUTBOUND) is not None
    assert full.parcel(Direction.RETURN) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"decisions": [{"id": "D1", "kind": "refuse", "at": NOW, "by": "Li", "ground": "worn"}]},
        {"decisions": [{"id": "D1", "kind": "refuse", "at": NOW, "by": "Li", "evidence": ["E1"]}]},
        {"decisions": [{"id": "D1", "kind": "partial_refund", "at": NOW, "by": "Li"}]},
        {"promises": [{"id": "W1", "what": " ", "where": "chat", "made_at": NOW}]},
        {"subcases": [{"id": "S1", "procedure": "x", "opened_at": NOW, "closed_at": NOW - timedelta(1)}]},
        {"offers": [{"id": "O1", "option": "magic", "at": NOW, "by": "Li"}]},
        {"tickets": [{"id": "T1", "reason": "reship", "created_at": NOW}] * 2},
        {"messages": [{"id": "M1", "at": NOW, "speaker": "ghost", "text": "x"}]},
        {"shop": {"id": "s", "hours": [{"days": ["mon"], "opens": "18:00", "closes": "09:00"}]}},
        {"shop": {"id": "s", "hours": [{"days": [], "opens": "09:00", "closes": "18:00"}]}},
        {"shop": {"id": "s", "hours": [{"days": ["mon"], "opens": "09:00+08:00", "closes": "18:00"}]}},
        {"locale": "fr"},
    ],
)
def test_what_contradicts_itself_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Case.model_validate({"id": "c1", "platform": "tmall", "zone": "Asia/Shanghai", **wrong})


def test_a_case_is_closed_until_it_is_opened_again(case: Case) -> None:
    assert not case.closed
    ended = case.with_event(Event(kind=EventKind.CLOSED, at=NOW))
    assert ended.closed
    assert not ended.with_event(Event(kind=EventKind.REOPENED, at=NOW)).closed


@pytest.mark.parametrize(
    ("told", "sound"),
    [
        ({}, None),
        ({"same_item": True}, None),
        ({"same_item": True, "complete": True, "resale": True}, True),
        ({"same_item": True, "complete": True, "resale": True, "unused": False}, False),
        ({"same_item": True, "complete": True, "resale": True, "defects": [{"code": "scratch"}]}, False),
        ({"same_item": False}, False),
        ({"faulty": True}, False),
    ],
)
def test_goods_came_back_sound_only_if_somebody_looked(told: dict[str, Any], *, sound: bool | None) -> None:
    assert Inspection.model_validate({"id": "I1", "at": NOW, "by": "Li", **told}).sound is sound
