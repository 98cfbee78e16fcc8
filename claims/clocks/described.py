"""What a clock of a ruleset counts, in words: from when, how long, until when, and what its end means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from claims.asking import either, meant_for
from claims.naming import EVENTS
from claims.vocabulary.clock import Clock, Kind, Nature
from evidence.model import Saying, say

_LENGTHS: Final[Mapping[Kind, Saying]] = {
    "wall_minutes": say("{count} minutes", count=""),
    "wall_hours": say("{count} hours", count=""),
    "natural_days": say("{count} days of the calendar", count=""),
    "calendar_months": say("{count} months", count=""),
    "working_days": say("{count} working days", count=""),
    "business_hours": say("{count} hours of working days", count=""),
    "office_hours": say("{count} hours while the shop is open", count=""),
}
_NATURES: Final[Mapping[Nature, Saying]] = {
    "task": say("The seller has to act before it ends."),
    "expiry": say("When it ends, something is gone for the seller."),
    "window": say("When it ends, the buyer can no longer ask."),
    "target": say("It is an aim and binds nobody."),
}


def described(clock: Clock) -> tuple[Saying, ...]:
    """One sentence each for whom it is meant, its start, its length, its stop, its end and who is warned."""
    return tuple(_sentences(clock))


def length(kind: Kind, count: int | None) -> Saying:
    """How long it is, in words."""
    if kind == "platform":
        return say("as long as the platform shows")
    if kind == "promised":
        return say("as long as was promised")
    if count is None:
        return say("a time that the source does not say")
    return _LENGTHS[kind].model_copy(update={"values": {"count": count}})


def _sentences(clock: Clock) -> Iterator[Saying]:
    yield from meant_for(clock)
    yield say("It starts with: {event}.", event=either([EVENTS[each] for each in clock.starts]))
    yield say("It lasts {length}.", length=length(clock.kind, clock.length))
    if clock.outside is not None:
        yield say("Where the shop is closed as it starts, it lasts {count} hours.", count=clock.outside)
    if clock.kind in {"working_days", "business_hours"}:
        whose = ", ".join(clock.calendars) or "-"
        yield say("Days off count as in: {calendars}.", calendars=whose)
    if clock.stops:
        yield say("It is kept by: {event}.", event=either([EVENTS[each] for each in clock.stops]))
    for step in clock.steps:
        long = length(step.kind or clock.kind, step.length)
        event = either([EVENTS[each] for each in step.stops])
        yield say("Step {name}: {length}, kept by: {event}.", name=step.id, length=long, event=event)
    yield _NATURES[clock.nature]
    if clock.severity == "amber":
        yield say("Its alarm is amber, not red.")
