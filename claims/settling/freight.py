"""Who pays the freight, each way, with the words of the source and whether they are clear."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from claims.case import Case
from claims.ruleset import Ruleset
from claims.scope import Scope
from claims.value import Value
from claims.vocabulary.freight import Bearer, Freight, Leg
from claims.vocabulary.quoted import Badge, Words
from evidence.model import Saying, say


class Share(Value):
    """One way, and who pays it."""

    leg: Leg
    bearer: Bearer
    rule: str = ""
    """The entry of the ruleset; empty where none applies."""
    title: Words | None = None
    quote: str = ""
    badge: Badge | None = None
    either: tuple[Bearer, ...] = ()
    """Who an unclear source names."""
    reason: Saying


def shares(case: Case, ruleset: Ruleset, scope: Scope) -> tuple[Share, ...]:
    """Who pays which way; a way that no rule speaks of is unclear, never guessed."""
    return tuple(_shares(case, ruleset, scope))


def _shares(case: Case, ruleset: Ruleset, scope: Scope) -> Iterator[Share]:
    if not ruleset.freight:
        return
    mine = [rule for rule in ruleset.freight if scope.concerns(rule) and _applies(rule, case)]
    for leg in get_args(Leg):
        rule = next((rule for rule in mine if leg in rule.legs), None)
        if rule:
            yield Share(
                leg=leg,
                bearer=rule.bearer,
                rule=rule.id,
                title=rule.title,
                quote=rule.quote,
                badge=rule.badge,
                either=rule.either,
                reason=_reason(rule),
            )
        elif leg == "return":
            yield Share(leg=leg, bearer="unclear", reason=_gap(case, ruleset, scope))


def _applies(rule: Freight, case: Case) -> bool:
    subsidy = rule.subsidy is None or rule.subsidy == case.terms.subsidy
    return subsidy and (rule.liable is None or rule.liable == case.terms.liable)


def _reason(rule: Freight) -> Saying:
    if rule.bearer == "unclear":
        return say("The source contradicts itself or does not say; a person has to decide.")
    return say("As the source says.")


def _gap(case: Case, ruleset: Ruleset, scope: Scope) -> Saying:
    """Why no rule applies, and what would help."""
    about = [rule for rule in ruleset.freight if scope.concerns(rule)]
    if any(rule.subsidy is not None for rule in about) and case.terms.subsidy is None:
        return say("It hangs on whether the platform subsidises this return; write that into the case.")
    if any(rule.liable is not None for rule in about) and case.terms.liable is None:
        return say("It hangs on who is liable; write that into the case.")
    if scope.base is None:
        return say("The case does not say of which class it is; choose the reason from the platform's list.")
    return say("The source does not say who pays in such a case.")
