"""The board: every clock to act on, of all cases, and what has to be done before somebody looks again.

An `Alarm` is one line of it. It says when and what, and nothing about now: whether it is late is
asked of the moment at which somebody looks, so alarms can be kept in an index and read by the
thousand.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Final, Literal
from zoneinfo import ZoneInfo

from claims.assessment import Countdown, Ticking
from claims.case import Case
from claims.shop import Shop
from claims.value import Line, Moment, Value, Zone
from claims.vocabulary.clock import Nature
from claims.vocabulary.quoted import Words

EDITION: Final = 1
"""Of what an alarm holds; a kept index of another edition is made anew."""

_OPEN: Final = frozenset({Ticking.RUNNING, Ticking.LATE, Ticking.UNKNOWN})


class Alarm(Value):
    """One clock to act on."""

    id: str
    """The same for the same clock of the same case, whatever else changes."""
    case_id: str
    clock: str
    """Of the ruleset, with its step."""
    about: Line = ""
    title: Words
    due_at: Moment | None = None
    """None where nobody knows."""
    due_from: Literal["platform", "ruleset", "promise"] | None = None
    started_at: Moment | None = None
    nature: Nature = "task"
    severity: Literal["red", "amber"] = "red"
    todo: Words | None = None
    missed: Words | None = None
    zone: Zone
    """Of the case."""
    platform: Line = ""
    order_number: Line = ""
    priority: int = 0
    rivals: tuple[str, ...] = ()
    """Clocks that contradict it and end later."""


class Urgency(StrEnum):
    LATE = "late"
    NOW = "now"
    """Due before somebody looks again."""
    LATER = "later"
    UNKNOWN = "unknown"


def alarms(case: Case, clocks: Iterable[Countdown]) -> tuple[Alarm, ...]:
    """The alarms of a case; one that is closed, or that the platform's own tool settled, has none."""
    if case.closed or case.terms.tool:
        return ()
    return tuple(_alarm(case, each) for each in clocks if each.alarm and each.state in _OPEN)


def _alarm(case: Case, clock: Countdown) -> Alarm:
    name = hashlib.sha256(f"{case.id}\n{clock.name}\n{clock.about}".encode()).hexdigest()[:24]
    return Alarm(
        id=f"alarm_{name}",
        case_id=case.id,
        clock=clock.name,
        about=clock.about,
        title=clock.title,
        due_at=clock.due_at,
        due_from=clock.due_from,
        started_at=clock.started_at,
        nature=clock.nature,
        severity=clock.severity,
        todo=clock.todo,
        missed=clock.missed,
        zone=case.zone,
        platform=case.platform,
        order_number=case.order_number,
        priority=case.priority,
        rivals=clock.rivals,
    )


def urgency(alarm: Alarm, now: datetime, next_look: datetime) -> Urgency:
    """How soon somebody has to act who looks now, and will look again at `next_look`."""
    if alarm.due_at is None:
        return Urgency.UNKNOWN
    if alarm.due_at < now:
        return Urgency.LATE
    return Urgency.NOW if alarm.due_at < next_look else Urgency.LATER


def next_look(now: datetime, zone: str, times: Sequence[time]) -> datetime:
    """When somebody looks next, after `now`: the nearest of those times of day in that zone; in UTC."""
    there = now.astimezone(ZoneInfo(zone))
    days = (there.date() + timedelta(days=ahead) for ahead in (0, 1, 2))
    looks = (
        datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)
        for day in days
        for at in sorted(times or (time(9),))
    )
    return next(look for look in looks if look > now)


def last_look(now: datetime, zone: str, times: Sequence[time]) -> datetime:
    """When somebody looked last, up to `now`: as `next_look`, in UTC."""
    there = now.astimezone(ZoneInfo(zone))
    days = (there.date() - timedelta(days=back) for back in (0, 1, 2))
    looks = (
        datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)
        for day in days
        for at in sorted(times or (time(9),), reverse=True)
    )
    return next(look for look in looks if look <= now)


class Digest(Value):
    """What is to be done, as it is sent in the morning and in the evening."""

    made_at: Moment
    next_at: Moment
    """When the next one is made; what is due before then is due now."""
    zone: Zone
    late: tuple[Alarm, ...] = ()
    now: tuple[Alarm, ...] = ()
    unknown: tuple[Alarm, ...] = ()
    later: int = 0
    """How many can wait for the next one."""


def digest(found: Iterable[Alarm], now: datetime, zone: str, times: Sequence[time]) -> Digest:
    """The digest for whoever looks at `now` and then at those times of day."""
    look = next_look(now, zone, times)
    sorted_out: dict[Urgency, list[Alarm]] = {urgency: [] for urgency in Urgency}
    for alarm in sorted(found, key=order):
        sorted_out[urgency(alarm, now, look)].append(alarm)
    return Digest(
        made_at=now,
        next_at=look,
        zone=zone,
        late=tuple(sorted_out[Urgency.LATE]),
        now=tuple(sorted_out[Urgency.NOW]),
        unknown=tuple(sorted_out[Urgency.UNKNOWN]),
        later=len(sorted_out[Urgency.LATER]),
    )


def order(alarm: Alarm) -> tuple[bool, datetime, int, str]:
    """The soonest first, of one moment the more urgent case first; what is unknown last."""
    moment = alarm.due_at or datetime.max.replace(tzinfo=UTC)
    return alarm.due_at is None, moment, -alarm.priority, alarm.id


def looks_of(shop: Shop | None) -> tuple[str, tuple[time, ...]]:
    """The zone and the times at which somebody looks; those of a shop in Shanghai where there is none."""
    made = shop or Shop(id="none")
    return made.warehouse_zone, made.digests
