"""All that happened in a case, in one list: what was recorded, and what follows from its parts.

A message is an event, a ticket is one, a decision is one; rules need not know where it was
written down. Made once for an assessment, and asked often.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final, NamedTuple

from claims.case import Case, Direction, Speaker, Stage, SubCase, Tag, Ticket, TicketReason
from claims.record.decision import DecisionKind
from claims.record.event import EventKind

_FIRST: Final = frozenset({EventKind.BUYER_MESSAGE})
"""Of these the first that is still unanswered counts, not the last."""


_DECISIONS: Final = frozenset({EventKind.WON, EventKind.PARTLY_WON, EventKind.LOST})
"""With any of these the platform decided, whether or not somebody recorded that too."""


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
            if event.kind in _DECISIONS:
                self._events[EventKind.DECIDED].append(Happening(EventKind.DECIDED, event.at, event.about))

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

    def stops(self, kind: EventKind, about: str) -> tuple[Happening, ...]:
        """The events that end something about that thing: those about it, else those about the case.

        What is about nothing in particular is ended by any of them.
        """
        found = self._events.get(kind, [])
        if not about:
            return tuple(found)
        named = tuple(e for e in found if e.about == about)
        return named or tuple(e for e in found if not e.about)

    def start(
        self, kind: EventKind, stops: Iterable[EventKind], about: str, now: datetime
    ) -> Happening | None:
        """The event that a clock runs from: the last of its kind, or the first message still unanswered."""
        if kind not in _FIRST:
            return self.last(kind, about)
        answered = sorted(e.at for stop in stops for e in self._events.get(stop, []) if e.at <= now)
        asked = sorted(self._events.get(kind, []), key=lambda e: e.at)
        for since in (answered[-1:], answered[-2:-1]):
            # without an open one, the one that the last answer answered
            open_ones = [e for e in asked if not since or e.at > since[0]]
            if open_ones:
                return open_ones[0]
        return None


def derived(case: Case) -> Iterator[Happening]:
    """The events that follow from the parts of a case."""
    yield from _of_messages(case)
    yield from _of_tickets(case)
    for promise in case.promises:
        yield Happening(EventKind.PROMISED, promise.made_at, promise.id)
    for inspection in case.inspections:
        yield Happening(EventKind.INSPECTED, inspection.at)
    for decision in case.decisions:
        if decision.kind is DecisionKind.APPEAL:
            yield Happening(EventKind.APPEALED, decision.at)
    for sub in case.subcases:
        if sub.address is not None:
            for about in filter(None, (sub.id, ticket_of(case, sub))):
                yield Happening(EventKind.ADDRESS_CAPTURED, sub.address.captured_at, about)
    for parcel in case.parcels:
        if parcel.signed_at:
            yield Happening(_SIGNED[parcel.direction], parcel.signed_at)


def _of_tickets(case: Case) -> Iterator[Happening]:
    for ticket in case.tickets:
        yield Happening(EventKind.TICKET_CREATED, ticket.created_at, ticket.id)
        if _asks_again(ticket):
            yield Happening(EventKind.RESHIP_TICKETED, ticket.created_at, ticket.id)


def _asks_again(ticket: Ticket) -> bool:
    """Whether the work order asks for a replacement."""
    return ticket.reason is TicketReason.RESHIP and ticket.stage is Stage.AFTER_SALE


def ticket_of(case: Case, sub: SubCase) -> str:
    """The ticket that asked for that sub-case; where none is named, the only one for a replacement."""
    if sub.ticket:
        return sub.ticket
    asking = [ticket.id for ticket in case.tickets if _asks_again(ticket)]
    return asking[0] if len(asking) == 1 else ""


_SIGNED: Final = {
    Direction.OUTBOUND: EventKind.DELIVERED,
    Direction.RETURN: EventKind.RETURN_DELIVERED,
    Direction.RESHIP: EventKind.RESHIP_DELIVERED,
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
