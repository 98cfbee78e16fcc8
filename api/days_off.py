"""Days off changed by a person: compared first, which open clocks would end at another time, then kept.

The board of clocks is made anew by itself, since it knows by which days it was made.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Final

from pydantic import BaseModel, ConfigDict, Field

from api import cases, idempotency
from api.idempotency import Claim, Reply
from api.identity.house import keeper_alone
from api.retention import Mandate
from claims.assess import standing_of
from claims.case import Case, Moment
from claims.clocks.calendar import Calendars, Override, Table
from claims.vocabulary.quoted import Words
from storage.rows import LIMIT

if TYPE_CHECKING:
    from api.desk import Desk

STREAM: Final = "calendar"
"""Of the ledger."""
MOST_COUNTED: Final = 1000
"""Open cases whose clocks are counted anew for a comparison, the newest."""


class Shift(BaseModel):
    """A clock of an open case that would end at another time."""

    model_config = ConfigDict(frozen=True)

    case_id: str
    order_number: str
    title: Words
    before: Moment | None
    after: Moment | None


class Effect(BaseModel):
    """What another table would do to the open clocks."""

    looked: int
    """Open cases whose clocks were counted by both."""
    left: int
    """Those that were not looked at, since there were too many."""
    shifts: list[Shift] = Field(default_factory=list[Shift])


def own(desk: Desk) -> Table:
    """What this deployment knows better."""
    return desk.calendars.own


def with_days(desk: Desk, overrides: Iterable[Override]) -> Table:
    """The table of this deployment with these days in place of its own; its markets stay.

    Raises:
        ValueError: there are too many.
    """
    table = own(desk)
    ordered = sorted(overrides, key=lambda each: (each.market, each.day))
    return Table(market=table.market, override=tuple(ordered))


def effect(desk: Desk, table: Table) -> Effect:
    """Which clocks of open cases would end at another time by that table. Nothing is changed."""
    after = Calendars(desk.calendars.table, table)
    looked, left, shifts = 0, 0, list[Shift]()
    page: str | None = None
    with desk.read() as reading:
        while True:
            found = reading.find(cases.KIND, after=page, limit=LIMIT)
            for row in found.rows:
                if Case.model_validate(row.body["case"]).closed:
                    continue
                if looked == MOST_COUNTED:
                    left += 1
                    continue
                looked += 1
                shifts += _shifts(desk, cases.opened(desk, reading, row), after, desk.now())
            if (page := found.next) is None:
                return Effect(looked=looked, left=left, shifts=shifts)


def put(desk: Desk, table: Table, word: Mandate, claim: Claim) -> Reply:
    """Keep that table from now on, by a person's word; the board is made anew by itself.

    Raises:
        ForAllError: the caller is of another tenant than the first; the file holds for all of them.
        StorageError: the file cannot be written; nothing was changed.
    """
    keeper_alone(desk.caller)
    word = word.given_at(desk)
    with desk.begin() as unit:
        if reply := idempotency.recall(unit, claim):
            return reply
        before, after = set(own(desk).override), set(table.override)
        detail = {
            "added": sorted(_line(each) for each in after - before),
            "removed": sorted(_line(each) for each in before - after),
            **word.model_dump(),
        }
        desk.note(unit, STREAM, "calendar.changed", detail)
        reply = idempotency.remember(unit, claim, Reply(200, detail))
        desk.wiring.almanac.put(table)
    return reply


def _line(each: Override) -> str:
    return f"{each.market} {each.day.isoformat()} {'works' if each.works else 'off'}: {each.source}"


def _shifts(desk: Desk, found: cases.Opened, after: Calendars, now: datetime) -> Iterable[Shift]:
    rules = found.ruleset.rules
    was = {(c.name, c.about): c for c in standing_of(found.case, rules, now, desk.calendars)}
    for clock in standing_of(found.case, rules, now, after):
        before = was.get((clock.name, clock.about))
        if before is not None and before.due_at != clock.due_at:
            yield Shift(
                case_id=found.case.id,
                order_number=found.case.order_number,
                title=clock.title,
                before=before.due_at,
                after=clock.due_at,
            )
