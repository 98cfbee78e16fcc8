"""Grounds of a refusal: which may be used here, and which lose here although they win elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from claims.assessment import Countdown, Met, Ticking
from claims.case import Case, Decision
from claims.change import UnfitError
from claims.naming import CLASSES, INSPECTED, ROLES
from claims.record.decision import DecisionKind
from claims.ruleset import Ruleset
from claims.scope import Scope, scope_of
from claims.value import Value
from claims.vocabulary.ground import Ground
from claims.vocabulary.quoted import Words
from claims.vocabulary.requirement import InspectionField
from evidence.model import Saying, say


class GroundStands(Value):
    """One ground in this case."""

    id: str
    title: Words
    quote: str
    usable: Met
    reasons: tuple[Saying, ...]
    why_blocked: Words | None = None
    """Why it loses in this class, in the ruleset's words."""
    proof: tuple[str, ...] = ()
    """Exhibits of the case that could show it."""


def grounds(
    case: Case, ruleset: Ruleset, scope: Scope, clocks: Iterable[Countdown]
) -> tuple[GroundStands, ...]:
    """Every ground of the ruleset that is about this procedure."""
    told = tuple(clocks)
    return tuple(_stands(ground, case, scope, told) for ground in ruleset.ground)


def _stands(ground: Ground, case: Case, scope: Scope, clocks: tuple[Countdown, ...]) -> GroundStands:
    proof = tuple(exhibit.id for exhibit in case.in_role(ground.proof))
    blocked = scope.base is not None and scope.base in ground.blocked
    against = list(_against(ground, case, scope, clocks, proof=bool(proof)))
    answers = {answer for answer, _ in against}
    usable = Met.NO if Met.NO in answers else Met.UNSURE if against else Met.YES
    told = tuple(reason for answer, reason in against if answer is usable)
    return GroundStands(
        id=ground.id,
        title=ground.title,
        quote=ground.quote,
        usable=usable,
        reasons=told or (say("Nothing in the case speaks against this ground."),),
        why_blocked=ground.why_blocked if blocked else None,
        proof=proof,
    )


def _against(
    ground: Ground, case: Case, scope: Scope, clocks: tuple[Countdown, ...], *, proof: bool
) -> Iterator[tuple[Met, Saying]]:
    """What speaks against the ground, or is still missing."""
    if ground.blocked or ground.classes:
        yield from _class(ground, scope)
    if ground.proof and not proof:
        yield Met.UNSURE, say("The case holds nothing that shows it: {what}.", what=ROLES[ground.proof[0]])
    if ground.denies:
        yield from _denied(ground.denies, case)
    if ground.over:
        yield from _over(ground, clocks)


def _class(ground: Ground, scope: Scope) -> Iterator[tuple[Met, Saying]]:
    if scope.base is None:
        yield Met.UNSURE, say("Say first of which class the case is: choose the reason from the list.")
    elif scope.base in ground.blocked or (ground.classes and scope.base not in ground.classes):
        yield Met.NO, say("In a case of {base} this ground loses.", base=CLASSES[scope.base])


def _denied(question: InspectionField, case: Case) -> Iterator[tuple[Met, Saying]]:
    asked = INSPECTED[question]
    last = case.inspections[-1] if case.inspections else None
    found = getattr(last, question, None)
    if found is None:
        yield Met.UNSURE, say("The inspection does not answer this: {what}?", what=asked)
    elif found:
        yield Met.NO, say("The inspection says yes to this: {what}?", what=asked)


def _over(ground: Ground, clocks: tuple[Countdown, ...]) -> Iterator[tuple[Met, Saying]]:
    clock = next((c for c in clocks if c.id == ground.over), None)
    if clock is None or clock.state in {Ticking.WAITING, Ticking.UNKNOWN}:
        yield Met.UNSURE, say("Whether the period is over is not known.")
    elif clock.state in {Ticking.RUNNING, Ticking.MET}:
        yield Met.NO, clock.reason


def allow(case: Case, ruleset: Ruleset, decision: Decision) -> None:
    """Say nothing, where the ruleset lets that decision be written down.

    Raises:
        UnfitError: the ground is none of the ruleset's, or loses in the class of the case; or
            that class is not known, and the ground loses in some.
    """
    if decision.kind is not DecisionKind.REFUSE or not decision.ground.strip():
        return
    ground = next((g for g in ruleset.ground if g.id == decision.ground), None)
    if ground is None:
        known = ", ".join(g.id for g in ruleset.ground)
        raise UnfitError(
            say(
                "This platform knows no ground {ground}; choose one of: {known}.",
                ground=decision.ground,
                known=known or "-",
            )
        )
    for answer, reason in _class(ground, scope_of(case, ruleset)) if ground.blocked or ground.classes else ():
        if answer is not Met.YES:
            raise UnfitError(reason)
