"""What was decided about a case and how it ended, as its page shows it, with what may be chosen next."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from api import outlook
from api.pages import case_view
from api.pages.case_view import address
from api.telling import of
from api.words import legible
from claims.assessment import Met
from claims.case import Case, Decision, DecisionKind, Event, EventKind
from claims.naming import EVENTS
from claims.ruleset import Ruleset
from evidence.model import Saying, say

if TYPE_CHECKING:
    from api.pages.case_page import Scene
    from api.words import Words

KINDS: Final[Mapping[DecisionKind, Saying]] = {
    DecisionKind.REFUSE: say("Refuse"),
    DecisionKind.APPEAL: say("Escalate: appeal to the platform"),
    DecisionKind.PARTIAL_REFUND: say("Refund a part"),
    DecisionKind.REFUND: say("Refund against the return"),
    DecisionKind.REFUND_ONLY: say("Refund, the goods stay with the buyer"),
    DecisionKind.AGREE: say("Agree to what the buyer asks"),
    DecisionKind.EXCHANGE: say("Exchange"),
    DecisionKind.RESHIP: say("Send it again"),
    DecisionKind.COMPENSATE: say("Compensate"),
}
"""What can be decided; what has to hold before a platform stands first."""
PROVEN: Final = frozenset({DecisionKind.REFUSE, DecisionKind.APPEAL, DecisionKind.PARTIAL_REFUND})
"""Decisions that have to name evidence: they hold against what the buyer asks for."""
ENDS: Final[Mapping[EventKind, tuple[str, Saying]]] = {
    EventKind.WON: ("pass", say("Won: decided for us")),
    EventKind.PARTLY_WON: ("unsure", say("Partly won")),
    EventKind.LOST: ("fail", say("Lost: decided against us")),
    EventKind.REFUND_WITHDRAWN: ("skipped", say("Withdrawn by the buyer")),
}
AWARDED: Final = "awarded"
"""Under which a case keeps the sum with which it ended."""


@dataclass(frozen=True)
class Decided:
    """A decision as it is shown."""

    title: str
    when: str
    by: str
    amount: str
    why: tuple[str, ...]
    evidence: str
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class End:
    """How the case ended, as somebody recorded it."""

    title: str
    tone: str
    when: str
    because: str


@dataclass(frozen=True)
class Choice:
    """A ground of a refusal."""

    id: str
    title: str
    usable: bool
    why: str


def section(scene: Scene) -> Mapping[str, Any]:
    """The decisions and the end of a case, and what the forms for them offer."""
    case, rules, told = scene.found.case, scene.found.ruleset.rules, scene.told
    awarded = next((each for each in case.amounts if each.what == AWARDED), None)
    return {
        "decided": [_decided(each, rules, told) for each in reversed(case.decisions)],
        "decision_kinds": [(kind.value, told.say(says), kind in PROVEN) for kind, says in KINDS.items()],
        "grounds": tuple(_grounds(scene)),
        "currency": _currency(case),
        "roles": list(dict.fromkeys(limit.role for limit in case.shop.limits)) if case.shop else [],
        "decision_files": tuple(case_view.files(case, told)),
        "ends": [_end(each, told) for each in reversed(case.events) if each.kind in ENDS and not each.about],
        "end_kinds": [(kind.value, told.say(says)) for kind, (_, says) in ENDS.items()],
        "awarded": f"{awarded.value} {awarded.currency}" if awarded else "",
        "decision_key": secrets.token_hex(16),
        "end_key": secrets.token_hex(16),
        "home": address(case),
    }


def _grounds(scene: Scene) -> Iterator[Choice]:
    for ground in outlook.settled(scene.desk, scene.found.case.id).grounds:
        why = ground.why_blocked
        reasons = of(why, scene.told) if why else " ".join(map(scene.told.say, ground.reasons))
        yield Choice(ground.id, of(ground.title, scene.told), ground.usable is not Met.NO, reasons)


def _currency(case: Case) -> str:
    """The currency in which the case counts already."""
    return case.amounts[0].currency if case.amounts else "CNY"


def _decided(decision: Decision, rules: Ruleset, told: Words) -> Decided:
    grounds = {each.id: of(each.title, told) for each in rules.ground}
    reasons = {each.id: of(each.title, told) for each in rules.reason}
    questions = {each.id: of(each.title, told) for each in rules.question}
    why = (
        grounds.get(decision.ground, decision.ground),
        reasons.get(decision.reason_code, decision.reason_code),
        legible(decision.explanation, 600),
    )
    return Decided(
        title=told.say(KINDS[decision.kind]),
        when=told.moment(decision.at),
        by=legible(decision.by, 80),
        amount=f"{decision.amount.value} {decision.amount.currency}" if decision.amount else "",
        why=tuple(filter(None, why)),
        evidence=", ".join(decision.evidence),
        warnings=tuple(questions.get(each, each) for each in decision.warnings or ()),
    )


def _end(event: Event, told: Words) -> End:
    tone, says = ENDS.get(event.kind, ("skipped", EVENTS[event.kind]))
    return End(told.say(says), tone, told.moment(event.at), legible(event.because, 200))
