"""A packet is asked for, made and kept: at once at a terminal, by the worker where it was asked over HTTP.

A plan that would break a limit, or lacks what the channel asks for, is refused before anything is made. What
was made is held against the limits once more, packed with its manifest, stored under its hash and noted in
the log of the case and of every file that it shows. Originals are only read.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel, ConfigDict, Field

from api import certificate, idempotency, item, testimony
from api.caller import WORKER, Caller
from api.cases import Dossier, gather, stream_of, streams_of
from api.errors import ApiError, MissingPacketError, PacketNotMadeError, PacketRefusedError
from api.holding import hold
from api.idempotency import Claim, Reply
from api.identity.directory import tenants
from api.packing import offering
from api.packing.filling import Order, Progress
from api.packing.offering import Offer
from api.packing.packed import pack
from api.words import Lang, words
from evidence.check import RefusedError
from evidence.fault import FaultError
from evidence.model import Saying, rfc3339, say
from storage.errors import ConflictError, StorageError
from storage.rows import Reading, Row, Unit

if TYPE_CHECKING:
    from api.desk import Desk, Wiring

KIND: Final = "packet"
WAITING, MAKING, MADE, REFUSED, BROKEN = "waiting", "making", "made", "refused", "broken"
ABANDONED: Final = timedelta(minutes=30)
"""After it whoever was making it is taken to be gone, and it is made anew; made twice it is the same."""
MOST_STARTS: Final = 3

log = logging.getLogger(__name__)


class Wish(BaseModel):
    """For which channel, and how."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    channel: str = Field(alias="for", max_length=128, examples=["ebay.payment_dispute"])
    """`ruleset.packet`, or one of both where that is enough."""
    without: tuple[str, ...] = Field(default=(), max_length=200)
    """Exhibits to leave out."""
    incomplete: bool = False
    """Although something is lacking that the channel asks for."""
    lang: Lang | None = None
    """Of the statement; that of the channel unless told."""


def listed(desk: Desk, case_id: str) -> dict[str, Any]:
    """What would go to each channel, and the packets that were asked for, the newest first.

    Raises as `cases.gather`.
    """
    with desk.begin() as unit:
        found = gather(desk, unit, case_id)
        rows = unit.find(KIND, {"case": case_id}, limit=200).rows
        desk.note(unit, stream_of(case_id), "packets.viewed")
    return {
        "items": [row.body for row in rows],
        "channels": [offer.told() for offer in offering.offers(desk, found)],
    }


def one(reading: Reading, case_id: str, packet_id: str) -> Row:
    """The row of a packet.

    Raises:
        MissingPacketError: the case has none of that id.
    """
    row = reading.get(KIND, packet_id)
    if row is None or row.body["case"] != case_id:
        raise MissingPacketError(packet_id)
    return row


def made(reading: Reading, case_id: str, packet_id: str) -> dict[str, Any]:
    """The packet, which is made. Raises as `exported`."""
    body = one(reading, case_id, packet_id).body
    if body["state"] in {WAITING, MAKING}:
        raise PacketNotMadeError(say("The packet is being made; ask again in a moment."))
    if body["state"] != MADE:
        raise PacketNotMadeError(Saying.model_validate(body["reasons"][0]))
    return body


def ask(desk: Desk, case_id: str, wish: Wish, claim: Claim) -> Reply:
    """Have the worker make a packet; the answer says where to look.

    Raises:
        UnknownChannelError: no ruleset names that channel.
        PacketRefusedError: it would break a limit, something is lacking that the channel asks for, or a row
            was changed behind the back of the custody log.
    """
    with desk.read() as reading:
        if reply := idempotency.recall(reading, claim):
            return reply
        found = gather(desk, reading, case_id)
    offer = _agreed(desk, found, wish)
    with desk.begin() as unit:
        if reply := idempotency.recall(unit, claim):
            return reply
        body = _begun(case_id, offer, wish, WAITING)
        unit.add(KIND, body["id"], body, facets=_facets(body))
        _note_asked(desk, unit, body)
        reply = Reply(202, body, {"Location": body["links"]["self"], "Retry-After": "2"})
        return idempotency.remember(unit, claim, reply)


