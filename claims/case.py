"""A case: one claim on one platform, with its goods, parcels, dates, exhibits and what people said.

Frozen values; every change is a function that returns a changed copy, here the plain ones and
in `change` those that can be refused. What users write travels as data: the only string of a case
that ever becomes part of a path is its `id`, and that one is made of ASCII letters, digits, `-`
and `_` alone. A case as it was stored by an older version still loads: fields are added, never
renamed or dropped.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from claims.record.amount import Amount, Sum
from claims.record.decision import Decision, DecisionKind
from claims.record.event import Event, EventKind
from claims.record.exhibit import Exhibit, ExhibitKind, Role
from claims.record.goods import Inspection, Item
from claims.record.message import MOST_MESSAGES, Message, Speaker, Tag
from claims.record.offer import Offer
from claims.record.parcel import Direction, Parcel
from claims.record.party import Party
from claims.record.promise import Promise
from claims.record.subcase import SubCase
from claims.record.terms import Terms
from claims.record.ticket import Shown, Stage, Ticket, TicketReason
from claims.shop import Shop
from claims.value import FIRST_YEAR, LAST_YEAR, Id, Line, Moment, Name, Text, Value, Zone
from evidence.timeline import Span

__all__ = [
    "FIRST_YEAR",
    "LAST_YEAR",
    "Amount",
    "Case",
    "Decision",
    "DecisionKind",
    "Direction",
    "Event",
    "EventKind",
    "Exhibit",
    "ExhibitKind",
    "Id",
    "Inspection",
    "Item",
    "Line",
    "Locale",
    "Message",
    "Moment",
    "Name",
    "Offer",
    "Parcel",
    "Party",
    "Promise",
    "Role",
    "Shop",
    "Shown",
    "Speaker",
    "Stage",
    "Statement",
    "SubCase",
    "Sum",
    "Tag",
    "Terms",
    "Text",
    "Ticket",
    "TicketReason",
    "Zone",
]

Locale = Literal["zh-Hans", "zh-Hant", "en"]
"""The language in which this claim is argued."""


class Statement(Value):
    """A person's answer to a requirement that no pixel can show, or to a question of the pre-flight."""

    requirement: Line
    """The id of the requirement or of the question, e.g. `V-04`, `AF-06`."""
    answer: Literal["yes", "no"]
    by: Name
    at: Moment
    about: Line = ""
    """The sub-case; empty for the case itself."""
    exhibit: Id | None = None
    """The exhibit that the person points at."""
    when: Span | None = None
    """The part of the film that the person points at, in presentation time."""
    note: Text = ""


