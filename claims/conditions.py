"""Whether one condition of a requirement holds in a case: yes, no or unsure, and why.

Pure functions of the case and its reports. A condition never says yes because nobody
asked: a question without an answer is unsure, and a person's word only counts where the
checks have looked and could not tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from claims.assessment import Decider, Met, Pointer
from claims.case import Case, Exhibit, ExhibitKind, Statement
from claims.clock import local
from claims.confirmation import COUNT, SETTLED, Confirmation, heard, latest, trouble
from claims.reading import Read, Reading, read
from claims.ruleset import Condition, Findings, Happened, Only, ReadyBefore, Requirement, Stated
from evidence.model import Report, Saying, say
from evidence.timeline import Span


@dataclass(frozen=True)
class Scene:
    """Everything that a condition may look at."""

    case: Case
    reports: Mapping[str, Report]
    """By the digest of the exhibit."""
    now: datetime
    film: Exhibit | None
    """The film of the opening, where it is clear which one that is."""
    confirmations: Mapping[str, Sequence[Confirmation]] = field(
        default_factory=dict[str, Sequence[Confirmation]]
    )
    """By the digest of the exhibit, in the order of their recording; none where the ruleset takes none."""

    def report(self, exhibit: Exhibit) -> Report | None:
        """The report on that exhibit; one about other bytes is none."""
        found = self.reports.get(exhibit.digest)
        return found if found and found.subject.digest == exhibit.digest else None

    def confirmation(self, exhibit: Exhibit) -> Confirmation | None:
        """The word that counts of those about the pictures of that exhibit; one that cannot count is none."""
        report = self.report(exhibit)
        said = latest(self.confirmations.get(exhibit.digest, ()), COUNT)
        return said if said and report and trouble(said, report) is None else None

    def on(self, moment: datetime) -> str:
        return local(moment, self.case.zone)


@dataclass(frozen=True)
class Held:
    """What became of one condition."""

    answer: Met
    by: Decider
    reasons: tuple[Saying, ...]
    advice: tuple[Saying, ...] = ()
    findings: tuple[Pointer, ...] = ()
    confirmable: bool = False
    """Whether the question is one that was looked at and left open."""


def judge(condition: Condition, requirement: Requirement, scene: Scene) -> Held:
    """What becomes of `condition` in `scene`."""
    match condition:
        case Findings():
            return _findings(condition, requirement, scene)
        case Stated():
            return _stated(condition, requirement, scene)
        case ReadyBefore():
            return _ready_before(condition, scene)
        case Happened():
            return _happened(condition, scene)
        case Only():
            return _only(condition, scene) or _record(
                Met.YES, say("There is exactly one of them in this case.")
            )


def _record(answer: Met, reason: Saying, *advice: Saying, confirmable: bool = False) -> Held:
    return Held(answer, Decider.RECORD, (reason,), advice, confirmable=confirmable)


# findings


def _findings(condition: Findings, requirement: Requirement, scene: Scene) -> Held:
    absent = (
        _only(condition, scene) if condition.exhibit is ExhibitKind.FILM else _none(condition.exhibit, scene)
    )
    if absent:
        return absent
    held = [
        _examined(condition, exhibit, scene, confirmable=requirement.confirmable)
        for exhibit in _counting(condition.exhibit, scene)
    ]
    return max(held, key=lambda h: _GOODNESS[h.answer])


_GOODNESS = {Met.NO: 0, Met.UNSURE: 1, Met.YES: 2}


def _examined(condition: Findings, exhibit: Exhibit, scene: Scene, *, confirmable: bool) -> Held:
    report = scene.report(exhibit)
    if report is None:
        return _record(
            Met.UNSURE,
            say("The file has not been examined yet."),
            say("Examine it; that takes about as long as the film."),
        )
    parts = [
        _confirmed(part, exhibit, scene) if ask.element or (confirmable and ask.code == COUNT) else part
        for ask in _asks(condition)
        for part in [read(report, ask, exhibit, scene.case)]
    ]
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


def _confirmed(part: Reading, exhibit: Exhibit, scene: Scene) -> Reading:
    """What hangs on the count of the faces alone, with a person's word on them.

    The word is heard only where the count was looked at and left open, and only if nothing else is.
    """
    said = scene.confirmation(exhibit)
    if said is None or COUNT not in part.hangs_on or not part.hangs_on <= SETTLED:
        return part
    return heard(part, said, scene.on(said.at))


def _asks(condition: Findings) -> Iterable[Read]:
    yield from (Read(check=name) for name in condition.checks)
    yield from (Read(code=code) for code in condition.codes)
    yield from (Read(element=element) for element in condition.elements)


def worst(answers: Iterable[Met]) -> Met:
    """No before unsure before yes; nothing asked is unsure."""
    return min(answers, key=_GOODNESS.__getitem__, default=Met.UNSURE)


def distinct(sayings: Iterable[Saying]) -> tuple[Saying, ...]:
    """Each sentence once, in the order of its first saying."""
    kept: list[Saying] = []
    for saying in sayings:
        if saying not in kept:
            kept.append(saying)
    return tuple(kept)


# exhibits


def _counting(kind: ExhibitKind, scene: Scene) -> tuple[Exhibit, ...]:
    """The exhibits of that kind that can meet a condition: the one film of the opening, or all photos."""
    return (scene.film,) if kind is ExhibitKind.FILM and scene.film else scene.case.of_kind(kind)


def _none(kind: ExhibitKind, scene: Scene) -> Held | None:
    if scene.case.of_kind(kind):
        return None
    match kind:
        case ExhibitKind.FILM:
            return _record(Met.NO, say("There is no film in this case."), say("Add the film of the opening."))
        case ExhibitKind.PHOTO:
            return _record(Met.NO, say("There is no photo in this case."), say("Add a photo."))
        case ExhibitKind.DOCUMENT:
            return _record(Met.NO, say("There is no document in this case."), say("Add the document."))


def _only(condition: Findings | Only, scene: Scene) -> Held | None:
    """Why there is not exactly one exhibit that counts; None where there is."""
    absent = _none(condition.exhibit, scene)
    count = len(scene.case.of_kind(condition.exhibit))
    if absent or count == 1 or (condition.exhibit is ExhibitKind.FILM and scene.film):
        return absent
    if condition.exhibit is not ExhibitKind.FILM:
        return _record(
            Met.UNSURE,
            say("There are {count} of them in this case, and only one counts.", count=count),
            say("Keep one and take the others out."),
        )
    return _record(
        Met.UNSURE,
        say("This case has {count} films, and nobody has said which one shows the opening.", count=count),
        say("Say which film shows the first opening, or keep the others as documents."),
    )


# people


def _stated(condition: Stated, requirement: Requirement, scene: Scene) -> Held:
    said = scene.case.statement(requirement.id)
    if condition.needs_reason and not (scene.case.reason.strip() or scene.case.reason_code.strip()):
        return _record(
            Met.UNSURE,
            say("The case does not say what the claim is about."),
            say("Write the reason of the claim into the case."),
        )
    if said is None:
        return _record(
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
        return _record(Met.UNSURE, reason, say("Confirm it again and point at the file that shows it."))
    if shown.kind is not ExhibitKind.FILM or condition.whole_film:
        return None
    return _moment(said.when, said.by, scene.report(shown))


def _moment(when: Span | None, by: str, report: Report | None) -> Held | None:
    if when is None:
        reason = say("{by} pointed at a film without saying at which moment.", by=by)
        return _record(Met.UNSURE, reason, say("Confirm it again with the moment in the film."))
    end = report.media.duration if report else None
    if end is not None and when.start > end:
        reason = say(
            "{by} pointed at second {at}, and the film ends at second {end}.",
            by=by,
            at=round(when.start.total_seconds(), 1),
            end=round(end.total_seconds(), 1),
        )
        return _record(Met.UNSURE, reason, say("Confirm it again with the moment in the film."))
    return None


# events


def _ready_before(condition: ReadyBefore, scene: Scene) -> Held:
    absent = _none(condition.exhibit, scene)
    if absent:
        return absent
    told = scene.case.event(condition.ready) if condition.ready else None
    ready = told.at if told else min(e.added_at for e in _counting(condition.exhibit, scene))
    event = scene.case.event(condition.event)
    if event is None or event.at > scene.now:
        if ready > scene.now:
            return _record(Met.UNSURE, say("It is to be ready on {ready}.", ready=scene.on(ready)))
        reason = say(
            "It was ready on {ready}, and the case records no refusal up to {now}.",
            ready=scene.on(ready),
            now=scene.on(scene.now),
        )
        return _record(Met.YES, reason)
    values = {"ready": scene.on(ready), "refused": scene.on(event.at)}
    if ready <= event.at:
        return _record(Met.YES, say("It was ready on {ready}, before the refusal on {refused}.", **values))
    if told:
        return _record(Met.NO, say("It was ready on {ready}, after the refusal on {refused}.", **values))
    return _record(
        Met.UNSURE,
        say(
            "It was added on {ready}, after the refusal on {refused}; whether it existed then is open.",
            **values,
        ),
        say("If the film was ready earlier, record when, or have a person confirm it."),
        confirmable=True,
    )


def _happened(condition: Happened, scene: Scene) -> Held:
    event = scene.case.event(condition.event)
    if event is None or event.at > scene.now:
        return _record(
            Met.UNSURE,
            say("The case does not record this: {event}.", event=condition.event.value),
            say("Write into the case when it happened."),
        )
    first = scene.case.event(condition.after) if condition.after else None
    if condition.after and first is None:
        return _record(
            Met.UNSURE,
            say("The case does not record this: {event}.", event=condition.after.value),
            say("Write into the case when it happened."),
        )
    if first and event.at < first.at:
        reason = say("{event} is recorded on {on}, too early.", event=event.kind.value, on=scene.on(event.at))
        return _record(Met.NO, reason, say("Look whether one of the two dates is wrong."))
    return _record(Met.YES, say("Recorded on {on}.", on=scene.on(event.at)))
