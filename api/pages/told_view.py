"""What happened in a case so far, and the forms for what a person can tell of it: a section of its page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from api.pages import case_forms
from api.pages.plain_form import NOTHING, local
from api.words import Words, legible
from claims.naming import EVENTS

if TYPE_CHECKING:
    from api.pages.case_page import Scene
    from claims.case import Case

MOST_TOLD: Final = 30
"""Events on the page of a case; the API has them all."""


def section(scene: Scene) -> Mapping[str, Any]:
    """The forms by requirement, what can have happened, and what did; `retry` is for whoever sent a form."""
    found, told = scene.found, scene.told
    rules, case = found.ruleset.rules, found.case
    return {
        "retry": NOTHING,
        "forms": case_forms.forms(rules, case, scene.assessment.requirements, told),
        "events": case_forms.event_choices(rules, told),
        "past": tuple(_past(case, told)),
        "now": local(scene.assessment.assessed_at, case.zone),
    }


def _past(case: Case, told: Words) -> Iterator[tuple[str, str, str]]:
    """What happened, the latest first: when, what, and what was noted with it."""
    for each in sorted(case.events, key=lambda event: event.at, reverse=True)[:MOST_TOLD]:
        yield told.moment(each.at), told.say(EVENTS[each.kind]), legible(each.note or each.because, 200)
