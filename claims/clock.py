"""When a platform's period ends, as far as the case and the ruleset tell."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from claims.assessment import Countdown, Ticking
from claims.case import Case
from claims.ruleset import Clock
from evidence.model import Saying, say


def local(moment: datetime, zone: str) -> str:
    """`moment` as a person in that zone reads it, e.g. `2026-11-22 18:00 (Asia/Shanghai)`."""
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} ({zone})"


def due_after(clock: Clock, start: datetime, zone: str) -> datetime | None:
    """The end, in UTC, of the clock's period from `start`; None where the ruleset leaves the length blank.

    Natural days end at the same time of day in `zone`, the earlier of the two readings
    (the other one is the end of that day).
    """
    if clock.length is None:
        return None
    match clock.kind:
        case "wall_minutes":
            return start + timedelta(minutes=clock.length)
        case "wall_hours":
            return start + timedelta(hours=clock.length)
        case "natural_days":
            there = start.astimezone(ZoneInfo(zone))
            return (there + timedelta(days=clock.length)).astimezone(UTC)


def countdown(clock: Clock, case: Case, now: datetime) -> Countdown:
    """Where `clock` stands in `case` at `now`."""
    start = case.event(clock.starts)
    named = case.event(clock.due) if clock.due else None
    stop = case.event(clock.stops) if clock.stops else None
    stopped = stop.at if stop and stop.at <= now else None
    due = named.at if named else due_after(clock, start.at, case.zone) if start else None
    state = _state(now, started=start is not None, due=due, stopped=stopped)
    reason, advice = _sentences(state, case.zone, due, stopped)
    return Countdown(
        id=clock.id,
        title=clock.title,
        quote=clock.quote,
        state=state,
        started_at=start.at if start else None,
        due_at=due,
        due_from=None if due is None else "platform" if named else "ruleset",
        reason=reason,
        advice=advice,
    )


def _state(now: datetime, *, started: bool, due: datetime | None, stopped: datetime | None) -> Ticking:
    if due is None:
        return Ticking.UNKNOWN if started else Ticking.WAITING
    if (stopped or now) > due:
        return Ticking.LATE
    return Ticking.MET if stopped else Ticking.RUNNING


def _sentences(
    state: Ticking, zone: str, due: datetime | None, stopped: datetime | None
) -> tuple[Saying, Saying | None]:
    until = local(due, zone) if due else ""
    match state:
        case Ticking.WAITING:
            return say("This period has not started, as far as the case knows."), None
        case Ticking.UNKNOWN:
            return (
                say("The source does not say how long this period is, so its end is unknown."),
                say("Look up the time in the seller centre and write it into the case."),
            )
        case Ticking.RUNNING:
            return say("Due by {due}.", due=until), say("Hand the evidence in before then.")
        case Ticking.MET:
            return say(
                "Handed in on {on}, before {due}.", on=local(stopped, zone) if stopped else "", due=until
            ), None
        case Ticking.LATE if stopped:
            return say("Handed in on {on}, after {due}.", on=local(stopped, zone), due=until), None
        case Ticking.LATE:
            return (
                say("The period ended on {due}, and nothing is recorded as handed in.", due=until),
                say("Hand the evidence in at once, or record when it was handed in."),
            )
