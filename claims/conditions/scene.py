"""What a condition may look at, and what becomes of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Final

from claims.assessment import Decider, Met, Pointer
from claims.case import Case, Exhibit
from claims.chronicle import Chronicle, Happening
from claims.clocks.sentences import local
from claims.confirmation import COUNT, Confirmation, doubts, latest, trouble
from claims.openings import Opening
from claims.record.event import EventKind
from evidence.model import Report, Saying


@dataclass(frozen=True)
class Scene:
    """Everything that a condition may look at."""

    case: Case
    reports: Mapping[str, Report]
    """By the digest of the exhibit."""
    now: datetime
    film: Exhibit | None
    """The film of the opening, where it is clear which one that is."""
    confirmations: Mapping[str, Sequence[Confirmation]] = field(
        default_factory=dict[str, Sequence[Confirmation]]
    )
    """By the digest of the exhibit, in the order of their recording; disputes of faces alone where the
    ruleset takes no confirmation."""
    openings: Sequence[Opening] = ()
    """The films of other cases under the same waybill, with other footage."""
    about: str = ""
    """The sub-case that is looked at; empty for the case itself."""

    @cached_property
    def happened(self) -> Chronicle:
        """All that happened, by kind."""
        return Chronicle(self.case)

    def event(self, kind: EventKind) -> Happening | None:
        """The event of that kind that counts: about the sub-case that is looked at, else about the case."""
        return self.happened.last(kind, self.about)

    def report(self, exhibit: Exhibit) -> Report | None:
        """The report on that exhibit; one about other bytes is none."""
        found = self.reports.get(exhibit.digest)
        return found if found and found.subject.digest == exhibit.digest else None

    def confirmation(self, exhibit: Exhibit) -> Confirmation | None:
        """The word that counts of those about the pictures of that exhibit; one that cannot count is none."""
        report = self.report(exhibit)
        said = latest(self.confirmations.get(exhibit.digest, ()), COUNT)
        return said if said and report and trouble(said, report) is None else None

    def doubts(self, exhibit: Exhibit) -> tuple[Confirmation, ...]:
        """The disputes of faces in that exhibit that count."""
        report = self.report(exhibit)
        return doubts(self.confirmations.get(exhibit.digest, ()), report) if report else ()

    def on(self, moment: datetime) -> str:
        return local(moment, self.case.zone)


@dataclass(frozen=True)
class Held:
    """What became of one condition."""

    answer: Met
    by: Decider
    reasons: tuple[Saying, ...]
    advice: tuple[Saying, ...] = ()
    findings: tuple[Pointer, ...] = ()
    confirmable: bool = False
    """Whether the question is one that was looked at and left open."""


def record(answer: Met, reason: Saying, *advice: Saying, confirmable: bool = False) -> Held:
    """What the record of the case itself decides."""
    return Held(answer, Decider.RECORD, (reason,), advice, confirmable=confirmable)


GOODNESS: Final = {Met.NO: 0, Met.UNSURE: 1, Met.YES: 2}
"""The lowest decides."""


def worst(answers: Iterable[Met]) -> Met:
    """No before unsure before yes; nothing asked is unsure."""
    return min(answers, key=GOODNESS.__getitem__, default=Met.UNSURE)


def distinct(sayings: Iterable[Saying]) -> tuple[Saying, ...]:
    """Each sentence once, in the order of its first saying."""
    kept: list[Saying] = []
    for saying in sayings:
        if saying not in kept:
            kept.append(saying)
    return tuple(kept)
