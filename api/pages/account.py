"""`/account`: what somebody can do about themselves: password, one-time codes, sessions."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from api.errors import ApiError
from api.identity import entrance, passwords, people, sessions, totp
from api.identity.refusals import MissingSessionError, TooManyTriesError
from api.identity.scopes import Role
from api.pages.entrance import MOST_SENT, Sent, read
from api.pages.frame import language, page
from api.pages.qr import drawn
from api.routes.asking import Serving
from api.routes.identity import with_session, without_session
from api.words import words
from evidence.model import Saying, say

router = APIRouter(include_in_schema=False)

_HERE: Final = "/account"
ROLES: Final[Mapping[Role, Saying]] = {
    Role.UPLOADER: say("films and sends"),
    Role.AGENT: say("works on cases"),
    Role.ADMIN: say("administrator"),
    Role.SYSTEM: say("program"),
}
"""What a role is for, in words."""


@router.get(_HERE)
def account(request: Request, desk: Serving) -> Response:
    return _shown(request, desk)


@router.post("/account/password", max_body_size=MOST_SENT)
def changed(request: Request, desk: Serving, body: Sent = b"") -> Response:
    """Another password; every other session ends."""
    sent = read(body)
    new = sent.get("password", "")
    try:
        passwords.check_same(new, sent.get("again", ""))
        request.app.state.pacing.tried(desk.caller.actor, "")
        secret = entrance.change_password(desk, sent.get("old", ""), new)
    except ApiError as error:
        return _shown(request, desk, error)
    request.app.state.pacing.succeeded(desk.caller.actor)
    return with_session(request, RedirectResponse(f"{_HERE}?done=password", 303), secret)


@router.post("/account/codes", max_body_size=MOST_SENT)
def codes_on(request: Request, desk: Serving, body: Sent = b"") -> Response:
    """Turn one-time codes on, once the app has shown that it makes them."""
    sent = read(body)
    secret = sent.get("secret", "")
    try:
        recovery = entrance.turn_on_codes(desk, secret, sent.get("code", ""))
    except ApiError as error:
        return _shown(request, desk, error, secret=secret)
    return _shown(request, desk, recovery=recovery)


@router.post("/account/codes/off", max_body_size=MOST_SENT)
def codes_off(request: Request, desk: Serving, body: Sent = b"") -> Response:
    try:
        request.app.state.pacing.tried(desk.caller.actor, "")
        entrance.turn_off_codes(desk, read(body).get("old", ""))
    except ApiError as error:
        return _shown(request, desk, error)
    return RedirectResponse(_HERE, 303)


@router.post("/account/sessions/end", max_body_size=MOST_SENT)
def ended(request: Request, desk: Serving, body: Sent = b"") -> Response:
    """End one session, or all of them."""
    name = read(body).get("session", "")
    if not name:
        if desk.caller.session:
            entrance.sign_out(desk, everywhere=True)
        return without_session(request, RedirectResponse("/sign-in", 303))
    with suppress(MissingSessionError):  # then it is over, which is what was asked for
        sessions.end(desk, name)
    return RedirectResponse(_HERE, 303)


def _shown(
    request: Request,
    desk: Serving,
    trouble: ApiError | None = None,
    *,
    secret: str = "",
    recovery: list[str] | None = None,
) -> Response:
    if not desk.caller.session:  # a key, or a machine where nobody has to sign in
        return page(request, "account.html", person=None)
    with desk.read() as reading:
        person = people.find(reading, desk.caller.who)
    status = 429 if isinstance(trouble, TooManyTriesError) else 422 if trouble else 200
    codes: dict[str, Any] = {}
    if person.totp is None:
        secret = secret if totp.is_ours(secret) else totp.new_secret()
        address = totp.address(secret, person.name)
        codes = {"secret": secret, "address": address, "qr": drawn(address)}
    return page(
        request,
        "account.html",
        status,
        person=person,
        full_name=entrance.full_name(desk.caller.tenant, person.name),
        role_name=words(language(request)).say(ROLES[person.role]),
        trouble=trouble.says if trouble else "",
        done=request.query_params.get("done") == "password",
        least=passwords.SHORTEST,
        sessions=sessions.listed(desk, person),
        issuer=request.app.state.issuer.name,
        recovery=recovery or [],
        **codes,
    )
