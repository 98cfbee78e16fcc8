"""Who may give away how much, as the shop has set it."""

from __future__ import annotations

from claims.case import Case, Decision, Offer
from claims.change import UnfitError
from claims.record.amount import Amount
from claims.record.decision import DecisionKind
from claims.shop import Limit
from evidence.model import say

_GIVES = frozenset(
    {
        DecisionKind.REFUND,
        DecisionKind.PARTIAL_REFUND,
        DecisionKind.REFUND_ONLY,
        DecisionKind.COMPENSATE,
    }
)


def within(case: Case, amount: Amount | None, role: str) -> None:
    """Say nothing, where that role may give away that much, or the shop has set no limits.

    Raises:
        UnfitError: it may not; the message says who may.
    """
    limits = case.shop.limits if case.shop else ()
    if amount is None or not limits:
        return
    mine = [limit for limit in limits if limit.role == role]
    if not mine:
        raise UnfitError(
            say(
                "The shop sets no limit for the role {role}; name one of: {known}.",
                role=role or "-",
                known=", ".join(dict.fromkeys(limit.role for limit in limits)),
            )
        )
    if any(_allows(limit, amount) for limit in mine):
        return
    able = [limit.role for limit in limits if _allows(limit, amount)]
    raise UnfitError(
        say(
            "{amount} is more than the role {role} may give away; ask: {able}.",
            amount=f"{amount.value} {amount.currency}",
            role=role,
            able=", ".join(dict.fromkeys(able)) or "-",
        )
    )


def _allows(limit: Limit, amount: Amount) -> bool:
    return limit.currency == amount.currency and (limit.most is None or amount.value <= limit.most)


def check(case: Case, part: Decision | Offer, role: str = "") -> None:
    """As `within`, for a decision that gives something away, or an offer."""
    if isinstance(part, Offer):
        within(case, part.amount, role)
    elif part.kind in _GIVES:
        within(case, part.amount, part.role)
