"""Categories of goods, for what a platform asks of some goods alone, and how a platform calls them."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from claims.value import Value


class Goods(StrEnum):
    """What the goods are, as far as rules that we know tell them apart; the list is closed."""

    ELECTRONICS = "electronics"
    APPLIANCES = "appliances"
    CLOTHING = "clothing"
    SHOES = "shoes"
    FOOD = "food"
    """Food and drink, fresh or packed."""
    COSMETICS = "cosmetics"
    PLANTS = "plants"
    COLLECTIBLES = "collectibles"
    VALUABLES = "valuables"
    """Jewellery, watches, luxury brands."""
    OTHER = "other"
    """Somebody looked, and it is none of these."""


class Worth(Value):
    """That a piece costs more than a sum; prices in another currency leave it open."""

    over: Annotated[Decimal, Field(ge=0)]
    currency: str = Field(pattern="^[A-Z]{3}$")


class Category(Value):
    """How a platform calls one category, besides the names that the program knows."""

    goods: Goods
    words: tuple[Annotated[str, Field(min_length=1, max_length=100)], ...] = Field(
        min_length=1, max_length=100
    )
    """As they stand in the field `category` of an item, in any case of letters."""
