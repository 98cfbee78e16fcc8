"""Who takes part."""

from __future__ import annotations

from enum import StrEnum

from claims.value import Line, Value


class Side(StrEnum):
    BUYER = "buyer"
    SELLER = "seller"
    PLATFORM = "platform"
    CARRIER = "carrier"
    WAREHOUSE = "warehouse"


class Party(Value):
    """One of them; as little about a person as the claim needs."""

    side: Side
    name: Line = ""
    handle: Line = ""
    """The name on the platform."""
