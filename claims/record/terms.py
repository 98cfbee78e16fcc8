"""What was agreed with the buyer: the listing, the address for returns, warranty, who is liable."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from claims.value import Line, Text, Value


class Liable(StrEnum):
    """Who answers for loss or damage on the way."""

    SELLER = "seller"
    BUYER = "buyer"
    CARRIER = "carrier"


class Triage(StrEnum):
    """A person's guess at what kind of refund this is; it decides nothing."""

    GENUINE = "genuine"
    EMOTIONAL = "emotional"
    PROBING = "probing"


class Terms(Value):
    """What held between buyer and seller when the order was placed."""

    listing: Text = ""
    """The words of the product page."""
    return_address: Text = ""
    """As it was told to the buyer: the seller's address, nobody's home."""
    subsidy: bool | None = None
    """Whether the platform subsidises this return; None where unknown."""
    liable: Liable | None = None
    """None where it is open."""
    return_days: int | None = None
    """The shop's own return window in days, where the rules leave it to the shop."""
    warranty_until: date | None = None
    warranty_scope: Line = ""
    triage: Triage | None = None
    tool: Line = ""
    """The platform's own tool that settled it, e.g. a refund on stock-in; nothing is left to do."""
