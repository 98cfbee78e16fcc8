"""`/admin/keys`: keys of programs: made for some scopes and a time, shown once, rotated, revoked."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Body, Path, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError

from api.errors import ApiError
from api.identity import keys
from api.identity.keys import Key, NewKey
from api.identity.scopes import FOR_KEYS, Scope
from api.misfits import BadFormError
from api.pages.admin.hall import MOST_SENT, room, told, wrong
from api.pages.plain_form import NO_FORM, Form, read
from api.routes.asking import Serving
from api.words import Words, legible
from evidence.model import Saying, say

if TYPE_CHECKING:
    from api.desk import Desk
    from api.idempotency import Reply

KeyId = Annotated[str, Path(max_length=64)]
HOME: Final = "/admin/keys"
MOST_SHOWN: Final = 200
"""Keys on the page, the newest; the API lists all."""
DAYS: Final = (30, 90, 180, 365)
"""How long a key may be good for; a year is the longest, and what it is where none of them was sent."""
_DONE: Final[dict[str, Saying]] = {"revoked": say("The key is good for nothing any more.")}
_SOON: Final = timedelta(days=14)
"""How long before its end a key is told as ending: a fortnight is enough to rotate it."""

router = APIRouter(prefix="/admin", include_in_schema=False)


@router.get("/keys")
def listed(request: Request, desk: Serving, done: str = "") -> Response:
    """All of them without their text, and a form that makes one."""
    return _shown(request, desk, done=told(request).say(_DONE[done]) if done in _DONE else "")


@router.post("/keys", max_body_size=MOST_SENT)
def made(request: Request, desk: Serving, body: Annotated[bytes, Body()] = b"") -> Response:
    """Make a key, and show it this once."""
    fields = NO_FORM
    try:
        fields = read(body, desk.caller)
        scopes = fields.every("scope")
        asked = fields.claim(request)
        reply = keys.make(desk, _wish(fields, scopes, desk.now()), asked)
    except ApiError as error:
        trouble, status = wrong(request, error)
        return _shown(request, desk, status, trouble=trouble, fields=fields)
    return _told(request, desk, reply)


@router.post("/keys/{key_id}/rotate", max_body_size=MOST_SENT)
def rotated(request: Request, desk: Serving, key_id: KeyId, body: Annotated[bytes, Body()] = b"") -> Response:
    """Put a new key in its place, and show that once; the old one is good for a day more."""
    try:
        reply = keys.rotate(desk, key_id, read(body, desk.caller).claim(request))
    except ApiError as error:
        trouble, status = wrong(request, error)
        return _shown(request, desk, status, trouble=trouble)
    return _told(request, desk, reply)


@router.post("/keys/{key_id}/revoke", max_body_size=MOST_SENT)
def revoked(request: Request, desk: Serving, key_id: KeyId) -> Response:
    """End it, at once and for good."""
    try:
        keys.revoke(desk, key_id)
    except ApiError as error:
        trouble, status = wrong(request, error)
        return _shown(request, desk, status, trouble=trouble)
    return RedirectResponse(f"{HOME}?done=revoked", 303)


def _wish(fields: Form, scopes: tuple[str, ...], now: datetime) -> NewKey:
    days = next((each for each in DAYS if str(each) == fields.get("days")), 0)
    # A minute less, so that it is within the year whenever it is looked at.
    ends = now + timedelta(days=days) - timedelta(minutes=1) if days else None
    try:
        return NewKey.model_validate(
            {"name": fields.get("name", "").strip(), "scopes": scopes, "expires_at": ends}
        )
    except ValidationError as error:
        trouble = say("Write what uses it, without brackets, and tick at least one thing that it may do.")
        raise BadFormError(trouble) from error


def _told(request: Request, desk: Desk, reply: Reply) -> Response:
    text = reply.body.get("key")
    trouble = "" if text else told(request).text("That was shown already; make another one.")
    return _shown(request, desk, text=text or "", trouble=trouble)


def _shown(request: Request, desk: Desk, status: int = 200, **more: Any) -> Response:  # noqa: ANN401 - a template takes anything
    words, now = told(request), desk.now()
    with desk.read() as reading:
        found, _ = keys.listed(reading, None, MOST_SHOWN)
    return room(
        request,
        "admin_keys.html",
        status,
        home=HOME,
        scopes=[each.value for each in Scope if each in FOR_KEYS & desk.caller.scopes],
        days=DAYS,
        keys=[_line(each, words, now) for each in found],
        **({"text": ""} | more),
    )


def _line(key: Key, words: Words, now: datetime) -> dict[str, Any]:
    ends = words.moment(key.expires_at)
    on = key.revoked_at is None and key.expires_at > now
    if key.revoked_at is not None:
        tone, stands = "skipped", words.text("revoked at {at}", at=words.moment(key.revoked_at))
    elif not on:
        tone, stands = "skipped", words.text("ended at {at}", at=ends)
    else:
        tone = "unsure" if key.expires_at - now < _SOON or key.replaced_by else "pass"
        stands = words.text("good until {at}", at=ends)
    return {
        "id": key.id,
        "name": legible(key.name, 80),
        "scopes": ", ".join(each.value for each in key.scopes),
        "tone": tone,
        "stands": stands,
        "used": words.moment(key.last_used_at) if key.last_used_at else words.text("never"),
        "on": on,
        "rotates": on and key.replaced_by is None,
    }
