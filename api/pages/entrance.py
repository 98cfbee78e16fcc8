"""`/sign-in`, `/sign-out` and `/welcome/{secret}`: plain forms, without a script.

The secret of a link is in the page's own address alone; no referrer leaves it, and logs leave it out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final
from urllib.parse import parse_qsl

from fastapi import APIRouter, Body, Request, Response
from fastapi.responses import RedirectResponse

from api.errors import ApiError
from api.identity import entrance, passwords
from api.identity.doorkeeper import SIGN_IN, local
from api.identity.entrance import Attempt
from api.identity.refusals import BadPersonError, NoLinkError, TooManyTriesError, WrongSignInError
from api.pages.frame import page
from api.routes.asking import Serving, wiring_of
from api.routes.identity import with_session, without_session
from evidence.model import Saying

router = APIRouter(include_in_schema=False)

MOST_SENT: Final = 16_384
"""Bytes of a form."""
Sent = Annotated[bytes, Body()]


def read(body: bytes) -> Mapping[str, str]:
    """The fields of a form; what cannot be read is none."""
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=12))
    except ValueError:
        return {}


@router.get(SIGN_IN)
def asked(request: Request, next: str | None = None) -> Response:  # noqa: A002 - the name in the address
    return _form(request, "", then=local(next))


@router.post(SIGN_IN, max_body_size=MOST_SENT)
def signed_in(request: Request, body: Sent = b"") -> Response:
    sent = read(body)
    then = local(sent.get("next"))
    address = request.client.host if request.client else ""
    name = sent.get("name", "")
    try:
        secret = entrance.sign_in(
            wiring_of(request),
            request.app.state.pacing,
            Attempt(name, sent.get("password", ""), sent.get("code", ""), address),
        )
    except (WrongSignInError, TooManyTriesError) as error:
        status = 429 if isinstance(error, TooManyTriesError) else 401
        return told_so(request, error, status, name, then)
    return with_session(request, RedirectResponse(then, 303), secret)


@router.post("/sign-out")
def signed_out(request: Request, desk: Serving) -> Response:
    if desk.caller.session:
        entrance.sign_out(desk)
    return without_session(request, RedirectResponse(SIGN_IN, 303))


@router.get("/welcome/{secret}")
def invited(request: Request, secret: str) -> Response:
    return _welcome(request, secret, "", "")


@router.post("/welcome/{secret}", max_body_size=MOST_SENT)
def joined(request: Request, secret: str, body: Sent = b"") -> Response:
    sent = read(body)
    name, password = sent.get("name", ""), sent.get("password", "")
    try:
        passwords.check_same(password, sent.get("again", ""))
        made = entrance.enter(wiring_of(request), secret, name, password)
    except BadPersonError as error:
        return _welcome(request, secret, name, error)
    except NoLinkError as error:
        return _over(request, error)
    return with_session(request, RedirectResponse("/", 303), made)


def _welcome(request: Request, secret: str, name: str, trouble: BadPersonError | str) -> Response:
    try:
        link = entrance.look(wiring_of(request), secret)
    except NoLinkError as error:
        return _over(request, error)
    says = trouble.says if isinstance(trouble, ApiError) else ""
    return page(
        request,
        "welcome.html",
        422 if says else 200,
        trouble=says,
        name=entrance.name_behind(wiring_of(request), link) or name,
        fixed=bool(link.person),
        owner=link.owner,
        before=entrance.full_name(link.tenant, ""),
        least=passwords.SHORTEST,
        secret=secret,
        issuer=request.app.state.issuer.name,
    )


def _over(request: Request, error: ApiError) -> Response:
    return told_so(request, error, 404)


def told_so(request: Request, error: ApiError, status: int, name: str = "", then: str = "/") -> Response:
    """The page to sign in on, with what went wrong."""
    shown = _form(request, error.says, status, name, then)
    shown.headers.update({k: v for k, v in getattr(error, "headers", {}).items() if k == "Retry-After"})
    return shown


def _form(
    request: Request, trouble: Saying | str, status: int = 200, name: str = "", then: str = "/"
) -> Response:
    issuer = request.app.state.issuer.name
    # The page may stand at an address that holds a code; the one to sign in on is the one to come back to.
    return page(
        request, "sign_in.html", status, at=SIGN_IN, trouble=trouble, name=name, then=then, issuer=issuer
    )
