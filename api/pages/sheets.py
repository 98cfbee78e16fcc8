"""The sheets on which a case is written down: which facts stand on each, what they are called, how typed.

A sheet is data, so that one template draws all of them, one function reads them, and the log of changes
calls a fact what its field is called.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from claims.naming import BEARERS, CLASSES, EVENTS, KINDS, ROLES, SPEAKERS, SUMS
from claims.record.amount import Sum
from claims.record.event import EventKind
from claims.record.exhibit import ExhibitKind, Role
from claims.record.message import Speaker
from claims.record.parcel import Direction
from claims.record.terms import Liable, Triage
from claims.record.ticket import Stage, TicketReason
from claims.vocabulary.reason import ReasonClass
from evidence.model import Saying, say

Kind = Literal["line", "code", "text", "count", "grams", "money", "day", "moment", "truth", "choice"]
Sheet = Literal[
    "goods", "parcel", "case", "sums", "terms", "ticket", "file", "beside", "ended", "countdown", "closing"
]
"""What one form says: a line of the order, a parcel, the case itself, its sums, …"""


@dataclass(frozen=True)
class Field:
    """One fact as a form asks for it."""

    name: str
    label: Saying
    kind: Kind = "line"
    hint: Saying | None = None
    options: tuple[tuple[str, Saying], ...] = ()
    """Of a choice; those that hang on the ruleset come from whoever shows the sheet."""
    required: bool = False


DIRECTIONS: Final[Mapping[Direction, Saying]] = {
    Direction.OUTBOUND: say("to the buyer"),
    Direction.RETURN: say("back to us"),
    Direction.RESHIP: say("the replacement"),
}
TICKETS: Final[Mapping[TicketReason, Saying]] = {
    TicketReason.WRONG_ITEM: say("wrong item"),
    TicketReason.SHIP_NUDGE: say("the buyer urges to ship"),
    TicketReason.TRACKING_STALLED: say("tracking stands still"),
    TicketReason.DELIVERED_NOT_RECEIVED: say("delivered and not received"),
    TicketReason.RESHIP: say("replacement"),
    TicketReason.QUESTION: say("question about the product"),
    TicketReason.OTHER: say("something else"),
}
STAGES: Final[Mapping[Stage, Saying]] = {
    Stage.AFTER_SALE: say("after the sale"),
    Stage.BEFORE_SALE: say("before the sale"),
}
TRIAGES: Final[Mapping[Triage, Saying]] = {
    Triage.GENUINE: say("genuine"),
    Triage.EMOTIONAL: say("out of anger"),
    Triage.PROBING: say("probing"),
}
SEVERITIES: Final[Mapping[int, Saying]] = {
    1: say("1: hardly seen"),
    2: say("2: small"),
    3: say("3: plain"),
    4: say("4: grave"),
    5: say("5: useless"),
}
LOCALES: Final[Mapping[str, Saying]] = {
    "zh-Hans": say("Simplified Chinese"),
    "zh-Hant": say("Traditional Chinese"),
    "en": say("English"),
}
TIMES: Final[Mapping[Direction, tuple[EventKind, ...]]] = {
    Direction.OUTBOUND: (
        EventKind.SHIPPED,
        EventKind.FIRST_SCAN,
        EventKind.DELIVERED,
        EventKind.BUYER_RECEIVED,
        EventKind.DELIVERY_REFUSED,
    ),
    Direction.RETURN: (EventKind.RETURN_SHIPPED, EventKind.RETURN_DELIVERED, EventKind.OPENED),
    Direction.RESHIP: (EventKind.RESHIP_SHIPPED, EventKind.RESHIP_SCANNED, EventKind.RESHIP_DELIVERED),
}
"""What happens to a parcel on each way; written down as events, which start and stop clocks."""

_WAYS: Final = tuple((each.value, says) for each, says in DIRECTIONS.items())
_SEVERAL: Final = say("Several with commas between them.")
_LIABLE: Final = tuple((each.value, BEARERS[each.value]) for each in Liable)

SHEETS: Final[Mapping[Sheet, tuple[Field, ...]]] = {
    "goods": (
        Field("title", say("What it is called")),
        Field("sku", say("SKU"), "code"),
        Field("quantity", say("How many"), "count", required=True),
        Field("serial", say("Serial numbers"), "code", _SEVERAL),
        Field(
            "category", say("Category"), hint=say("As the platform calls it; some rules are for some goods.")
        ),
        Field("price", say("Price of one piece"), "money"),
        Field("batch", say("Batch"), "code"),
        Field("best_before", say("Best before"), "day"),
        Field("perishable", say("Does it perish?"), "truth"),
        Field("gift", say("Is it a gift?"), "truth"),
        Field("flaws", say("Faults that the listing openly named"), "text"),
    ),
    "parcel": (
        Field("direction", say("Which way"), "choice", options=_WAYS, required=True),
        Field("carrier", say("Carrier")),
        Field("tracking_number", say("Waybill number"), "code"),
        Field("weight", say("Weight, as the carrier weighed it"), "grams"),
        Field("packed_weight", say("Weight, as the warehouse weighed it"), "grams"),
        Field("declared", say("Declared value"), "money"),
        Field("insured", say("Was it insured?"), "truth"),
        Field("signed_by", say("Signed for by")),
        Field("signed_at", say("Signed for at"), "moment"),
        Field("last_scan_at", say("Last scan"), "moment"),
    ),
    "case": (
        Field("order_number", say("Order number"), "code"),
        Field("tracking_number", say("Waybill number of the return"), "code"),
        Field("reason_code", say("Reason on the platform"), "choice"),
        Field(
            "reason_class",
            say("What kind of reason it is"),
            "choice",
            say("Only where the platform's list puts it wrongly."),
            tuple((each.value, CLASSES[each]) for each in ReasonClass),
        ),
        Field("procedure", say("What is going on"), "choice"),
        Field("shop", say("Shop"), "choice", say("Its hours and limits are copied into the case.")),
        Field("site", say("Market"), hint=say("Such as us or cn; it names the days off.")),
        Field(
            "locale", say("Language of the claim"), "choice", options=tuple(LOCALES.items()), required=True
        ),
        Field("priority", say("Priority, 0 to 9"), "count"),
        Field("reason", say("What happened, in your words"), "text"),
    ),
    "sums": tuple(Field(each.value, SUMS[each], "money") for each in Sum),
    "terms": (
        Field("liable", say("Who is liable for loss and damage on the way?"), "choice", options=_LIABLE),
        Field("subsidy", say("Does the platform subsidise this return?"), "truth"),
        Field("return_days", say("Days in which the shop takes returns"), "count"),
        Field("warranty_until", say("Warranty until"), "day"),
        Field("warranty_scope", say("What the warranty covers")),
        Field("tool", say("Tool of the platform that settled it")),
        Field(
            "triage",
            say("What kind of refund it seems to be"),
            "choice",
            say("A guess, which decides nothing."),
            tuple((each.value, says) for each, says in TRIAGES.items()),
        ),
        Field("return_address", say("Address for the return, as the buyer was told"), "text"),
        Field("listing", say("Words of the listing when the order was placed"), "text"),
    ),
    "ticket": (
        Field("id", say("Number of the work order"), "code", required=True),
        Field(
            "reason",
            say("What it is about"),
            "choice",
            options=tuple((each.value, says) for each, says in TICKETS.items()),
            required=True,
        ),
        Field(
            "stage",
            say("Stage"),
            "choice",
            options=tuple((each.value, says) for each, says in STAGES.items()),
            required=True,
        ),
        Field("created_at", say("When it was opened"), "moment", required=True),
        Field("status", say("Status on the platform")),
        Field("substatus", say("Further status")),
        Field("result", say("Handling result that was chosen")),
    ),
    "file": (
        Field(
            "role",
            say("What it proves"),
            "choice",
            options=tuple((each.value, ROLES[each]) for each in Role),
        ),
        Field(
            "kind",
            say("What it is"),
            "choice",
            options=tuple((each.value, KINDS[each]) for each in ExhibitKind),
            required=True,
        ),
        Field(
            "brought_by",
            say("Who brought it"),
            "choice",
            options=tuple((each.value, SPEAKERS[each]) for each in Speaker),
            required=True,
        ),
        Field("captured_at", say("When it was taken"), "moment"),
        Field("captured_by", say("Who took it")),
        Field(
            "severity",
            say("How bad is the fault that it shows?"),
            "choice",
            options=tuple((str(each), says) for each, says in SEVERITIES.items()),
        ),
        Field("reason_code", say("Fault that it shows, in the platform's list"), "choice"),
        Field("batch", say("Batch that it is about"), "code"),
        Field("url", say("Where the screenshot was taken")),
    ),
    "beside": (
        Field("procedure", say("What is to be done beside the case"), "choice", required=True),
        Field("parcel", say("Which parcel is it about?"), "choice"),
        Field("ticket", say("Which work order asks for it?"), "choice"),
        Field("opened_at", say("Since when"), "moment", required=True),
        Field("note", say("Note")),
    ),
    "ended": (
        Field("at", say("When it ended"), "moment", required=True),
        Field("note", say("Note")),
    ),
    "countdown": (
        Field("clock", say("Clock"), "choice", required=True),
        Field("about", say("What it is about"), "choice"),
        Field("due_at", say("The end that the platform shows"), "moment", required=True),
    ),
    "closing": (
        Field("at", say("When it was closed"), "moment", required=True),
        Field("note", say("Note")),
    ),
}
"""Each sheet's fields in the order in which they are asked."""

