"""What is asked of a case before a step of a ladder, e.g. whether freight exceeds value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from claims.assessment import Met
from claims.case import Amount, Case, Sum
from claims.vocabulary.ladder import Test
from evidence.model import Saying, say


@dataclass(frozen=True)
class Tested:
    """Whether it holds; unsure where the case does not say enough."""

    answer: Met
    reason: Saying


def test(name: Test, case: Case) -> Tested:
    """Whether that holds in the case."""
    return _TESTS[name](case)


def _freight_above_value(case: Case) -> Tested:
    freight, value = case.amount(Sum.FREIGHT_RETURN), case.amount(Sum.RESIDUAL) or case.amount(Sum.GOODS)
    if freight is None or value is None:
        return Tested(
            Met.UNSURE, say("The case does not say what sending back costs, and what the goods are worth.")
        )
    if freight.currency != value.currency:
        return Tested(
            Met.UNSURE,
            say(
                "Freight ({one}) and value ({other}) are in two currencies.",
                one=_money(freight),
                other=_money(value),
            ),
        )
    values = {"freight": _money(freight), "value": _money(value)}
    if freight.value > value.value:
        return Tested(Met.YES, say("Sending back costs {freight}, the goods are worth {value}.", **values))
    return Tested(Met.NO, say("Sending back costs {freight}, the goods are worth {value}.", **values))


def _worthless(case: Case) -> Tested:
    left = case.amount(Sum.RESIDUAL)
    if left is not None and left.value == 0:
        return Tested(Met.YES, say("What would come back is worth nothing."))
    if any(item.perishable for item in case.items):
        return Tested(Met.YES, say("The goods are perishable."))
    if left is not None:
        return Tested(Met.NO, say("What would come back is worth {value}.", value=_money(left)))
    return Tested(Met.UNSURE, say("The case does not say what the goods are still worth."))


def _low_value(case: Case) -> Tested:
    most = case.shop.keep_below if case.shop else None
    goods = case.amount(Sum.GOODS)
    if most is None or goods is None:
        return Tested(
            Met.UNSURE, say("The shop has set no threshold, or the case does not say what was paid.")
        )
    values = {"value": _money(goods), "most": str(most)}
    if goods.value <= most:
        return Tested(Met.YES, say("The buyer paid {value}; up to {most} it need not come back.", **values))
    return Tested(Met.NO, say("The buyer paid {value}; up to {most} it need not come back.", **values))


def _by_person(name: Test, yes: Saying, no: Saying, unknown: Saying) -> Callable[[Case], Tested]:
    """What only a person knows: a statement under the name of the test."""

    def ask(case: Case) -> Tested:
        said = case.statement(name)
        if said is None:
            return Tested(Met.UNSURE, unknown)
        return Tested(Met.YES, yes) if said.answer == "yes" else Tested(Met.NO, no)

    return ask


def _money(amount: Amount) -> str:
    return f"{amount.value} {amount.currency}"


_TESTS: Final[Mapping[Test, Callable[[Case], Tested]]] = {
    "freight_above_value": _freight_above_value,
    "worthless": _worthless,
    "low_value": _low_value,
    "carrier_ban": _by_person(
        "carrier_ban",
        say("No carrier takes it back."),
        say("A carrier takes it back."),
        say("Nobody has said whether a carrier takes it back; state carrier_ban with yes or no."),
    ),
    "main_item_unaffected": _by_person(
        "main_item_unaffected",
        say("The main item can be used without what is missing."),
        say("The main item cannot be used without what is missing."),
        say(
            "Nobody has said whether the main item can be used without it; "
            "state main_item_unaffected with yes or no."
        ),
    ),
}
