"""`/v1/evidence`: files that were sent, their reports, pictures and progress."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any, Final

from anyio.to_thread import run_sync
from fastapi import APIRouter, Header, Path, Query, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from pydantic import BaseModel

from api import confirming, item, recognising, searching, viewing
from api.confirming import ConfirmationShown
from api.download import PLAYED, POLICY, attachment, linked
from api.examination import cancel
from api.following import events
from api.item import CaseRef, Item, Standing, State
from api.problems import described, language
from api.reading import read
from api.receiving import received
from api.recognising import DuplicateShown
from api.routes.asking import Key, Serving, replied
from evidence.model import Expectation, Report, Utc, Verdict

router = APIRouter(prefix="/v1/evidence", tags=["evidence"])

EvidenceId = Annotated[str, Path(examples=["ev_3f9c2a7b1d5e8f604c21"], max_length=64)]
EXAMPLE: Final[dict[str, Any]] = {
    "id": "ev_3f9c2a7b1d5e8f604c21",
    "digest": "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "size": 48211377,
    "name": "IMG_1.MOV",
    "kind": "video",
    "profile": "unboxing",
    "expected": {},
    "received_at": "2026-11-21T08:11:02Z",
    "state": "received",
    "links": item.links("ev_3f9c2a7b1d5e8f604c21"),
}
FORM: Final[dict[str, Any]] = {
    "multipart/form-data": {
        "schema": {
            "type": "object",
            "required": ["file"],
            "properties": {
                "file": {"type": "string", "format": "binary", "description": "The film or photo."},
                "profile": {"type": "string", "enum": ["unboxing", "defect_photo", "label_photo"]},
                "expect": {
                    "type": "string",
                    "contentMediaType": "application/json",
                    "description": "What the order says and which faces were asked for when, as JSON.",
                },
                "case_id": {
                    "type": "string",
                    "description": "The case that it is for, whose printed slip is expected in it. "
                    "It is made an exhibit by a request of its own.",
                },
                "sha256": {
                    "type": "string",
                    "pattern": "^(sha256:)?[0-9a-fA-F]{64}$",
                    "description": "What the file hashes to; other bytes are not taken in.",
                },
            },
        },
        "example": {
            "profile": "unboxing",
            "expect": '{"tracking_number": "SF1234567890123", "prompts": [{"face": "front", "at": 2.5}]}',
        },
    }
}


class Evidence(BaseModel):
    """An item of evidence."""

    id: str
    digest: str
    size: int
    name: str
    kind: str
    profile: str
    expected: Expectation
    received_at: Utc
    state: State
    verdict: Verdict | None = None
    finished_at: Utc | None = None
    refusal: dict[str, str] | None = None
    cases: list[CaseRef] = []
    """Where it is an exhibit."""
    still: str = ""
    """Digest of the picture that stands for it in a list; empty where there is none."""
    confirmation: ConfirmationShown | None = None
    """What a person said last where the check could not tell; only looking at one item shows it."""
    disputes: list[ConfirmationShown] = []
    """The faces that the check counted and a person disputes; likewise."""
    duplicates: list[DuplicateShown] = []
    """The files of yours that were sent earlier and show the same; likewise."""
    links: dict[str, str]


class StepShown(BaseModel):
    """One thing to do next."""

    does: str
    times: str
    """Where in the film; empty where it is about the whole of it."""


class ReadingShown(BaseModel):
    """A report as a person reads it, without its details."""

    verdict: Verdict
    word: str
    """The verdict, in one word or two."""
    lead: tuple[str, ...]
    """Why."""
    steps: tuple[StepShown, ...]
    """What matters most comes first."""


class EvidenceList(BaseModel):
    """One page; `next` goes into `after`, and is missing on the last one."""

    items: list[Evidence]
    next: str | None = None


@router.post(
    "",
    summary="Send a film or photo",
    status_code=201,
    response_class=JSONResponse,
    responses={
        201: {"model": Evidence, "content": {"application/json": {"example": EXAMPLE}}},
        **described(400, 404, 413, 422, 503, 507),
    },
    openapi_extra={"requestBody": {"required": True, "content": FORM}},
)
async def send(request: Request, desk: Serving, key: Key) -> Response:
    """Stores the file under its hash and queues its examination; follow it by its `events`.

    With `Priority: u=4` to `u=7` (RFC 9218) it is examined after what you sent without.
    """
    receipt = await received(request, desk, key)
    count(request, receipt.item, replayed=receipt.replayed)
    return replied(receipt.reply)


def count(request: Request, found: Item, *, replayed: bool) -> None:
    if not replayed:
        request.app.state.metrics.received_bytes.inc(found.size)


@router.get(
    "",
    summary="List what was sent",
    response_class=JSONResponse,
    responses={200: {"model": EvidenceList}, **described(400, 422)},
)
def listed(
    desk: Serving,
    *,
    q: Annotated[str, Query(max_length=512)] = "",
    standing: Standing | None = None,
    state: State | None = None,
    digest: Annotated[str, Query(max_length=71)] = "",
    since: Utc | None = None,
    until: Utc | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    after: Annotated[str | None, Query(max_length=500)] = None,
) -> Response:
    """The newest first; of several filters all have to hold.

    `q` is an order number, a waybill or the last four or six characters of one, a SKU, a code that was
    read in the file, an id of the item or its case, or words of the file's name. `standing` is what the
    check said (`sound`, `flawed`, `review`), or `checking`, or `stopped` where there is no report. What
    came at `since` or later and before `until` is listed.
    """
    wish = searching.Wish(q, standing, state, digest, since, until)
    with desk.read() as reading:
        page = searching.find(reading, wish, after=after, limit=limit)
    items = [item.shown(item.item_of(row)) for row in page.rows]
    return JSONResponse({"items": items} | ({"next": page.next} if page.next else {}))


@router.get(
    "/{evidence_id}",
    summary="Look at one item",
    response_class=JSONResponse,
    responses={
        200: {"model": Evidence, "content": {"application/json": {"example": EXAMPLE}}},
        **described(404),
    },
)
def one(desk: Serving, evidence_id: EvidenceId) -> Response:
    """Its state is `received`, `examining`, `reported`, `refused` or `unverifiable`."""
    if desk.caller.sees_own_only:  # other files and cases are no business of theirs
        return JSONResponse(item.shown(viewing.look_up(desk, evidence_id), own_only=True))
    return JSONResponse({**confirming.look_up(desk, evidence_id), **recognising.look_up(desk, evidence_id)})


@router.get(
    "/{evidence_id}/report",
    summary="Read its report",
    response_class=JSONResponse,
    responses={200: {"model": Report}, **described(404, 409)},
)
def report(desk: Serving, evidence_id: EvidenceId) -> Response:
    """409 while the check is not finished; 404 with the reason where it gave no report."""
    return JSONResponse(viewing.report(desk, evidence_id))


@router.get(
    "/{evidence_id}/reading",
    summary="Read its report in words",
    responses=described(404, 409),
)
def in_words(request: Request, desk: Serving, evidence_id: EvidenceId) -> ReadingShown:
    """The verdict, why, and what to do next, in the language of `Accept-Language`; else as `report`."""
    found = read(Report.model_validate(viewing.report(desk, evidence_id)), language(request))
    return ReadingShown(
        verdict=found.verdict,
        word=found.word,
        lead=found.lead,
        steps=tuple(StepShown(does=step.does, times=step.times) for step in found.steps),
    )


@router.get(
    "/{evidence_id}/stills/{digest}",
    summary="Look at a picture of its report",
    response_class=Response,
    responses={200: {"content": {"image/jpeg": {}}}, **described(404, 409)},
)
def still(desk: Serving, evidence_id: EvidenceId, digest: Annotated[str, Path(max_length=71)]) -> Response:
    """Pictures are made by us from the film; originals are only handed out as attachments."""
    headers = {"Content-Security-Policy": POLICY, "ETag": f'"{digest}"'}
    return Response(viewing.still(desk, evidence_id, digest), media_type="image/jpeg", headers=headers)


@router.get(
    "/{evidence_id}/original",
    summary="Download the original",
    response_class=Response,
    responses={
        200: {"content": {"application/octet-stream": {}}},
        206: {},
        307: {},
        416: {},
        **described(404),
    },
)
def original(
    desk: Serving,
    evidence_id: EvidenceId,
    range: Annotated[str | None, Header()] = None,  # noqa: A002 - the name of the header
) -> Response:
    """Byte for byte what was sent, as an attachment; one `Range` of bytes may be asked for.

    With `SIXFACE_S3_LINKS` it is a redirection to a link of five minutes.
    """
    found = viewing.original(desk, evidence_id)
    if desk.wiring.settings.s3_links and (away := linked(desk.blobs, found.digest, name=found.name)):
        return away
    return attachment(desk.blobs, found.digest, name=found.name, asked=range)


@router.get(
    "/{evidence_id}/content",
    summary="Play the original",
    response_class=Response,
    responses={
        200: {"content": {"video/*": {}, "image/*": {}, "application/octet-stream": {}}},
        206: {},
        416: {},
        **described(404),
    },
)
def content(
    desk: Serving,
    evidence_id: EvidenceId,
    range: Annotated[str | None, Header()] = None,  # noqa: A002 - the name of the header
) -> Response:
    """The same bytes as `original` for a player, under the type of a film where the check has found one.

    It comes from here always, one `Range` at a time; what one player asks for within an hour is one entry of
    the custody log. A browser that is sent here by a link still saves a file, and runs nothing.
    """
    found = viewing.once(desk, evidence_id, "original.played")
    kind = PLAYED.get(found.container)
    return attachment(desk.blobs, found.digest, name=found.name, asked=range, kind=kind)


@router.delete(
    "/{evidence_id}/examination",
    summary="Cancel its examination",
    response_class=JSONResponse,
    responses={200: {"model": Evidence}, **described(404, 503)},
)
def cancelled(desk: Serving, evidence_id: EvidenceId) -> Response:
    """The file stays, as `refused` with the code `cancelled`; what is finished already stays as it is."""
    return JSONResponse(item.shown(cancel(desk, evidence_id)))


@router.get(
    "/{evidence_id}/events",
    summary="Follow its examination",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {}}}, **described(404)},
)
async def follow(request: Request, desk: Serving, evidence_id: EvidenceId) -> Response:
    """Server-sent events: `progress` (`share` 0 to 1 or null, `at` in seconds), then `done` or `failed`."""
    await run_sync(viewing.look_up, desk, evidence_id)
    told: AsyncIterator[bytes] = events(desk, evidence_id, language(request))
    return StreamingResponse(told, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})
