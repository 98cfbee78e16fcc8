"""`/v1/cases/{id}/packets`: what a channel would get of a case, and packets that are made to fit."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Body, Header, Path, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict

from api.download import attachment, handed
from api.guard import MOST_JSON
from api.packing import making, members
from api.packing.making import Wish
from api.problems import described
from api.routes.asking import Key, Serving, claim, replied
from api.routes.cases import CaseId

router = APIRouter(prefix="/v1/cases", tags=["packets"], default_response_class=JSONResponse)

PacketId = Annotated[str, Path(examples=["pk_7d1e5f3a9b2c4d6e8f01"], max_length=64)]
_ZIP: Final[dict[int | str, dict[str, Any]]] = {200: {"content": {"application/zip": {}}}}


class Packet(BaseModel):
    """A packet that was asked for; with `state` made it has `digest`, `size` (of the zip) and `manifest`."""

    model_config = ConfigDict(extra="allow")

    id: str
    case: str
    state: Literal["waiting", "making", "made", "refused", "broken"]
    digest: str | None = None
    size: int | None = None
    progress: dict[str, Any] | None = None
    """While it is made: `number` of the file that is being made, `of` how many, and its `name`."""
    manifest: dict[str, Any] | None = None
    """Every file with sources, hashes, command lines and settings; the statement; what was left out."""
    reasons: list[dict[str, Any]] = []
    """Why it was refused or broke."""
    links: dict[str, str]


class PacketList(BaseModel):
    """Packets that were asked for, the newest first, and every channel with what would go to it."""

    items: list[Packet]
    channels: list[dict[str, Any]]


@router.post(
    "/{case_id}/packets",
    summary="Have a packet made for a channel",
    status_code=202,
    max_body_size=MOST_JSON,
    responses={202: {"model": Packet}, **described(400, 404, 409, 413, 422)},
)
def asked(
    request: Request,
    desk: Serving,
    key: Key,
    case_id: CaseId,
    wish: Annotated[Wish, Body(examples=[{"for": "ebay.payment_dispute"}])],
) -> Response:
    """Films and photos are made to fit, never cut. 409 names why it cannot be, or what is lacking.

    The worker makes it; `Location` says how it stands.
    """
    wanted = claim(request, key, asked=wish.model_dump(mode="json"))
    return replied(making.ask(desk, case_id, wish, wanted))


@router.get(
    "/{case_id}/packets",
    summary="What would each channel get?",
    responses={200: {"model": PacketList}, **described(404)},
)
def listed(desk: Serving, case_id: CaseId) -> Response:
    """Before anything is made: what goes in, what stays out and why, what does not fit, and the statement."""
    return JSONResponse(making.listed(desk, case_id))


@router.get(
    "/{case_id}/packets/{packet_id}",
    summary="Is the packet made?",
    responses={200: {"model": Packet}, **described(404)},
)
def one(desk: Serving, case_id: CaseId, packet_id: PacketId) -> Response:
    """Its state, and once it is made its manifest."""
    with desk.read() as reading:
        return JSONResponse(making.one(reading, case_id, packet_id).body)


@router.get(
    "/{case_id}/packets/{packet_id}/content",
    summary="Download a packet",
    response_class=Response,
    responses={**_ZIP, 206: {}, 416: {}, **described(404, 409)},
)
def content(
    desk: Serving,
    case_id: CaseId,
    packet_id: PacketId,
    range: Annotated[str | None, Header()] = None,  # noqa: A002 - the name of the header
) -> Response:
    """A zip with the files, the statement and the manifest; that it went out is in the log of the case."""
    made = making.exported(desk, case_id, packet_id)
    name = f"sixface-{case_id}-{made['for']}.zip"
    return attachment(desk.blobs, made["digest"], name=name, asked=range, kind="application/zip")


@router.get(
    "/{case_id}/packets/{packet_id}/files/{name}",
    summary="Download one file of a packet",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}}, **described(404, 409)},
)
def file(
    desk: Serving, case_id: CaseId, packet_id: PacketId, name: Annotated[str, Path(max_length=128)]
) -> Response:
    """As the manifest names it, or `letter.txt` or `manifest.json`; each is noted in the log of the case."""
    found = members.member(desk, case_id, packet_id, name)
    return handed(found.pieces, found.size, name=name)
