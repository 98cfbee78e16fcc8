"""How a case can be settled: ladders, freight, grounds, what is missing beside it, both of its ends."""

from __future__ import annotations

from datetime import datetime

from claims.assess import standing_of
from claims.case import Case
from claims.clocks.calendar import Calendars
from claims.record.exhibit import Role
from claims.record.offer import Option
from claims.ruleset import Ruleset
from claims.scope import reason_of, scope_of
from claims.settling.beside import Missing, missing
from claims.settling.freight import Share, shares
from claims.settling.grounds import GroundStands, grounds
from claims.settling.ladder import StepStands, climbed
from claims.settling.packing import Fit, fits
from claims.settling.pairing import Pair, pair
from claims.value import Value
from evidence.model import Saying, Utc, say


class Wanted(Value):
    """One kind of picture that shows the fault of the case."""

    role: Role
    exhibits: tuple[str, ...] = ()
    """Which of the case are such; empty where it is still to be taken."""


class Settlement(Value):
    """What can be done about a case, at one moment."""

    case_id: str
    ruleset: str
    looked_at: Utc
    procedure: str
    reason_class: str = ""
    """Empty where it is not known."""
    checklist: tuple[Wanted, ...] = ()
    """What shows the fault that the buyer names, in the order in which it helps."""
    statement: str = ""
    """The template of a statement, where no picture can show it."""
    options: tuple[Option, ...] = ()
    """Ways to settle that the platform's list names for this reason."""
    steps: tuple[StepStands, ...] = ()
    freight: tuple[Share, ...] = ()
    grounds: tuple[GroundStands, ...] = ()
    missing: tuple[Missing, ...] = ()
    packets: tuple[Fit, ...] = ()
    """What the channel takes in, and what of the case does not fit."""
    pair: Pair = Pair()
    notes: tuple[Saying, ...] = ()


def settlement(case: Case, ruleset: Ruleset, now: datetime, calendars: Calendars | None = None) -> Settlement:
    """What can be done about the case now."""
    scope = scope_of(case, ruleset)
    reason = reason_of(case, ruleset)
    clocks = standing_of(case, ruleset, now, calendars)
    return Settlement(
        case_id=case.id,
        ruleset=ruleset.id,
        looked_at=now,
        procedure=scope.procedure,
        reason_class=scope.base.value if scope.base else "",
        checklist=tuple(
            Wanted(role=role, exhibits=tuple(e.id for e in case.in_role([role])))
            for role in (reason.photos if reason else ())
        ),
        statement=(reason.statement or "") if reason else "",
        options=reason.options if reason else (),
        steps=climbed(case, ruleset, scope),
        freight=shares(case, ruleset, scope),
        grounds=grounds(case, ruleset, scope, clocks),
        missing=missing(case, ruleset, scope),
        packets=fits(case, ruleset, scope),
        pair=pair(case),
        notes=_notes(case, known=scope.base is not None),
    )


def _notes(case: Case, *, known: bool) -> tuple[Saying, ...]:
    told: list[Saying] = []
    if case.terms.tool:
        told.append(
            say("The platform's own tool settled it: {tool}. Nothing is left to do.", tool=case.terms.tool)
        )
    if not known:
        told.append(say("Classify the case first: choose its reason from the platform's list."))
    return tuple(told)
