"""Changes of a case that can be refused, each with the reason: offers, answers, decisions, promises, chats.

Every function returns a changed copy. What is refused here contradicts the case itself; what a
platform's rules say against a decision is asked of `grounds`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, Literal

from claims.case import (
    Case,
    Decision,
    Exhibit,
    Inspection,
    Item,
    Offer,
    Parcel,
    Promise,
    Shown,
    SubCase,
    Ticket,
)
from claims.chronicle import Chronicle
from claims.record.event import Event, EventKind
from claims.record.message import MOST_MESSAGES, Message
from claims.record.subcase import Slip
from evidence.model import Saying, say

Part = Item | Parcel | Ticket | Promise | Inspection | Offer | Decision | SubCase
"""What a case holds under an id of its own."""


class UnfitError(Exception):
    """The change does not fit the case; `says` tells why, and what to do instead."""

    def __init__(self, says: Saying) -> None:
        super().__init__(str(says))
        self.says = says


_SHELVES: Final[dict[type[Part], tuple[str, str, int]]] = {
    Item: ("items", "L", 500),
    Parcel: ("parcels", "P", 100),
    Ticket: ("tickets", "T", 200),
    Promise: ("promises", "W", 500),
    Inspection: ("inspections", "I", 100),
    Offer: ("offers", "O", 200),
    Decision: ("decisions", "D", 200),
    SubCase: ("subcases", "S", 50),
}
"""Field, first letter of the ids that we give, and the most of them in one case, as in `Case`."""


def next_id(case: Case, kind: type[Part]) -> str:
    """An id for one more part of that kind, e.g. `O3`."""
    field, letter, _ = _SHELVES[kind]
    return _next(letter, (part.id for part in getattr(case, field)))


def _next(letter: str, taken: Iterable[str]) -> str:
    used = [int(name[1:]) for name in taken if name[:1] == letter and name[1:].isdecimal()]
    return f"{letter}{max(used, default=0) + 1}"


def put(case: Case, part: Part) -> Case:
    """This case with that part; one with the same id gives way to it.

    Raises:
        UnfitError: the part points at something that the case does not have, or there are too many.
    """
    field, _, most = _SHELVES[type(part)]
    for exhibit in _pointed(part):
        if case.exhibit(exhibit) is None:
            raise UnfitError(say("This case has no exhibit {exhibit}.", exhibit=exhibit))
    held: Sequence[Part] = getattr(case, field)
    kept = tuple(part if one.id == part.id else one for one in held)
    if part not in kept:
        kept = (*kept, part)
    if len(kept) > most:
        raise UnfitError(say("A case holds at most {most} of these; open another case.", most=most))
    return case.model_copy(update={field: kept})


def _pointed(part: Part) -> Iterable[str]:
    match part:
        case Decision():
            return part.evidence
        case Inspection():
            shown = (defect.exhibit for defect in part.defects)
            return (*part.exhibits, *(name for name in shown if name))
        case Promise():
            return (part.proof,) if part.proof else ()
        case _:
            return ()


def describe(case: Case, exhibit_id: str, said: Mapping[str, object]) -> Case:
    """This case with that said of one of its exhibits; what is left out stays.

    Raises:
        UnfitError: there is no such exhibit.
        ValidationError: it cannot be said of an exhibit.
    """
    exhibit = case.exhibit(exhibit_id)
    if exhibit is None:
        raise UnfitError(say("This case has no exhibit {exhibit}.", exhibit=exhibit_id))
    told = Exhibit.model_validate(exhibit.model_dump() | dict(said))
    kept = tuple(told if each.id == exhibit_id else each for each in case.exhibits)
    return case.model_copy(update={"exhibits": kept})


def answer(
    case: Case, offer_id: str, said: Literal["accepted", "declined"], at: datetime, note: str = ""
) -> Case:
    """This case with the buyer's answer to that offer.

    Raises:
        UnfitError: there is no such offer, it was answered already, or it was made later.
    """
    offer = next((each for each in case.offers if each.id == offer_id), None)
    if offer is None:
        raise UnfitError(say("This case has no offer {offer}.", offer=offer_id))
    if offer.answer:
        raise UnfitError(say("This offer was answered already; make another offer instead."))
    if at < offer.at:
        raise UnfitError(say("The answer is dated before the offer; look at the two dates."))
    update = {"answer": said, "answered_at": at, "note": note or offer.note}
    return put(case, offer.model_copy(update=update))


def keep(case: Case, promise_id: str, at: datetime, proof: str = "") -> Case:
    """This case with that promise kept.

    Raises:
        UnfitError: there is no such promise, or no such exhibit.
    """
    promise = next((each for each in case.promises if each.id == promise_id), None)
    if promise is None:
        raise UnfitError(say("This case has no promise {promise}.", promise=promise_id))
    return put(case, promise.model_copy(update={"kept_at": at, "proof": proof}))


def show(case: Case, shown: Shown) -> Case:
    """This case with what the platform's countdown showed; the latest of one clock counts."""
    return case.model_copy(update={"shown": (*case.shown, shown)})


