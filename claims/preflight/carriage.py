"""What the shipment and the address for returns can say against us."""

from __future__ import annotations

from claims.case import Direction
from claims.preflight.looking import Looked, View, bad, clear, unseen
from claims.record.event import EventKind
from claims.words.plain import letters
from claims.words.template import blanks
from evidence.model import say

_SHORTEST = 10
"""Letters and digits that an address of a warehouse needs at least: a town, a street, a number."""


def shipped_after_cancel(view: View) -> Looked:
    """Whether it was sent although the buyer had cancelled."""
    cancelled = view.happened.last(EventKind.CANCEL_REQUESTED)
    if cancelled is None:
        return clear(say("The case records no cancellation."))
    shipped = view.happened.last(EventKind.SHIPPED) or view.happened.last(EventKind.FIRST_SCAN)
    if shipped is None:
        return unseen(
            say("The case does not say when it was sent."), say("Write into the case when it happened.")
        )
    if shipped.at > cancelled.at:
        return bad(say("It was sent after the buyer had cancelled."))
    return clear(say("It was sent before the buyer cancelled."))


def unscanned_waybill(view: View) -> Looked:
    """Whether the carrier never scanned the waybill."""
    scanned = view.happened.last(EventKind.FIRST_SCAN) or view.happened.last(EventKind.DELIVERED)
    if scanned:
        return clear(say("The carrier scanned the parcel."))
    parcel = view.case.parcel(Direction.OUTBOUND)
    if parcel is None or not parcel.tracking_number.strip():
        return unseen(
            say("The case names no waybill to the buyer."),
            say("Write it into the case, with its first scan."),
        )
    if parcel.last_scan_at or parcel.signed_at:
        return clear(say("The carrier scanned the parcel."), evidence=[parcel.id])
    return bad(
        say("Waybill {waybill} has no scan by the carrier.", waybill=parcel.tracking_number),
        say("Ask the carrier for the first scan, and record it."),
        evidence=[parcel.id],
    )


def shipped_late(view: View) -> Looked:
    """Whether it was sent later than promised."""
    by = view.happened.last(EventKind.SHIP_BY)
    shipped = view.happened.last(EventKind.SHIPPED)
    if by is None or shipped is None:
        return unseen(
            say("The case does not say by when it had to be sent, and when it was."),
            say("Write both into the case."),
        )
    if shipped.at > by.at:
        return bad(say("It was sent after the moment that was promised."))
    return clear(say("It was sent in time."))


def address_unclear(view: View) -> Looked:
    """Whether the address that the buyer was told leaves out what a parcel needs."""
    told = view.case.terms.return_address
    if not told.strip():
        return unseen(
            say("The case does not say which address the buyer was told."), say("Write it into the case.")
        )
    gaps = blanks(told)
    if gaps:
        return bad(say("The address has something not filled in: {words}.", words=", ".join(gaps)))
    plain = letters(told)
    if len(plain) < _SHORTEST or not any(c.isdigit() for c in plain):
        return bad(
            say("The address that the buyer was told has no number, or is very short."),
            say("Write it out in full, with name and telephone of the warehouse."),
        )
    return clear(say("The address that the buyer was told is written out."))


def address_wrong(view: View) -> Looked:
    """Whether the buyer was told another address than the shop's registered one."""
    told = view.case.terms.return_address
    ours = view.case.shop.return_address if view.case.shop else ""
    if not told.strip() or not ours.strip():
        return unseen(
            say("The case does not hold both the address that was told and the shop's registered one."),
            say("Write both into the case."),
        )
    if letters(told) != letters(ours):
        return bad(say("The buyer was told another address than the shop's registered one."))
    return clear(say("The buyer was told the shop's registered address."))
