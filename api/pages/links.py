"""Links to the sealed bundle on the page of its case: made, told once, watched, and taken back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote

from fastapi import APIRouter, Body, Request
from fastapi.responses import RedirectResponse, Response

from api import sharing
from api.errors import ApiError, MissingCaseError, MissingShareError
from api.misfits import BadFormError
from api.pages.case_page import shown
from api.pages.frame import absent, language
from api.pages.link_view import DAYS
from api.pages.plain_form import MOST_SENT, read
from api.problems import problem_of
from api.routes.asking import Serving
from api.sharing import Offer
from api.words import words
from evidence.model import say

if TYPE_CHECKING:
    from api.pages.plain_form import Form

router = APIRouter(include_in_schema=False)


@router.post("/cases/{case_id}/shares", max_body_size=MOST_SENT)
def made(request: Request, desk: Serving, case_id: str, body: Annotated[bytes, Body()] = b"") -> Response:
    """Make a link; this answer alone shows its address, since it is kept nowhere."""
    told = words(language(request))
    try:
        sent = read(body, desk.caller)
        offer = _offer(sent, desk.now())
    except (BadFormError, ValueError):
        trouble = say("Choose what the link opens, for how long and how often.")
        return shown(request, desk, case_id, told.say(trouble), 422)
    home = desk.wiring.settings.public_url or str(request.base_url)
    try:
        reply = sharing.share(desk, case_id, offer, home, sent.claim(request))
    except MissingCaseError:
        return absent(request)
    except ApiError as error:
        problem = problem_of(error, told)
        return shown(request, desk, case_id, problem.detail, problem.status)
    again = told.text("The address of this link was told once and is kept nowhere; make another one.")
    more = {"link_made": reply.body["url"] or "", "link_told": "" if reply.body["url"] else again}
    return shown(request, desk, case_id, status=201, more=more)


@router.post("/cases/{case_id}/shares/{share_id}/revoke", max_body_size=MOST_SENT)
def revoked(request: Request, desk: Serving, case_id: str, share_id: str) -> Response:
    """Take a link back; doing so again changes nothing."""
    try:
        sharing.revoke(desk, case_id, share_id)
    except MissingShareError:
        return absent(request)
    return RedirectResponse(f"/cases/{quote(case_id, safe='')}#links", 303)


def _offer(sent: Form, now: datetime) -> Offer:
    """Raises `ValueError` where it is none."""
    days = int(sent.one("days"))
    if days not in DAYS:
        raise ValueError(days)
    return Offer.model_validate(
        {
            "scope": sent.every("scope"),
            "expires_at": now + timedelta(days=days),
            "note": sent.one("note"),
            "looks": int(sent.one("looks") or sharing.MOST_LOOKS),
        }
    )
