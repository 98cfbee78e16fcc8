"""The board and a case as a page shows them: plain texts in the reader's language, the gravest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote

from api.board import BoardLine
from api.item import CaseRef
from api.telling import of
from api.words import Words, legible
from claims.assessment import Assessment, Countdown, Judgement, Met, Readiness
from claims.case import Case, ExhibitKind
from claims.clocks.board import Alarm, Urgency
from claims.naming import KINDS, ROLES
from claims.ruleset import Level, Ruleset
from evidence.model import Saying, say

_URGENCIES: Final[Mapping[Urgency, tuple[Saying, str]]] = {
    Urgency.LATE: (say("Too late"), "fail"),
    Urgency.NOW: (say("Due now"), "unsure"),
    Urgency.LATER: (say("Due later"), "skipped"),
    Urgency.UNKNOWN: (say("End not known"), "skipped"),
}
TONES: Final[Mapping[Readiness, str]] = {
    Readiness.READY: "pass",
    Readiness.OPEN: "unsure",
    Readiness.UNMET: "fail",
}
_ANSWERS: Final[Mapping[Met, tuple[str, str, Saying]]] = {
    Met.NO: ("fail", "✗", say("Not met")),
    Met.UNSURE: ("unsure", "?", say("Open")),
    Met.YES: ("pass", "✓", say("Met")),
}


@dataclass(frozen=True)
class Line:
    """A clock as it is shown."""

    title: str
    due: str
    left: str
    todo: str
    missed: str
    tone: str
    case: str = ""
    """The address of its case; empty on the page of that case."""
    named: str = ""
    platform: str = ""


@dataclass(frozen=True)
class Group:
    """The clocks of one urgency."""

    name: str
    tone: str
    count: int
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Asked:
    """A requirement as it is shown."""

    title: str
    tone: str
    mark: str
    word: str
    reasons: tuple[str, ...]
    advice: tuple[str, ...]
    quote: str
    must: bool
    id: str


@dataclass(frozen=True)
class File:
    """An exhibit as it is shown."""

    id: str
    kind: str
    name: str
    address: str


def groups(lines: Sequence[BoardLine], told: Words, now: datetime) -> Iterator[Group]:
    for urgency, (name, tone) in _URGENCIES.items():
        here = tuple(_line(each, told, now) for each in lines if each.urgency is urgency)
        if here:
            yield Group(told.say(name), tone, len(here), here)


def _line(line: BoardLine, told: Words, now: datetime) -> Line:
    tone = _URGENCIES[line.urgency][1]
    return Line(
        title=of(line.title, told),
        due=told.moment(line.due_at) if line.due_at else "",
        left=_left(line.due_at, told, now),
        todo=of(line.todo, told) if line.todo else "",
        missed=of(line.missed, told) if line.missed else "",
        tone="fail" if line.urgency is Urgency.LATE or (tone == "unsure" and _is_red(line)) else tone,
        case=f"/cases/{quote(line.case_id, safe='')}",
        named=legible(line.order_number, 40) or line.case_id,
        platform=legible(line.platform, 40),
    )


def _is_red(line: Alarm) -> bool:
    return line.severity == "red"


def clock(clock: Countdown, told: Words, now: datetime) -> Line:
    late = clock.due_at is not None and clock.due_at <= now
    return Line(
        title=of(clock.title, told),
        due=told.moment(clock.due_at) if clock.due_at else "",
        left=_left(clock.due_at, told, now),
        todo=of(clock.todo, told) if clock.todo else told.say(clock.advice) if clock.advice else "",
        missed=of(clock.missed, told) if clock.missed else "",
        tone="fail" if late else "unsure",
    )


def _left(due: datetime | None, told: Words, now: datetime) -> str:
    """How much time is left, or by how much it is over; the larger two units."""
    if due is None:
        return told.text("end not known")
    length = _length(abs(due - now), told)
    return (
        told.text("{length} left", length=length) if due > now else told.text("{length} over", length=length)
    )


def _length(length: timedelta, told: Words) -> str:
    if length < timedelta(days=1):
        return told.duration(length)
    return told.text("{days} d {hours} h", days=length.days, hours=length.seconds // 3600)


def gravest_first(asked: Iterable[Judgement]) -> list[Judgement]:
    order = list(_ANSWERS)
    return sorted(asked, key=lambda each: (each.level is not Level.MUST, order.index(each.answer)))


def asked(judgement: Judgement, told: Words) -> Asked:
    tone, mark, word = _ANSWERS[judgement.answer]
    return Asked(
        title=of(judgement.title, told),
        tone=tone,
        mark=mark,
        word=told.say(word),
        reasons=tuple(map(told.say, judgement.reasons)),
        advice=tuple(map(told.say, judgement.advice)),
        quote=judgement.quote,
        must=judgement.level is Level.MUST,
        id=judgement.id,
    )


def next_step(assessment: Assessment, told: Words) -> str:
    """The one thing to do: about the gravest requirement that is demanded and not met."""
    for judgement in gravest_first(assessment.requirements):
        if judgement.level is Level.MUST and judgement.answer is not Met.YES and judgement.advice:
            return told.say(judgement.advice[0])
    if assessment.readiness is Readiness.READY:
        return told.text("Seal the bundle, and send it before the clock runs out.")
    return ""


def files(case: Case, told: Words) -> Iterator[File]:
    for exhibit in case.exhibits:
        kinds = [told.say(KINDS[exhibit.kind])]
        if exhibit.role:
            kinds.append(told.say(ROLES[exhibit.role]))
        place = f"/evidence/{quote(exhibit.evidence_id, safe='')}"
        yield File(exhibit.id, " · ".join(kinds), legible(exhibit.name, 80), place)


def films(case: Case, rules: Ruleset, assessment: Assessment, told: Words) -> list[tuple[File, bool]]:
    """The films of which one has to be chosen, with whether it was; none where there is nothing to choose."""
    every = [exhibit.id for exhibit in case.of_kind(ExhibitKind.FILM)]
    if rules.chosen_by is None or not every[1:]:
        return []
    return [(each, each.id == assessment.film) for each in files(case, told) if each.id in every]


def address(case: Case) -> str:
    return f"/cases/{quote(case.id, safe='')}"


def named(case: Case) -> str:
    return legible(case.order_number, 60) or legible(case.tracking_number, 60) or case.id


def linked(case: CaseRef) -> tuple[str, str]:
    """Address and name of a case, as an item of evidence knows it."""
    name = legible(case.order_number, 60) or legible(case.tracking_number, 60) or case.id
    return f"/cases/{quote(case.id, safe='')}", name


def about(case: Case) -> tuple[str, str]:
    """Platform and waybill."""
    return legible(case.platform, 40), legible(case.tracking_number, 60)
