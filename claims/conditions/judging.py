"""Each kind of condition to the function that judges it."""

from __future__ import annotations

from typing import assert_never

from claims.conditions.choice import chosen
from claims.conditions.events import happened, ready_before
from claims.conditions.exhibits import single
from claims.conditions.findings import examined
from claims.conditions.people import stated
from claims.conditions.scene import Held, Scene
from claims.conditions.things import chatted, inspected, says, shows
from claims.vocabulary.requirement import (
    AnyOf,
    Chatted,
    Condition,
    Findings,
    Happened,
    Inspected,
    Only,
    ReadyBefore,
    Requirement,
    Says,
    Shows,
    Stated,
)


def judge(condition: Condition, requirement: Requirement, scene: Scene) -> Held:  # noqa: C901, PLR0911 - one for each kind
    """What becomes of `condition` in `scene`."""
    match condition:
        case Findings():
            return examined(condition, requirement, scene)
        case Stated():
            return stated(condition, requirement, scene)
        case ReadyBefore():
            return ready_before(condition, scene)
        case Happened():
            return happened(condition, scene)
        case Only():
            return single(condition, scene)
        case Shows():
            return shows(condition, scene)
        case Says():
            return says(condition, scene)
        case Inspected():
            return inspected(condition, scene)
        case Chatted():
            return chatted(condition, scene)
        case AnyOf():
            return chosen([judge(each, requirement, scene) for each in condition.of])
        case _:
            assert_never(condition)
