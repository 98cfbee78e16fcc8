"""What was ordered, line by line, and what an inspection found."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from claims.record.amount import Amount
from claims.value import Id, Line, Moment, Name, Text, Value

Count = Annotated[int, Field(ge=0, le=100_000)]
Severity = Annotated[int, Field(ge=1, le=5)]


class Item(Value):
    """One line of the order."""

    id: Id
    sku: Line = ""
    title: Line = ""
    quantity: Count = 1
    price: Amount | None = None
    """Of one piece."""
    batch: Line = ""
    serial: Line = ""
    category: Line = ""
    """As the platform calls it, e.g. `food`, `electronics`."""
    flaws: Text = ""
    """What the listing openly said is wrong with it."""
    perishable: bool = False
    best_before: date | None = None
    gift: bool = False


class Found(Value):
    """What lay in a parcel."""

    sku: Line = ""
    quantity: Count = 1
    serial: Line = ""
    note: Line = ""


class Defect(Value):
    """One fault that the inspection saw."""

    code: Line
    """In the platform's taxonomy."""
    severity: Severity = 3
    exhibit: Id | None = None
    note: Text = ""


class Inspection(Value):
    """A person looked at what came back; each question is yes, no, or not looked at (None)."""

    id: Id
    at: Moment
    by: Name
    parcel: Line = ""
    same_item: bool | None = None
    """It is the very thing that was sold."""
    complete: bool | None = None
    """All parts and accessories are there."""
    unused: bool | None = None
    packaging: bool | None = None
    """The original packaging is there and whole."""
    tags: bool | None = None
    resale: bool | None = None
    """It can be sold again as new."""
    damaged: bool | None = None
    faulty: bool | None = None
    """It has a fault that is not the buyer's doing."""
    found: tuple[Found, ...] = Field(default=(), max_length=500)
    defects: tuple[Defect, ...] = Field(default=(), max_length=100)
    exhibits: tuple[Id, ...] = Field(default=(), max_length=100)
    note: Text = ""

    @property
    def sound(self) -> bool | None:
        """Whether the goods came back as they were sold; None where nobody looked at enough to say so."""
        wrong = (self.same_item, self.complete, self.resale, self.unused)
        if False in wrong or self.damaged or self.faulty or self.defects:
            return False
        return True if self.same_item and self.complete and self.resale else None
