"""Where a case stands on the ladders of its ruleset: what to offer now, and what comes later."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Literal

from claims.assessment import Met
from claims.case import Case, Offer
from claims.record.offer import Option
from claims.ruleset import Ruleset
from claims.scope import Scope
from claims.settling.threshold import test
from claims.value import Value
from claims.vocabulary.ladder import Ladder, Rung
from claims.vocabulary.quoted import Words
from evidence.model import Saying, say


class Place(StrEnum):
    """Where a step stands."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    OFFERED = "offered"
    """It waits for the buyer's answer."""
    NEXT = "next"
    """To be offered now."""
    LATER = "later"
    """An earlier step comes first."""
    SHUT = "shut"
    """What it asks for does not hold."""
    UNSURE = "unsure"
    """Whether what it asks for holds is not known."""


class StepStands(Value):
    """One step of a ladder in this case."""

    ladder: str
    step: str
    title: Words
    quote: str
    options: tuple[Option, ...]
    place: Place
    offers: tuple[str, ...] = ()
    reasons: tuple[Saying, ...] = ()

    @property
    def name(self) -> str:
        """Ladder and step, as an offer names them: `return.exchange`."""
        return f"{self.ladder}.{self.step}"


def climbed(case: Case, ruleset: Ruleset, scope: Scope) -> tuple[StepStands, ...]:
    """Every step of every ladder that is about this case."""
    entered = {scope.procedure, *(procedure for _, procedure in scope.beside)}
    return tuple(
        stands
        for ladder in ruleset.ladder
        if any(scope.concerns(ladder, procedure) for procedure in entered) or scope.concerns(ladder)
        for stands in _steps(ladder, case)
    )


def _steps(ladder: Ladder, case: Case) -> Iterator[StepStands]:
    waiting = False
    for rung in ladder.step:
        mine = [offer for offer in case.offers if offer.step in {rung.id, f"{ladder.id}.{rung.id}"}]
        place, reasons = _place(rung, mine, case, blocked=waiting and ladder.ordered)
        if place in {Place.NEXT, Place.OFFERED, Place.ACCEPTED, Place.UNSURE}:
            waiting = True
        yield StepStands(
            ladder=ladder.id,
            step=rung.id,
            title=rung.title,
            quote=rung.quote,
            options=rung.options,
            place=place,
            offers=tuple(offer.id for offer in mine),
            reasons=reasons,
        )


def _place(
    rung: Rung, offers: Iterable[Offer], case: Case, *, blocked: bool
) -> tuple[Place, tuple[Saying, ...]]:
    answered = _answered({offer.answer for offer in offers})
    if answered:
        return answered
    tested = [test(name, case) for name in rung.only_if]
    holds = [t for t in tested if t.answer is Met.YES]
    if tested and not holds:
        unsure = [t.reason for t in tested if t.answer is Met.UNSURE]
        if not unsure:
            return Place.SHUT, tuple(t.reason for t in tested)
        return (Place.LATER if blocked else Place.UNSURE), tuple(unsure)
    if blocked:
        return Place.LATER, (say("An earlier step comes first: offer it, and record the answer."),)
    return Place.NEXT, tuple(t.reason for t in holds)


def _answered(
    answers: set[Literal["accepted", "declined"] | None],
) -> tuple[Place, tuple[Saying, ...]] | None:
    """Where a step stands that was offered; None where it was not."""
    if "accepted" in answers:
        return Place.ACCEPTED, (say("The buyer accepted it."),)
    if None in answers:
        return Place.OFFERED, (say("It waits for the buyer's answer."),)
    return (Place.DECLINED, (say("The buyer declined it."),)) if answers else None


def out_of_turn(offer: Offer, steps: Iterable[StepStands]) -> Saying | None:
    """What speaks against making that offer now; None where it is in its turn or on no ladder."""
    for stands in steps:
        if offer.step not in {stands.step, stands.name}:
            continue
        if stands.place is Place.LATER:
            return say(
                "The platform wants an earlier step offered first; this one is {step}.", step=stands.name
            )
        if stands.place is Place.SHUT:
            return say("What this step asks for does not hold: {step}.", step=stands.name)
        if offer.option not in stands.options:
            return say(
                "{option} is no option of the step {step}.", option=offer.option.value, step=stands.name
            )
    return None
