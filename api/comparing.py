"""As described or not: two stored photos held against each other in colour and size.

Where marks are given, the photo is looked at again with them, since its report was written before
anybody marked it; else its report speaks. Nothing is stored but the entry in both custody logs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel, ConfigDict, Field

from api import item, viewing
from api.second_look import second_look
from evidence import described
from evidence.marks import Marks
from evidence.model import Finding, Outcome, Report, worst

if TYPE_CHECKING:
    from api.desk import Desk

PROFILE: Final = "defect_photo"

_EXAMPLE: Final[dict[str, Any]] = {
    "listing": {
        "evidence_id": "ev_3f9c2a7b1d5e8f604c21",
        "marks": {"goods": [0.2, 0.3, 0.5, 0.6], "grey": [0.7, 0.7, 0.8, 0.8]},
    },
    "received": {
        "evidence_id": "ev_5b0f6d1c2e7a9b8c4d30",
        "marks": {"goods": [0.1, 0.2, 0.4, 0.5], "grey": [0.6, 0.6, 0.7, 0.7]},
    },
    "stated_mm": 300,
}


class Side(BaseModel):
    """One photo, and what is marked in it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    evidence_id: str = Field(max_length=64)
    marks: Marks | None = None
    """Where the goods are, what is grey, what has a known length; without it, as it was sent."""


class Pair(BaseModel):
    """The photo of the listing and that of what came."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra={"examples": [_EXAMPLE]})

    listing: Side
    received: Side
    stated_mm: float | None = Field(default=None, gt=0, le=10_000)
    """The size that the listing states, in millimetres; else its photo's is taken."""


class Comparison(BaseModel):
    """What the two photos say."""

    model_config = ConfigDict(frozen=True)

    outcome: Outcome
    """The worse of both findings."""
    findings: tuple[Finding, ...]
    """`colour.difference` and `size.difference`, with their uncertainty and limit."""


def compare(desk: Desk, pair: Pair) -> Comparison:
    """Hold the two photos against each other.

    Raises:
        MissingItemError: one of them is not here.
        NotReadyError, NoReportError: one without marks has no report.
        RefusedError: one is a film, or cannot be opened.
        FaultError: a second look broke.
    """
    one, other = _measured(desk, pair.listing), _measured(desk, pair.received)
    size = described.size(one if pair.stated_mm is None else pair.stated_mm, other)
    found = (described.colour(one, other), size)
    made = Comparison(outcome=worst(each.outcome for each in found), findings=found)
    detail = {
        "listing": one.subject.digest,
        "received": other.subject.digest,
        "outcomes": {each.code: each.outcome.value for each in found},
    }
    with desk.begin() as unit:
        for side in dict.fromkeys((pair.listing.evidence_id, pair.received.evidence_id)):
            desk.note(unit, item.stream_of(side), "photo.compared", detail)
    return made


def _measured(desk: Desk, side: Side) -> Report:
    with desk.read() as reading:
        found, _ = item.find(reading, side.evidence_id)
        if side.marks is None:
            return Report.model_validate(viewing.stored_report(reading, found.id))
    with second_look(desk, found, profile=PROFILE, marks=side.marks) as (report, _):
        return report
