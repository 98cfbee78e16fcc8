"""Webhooks: where the digest of the board and the ends of examinations are sent, and the secret that signs.

Signed as Standard Webhooks does (`webhook-id`, `webhook-timestamp`, `webhook-signature: v1,…`). What is sent,
tried again and given up is in `deliveries`; when it is sent by itself is in `timetable`.
"""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING, Final, get_args

from pydantic import BaseModel, ConfigDict, Field

from api import board, deliveries, idempotency, item
from api.deliveries import Delivery
from api.errors import BadAddressError
from api.hooks import DIGEST, KIND, MOST, Event, Hook, hook_of, new_secret, row_of, stream_of, wanting
from api.idempotency import Claim, Reply
from api.reaching import bare, looked_at
from claims.value import Zone
from storage.rows import Reading

if TYPE_CHECKING:
    from api.desk import Desk

MORNING_AND_EVENING: Final = (time(9), time(18))


class NewHook(BaseModel):
    """Where to send to, and when."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = Field(max_length=2000, examples=["https://example.com/sixface"])
    note: str = Field(default="", max_length=200)
    times: tuple[time, ...] = Field(default=MORNING_AND_EVENING, max_length=8)
    """At which times of day the digest is sent by itself; none where it is only sent when asked for."""
    zone: Zone | None = None
    """In which these times are meant, with all clocks in one digest; where left out, the clocks of each zone
    of the cases go by themselves, at these times there."""
    events: tuple[Event, ...] = Field(default=(DIGEST,), min_length=1, max_length=len(get_args(Event)))
    """What is sent there: the digest alone unless more is named."""


def make(desk: Desk, wish: NewHook, claim: Claim) -> Reply:
    """Keep a webhook, and tell its secret.

    Raises:
        BadAddressError: it is none that may be sent to, or there are too many.
    """
    with desk.begin() as unit:
        if reply := idempotency.recall(unit, claim):
            return reply
        looked_at(wish.url, inside=desk.wiring.settings.webhooks_inside)
        if len(unit.find(KIND, limit=MOST).rows) >= MOST:
            raise BadAddressError(wish.url)
        hook = Hook(id=item.new_id("hook"), created_at=desk.now(), **wish.model_dump())
        secret = new_secret()
        unit.add(KIND, hook.id, {"hook": hook.model_dump(mode="json"), "secret": secret})
        desk.note(unit, stream_of(hook.id), "webhook.made", {"url": bare(wish.url)})
        body = {**hook.model_dump(mode="json"), "secret": secret}
        return idempotency.remember(unit, claim, Reply(201, body))


class Choice(BaseModel):
    """What a webhook is sent from now on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    events: tuple[Event, ...] = Field(min_length=1, max_length=len(get_args(Event)))


def choose(desk: Desk, name: str, choice: Choice) -> Hook:
    """Send it that from now on; what waits for it is still sent. Choosing the same again changes nothing.

    Raises:
        MissingHookError: there is none of that id.
    """
    with desk.begin() as unit:
        row = row_of(unit, name)
        before = hook_of(row)
        hook = before.model_copy(update={"events": tuple(e for e in get_args(Event) if e in choice.events)})
        if set(hook.events) != set(before.events):
            body = {**row.body, "hook": hook.model_dump(mode="json")}
            unit.replace(KIND, name, body, version=row.version)
            desk.note(unit, stream_of(name), "webhook.changed", {"events": ", ".join(hook.events)})
        return hook


def listed(reading: Reading) -> list[Hook]:
    """All of them, without their secrets."""
    return [hook_of(row) for row in reading.find(KIND, limit=MOST).rows]


def drop(desk: Desk, name: str) -> None:
    """Send there no more, not even what waits.

    Raises:
        MissingHookError: there is none of that id.
    """
    with desk.begin() as unit:
        row_of(unit, name)
        unit.remove(KIND, name)
        deliveries.forget(unit, name)
        desk.note(unit, stream_of(name), "webhook.dropped")


def push(desk: Desk, *, zone: str | None = None) -> list[Delivery]:
    """Send the digest of now to every webhook that wants it; what does not arrive is tried again."""
    digest = board.digested(desk, zone=zone)
    with desk.begin() as unit:
        hooks = wanting(unit, DIGEST)
        waiting = [deliveries.queue(desk, unit, hook.id, DIGEST, digest) for hook in hooks]
    return [deliveries.send(desk, each) for each in waiting]


def try_out(desk: Desk, name: str) -> Delivery:
    """Send something harmless to that webhook, once. Raises as `drop`."""
    with desk.begin() as unit:
        row_of(unit, name)
        waiting = deliveries.queue(desk, unit, name, "webhook.test", None)
    return deliveries.send(desk, waiting)
