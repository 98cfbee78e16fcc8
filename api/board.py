"""The board of all clocks: kept as an index beside the cases, so that ten thousand of them are read at once.

The index holds alarms, which say when something is due and never whether it is late. It is made anew
in the same transaction as every change of a case, and as a whole when what is known about days off, or
what an alarm holds, has changed since.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel, Field

from claims.assess import standing_of
from claims.case import Case, Moment, Zone
from claims.clocks.board import EDITION, Alarm, Digest, Urgency, alarms, digest, looks_of, next_look, urgency
from claims.ruleset import Ruleset
from storage.ledger import stamp
from storage.rows import Reading, Row, Unit

if TYPE_CHECKING:
    from api.desk import Desk

KIND: Final = "alarm"
DUE: Final = "due"
"""The facet by which alarms are ranked: the moment as the ledger writes it."""
UNKNOWN: Final = "unknown"
"""Its value where nobody knows the moment; as text behind all moments."""
_STATE: Final = "board"
_PAGE: Final = 1000


class BoardLine(Alarm):
    """One line of the board, as it stands now."""

    urgency: Urgency


class Counts(BaseModel):
    """How many alarms there are of each urgency."""

    late: int
    now: int
    later: int
    unknown: int
    total: int


class Board(BaseModel):
    """The clocks to act on, the soonest first; `next` goes into `after`, and is missing on the last page."""

    made_at: Moment
    next_look_at: Moment
    """What is due before then is due now."""
    zone: Zone
    counts: Counts
    items: list[BoardLine] = Field(default_factory=list[BoardLine])
    next: str | None = None


def put_up(unit: Unit, case: Case, ruleset: Ruleset, desk: Desk) -> None:
    """Make the alarms of a case anew."""
    wanted = {each.id: each for each in alarms(case, standing_of(case, ruleset, desk.now(), desk.calendars))}
    held = {row.id: row for row in unit.find(KIND, {"case": case.id}, limit=_PAGE).rows}
    for name in held.keys() - wanted.keys():
        unit.remove(KIND, name)
    for name, alarm in wanted.items():
        body = alarm.model_dump(mode="json")
        facets = {"case": case.id, DUE: rank_of(alarm)}
        if name not in held:
            unit.add(KIND, name, body, facets)
        elif held[name].body != body:
            unit.replace(KIND, name, body, version=held[name].version, facets=facets)


def rank_of(alarm: Alarm) -> str:
    """The alarm's place on the board, as text."""
    return stamp(alarm.due_at) if alarm.due_at else UNKNOWN


def board(desk: Desk, *, limit: int = 100, after: str | None = None) -> Board:
    """One page of the board with the counts of all of it.

    Raises:
        CursorError: `after` is no `next` of a board.
    """
    _ensure(desk)
    now = desk.now()
    zone, times = looks_of(None)
    look = next_look(now, zone, times)
    with desk.read() as reading:
        page = reading.ranked(KIND, DUE, after=after, limit=limit)
        counts = _counted(reading, now, look)
    items = [_line(row, now, look) for row in page.rows]
    return Board(made_at=now, next_look_at=look, zone=zone, counts=counts, items=items, next=page.next)


def counted(desk: Desk) -> Counts:
    """How many alarms the index holds of each urgency; the index itself is left as it stands."""
    now = desk.now()
    zone, times = looks_of(None)
    with desk.read() as reading:
        return _counted(reading, now, next_look(now, zone, times))


def everything(desk: Desk) -> tuple[Alarm, ...]:
    """All alarms, the soonest first."""
    _ensure(desk)
    found: list[Alarm] = []
    after: str | None = None
    with desk.read() as reading:
        while True:
            page = reading.ranked(KIND, DUE, after=after, limit=_PAGE)
            found += [Alarm.model_validate(row.body) for row in page.rows]
            if (after := page.next) is None:
                return tuple(found)


def of_case(desk: Desk, case_id: str) -> tuple[Alarm, ...]:
    """The alarms of one case."""
    _ensure(desk)
    with desk.read() as reading:
        rows = reading.find(KIND, {"case": case_id}, limit=_PAGE).rows
    return tuple(Alarm.model_validate(row.body) for row in rows)


def digested(desk: Desk, *, zone: str | None = None, times: Iterable[time] = ()) -> Digest:
    """What has to be done before somebody looks again, in the zone and at the times of the warehouse."""
    own_zone, own_times = looks_of(None)
    return digest(everything(desk), desk.now(), zone or own_zone, tuple(times) or own_times)


def rebuild(desk: Desk) -> int:
    """Make the whole index anew; returns how many cases were looked at."""
    from api import cases  # noqa: PLC0415 - it calls this module

    with desk.begin() as unit:
        seen = 0
        after: str | None = None
        while True:
            page = unit.find(cases.KIND, after=after, limit=_PAGE)
            for row in page.rows:
                found = cases.opened(desk, unit, row)
                put_up(unit, found.case, found.ruleset.rules, desk)
                seen += 1
            if (after := page.next) is None:
                break
        mark(unit, desk)
    return seen


def _ensure(desk: Desk) -> None:
    with desk.read() as reading:
        row = reading.get(_STATE, _STATE)
    if row is None or row.body != _edition(desk):
        rebuild(desk)


def mark(unit: Unit, desk: Desk) -> None:
    """Note that the index is up to date."""
    row = unit.get(_STATE, _STATE)
    if row is None:
        unit.add(_STATE, _STATE, _edition(desk))
    else:
        unit.replace(_STATE, _STATE, _edition(desk), version=row.version)


def _edition(desk: Desk) -> dict[str, Any]:
    return {"edition": EDITION, "calendars": desk.calendars.digest}


def _counted(reading: Reading, now: datetime, look: datetime) -> Counts:
    total = reading.count(KIND, DUE)
    known = reading.count(KIND, DUE, UNKNOWN)
    late = reading.count(KIND, DUE, stamp(now))
    soon = reading.count(KIND, DUE, stamp(look))
    return Counts(late=late, now=soon - late, later=known - soon, unknown=total - known, total=total)


def _line(row: Row, now: datetime, look: datetime) -> BoardLine:
    alarm = Alarm.model_validate(row.body)
    return BoardLine(**alarm.model_dump(), urgency=urgency(alarm, now, look))
