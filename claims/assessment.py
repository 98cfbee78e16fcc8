"""What an assessment says: every requirement yes, no or unsure, every clock with its due time.

Plain frozen values. Readiness is derived, never stored: it is computed from the
judgements whenever somebody asks.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, computed_field

from claims.record.event import EventKind
from claims.vocabulary.clock import Nature
from claims.vocabulary.procedure import Settling
from claims.vocabulary.quoted import Badge, Source, Words
from claims.vocabulary.requirement import Level
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
    about: str = ""
    """The sub-case; empty for the case itself."""
    source: str = ""
    """The id of the source; empty for the ruleset's main one."""
    badge: Badge | None = None

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
    PAUSED = "paused"
    """It does not run while the platform does not wait for the seller."""
    MET = "met"
    """It was stopped in time."""
    LATE = "late"
    OVER = "over"
    """A period of the buyer's has ended, and the buyer did not use it."""


class Countdown(_Value):
    """One clock of the ruleset, as it stands at the moment of the assessment."""

    id: str
    title: Words
    quote: str
    state: Ticking
    started_at: Utc | None = None
    due_at: Utc | None = None
    """None where it is unknown."""
    due_from: Literal["platform", "ruleset", "promise"] | None = None
    reason: Saying
    advice: Saying | None = None
    step: str = ""
    """Of a clock with several steps, which one."""
    about: str = ""
    """The ticket, parcel, sub-case or promise that it is about; empty for the case itself."""
    started_by: EventKind | None = None
    nature: Nature = "task"
    todo: Words | None = None
    missed: Words | None = None
    """What happens when it is missed."""
    severity: Literal["red", "amber"] = "red"
    badge: Badge | None = None
    source: str = ""
    notes: tuple[Saying, ...] = ()
    """What else has to be known about its end."""
    rivals: tuple[str, ...] = ()
    """Clocks of other sources that say otherwise; the earlier one of them alarms."""
    alarm: bool = False
    """Whether it is one to act on: it runs or is late, and no rival ends earlier."""

    @property
    def name(self) -> str:
        """Clock, and step where there are several, e.g. `return_request.plan`."""
        return f"{self.id}.{self.step}" if self.step else self.id


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


class Conflict(_Value):
    """Where the sources of the ruleset do not agree; both are shown."""

    id: str
    title: Words
    quotes: tuple[str, ...]
    settled: Settling
    clocks: tuple[str, ...] = ()
    reading: Words | None = None


class Assessment(_Value):
    """A case held against a ruleset at one moment."""

    # what is computed comes back when a stored assessment is read, and is computed anew
    model_config = ConfigDict(frozen=True, extra="ignore")

    schema_version: Literal[1] = 1
    case_id: str
    ruleset: Basis
    assessed_at: Utc
    procedure: str = ""
    """The main procedure; empty where the ruleset knows none."""
    reason_class: str = ""
    """The base class of the reason; empty where it is not known."""
    film: str | None = None
    """The exhibit that counts as the film of the opening, where that is clear."""
    requirements: tuple[Judgement, ...]
    beside: tuple[Judgement, ...] = ()
    """What the open sub-cases ask for; it does not decide whether the case itself is ready."""
    clocks: tuple[Countdown, ...] = ()
    notices: tuple[Notice, ...] = ()
    """What stands beside the requirements, such as the same film in another case."""
    contradictions: tuple[Conflict, ...] = ()

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
