"""A webhook as it is stored, and how what is sent there is signed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import datetime, time
from typing import Final, Literal

from pydantic import BaseModel

from api.errors import MissingHookError
from claims.case import Moment
from storage.rows import Reading, Row, Unit

KIND: Final = "webhook"
Event = Literal["deadlines.digest", "evidence.examined", "evidence.refused"]
"""What may be sent: the digest of the board, that a report is there, that there will be none."""
DIGEST: Final[Event] = "deadlines.digest"
MOST: Final = 20
"""Webhooks of one tenant."""
_PREFIX: Final = "whsec_"
_SECRET: Final = 32
"""Bytes of a secret, as Standard Webhooks recommends 24 to 64."""


class Hook(BaseModel):
    """A webhook; its secret is shown once, when it is made."""

    id: str
    url: str
    note: str = ""
    times: tuple[time, ...] = ()
    zone: str | None = None
    events: tuple[Event, ...] = (DIGEST,)
    """What is sent there; webhooks that were made before there was a choice get the digest alone."""
    created_at: Moment
    last_sent_at: Moment | None = None
    last_status: int | None = None
    """Of the receiver's answer; None where there was none."""
    off_at: Moment | None = None
    """Since when nothing is sent there, because the receiver said that it is gone (410)."""


def hook_of(row: Row) -> Hook:
    """The webhook of that row, without its secret."""
    return Hook.model_validate(row.body["hook"])


def row_of(reading: Reading | Unit, name: str) -> Row:
    """The row of that webhook.

    Raises:
        MissingHookError: there is none of that id.
    """
    row = reading.get(KIND, name)
    if row is None:
        raise MissingHookError(name)
    return row


def wanting(reading: Reading, event: Event) -> list[Hook]:
    """The webhooks to which that is sent."""
    found = map(hook_of, reading.find(KIND, limit=MOST).rows)
    return [hook for hook in found if event in hook.events and hook.off_at is None]


def noted(unit: Unit, name: str, now: datetime, status: int | None, *, gone: bool) -> None:
    """Keep beside the webhook what became of the last sending."""
    held = unit.get(KIND, name)
    if held is None:
        return
    update = {"last_sent_at": now, "last_status": status} | ({"off_at": now} if gone else {})
    hook = hook_of(held).model_copy(update=update)
    body = {**held.body, "hook": hook.model_dump(mode="json")}
    unit.replace(KIND, name, body, version=held.version)


def arrived(status: int | None) -> bool:
    """Whether a receiver that answers so has taken the message (2xx)."""
    return status is not None and status // 100 == 2  # noqa: PLR2004 - 2xx


def stream_of(name: str) -> str:
    """Of the ledger."""
    return f"webhook/{name}"


def new_secret() -> str:
    """A secret as Standard Webhooks writes it."""
    return f"{_PREFIX}{base64.b64encode(secrets.token_bytes(_SECRET)).decode()}"


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
