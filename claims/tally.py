"""What many cases have in common: by reason, carrier, item and outcome; answers in time, week by week."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from claims.case import Case, Speaker, Sum, Tag
from claims.chronicle import Chronicle
from claims.record.event import EventKind
from claims.value import Value

MOST: Final = 50
"""Names of one kind that are listed; the commonest first."""


class Count(Value):
    """How many cases have that in common."""

    name: str
    cases: int


class Tally(Value):
    """Cases counted in several ways."""

    cases: int
    open: int
    reasons: tuple[Count, ...] = ()
    classes: tuple[Count, ...] = ()
    carriers: tuple[Count, ...] = ()
    items: tuple[Count, ...] = ()
    platforms: tuple[Count, ...] = ()
    outcomes: tuple[Count, ...] = ()


_OUTCOMES: Final = (
    EventKind.DECIDED,
    EventKind.WON,
    EventKind.PARTLY_WON,
    EventKind.LOST,
    EventKind.REFUNDED,
    EventKind.SETTLED,
    EventKind.REFUND_WITHDRAWN,
    EventKind.RESHIP_SHIPPED,
)


def tally(cases: Iterable[Case]) -> Tally:
    """The cases by what they have in common."""
    counts: dict[str, Counter[str]] = {}

    def note(kind: str, names: Iterable[str]) -> None:
        counts.setdefault(kind, Counter()).update({name for name in names if name.strip()})

    seen = running = 0
    for case in cases:
        seen += 1
        running += not case.closed
        happened = Chronicle(case)
        note("reasons", [case.reason_code])
        note("classes", [case.reason_class])
        note("carriers", (p.carrier for p in case.parcels))
        note("items", (i.sku for i in case.items))
        note("platforms", [case.platform])
        note("outcomes", (kind.value for kind in _OUTCOMES if happened.all(kind)))
    listed = {kind: _listed(counter) for kind, counter in counts.items()}
    return Tally(cases=seen, open=running, **listed)


def _listed(counter: Counter[str]) -> tuple[Count, ...]:
    ordered = sorted(counter.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(Count(name=name, cases=number) for name, number in ordered[:MOST])


class Week(Value):
    """Answers to buyers in one week, counted in the week in which the buyer wrote."""

    week: str
    """ISO 8601, e.g. `2026-W47`."""
    asked: int
    in_time: int
    late: int
    waiting: int
    """Not answered, and not late yet."""


ANSWER: Final = timedelta(hours=24)
"""Within which a solution is due where the merchant answers buyers (Temu's course for merchants)."""


def weekly(cases: Iterable[Case], now: datetime, zone: str, within: timedelta = ANSWER) -> tuple[Week, ...]:
    """How many questions of buyers got a solution in time, by week in that zone; the oldest first."""
    weeks: dict[str, Counter[str]] = {}
    for case in cases:
        for asked, given in _questions(case, now):
            there = asked.astimezone(ZoneInfo(zone)).isocalendar()
            counter = weeks.setdefault(f"{there.year}-W{there.week:02}", Counter())
            counter["asked"] += 1
            counter[_state(asked, given, now, within)] += 1
    return tuple(
        Week(week=week, asked=c["asked"], in_time=c["in_time"], late=c["late"], waiting=c["waiting"])
        for week, c in sorted(weeks.items())
    )


def _questions(case: Case, now: datetime) -> Iterator[tuple[datetime, datetime | None]]:
    """The first message of each stretch of questions, with the moment of the solution that ended it."""
    asked: datetime | None = None
    for message in sorted(case.messages, key=lambda m: m.at):
        if message.at > now:
            break
        if message.speaker is Speaker.BUYER and asked is None:
            asked = message.at
        if message.speaker is Speaker.MERCHANT and Tag.SOLUTION in message.tags and asked is not None:
            yield asked, message.at
            asked = None
    if asked is not None:
        yield asked, None


def _state(asked: datetime, given: datetime | None, now: datetime, within: timedelta) -> str:
    if (given or now) > asked + within:
        return "late"
    return "in_time" if given else "waiting"


class Coverable(Value):
    """What a ceiling of automatic refunds would have done."""

    below: Decimal
    currency: str
    by_hand: int
    """Refunds before shipment that people agreed to, with a sum in that currency."""
    covered: int


def coverable(cases: Iterable[Case], below: Decimal, currency: str) -> Coverable:
    """How many of the refunds before shipment that people agreed to would have been automatic."""
    by_hand = covered = 0
    for case in cases:
        happened = Chronicle(case)
        agreed = happened.all(EventKind.REFUND_AGREED) or happened.all(EventKind.REFUNDED)
        amount = case.amount(Sum.REFUND) or case.amount(Sum.GOODS)
        if case.terms.tool or not agreed or not happened.all(EventKind.CANCEL_REQUESTED):
            continue
        if amount is None or amount.currency != currency:
            continue
        by_hand += 1
        covered += amount.value <= below
    return Coverable(below=below, currency=currency, by_hand=by_hand, covered=covered)
