"""What an assessment says: every requirement yes, no or unsure, every clock with its due time.

Plain frozen values. Readiness is derived, never stored: it is computed from the
judgements whenever somebody asks.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, computed_field

from claims.ruleset import Level, Source, Words
from evidence.model import Digest, Grade, Outcome, Saying, Utc
from evidence.timeline import Span


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Met(StrEnum):
    """Whether a requirement is met."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


class Decider(StrEnum):
    """Who or what decided: the report's checks, a person's word, or the record of the case."""

    CHECKS = "checks"
    PERSON = "person"
    RECORD = "record"


class Pointer(_Value):
    """One finding of one report that decided."""

    exhibit: str
    digest: Digest
    check: str
    code: str
    outcome: Outcome


class Judgement(_Value):
    """One requirement and what became of it.

    `reasons` has the sentences that decided and no others; `advice` says what to do next
    and is empty where nothing is to be done.
    """

    id: str
    level: Level
    title: Words
    quote: str
    answer: Met
    by: Decider
    reasons: tuple[Saying, ...]
    advice: tuple[Saying, ...] = ()
    findings: tuple[Pointer, ...] = ()
    confirmable: bool = False
    """Whether a person's yes would close it now."""

    @property
    def reason(self) -> Saying:
        """The first of the reasons."""
        return self.reasons[0]


class Notice(_Value):
    """Something about one exhibit that decides nothing and that a person should look at."""

    exhibit: str
    digest: Digest
    code: str
    grade: Grade
    evidence_id: str
    """The other file that it is about."""
    cases: tuple[str, ...]
    """The other cases that have that file."""
    sent_at: Utc
    """When that file was sent."""
    here: Span | None = None
    there: Span | None = None
    """Where in the exhibit and in that file, seconds from the start of each; None for equal bytes."""
    reason: Saying
    advice: Saying


class Ticking(StrEnum):
    """Where a clock stands."""

    WAITING = "waiting"
    """Its start is not recorded."""
    UNKNOWN = "unknown"
    """It runs, and nobody knows until when."""
    RUNNING = "running"
    MET = "met"
    """It was stopped in time."""
    LATE = "late"


class Countdown(_Value):
    """One clock of the ruleset, as it stands at the moment of the assessment."""

    id: str
    title: Words
    quote: str
    state: Ticking
    started_at: Utc | None = None
    due_at: Utc | None = None
    """None where it is unknown."""
    due_from: Literal["platform", "ruleset"] | None = None
    reason: Saying
    advice: Saying | None = None


class Readiness(StrEnum):
    READY = "ready"
    OPEN = "open"
    """No requirement fails, and at least one is unsure."""
    UNMET = "unmet"


class Basis(_Value):
    """The ruleset that was applied."""

    id: str
    version: int
    title: Words
    source: Source


class Assessment(_Value):
    """A case held against a ruleset at one moment."""

    # what is computed comes back when a stored assessment is read, and is computed anew
    model_config = ConfigDict(frozen=True, extra="ignore")

    schema_version: Literal[1] = 1
    case_id: str
    ruleset: Basis
    assessed_at: Utc
    film: str | None = None
    """The exhibit that counts as the film of the opening, where that is clear."""
    requirements: tuple[Judgement, ...]
    clocks: tuple[Countdown, ...] = ()
    notices: tuple[Notice, ...] = ()
    """What stands beside the requirements, such as the same film in another case."""

    @computed_field
    @property
    def readiness(self) -> Readiness:
        """Only what the platform demands decides; nothing demanded is nothing shown, so not ready."""
        answers = {r.answer for r in self.requirements if r.level is Level.MUST}
        if Met.NO in answers:
            return Readiness.UNMET
        return Readiness.READY if answers == {Met.YES} else Readiness.OPEN

    @computed_field
    @property
    def unmet(self) -> tuple[str, ...]:
        """The demanded requirements that are not a yes, in the ruleset's order."""
        return tuple(r.id for r in self.requirements if r.level is Level.MUST and r.answer is not Met.YES)

    def judgement(self, requirement: str) -> Judgement | None:
        """The judgement on that requirement, or None."""
        return next((r for r in self.requirements if r.id == requirement), None)
