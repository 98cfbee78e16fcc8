"""What a look may look at, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from claims.assessment import Assessment, Countdown, Judgement
from claims.case import Case, Message, Speaker
from claims.chronicle import Chronicle
from claims.preflight.intent import Intent
from claims.record.exhibit import Role
from claims.ruleset import Ruleset
from claims.scope import Scope
from evidence.model import Report, Saying


@dataclass(frozen=True)
class View:
    """A case with its assessment, and what the seller is about to do."""

    case: Case
    ruleset: Ruleset
    scope: Scope
    assessment: Assessment
    reports: Mapping[str, Report]
    """By the digest of the exhibit."""
    happened: Chronicle
    intent: Intent
    now: datetime
    roles: tuple[Role, ...] = ()
    """Which the question names."""
    clocks: tuple[str, ...] = ()
    """Likewise."""

    def said_by_us(self) -> tuple[Message, ...]:
        """Messages of the merchant's people; what a machine says is no answer."""
        return tuple(m for m in self.case.messages if m.speaker is Speaker.MERCHANT)

    def countdowns(self) -> tuple[Countdown, ...]:
        """The clocks that the question names."""
        return tuple(c for c in self.assessment.clocks if c.id in self.clocks)

    def judgements(self, wanted: Iterable[str]) -> tuple[Judgement, ...]:
        names = frozenset(wanted)
        return tuple(j for j in self.assessment.requirements if j.id in names)


@dataclass(frozen=True)
class Looked:
    """Whether the reason for failing is there; None where that could not be seen."""

    applies: bool | None
    reasons: tuple[Saying, ...]
    advice: tuple[Saying, ...] = ()
    evidence: tuple[str, ...] = field(default=())


Looker = Callable[[View], Looked]


def bad(reason: Saying, *advice: Saying, evidence: Iterable[str] = ()) -> Looked:
    """It is there."""
    return Looked(True, (reason,), advice, tuple(evidence))


def clear(reason: Saying, *, evidence: Iterable[str] = ()) -> Looked:
    """It is not there."""
    return Looked(False, (reason,), (), tuple(evidence))


def unseen(reason: Saying, *advice: Saying, evidence: Iterable[str] = ()) -> Looked:
    """Nobody can tell from the case."""
    return Looked(None, (reason,), advice, tuple(evidence))
