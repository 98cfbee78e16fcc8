from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from claims import change
from claims.case import Amount, Case, Event, EventKind, Item
from claims.difference import LONGEST, MOST, differences

CASE = Case(id="c", platform="p", zone="UTC")
AT = datetime(2026, 11, 20, tzinfo=UTC)


def test_nothing_differs_from_itself() -> None:
    assert differences(CASE, CASE) == ()


def test_each_fact_is_told_with_what_it_was_and_what_it_is() -> None:
    price = Amount(what="price", value=Decimal("1.50"), currency="CNY")
    before = change.put(CASE, Item(id="L1", sku="A", price=price, gift=True))
    after = change.put(before, Item(id="L1", sku="A", serial="S", quantity=2))
    assert set(differences(before, after)) == {
        ("items/L1", "quantity", "1", "2"),
        ("items/L1", "price", "1.50 CNY", ""),
        ("items/L1", "serial", "", "S"),
        ("items/L1", "gift", "yes", "no"),
    }


def test_a_new_part_tells_what_it_says_and_not_what_it_leaves_open() -> None:
    after = change.put(CASE, Item(id="L1", sku="A"))
    assert set(differences(CASE, after)) == {("items/L1", "sku", "", "A"), ("items/L1", "quantity", "", "1")}


def test_an_event_is_told_by_its_kind() -> None:
    event = Event(kind=EventKind.OPENED, at=AT, about="P1")
    assert differences(CASE, CASE.with_event(event)) == (("events", "opened/P1", "", "2026-11-20T00:00:00Z"),)


def test_a_log_is_no_copy_of_the_case() -> None:
    after = CASE.model_copy(update={"reason": "x" * 10_000})
    ((*_, told),) = differences(CASE, after)
    assert len(told) == LONGEST
    many = CASE
    for number in range(100):
        many = change.put(many, Item(id=f"L{number}", sku="A"))
    assert len(differences(CASE, many)) == MOST
