"""The page of one case: what its sections show, each told by a function of its own.

A section is a template in `templates/case/`, included by one line of `case.html`, and a function in
`SECTIONS` that says what it is filled with. Whatever a form of the page leads to shows the page again.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from fastapi import Request
from fastapi.responses import Response

from api import cases, viewing
from api.cases import Dossier
from api.errors import MissingCaseError
from api.pages import (
    beside_view,
    case_view,
    decision_view,
    entries_view,
    example,
    filling_view,
    link_view,
    packet_view,
    seal_view,
    told_view,
)
from api.pages.frame import absent, language, page
from api.telling import of
from api.words import Words, words
from claims.assessment import Assessment
from claims.naming import READINESS

if TYPE_CHECKING:
    from api.desk import Desk


@dataclass(frozen=True)
class Scene:
    """What every section of the page may look at."""

    desk: Desk
    found: Dossier
    assessment: Assessment
    told: Words
    fill: str = ""
    """The form that is open; see `entry`."""
    back: str = ""
    """Where on the page somebody came from who opened it."""


Section = Callable[[Scene], Mapping[str, Any]]
"""What a template of `templates/case/` is filled with, by name, each of which is used once."""


def shown(
    request: Request,
    desk: Desk,
    case_id: str,
    trouble: str = "",
    status: int = 200,
    *,
    more: Mapping[str, Any] = MappingProxyType({}),
    fill: str = "",
    back: str = "",
) -> Response:
    """The case as it stands now, with what went wrong where something did; the look is logged.

    `fill` names the form that is open, and `back` where one comes back to once it is saved.
    """
    told = words(language(request))
    try:
        viewing.case(desk, case_id, "assessment.viewed")
        with desk.read() as reading:
            found = cases.gather(desk, reading, case_id)
    except MissingCaseError:
        return absent(request)
    scene = Scene(desk, found, cases.judged(desk, found), told, fill, back)
    values: dict[str, Any] = {}
    for section in SECTIONS:
        values |= section(scene)
    values |= {"trouble": trouble, "part": False, **more}
    return page(request, "case.html", status, at=f"/cases/{case_id}", **values)


def _case(scene: Scene) -> Mapping[str, Any]:
    """Whose case it is, and its verdict."""
    found, assessment, told = scene.found, scene.assessment, scene.told
    return {
        "case": found.case,
        "named": case_view.named(found.case),
        "about": case_view.about(found.case),
        "ruleset": of(assessment.ruleset.title, told),
        "tone": case_view.TONES[assessment.readiness],
        "verdict": told.say(READINESS[assessment.readiness]),
        "next": case_view.next_step(assessment, told),
        "key": secrets.token_hex(16),
    }


def _clocks(scene: Scene) -> Mapping[str, Any]:
    assessment = scene.assessment
    clocks = [each for each in cases.soonest_first(assessment.clocks) if each.alarm]
    return {
        "clocks": [case_view.clock(each, scene.told, assessment.assessed_at) for each in clocks],
        "has_clocks": bool(scene.found.ruleset.rules.clock),
    }


def _asked(scene: Scene) -> Mapping[str, Any]:
    asked = [
        case_view.asked(each, scene.told) for each in case_view.gravest_first(scene.assessment.requirements)
    ]
    return {
        "lacking": [each for each in asked if each.tone != "pass"],
        "met": [each for each in asked if each.tone == "pass"],
    }


def _notices(scene: Scene) -> Mapping[str, Any]:
    told, notices = scene.told, scene.assessment.notices
    return {"notices": [(each.exhibit, told.say(each.reason), told.say(each.advice)) for each in notices]}


def _files(scene: Scene) -> Mapping[str, Any]:
    found, told = scene.found, scene.told
    return {
        "files": tuple(case_view.files(found.case, told)),
        "films": case_view.films(found.case, found.ruleset.rules, scene.assessment, told),
    }


SECTIONS: Final[tuple[Section, ...]] = (
    _case,
    example.section,
    _clocks,
    _asked,
    told_view.section,
    entries_view.section,
    filling_view.section,
    beside_view.section,
    _notices,
    _files,
    seal_view.section,
    packet_view.section,
    link_view.section,
    decision_view.section,
)
