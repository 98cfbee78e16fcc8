"""The pictures that a person is asked about, and what a person said of them, as a page shows it.

The check keeps stills of faces (`what` is `face`) also where it could not tell. Each is proposed
with the face that the check took it for; whoever looks may name it otherwise or leave it out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, cast
from urllib.parse import parse_qsl

from pydantic import ValidationError

from api.confirming import spoken
from api.errors import BadConfirmationError
from api.facts import FACE_NAMES
from api.words import Words, legible
from claims.confirmation import COUNT, FACE, Code, Confirmation, Word, counted, outcome
from evidence.model import FACES, Face, Outcome, Report, Still, rfc3339, say

MOST: Final = 24
"""Pictures that are proposed."""
_MOST_FIELDS: Final = MOST + 8


@dataclass(frozen=True)
class Sent:
    """What a browser sent with the form."""

    code: str = COUNT
    answer: str = ""
    face: str = ""
    """The face that is spoken about, where it is one."""
    faces: Mapping[str, str] = field(default_factory=dict[str, str])
    """The face that was chosen, by the digest of the picture; empty where it was left out."""
    by: str = ""
    note: str = ""
    key: str | None = None
    """The form's own idempotency key: sent twice, it is recorded once."""


@dataclass(frozen=True)
class Form:
    """Where a served page sends a person's word; a page on its own has no form."""

    action: str
    key: str
    sent: Sent | None = None
    """What was sent before and could not count."""
    trouble: str = ""
    """Why it could not."""


@dataclass(frozen=True)
class Asking:
    """What stands beside the report: the word that counts, and the form for another."""

    said: Confirmation | None = None
    form: Form | None = None
    doubts: tuple[Confirmation, ...] = ()
    """The disputes of faces that count."""


NOBODY: Final = Asking()


@dataclass(frozen=True)
class Candidate:
    """One picture that may show a face."""

    digest: str
    time: str
    face: str
    """The face it is taken for; empty where it is left out."""


@dataclass(frozen=True)
class Proposal:
    """What the page shows below the unfolded parcel."""

    says: str
    """The word that counts; empty where nobody has said anything."""
    outcome: Outcome
    """Pass where it was confirmed, fail where it was disputed, else unsure."""
    named: tuple[tuple[str, str], ...]
    """Name of the face and time of the picture, as the word names them."""
    note: str
    form: Form | None
    sent: Sent
    candidates: tuple[Candidate, ...]
    """Only where there is a form."""

    @property
    def enough(self) -> bool:
        """Whether there is a picture for each face at all."""
        return len(self.candidates) >= len(FACES)


@dataclass(frozen=True)
class Dispute:
    """A face that a person disputes."""

    face: Face
    name: str
    says: str
    note: str


@dataclass(frozen=True)
class Disputes:
    """What the page shows of disputed faces."""

    told: tuple[Dispute, ...]
    form: Form | None
    sent: Sent
    trouble: str
    """Why what was sent could not count."""
    faces: tuple[tuple[Face, str], ...]
    """Those that can be disputed, with their names."""

    @property
    def standing(self) -> Mapping[Face, Dispute]:
        return {each.face: each for each in self.told}


def is_open(report: Report) -> bool:
    """Whether the check looked for the faces and could not tell."""
    return outcome(report, COUNT) is Outcome.UNSURE


def propose(report: Report, asking: Asking, words: Words) -> Proposal | None:
    """What a person is asked, and said; None where there is neither."""
    said, form = asking.said, asking.form
    if not is_open(report) or (said is None and form is None):
        return None
    sent = form.sent if form and form.sent and form.sent.code == COUNT else Sent()
    at = {still.digest: words.clock(still.at, tenths=True) for still in report.stills}
    told = {"confirmed": Outcome.PASS, "disputed": Outcome.FAIL}
    return Proposal(
        says=words.say(spoken(said, rfc3339(said.at))) if said else "",
        outcome=told[said.answer] if said else Outcome.UNSURE,
        named=tuple(
            (words.say(FACE_NAMES[face]), at.get(said.stills[face], ""))
            for face in FACES
            if said and face in said.stills
        ),
        note=legible(said.note, 1000) if said else "",
        form=form,
        sent=sent,
        candidates=tuple(
            Candidate(still.digest, at[still.digest], sent.faces.get(still.digest, face))
            for still, face in (candidates(report) if form else ())
        ),
    )


