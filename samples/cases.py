"""Example cases as plain data: what the order says, and which samples belong to it.

Invented: the people, the streets, the carrier and the numbers. Knows neither `claims` nor
pixels; whoever builds real cases from these reads the fields.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final


@dataclass(frozen=True)
class ExampleEvent:
    """Something that happened to the order."""

    kind: str
    """`ordered`, `shipped`, `delivered_to_buyer`, `return_requested`, `return_shipped`
    or `return_delivered`."""
    at: datetime
    note: str = ""


@dataclass(frozen=True)
class ExampleCase:
    """One return claim with the samples that are its evidence."""

    name: str
    title: str
    platform: str
    site: str
    zone: str
    """IANA name of the warehouse's time zone."""
    order_number: str
    tracking_number: str
    reason: str
    """`swapped_item`, `missing_part` or `damaged_in_transit`."""
    story: str
    """What happened, in one or two sentences."""
    events: tuple[ExampleEvent, ...]
    filmed_at: datetime
    """When the film (or, without one, the first photo) was taken."""
    now: datetime
    """A moment at which the case is open."""
    films: tuple[str, ...] = ()
    """Names in the catalogue of samples."""
    photos: tuple[str, ...] = ()

    def event(self, kind: str) -> datetime | None:
        """When something of that kind first happened."""
        return next((event.at for event in self.events if event.kind == kind), None)

    def expectation(self) -> dict[str, Any]:
        """What the order says, in the shape of `--expect`: RFC 3339 texts, absent where unknown."""
        said = {
            "tracking_number": self.tracking_number,
            "order_number": self.order_number,
            "received_at": self._text("return_delivered"),
            "not_before": self._text("return_delivered"),
            "not_after": self.now.isoformat(),
        }
        return {name: text for name, text in said.items() if text is not None}

    def _text(self, kind: str) -> str | None:
        at = self.event(kind)
        return at.isoformat() if at else None


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


TMALL: Final = ExampleCase(
    name="tmall_swapped",
    title="Tmall: a bar of soap came back instead of the headphones",
    platform="tmall",
    site="cn",
    zone="Asia/Shanghai",
    order_number="4019283746501928374",
    tracking_number="NW1402938475610",
    reason="swapped_item",
    story=(
        "The buyer returned wireless headphones. The sealed parcel holds three bars of soap; "
        "it was filmed in one take at its first opening."
    ),
    events=(
        ExampleEvent("ordered", _at("2026-11-09T20:03:11+08:00")),
        ExampleEvent("shipped", _at("2026-11-10T18:20:00+08:00")),
        ExampleEvent("delivered_to_buyer", _at("2026-11-12T11:47:00+08:00")),
        ExampleEvent("return_requested", _at("2026-11-14T09:12:40+08:00"), "No longer needed"),
        ExampleEvent("return_shipped", _at("2026-11-16T16:31:00+08:00")),
        ExampleEvent("return_delivered", _at("2026-11-20T10:42:00+08:00"), "Signed at dock 4"),
    ),
    filmed_at=_at("2026-11-20T16:11:02+08:00"),
    now=_at("2026-11-20T17:05:00+08:00"),
    films=("hero",),
    photos=("label_photo",),
)

TEMU: Final = ExampleCase(
    name="temu_missing_part",
    title="Temu: the lamp came back without its power adapter",
    platform="temu",
    site="us",
    zone="America/Los_Angeles",
    order_number="PO-211-04837261950481",
    tracking_number="NW4820157736904",
    reason="missing_part",
    story="The buyer says that the adapter never was in the box. The returned parcel holds the lamp alone.",
    events=(
        ExampleEvent("ordered", _at("2026-10-28T12:00:05-07:00")),
        ExampleEvent("shipped", _at("2026-10-30T08:15:00-07:00")),
        ExampleEvent("delivered_to_buyer", _at("2026-11-06T13:26:00-08:00")),
        ExampleEvent("return_requested", _at("2026-11-10T19:40:21-08:00"), "Missing parts"),
        ExampleEvent("return_shipped", _at("2026-11-12T10:02:00-08:00")),
        ExampleEvent("return_delivered", _at("2026-11-18T09:55:00-08:00")),
    ),
    filmed_at=_at("2026-11-18T11:30:44-08:00"),
    now=_at("2026-11-18T15:00:00-08:00"),
    films=("temu_lamp",),
    photos=("temu_contents",),
)

DAMAGED: Final = ExampleCase(
    name="generic_damaged",
    title="A parcel that arrived torn and dented",
    platform="generic",
    site="eu",
    zone="Europe/Berlin",
    order_number="GX-2026-118842",
    tracking_number="NW7719930456128",
    reason="damaged_in_transit",
    story="The carton reached the warehouse with a hole in its front and a dented side; it was not opened.",
    events=(
        ExampleEvent("ordered", _at("2026-11-03T09:41:00+01:00")),
        ExampleEvent("shipped", _at("2026-11-05T14:00:00+01:00")),
        ExampleEvent("return_delivered", _at("2026-11-19T08:20:00+01:00"), "Accepted with remark"),
    ),
    filmed_at=_at("2026-11-19T08:34:18+01:00"),
    now=_at("2026-11-19T12:00:00+01:00"),
    films=("damaged_parcel",),
    photos=("defect_tear", "defect_dent", "damaged_label"),
)

CASES: Final = (TMALL, TEMU, DAMAGED)
"""The example cases."""
