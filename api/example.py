"""What made-up returns say of themselves: that of the demo, and those that a newcomer may look around in.

The newcomer's are moved to today, so that their clocks run, and say in their own data that they are examples:
in the order number, in the reason and in the names of their files. So do all things that are made of them
(the board, the dossier, bundles, packets, links), without knowing what an example is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from api.board import looks_of, next_look
from api.drafting import Draft
from api.words import Words
from claims.case import Event, EventKind
from samples.cases import TMALL, ExampleCase

EVENTS: Final[Mapping[str, EventKind]] = {
    "shipped": EventKind.SHIPPED,
    "delivered_to_buyer": EventKind.DELIVERED,
    "return_requested": EventKind.RETURN_REQUESTED,
    "return_shipped": EventKind.RETURN_SHIPPED,
    "return_delivered": EventKind.RETURN_DELIVERED,
}
MARK: Final = "EXAMPLE-"
"""What the order numbers of examples begin with."""
FILM: Final = "example-film.mov"
PHOTO: Final = "example-waybill.jpg"
SOON: Final = timedelta(minutes=40)
"""When the clock of the one that is due now runs out, unless somebody looks again before."""
TODAY: Final = timedelta(hours=7)
DAYS: Final = timedelta(days=3)


def drafted(example: ExampleCase) -> Draft:
    """What is said when it is opened."""
    return Draft(
        zone=example.zone,
        site=example.site,
        order_number=example.order_number,
        tracking_number=example.tracking_number,
        reason=example.story,
        reason_code=example.reason,
        events=tuple(
            Event(kind=EVENTS[event.kind], at=event.at, note=event.note)
            for event in example.events
            if event.kind in EVENTS
        ),
    )


def filmed(now: datetime) -> ExampleCase:
    """The demo's return as though it were of today, under an order number that nobody has."""
    now = now.replace(microsecond=0)
    later = now - TMALL.now
    return replace(
        TMALL,
        order_number=f"{MARK}4019283746",
        events=tuple(replace(each, at=each.at + later, note="") for each in TMALL.events),
        filmed_at=TMALL.filmed_at + later,
        now=now,
    )


def shown(now: datetime, told: Words) -> tuple[Draft, ...]:
    """The newcomer's cases: the one that is filmed, which ends today, then one due now and one later."""
    asked = Event(kind=EventKind.EVIDENCE_REQUESTED, at=now - timedelta(hours=2))
    due = Event(kind=EventKind.EVIDENCE_DUE, at=now + TODAY)
    first = drafted(filmed(now))
    story = told.text(
        "An example, made up: the buyer sent back headphones, and the sealed parcel holds three bars of soap."
    )
    look = next_look(now, *looks_of(None))
    soon = now + min(SOON, (look - now) / 2)
    return (
        first.model_copy(update={"reason": story, "events": (*first.events, asked, due)}),
        Draft(
            order_number=f"{MARK}4019283747",
            reason=told.text("An example, made up: the buyer cancels before anything was sent."),
            reason_code="unshipped",
            procedure="unshipped_refund",
            events=(Event(kind=EventKind.CANCEL_REQUESTED, at=soon - timedelta(hours=24)),),
        ),
        Draft(
            ruleset="amazon_safet",
            zone="America/Los_Angeles",
            site="us",
            order_number=f"{MARK}111-2837465",
            reason=told.text(
                "An example, made up: the marketplace refunded a buyer, and you can claim it back."
            ),
            events=(Event(kind=EventKind.REFUNDED, at=now + DAYS - timedelta(days=30)),),
        ),
    )
