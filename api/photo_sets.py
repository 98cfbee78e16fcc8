"""Which photos a reason asks for, and which of them are among those that were sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel, ConfigDict, Field

from api import cases, item, viewing
from api.errors import MalformedError
from api.telling import of
from claims.case import Exhibit, ExhibitKind
from claims.shots import ShotSet, Slot, Taken, catalogue, fill, least_missing, unnamed_of
from evidence.model import Outcome, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from api.desk import Desk
    from api.words import Words
    from storage.rows import Reading

MOST: Final = 200
"""Photos of one set; a claim has a dozen."""

_EXAMPLE: Final[dict[str, Any]] = {
    "reason": "temu.wrong_size",
    "photos": [{"evidence_id": "ev_3f9c2a7b1d5e8f604c21", "shots": ["ruler"]}],
}


class Photo(BaseModel):
    """A photo that was sent, and which shots a person says it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    evidence_id: str = Field(max_length=64)
    shots: frozenset[str] = frozenset()
    """Names of shots; without them its file's name speaks, and for the waybill a code that was read."""


class Wanted(BaseModel):
    """A reason, and the photos that are there."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra={"examples": [_EXAMPLE]})

    reason: str = Field(max_length=200)
    """As `ruleset.reason`."""
    photos: tuple[Photo, ...] = Field(default=(), max_length=MOST)


class ShotShown(BaseModel):
    """One shot of a set."""

    model_config = ConfigDict(frozen=True)

    shot: str
    title: str
    how: str
    """How to take it."""
    needed: bool
    outcome: Outcome
    """`pass`: there; `unsure`: there but in doubt, or perhaps among the unnamed; `fail`: missing; `skipped`:
    not there, it would help."""
    says: str
    photos: tuple[str, ...] = ()
    """Ids of the evidence that shows it."""


class PhotoSet(BaseModel):
    """A set as far as it is filled."""

    model_config = ConfigDict(frozen=True)

    reason: str
    complete: bool
    """Whether each needed shot is there and sound."""
    missing_at_least: int
    """Needed shots that are missing even if every photo that nobody has named is one of them."""
    unnamed: int
    """Photos of which nobody has said what they show."""
    shots: tuple[ShotShown, ...]


def reasons() -> list[dict[str, Any]]:
    """Every reason that photos prove, with its shots by name."""
    return [
        {"reason": reason, "needed": list(each.needed), "helpful": list(each.helpful)}
        for each in catalogue().set
        for reason in each.reasons
    ]


def filled(desk: Desk, wanted: Wanted, words: Words) -> PhotoSet:
    """The set of a reason with the photos that are named.

    Raises:
        MalformedError: there is no such reason or shot.
        MissingItemError: a photo is not here.
    """
    asked = _asked(wanted.reason)
    known = {shot.id for shot in catalogue().shot}
    strange = sorted({shot for photo in wanted.photos for shot in photo.shots} - known)
    if strange:
        raise MalformedError(
            say(
                "There is no shot {shot}; choose one of: {known}.",
                shot=strange[0],
                known=", ".join(sorted(known)),
            )
        )
    with desk.read() as reading:
        photos = {photo.evidence_id: _taken(reading, photo) for photo in wanted.photos}
    return _shown(wanted.reason, asked, photos, words)


def of_case(desk: Desk, case_id: str, words: Words) -> PhotoSet:
    """The set that the case's reason asks for, with the photos of the case.

    Raises:
        MissingCaseError: there is no such case.
        MalformedError: the case names no reason that photos prove.
    """
    with desk.read() as reading:
        found = cases.gather(desk, reading, case_id)
    reason = f"{found.ruleset.rules.id}.{found.case.reason_code}"
    return of_photos(desk, reason, found.case.exhibits, words)


def of_photos(desk: Desk, reason: str, exhibits: Iterable[Exhibit], words: Words) -> PhotoSet:
    """The set of that reason with those exhibits that are photos. Raises `MalformedError`."""
    asked = _asked(reason)
    with desk.read() as reading:
        photos = {
            each.evidence_id: _taken(reading, Photo(evidence_id=each.evidence_id, shots=_said(each)))
            for each in exhibits
            if each.kind is ExhibitKind.PHOTO
        }
    return _shown(reason, asked, photos, words)


def _said(exhibit: Exhibit) -> frozenset[str]:
    """What a person said when the photo was added to its case."""
    return frozenset({exhibit.shot} if exhibit.shot else ())


def _asked(reason: str) -> ShotSet:
    found = catalogue().of(reason)
    if found is None:
        known = sorted(name for each in catalogue().set for name in each.reasons)
        raise MalformedError(
            say(
                "{reason} is no reason that photos prove; choose one of: {known}.",
                reason=reason,
                known=", ".join(known),
            )
        )
    return found


def _taken(reading: Reading, photo: Photo) -> Taken:
    """The photo as a set sees it; named by its id, since two files may be called the same."""
    found, _ = item.find(reading, photo.evidence_id)
    report = viewing.typed_report(reading, found.id)
    return Taken(
        found.id,
        report.verdict if report else None,
        codes=report is not None and any(each.code == "label.code" for each in report.findings()),
        shots=photo.shots,
        called=found.name,
    )


def _shown(reason: str, asked: ShotSet, photos: dict[str, Taken], words: Words) -> PhotoSet:
    taken: Sequence[Taken] = list(photos.values())
    slots, unnamed = fill(asked, taken), unnamed_of(asked, taken)
    return PhotoSet(
        reason=reason,
        complete=all(slot.outcome is Outcome.PASS for slot in slots if slot.needed),
        missing_at_least=least_missing(slots, unnamed),
        unnamed=unnamed,
        shots=tuple(_one(slot, words) for slot in slots),
    )


def _one(slot: Slot, words: Words) -> ShotShown:
    return ShotShown(
        shot=slot.shot.id,
        title=of(slot.shot.title, words),
        how=of(slot.shot.how, words),
        needed=slot.needed,
        outcome=slot.outcome,
        says=words.say(slot.says),
        photos=slot.photos,
    )
