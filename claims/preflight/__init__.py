"""The pre-flight: why this refusal or appeal would fail, said before it is sent.

`preflight` is pure. Each reason of the ruleset is looked at in the case, asked of a person, or both;
a reason that nobody could look at is open and never clear.
"""

from __future__ import annotations

from claims.preflight.answering import preflight, view_of
from claims.preflight.intent import Intent, intended
from claims.preflight.verdict import Answered, Course, Preflight, Standing, Wanted

__all__ = [
    "Answered",
    "Course",
    "Intent",
    "Preflight",
    "Standing",
    "Wanted",
    "intended",
    "preflight",
    "view_of",
]
