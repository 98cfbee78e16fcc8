"""A parcel on its way: to the buyer, back, or once more."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from claims.record.amount import Amount
from claims.value import Id, Line, Moment, Value

Grams = Annotated[int, Field(gt=0, le=100_000_000)]


class Direction(StrEnum):
    OUTBOUND = "outbound"
    RETURN = "return"
    RESHIP = "reship"


class Parcel(Value):
    """One waybill; who signed for it and when is what a carrier's delivery proof says."""

    id: Id
    direction: Direction
    carrier: Line = ""
    tracking_number: Line = ""
    weight: Grams | None = None
    """As the carrier weighed it."""
    packed_weight: Grams | None = None
    """As the warehouse weighed it before it was sent, or after it came back."""
    declared: Amount | None = None
    insured: bool | None = None
    signed_by: Line = ""
    """The person that the carrier names; empty where unknown."""
    signed_at: Moment | None = None
    last_scan_at: Moment | None = None
