"""The case of the made-up return that the demo plays, as it is opened."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from api.drafting import Draft
from claims.case import Event, EventKind

if TYPE_CHECKING:
    from samples.cases import ExampleCase

EVENTS: Final[Mapping[str, EventKind]] = {
    "shipped": EventKind.SHIPPED,
    "delivered_to_buyer": EventKind.DELIVERED,
    "return_requested": EventKind.RETURN_REQUESTED,
    "return_shipped": EventKind.RETURN_SHIPPED,
    "return_delivered": EventKind.RETURN_DELIVERED,
}


def drafted(example: ExampleCase, later: timedelta = timedelta(0)) -> Draft:
    """What is said when it is opened; `later` moves what happened towards today, so that its clocks run."""
    return Draft(
        zone=example.zone,
        site=example.site,
        order_number=example.order_number,
        tracking_number=example.tracking_number,
        reason=example.story,
        reason_code=example.reason,
        events=tuple(
            Event(kind=EVENTS[event.kind], at=event.at + later, note=event.note)
            for event in example.events
            if event.kind in EVENTS
        ),
    )