class Case(Value):
    """One claim. `reason` says in the seller's words what is wrong with the return."""

    schema_version: Literal[1] = 1
    id: Id
    platform: Line
    site: Line = ""
    """The market, e.g. `us`; it names the calendar of days off."""
    zone: Zone
    """The time zone in which the platform counts this case's days."""
    locale: Locale = "zh-Hans"
    shop: Shop | None = None
    """As it was when the case was opened."""
    procedure: Line = ""
    """Which of the ruleset's procedures this is; empty for the ruleset's own first one."""
    order_number: Line = ""
    tracking_number: Line = ""
    """The waybill of the return, which the film has to show."""
    reason: Text = ""
    reason_code: Line = ""
    """In the platform's taxonomy."""
    reason_class: Line = ""
    """The base class, where a person set it against the taxonomy."""
    priority: Annotated[int, Field(ge=0, le=9)] = 0
    """9 before 0; the house's own order, no platform's."""
    items: Annotated[tuple[Item, ...], Field(max_length=500)] = ()
    parcels: Annotated[tuple[Parcel, ...], Field(max_length=100)] = ()
    parties: Annotated[tuple[Party, ...], Field(max_length=20)] = ()
    terms: Terms = Terms()
    amounts: tuple[Amount, ...] = ()
    events: tuple[Event, ...] = ()
    """In the order of their recording."""
    exhibits: tuple[Exhibit, ...] = ()
    statements: tuple[Statement, ...] = ()
    tickets: Annotated[tuple[Ticket, ...], Field(max_length=200)] = ()
    shown: Annotated[tuple[Shown, ...], Field(max_length=500)] = ()
    """What the platform's own countdowns showed, in the order of their recording."""
    messages: Annotated[tuple[Message, ...], Field(max_length=MOST_MESSAGES)] = ()
    """By time."""
    promises: Annotated[tuple[Promise, ...], Field(max_length=500)] = ()
    inspections: Annotated[tuple[Inspection, ...], Field(max_length=100)] = ()
    offers: Annotated[tuple[Offer, ...], Field(max_length=200)] = ()
    decisions: Annotated[tuple[Decision, ...], Field(max_length=200)] = ()
    subcases: Annotated[tuple[SubCase, ...], Field(max_length=50)] = ()

    @model_validator(mode="after")
    def _names_things_once(self) -> Self:
        for what, names in (
            ("exhibits of this case have the same id", [e.id for e in self.exhibits]),
            ("exhibits of this case have the same file", [e.digest for e in self.exhibits]),
            ("items of this case have the same id", [e.id for e in self.items]),
            ("parcels of this case have the same id", [e.id for e in self.parcels]),
            ("tickets of this case have the same id", [e.id for e in self.tickets]),
            ("messages of this case have the same id", [e.id for e in self.messages]),
            ("promises of this case have the same id", [e.id for e in self.promises]),
            ("inspections of this case have the same id", [e.id for e in self.inspections]),
            ("offers of this case have the same id", [e.id for e in self.offers]),
            ("decisions of this case have the same id", [e.id for e in self.decisions]),
            ("sub-cases of this case have the same id", [e.id for e in self.subcases]),
        ):
            if len(set(names)) != len(names):
                message = f"two {what}; each may be there once"
                raise ValueError(message)
        return self

    # changes

    def with_event(self, event: Event) -> Case:
        """This case with one more event."""
        return self.model_copy(update={"events": (*self.events, event)})

    def with_statement(self, statement: Statement) -> Case:
        """This case with one more statement; earlier ones stay, the latest one speaks."""
        return self.model_copy(update={"statements": (*self.statements, statement)})

    def with_exhibit(self, exhibit: Exhibit) -> Case:
        """This case with one more exhibit.

        Raises:
            ValueError: the case already has an exhibit of that id or with those bytes.
        """
        for mine in self.exhibits:
            if exhibit.id == mine.id or exhibit.digest == mine.digest:
                message = f"this case already has that file, as exhibit {mine.id}"
                raise ValueError(message)
        return self.model_copy(update={"exhibits": (*self.exhibits, exhibit)})

    def without_exhibit(self, exhibit_id: str) -> Case:
        """This case without that exhibit.

        Raises:
            LookupError: there is none of that id.
        """
        left = tuple(e for e in self.exhibits if e.id != exhibit_id)
        if len(left) == len(self.exhibits):
            message = f"this case has no exhibit {exhibit_id!r}"
            raise LookupError(message)
        return self.model_copy(update={"exhibits": left})

    # looking things up

    def exhibit(self, exhibit_id: str) -> Exhibit | None:
        """The exhibit of that id, or None."""
        return next((e for e in self.exhibits if e.id == exhibit_id), None)

    def of_kind(self, kind: ExhibitKind) -> tuple[Exhibit, ...]:
        """The exhibits of that kind, in the order of the case."""
        return tuple(e for e in self.exhibits if e.kind is kind)

    def in_role(self, roles: Iterable[Role]) -> tuple[Exhibit, ...]:
        """The exhibits in one of those roles, in the order of the case."""
        wanted = frozenset(roles)
        return tuple(e for e in self.exhibits if e.role in wanted)

    def event(self, kind: EventKind) -> Event | None:
        """The event of that kind that was recorded last (a later record corrects an earlier one), or None."""
        return next((e for e in reversed(self.events) if e.kind is kind), None)

    def statement(self, requirement: str, about: str = "") -> Statement | None:
        """The latest statement on that requirement, or None; of two at one moment the one recorded later."""
        mine = [s for s in self.statements if s.requirement == requirement and s.about == about]
        return max(enumerate(mine), key=lambda pair: (pair[1].at, pair[0]))[1] if mine else None

    def parcel(self, direction: Direction) -> Parcel | None:
        """The parcel that went that way last, or None."""
        return next((p for p in reversed(self.parcels) if p.direction is direction), None)

    def amount(self, what: Sum) -> Amount | None:
        """The sum of that name that was recorded last, or None."""
        return next((a for a in reversed(self.amounts) if a.what == what.value), None)

    def subcase(self, name: str) -> SubCase | None:
        """The sub-case of that id, or None."""
        return next((s for s in self.subcases if s.id == name), None)

    @property
    def closed(self) -> bool:
        """Whether it was closed, and not opened again."""
        ended = (EventKind.CLOSED, EventKind.REOPENED)
        last = next((e for e in reversed(self.events) if e.kind in ended and not e.about), None)
        return last is not None and last.kind is EventKind.CLOSED
