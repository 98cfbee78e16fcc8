"""What a clock says to people: until when, or what became of it, and what to do now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from claims.assessment import Ticking
from claims.clocks.lengths import End
from claims.record.event import EventKind
from claims.record.ticket import Ticket
from claims.vocabulary.clock import Clock
from evidence.model import Saying, say

Said = tuple[Saying, Saying | None]


def local(moment: datetime, zone: str) -> str:
    """`moment` as a person in that zone reads it, e.g. `2026-11-22 18:00 (Asia/Shanghai)`."""
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} ({zone})"


@dataclass(frozen=True)
class Stand:
    """A clock as it stands, before it is put into words."""

    clock: Clock
    state: Ticking
    due: datetime | None
    stopped: datetime | None
    stops: Sequence[EventKind] = ()
    ticket: Ticket | None = None


def sentences(stand: Stand, zone: str) -> Said:
    """Why the clock is in that state, and what to do."""
    clock, state = stand.clock, stand.state
    until = local(stand.due, zone) if stand.due else ""
    on = local(stand.stopped, zone) if stand.stopped else ""
    if clock.kind == "promised":
        return _promise(state, until, on)
    idle = _idle(stand, on)
    if idle:
        return idle
    if clock.nature == "window":
        return _window(state, until, on)
    if clock.nature == "expiry":
        return _expiry(state, until, on)
    return _evidence(state, until, on) if EventKind.FILED in stand.stops else _task(state, until, on)


def _idle(stand: Stand, on: str) -> Said | None:
    """What there is to say while it has no end; None where it has one."""
    if stand.state is Ticking.WAITING:
        return say("This period has not started, as far as the case knows."), None
    if stand.state is Ticking.PAUSED:
        ticket = stand.ticket
        status = " / ".join(filter(None, (ticket.status, ticket.substatus))) if ticket else ""
        return say("The platform is not waiting for the seller now ({status}).", status=status), None
    if stand.state is Ticking.UNKNOWN:
        return (
            say("The source does not say how long this period is, so its end is unknown."),
            say("Look up the time in the seller centre and write it into the case."),
        )
    return None if stand.due else (say("Done on {on}.", on=on), None)


def _task(state: Ticking, until: str, on: str) -> Said:
    match state:
        case Ticking.RUNNING:
            return say("Due by {due}.", due=until), None
        case Ticking.MET:
            return say("Done on {on}, before {due}.", on=on, due=until), None
        case _ if on:
            return say("Done on {on}, after {due}.", on=on, due=until), None
        case _:
            return (
                say("It was due on {due}, and nothing is recorded as done.", due=until),
                say("Do it at once, or record when it was done."),
            )


def _evidence(state: Ticking, until: str, on: str) -> Said:
    match state:
        case Ticking.RUNNING:
            return say("Due by {due}.", due=until), say("Hand the evidence in before then.")
        case Ticking.MET:
            return say("Handed in on {on}, before {due}.", on=on, due=until), None
        case _ if on:
            return say("Handed in on {on}, after {due}.", on=on, due=until), None
        case _:
            return (
                say("The period ended on {due}, and nothing is recorded as handed in.", due=until),
                say("Hand the evidence in at once, or record when it was handed in."),
            )


def _window(state: Ticking, until: str, on: str) -> Said:
    match state:
        case Ticking.RUNNING:
            return say("The buyer may ask until {due}.", due=until), None
        case Ticking.MET:
            return say("The buyer asked on {on}, in the period that ended on {due}.", on=on, due=until), None
        case _ if on:
            return say(
                "The buyer asked on {on}, after the period had ended on {due}.", on=on, due=until
            ), None
        case _:
            return say("The period ended on {due}, and the buyer did not ask.", due=until), None


def _expiry(state: Ticking, until: str, on: str) -> Said:
    match state:
        case Ticking.RUNNING:
            return say("It can be seen until {due}, and then no more.", due=until), say("Take it down now.")
        case Ticking.MET:
            return say("Taken down on {on}; it could be seen until {due}.", on=on, due=until), None
        case _ if on:
            return say(
                "Taken down on {on}, although it could be seen until {due} only.", on=on, due=until
            ), None
        case _:
            return (
                say("It could be seen until {due}, and nobody took it down.", due=until),
                say("Ask the platform's staff or the buyer for it."),
            )


def _promise(state: Ticking, until: str, on: str) -> Said:
    match state:
        case Ticking.UNKNOWN:
            return say("Promised without a date."), say("Keep it, and record that it was kept.")
        case Ticking.RUNNING:
            return say("Promised for {due}.", due=until), say("Keep it, and record that it was kept.")
        case Ticking.MET if until:
            return say("Kept on {on}, before {due}.", on=on, due=until), None
        case Ticking.MET:
            return say("Kept on {on}.", on=on), None
        case _ if on:
            return say("Kept on {on}, after {due}.", on=on, due=until), None
        case _:
            return (
                say("Promised for {due}, and not recorded as kept.", due=until),
                say("Keep it at once, or record when it was kept."),
            )


def notes_of(end: End, site: str) -> tuple[Saying, ...]:
    """What else has to be known about an end that was counted."""
    return tuple(_notes(end, site))


def _notes(end: End, site: str) -> Iterator[Saying]:
    if end.provisional:
        yield say(
            "The days off of that year are not published here yet; the date may move. Calendar: {calendar}.",
            calendar=end.calendar,
        )
    if end.unlisted:
        yield say(
            "No public holidays are known for {site}; weekends alone were left out, the earlier reading.",
            site=site or "?",
        )
