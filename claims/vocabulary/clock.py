"""Clocks: what starts and stops them, how their length is counted, what happens when they are missed."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from claims.record.event import EventKind
from claims.record.ticket import Stage, TicketReason
from claims.value import Value
from claims.vocabulary.quoted import Blank, Key, OneOrMore, Quoted, Words

Kind = Literal[
    "wall_minutes",
    "wall_hours",
    "natural_days",
    "calendar_months",
    "working_days",
    "business_hours",
    "office_hours",
    "platform",
    "promised",
]
"""How a length is counted.

`wall_minutes`, `wall_hours`: time as it passes. `natural_days`: every day of the calendar counts.
`calendar_months`: the same day so many months later, or that month's last day where it has no such day.
`working_days`: days off do not count, make-up days do. `business_hours`: the hours of working days,
all 24 of each. `office_hours`: `length` hours when the shop is open as it starts, else `outside` hours.
`platform`: only the platform tells the end. `promised`: the end is in the promise.
"""

Nature = Literal["task", "expiry", "window", "target"]
"""What its end means: the seller has to act before; something is gone for the seller; the buyer can no longer
ask; or nothing but a good intention."""

Length = Annotated[int | None, Field(gt=0, le=1_000_000, strict=True), Blank]
"""In the unit of the clock's kind; blank where the source does not say."""

Starts = Annotated[tuple[EventKind, ...], Field(min_length=1), OneOrMore]
"""The first of these that is recorded counts."""

Stops = Annotated[tuple[EventKind, ...], OneOrMore]
"""Any of these stops it."""


class OfTicket(Value):
    """Which work orders a clock is for, and in which state it runs; what is left out does not matter."""

    stage: Stage | None = None
    reasons: tuple[TicketReason, ...] = ()
    status: str = ""
    """In the platform's own words; a ticket whose status nobody wrote down counts as waiting for us."""
    substatus: str = ""


class Step(Value):
    """One part of a clock that has several, each counted from the same start."""

    id: Key
    title: Words
    stops: Stops
    length: Length = None
    kind: Kind | None = None
    """As the clock's, where left out."""


class Clock(Quoted):
    """A period that the platform counts; a blank `length` is unknown until somebody fills it in."""

    id: Key
    starts: Starts
    stops: Stops | None = None
    """What ends it in time."""
    due: EventKind | None = None
    """An event that carries the due time the platform itself shows; it always wins."""
    kind: Kind
    length: Length = None
    outside: Length = None
    """Of `office_hours`: the hours when the shop is closed as it starts."""
    length_from: Literal["return_days"] | None = None
    """Take a blank length from what the shop agreed with the buyer."""
    nature: Nature = "task"
    steps: tuple[Step, ...] = ()
    calendars: tuple[Annotated[str, Field(pattern=r"^[a-z]{2,12}$")], ...] = ("site", "home")
    """Whose days off: `site` (of the case), `home` (of the shop's staff), or a market such as `cn`.

    Of several the one that ends it first counts."""
    day: Literal["same_time", "end_of_day"] = "same_time"
    """Whether a day ends at the time of day of its start, the earlier reading, or at midnight."""
    ticket: OfTicket | None = None
    todo: Words | None = None
    """What to do before it ends."""
    missed: Words | None = None
    """What happens when it is missed."""
    missed_quote: str = ""
    severity: Literal["red", "amber"] = "red"
    before: Key | None = None
    """Of an `expiry`: the clock whose work needs what expires."""

    @model_validator(mode="after")
    def _is_countable(self) -> Self:
        if self.outside is not None and self.kind != "office_hours":
            raise ValueError("outside is for clocks of kind office_hours alone")
        if self.kind in {"platform", "promised"} and (self.length is not None or self.steps):
            raise ValueError(f"a clock of kind {self.kind} has no length and no steps of its own")
        if self.kind == "promised" and self.starts != (EventKind.PROMISED,):
            raise ValueError("a clock of kind promised starts with promised")
        if len({step.id for step in self.steps}) != len(self.steps):
            raise ValueError("two steps of one clock have the same id; each may be used once")
        return self
