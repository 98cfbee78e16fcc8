"""What is said when a case is opened, and about an exhibit when it is added; all of it may be left out."""

from __future__ import annotations

from typing import Final

from pydantic import BaseModel, ConfigDict, Field, field_validator

from claims.case import (
    Amount,
    Event,
    Item,
    Line,
    Locale,
    Moment,
    Parcel,
    Party,
    Role,
    Shop,
    Speaker,
    Terms,
    Text,
    Ticket,
    Zone,
)
from claims.shots import catalogue

RULESET: Final = "tmall"
"""The ruleset where none is named."""


class Draft(BaseModel):
    """What is said when a case is opened; all of it may be left out."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ruleset: Line = RULESET
    zone: Zone = "Asia/Shanghai"
    site: Line = ""
    order_number: Line = ""
    tracking_number: Line = ""
    reason: Text = ""
    reason_code: Line = ""
    reason_class: Line = ""
    procedure: Line = ""
    locale: Locale = "zh-Hans"
    priority: int = Field(default=0, ge=0, le=9)
    shop: Shop | None = None
    """As it is when the case is opened; or name one with `shop_id`."""
    shop_id: Line = ""
    items: tuple[Item, ...] = Field(default=(), max_length=500)
    parcels: tuple[Parcel, ...] = Field(default=(), max_length=100)
    parties: tuple[Party, ...] = Field(default=(), max_length=20)
    terms: Terms = Terms()
    tickets: tuple[Ticket, ...] = Field(default=(), max_length=200)
    amounts: tuple[Amount, ...] = Field(default=(), max_length=50)
    events: tuple[Event, ...] = Field(default=(), max_length=200)


class Facts(BaseModel):
    """What is said about an exhibit; all of it may be left out."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    role: Role | None = None
    brought_by: Speaker = Speaker.MERCHANT
    captured_at: Moment | None = None
    captured_by: Line = ""
    url: Line = ""
    batch: Line = ""
    reason_code: Line = ""
    severity: int | None = Field(default=None, ge=1, le=5)
    shot: Line = ""
    """Which shot of a photo set it is, as `/v1/photo-sets` names them."""

    @field_validator("shot")
    @classmethod
    def _is_known(cls, shot: str) -> str:
        if shot and shot not in {each.id for each in catalogue().shot}:
            message = f"there is no shot {shot!r}"
            raise ValueError(message)
        return shot
