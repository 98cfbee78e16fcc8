"""The photos of a case as slots: what its reason and its platform want, and which of it is there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from markupsafe import Markup

from api import item, photo_sets, viewing
from api.errors import MalformedError
from api.pages import sketch
from api.photo_sets import PhotoSet, ShotShown
from api.reading import read
from api.telling import of
from api.words import Words, legible
from claims.assessment import Met
from claims.case import Case, Exhibit, ExhibitKind, Role
from claims.naming import ROLES
from claims.scope import reason_of
from claims.shots import catalogue
from claims.vocabulary.requirement import Shows
from evidence.model import Outcome, Verdict, say

if TYPE_CHECKING:
    from api.cases import Dossier
    from api.desk import Desk
    from claims.assessment import Assessment
    from storage.rows import Reading

USUAL: Final = "generic.quality"
"""The set that is proposed where the case names no reason yet: it helps with nearly every claim."""
_TONES: Final[Mapping[Verdict, str]] = {
    Verdict.SOUND: "pass",
    Verdict.FLAWED: "fail",
    Verdict.REVIEW: "unsure",
}
_FILMS: Final = frozenset({Role.OPENING_FILM, Role.PACK_FILM})
"""Roles that no photo can be in."""
_MARKS: Final[Mapping[str, str]] = {"pass": "✓", "fail": "✗", "unsure": "?", "skipped": "–"}


@dataclass(frozen=True)
class Picture:
    """A photo that is in the case."""

    exhibit: str
    name: str
    address: str
    tone: str
    mark: str
    word: str
    """Its verdict, or that it is still being checked."""
    why: tuple[str, ...]
    still: str = ""
    """The address of a picture of its report; empty where there is none."""


@dataclass(frozen=True)
class Slot:
    """One photo that is wanted."""

    id: str
    """`shot-close_up` or `role-delivery_proof`."""
    title: str
    how: str
    needed: bool
    tone: str
    mark: str
    says: str
    sketch: Markup
    pictures: tuple[Picture, ...]


@dataclass(frozen=True)
class Sheet:
    """All slots of a case."""

    slots: tuple[Slot, ...]
    others: tuple[Picture, ...]
    """Photos of which nobody has said what they show."""
    proposed: bool
    """Whether the case names no reason that photos prove, so that the usual set stands in."""

    @property
    def needed(self) -> int:
        return sum(slot.needed for slot in self.slots)

    @property
    def filled(self) -> int:
        return sum(slot.needed and slot.tone == "pass" for slot in self.slots)


def sheet(desk: Desk, found: Dossier, assessment: Assessment, told: Words) -> Sheet:
    """The slots that the reason wants, then those of what the platform demands and nobody has added."""
    case = found.case
    with desk.read() as reading:
        pictures = {e.evidence_id: _picture(reading, e, told) for e in _photos(case)}
    wanted, proposed = _wanted(desk, found, told)
    slots = [_of_shot(each, pictures) for each in wanted.shots]
    covered = {shot.role for shot in catalogue().shot if shot.id in {each.shot for each in wanted.shots}}
    roles = dict.fromkeys(role for role in _roles(found, assessment) if role not in covered)
    slots += [_of_role(role, case, pictures, told) for role in roles]
    shown = {picture.exhibit for slot in slots for picture in slot.pictures}
    others = tuple(each for each in pictures.values() if each.exhibit not in shown)
    return Sheet(tuple(slots), others, proposed)


def _photos(case: Case) -> Iterable[Exhibit]:
    """Newest first, so that what was taken again stands before what it replaces."""
    return reversed([each for each in case.exhibits if each.kind is not ExhibitKind.FILM])


def _wanted(desk: Desk, found: Dossier, told: Words) -> tuple[PhotoSet, bool]:
    with suppress(MalformedError):  # a reason that no photo proves, or none yet
        return photo_sets.of_case(desk, found.case.id, told), False
    asked = photo_sets.of_photos(desk, USUAL, _photos(found.case), told)
    return asked, True


def _picture(reading: Reading, exhibit: Exhibit, told: Words) -> Picture:
    place = quote(exhibit.evidence_id, safe="")
    report = viewing.typed_report(reading, exhibit.evidence_id)
    named = (exhibit.id, legible(exhibit.name, 60), f"/evidence/{place}")
    if report is None:
        row = item.find(reading, exhibit.evidence_id)[0]
        word = say("It cannot be checked.") if row.state.final else say("is being checked")
        tone = "fail" if row.state.final else "skipped"
        return Picture(*named, tone, "✗" if row.state.final else "…", told.say(word), ())
    words = read(report, told)
    tone = _TONES[report.verdict]
    still = f"/v1/evidence/{place}/stills/{report.stills[0].digest}" if report.stills else ""
    why = words.lead[:2] if report.verdict is not Verdict.SOUND else ()
    return Picture(*named, tone, _MARKS[tone], words.word, why, still)


def _of_shot(shown: ShotShown, pictures: Mapping[str, Picture]) -> Slot:
    tone = {Outcome.SKIPPED: "skipped", Outcome.FAIL: "skipped"}.get(shown.outcome, shown.outcome.value)
    return Slot(
        id=f"shot-{shown.shot}",
        title=shown.title,
        how=shown.how,
        needed=shown.needed,
        tone=tone,
        mark=_MARKS[tone],
        says=shown.says,
        sketch=sketch.of_shot(shown.shot),
        pictures=tuple(each for name, each in pictures.items() if name in shown.photos),
    )


def _of_role(role: Role, case: Case, pictures: Mapping[str, Picture], told: Words) -> Slot:
    mine = tuple(pictures[e.evidence_id] for e in case.in_role([role]) if e.evidence_id in pictures)
    tone = _best(mine)
    says = say("There.") if mine else say("Missing.")
    return Slot(
        id=f"role-{role.value}",
        title=named(role, told),
        how="",
        needed=True,
        tone=tone,
        mark=_MARKS[tone],
        says=told.say(says),
        sketch=sketch.of_role(role.value),
        pictures=mine,
    )


def named(role: Role, told: Words) -> str:
    """What an exhibit in that role is called, as a heading."""
    name = told.say(ROLES[role])
    return name[:1].upper() + name[1:]


def _best(pictures: Sequence[Picture]) -> str:
    tones = {each.tone for each in pictures}
    return next((tone for tone in ("pass", "unsure", "fail") if tone in tones), "skipped")


def _roles(found: Dossier, assessment: Assessment) -> Iterator[Role]:
    """What shows the fault by the platform's list, and what its requirements ask for and do not have."""
    reason = reason_of(found.case, found.ruleset.rules)
    yield from (role for role in (reason.photos if reason else ()) if role not in _FILMS)
    known = {each.id: each for each in found.ruleset.rules.requirement}
    for judged in (*assessment.requirements, *assessment.beside):
        if judged.answer is not Met.YES and judged.id in known:
            for condition in known[judged.id].single():
                if isinstance(condition, Shows) and not _FILMS.intersection(condition.roles):
                    yield condition.roles[0]


def pair_of(case: Case, told: Words) -> list[tuple[str, str]]:
    """The photos that can be held against each other."""
    shots = {shot.id: of(shot.title, told) for shot in catalogue().shot}
    return [
        (e.evidence_id, " · ".join(filter(None, (e.id, shots.get(e.shot, ""), legible(e.name, 40)))))
        for e in case.exhibits
        if e.kind is ExhibitKind.PHOTO
    ]