def make(
    desk: Desk, case_id: str, wish: Wish, progress: Progress = lambda _number, _of, _name: None
) -> dict[str, Any]:
    """Make a packet now, and say what was made.

    Raises:
        UnknownChannelError, PacketRefusedError: as `ask`.
        RefusedError: a file would not be readable within its limits.
        FaultError, NoTypesetterError, NotTypesetError, StorageError: it could not be made.
    """
    with desk.begin() as unit:
        found = gather(desk, unit, case_id)
        offer = _agreed(desk, found, wish)
        # Where this process dies, the worker makes it later.
        body = {**_begun(case_id, offer, wish, MAKING), "begun_at": rfc3339(desk.now())}
        unit.add(KIND, body["id"], body, facets=_facets(body))
        _note_asked(desk, unit, body)
    return _carried_out(desk, body["id"], wish, progress)


def go_on(wiring: Wiring) -> int:
    """Make what waits; returns how many packets came to an end."""
    done = 0
    for tenant in tenants(wiring.rows):
        desk = wiring.desk(Caller(tenant, WORKER.actor))
        for row in _due(desk):
            wish = Wish.model_validate(row.body["wish"])
            try:
                if _taken(desk, row):
                    _carried_out(desk, row.id, wish, _telling(desk, row.id))
            except ConflictError:
                log.info("%s is made by somebody else", row.id)
                continue
            except (ApiError, RefusedError, FaultError):
                log.info("%s could not be made", row.id)
            except StorageError:
                log.exception("%s could not be stored", row.id)
                continue
            done += 1
    return done


def exported(desk: Desk, case_id: str, packet_id: str) -> dict[str, Any]:
    """The packet, which the log of the case now says has gone out.

    Raises:
        MissingPacketError: the case has none of that id.
        PacketNotMadeError: it is not made.
    """
    with desk.begin() as unit:
        body = made(unit, case_id, packet_id)
        detail = {"packet": packet_id, "for": body["for"], "digest": body["digest"]}
        desk.note(unit, stream_of(case_id), "packet.exported", detail)
        return body


def _agreed(desk: Desk, found: Dossier, wish: Wish) -> Offer:
    """What goes to the channel, found to be within its limits and what the custody logs have of it."""
    with desk.read() as reading:
        altered = testimony.doubt(reading, streams_of(found).values())
    to = offering.channel(desk, found.ruleset.rules, wish.channel)
    offer = offering.offer(desk, found, to, without=frozenset(wish.without), lang=wish.lang)
    reasons = ((altered,) if altered else ()) + offer.refusals
    if not wish.incomplete:
        reasons += offer.planned.lacking
    if reasons:
        raise PacketRefusedError(reasons)
    return offer


def _begun(case_id: str, offer: Offer, wish: Wish, state: str) -> dict[str, Any]:
    packet_id = item.new_id("pk")
    own = f"/v1/cases/{case_id}/packets/{packet_id}"
    return {
        "id": packet_id,
        "case": case_id,
        "for": offer.channel.key,
        "title": offer.planned.packet.title.model_dump(),
        "of": offer.channel.rules.title.model_dump(),
        "state": state,
        "wish": wish.model_dump(mode="json", by_alias=True),
        "links": {"self": own, "content": f"{own}/content", "case": f"/v1/cases/{case_id}"},
    }


def _facets(body: dict[str, Any]) -> dict[str, str]:
    return {"case": body["case"], "state": body["state"]}


def _note_asked(desk: Desk, unit: Unit, body: dict[str, Any]) -> None:
    detail = {"packet": body["id"], "for": body["for"], "without": list(body["wish"]["without"])}
    desk.note(unit, stream_of(body["case"]), "packet.asked", detail)


# in the worker


