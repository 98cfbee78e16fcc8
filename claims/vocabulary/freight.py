"""Freight: who pays for which way, and whether the source is clear about it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from claims.record.terms import Liable
from claims.vocabulary.quoted import Key, Quoted

Leg = Literal["out", "return"]
Bearer = Literal["seller", "buyer", "platform", "carrier", "unclear"]


class Freight(Quoted):
    """One rule; of several that apply to a case the first in the ruleset counts."""

    id: Key
    legs: Annotated[tuple[Leg, ...], Field(min_length=1)] = ("return",)
    bearer: Bearer
    subsidy: bool | None = None
    """Only where the platform does (or does not) subsidise the return."""
    liable: Liable | None = None
    """Only where that side answers for what happened on the way."""
    either: tuple[Bearer, ...] = ()
    """Of an unclear rule: who its source names."""
