"""The page of an item of evidence: the check under way, then the film with its findings, and its custody.

It asks a `Shelf` for what `GET /v1/evidence/{id}` tells as well. With `?save=true` it hands out the report as
one file instead, which needs nothing else.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Final, Protocol
from urllib.parse import quote

from fastapi import APIRouter, Body, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api.custody import Custody
from api.dossier import POLICY, dossier, told
from api.errors import ApiError
from api.item import Item
from api.pages.frame import FILM_POLICY, absent, answer, language, page
from api.pages.player import player, suggested
from api.problems import kind_of
from api.proposing import Asking, Form, Sent, sent_of
from api.reading import Reading
from api.recognising import Known
from api.words import Words, legible, words
from claims.confirmation import COUNT, Confirmation
from evidence.model import Report, Saying

_MOST_SENT: Final = 65_536
"""Bytes of the form below a report."""


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
    doubts: tuple[Confirmation, ...] = ()
    """The disputes of faces that count."""
    earlier: tuple[Known, ...] = ()
    """The files that were sent earlier and show the same."""
    item: Item | None = None
    cases: tuple[tuple[str, str], ...] = ()
    """Address and name of those of which it is an exhibit."""
    custody: Custody | None = None


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


def reports(shelf: Shelf) -> APIRouter:
    """The page of an item of evidence, and the word that a person gives on it."""
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

    @router.get("/evidence/{evidence_id}")
    def evidence(request: Request, evidence_id: str, save: bool = False) -> Response:  # noqa: FBT001, FBT002 - a query parameter
        found = shelf.standing(request, evidence_id)
        if found is None:
            return absent(request)
        if found.report is not None:
            return _report(request, shelf, evidence_id, found, save=save)
        if found.refusal is not None:
            return _refused(request, evidence_id, found, found.refusal)
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
        part = "confirmation" if sent.code == COUNT else "disputes"
        return RedirectResponse(f"/evidence/{quote(evidence_id, safe='')}#{part}", 303)

    return router


@dataclass(frozen=True)
class _Retry:
    """A form that could not be taken as it was sent."""

    sent: Sent | None
    error: ApiError

    @property
    def status(self) -> int:
        kind = kind_of(type(self.error))
        return kind.status if kind else 500


def _form(evidence_id: str, retry: _Retry | None, lang: Words) -> Form:
    return Form(
        action=f"/evidence/{quote(evidence_id, safe='')}/confirmations",
        key=secrets.token_hex(16),
        sent=retry.sent if retry else None,
        trouble=lang.say(retry.error.says) if retry else "",
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
    if save:
        return _saved(request, shelf, evidence_id, found, report)
    lang = words(language(request))
    form = _form(evidence_id, retry, lang)
    values = told(
        report,
        partial(shelf.still, request, evidence_id),
        lang,
        asking=Asking(found.said, form, found.doubts),
        earlier=found.earlier,
    )
    place = f"/evidence/{quote(evidence_id, safe='')}"
    return page(
        request,
        "item.html",
        retry.status if retry else 200,
        FILM_POLICY,
        at=f"/evidence/{evidence_id}",
        **values,
        live=True,
        place=place,
        own=f"/v1{place}",
        saved=f"{place}?save=true&lang={lang.lang}",
        provenance=_provenance(report, values["reading"], lang),
        player=player(report, values["pictures"], values["views"]),
        item=found.item,
        cases=found.cases,
        custody=found.custody,
        attach=suggested(found.item),
        key=secrets.token_hex(16),
    )


def _provenance(report: Report, reading: Reading, lang: Words) -> str:
    """What the check says of a signed record of origin."""
    told = (r.says for section in reading.sections for r in section.remarks if r.code == "edited.provenance")
    if report.answer("edited") is None:
        return lang.text("was not checked")
    return next(told, "") or lang.text("The file carries none.")


def _saved(request: Request, shelf: Shelf, evidence_id: str, found: Standing, report: Report) -> Response:
    lang = words(language(request))
    still = partial(shelf.still, request, evidence_id)
    html = dossier(report, still, lang, asking=Asking(found.said, doubts=found.doubts), earlier=found.earlier)
    response = answer(request, html, lang, f"{POLICY}; frame-ancestors 'self'", 200)
    stem = "".join(letter for letter in evidence_id if letter.isascii() and letter.isalnum())[:40]
    response.headers["Content-Disposition"] = f'attachment; filename="sixface-{stem}.html"'
    return response


def _refused(request: Request, evidence_id: str, found: Standing, refusal: Saying) -> Response:
    """Why there is no report, and the custody of the file that was kept; the sentence says what to do."""
    says, name = words(language(request)).say(refusal), legible(found.name, 120)
    if found.item is None or found.custody is None:
        return page(request, "stopped.html", says=says, advice="", name=name)
    return page(
        request,
        "refused.html",
        says=says,
        name=name,
        place=f"/evidence/{quote(evidence_id, safe='')}",
        item=found.item,
        cases=found.cases,
        custody=found.custody,
    )
