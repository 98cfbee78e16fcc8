from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from claims.case import Amount, Case, Event, EventKind, Exhibit, ExhibitKind, Statement

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
