"""What is sent to webhooks: kept until it arrived, tried again in growing pauses, then given up, and logged.

A message is written in the transaction that makes it, and sent afterwards; whoever sends it takes it for a
few minutes first, so that two workers do not. It keeps its `webhook-id` from try to try, so a receiver
that took it once knows it again.
"""

from __future__ import annotations

import http.client
import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Literal

from pydantic import BaseModel, Field

from api import hooks, item
from api.errors import BadAddressError, MissingDeliveryError
from api.item import Item
from api.reaching import looked_at, post
from claims.case import Moment
from evidence.model import Utc, Verdict
from storage.ledger import stamp
from storage.rows import Page, Reading, Row, Unit

if TYPE_CHECKING:
    from api.desk import Desk

KIND: Final = "delivery"
NEXT: Final = "next"
"""The facet by which what waits is ranked; what has ended has none."""
HOOK: Final = "webhook"
PAUSES: Final = tuple(timedelta(minutes=m) for m in (1, 5, 30, 120, 300))
"""Between one try and the next; after the last it is given up, nearly eight hours after it was made, before
the digest of the next day. Ours, after what Standard Webhooks recommends."""
_TAKEN: Final = timedelta(minutes=5)
"""For how long a message is in the hands of whoever sends it; a try is over in less than one."""
_LATEST: Final = PAUSES[-1] + _TAKEN
"""What is to be tried later than that was put off by a clock that was set back since: it is due."""
KEPT: Final = 100
"""Messages of one webhook in the log."""
_GONE: Final = 410

Sent = hooks.Event | Literal["webhook.test"]
State = Literal["waiting", "delivered", "given_up"]


class Try(BaseModel):
    """One attempt."""

    at: Moment
    status: int | None = None
    """Of the receiver's answer; None where there was none, or the address may not be sent to any more."""


class Delivery(BaseModel):
    """One message and what became of it."""

    id: str
    """The `webhook-id` under which the receiver sees it."""
    webhook: str
    type: Sent
    made_at: Moment
    state: State = "waiting"
    tries: tuple[Try, ...] = Field(default=(), max_length=len(PAUSES) + 1)
    next_at: Moment | None = None
    """When it is tried again; None where it has ended."""

    @property
    def delivered(self) -> bool:
        return self.state == "delivered"


def queue(desk: Desk, unit: Unit, hook: str, kind: Sent, data: BaseModel | None) -> str:
    """Write a message that is to be sent; returns its id."""
    now = desk.now()
    made = Delivery(id=item.new_id("msg"), webhook=hook, type=kind, made_at=now, next_at=now)
    told = {
        "type": kind,
        "timestamp": now.isoformat().replace("+00:00", "Z"),
        "data": {} if data is None else data.model_dump(mode="json", exclude_none=True),
    }
    body = {"delivery": made.model_dump(mode="json"), "text": json.dumps(told, ensure_ascii=False)}
    unit.add(KIND, made.id, body, _facets(made))
    return made.id


class Ended(BaseModel):
    """How an examination ended: enough to act on, and nothing that names a person."""

    id: str
    digest: str
    size: int
    kind: str
    profile: str
    state: item.State
    verdict: Verdict | None = None
    refusal: str | None = None
    """The code of the reason why there is no report."""
    received_at: Utc
    finished_at: Utc | None = None
    links: dict[str, str]


def announce(desk: Desk, unit: Unit, done: Item) -> None:
    """Write that the examination of `done` has ended, to every webhook that wants to hear of it."""
    kind: hooks.Event = "evidence.examined" if done.state is item.State.REPORTED else "evidence.refused"
    wanting = hooks.wanting(unit, kind)
    if not wanting:
        return
    told = done.model_dump(include=set(Ended.model_fields) - {"links", "refusal"})
    code = done.refusal.code if done.refusal else None
    ended = Ended(**told, refusal=code, links=item.links(done.id))
    for hook in wanting:
        queue(desk, unit, hook.id, kind, ended)


def send(desk: Desk, name: str) -> Delivery:
    """Try to send a message that waits, and note what became of it; one that has ended is left as it is.

    Raises:
        MissingDeliveryError: there is none of that id.
    """
    now = desk.now()
    with desk.begin() as unit:
        row = row_of(unit, name)
        made = delivery_of(row)
        if made.state != "waiting" or not _is_due(made, now):
            return made
        _put(unit, row, made.model_copy(update={"next_at": now + _TAKEN}))
        hook = unit.get(hooks.KIND, made.webhook)
    status = _posted(desk, hook, made.id, row.body["text"], now) if hook else None
    return _noted(desk, name, now, status)


def due(reading: Reading, now: datetime, limit: int = 50) -> list[str]:
    """What waits and may be tried now, the longest waiting first."""
    rows = reading.ranked(KIND, NEXT, limit=limit).rows
    return [row.id for row in rows if _is_due(delivery_of(row), now)]


