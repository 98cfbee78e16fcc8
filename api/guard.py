"""What stands before every route: which hosts are answered, which pages may send, what is counted.

Who may come in, the doorkeeper behind it asks (`identity.doorkeeper`). Two kinds of strange web
pages could reach the service through the browser of somebody who works here: one whose name is made
to point at this machine (DNS rebinding), and one that just sends a form. The first shows by its
`Host`, the second by its `Origin` or `Sec-Fetch-Site`.
"""

from __future__ import annotations

import logging
import re
import secrets
import time
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bound_contextvars

from api.errors import ApiError, LongBodyError, OtherSiteError
from api.metrics import Metrics
from api.patience import impatient
from api.problems import REQUEST_ID, answer, shown_path
from api.shielding import shield
from api.uploading import PROTOCOL

log = logging.getLogger(__name__)

MOST_JSON: Final = 1_048_576
"""Bytes of a body that is no form."""
LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
_PART: Final = "application/offset+octet-stream"
"""A part of an upload (tus); only the route that counts its bytes reads it."""
_PLAIN: Final = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)
"""A request's name that may go into the log as it is."""
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_OWN: Final = frozenset({"same-origin", "none"})


class Guard:
    """The outermost layer; pure ASGI, since it must not touch the bodies."""

    def __init__(self, app: ASGIApp, *, hosts: Sequence[str], metrics: Metrics) -> None:
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts)
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope[REQUEST_ID] = name = _name_of(scope)
        with bound_contextvars(request_id=name):
            await self._pass(scope, receive, send)

    async def _pass(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = time.monotonic()
        answering = False

        async def sending(message: Message) -> None:
            nonlocal answering
            if message["type"] == "http.response.start":
                answering = True
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = scope[REQUEST_ID]
                shield(headers, scope.get("scheme", "http"))
                if scope["path"].startswith("/v1/uploads"):
                    headers.setdefault("Tus-Resumable", PROTOCOL)
                seconds = time.monotonic() - begun
                self._metrics.answered(scope["method"], _route(scope), status, seconds)
                log.info("%s %s %d %.3f s", scope["method"], shown_path(scope["path"]), status, seconds)
            await send(message)

        refused = self._refusal(scope)
        if refused is not None:
            response = answer(Request(scope), refused)
            await response(scope, receive, sending)
            return
        try:
            await self._app(scope, impatient(receive), sending)
        except Exception as error:
            if answering:
                raise
            # The framework would answer outside of us: without a name, a figure and the headers.
            await answer(Request(scope), error)(scope, receive, sending)

    def _refusal(self, scope: Scope) -> ApiError | None:
        headers = Headers(scope=scope)
        if self._is_strange(scope, headers):
            return OtherSiteError()
        length = headers.get("content-length", "")
        form = headers.get("content-type", "").startswith(("multipart/", _PART))
        if length.isdigit() and int(length) > MOST_JSON and not form:
            # The routes hold themselves to it too; here it is told as a problem.
            return LongBodyError(MOST_JSON)
        return None

    def _is_strange(self, scope: Scope, headers: Headers) -> bool:
        host = headers.get("host", "")
        if self._hosts and "*" not in self._hosts and _name(f"//{host}") not in self._hosts:
            return True
        if scope["method"] in _SAFE:
            return False
        site = headers.get("sec-fetch-site")
        if site is not None and site not in _OWN:
            return True
        origin = headers.get("origin")
        return origin is not None and urlsplit(origin).netloc.lower() != host.lower()


def _name_of(scope: Scope) -> str:
    """The name that a proxy gave the request, if it is a plain one; else a new one."""
    given = Headers(scope=scope).get("x-request-id", "")
    return given if _PLAIN.fullmatch(given) else secrets.token_hex(8)


def _name(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").lower()
    except ValueError:
        return ""


def _route(scope: Scope) -> str:
    """The template of the path, so that ids do not become labels."""
    route = scope.get("route")
    return getattr(route, "path", None) or "unknown"
