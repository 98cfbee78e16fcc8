"""Webhooks: the digest of the board, sent to whoever asked for it, and signed.

Signed as Standard Webhooks does (`webhook-id`, `webhook-timestamp`, `webhook-signature: v1,…`). Sending is
asked for: by `sixface deadlines --push` in a timetable of the machine, or over HTTP. What became of the
last sending is kept beside the webhook.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import secrets
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from api import board, idempotency, item
from api.errors import BadAddressError, MissingHookError
from api.idempotency import Claim, Reply
from api.reaching import looked_at, post
from claims.case import Moment
from storage.rows import Reading, Row, Unit

if TYPE_CHECKING:
    from api.desk import Desk

KIND: Final = "webhook"
_PREFIX: Final = "whsec_"
_SECRET: Final = 32
"""Bytes of a secret, as Standard Webhooks recommends 24 to 64."""
_MOST: Final = 20
"""Webhooks of one tenant."""
Sent = Literal["deadlines.digest", "webhook.test"]


class NewHook(BaseModel):
    """Where to send to."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = Field(max_length=2000, examples=["https://example.com/sixface"])
    note: str = Field(default="", max_length=200)


class Hook(BaseModel):
    """A webhook; its secret is shown once, when it is made."""

    id: str
    url: str
    note: str = ""
    created_at: Moment
    last_sent_at: Moment | None = None
    last_status: int | None = None
    """Of the receiver's answer; None where there was none."""


class Delivery(BaseModel):
    """What became of one sending."""

    webhook: str
    delivered: bool
    status: int | None = None


def make(desk: Desk, wish: NewHook, claim: Claim) -> Reply:
    """Keep a webhook, and tell its secret.

    Raises:
        BadAddressError: it is none that may be sent to, or there are too many.
    """
    with desk.begin() as unit:
        if reply := idempotency.recall(unit, claim):
            return reply
        looked_at(wish.url, inside=desk.wiring.settings.webhooks_inside)
        if len(unit.find(KIND, limit=_MOST).rows) >= _MOST:
            raise BadAddressError(wish.url)
        hook = Hook(id=item.new_id("hook"), url=wish.url, note=wish.note, created_at=desk.now())
        secret = f"{_PREFIX}{base64.b64encode(secrets.token_bytes(_SECRET)).decode()}"
        unit.add(KIND, hook.id, {"hook": hook.model_dump(mode="json"), "secret": secret})
        desk.note(unit, f"webhook/{hook.id}", "webhook.made", {"url": wish.url})
        body = {**hook.model_dump(mode="json"), "secret": secret}
        return idempotency.remember(unit, claim, Reply(201, body))


def listed(reading: Reading) -> list[Hook]:
    """All of them, without their secrets."""
    return [Hook.model_validate(row.body["hook"]) for row in reading.find(KIND, limit=_MOST).rows]


def drop(desk: Desk, name: str) -> None:
    """Send there no more.

    Raises:
        MissingHookError: there is none of that id.
    """
    with desk.begin() as unit:
        _row(unit, name)
        unit.remove(KIND, name)
        desk.note(unit, f"webhook/{name}", "webhook.dropped")


def push(desk: Desk, *, zone: str | None = None) -> list[Delivery]:
    """Send the digest of now to every webhook."""
    digest = board.digested(desk, zone=zone)
    data = digest.model_dump(mode="json", exclude_none=True)
    with desk.read() as reading:
        rows = reading.find(KIND, limit=_MOST).rows
    return [_send(desk, row, "deadlines.digest", data) for row in rows]


def try_out(desk: Desk, name: str) -> Delivery:
    """Send something harmless to that webhook. Raises as `drop`."""
    with desk.read() as reading:
        row = _row(reading, name)
    return _send(desk, row, "webhook.test", {})


def _row(reading: Reading | Unit, name: str) -> Row:
    row = reading.get(KIND, name)
    if row is None:
        raise MissingHookError(name)
    return row


def _send(desk: Desk, row: Row, kind: Sent, data: dict[str, Any]) -> Delivery:
    hook, now = Hook.model_validate(row.body["hook"]), desk.now()
    told = {"type": kind, "timestamp": now.isoformat().replace("+00:00", "Z"), "data": data}
    body = json.dumps(told, ensure_ascii=False).encode()
    status: int | None = None
    try:
        target = looked_at(hook.url, inside=desk.wiring.settings.webhooks_inside)
        status = post(target, body, headers(row.body["secret"], item.new_id("msg"), now, body))
    except (BadAddressError, OSError, http.client.HTTPException):
        status = None
    with desk.begin() as unit:
        held = unit.get(KIND, hook.id)
        if held:
            later = hook.model_copy(update={"last_sent_at": now, "last_status": status})
            unit.replace(
                KIND, hook.id, {**held.body, "hook": later.model_dump(mode="json")}, version=held.version
            )
        desk.note(unit, f"webhook/{hook.id}", "webhook.sent", {"type": kind, "status": status})
    return Delivery(webhook=hook.id, delivered=status is not None and status // 100 == 2, status=status)  # noqa: PLR2004 - 2xx


def headers(secret: str, message: str, now: datetime, body: bytes) -> dict[str, str]:
    """The headers by which a receiver knows that the message is ours and fresh."""
    at = str(int(now.timestamp()))
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    signed = hmac.new(key, f"{message}.{at}.".encode() + body, hashlib.sha256).digest()
    return {
        "Content-Type": "application/json",
        "webhook-id": message,
        "webhook-timestamp": at,
        "webhook-signature": f"v1,{base64.b64encode(signed).decode()}",
    }
