"""What can happen in a case, and that it happened."""

from __future__ import annotations

from enum import StrEnum

from claims.value import Line, Moment, Text, Value


class EventKind(StrEnum):
    """What can happen in a case; rulesets name these, so the list is closed."""

    # the order on its way
    ORDERED = "ordered"
    """The buyer paid."""
    SHIP_BY = "ship_by"
    """The moment by which shipping was promised."""
    SHIPPED = "shipped"
    """The seller marked it as shipped."""
    FIRST_SCAN = "first_scan"
    """The carrier scanned the buyer's parcel for the first time."""
    TRACKING_UPLOADED = "tracking_uploaded"
    DELIVERED = "delivered"
    """The carrier shows that the buyer's parcel was signed for."""
    BUYER_RECEIVED = "buyer_received"
    """The buyer has it in hand, which can be later than the sign-for."""
    DELIVERY_REFUSED = "delivery_refused"
    """The carrier records that the buyer did not accept the parcel."""

    # what the buyer asks for
    CANCEL_REQUESTED = "cancel_requested"
    """Cancelled, or refund asked for, before shipment."""
    REFUND_REQUESTED = "refund_requested"
    """A refund without sending the goods back."""
    RETURN_REQUESTED = "return_requested"
    QUALITY_RETURN_REQUESTED = "quality_return_requested"
    """A return because of quality."""
    REVIEW_REQUESTED = "review_requested"
    """An after-sale application (part missing, signed for but not received) waits for the seller's review."""
    RESHIP_REQUESTED = "reship_requested"
    """The buyer asked for a replacement in the platform's own list."""
    RESHIP_TICKETED = "reship_ticketed"
    """The platform's staff asked for a replacement by a ticket."""
    COMPLAINED = "complained"
    BUYER_MESSAGE = "buyer_message"
    TICKET_CREATED = "ticket_created"
    """The platform opened a work order for the seller."""

    # what the seller does
    CONFIRMED = "confirmed"
    """The request was acknowledged to the buyer."""
    PLANNED = "planned"
    """The buyer was told how it will be handled."""
    REPLIED = "replied"
    SOLUTION_GIVEN = "solution_given"
    """A message to the buyer that holds a solution."""
    TICKET_ANSWERED = "ticket_answered"
    CANCEL_ANSWERED = "cancel_answered"
    REVIEWED = "reviewed"
    """The after-sale application was decided on the platform."""
    REFUND_AGREED = "refund_agreed"
    REFUNDED = "refunded"
    REFUND_WITHDRAWN = "refund_withdrawn"
    """The buyer took the request back."""
    RETURN_OFFERED = "return_offered"
    """The seller offered on the platform to take the goods back."""
    REFUSED = "refused"
    """The seller clicked refuse on the platform."""
    NOTIFIED = "notified"
    """The buyer was told how it ended."""

    # the return
    RETURN_SHIPPED = "return_shipped"
    RETURN_DELIVERED = "return_delivered"
    """The carrier shows that the returned parcel was signed for by the seller."""
    OPENED = "opened"
    """The returned parcel was opened."""
    INSPECTED = "inspected"
    FILM_READY = "film_ready"

    # stopping a parcel
    INTERCEPT_REQUESTED = "intercept_requested"
    """The seller clicked intercept on the platform."""
    CARRIER_ASKED = "carrier_asked"
    BUYER_TOLD = "buyer_told"
    """The buyer was told what is going on, and what to do at the door."""
    WAREHOUSE_TOLD = "warehouse_told"
    INTERCEPTED = "intercepted"
    """The carrier says that the parcel was stopped."""
    INTERCEPT_FAILED = "intercept_failed"

    # a replacement
    STOCK_CHECKED = "stock_checked"
    ADDRESS_CAPTURED = "address_captured"
    """The buyer's address was taken down before the platform hid it."""
    RESHIP_AGREED = "reship_agreed"
    RESHIP_SHIPPED = "reship_shipped"
    """The replacement is on its way, and its waybill number is on the platform."""
    RESHIP_SCANNED = "reship_scanned"
    """The last scan of the replacement's parcel."""
    RESHIP_DELIVERED = "reship_delivered"

    # disputes
    EVIDENCE_REQUESTED = "evidence_requested"
    """The platform asked for evidence."""
    EVIDENCE_DUE = "evidence_due"
    """The moment that the platform itself names as the end of the evidence period."""
    FILED = "filed"
    """The evidence was handed in."""
    PLATFORM_STEPPED_IN = "platform_stepped_in"
    ARBITRATED = "arbitrated"
    """It was taken to the platform's arbitration."""
    APPEALED = "appealed"
    DECIDED = "decided"
    """The platform decided."""
    WON = "won"
    """It decided for the seller; these three are decisions too."""
    PARTLY_WON = "partly_won"
    LOST = "lost"
    CARRIER_CLAIMED = "carrier_claimed"
    """A damage or loss claim went to the carrier."""
    CARRIER_PAID = "carrier_paid"
    CARRIER_DECLINED = "carrier_declined"

    # the case itself
    PROMISED = "promised"
    SETTLED = "settled"
    """Buyer and seller agreed."""
    CLOSED = "closed"
    REOPENED = "reopened"


class Event(Value):
    """Something that happened, or is due, at a known moment."""

    kind: EventKind
    at: Moment
    about: Line = ""
    """The ticket, parcel or sub-case that it is about; empty for the case as a whole."""
    because: Line = ""
    """What was given as the reason, in a few words that are written alike in alike cases, so that they can be
    counted; for decisions of the platform. Name nobody here: it goes into the custody log."""
    note: Text = ""
