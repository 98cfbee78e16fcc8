"""What the closed words of the vocabulary are called, for people in either language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from claims.assessment import Readiness
from claims.record.amount import Sum
from claims.record.event import EventKind as E
from claims.record.exhibit import ExhibitKind, Role
from claims.record.message import Speaker, Tag
from claims.record.offer import Option
from claims.vocabulary.freight import Bearer
from claims.vocabulary.goods import Goods
from claims.vocabulary.quoted import Badge
from claims.vocabulary.reason import ReasonClass as C
from claims.vocabulary.requirement import FieldName, InspectionField
from evidence.model import Saying, say

EVENTS: Final[Mapping[E, Saying]] = {
    E.ORDERED: say("ordered"),
    E.SHIP_BY: say("shipment promised for"),
    E.SHIPPED: say("sent to the buyer"),
    E.FIRST_SCAN: say("first scan by the carrier"),
    E.TRACKING_UPLOADED: say("waybill number uploaded"),
    E.DELIVERED: say("delivered to the buyer"),
    E.BUYER_RECEIVED: say("in the buyer's hands"),
    E.DELIVERY_REFUSED: say("refused at the door"),
    E.CANCEL_REQUESTED: say("cancellation requested"),
    E.REFUND_REQUESTED: say("refund requested"),
    E.RETURN_REQUESTED: say("return requested"),
    E.QUALITY_RETURN_REQUESTED: say("return for quality requested"),
    E.REVIEW_REQUESTED: say("after-sale application made"),
    E.RESHIP_REQUESTED: say("replacement requested in the list"),
    E.RESHIP_TICKETED: say("replacement requested by ticket"),
    E.COMPLAINED: say("complaint"),
    E.BUYER_MESSAGE: say("message of the buyer"),
    E.TICKET_CREATED: say("ticket created"),
    E.CONFIRMED: say("request confirmed"),
    E.PLANNED: say("plan told to the buyer"),
    E.REPLIED: say("replied"),
    E.SOLUTION_GIVEN: say("solution given"),
    E.TICKET_ANSWERED: say("ticket answered"),
    E.CANCEL_ANSWERED: say("cancellation decided"),
    E.REVIEWED: say("application decided"),
    E.REFUND_AGREED: say("refund agreed"),
    E.REFUNDED: say("refunded"),
    E.REFUND_WITHDRAWN: say("refund withdrawn by the buyer"),
    E.RETURN_OFFERED: say("return offered to the buyer"),
    E.REFUSED: say("refused on the platform"),
    E.NOTIFIED: say("buyer told of the outcome"),
    E.RETURN_SHIPPED: say("return sent"),
    E.RETURN_DELIVERED: say("return delivered"),
    E.OPENED: say("returned parcel opened"),
    E.INSPECTED: say("return inspected"),
    E.FILM_READY: say("film ready"),
    E.INTERCEPT_REQUESTED: say("intercept clicked"),
    E.CARRIER_ASKED: say("carrier asked"),
    E.BUYER_TOLD: say("buyer told what is going on"),
    E.WAREHOUSE_TOLD: say("warehouse told"),
    E.INTERCEPTED: say("parcel stopped"),
    E.INTERCEPT_FAILED: say("parcel could not be stopped"),
    E.STOCK_CHECKED: say("stock checked"),
    E.ADDRESS_CAPTURED: say("address taken down"),
    E.RESHIP_AGREED: say("replacement agreed"),
    E.RESHIP_SHIPPED: say("replacement sent"),
    E.RESHIP_SCANNED: say("replacement scanned"),
    E.RESHIP_DELIVERED: say("replacement delivered"),
    E.EVIDENCE_REQUESTED: say("evidence requested"),
    E.EVIDENCE_DUE: say("evidence due"),
    E.FILED: say("evidence handed in"),
    E.PLATFORM_STEPPED_IN: say("platform stepped in"),
    E.ARBITRATED: say("taken to arbitration"),
    E.APPEALED: say("appealed"),
    E.DECIDED: say("decided"),
    E.WON: say("decided for us"),
    E.PARTLY_WON: say("decided partly for us"),
    E.LOST: say("decided against us"),
    E.CARRIER_CLAIMED: say("claim sent to the carrier"),
    E.CARRIER_PAID: say("carrier paid"),
    E.CARRIER_DECLINED: say("carrier declined"),
    E.PROMISED: say("promised"),
    E.SETTLED: say("settled with the buyer"),
    E.CLOSED: say("closed"),
    E.REOPENED: say("opened again"),
}

ROLES: Final[Mapping[Role, Saying]] = {
    Role.OPENING_FILM: say("film of the opening"),
    Role.PACK_FILM: say("film of the packing"),
    Role.DEFECT_PHOTO: say("photo of the fault"),
    Role.INSPECTION_PHOTO: say("photo of the inspection"),
    Role.PRODUCT_PHOTO: say("photo of the goods before shipment"),
    Role.PACKAGING_PHOTO: say("photo of the packaging"),
    Role.LABEL_PHOTO: say("photo of the waybill"),
    Role.RULER_PHOTO: say("photo beside a measure"),
    Role.TAG_PHOTO: say("photo of the tags"),
    Role.LAYOUT_PHOTO: say("photo of everything laid out"),
    Role.WEIGHT_PHOTO: say("photo on a scale"),
    Role.SERIAL_PHOTO: say("photo of the serial number"),
    Role.EXPIRY_PHOTO: say("photo of the best-before date"),
    Role.COMPARISON: say("comparison of listed and received"),
    Role.TRACKING_SCREENSHOT: say("screenshot of the tracking"),
    Role.CARRIER_NOTE: say("note of the carrier"),
    Role.DELIVERY_PROOF: say("proof of delivery"),
    Role.SHIPPING_PROOF: say("proof of shipment"),
    Role.ORDER_SNAPSHOT: say("the order as it stands on the platform"),
    Role.LISTING_SNAPSHOT: say("the listing at the time of the order"),
    Role.CHAT_EXPORT: say("chat record"),
    Role.PACKING_LIST: say("packing list"),
    Role.PURCHASE_DOCUMENT: say("purchase document"),
    Role.AUTHORISATION: say("brand authorisation"),
    Role.AUTHENTICATION: say("certificate of authenticity"),
    Role.INSURANCE: say("insurance document"),
    Role.VALUE_PROOF: say("proof of value"),
    Role.STATEMENT: say("signed statement"),
}

CLASSES: Final[Mapping[C, Saying]] = {
    C.QUALITY: say("quality"),
    C.DESCRIPTION: say("not as described"),
    C.SIZE_COLOUR: say("size or colour"),
    C.WRONG_MISSING: say("wrong or missing item"),
    C.LOGISTICS: say("late or lost parcel"),
    C.TRANSIT_DAMAGE: say("damage on the way"),
    C.NO_REASON: say("the buyer's own reason"),
    C.UNSHIPPED: say("cancelled before shipment"),
    C.RETURN_FAULT: say("something else or less came back"),
    C.OTHER: say("something else"),
}

OPTIONS: Final[Mapping[Option, Saying]] = {
    Option.MONEY: say("a sum of money, the goods stay with the buyer"),
    Option.GIFT: say("a gift"),
    Option.COUPON: say("a coupon"),
    Option.WARRANTY: say("a longer warranty"),
    Option.EXPLANATION: say("an explanation of the policy"),
    Option.RESHIP: say("sending what is missing"),
    Option.EXCHANGE: say("an exchange"),
    Option.REPAIR: say("a repair"),
    Option.RETURN_REFUND: say("return and refund"),
    Option.PARTIAL_REFUND: say("a partial refund"),
    Option.REFUND_ONLY: say("a refund without return"),
    Option.STORE_CREDIT: say("store credit"),
}

BEARERS: Final[Mapping[Bearer, Saying]] = {
    "seller": say("the seller"),
    "buyer": say("the buyer"),
    "platform": say("the platform"),
    "carrier": say("the carrier"),
    "unclear": say("unclear"),
}

SPEAKERS: Final[Mapping[Speaker, Saying]] = {
    Speaker.BUYER: say("the buyer"),
    Speaker.MERCHANT: say("the seller"),
    Speaker.BOT: say("the machine"),
    Speaker.PLATFORM: say("the platform"),
}

TAGS: Final[Mapping[Tag, Saying]] = {
    Tag.SOLUTION: say("a solution"),
    Tag.PROACTIVE: say("written without being asked"),
    Tag.TEMPLATED: say("chosen from the platform's list"),
    Tag.REFUND_NOTE: say("a note of the refund"),
    Tag.COMPLAINT: say("complaint"),
}

GOODS: Final[Mapping[Goods, Saying]] = {
    Goods.ELECTRONICS: say("electronics"),
    Goods.APPLIANCES: say("appliances"),
    Goods.CLOTHING: say("clothing"),
    Goods.SHOES: say("shoes"),
    Goods.FOOD: say("food"),
    Goods.COSMETICS: say("cosmetics"),
    Goods.PLANTS: say("plants"),
    Goods.COLLECTIBLES: say("collectibles"),
    Goods.VALUABLES: say("valuables"),
    Goods.OTHER: say("other goods"),
}

FIELDS: Final[Mapping[FieldName, Saying]] = {
    "order_number": say("order number"),
    "tracking_number": say("waybill number of the return"),
    "outbound_number": say("waybill number to the buyer"),
    "carrier": say("carrier"),
    "reason": say("reason in words"),
    "reason_code": say("reason code"),
    "items": say("items of the order"),
    "batch": say("batch of the item"),
    "serial": say("serial number"),
    "return_address": say("address for the return"),
    "liable": say("who is liable"),
    "listing": say("words of the listing"),
    "signed_by": say("who signed for the parcel"),
    "signed_at": say("when it was signed for"),
    "weights": say("weight when packed and when carried"),
    "declared": say("declared value"),
    "insured": say("whether it was insured"),
    "warranty_until": say("end of the warranty"),
    "shop_hours": say("opening hours of the shop"),
    "shop_limits": say("limits of the shop's staff"),
    "ticket_result": say("handling result of the ticket"),
}

INSPECTED: Final[Mapping[InspectionField, Saying]] = {
    "same_item": say("is it the very item that was sold"),
    "complete": say("is it complete"),
    "unused": say("is it unused"),
    "packaging": say("is the packaging whole"),
    "tags": say("are the tags there"),
    "resale": say("can it be sold as new"),
    "damaged": say("is it damaged"),
    "faulty": say("has it a fault that is not the buyer's doing"),
    "found": say("what lay in the parcel"),
}

BADGES: Final[Mapping[Badge, Saying]] = {
    "hedged": say("the source says may"),
    "unclear": say("source unclear"),
    "unverified": say("unverified claim"),
    "advice": say("advice, no rule"),
    "outdated": say("outdated: the platform says otherwise"),
}

READINESS: Final[Mapping[Readiness, Saying]] = {
    Readiness.READY: say("Everything that the platform demands is met."),
    Readiness.OPEN: say("Nothing speaks against it, and not everything is decided."),
    Readiness.UNMET: say("Something that the platform demands is not met."),
}

KINDS: Final[Mapping[ExhibitKind, Saying]] = {
    ExhibitKind.FILM: say("film"),
    ExhibitKind.PHOTO: say("photo"),
    ExhibitKind.DOCUMENT: say("document"),
}

SUMS: Final[Mapping[Sum, Saying]] = {
    Sum.GOODS: say("Price of the goods"),
    Sum.REFUND: say("Refund asked for"),
    Sum.FREIGHT_OUT: say("Freight to the buyer"),
    Sum.FREIGHT_RETURN: say("Freight of the return"),
    Sum.DECLARED: say("Declared value"),
    Sum.RESIDUAL: say("Value that is left"),
}
