"""The one place that enforces: before any route, whoever comes is recognised and let through or not.

It knows every route of the application and looks for one as the application does; what it does not know
gets no caller, and without a caller there is no desk (`routes.asking`). It reads no body.

As long as there is no person, and the service listens on its own machine alone, everybody is let in as who
sits there. From then on a request has a session or a key, or comes to a door that is open to all.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlsplit

from anyio import to_thread
from starlette.datastructures import Headers, QueryParams
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api import problems
from api.caller import HTTP, NOBODY, Caller
from api.errors import ApiError, OtherSiteError
from api.guard import LOOPBACK
from api.identity import recognition
from api.identity.directory import is_closed
from api.identity.doors import Door, Doors
from api.identity.house import ForAllError, keeper_alone
from api.identity.permits import FOUND_BY, FROM_HERE, OWN
from api.identity.refusals import NotAllowedError, NotSignedInError
from api.item import of_caller

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Send
    from starlette.types import Scope as Asked

    from api.desk import Wiring
    from api.identity.pacing import Pacing

SIGN_IN: Final = "/sign-in"
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_FORWARDED: Final = ("forwarded", "x-forwarded-for", "x-real-ip", "via")
"""A request that bears one of them came through a proxy, whatever address it has."""


class Doorkeeper:
    """Pure ASGI, since it must not touch the bodies."""

    def __init__(self, app: ASGIApp, *, wiring: Wiring, doors: Doors, pacing: Pacing) -> None:
        self._app = app
        self._wiring = wiring
        self._doors = doors
        self._pacing = pacing
        settings = wiring.settings
        self._closed = settings.sign_in == "required" or settings.host not in LOOPBACK
        self._public_tls = settings.public_url.startswith("https://")

    async def __call__(self, scope: Asked, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        door = self._doors.find(scope["method"], scope["path"])
        request = Request(scope)
        request.state.secure = scope["scheme"] == "https" or self._public_tls
        if door is not None:
            try:
                request.state.caller = await self._admitted(request, door)
            except (NotSignedInError, NotAllowedError, ForAllError, OtherSiteError) as error:
                response = _turned_away(request, door, error)
                await response(scope, receive, send)
                return
            except Exception as error:  # noqa: BLE001 - we stand before what would tell it
                await problems.answer(request, error)(scope, receive, send)
                return
        await self._app(scope, receive, send)

    async def _admitted(self, request: Request, door: Door) -> Caller:
        """Who that is. Raises what says why they may not come in."""
        method = request.method
        need = door.needs[method]
        headers = request.headers
        if need is None:  # that is, OPEN
            if method not in _SAFE and await self._is_closed():
                _check_origin(headers)
                self._pacing.asked(f"address/{request.client.host if request.client else ''}")
            return NOBODY
        caller = await self._caller(request)
        if caller is None:
            if door.named(method) in FROM_HERE and _is_here(request):
                return NOBODY
            raise NotSignedInError
        if caller is HTTP:
            return caller
        if need and not need & caller.scopes and not _finds(door, request, caller):
            if OWN.get(door.named(method)) not in caller.scopes:
                raise NotAllowedError(need)
            await to_thread.run_sync(self._check_own, caller, door, request.url.path)
        if method in door.of_house:
            keeper_alone(caller)
        self._pacing.asked(f"{caller.tenant}/{caller.who}")
        return caller

    def _check_own(self, caller: Caller, door: Door, path: str) -> None:
        """Whether they sent that file. Raises `MissingItemError`."""
        found = door.pattern.match(path)
        with self._wiring.rows.read(caller.tenant) as reading:
            of_caller(reading, found["evidence_id"] if found else "", caller)

    async def _caller(self, request: Request) -> Caller | None:
        key = recognition.key_in(request.headers)
        if key is not None:
            return await to_thread.run_sync(recognition.by_key, self._wiring, key)
        if not await self._is_closed():
            return HTTP
        secret = recognition.session_in(request.cookies, secure=request.state.secure)
        if secret is None:
            return None
        if request.method not in _SAFE:
            _check_origin(request.headers)
        return await to_thread.run_sync(recognition.by_session, self._wiring, secret)

    async def _is_closed(self) -> bool:
        """Once it is, it stays so: people are turned off, never removed."""
        if not self._closed:
            self._closed = await to_thread.run_sync(is_closed, self._wiring.rows)
        return self._closed


def local(path: str | None) -> str:
    """A place of our own to go on to; the first page where the text is anything else."""
    if not path or not path.startswith("/") or path.startswith(("//", "/\\")) or not path.isprintable():
        return "/"
    parts = urlsplit(path)
    if parts.scheme or parts.netloc or "\\" in path or path.startswith(SIGN_IN):
        return "/"
    return path


def _finds(door: Door, request: Request, caller: Caller) -> bool:
    """Whether the list is asked for one thing, by what is printed on it."""
    name, scope = FOUND_BY.get(door.named(request.method), ("", None))
    if scope is None or scope not in caller.scopes:
        return False
    return bool(QueryParams(request.url.query).get(name, "").strip())


def _check_origin(headers: Headers) -> None:
    """A browser sends the cookie with whatever any page sends us, so who sends has to be shown.

    That an `Origin` is our own, where there is one, the guard has seen to.

    Raises:
        OtherSiteError: it is not shown.
    """
    if headers.get("origin") is None and headers.get("sec-fetch-site") != "same-origin":
        raise OtherSiteError


def _is_here(request: Request) -> bool:
    """Whether a program on this very machine asks, and no proxy for somebody else."""
    if request.client is None or any(name in request.headers for name in _FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def _turned_away(request: Request, door: Door, error: ApiError) -> Response:
    if not door.is_page or isinstance(error, OtherSiteError):
        return problems.answer(request, error)
    if isinstance(error, NotSignedInError):
        asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        then = f"?next={quote(asked, safe='/')}" if request.method in _SAFE and asked != "/" else ""
        return RedirectResponse(f"{SIGN_IN}{then}", 303)
    from api.pages.frame import refused  # noqa: PLC0415 - pages ask who is signed in, and so know this room

    return refused(request, error)
