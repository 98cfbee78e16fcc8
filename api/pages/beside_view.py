"""What is done beside a case: its sub-cases with what each asks for, and those that ought to be entered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from api.pages import case_forms, case_view
from api.pages.case_forms import Ask
from api.pages.case_view import Asked
from api.pages.plain_form import local
from api.telling import of
from api.words import Words, legible
from claims.assessment import Judgement
from claims.case import SubCase
from claims.ruleset import Ruleset
from claims.scope import scope_of
from claims.settling.beside import missing

if TYPE_CHECKING:
    from api.pages.case_page import Scene


@dataclass(frozen=True)
class Beside:
    """One sub-case as it is shown."""

    id: str
    title: str
    since: str
    until: str
    """When it ended; empty while it is open."""
    about: tuple[str, ...]
    note: str
    asked: tuple[Asked, ...]
    """What its procedure asks for, the gravest first; nothing once it has ended."""
    forms: Mapping[str, Sequence[Ask]]


@dataclass(frozen=True)
class Wanted:
    """A procedure that ought to be entered and is not."""

    procedure: str
    title: str
    reason: str
    ticket: str


def section(scene: Scene) -> Mapping[str, Any]:
    """The sub-cases, those that are wanting, and whether the platform knows any."""
    case, rules, told = scene.found.case, scene.found.ruleset.rules, scene.told
    return {
        "beside": tuple(_beside(scene)),
        "wanted_beside": [
            Wanted(each.procedure, of(each.title, told), told.say(each.reason), each.ticket)
            for each in missing(case, rules, scope_of(case, rules))
        ],
        "may_enter": any(each.beside for each in rules.procedure),
        "entered_at": local(scene.assessment.assessed_at, case.zone),
    }


def _beside(scene: Scene) -> Iterator[Beside]:
    case, rules, told = scene.found.case, scene.found.ruleset.rules, scene.told
    for sub in sorted(case.subcases, key=lambda each: each.closed_at is not None):
        judged = [each for each in scene.assessment.beside if each.about == sub.id]
        yield Beside(
            id=sub.id,
            title=_titled(sub, rules, told),
            since=told.moment(sub.opened_at),
            until=told.moment(sub.closed_at) if sub.closed_at else "",
            about=tuple(legible(each, 60) for each in (sub.parcel, sub.ticket) if each),
            note=legible(sub.note, 200),
            asked=tuple(_asked(judged, told)),
            forms=case_forms.forms(rules, case, judged, told),
        )


def _asked(judged: Sequence[Judgement], told: Words) -> Iterator[Asked]:
    return (case_view.asked(each, told) for each in case_view.gravest_first(judged))


def _titled(sub: SubCase, rules: Ruleset, told: Words) -> str:
    found = next((each for each in rules.procedure if each.id == sub.procedure), None)
    return of(found.title, told) if found else legible(sub.procedure, 60)
