"""The frame of every page: its language, its doors, and the headers that it goes out with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from api.caller import NOBODY, Caller
from api.dossier import environment
from api.errors import ApiError
from api.identity.permits import needed
from api.packaged import GUARDS
from api.words import COOKIE, LANGS, TAGS, Lang, Words, choose, spoken, words
from evidence.model import Saying, say

_YEAR: Final = 365 * 24 * 3600

PAGE_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""The live pages run our own modules and nothing that stands in the page."""

STATION_POLICY: Final = f"{PAGE_POLICY}; manifest-src 'self'"
"""That of the page that films: a phone may put it on its home screen."""

FILM_POLICY: Final = PAGE_POLICY.replace("img-src 'self'", "img-src 'self' data:; media-src 'self'")
"""That of a page with a film: its pictures travel in it, and the film comes from here alone."""

_NAMES: Final[Mapping[Lang, str]] = {"zh": "简体", "zh-Hant": "繁體", "en": "English"}
NAV: Final[Mapping[str, Saying]] = {
    "/film": say("Film"),
    "/": say("Check a file"),
    "/evidence": say("Evidence"),
    "/cases": say("Cases"),
    "/admin": say("Admin"),
}
"""The doors of the house, by address, in the order in which they stand in its frame."""


def warm() -> None:
    """Read catalogue and templates before somebody waits for them: the first page is a first impression."""
    for lang in LANGS:
        words(lang)
    for name in environment().list_templates():
        environment().get_template(name)


def language(request: Request) -> Lang:
    """The language of this reader: `?lang=`, then what they chose before, then what they like."""
    return choose(
        request.query_params.get("lang"),
        request.cookies.get(COOKIE),
        accept_language=request.headers.get("accept-language"),
    )


def page(
    request: Request,
    template: str,
    status: int = 200,
    policy: str = PAGE_POLICY,
    *,
    at: str = "",
    **values: Any,  # noqa: ANN401 - a template takes anything
) -> Response:
    """A live page in the reader's language; `at` is where it can be read again, if it was sent for."""
    told = words(language(request))
    caller: Caller = getattr(request.state, "caller", NOBODY)
    nav = [
        (address, told.say(name), _is_here(address, request))
        for address, name in NAV.items()
        if _may_go(address, caller)
    ]
    html = drawn(
        told, template, nav=nav, languages=languages(at or request.url.path), who=caller.shown, **values
    )
    return answer(request, html, told, policy, status)


def drawn(
    told: Words,
    template: str,
    /,
    *,
    nav: Sequence[tuple[str, str, bool]] = (),
    languages: Mapping[str, tuple[str, str]] | None = None,
    who: str = "",
    **values: Any,  # noqa: ANN401 - a template takes anything
) -> str:
    """The text of a page: its doors, its other languages, and whose it is; without them it is nobody's."""
    shown = environment().get_template(template)
    return shown.render(
        words=told, t=told.text, pattern=told.pattern, nav=nav, languages=languages or {}, who=who, **values
    )


def refused(request: Request, error: ApiError) -> Response:
    """Whoever is signed in may not look at that."""
    told = words(language(request))
    advice = told.text("Go back, or sign in as somebody who may.")
    return page(request, "stopped.html", 403, says=told.say(error.says), advice=advice, name="")


def _may_go(address: str, caller: Caller) -> bool:
    """Whether that door leads on; who is not signed in is shown all of them."""
    need = needed("GET", address)
    return not caller.session or not need or bool(need & caller.scopes)


def _is_here(address: str, request: Request) -> bool:
    """Whether the page that is asked for lies behind that door."""
    path = request.url.path
    return path == address or (address != "/" and path.startswith(f"{address}/"))


def absent(request: Request) -> Response:
    """There is nothing at that address."""
    told = words(language(request))
    return page(
        request,
        "stopped.html",
        404,
        says=told.text("There is no report at this address."),
        advice=told.text("Look at the link again, or check the file once more."),
        name="",
    )


def answer(request: Request, html: str, told: Words, policy: str, status: int) -> Response:
    """That page, with what the browser may do on it and the language it is in."""
    response = HTMLResponse(html, status_code=status, headers=GUARDS)
    response.headers["Content-Security-Policy"] = policy
    response.headers["Content-Language"] = told.tag
    response.headers["Cache-Control"] = "no-store"
    response.headers["Vary"] = "Accept-Language, Cookie"
    if spoken(request.query_params.get("lang") or ""):
        response.set_cookie(COOKIE, told.lang, max_age=_YEAR, samesite="lax", httponly=True)
    return response


def languages(address: str) -> dict[str, tuple[str, str]]:
    """Tag and address of the page at that address, by each language's own name."""
    path = quote(address)
    return {_NAMES[lang]: (TAGS[lang], f"{path}?lang={lang}") for lang in LANGS}
