"""The pages for people: the first page, a report, and the files they are made of.

They use the public API alone: the first page and the station send to `/v1/uploads` and listen to the
events; the page of a report asks a `Shelf` for what `GET /v1/evidence/{id}` tells as well.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, Protocol
from urllib.parse import quote

from fastapi import APIRouter, Body, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api.dossier import ASKING_POLICY, POLICY, Links, dossier, environment
from api.errors import ApiError
from api.facts import FACE_NAMES
from api.packaged import GUARDS, packaged, served
from api.problems import kind_of
from api.proposing import Asking, Form, Sent, is_open, sent_of
from api.recognising import Known
from api.stations import NAME
from api.words import COOKIE, LANGS, TAGS, Lang, Words, choose, legible, spoken, words
from claims.confirmation import Confirmation
from evidence.model import Report, Saying, say
from evidence.showing import SHOW

_YEAR: Final = 365 * 24 * 3600
_MOST_SENT: Final = 65_536
"""Bytes of the form below a report."""

PAGE_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""The live pages run our own modules and nothing that stands in the page."""

_NAMES: Final[Mapping[Lang, str]] = {"zh": "中文", "en": "English"}
NAV: Final[Mapping[str, Saying]] = {
    "/film": say("Film"),
    "/": say("Check a file"),
    "/cases": say("Cases"),
}
"""The doors of the house, by address, in the order in which they stand in its frame."""


@dataclass(frozen=True)
class Standing:
    """How far an item of evidence is."""

    name: str
    """What its sender called it."""
    report: Report | None = None
    refusal: Saying | None = None
    """Why there will be no report; with neither, the check is still to come or under way."""
    said: Confirmation | None = None
    """What a person said last of the pictures, where the check could not tell."""
    earlier: tuple[Known, ...] = ()
    """The files that were sent earlier and show the same."""


class Shelf(Protocol):
    """Where the page of a report finds its things; it also decides who may see them."""

    def standing(self, request: Request, evidence_id: str) -> Standing | None:
        """How far the item is; None where there is none for whoever asks."""
        ...

    def still(self, request: Request, evidence_id: str, digest: str) -> bytes | None:
        """The bytes of a still of that item, or None where they are gone."""
        ...

    def confirm(self, request: Request, evidence_id: str, sent: Sent) -> None:
        """Record what a person said of the pictures. Raises `ApiError`."""
        ...


def pages(shelf: Shelf) -> APIRouter:
    """The routes of all pages and of `/static/{name}`; none is in the API."""
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
    files = packaged()
    _warm()

    @router.get("/")
    def first(request: Request) -> Response:
        return page(request, "first.html")

    @router.get("/evidence/{evidence_id}")
    def evidence(request: Request, evidence_id: str, save: bool = False) -> Response:  # noqa: FBT001, FBT002 - a query parameter
        found = shelf.standing(request, evidence_id)
        if found is None:
            return absent(request)
        if found.report is not None:
            return _report(request, shelf, evidence_id, found, save=save)
        if found.refusal is not None:
            return _refused(request, found.name, found.refusal)
        events = f"/v1/evidence/{quote(evidence_id, safe='')}/events"
        return page(request, "waiting.html", events=events, name=legible(found.name, 120))

    @router.post("/evidence/{evidence_id}/confirmations", max_body_size=_MOST_SENT)
    def confirmed(request: Request, evidence_id: str, body: Annotated[bytes, Body()] = b"") -> Response:
        sent: Sent | None = None
        try:
            sent = sent_of(body)
            shelf.confirm(request, evidence_id, sent)
        except ApiError as error:
            found = shelf.standing(request, evidence_id)
            if found is None:
                return absent(request)
            return _report(request, shelf, evidence_id, found, retry=_Retry(sent, error))
        # The language, where the address chose one, was kept in a cookie when the page was shown.
        return RedirectResponse(f"/evidence/{quote(evidence_id, safe='')}#confirmation", 303)

    _add_station(router)

    @router.get("/static/{name}")
    def static(request: Request, name: str) -> Response:
        return served(request, files.get(name))

    return router


def _warm() -> None:
    """Read catalogue and templates before somebody waits for them: the first page is a first impression."""
    for lang in LANGS:
        words(lang)
    for name in ("first.html", "film.html", "report.html"):
        environment().get_template(name)