def disputes(report: Report, asking: Asking, words: Words) -> Disputes | None:
    """What people say of faces that the check counted; None where there is nothing to say or tell."""
    form = asking.form
    faces = counted(report) if form else ()
    if not faces and not asking.doubts:
        return None
    mine = form.sent if form and form.sent and form.sent.code == FACE else None
    told = tuple(
        Dispute(
            face=each.face,
            name=words.say(FACE_NAMES[each.face]),
            says=words.say(spoken(each, rfc3339(each.at))),
            note=legible(each.note, 1000),
        )
        for each in asking.doubts
        if each.face
    )
    standing = {each.face for each in told}
    return Disputes(
        told=told,
        form=form,
        sent=mine or Sent(code=FACE),
        trouble=form.trouble if form and mine else "",
        faces=tuple((face, words.say(FACE_NAMES[face])) for face in faces if face not in standing),
    )


def candidates(report: Report) -> tuple[tuple[Still, Face | Literal[""]], ...]:
    """The pictures of faces with the face that each is proposed for; no face is proposed twice."""
    named = {
        digest
        for finding in report.findings()
        if finding.code == "six_faces.face"
        for digest in finding.stills
    }
    faces = [still for still in report.stills if still.what == "face"]
    ordered = sorted(
        {still.digest: still for still in faces}.values(),
        # A picture that a finding names is the best of its face; one without a number comes last.
        key=lambda still: (still.face or len(FACES) + 1, still.digest not in named, still.at),
    )
    return tuple(sorted(_proposed(ordered), key=lambda pair: not pair[1]))[:MOST]


def proposed(report: Report) -> dict[Face, str]:
    """The picture that is proposed for each face, by its digest; faces without one are left out."""
    return {face: still.digest for still, face in candidates(report) if face}


def _proposed(ordered: list[Still]) -> Iterator[tuple[Still, Face | Literal[""]]]:
    taken: set[Face] = set()
    for still in ordered:
        face = FACES[still.face - 1] if still.face and 1 <= still.face <= len(FACES) else None
        yield still, ("" if face is None or face in taken else face)
        if face is not None:
            taken.add(face)


def sent_of(body: bytes) -> Sent:
    """The form as a browser sends it (`application/x-www-form-urlencoded`).

    Raises:
        BadConfirmationError: it is no such form.
    """
    try:
        fields = dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS))
    except ValueError as error:
        raise BadConfirmationError(
            say("The form cannot be read; load the page again and send it once more.")
        ) from error
    return Sent(
        code=fields.get("code", COUNT),
        answer=fields.get("answer", ""),
        face=fields.get("face", ""),
        faces={name: value for name, value in fields.items() if name.startswith("sha256:")},
        by=fields.get("by", "").strip(),
        note=fields.get("note", "").strip(),
        key=fields.get("key") or None,
    )


def word_of(sent: Sent) -> Word:
    """The word that was sent.

    Raises:
        BadConfirmationError: it says something that no word can.
    """
    stills: dict[str, str] = {}
    for digest, face in sent.faces.items():
        if face in stills:
            says = say("Two pictures are chosen for one face ({face}); choose one for each.", face=face)
            raise BadConfirmationError(says)
        if face:
            stills[face] = digest
    try:
        return Word(
            code=cast("Code", sent.code),
            face=cast("Face | None", sent.face or None),
            answer=cast("Literal['confirmed', 'disputed']", sent.answer),
            stills=cast("Mapping[Face, str]", stills),
            by=sent.by,
            note=sent.note,
        )
    except ValidationError as error:
        raise BadConfirmationError(
            say("The form cannot be read; load the page again and send it once more.")
        ) from error
