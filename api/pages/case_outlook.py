"""Before somebody decides: what the other side will say, and the ways to settle with what comes next."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Body, Query, Request
from fastapi.responses import RedirectResponse, Response

from api import cases, dealing, outlook, viewing
from api.errors import MissingCaseError
from api.pages import ahead_view, case_view
from api.pages.case_new import sums
from api.pages.frame import absent, language, page
from api.pages.plain_form import MOST_SENT, NO_FORM, NOTHING, TROUBLES, Retry, WrongError, read, troubles_of
from api.routes.asking import Serving
from api.telling import of
from api.words import words
from claims.case import DecisionKind
from claims.preflight import Intent
from evidence.model import say

if TYPE_CHECKING:
    from api.desk import Desk

Kind = Annotated[str, Query(pattern="^(refuse|appeal)?$")]
Names = Annotated[list[str] | None, Query(max_length=100)]
_MOST: Final = 64
"""Letters of a ground's or an exhibit's name."""

router = APIRouter(include_in_schema=False)


@router.get("/cases/{case_id}/outlook")
def ahead(
    request: Request,
    desk: Serving,
    case_id: str,
    *,
    kind: Kind = "",
    ground: Annotated[str, Query(max_length=64)] = "",
    evidence: Names = None,
) -> Response:
    """What speaks against refusing; with `kind` against that very decision, which nobody has made yet."""
    intent = None
    if kind:
        shown = tuple(name[:_MOST] for name in evidence or ())
        intent = Intent(kind=DecisionKind(kind), ground=ground, evidence=shown)
    return show(request, desk, case_id, intent=intent)


@router.post("/cases/{case_id}/offered", max_body_size=MOST_SENT)
def offered(request: Request, desk: Serving, case_id: str, body: Annotated[bytes, Body()] = b"") -> Response:
    """Something was offered to the buyer."""
    told = words(language(request))
    sent = NO_FORM
    try:
        sent = read(body, desk.caller)
        if not sent.get("by"):
            raise WrongError({"by": say("Write your name.")})
        offer: dict[str, Any] = {name: sent.get(name, "") for name in ("step", "option", "by", "note")}
        offer["at"] = desk.now()
        if found := sums(sent):
            offer["amount"] = found[0] | {"what": "refund"}
        dealing.put(desk, case_id, offer, sent.claim(request), "offers", role=sent.get("role", ""))
    except MissingCaseError:
        return absent(request)
    except TROUBLES as error:
        troubles = troubles_of(error, told)
    else:
        return _back(case_id)
    retry = Retry(sent.get("form", ""), sent, troubles)
    return show(request, desk, case_id, status=422, retry=retry)


@router.post("/cases/{case_id}/replied", max_body_size=MOST_SENT)
def replied(request: Request, desk: Serving, case_id: str, body: Annotated[bytes, Body()] = b"") -> Response:
    """The buyer answered an offer."""
    told = words(language(request))
    sent = NO_FORM
    try:
        sent = read(body, desk.caller)
        said = sent.get("answer")
        if said not in {"accepted", "declined"}:
            raise WrongError({"answer": say("Choose what the buyer said.")})
        answer = "accepted" if said == "accepted" else "declined"
        claim = sent.claim(request)
        dealing.answer(desk, case_id, claim, offer=sent.get("offer", ""), said=answer, at=desk.now())
    except MissingCaseError:
        return absent(request)
    except TROUBLES as error:
        troubles = troubles_of(error, told)
    else:
        return _back(case_id)
    retry = Retry(sent.get("form", ""), sent, troubles)
    return show(request, desk, case_id, status=422, retry=retry)


def _back(case_id: str) -> Response:
    return RedirectResponse(f"/cases/{quote(case_id, safe='')}/outlook#ladder", 303)


def show(
    request: Request,
    desk: Desk,
    case_id: str,
    *,
    status: int = 200,
    retry: Retry = NOTHING,
    intent: Intent | None = None,
) -> Response:
    """The page; both looks are logged."""
    told = words(language(request))
    try:
        viewing.case(desk, case_id, "preflight.viewed")
        viewing.case(desk, case_id, "settlement.viewed")
        with desk.read() as reading:
            found = cases.gather(desk, reading, case_id)
    except MissingCaseError:
        return absent(request)
    case, rules = found.case, found.ruleset.rules
    flown, settled = outlook.flown(desk, case_id, intent), outlook.settled(desk, case_id)
    assessment = cases.judged(desk, found)
    clocks = [each for each in cases.soonest_first(assessment.clocks) if each.alarm]
    says, tone = ahead_view.course(flown, told)
    return page(
        request,
        "case_outlook.html",
        status,
        case=case,
        named=case_view.named(case),
        about=case_view.about(case),
        ruleset=of(rules.title, told),
        room=f"{case_view.address(case)}/outlook",
        retry=retry,
        key=secrets.token_hex(16),
        course=says,
        tone=tone,
        clocks=[case_view.clock(each, told, assessment.assessed_at) for each in clocks[:3]],
        objections=ahead_view.objections(flown, told),
        clear=sum(each.standing == "clear" for each in flown.questions),
        wanted=ahead_view.wanted(flown, told),
        rungs=tuple(ahead_view.rungs(settled, case, told)),
        options=[told.say(ahead_view.OPTIONS[each]) for each in settled.options],
        grounds=tuple(ahead_view.grounds(settled, told)),
        freight=tuple(ahead_view.freight(settled, told)),
        base=ahead_view.class_of(settled, told),
        notes=[told.say(each) for each in settled.notes],
        offers=ahead_view.offers(case, told),
        choices=[(each.id, of(each.title, told)) for each in rules.ground],
        files=[(each.id, f"{each.kind} · {each.name}") for each in case_view.files(case, told)],
        intent=flown.decision,
        ground=flown.ground,
        evidence=intent.evidence if intent else (),
        currency="USD" if told.lang == "en" else "CNY",
    )
