"""Requirements: what the platform asks for, and the conditions by which it is met."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from claims.record.event import EventKind
from claims.record.exhibit import ExhibitKind, Role
from claims.record.message import Speaker, Tag
from claims.value import Value
from claims.vocabulary.quoted import OneOrMore, Quoted, RuleId
from evidence.model import Element


class Level(StrEnum):
    MUST = "must"
    SHOULD = "should"


class Findings(Value):
    """The report of the exhibit says pass, to every check, code and element named here."""

    kind: Literal["findings"]
    exhibit: Literal[ExhibitKind.FILM, ExhibitKind.PHOTO]
    checks: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    elements: tuple[Element, ...] = ()

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if not (self.checks or self.codes or self.elements):
            message = "a condition of kind findings names at least one of checks, codes, elements"
            raise ValueError(message)
        return self


class Stated(Value):
    """A person says yes to this requirement, and points at an exhibit of one of these kinds.

    Pointing at a film needs the part of it, unless `whole_film` is set.
    """

    kind: Literal["statement"]
    exhibits: tuple[ExhibitKind, ...] = ()
    whole_film: bool = False
    needs_reason: bool = False
    """Whether the case has to say what the claim is about."""


class ReadyBefore(Value):
    """An exhibit of this kind was there before the event.

    The `ready` event, where recorded, corrects the time at which it was added.
    """

    kind: Literal["ready_before"]
    exhibit: ExhibitKind
    event: EventKind
    ready: EventKind | None = None


class Happened(Value):
    """The case has one of these events, and where `after` is named, not before that one."""

    kind: Literal["event"]
    event: Annotated[tuple[EventKind, ...], Field(min_length=1), OneOrMore]
    after: EventKind | None = None


class Only(Value):
    """There is exactly one exhibit of this kind, or a person has said which one counts."""

    kind: Literal["only"]
    exhibit: ExhibitKind


class Shows(Value):
    """There is an exhibit in one of these roles."""

    kind: Literal["exhibit"]
    roles: Annotated[tuple[Role, ...], Field(min_length=1), OneOrMore]
    brought_by: Speaker | None = None
    at_least: int = Field(default=1, ge=1, le=100)
    dated: bool = False
    """Whether it has to say when it was captured."""
    graded: bool = False
    """Whether it has to say how bad the fault is."""


FieldName = Literal[
    "order_number",
    "tracking_number",
    "outbound_number",
    "carrier",
    "reason",
    "reason_code",
    "items",
    "batch",
    "serial",
    "return_address",
    "liable",
    "listing",
    "signed_by",
    "signed_at",
    "weights",
    "declared",
    "insured",
    "warranty_until",
    "shop_hours",
    "shop_limits",
    "ticket_result",
]


class Says(Value):
    """The case says all of this."""

    kind: Literal["field"]
    fields: Annotated[tuple[FieldName, ...], Field(min_length=1), OneOrMore]


InspectionField = Literal[
    "same_item", "complete", "unused", "packaging", "tags", "resale", "damaged", "faulty", "found"
]


class Inspected(Value):
    """A person looked at what came back and answered these questions; whatever the answers are."""

    kind: Literal["inspection"]
    answers: tuple[InspectionField, ...] = ()


class Chatted(Value):
    """The case holds a message of that speaker, with that tag."""

    kind: Literal["chat"]
    speaker: Speaker | None = None
    tag: Tag | None = None


One = Annotated[
    Findings | Stated | ReadyBefore | Happened | Only | Shows | Says | Inspected | Chatted,
    Field(discriminator="kind"),
]
"""A condition that stands by itself."""


class AnyOf(Value):
    """One of these is enough. They do not nest, so that a requirement can be read out as one sentence."""

    kind: Literal["any_of"]
    of: Annotated[tuple[One, ...], Field(max_length=8)]

    @model_validator(mode="after")
    def _is_a_choice(self) -> Self:
        if len(self.of) < 2:  # noqa: PLR2004 - what is chosen between
            raise ValueError("a condition of kind any_of names at least two; one stands without it")
        return self


Condition = Annotated[
    Findings | Stated | ReadyBefore | Happened | Only | Shows | Says | Inspected | Chatted | AnyOf,
    Field(discriminator="kind"),
]


class Requirement(Quoted):
    """One thing that the platform asks for; all conditions of `met_by` have to hold."""

    id: RuleId
    level: Level
    met_by: tuple[Condition, ...] = Field(min_length=1)
    confirmable: bool = False
    """Whether a person's yes closes what the checks left open. It never turns a fail into a yes."""

    def single(self) -> Iterator[One]:
        """The conditions, with the choices of each `any_of` one by one."""
        for each in self.met_by:
            if isinstance(each, AnyOf):
                yield from each.of
            else:
                yield each
