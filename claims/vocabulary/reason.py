"""Reasons: a platform's own list of what can be wrong, mapped to the base classes that all rules share."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from claims.record.exhibit import Role
from claims.record.offer import Option
from claims.vocabulary.quoted import Key, Quoted


class ReasonClass(StrEnum):
    """What is wrong, in words that every platform's list can be mapped to."""

    QUALITY = "quality"
    """The goods have a fault."""
    DESCRIPTION = "description"
    """They are not as described, or do not do what was said."""
    SIZE_COLOUR = "size_colour"
    WRONG_MISSING = "wrong_missing"
    """Something else came, or something is missing."""
    LOGISTICS = "logistics"
    """Late, stalled, lost, or signed for and not received."""
    TRANSIT_DAMAGE = "transit_damage"
    NO_REASON = "no_reason"
    """The buyer's own reason."""
    UNSHIPPED = "unshipped"
    """Cancelled before it was sent."""
    RETURN_FAULT = "return_fault"
    """What came back is not what was sold: swapped, used, damaged, incomplete."""
    OTHER = "other"


class Reason(Quoted):
    """One code of the platform's list."""

    id: Key
    base: ReasonClass
    photos: tuple[Role, ...] = ()
    """What shows this fault, in the order in which it helps."""
    statement: Key | None = None
    """The template of a statement, where no picture can show it."""
    window: Key | None = None
    """The clock of the period in which the buyer may complain of it."""
    procedure: Key | None = None
    """The procedure that it leads to."""
    opens: tuple[Key, ...] = ()
    """Procedures to enter beside it."""
    options: tuple[Option, ...] = Field(default=(), max_length=12)
    """Ways to settle it."""
