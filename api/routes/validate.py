"""`/v1/validate`: is this file sound? A photo is answered at once, a film when it is done."""

from __future__ import annotations

import time
from functools import partial
from typing import Annotated, Any, Final, Literal

from anyio import CapacityLimiter, create_task_group
from anyio.to_thread import run_sync
from fastapi import APIRouter, Header, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel

from api import item, viewing
from api.desk import Desk
from api.errors import LongBodyError
from api.examination import examine
from api.following import finished, preferred_wait
from api.guard import MOST_JSON
from api.idempotency import Claim, fingerprint
from api.intake import Receipt
from api.item import Item
from api.problems import Problem, described, language, told_problem
from api.questions import MOST, Question, bind, question, several, take
from api.receiving import received
from api.routes.asking import Key, Serving, replied
from api.routes.evidence import EXAMPLE, FORM, Evidence, count
from evidence.model import Report

RETRY: Final = "1"
"""Seconds after which to look again: an examination takes a few."""

router = APIRouter(prefix="/v1/validate", tags=["validate"])

_PARTS: Final = "#/components/schemas/"
_BODY: Final[dict[str, Any]] = {
    **FORM,
    "application/json": {
        "schema": {"$ref": f"{_PARTS}Question"},
        "example": {"evidence_id": "ev_3f9c2a7b1d5e8f604c21"},
    },
}
_SEVERAL: Final[dict[str, Any]] = {
    "application/json": {
        "schema": {"type": "array", "items": {"$ref": f"{_PARTS}Question"}, "minItems": 1, "maxItems": MOST},
        "example": [{"evidence_id": "ev_3f9c2a7b1d5e8f604c21"}, {"url": "s3://films/2026/11/PO-17.mp4"}],
    },
}
_DONE: Final = {
    "Location": {"schema": {"type": "string"}, "description": "Where the item is."},
    "Preference-Applied": {"schema": {"type": "string"}, "description": "The `wait` that was granted."},
}
_LATER: Final = {**_DONE, "Retry-After": {"schema": {"type": "integer"}, "description": "Seconds."}}


class Begun(BaseModel):
    """One question of a batch that was taken on."""

    status: Literal[202] = 202
    location: str
    """Where the item is, and its report will be."""
    item: Evidence


class NotBegun(BaseModel):
    """One question of a batch that was not."""

    status: int
    """As the question alone would have been answered."""
    problem: Problem


class Batch(BaseModel):
    """One for each question, in their order."""

    items: list[Begun | NotBegun]


@router.post(
    "",
    summary="Check a film or photo",
    response_class=JSONResponse,
    responses={
        200: {"model": Report, "headers": _DONE},
        202: {"model": Evidence, "content": {"application/json": {"example": EXAMPLE}}, "headers": _LATER},
        **described(400, 403, 404, 413, 422, 503, 507),
    },
    openapi_extra={"requestBody": {"required": True, "content": _BODY}},
)
async def validate(
    request: Request,
    desk: Serving,
    key: Key,
    prefer: Annotated[str | None, Header(examples=["wait=30"])] = None,
) -> Response:
    """200 with the report of a photo, or of a film that is done within `Prefer: wait=SECONDS`.

    Else 202, and `Location` says where the item is found; its `events` tell when it is done. A key with the
    scope `validate` alone may look there too, at what it sent itself; other files are absent to it.
    """
    wait = preferred_wait(prefer)
    if not _is_json(request):
        receipt = await received(request, desk, key, inline=("photo",))
        return await _followed(request, desk, receipt, wait)
    asked = question(await _body(request))
    claim = asked.claim(key, "POST /v1/validate")
    work = partial(take, desk, asked, claim, inline=("photo",))
    taken = await run_sync(work, limiter=_fetches(request) if asked.url else None)
    if isinstance(taken, Receipt):
        return await _followed(request, desk, taken, wait)
    return await _answer(desk, await finished(desk, taken.id, wait or 0), wait)