def _due(desk: Desk) -> Iterator[Row]:
    with desk.read() as reading:
        rows = [
            row
            for state in (WAITING, MAKING)
            for row in reading.find(KIND, {"state": state}, newest_first=False, limit=200).rows
        ]
    for row in rows:
        begun = row.body.get("begun_at")
        # Also what was begun long after now: before the clock was set back, by nobody knows whom.
        apart = abs(desk.now() - datetime.fromisoformat(begun)) if begun else timedelta(0)
        if row.body["state"] == WAITING or apart > ABANDONED:
            yield row


def _taken(desk: Desk, row: Row) -> bool:
    """Whether it is ours to make now; one that broke too often is ended."""
    starts = int(row.body.get("starts", 0)) + 1
    body = {**row.body, "state": MAKING, "starts": starts, "begun_at": rfc3339(desk.now())}
    if starts > MOST_STARTS:
        broken = say("Making it broke each time; try again, and report it if it happens again.")
        body |= {"state": BROKEN, "reasons": [broken.model_dump(mode="json")]}
    with desk.begin() as unit:
        unit.replace(KIND, row.id, body, version=row.version, facets=_facets(body))
    return starts <= MOST_STARTS


def _telling(desk: Desk, packet_id: str) -> Progress:
    """What keeps in the row which file is being made, for whoever looks meanwhile."""

    def tell(number: int, of: int, name: str) -> None:
        with desk.begin() as unit:
            if row := unit.get(KIND, packet_id):
                body = {**row.body, "progress": {"number": number, "of": of, "name": name}}
                unit.replace(KIND, row.id, body, version=row.version, facets=_facets(body))

    return tell


def _carried_out(desk: Desk, packet_id: str, wish: Wish, progress: Progress) -> dict[str, Any]:
    with desk.read() as reading:
        row = reading.get(KIND, packet_id)
        assert row is not None  # noqa: S101 - nothing removes it while it is made but a purge of its case
        found = gather(desk, reading, row.body["case"])
    try:
        offer = _agreed(desk, found, wish)
        with desk.wiring.workspace() as folder:
            told = words(offer.written.lang)
            signer = certificate.of(desk.wiring.settings, desk.now())
            order = Order(desk, found, offer.planned, offer.written, told, signer)
            packed = pack(order, offer, row.id, folder, progress)
            with desk.blobs.stage() as staging, packed.zip.open("rb") as zipped:
                shutil.copyfileobj(zipped, staging, 1 << 20)
                staging.commit(packed.digest)
    except (ApiError, RefusedError, FaultError) as error:
        _ended(desk, row, _failed(error), {})
        raise
    made = {
        "state": MADE,
        "made_at": packed.manifest["made_at"],
        "digest": packed.digest,
        "size": packed.size,
        "manifest": packed.manifest,
    }
    return _ended(desk, row, made, packed.sources())


def _failed(error: ApiError | RefusedError | FaultError) -> dict[str, Any]:
    reasons = error.reasons if isinstance(error, PacketRefusedError) else (error.says,)
    state = BROKEN if isinstance(error, FaultError) else REFUSED
    return {"state": state, "reasons": [each.model_dump(mode="json") for each in reasons]}


def _ended(desk: Desk, row: Row, more: dict[str, Any], sources: Mapping[str, list[str]]) -> dict[str, Any]:
    """Keep how it ended; the log of the case, and of each file that is shown, says so."""
    body = {**row.body, **more}
    told = {name: body[name] for name in ("id", "for", "digest", "size") if name in body}
    with desk.begin() as unit:
        case = gather(desk, unit, row.body["case"]).case
        if body["state"] == MADE:
            hold(desk.blobs, unit, body["digest"])
        current = unit.get(KIND, row.id)
        version = row.version if current is None else current.version
        unit.replace(KIND, row.id, body, version=version, facets=_facets(body))
        event = "packet.made" if body["state"] == MADE else f"packet.{body['state']}"
        desk.note(unit, stream_of(body["case"]), event, told)
        for exhibit in case.exhibits:
            if files := sources.get(exhibit.id):
                detail = {"case": case.id, "packet": row.id, "for": body["for"], "files": files}
                desk.note(unit, item.stream_of(exhibit.evidence_id), "packet.made", detail)
    return body