OF_FACT: Final[Mapping[str, str]] = {
    "items": "goods.title",
    "batch": "goods.batch",
    "serial": "goods.serial",
    "weights": "parcel.packed_weight",
    "declared": "parcel.declared",
    "insured": "parcel.insured",
    "liable": "terms.liable",
    "listing": "terms.listing",
    "return_address": "terms.return_address",
    "warranty_until": "terms.warranty_until",
    "shop_hours": "case.shop",
    "shop_limits": "case.shop",
    "ticket_result": "ticket.result",
}
"""Where a fact that requirements ask for is written down, as sheet and field; others have their own forms."""

_SHELVES: Final[Mapping[str, Sheet]] = {
    "items": "goods",
    "parcels": "parcel",
    "tickets": "ticket",
    "exhibits": "file",
    "subcases": "beside",
    "amounts": "sums",
    "terms": "terms",
    "case": "case",
}


def label(part: str, fact: str) -> Saying | None:
    """What a fact of a part is called, as `claims.difference` names both; None where no sheet has it."""
    shelf = part.partition("/")[0]
    if shelf == "events":
        return next((EVENTS[kind] for kind in EventKind if kind.value == fact.partition("/")[0]), None)
    fields = SHEETS[_SHELVES[shelf]] if shelf in _SHELVES else ()
    return next((each.label for each in fields if each.name == fact), None)


def chosen(part: str, fact: str, value: str) -> Saying | None:
    """What a value of a choice is called; None where it is a text."""
    shelf = part.partition("/")[0]
    fields = SHEETS[_SHELVES[shelf]] if shelf in _SHELVES else ()
    mine = [each for each in fields if each.name == fact]
    if any(each.kind == "truth" for each in mine):
        return {"yes": say("yes"), "no": say("no")}.get(value)
    return next((says for each in mine for key, says in each.options if key == value), None)


def times(direction: Direction) -> Iterator[Field]:
    """The fields for what happened to a parcel on that way, by the names of the events."""
    for kind in TIMES[direction]:
        yield Field(kind.value, EVENTS[kind], "moment")
