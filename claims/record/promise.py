"""What was promised to the buyer, until when, and whether it was kept."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from pydantic import model_validator

from claims.record.amount import Amount
from claims.value import Id, Line, Moment, Text, Value


class Where(StrEnum):
    """Where a promise was made."""

    LISTING = "listing"
    CHAT = "chat"
    REFUND_NOTE = "refund_note"


class Promise(Value):
    """One promise; without `due_at` it is one without a date."""

    id: Id
    what: Text
    where: Where
    made_at: Moment
    due_at: Moment | None = None
    amount: Amount | None = None
    message: Line = ""
    """The id of the message that holds it."""
    kept_at: Moment | None = None
    proof: Line = ""
    """The exhibit that shows that it was kept."""

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.what.strip():
            raise ValueError("write what was promised")
        return self
