"""A case: one return claim on one platform, with its dates, its exhibits and what people said.

Frozen values; every change is a function that returns a changed copy. What users write
travels as data: the only string of a case that ever becomes part of a path is its `id`,
and that one is made of ASCII letters, digits, `-` and `_` alone.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Final, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from evidence.model import Digest, Utc
from evidence.timeline import Span


def _is_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (OSError, LookupError, ValueError):
        message = f"{name!r} is no time zone; write an IANA name such as Asia/Shanghai"
        raise ValueError(message) from None
    return name


FIRST_YEAR: Final = 1990
LAST_YEAR: Final = 2200


def _is_near(moment: datetime) -> datetime:
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        message = f"the year {moment.year} cannot be right; write a date between {FIRST_YEAR} and {LAST_YEAR}"
        raise ValueError(message)
    return moment


Moment = Annotated[Utc, AfterValidator(_is_near)]
"""An aware wall time in a year that a claim can be about, so that no sum of it overflows."""

Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
"""A name that is safe in a path: it goes into the bundle's folder."""

Zone = Annotated[str, Field(max_length=64), AfterValidator(_is_zone)]
"""An IANA time zone, the one in which the platform counts this case's days."""

Line = Annotated[str, Field(max_length=512)]
"""A short text of the user's: data, never a path or a template."""

Text = Annotated[str, Field(max_length=16_384)]
"""A long text of the user's."""


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ExhibitKind(StrEnum):
    """What an exhibit is to the claim."""

    FILM = "film"
    """A film of the opening."""
    PHOTO = "photo"
    DOCUMENT = "document"
    """Anything else: a chat, a delivery proof, another film."""


class EventKind(StrEnum):
    """What can happen in a case; rulesets name these, so the list is closed."""

    SHIPPED = "shipped"
    DELIVERED = "delivered"
    """The carrier shows that the buyer's parcel was signed for."""
    RETURN_REQUESTED = "return_requested"
    RETURN_SHIPPED = "return_shipped"
    RETURN_DELIVERED = "return_delivered"
    """The carrier shows that the returned parcel was signed for by the seller."""
    OPENED = "opened"
    """The returned parcel was opened."""
    FILM_READY = "film_ready"
    REFUSED = "refused"
    """The seller clicked refuse on the platform."""
    EVIDENCE_REQUESTED = "evidence_requested"
    """The platform asked for evidence."""
    EVIDENCE_DUE = "evidence_due"
    """The moment that the platform itself names as the end of the evidence period."""
    FILED = "filed"
    """The evidence was handed in."""
    DECIDED = "decided"


class Event(_Value):
    """Something that happened, or is due, at a known moment."""

    kind: EventKind
    at: Moment
    note: Text = ""


class Exhibit(_Value):
    """One stored file in this case; `name` is what the user called it: data, never a path."""

    id: Id
    evidence_id: Line
    digest: Digest
    size: int = Field(ge=0)
    """Bytes."""
    name: Text
    kind: ExhibitKind
    added_at: Moment


class Statement(_Value):
    """A person's answer to a requirement that no pixel can show."""

    requirement: Line
    """The id of the requirement, e.g. `V-04`."""
    answer: Literal["yes", "no"]
    by: Annotated[Line, Field(min_length=1)]
    at: Moment
    exhibit: Id | None = None
    """The exhibit that the person points at."""
    when: Span | None = None
    """The part of the film that the person points at, in presentation time."""
    note: Text = ""


class Amount(_Value):
    """A sum of money: what it is, how much, in which ISO 4217 currency."""

    what: Line
    value: Decimal = Field(max_digits=18, decimal_places=4)
    currency: str = Field(pattern=r"^[A-Z]{3}$")


class Case(_Value):
    """One claim. `reason` says in the seller's words what is wrong with the return."""

    schema_version: Literal[1] = 1
    id: Id
    platform: Line
    site: Line = ""
    zone: Zone
    order_number: Line = ""
    tracking_number: Line = ""
    reason: Text = ""
    reason_code: Line = ""
    amounts: tuple[Amount, ...] = ()
    events: tuple[Event, ...] = ()
    """In the order of their recording."""
    exhibits: tuple[Exhibit, ...] = ()
    statements: tuple[Statement, ...] = ()

    @model_validator(mode="after")
    def _names_exhibits_once(self) -> Self:
        for what, names in (
            ("id", [e.id for e in self.exhibits]),
            ("file", [e.digest for e in self.exhibits]),
        ):
            if len(set(names)) != len(names):
                message = f"two exhibits of this case have the same {what}; each may be there once"
                raise ValueError(message)
        return self

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

    def exhibit(self, exhibit_id: str) -> Exhibit | None:
        """The exhibit of that id, or None."""
        return next((e for e in self.exhibits if e.id == exhibit_id), None)

    def of_kind(self, kind: ExhibitKind) -> tuple[Exhibit, ...]:
        """The exhibits of that kind, in the order of the case."""
        return tuple(e for e in self.exhibits if e.kind is kind)

    def event(self, kind: EventKind) -> Event | None:
        """The event of that kind that was recorded last (a later record corrects an earlier one), or None."""
        return next((e for e in reversed(self.events) if e.kind is kind), None)

    def statement(self, requirement: str) -> Statement | None:
        """The latest statement on that requirement, or None; of two at one moment the one recorded later."""
        mine = [s for s in self.statements if s.requirement == requirement]
        return max(enumerate(mine), key=lambda pair: (pair[1].at, pair[0]))[1] if mine else None
