"""The pages of cases: the board of all clocks, and one case with what is still to be done.

They show what `/v1/deadlines`, `/v1/cases` and a case's assessment tell, the gravest first: an agent sees
what ends next, opens it, reads what is missing and what to do about it, and seals it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Final
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from api import board, cases, sealing, viewing
from api.errors import MissingBundleError, MissingCaseError
from api.idempotency import Claim, fingerprint
from api.pages import absent, language, page
from api.problems import problem_of
from api.routes.asking import Serving
from api.sealing import Wish
from api.telling import of
from api.words import Words, legible, words
from claims.assessment import Assessment, Countdown, Judgement, Met, Readiness
from claims.bundle import BundleError, UnmetError
from claims.case import Case
from claims.clocks.board import Alarm, Urgency
from claims.naming import KINDS, READINESS, ROLES
from claims.ruleset import Level
from evidence.model import Saying, say
from storage.errors import StorageError

if TYPE_CHECKING:
    from api.desk import Desk

MOST_LINES: Final = 300
"""Clocks on one page; whoever has more of them filters by platform or asks the API."""
MOST_CASES: Final = 30
"""Newest cases, or those that were found."""

_URGENCIES: Final[Mapping[Urgency, tuple[Saying, str]]] = {
    Urgency.LATE: (say("Too late"), "fail"),
    Urgency.NOW: (say("Due now"), "unsure"),
    Urgency.LATER: (say("Due later"), "skipped"),
    Urgency.UNKNOWN: (say("End not known"), "skipped"),
}
_TONES: Final[Mapping[Readiness, str]] = {
    Readiness.READY: "pass",
    Readiness.OPEN: "unsure",
    Readiness.UNMET: "fail",
}
_ANSWERS: Final[Mapping[Met, tuple[str, str, Saying]]] = {
    Met.NO: ("fail", "✗", say("Not met")),
    Met.UNSURE: ("unsure", "?", say("Open")),
    Met.YES: ("pass", "✓", say("Met")),
}

router = APIRouter(include_in_schema=False)


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


@dataclass(frozen=True)
class File:
    """An exhibit as it is shown."""

    id: str
    kind: str
    name: str
    address: str


@router.get("/cases")
def everything(
    request: Request,
    desk: Serving,
    q: Annotated[str, Query(max_length=512)] = "",
    platform: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    """The board; `q` is an order or waybill number, looked for among the cases."""
    told, wanted = words(language(request)), q.strip()
    found = _found(desk, wanted)
    if wanted and len(found) == 1:
        return RedirectResponse(_address(found[0]), 303)
    shown = board.board(desk, limit=MOST_LINES)
    lines = [line for line in shown.items if platform in {"", line.platform}]
    groups = tuple(_groups(lines, told, shown.made_at))
    return page(
        request,
        "cases.html",
        q=q,
        platform=platform,
        platforms=sorted({line.platform for line in shown.items if line.platform}),
        groups=groups,
        hidden=shown.counts.total - len(shown.items),
        cases=[(_address(case), _named(case), *_about(case)) for case in found],
    )


@router.get("/cases/{case_id}")
def one(request: Request, desk: Serving, case_id: str) -> Response:
    """One case: whether it is enough, what ends when, what is missing, and its files."""
    return _shown(request, desk, case_id)


@router.post("/cases/{case_id}/seal")
def sealed(
    request: Request,
    desk: Serving,
    case_id: str,
    key: Annotated[str, Query(pattern=r"^[0-9a-f]{32}$")],
    *,
    incomplete: bool = False,
) -> Response:
    """Seal the case as it stands, and show it again; pressing twice seals once."""
    lang = language(request)
    asked = Claim(key, f"POST {request.url.path}", fingerprint(incomplete=incomplete, lang=lang))
    try:
        sealing.seal(desk, case_id, Wish(incomplete, lang), asked)
    except MissingCaseError:
        return absent(request)
    except (UnmetError, BundleError, StorageError) as error:
        problem = problem_of(error, words(lang))
        return _shown(request, desk, case_id, problem.detail, problem.status)
    return RedirectResponse(f"/cases/{quote(case_id, safe='')}#files", 303)


def _shown(request: Request, desk: Desk, case_id: str, trouble: str = "", status: int = 200) -> Response:
    told = words(language(request))
    try:
        viewing.case(desk, case_id, "assessment.viewed")
        with desk.read() as reading:
            found = cases.gather(desk, reading, case_id)
        has_bundle = _is_sealed(desk, case_id)
    except MissingCaseError:
        return absent(request)
    assessment = cases.judged(desk, found)
    asked = [_asked(each, told) for each in _gravest_first(assessment.requirements)]
    clocks = [each for each in cases.soonest_first(assessment.clocks) if each.alarm]
    return page(
        request,
        "case.html",
        status,
        trouble=trouble,
        seal=f"{_address(found.case)}/seal?key={secrets.token_hex(16)}",
        case=found.case,
        named=_named(found.case),
        about=_about(found.case),
        tone=_TONES[assessment.readiness],
        ready=assessment.readiness is Readiness.READY,
        verdict=told.say(READINESS[assessment.readiness]),
        ruleset=of(assessment.ruleset.title, told),
        next=_next(assessment, told),
        clocks=[_clock(each, told, assessment.assessed_at) for each in clocks],
        lacking=[each for each in asked if each.tone != "pass"],
        met=[each for each in asked if each.tone == "pass"],
        notices=[(each.exhibit, told.say(each.reason), told.say(each.advice)) for each in assessment.notices],
        files=tuple(_files(found.case, told)),
        sealed=has_bundle,
    )


def _found(desk: Desk, wanted: str) -> list[Case]:
    """The cases of that order or waybill; the newest ones where nothing is looked for."""
    with desk.read() as reading:
        if not wanted:
            rows = reading.find(cases.KIND, limit=MOST_CASES).rows
        else:
            by = ({"order_number": wanted}, {"tracking_number": wanted})
            rows = [row for facets in by for row in reading.find(cases.KIND, facets, limit=MOST_CASES).rows]
            if row := reading.get(cases.KIND, wanted):
                rows.append(row)
    every = {row.id: Case.model_validate(row.body["case"]) for row in rows}
    return list(every.values())


def _is_sealed(desk: Desk, case_id: str) -> bool:
    with desk.read() as reading:
        try:
            sealing.latest(reading, case_id)
        except MissingBundleError:
            return False
    return True


def _groups(lines: Sequence[board.BoardLine], told: Words, now: datetime) -> Iterator[Group]:
    for urgency, (name, tone) in _URGENCIES.items():
        here = tuple(_line(each, told, now) for each in lines if each.urgency is urgency)
        if here:
            yield Group(told.say(name), tone, len(here), here)


def _line(line: board.BoardLine, told: Words, now: datetime) -> Line:
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


def _clock(clock: Countdown, told: Words, now: datetime) -> Line:
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


def _gravest_first(asked: Iterable[Judgement]) -> list[Judgement]:
    order = list(_ANSWERS)
    return sorted(asked, key=lambda each: (each.level is not Level.MUST, order.index(each.answer)))


def _asked(judgement: Judgement, told: Words) -> Asked:
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
    )


def _next(assessment: Assessment, told: Words) -> str:
    """The one thing to do: about the gravest requirement that is demanded and not met."""
    for judgement in _gravest_first(assessment.requirements):
        if judgement.level is Level.MUST and judgement.answer is not Met.YES and judgement.advice:
            return told.say(judgement.advice[0])
    if assessment.readiness is Readiness.READY:
        return told.text("Seal the bundle, and send it before the clock runs out.")
    return ""


def _files(case: Case, told: Words) -> Iterator[File]:
    for exhibit in case.exhibits:
        kinds = [told.say(KINDS[exhibit.kind])]
        if exhibit.role:
            kinds.append(told.say(ROLES[exhibit.role]))
        address = f"/evidence/{quote(exhibit.evidence_id, safe='')}"
        yield File(exhibit.id, " · ".join(kinds), legible(exhibit.name, 80), address)


def _address(case: Case) -> str:
    return f"/cases/{quote(case.id, safe='')}"


def _named(case: Case) -> str:
    return legible(case.order_number, 60) or legible(case.tracking_number, 60) or case.id


def _about(case: Case) -> tuple[str, str]:
    """Platform and waybill."""
    return legible(case.platform, 40), legible(case.tracking_number, 60)
