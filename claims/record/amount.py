"""Sums of money, and the names under which rules look for them."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from pydantic import Field

from claims.value import Line, Value


class Sum(StrEnum):
    """What a sum is; other names are kept and shown, and no rule reads them."""

    GOODS = "goods"
    """What the buyer paid for the goods."""
    REFUND = "refund"
    """What the buyer asks back."""
    FREIGHT_OUT = "freight_out"
    FREIGHT_RETURN = "freight_return"
    DECLARED = "declared"
    """The value that the parcel was declared or insured with."""
    RESIDUAL = "residual"
    """What the returned goods are still worth."""


class Amount(Value):
    """A sum of money: what it is, how much, in which ISO 4217 currency."""

    what: Line
    value: Decimal = Field(max_digits=18, decimal_places=4)
    currency: str = Field(pattern=r"^[A-Z]{3}$")
