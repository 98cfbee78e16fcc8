"""Sealing from the page of a case: asked for with one press, watched while the worker does it."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Body, Request
from fastapi.responses import RedirectResponse, Response

from api import cases, sealings
from api.errors import ApiError, MissingCaseError
from api.misfits import BadFormError
from api.pages import seal_view
from api.pages.case_page import Scene, shown
from api.pages.frame import absent, language, page
from api.pages.plain_form import MOST_SENT, read
from api.problems import problem_of
from api.routes.asking import Serving
from api.sealing import Wish
from api.words import words
from claims.bundle import BundleError

router = APIRouter(include_in_schema=False)


@router.post("/cases/{case_id}/seal", max_body_size=MOST_SENT)
def asked(request: Request, desk: Serving, case_id: str, body: Annotated[bytes, Body()] = b"") -> Response:
    """Have the case sealed as it stands; pressing twice seals once."""
    lang = language(request)
    try:
        sent = read(body, desk.caller)
        sealings.ask(desk, case_id, Wish(bool(sent.one("incomplete")), lang), sent.claim(request))
    except (MissingCaseError, BadFormError):
        return absent(request)
    except (ApiError, BundleError) as error:
        problem = problem_of(error, words(lang))
        return shown(request, desk, case_id, problem.detail, problem.status)
    return RedirectResponse(f"/cases/{quote(case_id, safe='')}#seal", 303)


@router.get("/cases/{case_id}/seal")
def part(request: Request, desk: Serving, case_id: str) -> Response:
    """The part of the page that changes while the case is sealed, for who asks again."""
    told = words(language(request))
    try:
        with desk.read() as reading:
            found = cases.gather(desk, reading, case_id)
    except MissingCaseError:
        return absent(request)
    scene = Scene(desk, found, cases.judged(desk, found), told)
    return page(request, "case/sealing.html", part=True, **seal_view.section(scene))
