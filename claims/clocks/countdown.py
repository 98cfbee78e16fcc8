"""Where a clock of a ruleset stands in a case: when it ends, and what that means now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from claims.assessment import Countdown, Ticking
from claims.case import Case
from claims.chronicle import Chronicle, Happening
from claims.clocks.calendar import Calendars, shipped
from claims.clocks.lengths import UNKNOWN, Counting, End, end_of
from claims.clocks.sentences import Stand, notes_of, sentences
from claims.record.event import EventKind
from claims.record.ticket import Ticket
from claims.vocabulary.clock import Clock, OfTicket, Step


@dataclass(frozen=True)
class Seen:
    """The case as clocks see it."""

    case: Case
    happened: Chronicle
    counting: Counting
    now: datetime


def seen(case: Case, now: datetime, calendars: Calendars | None = None) -> Seen:
    """What the clocks of a case look at; made once for all of them."""
    return Seen(case, Chronicle(case), Counting(case, calendars or shipped()), now)


def countdowns(clock: Clock, scene: Seen) -> Iterator[Countdown]:
    """Where `clock` stands: once for each thing that it is about, and for each of its steps."""
    if clock.kind == "promised":
        yield from _promised(clock, scene)
        return
    for about in _abouts(clock, scene):
        ticket = next((t for t in scene.case.tickets if t.id == about), None)
        if clock.ticket and ticket and not _for(clock.ticket, ticket):
            continue
        for step in clock.steps or (None,):
            yield _countdown(clock, step, about, ticket, scene)


def countdown(clock: Clock, case: Case, now: datetime) -> Countdown:
    """Where a clock without steps stands that is about the case as a whole."""
    return next(countdowns(clock, seen(case, now)))


def _abouts(clock: Clock, scene: Seen) -> Sequence[str]:
    for kind in clock.starts:
        found = scene.happened.abouts(kind)
        if found:
            return found
    return ("",)


def _for(wanted: OfTicket, ticket: Ticket) -> bool:
    """Whether a clock is for that work order, whatever state it is in."""
    return wanted.stage in {None, ticket.stage} and (not wanted.reasons or ticket.reason in wanted.reasons)


def _waits(wanted: OfTicket | None, ticket: Ticket | None) -> bool:
    """Whether the platform waits for the seller; a state that nobody wrote down counts as waiting."""
    if wanted is None or ticket is None:
        return True
    return all(
        not asked or not told or asked == told
        for asked, told in ((wanted.status, ticket.status), (wanted.substatus, ticket.substatus))
    )


def _countdown(clock: Clock, step: Step | None, about: str, ticket: Ticket | None, scene: Seen) -> Countdown:
    stops = (step.stops if step else clock.stops) or ()
    start = _start(clock, stops, about, scene)
    stop = _stop(stops, about, start, scene)
    named = _shown(clock, step, about, scene)
    end = UNKNOWN
    if named is None and start:
        end = _end(clock, step, start, scene)
    due = named or end.at
    paused = stop is None and not _waits(clock.ticket, ticket)
    state = _state(clock, scene.now, started=start is not None, due=due, stopped=stop, paused=paused)
    reason, advice = sentences(Stand(clock, state, due, stop, stops, ticket), scene.case.zone)
    return Countdown(
        id=clock.id,
        step=step.id if step else "",
        title=step.title if step else clock.title,
        quote=clock.quote,
        state=state,
        started_at=start.at if start else None,
        started_by=start.kind if start else None,
        due_at=due,
        due_from=None if due is None else "platform" if named else "ruleset",
        reason=reason,
        advice=advice,
        about=about,
        nature=clock.nature,
        todo=clock.todo,
        missed=clock.missed,
        severity=clock.severity,
        badge=clock.badge,
        source=clock.source,
        notes=notes_of(end, scene.counting.site) if named is None else (),
        alarm=stop is None and _alarms(clock, state),
    )


def _start(clock: Clock, stops: Sequence[EventKind], about: str, scene: Seen) -> Happening | None:
    for kind in clock.starts:
        found = scene.happened.start(kind, stops, about, scene.now)
        if found:
            return found
    return None


def _stop(stops: Sequence[EventKind], about: str, start: Happening | None, scene: Seen) -> datetime | None:
    """When it was stopped for the first time since its start, as far as that has happened by now."""
    told = [
        event.at
        for kind in stops
        for event in scene.happened.stops(kind, about)
        if event.at <= scene.now and (start is None or event.at >= start.at)
    ]
    return min(told, default=None)


def _shown(clock: Clock, step: Step | None, about: str, scene: Seen) -> datetime | None:
    """The end that the platform itself shows, which wins over whatever a ruleset says."""
    names = {clock.id, f"{clock.id}.{step.id}"} if step else {clock.id}
    for shown in reversed(scene.case.shown):
        if shown.clock in names and shown.about == about:
            return shown.due_at
    due = scene.happened.last(clock.due, about) if clock.due else None
    return due.at if due else None


def _end(clock: Clock, step: Step | None, start: Happening, scene: Seen) -> End:
    length = step.length if step and step.length is not None else clock.length
    if length is None and clock.length_from == "return_days":
        length = scene.case.terms.return_days
    kind = step.kind if step and step.kind else clock.kind
    return end_of(clock, length, kind, start.at, scene.counting)


def _state(
    clock: Clock,
    now: datetime,
    *,
    started: bool,
    due: datetime | None,
    stopped: datetime | None,
    paused: bool,
) -> Ticking:
    if due is None:
        if not started:
            return Ticking.WAITING
        return Ticking.MET if stopped else Ticking.UNKNOWN
    if stopped is None and paused:
        return Ticking.PAUSED
    if stopped:
        return Ticking.MET if stopped <= due else Ticking.LATE
    if now <= due:
        return Ticking.RUNNING
    return Ticking.OVER if clock.nature == "window" else Ticking.LATE


def _alarms(clock: Clock, state: Ticking) -> bool:
    return clock.nature in {"task", "expiry"} and state in {Ticking.RUNNING, Ticking.LATE, Ticking.UNKNOWN}


def _promised(clock: Clock, scene: Seen) -> Iterator[Countdown]:
    """One clock for each promise that was made to the buyer."""
    for promise in scene.case.promises:
        kept = promise.kept_at if promise.kept_at and promise.kept_at <= scene.now else None
        due = promise.due_at
        state = _state(clock, scene.now, started=True, due=due, stopped=kept, paused=False)
        reason, advice = sentences(Stand(clock, state, due, kept), scene.case.zone)
        yield Countdown(
            id=clock.id,
            title=clock.title,
            quote=clock.quote,
            state=state,
            started_at=promise.made_at,
            started_by=EventKind.PROMISED,
            due_at=due,
            due_from="promise" if due else None,
            reason=reason,
            advice=advice,
            about=promise.id,
            todo=clock.todo,
            missed=clock.missed,
            severity=clock.severity,
            badge=clock.badge,
            source=clock.source,
            alarm=kept is None and _alarms(clock, state),
        )
