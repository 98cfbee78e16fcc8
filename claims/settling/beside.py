"""What ought to be entered beside the case: a replacement, a carrier's damage claim."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from claims import change
from claims.case import Case, Stage, TicketReason
from claims.ruleset import Ruleset
from claims.scope import Scope, reason_of, scope_of
from claims.value import Value
from claims.vocabulary.procedure import Procedure
from claims.vocabulary.quoted import Words
from evidence.model import Saying, say


class Missing(Value):
    """One procedure that nobody has entered yet."""

    procedure: str
    title: Words
    reason: Saying
    ticket: str = ""


def missing(case: Case, ruleset: Ruleset, scope: Scope) -> tuple[Missing, ...]:
    """The procedures beside the case that its reason, its procedure or a ticket calls for."""
    entered = {sub.procedure for sub in case.subcases}
    known = {p.id: p for p in ruleset.procedure}
    called = dict.fromkeys(name for name in _called(case, ruleset, scope) if name not in entered)
    found = [
        Missing(
            procedure=name,
            title=known[name].title,
            reason=say("The reason of the case calls for it, beside what the buyer is given."),
        )
        for name in called
    ]
    return (*found, *_of_tickets(case, known))


def opened_beside(case: Case, ruleset: Ruleset, at: datetime) -> Case:
    """The case with what its reason and its procedure call for entered beside it, each once.

    One that was closed stays so. What a ticket asks for is left to people: it says no more than that
    somebody wishes it.
    """
    called = _called(case, ruleset, scope_of(case, ruleset))
    entered = {sub.procedure for sub in case.subcases}
    for procedure in dict.fromkeys(called):
        if procedure not in entered:
            case = change.enter(case, procedure, at)
    return case


def _called(case: Case, ruleset: Ruleset, scope: Scope) -> Iterator[str]:
    reason = reason_of(case, ruleset)
    if reason:
        yield from reason.opens
    here = next((p for p in ruleset.procedure if p.id == scope.procedure), None)
    if here:
        yield from here.opens


_RESHIP = "reship_ticket"
"""The procedure of a replacement that a work order asks for."""


def _of_tickets(case: Case, known: dict[str, Procedure]) -> Iterator[Missing]:
    if _RESHIP not in known:
        return
    entered = {sub.ticket for sub in case.subcases if sub.procedure == _RESHIP}
    for ticket in case.tickets:
        asked = ticket.reason is TicketReason.RESHIP and ticket.stage is Stage.AFTER_SALE
        if asked and ticket.id not in entered:
            yield Missing(
                procedure=_RESHIP,
                title=known[_RESHIP].title,
                reason=say("Ticket {ticket} asks for a replacement.", ticket=ticket.id),
                ticket=ticket.id,
            )
