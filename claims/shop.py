"""A shop on a platform: its site and zone, its hours, its address for returns, who may decide how much.

A case carries a copy of its shop as it was when the case was opened, so that what was judged
then can be judged again.
"""

from __future__ import annotations

from datetime import time
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from claims.value import Id, Line, Name, Text, Value, Zone
from evidence.model import say

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class Opening(Value):
    """Hours on some days of the week, in the shop's zone; `closes` may be `00:00`, the end of the day."""

    days: tuple[Weekday, ...] = Field(min_length=1)
    opens: time
    closes: time

    @model_validator(mode="after")
    def _is_forward(self) -> Self:
        if self.opens.tzinfo or self.closes.tzinfo:
            raise ValueError("write opening hours without a zone; they are those of the shop")
        if self.closes != time(0) and self.closes <= self.opens:
            raise ValueError("a shop closes after it opens; write hours past midnight as two lines")
        return self


class Limit(Value):
    """How much a role may give away without asking; without `most`, as much as is asked for."""

    role: Name
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    most: Annotated[Decimal, Field(ge=0, max_digits=18, decimal_places=4)] | None = None


class Shop(Value):
    """One shop."""

    id: Id
    name: Line = ""
    platform: Line = ""
    site: Line = ""
    """The market it sells in, e.g. `us`, `de`, `cn`; it names the calendar of days off."""
    zone: Zone = "Asia/Shanghai"
    """In which its hours are written."""
    home: Line = "cn"
    """The market whose working days its staff keep."""
    warehouse_zone: Zone = "Asia/Shanghai"
    """In which the digests are sent."""
    digests: tuple[time, ...] = (time(9), time(18))
    """When somebody looks at the board: morning and evening."""
    hours: tuple[Opening, ...] = Field(default=(), max_length=21)
    self_reception: Literal["off", "on", "locked_on"] = "off"
    """Whether the shop answers its buyers itself; what the platform switched on cannot be switched off."""
    return_address: Text = ""
    """The one that is registered on the platform."""
    limits: tuple[Limit, ...] = Field(default=(), max_length=50)
    results: tuple[Name, ...] = Field(default=(), max_length=200)
    """The handling results that its platform offers for work orders, in the platform's words."""
    scenarios: tuple[Name, ...] = Field(default=(), max_length=200)
    """Situations that its staff agreed how to handle; empty until somebody writes them."""
    keep_below: Annotated[Decimal, Field(ge=0, max_digits=18, decimal_places=4)] | None = None
    """Up to which value of the goods they need not come back; None where the shop has set none."""
    auto_refund_below: Annotated[Decimal, Field(ge=0, max_digits=18, decimal_places=4)] | None = None
    """Up to which sum the platform's tool refunds by itself; None where it does not, or nobody knows."""


class LockedError(ValueError):
    """What the platform switched on cannot be switched off."""

    def __init__(self) -> None:
        self.says = say(
            "The platform locked self-reception on for this shop and it cannot be switched off; leave it so."
        )
        super().__init__(str(self.says))


def amended(before: Shop | None, after: Shop) -> Shop:
    """The shop as it is to be from now on.

    Raises:
        LockedError: it would end an answering of buyers that the platform has locked.
    """
    if before and before.self_reception == "locked_on" and after.self_reception != "locked_on":
        raise LockedError
    return after