def _is_due(made: Delivery, now: datetime) -> bool:
    return made.next_at is not None and not now < made.next_at <= now + _LATEST


def send_due(desk: Desk) -> int:
    """Try everything whose time has come; returns how many arrived.

    Where a receiver does not answer at all, what else waits for it is put off, so that it holds nobody up.
    """
    with desk.read() as reading:
        waiting = [delivery_of(row_of(reading, name)) for name in due(reading, desk.now())]
    arrived = 0
    silent: set[str] = set()
    for each in waiting:
        if each.webhook in silent:
            _put_off(desk, each.id)
            continue
        made = send(desk, each.id)
        arrived += made.delivered
        if made.tries and made.tries[-1].status is None:
            silent.add(made.webhook)
    return arrived


def _put_off(desk: Desk, name: str) -> None:
    """Have a message wait for a first pause without a try."""
    with desk.begin() as unit:
        row = unit.get(KIND, name)
        if row is not None and (made := delivery_of(row)).state == "waiting":
            _put(unit, row, made.model_copy(update={"next_at": desk.now() + PAUSES[0]}))


def again(desk: Desk, hook: str, name: str) -> Delivery:
    """Send a message once more that was given up or not taken, now.

    Raises:
        MissingDeliveryError: that webhook has none of that id, or its text is not kept any more.
    """
    with desk.begin() as unit:
        row = row_of(unit, name)
        made = delivery_of(row)
        if made.webhook != hook or not row.body["text"]:
            raise MissingDeliveryError(name)
        _put(unit, row, made.model_copy(update={"state": "waiting", "tries": (), "next_at": desk.now()}))
    return send(desk, name)


def log_of(reading: Reading, hook: str, *, limit: int = 50, after: str | None = None) -> Page:
    """The rows of that webhook's messages, the newest first."""
    return reading.find(KIND, {HOOK: hook}, limit=limit, after=after)


def forget(unit: Unit, hook: str, *, but: int = 0) -> None:
    """Remove the messages of that webhook but the newest, and but what waits, unless all go."""
    for row in unit.find(KIND, {HOOK: hook}, limit=1000).rows[but:]:
        if not but or delivery_of(row).state != "waiting":
            unit.remove(KIND, row.id)


def delivery_of(row: Row) -> Delivery:
    return Delivery.model_validate(row.body["delivery"])


def row_of(reading: Reading | Unit, name: str) -> Row:
    row = reading.get(KIND, name)
    if row is None:
        raise MissingDeliveryError(name)
    return row


def _posted(desk: Desk, hook: Row, name: str, text: str, now: datetime) -> int | None:
    body = text.encode()
    try:
        target = looked_at(hook.body["hook"]["url"], inside=desk.wiring.settings.webhooks_inside)
        return post(target, body, hooks.headers(hook.body["secret"], name, now, body))
    except (BadAddressError, OSError, http.client.HTTPException):
        return None


def _noted(desk: Desk, name: str, now: datetime, status: int | None) -> Delivery:
    with desk.begin() as unit:
        row = unit.get(KIND, name)
        if row is None:  # the webhook was dropped meanwhile
            raise MissingDeliveryError(name)
        made = _after(delivery_of(row), Try(at=now, status=status))
        _put(unit, row, made)
        hooks.noted(unit, made.webhook, now, status, gone=status == _GONE)
        detail = {"type": made.type, "message": name, "status": status, "state": made.state}
        desk.note(unit, hooks.stream_of(made.webhook), "webhook.sent", detail)
        forget(unit, made.webhook, but=KEPT)
    return made


def _after(made: Delivery, tried: Try) -> Delivery:
    """The message after one more try."""
    tries = (*made.tries, tried)
    if hooks.arrived(tried.status):
        return made.model_copy(update={"state": "delivered", "tries": tries, "next_at": None})
    hopeless = tried.status == _GONE or made.type == "webhook.test"
    if hopeless or len(tries) > len(PAUSES):
        return made.model_copy(update={"state": "given_up", "tries": tries, "next_at": None})
    return made.model_copy(update={"tries": tries, "next_at": tried.at + PAUSES[len(tries) - 1]})


def _put(unit: Unit, row: Row, made: Delivery) -> None:
    body: dict[str, Any] = {**row.body, "delivery": made.model_dump(mode="json")}
    if made.delivered:
        body["text"] = ""  # the receiver has it; what it says of cases stays no longer than needed
    unit.replace(KIND, row.id, body, version=row.version, facets=_facets(made))


def _facets(made: Delivery) -> dict[str, str]:
    return {HOOK: made.webhook} | ({NEXT: stamp(made.next_at)} if made.next_at else {})
