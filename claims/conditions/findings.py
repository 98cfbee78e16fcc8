"""Conditions about what the report of an exhibit says."""

from __future__ import annotations

from collections.abc import Iterable

from claims.assessment import Decider, Met
from claims.case import Exhibit, ExhibitKind
from claims.conditions.exhibits import counting, none, only
from claims.conditions.scene import GOODNESS, Held, Scene, distinct, record, worst
from claims.confirmation import CHECK, COUNT, SETTLED, doubted, heard
from claims.reading import Read, Reading, read
from claims.vocabulary.requirement import Findings, Requirement
from evidence.model import Report, say


def examined(condition: Findings, requirement: Requirement, scene: Scene) -> Held:
    """Whether the reports say pass to all that is asked."""
    absent = (
        only(condition, scene) if condition.exhibit is ExhibitKind.FILM else none(condition.exhibit, scene)
    )
    if absent:
        return absent
    held = [
        _examined(condition, exhibit, scene, confirmable=requirement.confirmable)
        for exhibit in counting(condition.exhibit, scene)
    ]
    return max(held, key=lambda h: GOODNESS[h.answer])


def _examined(condition: Findings, exhibit: Exhibit, scene: Scene, *, confirmable: bool) -> Held:
    report = scene.report(exhibit)
    if report is None:
        return record(
            Met.UNSURE,
            say("The file has not been examined yet."),
            say("Examine it; that takes about as long as the film."),
        )
    parts = [_part(ask, report, exhibit, scene, confirmable=confirmable) for ask in _asks(condition)]
    answer = worst(part.answer for part in parts)
    deciding = [part for part in parts if part.answer is answer]
    return Held(
        answer,
        Decider.PERSON if any(part.by is Decider.PERSON for part in deciding) else Decider.CHECKS,
        distinct(r for part in deciding for r in part.reasons),
        distinct(a for part in deciding for a in part.advice),
        tuple(dict.fromkeys(p for part in deciding for p in part.findings)),
        confirmable=all(part.confirmable for part in deciding),
    )


def _part(ask: Read, report: Report, exhibit: Exhibit, scene: Scene, *, confirmable: bool) -> Reading:
    """What the report says to one question, with what people said of the pictures."""
    part = read(report, ask, exhibit, scene.case)
    if ask.element or (confirmable and ask.code == COUNT):
        part = _confirmed(part, exhibit, scene)
    if _rests_on_faces(ask, report):
        part = doubted(part, [(word, scene.on(word.at)) for word in scene.doubts(exhibit)])
    return part


def _confirmed(part: Reading, exhibit: Exhibit, scene: Scene) -> Reading:
    """What hangs on the count of the faces alone, with a person's word on them.

    The word is heard only where the count was looked at and left open, and only if nothing else is.
    """
    said = scene.confirmation(exhibit)
    if said is None or COUNT not in part.hangs_on or not part.hangs_on <= SETTLED:
        return part
    return heard(part, said, scene.on(said.at))


def _rests_on_faces(ask: Read, report: Report) -> bool:
    """Whether a yes to that question says that faces were seen."""
    if ask.element is not None:
        return CHECK in report.asks.get(ask.element, ())
    return ask.check == CHECK or (ask.code or "").startswith(f"{CHECK}.")


def _asks(condition: Findings) -> Iterable[Read]:
    yield from (Read(check=name) for name in condition.checks)
    yield from (Read(code=code) for code in condition.codes)
    yield from (Read(element=element) for element in condition.elements)
