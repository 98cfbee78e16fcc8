"""What a change of a case changed: which fact, from what, to what, for the log of who said otherwise.

Facts alone, by the part that holds them. What is brought in whole and has a log entry of its own (chats,
offers, decisions, promises) is not told again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from claims.case import Case

MOST: Final = 60
"""Changes that are told of one press: more than any form has fields."""
LONGEST: Final = 200
"""Characters of a value; a log is no copy of the case."""
_PLAIN: Final = (
    "order_number",
    "tracking_number",
    "reason",
    "reason_code",
    "reason_class",
    "procedure",
    "site",
    "locale",
    "priority",
)
"""Facts that stand in the case itself."""
_SHELVES: Final = ("items", "parcels", "tickets", "inspections", "exhibits", "subcases")
"""What is held under ids of its own."""
_OURS: Final = frozenset({"id", "address", "evidence_id", "digest", "size", "name", "added_at"})
"""What nobody says: what is made here, and what an exhibit is by its bytes."""
_TICKS: Final = frozenset({"perishable", "gift"})
"""What is no unless somebody says yes."""


class Change(NamedTuple):
    """One fact that was said otherwise; empty where it was, or is, not said."""

    part: str
    """What holds it: `items/L1`, `terms`, `events`, or `case`."""
    fact: str
    before: str
    after: str


def differences(before: Case, after: Case) -> tuple[Change, ...]:
    """The facts that differ, in the order of the case, at most `MOST` of them."""
    return tuple(_all(before, after))[:MOST]


def _all(before: Case, after: Case) -> Iterator[Change]:
    old, new = _told(before), _told(after)
    for part in dict.fromkeys((*new, *old)):
        held, holds = old.get(part, {}), new.get(part, {})
        for fact in dict.fromkeys((*holds, *held)):
            was, now = held.get(fact, ""), holds.get(fact, "")
            if was != now and not (fact in _TICKS and {was, now} == {"", "no"}):
                yield Change(part, fact, was, now)


def _told(case: Case) -> dict[str, dict[str, str]]:
    """All facts of a case as texts, by part."""
    told = case.model_dump(mode="json", exclude={"messages", "statements", "shown"})
    found: dict[str, dict[str, str]] = {"case": {name: _text(told[name]) for name in _PLAIN}}
    found["case"]["shop"] = case.shop.id if case.shop else ""
    for shelf in _SHELVES:
        for part in told[shelf]:
            found[f"{shelf}/{part['id']}"] = _facts(part)
    found["terms"] = _facts(told["terms"])
    found["amounts"] = {each["what"]: _text(each) for each in told["amounts"]}
    found["events"] = {_event(each): each["at"] for each in told["events"]}
    return found


def _facts(part: Mapping[str, Any]) -> dict[str, str]:
    return {name: _text(value) for name, value in part.items() if name not in _OURS}


def _event(event: Mapping[str, Any]) -> str:
    return f"{event['kind']}/{event['about']}" if event["about"] else str(event["kind"])


def _text(value: Any) -> str:  # noqa: ANN401 - whatever JSON holds
    if value is None or value in ([], {}):
        return ""
    match value:
        case bool():
            return "yes" if value else "no"
        case {"value": sum_, "currency": currency}:
            return f"{sum_} {currency}"
        case _:
            return str(value)[:LONGEST]
