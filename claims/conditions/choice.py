"""What becomes of several conditions of which one is enough."""

from __future__ import annotations

from collections.abc import Sequence

from claims.assessment import Met
from claims.conditions.scene import GOODNESS, Held, distinct
from evidence.model import say


def chosen(held: Sequence[Held]) -> Held:
    """The best of them decides, and only what decided is told; where none holds, all of them are.

    Every one that can still be done is advised, since any would do.
    """
    best = max(held, key=lambda each: GOODNESS[each.answer])
    if best.answer is Met.YES:
        return best
    deciding = [each for each in held if each.answer is best.answer]
    advice = distinct(a for each in held for a in each.advice)
    if len(advice) > 1:
        advice = (say("One of these is enough:"), *advice)
    return Held(
        best.answer,
        best.by,
        distinct(r for each in deciding for r in each.reasons),
        advice,
        tuple(dict.fromkeys(p for each in deciding for p in each.findings)),
        confirmable=any(each.confirmable for each in deciding),
    )
