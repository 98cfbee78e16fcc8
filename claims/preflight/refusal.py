"""Whether the refusal itself can stand: its ground, its class, its evidence, the order of the requests."""

from __future__ import annotations

from claims.naming import CLASSES
from claims.preflight.looking import Looked, View, bad, clear, unseen
from claims.record.event import EventKind
from claims.vocabulary.ground import Ground
from claims.vocabulary.reason import ReasonClass
from claims.words.plain import found
from evidence.model import say

_RESALE = ("二次销售", "二次銷售", "再次销售", "resale", "resell", "sold as new", "sell it again")
"""How people name the ground without choosing it from the list."""
_SELLERS_RISK = (ReasonClass.QUALITY, ReasonClass.TRANSIT_DAMAGE)
"""Where a ruleset that lists no grounds still knows that the risk is the seller's."""


def ground_of(view: View) -> Ground | None:
    """The entry of the ruleset that the refusal names."""
    return next((g for g in view.ruleset.ground if g.id == view.intent.ground), None)


def resale_in_quality(view: View) -> Looked:
    """Whether a complaint of quality is refused because the goods cannot be sold as new."""
    resale = [g for g in view.ruleset.ground if g.denies in {"resale", "unused"}]
    named = ground_of(view)
    text = f"{view.intent.explanation}\n{view.case.reason}"
    meant = named in resale if named else bool(found(text, _RESALE))
    if named and not meant:
        return clear(say("The refusal is on another ground: {ground}.", ground=named.id))
    base = view.scope.base
    blocked = {c for g in resale for c in g.blocked} or set(_SELLERS_RISK)
    if not meant:
        if base is not None and base not in blocked:
            return clear(say("This is no case of quality."))
        return unseen(
            say("No ground of the refusal is chosen yet."), say("Choose the ground, and look once more.")
        )
    if base is None:
        return unseen(
            say("The case does not say of which class it is, and this ground loses in a case of quality."),
            say("Choose the reason from the platform's list first."),
        )
    if base in blocked:
        return bad(
            say(
                "The refusal says that it cannot be sold as new, and this is a case of {base}.",
                base=CLASSES[base],
            ),
            say("Choose another ground, or settle."),
        )
    return clear(say("This ground may be used in a case of {base}.", base=CLASSES[base]))


def refusal_unfounded(view: View) -> Looked:
    """Whether the refusal names no reason, or no evidence that can carry it."""
    intent = view.intent
    if not intent.founded:
        return bad(
            say("The refusal names no reason, or no evidence."),
            say("Choose the ground, and link at least one exhibit that shows it."),
        )
    lost = [name for name in intent.evidence if view.case.exhibit(name) is None]
    if lost:
        return bad(say("This case has no exhibit {exhibit}.", exhibit=lost[0]))
    ground = ground_of(view)
    roles = [view.case.exhibit(name) for name in intent.evidence]
    if ground and ground.proof and not any(e and e.role in ground.proof for e in roles):
        return bad(
            say("None of the linked exhibits is of a kind that shows this ground."),
            say("Link one in such a role: {roles}.", roles=", ".join(ground.proof)),
            evidence=intent.evidence,
        )
    return clear(say("The refusal has a reason and evidence."), evidence=intent.evidence)


def refund_then_quality(view: View) -> Looked:
    """Whether it is not so that a refund was asked for first and a return for quality then."""
    refund = view.happened.last(EventKind.REFUND_REQUESTED)
    quality = view.happened.last(EventKind.QUALITY_RETURN_REQUESTED)
    if refund and quality and quality.at >= refund.at:
        return clear(say("A refund was asked for first, and a return for quality after it."))
    return bad(
        say("The case does not record a refund asked for first and a return for quality after it."),
        say("Record both requests with their times, as the platform shows them."),
    )