@router.post(
    "/batch",
    summary="Check many files",
    status_code=202,
    response_class=JSONResponse,
    responses={202: {"model": Batch}, **described(400, 413, 422, 503, 507)},
    openapi_extra={"requestBody": {"required": True, "content": _SEVERAL}},
)
async def validate_batch(request: Request, desk: Serving, key: Key) -> Response:
    """Up to 100 files that are here already or are to be fetched; each is told on its own.

    What was taken on is at its `location`, and is examined after what somebody waits for. A question that
    was not taken on says why; with an `Idempotency-Key` the same batch may be sent again for those.
    """
    asked = several(await _body(request))
    operation = "POST /v1/validate/batch"
    whole = Claim(key, operation, fingerprint(asked=[each.claim(None, "").fingerprint for each in asked]))
    await run_sync(bind, desk, whole)
    until = time.monotonic() + desk.wiring.settings.fetch_seconds
    found: list[dict[str, Any]] = [{} for _ in asked]

    async def one(place: int) -> None:
        claim = asked[place].claim(key, f"{operation}/{place}")
        work = partial(_begun, request, desk, asked[place], claim, until)
        found[place] = await run_sync(work, limiter=_fetches(request))

    async with create_task_group() as group:
        for place in range(len(asked)):
            group.start_soon(one, place)
    return JSONResponse({"items": found}, 202)


def _begun(request: Request, desk: Desk, asked: Question, claim: Claim, until: float) -> dict[str, Any]:
    """What became of one question of a batch."""
    try:
        taken = take(desk, asked, claim, until=until, batch=True)
    except Exception as error:  # noqa: BLE001 - whatever it is, the others go on
        problem = told_problem(request, error, language(request))
        return {"status": problem.status, "problem": problem.model_dump(mode="json", exclude_none=True)}
    made = taken.item if isinstance(taken, Receipt) else taken
    if isinstance(taken, Receipt):
        count(request, made, replayed=taken.replayed)
    return {
        "status": 202,
        "location": item.links(made.id)["self"],
        "item": item.shown(made, own_only=desk.caller.sees_own_only),
    }


async def _followed(request: Request, desk: Desk, receipt: Receipt, wait: float | None) -> Response:
    """The answer for an item that was made for this request."""
    count(request, receipt.item, replayed=receipt.replayed)
    found = receipt.item
    if found.kind == "photo" and not receipt.replayed:
        found = await run_sync(examine, desk, found.id, limiter=_limiter(request))
    elif found.kind == "photo" or wait is not None:
        found = await finished(desk, found.id, 30 if wait is None else wait)
    else:
        answer = replied(receipt.reply)
        answer.status_code = 202
        answer.headers["Retry-After"] = RETRY
        return answer
    return await _answer(desk, found, wait)


async def _answer(desk: Desk, found: Item, wait: float | None) -> Response:
    headers = {"Location": item.links(found.id)["self"]}
    if wait is not None:
        headers["Preference-Applied"] = f"wait={wait:.0f}"
    if not found.state.final:
        told = item.shown(found, own_only=desk.caller.sees_own_only)
        return JSONResponse(told, 202, {**headers, "Retry-After": RETRY})
    viewing.answered(found)
    return JSONResponse(await run_sync(viewing.report, desk, found.id), 200, headers)


def _is_json(request: Request) -> bool:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == "application/json"


async def _body(request: Request) -> bytes:
    """A JSON body. Raises `LongBodyError`."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_JSON:
            raise LongBodyError(MOST_JSON)
    return bytes(body)


def _limiter(request: Request) -> CapacityLimiter:
    """As many photos at a time as the machine has room for; the others wait for their turn."""
    return request.app.state.photos


def _fetches(request: Request) -> CapacityLimiter:
    """As many fetches at a time, so that slow hosts do not take all threads."""
    return request.app.state.fetches
