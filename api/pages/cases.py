"""The pages of cases: the board of all clocks, and one case with what is still to be done.

They show what `/v1/deadlines`, `/v1/cases` and a case's assessment tell, the gravest first: an agent sees
what ends next, opens it, reads what is missing and what to do about it, says which of several films shows
the first opening, and seals it.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Annotated, Final
from urllib.parse import parse_qsl, quote

from fastapi import APIRouter, Body, Query, Request
from fastapi.responses import RedirectResponse, Response

from api import board, cases, sealing, viewing
from api.errors import MalformedError, MissingBundleError, MissingCaseError
from api.idempotency import Claim, checked, fingerprint
from api.pages import case_view
from api.pages.frame import absent, language, page
from api.problems import problem_of
from api.routes.asking import Serving
from api.sealing import Wish
from api.telling import of
from api.words import words
from claims.assessment import Readiness
from claims.bundle import BundleError, UnmetError
from claims.case import Case, Statement
from claims.naming import READINESS
from claims.ruleset import Ruleset
from evidence.model import say
from storage.errors import StorageError

if TYPE_CHECKING:
    from api.desk import Desk

MOST_LINES: Final = 300
"""Clocks on one page; whoever has more of them filters by platform or asks the API."""
MOST_SENT: Final = 4096
"""Bytes of a form."""
MOST_CASES: Final = 30
"""Newest cases, or those that were found."""

router = APIRouter(include_in_schema=False)


@router.get("/cases")
def everything(
    request: Request,
    desk: Serving,
    q: Annotated[str, Query(max_length=512)] = "",
    platform: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    """The board; `q` is an order or waybill number, looked for among the cases."""
    told, wanted = words(language(request)), q.strip()
    found = find_cases(desk, wanted)
    if wanted and len(found) == 1:
        return RedirectResponse(case_view.address(found[0]), 303)
    shown = board.board(desk, limit=MOST_LINES)
    lines = [line for line in shown.items if platform in {"", line.platform}]
    groups = tuple(case_view.groups(lines, told, shown.made_at))
    return page(
        request,
        "cases.html",
        q=q,
        platform=platform,
        platforms=sorted({line.platform for line in shown.items if line.platform}),
        groups=groups,
        hidden=shown.counts.total - len(shown.items),
        cases=[(case_view.address(case), case_view.named(case), *case_view.about(case)) for case in found],
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


@router.post("/cases/{case_id}/film", max_body_size=MOST_SENT)
def chosen(request: Request, desk: Serving, case_id: str, body: Annotated[bytes, Body()] = b"") -> Response:
    """Take a person's word for which film shows the first opening; sent twice it is recorded once."""
    try:
        sent = dict(parse_qsl(body.decode(), max_num_fields=8))
        with desk.read() as reading:
            rules = cases.gather(desk, reading, case_id).ruleset.rules
        statement = Statement(
            requirement=_chooser(rules),
            answer="yes",
            by=sent.get("by", "").strip(),
            at=desk.now(),
            exhibit=sent.get("exhibit", ""),
        )
        asked = {name: sent.get(name, "") for name in ("exhibit", "by")}
        key = checked(sent.get("key"))
        cases.state(desk, case_id, statement, Claim(key, f"POST {request.url.path}", fingerprint(**asked)))
    except MissingCaseError:
        return absent(request)
    except MalformedError as error:
        problem = problem_of(error, words(language(request)))
        return _shown(request, desk, case_id, problem.detail, problem.status)
    except ValueError:
        trouble = say("Choose a film, and say who you are.")
        return _shown(request, desk, case_id, words(language(request)).say(trouble), 422)
    return RedirectResponse(f"/cases/{quote(case_id, safe='')}", 303)


def _chooser(rules: Ruleset) -> str:
    """The requirement by whose statement a film is chosen. Raises `ValueError` where there is none."""
    if rules.chosen_by is None:
        message = "this ruleset lets nobody choose a film"
        raise ValueError(message)
    return rules.chosen_by


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
    asked = [case_view.asked(each, told) for each in case_view.gravest_first(assessment.requirements)]
    clocks = [each for each in cases.soonest_first(assessment.clocks) if each.alarm]
    return page(
        request,
        "case.html",
        status,
        trouble=trouble,
        seal=f"{case_view.address(found.case)}/seal?key={secrets.token_hex(16)}",
        case=found.case,
        named=case_view.named(found.case),
        about=case_view.about(found.case),
        tone=case_view.TONES[assessment.readiness],
        ready=assessment.readiness is Readiness.READY,
        verdict=told.say(READINESS[assessment.readiness]),
        ruleset=of(assessment.ruleset.title, told),
        next=case_view.next_step(assessment, told),
        clocks=[case_view.clock(each, told, assessment.assessed_at) for each in clocks],
        lacking=[each for each in asked if each.tone != "pass"],
        met=[each for each in asked if each.tone == "pass"],
        notices=[(each.exhibit, told.say(each.reason), told.say(each.advice)) for each in assessment.notices],
        files=tuple(case_view.files(found.case, told)),
        films=case_view.films(found.case, found.ruleset.rules, assessment, told),
        key=secrets.token_hex(16),
        sealed=has_bundle,
    )


def find_cases(desk: Desk, wanted: str) -> list[Case]:
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
