"""The pages of cases: the board of all clocks, and one case with what is still to be done.

They show what `/v1/deadlines`, `/v1/cases` and a case's assessment tell, the gravest first: an agent sees
what ends next, opens it, reads what is missing and what to do about it, says which of several films shows
the first opening, and seals it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final
from urllib.parse import quote

from fastapi import APIRouter, Body, Query, Request
from fastapi.responses import RedirectResponse, Response

from api import board, cases, showcase
from api.errors import MalformedError, MissingCaseError
from api.pages import case_view, example
from api.pages.case_page import shown
from api.pages.frame import absent, language, page
from api.pages.plain_form import MOST_SENT, read
from api.problems import problem_of
from api.routes.asking import Serving
from api.words import words
from claims.case import Case, Statement
from claims.ruleset import Ruleset
from evidence.model import say

if TYPE_CHECKING:
    from api.desk import Desk

MOST_LINES: Final = 300
"""Clocks on one page; whoever has more of them filters by platform or asks the API."""
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
    with desk.read() as reading:
        card, offered = example.card_of(reading, told), example.is_offered(desk, reading)
        examples = {f"/cases/{name}" for name in showcase.names(reading)}
    return page(
        request,
        "cases.html",
        q=q,
        platform=platform,
        platforms=sorted({line.platform for line in shown.items if line.platform}),
        groups=groups,
        hidden=shown.counts.total - len(shown.items),
        cases=[(case_view.address(case), case_view.named(case), *case_view.about(case)) for case in found],
        example=card,
        examples=examples,
        offered=offered,
    )


@router.get("/cases/{case_id}")
def one(
    request: Request,
    desk: Serving,
    case_id: str,
    fill: Annotated[str, Query(max_length=80)] = "",
    back: Annotated[str, Query(max_length=80)] = "",
) -> Response:
    """One case: whether it is enough, what ends when, what is missing, and its files; `fill` opens a form."""
    return shown(request, desk, case_id, fill=fill, back=back)


@router.post("/cases/{case_id}/film", max_body_size=MOST_SENT)
def chosen(request: Request, desk: Serving, case_id: str, body: Annotated[bytes, Body()] = b"") -> Response:
    """Take a person's word for which film shows the first opening; sent twice it is recorded once."""
    try:
        sent = read(body, desk.caller)
        with desk.read() as reading:
            rules = cases.gather(desk, reading, case_id).ruleset.rules
        statement = Statement(
            requirement=_chooser(rules),
            answer="yes",
            by=sent.one("by"),
            at=desk.now(),
            exhibit=sent.one("exhibit"),
        )
        cases.state(desk, case_id, statement, sent.claim(request))
    except MissingCaseError:
        return absent(request)
    except MalformedError as error:
        problem = problem_of(error, words(language(request)))
        return shown(request, desk, case_id, problem.detail, problem.status)
    except ValueError:
        trouble = say("Choose a film, and say who you are.")
        return shown(request, desk, case_id, words(language(request)).say(trouble), 422)
    return RedirectResponse(f"/cases/{quote(case_id, safe='')}", 303)


def _chooser(rules: Ruleset) -> str:
    """The requirement by whose statement a film is chosen. Raises `ValueError` where there is none."""
    if rules.chosen_by is None:
        message = "this ruleset lets nobody choose a film"
        raise ValueError(message)
    return rules.chosen_by


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
