"""All that happened in a case, in one list: what was recorded, and what follows from its parts.

A message is an event, a ticket is one, a decision is one; rules need not know where it was
written down. Made once for an assessment, and asked often.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Final, NamedTuple

from claims.case import Case, Speaker, Stage, Tag, TicketReason
from claims.record.decision import DecisionKind
from claims.record.event import EventKind

_FIRST: Final = frozenset({EventKind.BUYER_MESSAGE})
"""Of these the first that is still unanswered counts, not the last."""


class Happening(NamedTuple):
    """One event, wherever it was written down; cheaper than a validated value, since chats are long."""

    kind: EventKind
    at: datetime
    about: str = ""


class Chronicle:
    """The events of a case by kind; of one kind in the order of their recording."""

    def __init__(self, case: Case) -> None:
        self._events: dict[EventKind, list[Happening]] = defaultdict(list)
        for happening in derived(case):
            self._events[happening.kind].append(happening)
        for event in case.events:
            self._events[event.kind].append(Happening(event.kind, event.at, event.about))

    def all(self, kind: EventKind, about: str | None = None) -> tuple[Happening, ...]:
        """The events of that kind; with `about`, those about that thing alone."""
        found = self._events.get(kind, [])
        return tuple(e for e in found if about is None or e.about == about)

    def last(self, kind: EventKind, about: str = "") -> Happening | None:
        """The one that was recorded last about that thing; where none names the thing, about the case."""
        found = self._events.get(kind, [])
        for named in dict.fromkeys((about, "")):
            for event in reversed(found):
                if event.about == named:
                    return event
        return None

    def abouts(self, kind: EventKind) -> tuple[str, ...]:
        """What the events of that kind are about, each once, in the order of their recording."""
        return tuple(dict.fromkeys(e.about for e in self._events.get(kind, [])))

    def start(self, kind: EventKind, stops: EventKind | None, about: str, now: datetime) -> Happening | None:
        """The event that a clock runs from: the last of its kind, or the first message still unanswered."""
        if kind not in _FIRST:
            return self.last(kind, about)
        answered = [e.at for e in self._events.get(stops, []) if e.at <= now] if stops else []
        since = max(answered, default=None)
        asked = sorted(
            (e for e in self._events.get(kind, []) if since is None or e.at > since), key=lambda e: e.at
        )
        if asked:
            return asked[0]
        told = [e for e in self._events.get(kind, []) if since is not None and e.at <= since]
        return _opening(told, sorted(answered))


def _opening(asked: list[Happening], answered: list[datetime]) -> Happening | None:
    """The message that the last answer answered: the first one after the answer before it."""
    before = answered[-2] if len(answered) > 1 else None
    mine = sorted((e for e in asked if before is None or e.at > before), key=lambda e: e.at)
    return mine[0] if mine else None


def derived(case: Case) -> Iterator[Happening]:
    """The events that follow from the parts of a case."""
    yield from _of_messages(case)
    for ticket in case.tickets:
        yield Happening(EventKind.TICKET_CREATED, ticket.created_at, ticket.id)
        if ticket.reason is TicketReason.RESHIP and ticket.stage is Stage.AFTER_SALE:
            yield Happening(EventKind.RESHIP_TICKETED, ticket.created_at, ticket.id)
    for inspection in case.inspections:
        yield Happening(EventKind.INSPECTED, inspection.at)
    for decision in case.decisions:
        if decision.kind is DecisionKind.APPEAL:
            yield Happening(EventKind.APPEALED, decision.at)
    for sub in case.subcases:
        if sub.address is not None:
            yield Happening(EventKind.ADDRESS_CAPTURED, sub.address.captured_at, sub.id)
    for parcel in case.parcels:
        kind = _SIGNED.get(parcel.direction.value)
        if kind and parcel.signed_at:
            yield Happening(kind, parcel.signed_at)


_SIGNED: Final = {
    "outbound": EventKind.DELIVERED,
    "return": EventKind.RETURN_DELIVERED,
    "reship": EventKind.RESHIP_DELIVERED,
}


def _of_messages(case: Case) -> Iterator[Happening]:
    for message in case.messages:
        match message.speaker:
            case Speaker.BUYER:
                yield Happening(EventKind.BUYER_MESSAGE, message.at)
                if Tag.COMPLAINT in message.tags:
                    yield Happening(EventKind.COMPLAINED, message.at)
            case Speaker.MERCHANT:
                yield Happening(EventKind.REPLIED, message.at)
                if Tag.SOLUTION in message.tags:
                    yield Happening(EventKind.SOLUTION_GIVEN, message.at)
            case Speaker.BOT | Speaker.PLATFORM:
                pass
