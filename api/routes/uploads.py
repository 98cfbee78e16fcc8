"""`/v1/uploads`: films in parts, resumable after anything. tus 1.0.0 (https://tus.io/protocols/resumable-upload).

Extensions: creation, expiration, termination, checksum. The whole film may come as one PATCH or as
many; 8 to 16 MiB each suit bad lines. Looking at an upload disturbs nobody. A new PATCH ends the one
before it, since after a lost connection the server may not have noticed yet.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import AsyncIterator
from contextlib import ExitStack
from email.utils import format_datetime
from time import monotonic
from typing import Annotated, Any, Final

from anyio import CancelScope, fail_after
from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Header, HTTPException, Path, Request
from fastapi.responses import JSONResponse, Response
from starlette.requests import ClientDisconnect

from api import uploading
from api.errors import BadUploadError, ChecksumError, HeldError, ProtocolError
from api.expecting import expectation
from api.form import MOST_FIELD, hex_digest, plain_name
from api.intake import Offer
from api.problems import described
from api.routes.asking import Key, Serving, claim, replied
from api.uploading import PROTOCOL, Sending, Standing
from evidence.model import say

PIECE: Final = 2 << 20
"""Bytes written at a time."""
LINGER: Final = 1.0
"""Seconds that bytes of a slow line wait for others before they are written."""
STALL: Final = 30.0
"""Seconds without a byte after which a connection is taken for lost."""
_NONE: Final[dict[str, Any]] = {"content": {}}
_HASHES: Final = ("sha1", "sha256")
"""Of parts; the protocol demands SHA-1, which suffices against a bad line."""


def speaks(tus_resumable: Annotated[str, Header(examples=[PROTOCOL])] = "") -> None:
    """Turn away who does not say that they speak this version."""
    if tus_resumable != PROTOCOL:
        raise ProtocolError(PROTOCOL)


router = APIRouter(prefix="/v1/uploads", tags=["uploads"])
tus: Final = Depends(speaks)
UploadId = Annotated[str, Path(examples=["up_3f9c2a7b1d5e8f604c21"], max_length=64, pattern="^[a-z0-9_]+$")]


@router.options("", summary="What is understood", status_code=204, response_class=Response)
@router.options("/{upload_id}", include_in_schema=False)
def understood(desk: Serving) -> Response:
    """Version, extensions and largest file, in the headers."""
    headers = {
        "Tus-Version": PROTOCOL,
        "Tus-Extension": "creation,expiration,termination,checksum",
        "Tus-Max-Size": str(desk.wiring.settings.most_bytes),
        "Tus-Checksum-Algorithm": ",".join(_HASHES),
    }
    return Response(status_code=204, headers=headers)


@router.post(
    "",
    summary="Announce a film",
    status_code=201,
    response_class=JSONResponse,
    dependencies=[tus],
    responses=described(400, 404, 412, 413, 422, 429, 507),
)
def announce(
    request: Request,
    desk: Serving,
    key: Key,
    upload_length: Annotated[str, Header(description="Bytes of the file.", pattern=r"^\d{1,15}$")],
    upload_metadata: Annotated[
        str,
        Header(
            description="Pairs of a name and a base64 text: filename, profile, expect, case_id, sha256.",
            examples=["filename SU1HXzEuTU9W,profile dW5ib3hpbmc="],
            max_length=2 * MOST_FIELD,
        ),
    ] = "",
) -> Response:
    """Its `Location` takes the bytes. With `sha256`, other bytes are not taken in."""
    offer = _offer(upload_metadata)
    asked = claim(request, key, length=upload_length, metadata=upload_metadata)
    reply = uploading.announce(desk, offer, int(upload_length), asked)
    answer = replied(reply)
    _expiring(answer, uploading.find(desk, reply.body["id"]))
    return answer


@router.get("/{upload_id}", summary="Look at an upload", responses=described(404, 422, 423))
def shown(desk: Serving, upload_id: UploadId) -> Response:
    """As JSON; `links.evidence` is there once it is stored. Nothing is changed by it."""
    standing = uploading.look(desk, upload_id)
    return JSONResponse(uploading.shown(standing.arrival, standing.offset))


@router.head(
    "/{upload_id}",
    summary="How far is it?",
    dependencies=[tus],
    response_class=Response,
    responses={200: _NONE, **described(404, 412, 422, 423)},
)
def offset(desk: Serving, upload_id: UploadId) -> Response:
    """`Upload-Offset` equals `Upload-Length` once the item is stored, and not before.

    Who sends goes on sending. What a lost connection left whole is stored now.
    """
    return _told(uploading.look(desk, upload_id, finish=True), 200)


@router.patch(
    "/{upload_id}",
    summary="Send the next bytes",
    status_code=204,
    dependencies=[tus],
    response_class=Response,
    responses=described(400, 404, 409, 412, 415, 422, 423, 503, 507),
    openapi_extra={
        "requestBody": {
            "content": {"application/offset+octet-stream": {"schema": {"type": "string", "format": "binary"}}}
        }
    },
)
async def send(
    request: Request,
    desk: Serving,
    upload_id: UploadId,
    upload_offset: Annotated[str, Header(pattern=r"^\d{1,15}$")],
    upload_checksum: Annotated[str | None, Header(max_length=200)] = None,
) -> Response:
    """The last part is answered when the film is stored; `Content-Location` then names the evidence."""
    if request.headers.get("content-type", "") != "application/offset+octet-stream":
        raise HTTPException(415)
    wanted = _checksum(upload_checksum)
    await run_sync(uploading.find, desk, upload_id)
    standing: Standing | None = None
    with CancelScope() as scope:
        _take_over(request, upload_id, scope)
        try:
            standing = await _sent(request, desk, upload_id, int(upload_offset), wanted)
        except ClientDisconnect:
            return Response(status_code=408)
        finally:
            if _under_way(request).get(upload_id) is scope:
                del _under_way(request)[upload_id]
    if standing is None:  # a later request took the upload over; nobody listens here
        raise HeldError
    return _told(standing, 204)


@router.delete(
    "/{upload_id}",
    summary="Give an upload up",
    status_code=204,
    dependencies=[tus],
    response_class=Response,
    responses=described(404, 412, 423),
)
async def abandon(request: Request, desk: Serving, upload_id: UploadId) -> Response:
    """What came is removed; a film that was stored already stays."""
    await run_sync(uploading.find, desk, upload_id)
    _take_over(request, upload_id)

    def end() -> None:
        with uploading.continuing(desk, upload_id) as sending:
            sending.abandon()

    await run_sync(end)
    return Response(status_code=204)


async def _sent(
    request: Request, desk: Serving, upload_id: str, offset: int, wanted: tuple[str, bytes] | None
) -> Standing | None:
    """The bytes of this request taken in; None where a later request took the upload over."""
    held = ExitStack()
    standing: Standing | None = None
    try:
        sending = await run_sync(held.enter_context, uploading.continuing(desk, upload_id))
        sending.expect(offset)
        await _feed(request, sending, wanted)
        with CancelScope(shield=True):
            standing = await run_sync(sending.settled)
    finally:
        with CancelScope(shield=True):
            await run_sync(held.close)
    return standing


async def _feed(request: Request, sending: Sending, wanted: tuple[str, bytes] | None) -> None:
    """Write what comes; what came before a lost connection counts, unless it was to be checked."""
    found = hashlib.new(wanted[0], usedforsecurity=False) if wanted else None
    whole = False
    if wanted:
        sending.provisionally()
    try:
        async for piece in _pieces(request):
            if found is not None:
                found.update(piece)
            with CancelScope(shield=True):
                await run_sync(sending.write, piece)
            request.app.state.metrics.received_bytes.inc(len(piece))
        whole = True
    finally:
        if wanted and found and not (whole and found.digest() == wanted[1]):
            with CancelScope(shield=True):
                await run_sync(sending.undo)
    if wanted and found and found.digest() != wanted[1]:
        raise ChecksumError


async def _pieces(request: Request) -> AsyncIterator[bytearray]:
    """The body in pieces of `PIECE`, smaller ones where it flows slowly; also the last one of a lost line."""
    waiting = bytearray()
    since = monotonic()
    stream = request.stream()
    lost: Exception | None = None
    while True:
        try:
            with fail_after(STALL):
                chunk = await anext(stream)
        except StopAsyncIteration:
            break
        except (ClientDisconnect, TimeoutError) as error:
            lost = error
            break
        waiting += chunk
        if len(waiting) >= PIECE or monotonic() - since > LINGER:
            yield waiting
            waiting = bytearray()
            since = monotonic()
    if waiting:
        yield waiting
    if lost is not None:
        raise ClientDisconnect from lost


def _under_way(request: Request) -> dict[str, CancelScope]:
    """The requests that send right now, by their upload."""
    return request.app.state.uploads


def _take_over(request: Request, upload_id: str, scope: CancelScope | None = None) -> None:
    """End the request that sends to that upload, and take its place."""
    before = _under_way(request).pop(upload_id, None)
    if before is not None:
        before.cancel()
    if scope is not None:
        _under_way(request)[upload_id] = scope


def _told(standing: Standing, status: int) -> Response:
    arrival = standing.arrival
    headers = {"Upload-Offset": str(standing.offset), "Upload-Length": str(arrival.length)}
    if arrival.evidence_id is not None:
        headers["Content-Location"] = uploading.links(arrival.evidence_id)["self"]
    answer = Response(status_code=status, headers=headers)
    _expiring(answer, arrival)
    return answer


def _expiring(answer: Response, arrival: uploading.Arrival) -> None:
    answer.headers["Upload-Expires"] = format_datetime(arrival.expires_at, usegmt=True)


def _offer(metadata: str) -> Offer:
    said = dict(map(_pair, filter(None, (part.strip() for part in metadata.split(",")))))
    digest = said.get("sha256")
    return Offer(
        name=plain_name(said.get("filename") or said.get("name") or ""),
        profile=said.get("profile") or None,
        expected=expectation(said.get("expect") or "{}"),
        digest=hex_digest(digest) if digest else None,
        case_id=said.get("case_id") or None,
    )


def _pair(part: str) -> tuple[str, str]:
    name, _, value = part.partition(" ")
    try:
        return name, base64.b64decode(value, validate=True).decode("utf-8", "replace")
    except binascii.Error as error:
        raise BadUploadError(
            say("Upload-Metadata has pairs of a name and a base64 text, with commas between them.")
        ) from error


def _checksum(header: str | None) -> tuple[str, bytes] | None:
    """The hash and its value that a part is to have."""
    if header is None:
        return None
    name, _, value = header.partition(" ")
    try:
        digest: Any = base64.b64decode(value, validate=True)
    except binascii.Error:
        digest = b""
    if name not in _HASHES or len(digest) != hashlib.new(name, usedforsecurity=False).digest_size:
        raise BadUploadError(say("Upload-Checksum names sha1 or sha256, then the value in base64."))
    return name, digest
