"""A person's word about pictures of a film: six faces of one parcel or not, and a face that is none.

It stands beside the report and never changes it: a report is what the machine saw, and what a
person saw is told as a person's. Whether six pictures show six faces is asked only where the check looked
and could not tell. That a face which the check counted is not that face, or cannot be seen, a person may
say of any report, with a reason; it takes a yes away and never gives one. Of several words on one thing the
latest counts.
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

Code = Literal["six_faces.count", "six_faces.face"]
"""The findings that a person can speak about."""

COUNT: Final[Code] = "six_faces.count"
FACE: Final[Code] = "six_faces.face"
CHECK: Final = "six_faces"
"""The check whose findings they are."""

SETTLED: Final = frozenset({COUNT, FACE})
"""What six pictures of six faces answer, where it was left open: how many, and each of them."""

NAMES: Final[Mapping[Face, Saying]] = {
    "top": say("Top"),
    "front": say("Front"),
    "right": say("Right"),
    "back": say("Back"),
    "left": say("Left"),
    "bottom": say("Bottom"),
}

MOST_NOTE: Final = 2000
"""Characters; it goes into the custody log whole."""


class Word(BaseModel):
    """What a person says; who is not signed in says who it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Code = COUNT
    answer: Literal["confirmed", "disputed"]
    """Of a face: disputed, or confirmed after all, which takes a dispute back."""
    stills: Mapping[Face, Digest] = Field(default_factory=dict[Face, Digest])
    """The pictures that the person looked at, by the face that each shows; all six to confirm the count."""
    by: Line = ""
    note: Annotated[str, Field(max_length=MOST_NOTE)] = ""
    """Why; whoever disputes a face has to say it."""
    face: Face | None = None
    """The face that is spoken about, where it is one."""


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
    if not _says_something(word.by):
        return say("Say in by who confirms or disputes this; a word without a name cannot be recorded.")
    if word.code == FACE:
        return _trouble_of_face(word, report)
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


def _trouble_of_face(word: Word, report: Report) -> Saying | None:
    if word.face is None:
        return say("Say in face which face is meant.")
    if word.face not in counted(report):
        return say("The check did not count the face {face} in this film.", face=NAMES[word.face])
    if word.answer == "disputed" and not _says_something(word.note):
        return say("Say in note why this is not that face; a dispute without a reason cannot be recorded.")
    return None


def _says_something(text: str) -> bool:
    return any(letter.isprintable() and not letter.isspace() for letter in text)


def counted(report: Report) -> tuple[Face, ...]:
    """The faces that the check saw without doubt."""
    found = {
        measure.value
        for finding in report.findings()
        if finding.code == FACE and finding.outcome is Outcome.PASS
        for measure in finding.measures
        if measure.name == "face"
    }
    return tuple(face for face in FACES if face in found)


def doubts(said: Sequence[Confirmation], report: Report) -> tuple[Confirmation, ...]:
    """The disputes of faces that count, in the order of the faces.

    A face is no longer disputed once a later word takes it back, or names its picture among the six that it
    confirms.
    """
    standing: dict[Face, Confirmation] = {}
    for word in said:
        if trouble(word, report) is not None:
            continue
        if word.code == COUNT and word.answer == "confirmed":
            standing.clear()
        elif word.face and word.answer == "disputed":
            standing[word.face] = word
        elif word.face:
            standing.pop(word.face, None)
    return tuple(standing[face] for face in FACES if face in standing)


def doubted(reading: Reading, found: Sequence[tuple[Confirmation, str]]) -> Reading:
    """What the report or a person answered, less the faces that a person disputes; with when, for people.

    A yes becomes open, and no statement may close it: two who looked say different things. Nothing is
    ever made better by it.
    """
    if not found or reading.answer is not Met.YES:
        return reading
    reasons = (_doubt(word, on) for word, on in found)
    advice = say("Look at the pictures of these faces; film again, or have the dispute taken back.")
    return replace(
        reading,
        answer=Met.UNSURE,
        by=Decider.PERSON,
        reasons=(*reasons, *reading.reasons),
        advice=(advice,),
        confirmable=False,
    )


def _doubt(word: Confirmation, on: str) -> Saying:
    face = NAMES[word.face] if word.face else ""
    return say("{by} disputes the face {face} ({on}): {note}", by=word.by, face=face, on=on, note=word.note)


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
