"""What was offered to the buyer, step by step, and what the buyer answered."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal, Self

from pydantic import model_validator

from claims.record.amount import Amount
from claims.value import Id, Line, Moment, Name, Text, Value


class Option(StrEnum):
    """A way to settle; rulesets name these, so the list is closed."""

    MONEY = "money"
    """A sum, and the buyer keeps the goods."""
    GIFT = "gift"
    COUPON = "coupon"
    WARRANTY = "warranty"
    """A longer warranty."""
    EXPLANATION = "explanation"
    RESHIP = "reship"
    """What was missing is sent once more."""
    EXCHANGE = "exchange"
    REPAIR = "repair"
    RETURN_REFUND = "return_refund"
    PARTIAL_REFUND = "partial_refund"
    REFUND_ONLY = "refund_only"
    """The whole sum, and the goods need not come back."""
    STORE_CREDIT = "store_credit"


class Offer(Value):
    """One offer and its answer."""

    id: Id
    step: Line = ""
    """The step of the ruleset's ladder that it belongs to."""
    option: Option
    amount: Amount | None = None
    at: Moment
    by: Name
    note: Text = ""
    answer: Literal["accepted", "declined"] | None = None
    answered_at: Moment | None = None

    @model_validator(mode="after")
    def _is_answered_later(self) -> Self:
        if self.answered_at and self.answered_at < self.at:
            raise ValueError("an offer cannot be answered before it was made")
        return self
