"""The photos of a case: a slot for each that is wanted, taken on the spot and told at once how good it is.

Without scripts each slot is a form of its own: its photo is examined by the front door, as `/v1/validate`
does, and the page comes back with the verdict. With scripts the same photo goes in parts, with progress.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import quote

from anyio.to_thread import run_sync
from fastapi import APIRouter, Body, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError

from api import cases, comparing, viewing
from api.comparing import Pair, Side
from api.drafting import Facts
from api.errors import ApiError, FormError, MissingCaseError
from api.examination import examine
from api.idempotency import Claim, fingerprint
from api.pages import case_forms, case_view
from api.pages.case_slots import pair_of, sheet
from api.pages.frame import absent, language, page
from api.pages.plain_form import MOST_SENT, NOTHING, Retry, read
from api.problems import problem_of
from api.receiving import received
from api.routes.asking import Serving
from api.telling import of
from api.words import Words, words
from claims.case import Role
from claims.shots import catalogue
from evidence.check import RefusedError
from evidence.fault import FaultError
from evidence.model import Finding, Outcome, say
from storage.errors import StorageError

if TYPE_CHECKING:
    from api.desk import Desk

Key = Annotated[str, Query(pattern=r"^[0-9a-f]{32}$")]
SlotId = Annotated[str, Query(pattern=r"^(shot|role)-[a-z0-9_]{1,48}$|^$")]
_MARKS: Final = {Outcome.PASS: "✓", Outcome.FAIL: "✗"}

router = APIRouter(include_in_schema=False)


@router.get("/cases/{case_id}/photos")
def photos(request: Request, desk: Serving, case_id: str) -> Response:
    return show(request, desk, case_id)


@router.post("/cases/{case_id}/photos")
async def sent(request: Request, desk: Serving, case_id: str, key: Key, slot: SlotId = "") -> Response:
    """Take the photo of a slot, examine it now, and add it to the case; sent twice it is there once."""
    try:
        await run_sync(_there, desk, case_id)
        facts = facts_of(slot)
        receipt = await received(request, desk, key, inline=("photo",))
        if receipt.item.kind == "photo" and not receipt.replayed:
            await run_sync(examine, desk, receipt.item.id, limiter=request.app.state.photos)
        claim = Claim(key, f"POST {request.url.path}#exhibit", fingerprint(slot=slot))
        await run_sync(partial(cases.attach, desk, case_id, receipt.item.id, claim, facts=facts))
    except MissingCaseError:
        return await run_sync(absent, request)
    except (ApiError, RefusedError, FaultError, StorageError) as error:
        problem = problem_of(error, words(language(request)))
        retry = Retry(slot or "others", {}, {"": problem.detail})
        return await run_sync(partial(show, request, desk, case_id, status=problem.status, retry=retry))
    return RedirectResponse(f"/cases/{quote(case_id, safe='')}/photos#{slot or 'others'}", 303)


def facts_of(slot: str) -> Facts:
    """What a photo of that slot is said to be.

    Raises:
        FormError: there is no such slot.
    """
    kind, _, name = slot.partition("-")
    try:
        if kind == "shot":
            return Facts(shot=name, role=catalogue().named(name).role)
        return Facts(role=Role(name)) if kind == "role" else Facts()
    except (LookupError, ValidationError, ValueError):
        raise FormError(say("There is no such slot; load the page anew.")) from None


@router.post("/cases/{case_id}/compared", max_body_size=MOST_SENT)
async def compared(
    request: Request, desk: Serving, case_id: str, body: Annotated[bytes, Body()] = b""
) -> Response:
    """Hold the photo of the listing against that of what came; nothing is stored but that it was asked."""
    told = words(language(request))
    try:
        chosen = read(body, desk.caller)
        await run_sync(_there, desk, case_id)
        pair = Pair(
            listing=Side(evidence_id=chosen.get("listing", "")[:64]),
            received=Side(evidence_id=chosen.get("received", "")[:64]),
        )
        found = await run_sync(comparing.compare, desk, pair, limiter=request.app.state.photos)
    except MissingCaseError:
        return await run_sync(absent, request)
    except (ApiError, RefusedError, FaultError, StorageError) as error:
        problem = problem_of(error, told)
        retry = Retry("compare", {}, {"": problem.detail})
        return await run_sync(partial(show, request, desk, case_id, status=problem.status, retry=retry))
    lines = tuple(_lines(found.findings, told))
    retry = Retry("compare", chosen, {})
    return await run_sync(partial(show, request, desk, case_id, retry=retry, lines=lines))


@dataclass(frozen=True)
class Line:
    """What two photos say of one thing."""

    tone: str
    mark: str
    says: str


def _lines(findings: tuple[Finding, ...], told: Words) -> Iterator[Line]:
    for each in findings:
        yield Line(each.outcome.value, _MARKS.get(each.outcome, "?"), told.say(each.wording.says))


def _there(desk: Desk, case_id: str) -> None:
    with desk.read() as reading:
        cases.look_up(reading, case_id)


def show(
    request: Request,
    desk: Desk,
    case_id: str,
    *,
    status: int = 200,
    retry: Retry = NOTHING,
    lines: tuple[Line, ...] = (),
) -> Response:
    """The page of the slots; with `retry` it says beside the slot why its photo was not taken."""
    told = words(language(request))
    try:
        viewing.case(desk, case_id, "exhibits.viewed")
        with desk.read() as reading:
            found = cases.gather(desk, reading, case_id)
    except MissingCaseError:
        return absent(request)
    assessment = cases.judged(desk, found)
    values: dict[str, Any] = {
        "sheet": sheet(desk, found, assessment, told),
        "pair": pair_of(found.case, told),
        "reasons": case_forms.reasons(found.ruleset.rules, told),
        "roles": {shot.id: shot.role.value for shot in catalogue().shot if shot.role},
        "keys": secrets.token_hex(8),
    }
    return page(
        request,
        "case_photos.html",
        status,
        case=found.case,
        named=case_view.named(found.case),
        about=case_view.about(found.case),
        ruleset=of(found.ruleset.rules.title, told),
        room=f"{case_view.address(found.case)}/photos",
        retry=retry,
        lines=lines,
        key=secrets.token_hex(16),
        **values,
    )