def merge(case: Case, messages: Iterable[Message]) -> Case:
    """This case with those messages, by time; what was there already is kept once. They get new ids.

    Raises:
        UnfitError: there would be more than `MOST_MESSAGES`.
    """
    held = {(m.at, m.speaker, m.text): m for m in case.messages}
    number = int(_next("M", (m.id for m in case.messages))[1:])
    for message in messages:
        key = (message.at, message.speaker, message.text)
        there = held.get(key)
        if there is not None:
            tags = tuple(dict.fromkeys((*there.tags, *message.tags)))
            held[key] = there.model_copy(update={"tags": tags})
            continue
        held[key] = message.model_copy(update={"id": f"M{number}"})
        number += 1
    if len(held) > MOST_MESSAGES:
        raise UnfitError(
            say("A case holds at most {most} messages; leave out what is not about it.", most=MOST_MESSAGES)
        )
    ordered = tuple(sorted(held.values(), key=lambda m: (m.at, int(m.id[1:]) if m.id[1:].isdecimal() else 0)))
    return case.model_copy(update={"messages": ordered})


def enter(case: Case, procedure: str, at: datetime, parcel: str = "", note: str = "") -> Case:
    """This case with one more sub-case, of that procedure."""
    name = next_id(case, SubCase)
    return put(case, SubCase(id=name, procedure=procedure, opened_at=at, parcel=parcel, note=note))


def leave(case: Case, subcase_id: str, at: datetime, note: str = "") -> Case:
    """This case with that sub-case closed.

    Raises:
        UnfitError: there is no such sub-case, or it was opened later.
    """
    sub = _subcase(case, subcase_id)
    if at < sub.opened_at:
        raise UnfitError(say("The sub-case is dated to end before it began; look at the two dates."))
    return put(case, sub.model_copy(update={"closed_at": at, "note": note or sub.note}))


def slip_in(case: Case, subcase_id: str, slip: Slip) -> Case:
    """This case with a note in that sub-case where its address is kept.

    Raises:
        UnfitError: there is no such sub-case, or it is closed.
    """
    sub = _subcase(case, subcase_id)
    if sub.closed_at:
        raise UnfitError(say("The sub-case {subcase} is closed; enter another one.", subcase=subcase_id))
    return put(case, sub.model_copy(update={"address": slip}))


def erased(case: Case, subcase_id: str, at: datetime) -> Case:
    """This case with a note that the address of that sub-case is gone. Raises as `slip_in`."""
    sub = _subcase(case, subcase_id)
    if sub.address is None or sub.address.erased_at:
        return case
    slip = sub.address.model_copy(update={"erased_at": at})
    return put(case, sub.model_copy(update={"address": slip}))


def _subcase(case: Case, name: str) -> SubCase:
    found = case.subcase(name)
    if found is None:
        raise UnfitError(say("This case has no sub-case {subcase}.", subcase=name))
    return found


_OUTCOMES: Final = (
    EventKind.REFUNDED,
    EventKind.REFUND_WITHDRAWN,
    EventKind.RESHIP_SHIPPED,
    EventKind.SETTLED,
    EventKind.DECIDED,
)
"""How a claim ends."""


def close(case: Case, at: datetime, note: str = "") -> Case:
    """This case, closed.

    Raises:
        UnfitError: it has no outcome yet, a promise is open, or a sub-case is.
    """
    happened = Chronicle(case)
    if not any(happened.all(kind) for kind in _OUTCOMES) and not case.decisions:
        raise UnfitError(
            say("The case has no outcome yet: record how it ended (refunded, settled, decided …) first.")
        )
    owed = next((p for p in case.promises if p.kept_at is None), None)
    if owed:
        raise UnfitError(
            say("A promise is still open: {promise}. Record that it was kept first.", promise=owed.what)
        )
    running = next((s for s in case.subcases if s.closed_at is None), None)
    if running:
        raise UnfitError(say("The sub-case {subcase} is still open; close it first.", subcase=running.id))
    return case.with_event(Event(kind=EventKind.CLOSED, at=at, note=note))
