"""All clocks of a case together: which are shown, which contradict each other, and which one alarms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from claims.asking import meant_for
from claims.assessment import Countdown, Met, Ticking
from claims.case import Case
from claims.chronicle import ticket_of
from claims.clocks.countdown import Seen, countdowns
from claims.clocks.sentences import local
from claims.record.subcase import Slip
from claims.ruleset import Ruleset
from claims.scope import Scope
from claims.vocabulary.clock import Clock
from evidence.model import say

_OPEN = frozenset({Ticking.RUNNING, Ticking.LATE, Ticking.UNKNOWN})


def standing(ruleset: Ruleset, scope: Scope, scene: Seen) -> tuple[Countdown, ...]:
    """Where each clock stands, in the order of the ruleset."""
    found = [
        each
        for clock in ruleset.clock
        if scope.ticks(clock, scene.happened)
        for each in countdowns(clock, scene)
    ]
    for contradiction in ruleset.contradiction:
        if contradiction.settled == "earlier":
            found = _settled(found, contradiction.clocks)
    clocks = {clock.id: clock for clock in ruleset.clock}
    meant = [_meant(each, clocks[each.id], scope) for each in found]
    return tuple(_warned(each, meant, clocks[each.id], scene.case) for each in meant)


def _meant(one: Countdown, clock: Clock, scope: Scope) -> Countdown:
    """A clock for some goods alone says so, where nobody said what these are."""
    if scope.fits(clock) is not Met.UNSURE:
        return one
    unknown = say("The case does not say whether the goods are such.")
    return one.model_copy(update={"notes": (*one.notes, *meant_for(clock), unknown)})


def _settled(found: Sequence[Countdown], clocks: Sequence[str]) -> list[Countdown]:
    """Of clocks that contradict each other all are shown, and the one that ends first alarms."""
    return [_beside(each, _rivals(each, found, clocks)) if each.id in clocks else each for each in found]


def _rivals(one: Countdown, found: Iterable[Countdown], clocks: Sequence[str]) -> list[Countdown]:
    return [
        each
        for each in found
        if each.id in clocks and each.id != one.id and each.about == one.about and each.state in _OPEN
    ]


def _beside(one: Countdown, rivals: Sequence[Countdown]) -> Countdown:
    if not rivals:
        return one
    # of several that end together one is enough
    first = min(_due(each) for each in (one, *rivals))
    ahead = [each for each in rivals if _due(each) == first and each.name < one.name]
    alarm = one.alarm and _due(one) == first and not ahead
    return one.model_copy(update={"rivals": tuple(each.name for each in rivals), "alarm": alarm})


def _due(one: Countdown) -> float:
    """An end that nobody knows comes after all others."""
    return one.due_at.timestamp() if one.due_at else float("inf")


def _warned(one: Countdown, found: Iterable[Countdown], clock: Clock, case: Case) -> Countdown:
    """Something that is gone before the work which needs it is due says so, on the platform and here."""
    if clock.before is None:
        return one
    needing = [e.due_at for e in found if e.id == clock.before and e.about == one.about and e.due_at]
    kept = _kept(case, one.about)
    if one.state is Ticking.RUNNING and one.due_at and (later := _after(needing, one.due_at)):
        note = say("It is gone before the work that needs it is due ({due}).", due=local(later, case.zone))
    elif one.state is not Ticking.RUNNING and kept and (later := _after(needing, kept.expires_at)):
        note = say(
            "Our copy is erased on {gone}, before the work that needs it is due ({due}).",
            gone=local(kept.expires_at, case.zone),
            due=local(later, case.zone),
        )
    else:
        return one
    return one.model_copy(update={"notes": (*one.notes, note)})


def _kept(case: Case, about: str) -> Slip | None:
    """Where the address that the clock is about is kept, while it is."""
    slips = [s.address for s in case.subcases if about in {"", s.id, ticket_of(case, s)}]
    return next((slip for slip in reversed(slips) if slip and slip.erased_at is None), None)


def _after(moments: Iterable[datetime], moment: datetime) -> datetime | None:
    return min((each for each in moments if each > moment), default=None)
