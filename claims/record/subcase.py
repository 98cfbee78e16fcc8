"""A claim beside the claim: a replacement, a parcel to stop, a carrier's damage claim."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from claims.value import Id, Line, Moment, Name, Text, Value


class Slip(Value):
    """Where an address is kept, sealed, and until when it may be; the address itself is never in the case.

    The slip outlives the address, so that the case still says that it was taken down in time.
    """

    secret: Line
    captured_at: Moment
    expires_at: Moment
    erased_at: Moment | None = None
    """When the address was erased; None while it is kept."""

    @model_validator(mode="after")
    def _expires_later(self) -> Self:
        if self.expires_at <= self.captured_at:
            raise ValueError("an address expires after it was taken down")
        return self


class SubCase(Value):
    """One of them: a procedure of the ruleset, entered beside the main one."""

    id: Id
    procedure: Name
    opened_at: Moment
    closed_at: Moment | None = None
    parcel: Line = ""
    """The parcel that it is about."""
    ticket: Line = ""
    """The work order that asked for it."""
    note: Text = ""
    address: Slip | None = None

    @model_validator(mode="after")
    def _closes_later(self) -> Self:
        if self.closed_at and self.closed_at < self.opened_at:
            raise ValueError("a sub-case cannot be closed before it was opened")
        return self
