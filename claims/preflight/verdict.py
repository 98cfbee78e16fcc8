"""What the pre-flight says: every reason for which an appeal fails, and what to do about the whole."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import computed_field

from claims.assessment import Met, Readiness
from claims.value import Value
from claims.vocabulary.quoted import Badge, Words
from evidence.model import Saying, Utc


class Standing(StrEnum):
    """Whether a reason for failing applies."""

    APPLIES = "applies"
    CLEAR = "clear"
    OPEN = "open"
    """Nobody could look, or nobody has answered."""


class Course(StrEnum):
    """What to do, the gravest first."""

    SETTLE = "settle"
    """It cannot be won and should not be tried: give the buyer what is due."""
    STOP = "stop"
    """Sent like this it loses."""
    MEND = "mend"
    """Something speaks against it that can be mended."""
    ASK = "ask"
    """Nothing speaks against it, and something is open."""
    GO = "go"


class Answered(Value):
    """One reason, with what it was answered from."""

    id: str
    title: Words
    quote: str
    source: str = ""
    badge: Badge | None = None
    mode: Literal["automatic", "asked", "mixed"]
    standing: Standing
    by: Literal["record", "person", "nobody"]
    reasons: tuple[Saying, ...]
    evidence: tuple[str, ...] = ()
    """What it was answered from: exhibits, messages, promises, clocks, requirements."""
    asks: Words | None = None
    """The question that a person has still to answer."""
    advice: tuple[Saying, ...] = ()
    remedy: Words | None = None
    """What the ruleset advises."""
    stops: bool = False
    settle: bool = False


class Wanted(Value):
    """A demanded requirement that is not met, in words."""

    id: str
    title: Words
    answer: Met
    asks: tuple[Saying, ...]
    """What it asks for; all of it has to hold."""


class Preflight(Value):
    """All of them, at one moment."""

    case_id: str
    ruleset: str
    looked_at: Utc
    decision: str
    """What the seller is about to do."""
    ground: str = ""
    questions: tuple[Answered, ...]
    readiness: Readiness
    """Whether what the platform demands is met; what is not met loses too."""
    unmet: tuple[str, ...] = ()
    """The demanded requirements that are not a yes."""
    wanted: tuple[Wanted, ...] = ()
    """The same, with what each asks for."""

    @computed_field
    @property
    def course(self) -> Course:
        """The honest advice; nothing asked is nothing known, so it is never a go."""
        applying = [q for q in self.questions if q.standing is Standing.APPLIES]
        if any(q.settle for q in applying):
            return Course.SETTLE
        if any(q.stops for q in applying):
            return Course.STOP
        if applying or self.readiness is Readiness.UNMET:
            return Course.MEND
        clear = bool(self.questions) and all(q.standing is Standing.CLEAR for q in self.questions)
        return Course.GO if clear and self.readiness is Readiness.READY else Course.ASK

    @property
    def applying(self) -> tuple[Answered, ...]:
        """What speaks against it, the gravest first."""
        found = [q for q in self.questions if q.standing is Standing.APPLIES]
        return tuple(sorted(found, key=lambda q: (not q.stops, not q.settle)))
