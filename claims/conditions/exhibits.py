"""Conditions about which exhibits there are."""

from __future__ import annotations

from claims.assessment import Met
from claims.case import Exhibit, ExhibitKind
from claims.conditions.scene import Held, Scene, record
from claims.openings import advised, before, told
from claims.vocabulary.requirement import Findings, Only
from evidence.model import say


def counting(kind: ExhibitKind, scene: Scene) -> tuple[Exhibit, ...]:
    """The exhibits of that kind that can meet a condition: the one film of the opening, or all photos."""
    return (scene.film,) if kind is ExhibitKind.FILM and scene.film else scene.case.of_kind(kind)


def none(kind: ExhibitKind, scene: Scene) -> Held | None:
    """Why there is no exhibit of that kind; None where there is one."""
    if scene.case.of_kind(kind):
        return None
    match kind:
        case ExhibitKind.FILM:
            return record(Met.NO, say("There is no film in this case."), say("Add the film of the opening."))
        case ExhibitKind.PHOTO:
            return record(Met.NO, say("There is no photo in this case."), say("Add a photo."))
        case ExhibitKind.DOCUMENT:
            return record(Met.NO, say("There is no document in this case."), say("Add the document."))


def only(condition: Findings | Only, scene: Scene) -> Held | None:
    """Why there is not exactly one exhibit that counts; None where there is."""
    absent = none(condition.exhibit, scene)
    count = len(scene.case.of_kind(condition.exhibit))
    if absent or count == 1 or (condition.exhibit is ExhibitKind.FILM and scene.film):
        return absent
    if condition.exhibit is not ExhibitKind.FILM:
        return record(
            Met.UNSURE,
            say("There are {count} of them in this case, and only one counts.", count=count),
            say("Keep one and take the others out."),
        )
    return record(
        Met.UNSURE,
        say("This case has {count} films, and nobody has said which one shows the opening.", count=count),
        say("Say which film shows the first opening, or keep the others as documents."),
    )


def single(condition: Only, scene: Scene) -> Held:
    """Whether there is exactly one, and for a film of the opening none before it under the same waybill."""
    if lacking := only(condition, scene):
        return lacking
    earlier = before(scene.film, scene.openings) if condition.exhibit is ExhibitKind.FILM else ()
    if earlier:
        return record(Met.UNSURE, told(earlier[0]), advised())
    return record(Met.YES, say("There is exactly one of them in this case."))
