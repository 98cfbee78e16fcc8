"""`/sign-in/with`, `/sign-in/back` and `/welcome/{secret}/with`: out to the issuer, and back from there.

They are plain addresses, since a form that ends at another host is stopped by the page's own policy. That
whoever comes back is the browser that set out, its cookie shows: it is of ten minutes, no script reads it,
and of all that it stands for only a hash is kept.
"""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.errors import ApiError
from api.identity import vouching
from api.identity.doorkeeper import SIGN_IN, local
from api.identity.issuer import Issuer
from api.identity.vouching import Return
from api.pages.entrance import told_so
from api.problems import kind_of
from api.routes.asking import wiring_of
from api.routes.identity import home, with_session

router = APIRouter(include_in_schema=False)

BACK: Final = f"{SIGN_IN}/back"
"""Where the issuer sends people back to: it wants to be told of this address beforehand."""
_PLAIN: Final = "sixface-going"
_LOCKED: Final = "__Host-sixface-going"
"""The cookie over TLS; see `recognition`."""
Said = Annotated[str, Query(max_length=4096)]


@router.get(f"{SIGN_IN}/with")
def gone(request: Request, next: Said = "") -> Response:  # noqa: A002 - the name in the address
    return _away(request, local(next), "")


@router.get("/welcome/{secret}/with")
def gone_by_a_link(request: Request, secret: str) -> Response:
    return _away(request, "/", secret)


@router.get(BACK)
def come(request: Request, state: Said = "", code: Said = "", iss: Said = "") -> Response:
    """Somebody comes back; also with an `error` in the place of a code, which is no more than no code."""
    secret = request.cookies.get(_cookie(request), "")
    told = Return(state, code, iss)
    try:
        made, then = vouching.come_back(wiring_of(request), _issuer(request), secret, _back(request), told)
    except ApiError as error:
        answer = _trouble(request, error)
    else:
        answer = with_session(request, RedirectResponse(local(then), 303), made)
    answer.headers["Cache-Control"] = "no-store"
    answer.delete_cookie(
        _cookie(request), path="/", secure=request.state.secure, httponly=True, samesite="lax"
    )
    return answer


def _away(request: Request, then: str, link: str) -> Response:
    wiring, issuer = wiring_of(request), _issuer(request)
    try:
        request.app.state.pacing.came(request.client.host if request.client else "")
        secret, url = vouching.set_out(wiring, issuer, _back(request), then, link)
    except ApiError as error:
        return _trouble(request, error)
    answer = RedirectResponse(url, 303, {"Cache-Control": "no-store"})
    answer.set_cookie(
        _cookie(request),
        secret,
        max_age=int(vouching.SPAN.total_seconds()),
        path="/",
        secure=request.state.secure,
        httponly=True,
        samesite="lax",  # it has to come back with somebody who is sent here by another site
    )
    return answer


def _trouble(request: Request, error: ApiError) -> Response:
    kind = kind_of(type(error))
    return told_so(request, error, kind.status if kind else 500)


def _issuer(request: Request) -> Issuer:
    return request.app.state.issuer


def _back(request: Request) -> str:
    return f"{home(request)}{BACK}"


def _cookie(request: Request) -> str:
    return _LOCKED if request.state.secure else _PLAIN
