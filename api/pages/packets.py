"""From a case to what a channel is sent: one channel looked at, a packet asked for, and what came of it.

The forms work alone; htmx asks again while a packet is made, and without scripts the page does so itself.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Body, Query, Request
from fastapi.responses import RedirectResponse, Response, StreamingResponse

from api import cases, sealing
from api.errors import ApiError, MissingBundleError, MissingCaseError, MissingPacketError, PacketRefusedError
from api.misfits import BadFormError
from api.packaged import GUARDS
from api.packing import making, members, offering
from api.packing.making import Wish
from api.pages import case_view, channel_view, packet_view
from api.pages.case_page import shown
from api.pages.frame import absent, language, page
from api.pages.plain_form import MOST_SENT, Form, read
from api.problems import problem_of
from api.routes.asking import Serving
from api.words import words

if TYPE_CHECKING:
    from api.desk import Desk

router = APIRouter(include_in_schema=False)
Sent = Annotated[bytes, Body()]


@router.get("/cases/{case_id}/channels/{name}")
def channel(
    request: Request,
    desk: Serving,
    case_id: str,
    name: str,
    without: Annotated[tuple[str, ...], Query(max_length=200)] = (),
) -> Response:
    """What would go to one channel, before anything is made."""
    try:
        return _channel(request, desk, case_id, Wish.model_validate({"for": name, "without": without}))
    except (MissingCaseError, ApiError):
        return absent(request)


@router.post("/cases/{case_id}/packets", max_body_size=MOST_SENT)
def asked(request: Request, desk: Serving, case_id: str, body: Sent = b"") -> Response:
    """Have a packet made; what speaks against it is shown with the channel."""
    told = words(language(request))
    try:
        sent = read(body, desk.caller)
        wish = _wish(sent)
    except (BadFormError, ValueError):
        return absent(request)
    try:
        reply = making.ask(desk, case_id, wish, sent.claim(request))
    except PacketRefusedError as error:
        return _channel(request, desk, case_id, wish, error)
    except MissingCaseError:
        return absent(request)
    except ApiError as error:
        problem = problem_of(error, told)
        return shown(request, desk, case_id, problem.detail, problem.status)
    return RedirectResponse(f"{_home(case_id)}/packets/{reply.body['id']}", 303)


@router.get("/cases/{case_id}/packets/{packet_id}")
def packet(
    request: Request,
    desk: Serving,
    case_id: str,
    packet_id: str,
    *,
    part: Annotated[bool, Query(description="The part that changes alone, for who asks again.")] = False,
) -> Response:
    """A packet: how it stands, and once it is made all that is in it."""
    told = words(language(request))
    try:
        body = members.looked_at(desk, case_id, packet_id)
    except MissingPacketError:
        return absent(request)
    values: dict[str, Any] = {
        "part": part,
        "home": _home(case_id),
        "own": f"{_home(case_id)}/packets/{quote(packet_id, safe='')}",
        "content": body["links"]["content"],
        "files": f"{body['links']['self']}/files/",
        "bundle": _bundle(desk, case_id),
        **packet_view.standing(body, told),
    }
    if part:
        return page(request, "packet/standing.html", **values)
    with desk.read() as reading:
        case = cases.gather(desk, reading, case_id).case
    return page(request, "packet.html", named=case_view.named(case), **values)


@router.get("/cases/{case_id}/packets/{packet_id}/pictures/{name}")
def picture(request: Request, desk: Serving, case_id: str, packet_id: str, name: str) -> Response:
    """A photo of a packet as it will be sent: ours, a JPEG without metadata."""
    if name.rpartition(".")[2] not in {"jpg", "jpeg"}:
        return absent(request)
    try:
        found = members.member(desk, case_id, packet_id, name, members.SHOWN)
    except ApiError:
        return absent(request)
    headers = {**GUARDS, "Cache-Control": "no-store", "Content-Length": str(found.size)}
    return StreamingResponse(found.pieces, 200, headers, media_type="image/jpeg")


def _wish(sent: Form) -> Wish:
    """Raises `ValueError` where it is no wish."""
    return Wish.model_validate(
        {
            "for": sent.one("for"),
            "without": sent.every("without"),
            "incomplete": bool(sent.one("incomplete")),
            "lang": sent.one("lang") or None,
        }
    )


def _channel(
    request: Request,
    desk: Desk,
    case_id: str,
    wish: Wish,
    refused: PacketRefusedError | None = None,
) -> Response:
    """The page of a channel. Raises `MissingCaseError` and `UnknownChannelError`."""
    told = words(language(request))
    with desk.begin() as unit:
        found = cases.gather(desk, unit, case_id)
        desk.note(unit, cases.stream_of(case_id), "packets.viewed")
    to = offering.channel(desk, found.ruleset.rules, wish.channel)
    offer = offering.offer(desk, found, to, without=frozenset(wish.without))
    return page(
        request,
        "channel.html",
        409 if refused else 200,
        at=f"{_home(case_id)}/channels/{wish.channel}",
        home=_home(case_id),
        named=case_view.named(found.case),
        channel=channel_view.channel(offer, told),
        reasons=[told.say(each) for each in refused.reasons] if refused else (),
        files=tuple(case_view.files(found.case, told)),
        without=wish.without,
        packet_key=secrets.token_hex(16),
    )


def _bundle(desk: Desk, case_id: str) -> str:
    """Where the bundle is that was sealed last; empty where there is none."""
    with desk.read() as reading:
        try:
            return str(sealing.latest(reading, case_id)["links"]["self"])
        except MissingBundleError:
            return ""


def _home(case_id: str) -> str:
    return f"/cases/{quote(case_id, safe='')}"
