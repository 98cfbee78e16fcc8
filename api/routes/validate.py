"""`/v1/validate`: is this file sound? A photo is answered at once, a film when it is done."""

from __future__ import annotations

from typing import Annotated, Any, Final

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from fastapi import APIRouter, Header, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, ValidationError

from api import item, viewing
from api.desk import Desk
from api.errors import MalformedError, UnsupportedError
from api.examination import examine
from api.following import finished, preferred_wait
from api.guard import MOST_JSON
from api.item import Item
from api.problems import described
from api.receiving import received
from api.routes.asking import Key, Serving, replied
from api.routes.evidence import EXAMPLE, FORM, Evidence, count
from evidence.model import Report, say

router = APIRouter(prefix="/v1/validate", tags=["validate"])

_BODY: Final[dict[str, Any]] = {
    **FORM,
    "application/json": {
        "schema": {
            "type": "object",
            "properties": {
                "evidence_id": {"type": "string"},
                "url": {"type": "string", "description": "Not yet."},
            },
        },
        "example": {"evidence_id": "ev_3f9c2a7b1d5e8f604c21"},
    },
}


class Question(BaseModel):
    """Which file that is here already."""

    model_config = ConfigDict(extra="forbid")

    evidence_id: str | None = None
    url: str | None = None


@router.post(
    "",
    summary="Check a film or photo",
    response_class=JSONResponse,
    responses={
        200: {"model": Report},
        202: {"model": Evidence, "content": {"application/json": {"example": EXAMPLE}}},
        **described(400, 404, 413, 422, 501, 503, 507),
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

    Else 202, and `Location` says where the item is found; its `events` tell when it is done.
    """
    wait = preferred_wait(prefer)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() == "application/json":
        found = await run_sync(viewing.look_up, desk, await _asked(request))
        return await _answer(desk, await finished(desk, found.id, wait or 0), wait)
    receipt = await received(request, desk, key, inline=("photo",))
    count(request, receipt.item, replayed=receipt.replayed)
    found = receipt.item
    if found.kind == "photo" and not receipt.replayed:
        found = await run_sync(examine, desk, found.id, limiter=_limiter(request))
    elif found.kind == "photo" or wait is not None:
        found = await finished(desk, found.id, 30 if wait is None else wait)
    else:
        answer = replied(receipt.reply)
        answer.status_code = 202
        return answer
    return await _answer(desk, found, wait)


async def _answer(desk: Desk, found: Item, wait: float | None) -> Response:
    headers = {"Location": item.links(found.id)["self"]}
    if wait is not None:
        headers["Preference-Applied"] = f"wait={wait:.0f}"
    if not found.state.final:
        return JSONResponse(item.shown(found), 202, {**headers, "Retry-After": "1"})
    viewing.answered(found)
    return JSONResponse(await run_sync(viewing.report, desk, found.id), 200, headers)


async def _asked(request: Request) -> str:
    """The id in a JSON body.

    Raises:
        MalformedError: the body is no question.
        UnsupportedError: it asks for a file elsewhere.
    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_JSON:
            raise MalformedError(say("The JSON body is too long."))
    try:
        question = Question.model_validate_json(bytes(body))
    except ValidationError as error:
        raise MalformedError(
            say("Send a JSON object with evidence_id, or the file itself as a form.")
        ) from error
    if question.evidence_id is not None:
        return question.evidence_id
    if question.url is not None:
        raise UnsupportedError(say("Files cannot be fetched from an address yet; send the file itself."))
    raise MalformedError(say("Send a JSON object with evidence_id, or the file itself as a form."))


def _limiter(request: Request) -> CapacityLimiter:
    """As many photos at a time as the machine has room for; the others wait for their turn."""
    return request.app.state.photos
