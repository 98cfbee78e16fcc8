"""Ladders: in which order a platform wants settlements to be offered."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from claims.record.offer import Option
from claims.vocabulary.quoted import Key, Quoted

Test = Literal["freight_above_value", "worthless", "carrier_ban", "low_value", "main_item_unaffected"]
"""What can be asked of a case before a step.

Sending back costs more than it is worth; what would come back is worth nothing; no carrier takes it; it is
below the shop's own threshold; what is missing does not matter to the rest.
"""


class Rung(Quoted):
    """One step; of its options any may be offered."""

    id: Key
    options: Annotated[tuple[Option, ...], Field(min_length=1)]
    only_if: tuple[Test, ...] = ()
    """One of these has to hold; empty for none."""


class Ladder(Quoted):
    """The steps for some classes of reasons, in their order."""

    id: Key
    step: tuple[Rung, ...] = Field(min_length=1)
    ordered: bool = True
    """Whether a step is to be offered only when the one before was declined."""
