"""When the digest is sent by itself: in the morning and in the evening, where the cases are.

Looked at every few minutes by whichever worker comes first. What was sent for which look is kept beside the
webhook and written with the message, so no look is sent twice; a look that was missed for hours, since
no worker ran, is passed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
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
ROUND: Final = timedelta(minutes=5)
"""How often the board is read for it."""
LATE: Final = timedelta(hours=3)
"""How much later than its time a digest is still sent."""


def attend(desk: Desk) -> int:
    """Write the digests whose time has come; returns how many. They are sent with whatever else waits."""
    now = desk.now()
    with desk.read() as reading:
        rows = reading.find(hooks.KIND, limit=hooks.MOST).rows
        looked = reading.get(KIND, KIND)
    timed = [hook for hook in map(hooks.hook_of, rows) if hook.times and hook.off_at is None]
    if not timed or (looked and now - unstamp(looked.body["at"]) < ROUND):
        return 0
    found = board.everything(desk)
    with desk.begin() as unit:
        if not _taken(unit, now):
            return 0
        return sum(_queued(desk, unit, hook, found) for hook in timed)


def _taken(unit: Unit, now: datetime) -> bool:
    """Whether this round is ours: of several workers one does it."""
    row = unit.get(KIND, KIND)
    if row is None:
        unit.add(KIND, KIND, {"at": stamp(now), "sent": {}})
        return True
    if now - unstamp(row.body["at"]) < ROUND:
        return False
    unit.replace(KIND, KIND, {"at": stamp(now)}, version=row.version)
    return True


def _queued(desk: Desk, unit: Unit, hook: Hook, found: Iterable[Alarm]) -> int:
    row = unit.get(hooks.KIND, hook.id)
    if row is None:
        return 0
    sent: dict[str, str] = dict(row.body.get("sent", {}))
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
        look = last_look(now, zone, hook.times)
        told = unstamp(sent[zone]) if zone in sent else hook.created_at
        if look > told and now - look <= LATE:
            yield digest(alarms, now, zone, hook.times)


def _keep(unit: Unit, row: Row, sent: Mapping[str, str]) -> None:
    unit.replace(hooks.KIND, row.id, {**row.body, "sent": dict(sent)}, version=row.version)