def _add_station(router: APIRouter) -> None:
    """`/film`, where parcels are filmed; `/station`, the clock beside the table, its name in its address."""

    @router.get("/film")
    def film(request: Request) -> Response:
        return page(request, "film.html", faces=FACE_NAMES, show=SHOW)

    @router.get("/station")
    def unnamed(request: Request, name: str | None = None) -> Response:
        if name is None:
            return page(request, "station.html", name="1")
        wanted = name.strip().upper()
        return RedirectResponse(f"/station/{wanted}" if re.fullmatch(NAME, wanted) else "/station", 303)

    @router.get("/station/{name}")
    def named(request: Request, name: str) -> Response:
        if re.fullmatch(NAME, name):
            return page(request, "station.html", name=name)
        # Whoever types an address writes small letters.
        typed = name.upper()
        return RedirectResponse(f"/station/{typed}", 303) if re.fullmatch(NAME, typed) else absent(request)


def language(request: Request) -> Lang:
    """The language of this reader: `?lang=`, then what they chose before, then what they like."""
    return choose(
        request.query_params.get("lang"),
        request.cookies.get(COOKIE),
        accept_language=request.headers.get("accept-language"),
    )


def page(request: Request, template: str, status: int = 200, **values: Any) -> Response:  # noqa: ANN401 - a template takes anything
    """A live page in the reader's language."""
    told = words(language(request))
    html = (
        environment()
        .get_template(template)
        .render(
            words=told,
            t=told.text,
            pattern=told.pattern,
            languages=_languages(request.url.path),
            nav=[(address, told.say(name), _is_here(address, request)) for address, name in NAV.items()],
            **values,
        )
    )
    return _answer(request, html, told, PAGE_POLICY, status)


def _is_here(address: str, request: Request) -> bool:
    """Whether the page that is asked for lies behind that door."""
    path = request.url.path
    return path == address or (address != "/" and path.startswith(f"{address}/"))


@dataclass(frozen=True)
class _Retry:
    """A form that could not be taken as it was sent."""

    sent: Sent | None
    error: ApiError

    @property
    def status(self) -> int:
        kind = kind_of(type(self.error))
        return kind.status if kind else 500


def _form(evidence_id: str, retry: _Retry | None, told: Words) -> Form:
    return Form(
        action=f"/evidence/{quote(evidence_id, safe='')}/confirmations",
        key=secrets.token_hex(16),
        sent=retry.sent if retry else None,
        trouble=told.say(retry.error.says) if retry else "",
    )


def _report(
    request: Request,
    shelf: Shelf,
    evidence_id: str,
    found: Standing,
    *,
    save: bool = False,
    retry: _Retry | None = None,
) -> Response:
    report = found.report
    if report is None:
        return absent(request)
    told = words(language(request))
    form = _form(evidence_id, retry, told) if is_open(report) and not save else None
    name = quote(evidence_id, safe="")
    links = Links(
        home="/",
        saved=f"/evidence/{name}?save=true&lang={told.lang}",
        languages={label: address for label, (_, address) in _languages(f"/evidence/{evidence_id}").items()},
    )
    html = dossier(
        report,
        lambda digest: shelf.still(request, evidence_id, digest),
        told,
        links=None if save else links,
        asking=Asking(found.said, form),
        earlier=found.earlier,
    )
    policy = ASKING_POLICY if form else POLICY
    status = retry.status if retry else 200
    response = _answer(request, html, told, f"{policy}; frame-ancestors 'self'", status)
    if save:
        stem = "".join(letter for letter in evidence_id if letter.isascii() and letter.isalnum())[:40]
        response.headers["Content-Disposition"] = f'attachment; filename="sixface-{stem}.html"'
    return response


def _refused(request: Request, name: str, refusal: Saying) -> Response:
    """Why there is no report; the sentence itself says what to do."""
    says = words(language(request)).say(refusal)
    return page(request, "stopped.html", says=says, advice="", name=legible(name, 120))


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


def _answer(request: Request, html: str, told: Words, policy: str, status: int) -> Response:
    response = HTMLResponse(html, status_code=status, headers=GUARDS)
    response.headers["Content-Security-Policy"] = policy
    response.headers["Content-Language"] = told.tag
    response.headers["Cache-Control"] = "no-store"
    response.headers["Vary"] = "Accept-Language, Cookie"
    if spoken(request.query_params.get("lang") or ""):
        response.set_cookie(COOKIE, told.lang, max_age=_YEAR, samesite="lax", httponly=True)
    return response


def _languages(address: str) -> dict[str, tuple[str, str]]:
    """Tag and address of the page at that address, by each language's own name."""
    path = quote(address)
    return {_NAMES[lang]: (TAGS[lang], f"{path}?lang={lang}") for lang in LANGS}
