"""The chat of a case: records and single messages taken in, promises written down and kept, texts checked."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Body, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError

from api import cases, dealing, outlook, viewing
from api.dealing import Chat
from api.errors import ApiError, MissingCaseError
from api.idempotency import Claim
from api.outlook import Writing
from api.pages import case_view, chat_view
from api.pages.chat_view import Verdict
from api.pages.frame import absent, language, page
from api.pages.plain_form import (
    MOST_SENT,
    NO_FORM,
    NOTHING,
    TROUBLES,
    Form,
    Retry,
    WrongError,
    local,
    read,
    troubles_of,
    wrong_of,
)
from api.routes.asking import Serving
from api.telling import of
from api.words import spoken, words
from claims.case import Case, Speaker
from claims.naming import SPEAKERS
from evidence.model import say

if TYPE_CHECKING:
    from api.desk import Desk

Deed = Callable[["Desk", Case, Form, Claim], None]

MOST_CHAT: Final = 2_000_000
"""Bytes of a form with a chat: percent-encoded Chinese takes nine for each character."""
_NAMES: Final[Mapping[str, Speaker]] = {
    "buyers": Speaker.BUYER,
    "ours": Speaker.MERCHANT,
    "bots": Speaker.BOT,
}

router = APIRouter(include_in_schema=False)


@router.get("/cases/{case_id}/chat")
def chat(request: Request, desk: Serving, case_id: str) -> Response:
    return show(request, desk, case_id)


@router.post("/cases/{case_id}/chat", max_body_size=MOST_CHAT)
def imported(request: Request, desk: Serving, case_id: str, body: Annotated[bytes, Body()] = b"") -> Response:
    """A record that was pasted; what is there already is not taken twice."""
    return _do(request, desk, case_id, body, (_import, "messages"))


@router.post("/cases/{case_id}/said", max_body_size=MOST_SENT)
def said(request: Request, desk: Serving, case_id: str, body: Annotated[bytes, Body()] = b"") -> Response:
    """One message, typed in."""
    return _do(request, desk, case_id, body, (_said, "messages"))


@router.post("/cases/{case_id}/promised", max_body_size=MOST_SENT)
def promised(request: Request, desk: Serving, case_id: str, body: Annotated[bytes, Body()] = b"") -> Response:
    """A promise goes into the ledger; its clock runs from then on."""
    return _do(request, desk, case_id, body, (_promise, "promises"))


@router.post("/cases/{case_id}/kept", max_body_size=MOST_SENT)
def kept(request: Request, desk: Serving, case_id: str, body: Annotated[bytes, Body()] = b"") -> Response:
    """A promise was kept."""
    return _do(request, desk, case_id, body, (_keep, "promises"))


@router.post("/cases/{case_id}/checked", max_body_size=MOST_SENT)
def checked(request: Request, desk: Serving, case_id: str, body: Annotated[bytes, Body()] = b"") -> Response:
    """What is wrong with a text before it is sent; nothing is stored."""
    told = words(language(request))
    sent = NO_FORM
    try:
        sent = read(body, desk.caller)
        writing = Writing(
            text=sent.get("text", ""),
            template=sent.get("template", ""),
            lang=spoken(sent.get("tongue", "")) or "zh",
            proactive=bool(sent.get("proactive")),
            templated=bool(sent.get("template") or sent.get("templated")),
        )
        found = outlook.checked(desk, case_id, writing)
    except MissingCaseError:
        return absent(request)
    except ValidationError as error:
        retry = Retry("check", sent, wrong_of(error).told(told))
        return show(request, desk, case_id, status=422, retry=retry)
    except ApiError as error:
        retry = Retry("check", sent, {"": told.say(error.says)})
        return show(request, desk, case_id, status=422, retry=retry)
    chosen = sent.get("template") or sent.get("templated", "")
    shown = Retry("check", {**sent, "text": found.text, "templated": chosen}, {})
    return show(request, desk, case_id, retry=shown, verdict=chat_view.verdict(found, told))


def _do(request: Request, desk: Desk, case_id: str, body: bytes, what: tuple[Deed, str]) -> Response:
    deed, place = what
    told = words(language(request))
    sent = NO_FORM
    try:
        sent = read(body, desk.caller)
        with desk.read() as reading:
            found = cases.gather(desk, reading, case_id)
        deed(desk, found.case, sent, sent.claim(request))
    except MissingCaseError:
        return absent(request)
    except TROUBLES as error:
        troubles = troubles_of(error, told, {"due_at": "due", "made_at": "made"})
    else:
        return RedirectResponse(f"/cases/{quote(case_id, safe='')}/chat#{place}", 303)
    return show(request, desk, case_id, status=422, retry=Retry(sent.get("form", ""), sent, troubles))


def _import(desk: Desk, case: Case, sent: Form, claim: Claim) -> None:
    speakers = {
        name.strip(): speaker
        for field, speaker in _NAMES.items()
        for name in sent.get(field, "").replace("，", ",").replace("、", ",").split(",")
        if name.strip()
    }
    dealing.import_chat(desk, case.id, Chat(text=sent.get("text", ""), speakers=speakers), claim)


def _said(desk: Desk, case: Case, sent: Form, claim: Claim) -> None:
    if not sent.get("text"):
        raise WrongError({"text": say("Write what was said.")})
    at = sent.moment("at", case.zone)
    one = {"at": at.isoformat(), "speaker": sent.get("speaker", ""), "text": sent["text"]}
    if sent.get("tag"):
        one["tags"] = sent["tag"]
    dealing.import_chat(desk, case.id, Chat(text=json.dumps([one]), form="json"), claim)


def _promise(desk: Desk, case: Case, sent: Form, claim: Claim) -> None:
    if not sent.get("what"):
        raise WrongError({"what": say("Write what was promised.")})
    message = next((each for each in case.messages if each.id == sent.get("message")), None)
    told: dict[str, Any] = {name: sent.get(name, "") for name in ("what", "message")}
    told |= {"where": sent.get("where") or "chat", "made_at": message.at if message else desk.now()}
    if sent.get("made") and not message:
        told["made_at"] = sent.moment("made", case.zone)
    if sent.get("due"):
        told["due_at"] = sent.moment("due", case.zone)
    dealing.put(desk, case.id, told, claim, "promises")


def _keep(desk: Desk, case: Case, sent: Form, claim: Claim) -> None:
    at = sent.moment("at", case.zone) if sent.get("at") else desk.now()
    dealing.keep(desk, case.id, sent.get("promise", ""), at, claim, proof=sent.get("proof", ""))


def show(
    request: Request,
    desk: Desk,
    case_id: str,
    *,
    status: int = 200,
    retry: Retry = NOTHING,
    verdict: Verdict | None = None,
) -> Response:
    """The page; the look at the chat is logged."""
    told = words(language(request))
    try:
        viewing.case(desk, case_id, "chat.viewed")
        with desk.read() as reading:
            found = cases.gather(desk, reading, case_id)
    except MissingCaseError:
        return absent(request)
    case, rules, now = found.case, found.ruleset.rules, desk.now()
    return page(
        request,
        "case_chat.html",
        status,
        case=case,
        named=case_view.named(case),
        about=case_view.about(case),
        ruleset=of(rules.title, told),
        room=f"{case_view.address(case)}/chat",
        retry=retry,
        key=secrets.token_hex(16),
        now=local(now, case.zone),
        messages=chat_view.messages(case, told),
        hidden=max(0, len(case.messages) - chat_view.MOST),
        promises=chat_view.promises(case, told, now),
        proposals=tuple(chat_view.proposals(case)),
        speakers=[(each.value, told.say(name)) for each, name in SPEAKERS.items()],
        tags=[("solution", told.text("a solution")), ("complaint", told.text("complaint"))],
        wheres=[(name, told.say(says)) for name, says in chat_view.WHERE.items()],
        files=[(each.id, f"{each.id} · {each.name}") for each in case_view.files(case, told)],
        templates=[(each.id, of(each.title, told)) for each in rules.template],
        looked=[of(each.title, told) for each in rules.lint],
        verdict=verdict,
    )
