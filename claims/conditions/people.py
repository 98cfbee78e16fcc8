"""Conditions about what a person says."""

from __future__ import annotations

from claims.assessment import Decider, Met
from claims.case import ExhibitKind, Statement
from claims.conditions.scene import Held, Scene, record
from claims.vocabulary.requirement import Requirement, Stated
from evidence.model import Report, say
from evidence.timeline import Span


def stated(condition: Stated, requirement: Requirement, scene: Scene) -> Held:
    """Whether a person said yes, and showed where to look."""
    said = scene.case.statement(requirement.id, scene.about)
    if condition.needs_reason and not (scene.case.reason.strip() or scene.case.reason_code.strip()):
        return record(
            Met.UNSURE,
            say("The case does not say what the claim is about."),
            say("Write the reason of the claim into the case."),
        )
    if said is None:
        return record(
            Met.UNSURE,
            say("No picture can show this, and nobody has confirmed it yet."),
            say("Have the person who opened the parcel confirm it and point at the file that shows it."),
        )
    trouble = _pointing(condition, said, scene) if said.answer == "yes" else None
    return trouble or spoken(said, scene)


def spoken(said: Statement, scene: Scene) -> Held:
    """A person's word as it stands."""
    if said.answer == "no":
        reason = say("{by} said on {on} that this does not hold.", by=said.by, on=scene.on(said.at))
        return Held(Met.NO, Decider.PERSON, (reason,))
    return Held(
        Met.YES, Decider.PERSON, (say("{by} confirmed this on {on}.", by=said.by, on=scene.on(said.at)),)
    )


def _pointing(condition: Stated, said: Statement, scene: Scene) -> Held | None:
    """Why the statement does not show where to look; None where it does."""
    if not condition.exhibits:
        return None
    shown = scene.case.exhibit(said.exhibit) if said.exhibit else None
    if shown is None or shown.kind not in condition.exhibits:
        reason = say(
            "{by} confirmed this, but pointed at no file of this case that could show it.", by=said.by
        )
        return record(Met.UNSURE, reason, say("Confirm it again and point at the file that shows it."))
    if shown.kind is not ExhibitKind.FILM or condition.whole_film:
        return None
    return _moment(said.when, said.by, scene.report(shown))


def _moment(when: Span | None, by: str, report: Report | None) -> Held | None:
    if when is None:
        reason = say("{by} pointed at a film without saying at which moment.", by=by)
        return record(Met.UNSURE, reason, say("Confirm it again with the moment in the film."))
    end = report.media.duration if report else None
    if end is not None and when.start > end:
        reason = say(
            "{by} pointed at second {at}, and the film ends at second {end}.",
            by=by,
            at=round(when.start.total_seconds(), 1),
            end=round(end.total_seconds(), 1),
        )
        return record(Met.UNSURE, reason, say("Confirm it again with the moment in the film."))
    return None
