"""Conditions about what happened, and in which order."""

from __future__ import annotations

from claims.assessment import Met
from claims.conditions.exhibits import counting, none
from claims.conditions.scene import Held, Scene, record
from claims.naming import EVENTS
from claims.record.event import EventKind
from claims.vocabulary.requirement import Happened, ReadyBefore
from evidence.model import say


def ready_before(condition: ReadyBefore, scene: Scene) -> Held:
    """Whether the exhibit was there before the event."""
    absent = none(condition.exhibit, scene)
    if absent:
        return absent
    told = scene.event(condition.ready) if condition.ready else None
    ready = told.at if told else min(e.added_at for e in counting(condition.exhibit, scene))
    event = scene.event(condition.event)
    if event is None or event.at > scene.now:
        if ready > scene.now:
            return record(Met.UNSURE, say("It is to be ready on {ready}.", ready=scene.on(ready)))
        reason = say(
            "It was ready on {ready}, and the case records no refusal up to {now}.",
            ready=scene.on(ready),
            now=scene.on(scene.now),
        )
        return record(Met.YES, reason)
    values = {"ready": scene.on(ready), "refused": scene.on(event.at)}
    if ready <= event.at:
        return record(Met.YES, say("It was ready on {ready}, before the refusal on {refused}.", **values))
    if told:
        return record(Met.NO, say("It was ready on {ready}, after the refusal on {refused}.", **values))
    return record(
        Met.UNSURE,
        say(
            "It was added on {ready}, after the refusal on {refused}; whether it existed then is open.",
            **values,
        ),
        say("If the film was ready earlier, record when, or have a person confirm it."),
        confirmable=True,
    )


def happened(condition: Happened, scene: Scene) -> Held:
    """Whether one of these events is recorded, and not too early."""
    found = [event for kind in condition.event if (event := scene.event(kind)) and event.at <= scene.now]
    if not found:
        return _unrecorded(condition.event[0])
    event = max(found, key=lambda each: each.at)
    first = scene.event(condition.after) if condition.after else None
    if condition.after and first is None:
        return _unrecorded(condition.after)
    if first and event.at < first.at:
        reason = say(
            "{event} is recorded on {on}, too early.", event=EVENTS[event.kind], on=scene.on(event.at)
        )
        return record(Met.NO, reason, say("Look whether one of the two dates is wrong."))
    return record(Met.YES, say("Recorded on {on}.", on=scene.on(event.at)))


def _unrecorded(kind: EventKind) -> Held:
    return record(
        Met.UNSURE,
        say("The case does not record this: {event}.", event=EVENTS[kind]),
        say("Write into the case when it happened."),
    )
