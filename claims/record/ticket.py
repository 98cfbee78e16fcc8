"""Work orders of a platform, and the times that the platform itself shows."""

from __future__ import annotations

from enum import StrEnum

from claims.value import Id, Line, Moment, Value


class TicketReason(StrEnum):
    WRONG_ITEM = "wrong_item"
    SHIP_NUDGE = "ship_nudge"
    """The buyer urges to ship."""
    TRACKING_STALLED = "tracking_stalled"
    DELIVERED_NOT_RECEIVED = "delivered_not_received"
    RESHIP = "reship"
    QUESTION = "question"
    """About the product, before it is bought."""
    OTHER = "other"


class Stage(StrEnum):
    BEFORE_SALE = "before_sale"
    AFTER_SALE = "after_sale"


class Ticket(Value):
    """One work order; `status` and `substatus` in the platform's own words."""

    id: Id
    reason: TicketReason
    stage: Stage = Stage.AFTER_SALE
    created_at: Moment
    status: Line = ""
    substatus: Line = ""
    result: Line = ""
    """The handling result that was chosen from the platform's list."""


class Shown(Value):
    """A countdown as the platform shows it, which wins over any length that a ruleset tells."""

    clock: Line
    """The clock of the ruleset."""
    about: Line = ""
    """The ticket, parcel or sub-case."""
    due_at: Moment
    seen_at: Moment
