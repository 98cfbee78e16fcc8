"""A person's word about pictures of a film: these six show six different faces of one parcel, or they do not.

It stands beside the report and never changes it: a report is what the machine saw, and what a
person saw is told as a person's. It is asked for only where the check looked and could not tell;
of several words on one film the latest counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from claims.assessment import Decider, Met
from claims.case import Line, Moment
from claims.reading import Reading
from evidence.model import FACES, Digest, Face, Outcome, Report, Saying, say, worst

Code = Literal["six_faces.count"]
"""The findings that a person can confirm."""

COUNT: Final[Code] = "six_faces.count"

SETTLED: Final = frozenset({COUNT, "six_faces.face"})
"""What six pictures of six faces answer, where it was left open: how many, and each of them."""

MOST_NOTE: Final = 2000
"""Characters; it goes into the custody log whole."""


class Word(BaseModel):
    """What a person says; who is not signed in says who it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Code = COUNT
    answer: Literal["confirmed", "disputed"]
    stills: Mapping[Face, Digest]
    """The pictures that the person looked at, by the face that each shows; all six to confirm."""
    by: Line = ""
    note: Annotated[str, Field(max_length=MOST_NOTE)] = ""


class Confirmation(Word):
    """A word as it was recorded."""

    id: Line
    at: Moment
    report: Digest
    """Of the report that was shown, as it stands in a bundle: `report.json`."""


def outcome(report: Report, code: Code) -> Outcome | None:
    """What the check found; None where it did not look, or where the question does not apply."""
    found = [f.outcome for f in report.findings() if f.code == code and f.outcome is not Outcome.SKIPPED]
    return worst(found) if found else None


def trouble(word: Word, report: Report) -> Saying | None:
    """Why the word cannot count for this report; None where it can."""
    if not any(letter.isprintable() and not letter.isspace() for letter in word.by):
        return say("Say in by who confirms or disputes this; a word without a name cannot be recorded.")
    missing = [face for face in FACES if face not in word.stills]
    if word.answer == "confirmed" and missing:
        return say(
            "No picture is named for: {faces}. Name one picture for each of the six faces.",
            faces=", ".join(missing),
        )
    if len(set(word.stills.values())) != len(word.stills):
        return say("One picture is named for two faces; name another picture for each face.")
    strange = set(word.stills.values()) - {still.digest for still in report.stills}
    if strange:
        return say("The report on this file has no still {digest}.", digest=min(strange))
    return None


def latest(said: Sequence[Confirmation], code: Code) -> Confirmation | None:
    """The word that counts, of those in the order of their recording."""
    return next((each for each in reversed(said) if each.code == code), None)


def heard(reading: Reading, said: Confirmation, on: str) -> Reading:
    """What the report left open, together with what a person said; `on` is when, for people."""
    if said.answer == "disputed":
        reason = say(
            "{by} looked at the pictures on {on} and disputes that they show six faces of one parcel.",
            by=said.by,
            on=on,
        )
        return replace(reading, reasons=(reason, *reading.reasons))
    reason = say(
        "Confirmed by a person ({by}, {on}): six pictures show six different faces of one parcel. "
        "The check itself could not tell.",
        by=said.by,
        on=on,
    )
    return replace(reading, answer=Met.YES, by=Decider.PERSON, reasons=(reason,), advice=())
