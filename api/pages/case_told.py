"""What people tell about a case on its page: events, their word on a requirement, facts, an inspection."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Body, Request
from fastapi.responses import RedirectResponse, Response

from api import cases, dealing
from api.dealing import Amendment
from api.errors import MissingCaseError
from api.idempotency import Claim
from api.pages import case_outlook, case_photos
from api.pages.case_forms import ANSWERS, OF_CASE, OF_PARCEL, outbound
from api.pages.case_page import shown
from api.pages.frame import absent, language
from api.pages.plain_form import MOST_SENT, NO_FORM, TROUBLES, Form, Retry, WrongError, read, troubles_of
from api.routes.asking import Serving
from api.words import words
from claims.case import Case, Event, Statement
from evidence.model import Saying, say

if TYPE_CHECKING:
    from api.desk import Desk

Tell = Callable[["Desk", Case, Form, Claim], None]
"""Records what was sent. Raises `WrongError`, `ValidationError`, `UnfitError` or `ApiError`."""

_SHOWN: Final = {"photos": case_photos.show, "outlook": case_outlook.show}
"""The pages other than the case's own on which these forms stand."""
_YES_NO: Final = {"yes": True, "no": False}
_MOST_SECONDS: Final = 100_000

router = APIRouter(include_in_schema=False)


@router.post("/cases/{case_id}/happened", max_body_size=MOST_SENT)
def happened(request: Request, desk: Serving, case_id: str, body: Annotated[bytes, Body()] = b"") -> Response:
    """Something happened, or is due; a later record of the same kind corrects an earlier one."""
    return _tell(request, desk, case_id, body, _event)


@router.post("/cases/{case_id}/answers", max_body_size=MOST_SENT)
def answered(request: Request, desk: Serving, case_id: str, body: Annotated[bytes, Body()] = b"") -> Response:
    """A person's word on a requirement, or on a question of the pre-flight."""
    return _tell(request, desk, case_id, body, _statement)


@router.post("/cases/{case_id}/facts", max_body_size=MOST_SENT)
def facts(request: Request, desk: Serving, case_id: str, body: Annotated[bytes, Body()] = b"") -> Response:
    """Numbers, the reason, and what is known of the parcel to the buyer."""
    return _tell(request, desk, case_id, body, _facts)


@router.post("/cases/{case_id}/inspected", max_body_size=MOST_SENT)
def inspected(
    request: Request, desk: Serving, case_id: str, body: Annotated[bytes, Body()] = b""
) -> Response:
    """What somebody found who looked at what came back."""
    return _tell(request, desk, case_id, body, _inspection)


def _tell(request: Request, desk: Desk, case_id: str, body: bytes, tell: Tell) -> Response:
    told = words(language(request))
    sent = NO_FORM
    try:
        sent = read(body, desk.caller)
        with desk.read() as reading:
            found = cases.gather(desk, reading, case_id)
        tell(desk, found.case, sent, sent.claim(request))
    except MissingCaseError:
        return absent(request)
    except TROUBLES as error:
        troubles = troubles_of(error, told)
    else:
        place = quote(sent.get("place", ""), safe="-_.")
        return RedirectResponse(f"{_back(case_id, sent)}#{place}" if place else _back(case_id, sent), 303)
    retry = Retry(sent.get("form", ""), sent, troubles)
    if show := _SHOWN.get(sent.get("page", "")):
        return show(request, desk, case_id, status=422, retry=retry)
    return shown(request, desk, case_id, status=422, more={"retry": retry})


def _back(case_id: str, sent: Form) -> str:
    """The page that the form stood on."""
    page = sent.get("page", "")
    return f"/cases/{quote(case_id, safe='')}{f'/{page}' if page in _SHOWN else ''}"


def _event(desk: Desk, case: Case, sent: Form, claim: Claim) -> None:
    if not sent.get("kind"):
        raise WrongError({"kind": say("Choose what happened.")})
    told = {"kind": sent["kind"], "at": sent.moment("at", case.zone)}
    more = {name: sent.get(name, "") for name in ("about", "because", "note")}
    cases.record(desk, case.id, Event.model_validate(told | more), claim)


def _statement(desk: Desk, case: Case, sent: Form, claim: Claim) -> None:
    troubles: dict[str, Saying] = {}
    if sent.get("answer") not in _YES_NO:
        troubles["answer"] = say("Choose yes or no.")
    if not sent.get("by"):
        troubles["by"] = say("Write your name.")
    if sent.get("answer") == "no" and not sent.get("note"):
        troubles["note"] = say("Write why not, in one sentence.")
    if troubles:
        raise WrongError(troubles)
    told: dict[str, Any] = {
        name: sent.get(name, "") for name in ("requirement", "answer", "by", "note", "about")
    }
    told |= {"at": desk.now(), "exhibit": sent.get("exhibit") or None, "when": _span(sent)}
    cases.state(desk, case.id, Statement.model_validate(told), claim)


def _span(sent: Form) -> list[float] | None:
    """The part of the film, in seconds or as 1:23."""
    written = [sent.get(name, "") for name in ("from", "to")]
    if not any(written):
        return None
    begin, end = (_seconds(name, text) for name, text in zip(("from", "to"), written, strict=True))
    if begin is None or (end is not None and end < begin):
        raise WrongError({"from": say("Write where it begins and ends, such as 0:03 and 0:09.")})
    return [begin, begin if end is None else end]


def _seconds(name: str, text: str) -> float | None:
    if not text:
        return None
    total = 0.0
    try:
        for part in text.replace("：", ":").split(":"):
            total = total * 60 + float(part)
    except ValueError:
        total = -1
    if not 0 <= total < _MOST_SECONDS:
        raise WrongError({name: say("Write a moment of the film, such as 0:03 or 3.5.")})
    return total


def _facts(desk: Desk, case: Case, sent: Form, claim: Claim) -> None:
    own = {name: sent[name] for name in OF_CASE if sent.get(name)}
    parcel = {there: sent[name] for name, there in OF_PARCEL.items() if sent.get(name)}
    if not (own or parcel):
        raise WrongError({"": say("Write at least one of these.")})
    if "signed_at" in parcel:
        parcel["signed_at"] = sent.moment("signed_at", case.zone).isoformat()
    if own:
        amendment = Amendment.model_validate(own)
        dealing.amend(
            desk, case.id, amendment, Claim(claim.key, f"{claim.operation}#case", claim.fingerprint)
        )
    if parcel:
        dealing.put(desk, case.id, outbound(case) | parcel, claim, "parcels")


def _inspection(desk: Desk, case: Case, sent: Form, claim: Claim) -> None:
    if not sent.get("by"):
        raise WrongError({"by": say("Write your name.")})
    answers = {name: _YES_NO[sent[name]] for name in ANSWERS if sent.get(name) in _YES_NO}
    found = [{"note": sent["found"]}] if sent.get("found") else []
    if not (answers or found):
        raise WrongError({"": say("Answer at least one of the questions.")})
    before = case.inspections[-1].model_dump(include=set(ANSWERS)) if case.inspections else {}
    told: dict[str, Any] = before | answers | {"by": sent["by"], "note": sent.get("note", ""), "found": found}
    told["at"] = sent.moment("at", case.zone) if sent.get("at") else desk.now()
    dealing.put(desk, case.id, told, claim, "inspections")
