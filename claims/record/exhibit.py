"""A stored file in a case: what it is to the claim, and who brought it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from claims.record.message import Speaker
from claims.value import Id, Line, Moment, Text, Value
from evidence.model import Digest


class ExhibitKind(StrEnum):
    """What an exhibit is to the claim."""

    FILM = "film"
    """A film of the opening."""
    PHOTO = "photo"
    DOCUMENT = "document"
    """Anything else: a chat, a delivery proof, another film."""


class Role(StrEnum):
    """What an exhibit proves; rulesets name these, so the list is closed."""

    OPENING_FILM = "opening_film"
    PACK_FILM = "pack_film"
    """Of packing the order, before it was sent."""
    DEFECT_PHOTO = "defect_photo"
    INSPECTION_PHOTO = "inspection_photo"
    """Of the returned goods on the inspection table."""
    PRODUCT_PHOTO = "product_photo"
    """Of the goods before they were sent."""
    PACKAGING_PHOTO = "packaging_photo"
    LABEL_PHOTO = "label_photo"
    RULER_PHOTO = "ruler_photo"
    """The goods beside a measure."""
    TAG_PHOTO = "tag_photo"
    """Neck or care label, hang tag, or the place where it should be."""
    LAYOUT_PHOTO = "layout_photo"
    """All that was in the parcel, laid out side by side."""
    WEIGHT_PHOTO = "weight_photo"
    """On a scale that shows the weight."""
    SERIAL_PHOTO = "serial_photo"
    EXPIRY_PHOTO = "expiry_photo"
    """The best-before date."""
    COMPARISON = "comparison"
    """As listed and as received, side by side."""
    TRACKING_SCREENSHOT = "tracking_screenshot"
    CARRIER_NOTE = "carrier_note"
    """What the carrier wrote down: damage at the door, a refusal, an answer to a question."""
    DELIVERY_PROOF = "delivery_proof"
    """Who signed, and when."""
    SHIPPING_PROOF = "shipping_proof"
    ORDER_SNAPSHOT = "order_snapshot"
    LISTING_SNAPSHOT = "listing_snapshot"
    """The product page as it was when the order was placed."""
    CHAT_EXPORT = "chat_export"
    PACKING_LIST = "packing_list"
    PURCHASE_DOCUMENT = "purchase_document"
    """What the seller bought the goods with: invoice, delivery note, contract."""
    AUTHORISATION = "authorisation"
    """The right to sell the brand."""
    AUTHENTICATION = "authentication"
    """An expert's certificate that the goods are genuine."""
    INSURANCE = "insurance"
    VALUE_PROOF = "value_proof"
    STATEMENT = "statement"
    """A signed word on what no picture can show, such as a smell."""


class Exhibit(Value):
    """One stored file in this case; `name` is what the user called it: data, never a path."""

    id: Id
    evidence_id: Line
    digest: Digest
    size: int = Field(ge=0)
    """Bytes."""
    name: Text
    kind: ExhibitKind
    added_at: Moment
    role: Role | None = None
    brought_by: Speaker = Speaker.MERCHANT
    """What the buyer brought is looked at as theirs: it can speak against us, and proves less for us."""
    captured_at: Moment | None = None
    captured_by: Line = ""
    url: Line = ""
    """Where a screenshot was taken; never fetched."""
    batch: Line = ""
    """The batch that a purchase document is about."""
    reason_code: Line = ""
    """The fault that it shows, in the platform's taxonomy."""
    severity: Annotated[int, Field(ge=1, le=5)] | None = None
    """How bad the fault is that it shows, from 1 (hardly seen) to 5 (useless)."""
    shot: Line = ""
    """Which shot of a photo set a person says that it is (`claims.shots`); empty where nobody has said."""
