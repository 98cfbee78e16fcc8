"""When the digest is sent by itself: in the morning and in the evening, where the cases are.

Looked at all the time by every worker, and cheap unless a look is due. What was sent for which look is kept
beside the webhook and written with the message, so no look is sent twice; a look that was missed for
hours, since no worker ran, is passed over.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from api import board, deliveries, hooks
from api.hooks import Hook
from claims.clocks.board import Alarm, Digest, digest, last_look
from storage.ledger import stamp, unstamp
from storage.rows import Row, Unit

if TYPE_CHECKING:
    from api.desk import Desk

KIND: Final = "timetable"
KNOWN: Final = timedelta(hours=1)
"""How long it is taken for granted in which zones there are clocks; reading them all takes a while."""
LATE: Final = timedelta(hours=3)
"""How much later than its time a digest is still sent."""


def attend(desk: Desk) -> int:
    """Write the digests whose time has come; returns how many. They are sent with whatever else waits."""
    now = desk.now()
    with desk.read() as reading:
        rows = reading.find(hooks.KIND, limit=hooks.MOST).rows
        held = reading.get(KIND, KIND)
    timed = [(row, hook) for row in rows if (hook := hooks.hook_of(row)).times and _wants(hook)]
    known = held.body["zones"] if held and abs(now - unstamp(held.body["at"])) < KNOWN else None
    waits = known is None or any(
        _due(hook, z, _sent(row), now) for row, hook in timed for z in _in(hook, known)
    )
    if not timed or not waits:
        return 0
    found = board.everything(desk)
    with desk.begin() as unit:
        _remember(unit, now, {alarm.zone for alarm in found})
        return sum(_queued(desk, unit, hook, found) for _, hook in timed)


def _wants(hook: Hook) -> bool:
    return hooks.DIGEST in hook.events and hook.off_at is None


def _in(hook: Hook, zones: Collection[str]) -> Collection[str]:
    return (hook.zone,) if hook.zone else zones


def _sent(row: Row) -> dict[str, str]:
    """Up to which look each zone was told."""
    return dict(row.body.get("sent", {}))


def _due(hook: Hook, zone: str, sent: Mapping[str, str], now: datetime) -> bool:
    """Whether that zone has to be told of its last look, and it is not too late for it."""
    look = last_look(now, zone, hook.times)
    told = unstamp(sent[zone]) if zone in sent else hook.created_at
    if told > now + KNOWN:  # No look is ahead: the clock was, and was set back since.
        told = now - LATE
    return look > told and now - look <= LATE


def _remember(unit: Unit, now: datetime, zones: Collection[str]) -> None:
    body = {"at": stamp(now), "zones": sorted(zones)}
    row = unit.get(KIND, KIND)
    if row is None:
        unit.add(KIND, KIND, body)
    else:
        unit.replace(KIND, KIND, body, version=row.version)


def _queued(desk: Desk, unit: Unit, hook: Hook, found: Iterable[Alarm]) -> int:
    row = unit.get(hooks.KIND, hook.id)  # as it is now: somebody may have been faster
    if row is None:
        return 0
    sent = _sent(row)
    made = list(_digests(hook, found, sent, desk.now()))
    for each in made:
        deliveries.queue(desk, unit, hook.id, "deadlines.digest", each)
        sent[each.zone] = stamp(last_look(desk.now(), each.zone, hook.times))
    if made:
        _keep(unit, row, sent)
    return len(made)


def _digests(hook: Hook, found: Iterable[Alarm], sent: Mapping[str, str], now: datetime) -> Iterator[Digest]:
    """The digests that are due: one of all clocks in the hook's zone, or one for each zone of the cases."""
    zones: dict[str, list[Alarm]] = {hook.zone: []} if hook.zone else {}
    for alarm in found:
        zones.setdefault(hook.zone or alarm.zone, []).append(alarm)
    for zone, alarms in zones.items():
        if _due(hook, zone, sent, now):
            yield digest(alarms, now, zone, hook.times)


def _keep(unit: Unit, row: Row, sent: Mapping[str, str]) -> None:
    unit.replace(hooks.KIND, row.id, {**row.body, "sent": dict(sent)}, version=row.version)
