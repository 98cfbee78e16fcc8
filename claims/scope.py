"""What of a ruleset is about a case: by its procedure, its sub-cases, and the class of its reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from claims.assessment import Met
from claims.case import Case
from claims.chronicle import Chronicle
from claims.ruleset import Ruleset
from claims.vocabulary.clock import Clock
from claims.vocabulary.quoted import Quoted
from claims.vocabulary.reason import Reason, ReasonClass
from claims.wares import Ware, fits, wares

Entry = TypeVar("Entry", bound=Quoted)


def reason_of(case: Case, ruleset: Ruleset) -> Reason | None:
    """The entry of the platform's list that the case names; None where it names none of them."""
    return next((r for r in ruleset.reason if r.id == case.reason_code), None)


def classify(case: Case, ruleset: Ruleset) -> ReasonClass | None:
    """The base class of the case: as a person set it, else by the platform's own list; None where unknown.

    The same words can mean another class on another platform: a missing part is a question of
    quality on one, and of a wrong shipment on another.
    """
    if case.reason_class in set(ReasonClass):
        return ReasonClass(case.reason_class)
    found = reason_of(case, ruleset)
    return found.base if found else None


@dataclass(frozen=True)
class Scope:
    """Where a case stands in its ruleset."""

    procedure: str
    """The main one; empty where the ruleset knows no procedures."""
    base: ReasonClass | None
    beside: tuple[tuple[str, str], ...]
    """Open sub-cases with their procedures."""
    wares: tuple[Ware, ...] = ()
    """What was ordered."""

    def fits(self, entry: Quoted) -> Met:
        """Whether an entry for some goods alone is about those of the case; unsure where nobody said so."""
        return fits(entry, self.wares)

    def concerns(self, entry: Quoted, procedure: str | None = None) -> bool:
        """Whether an entry is about the main procedure, or about `procedure`.

        An entry for some classes is none for a case whose class is not known; one for some goods is left
        out where it is known that they are others.
        """
        if (entry.classes and self.base not in entry.classes) or self.fits(entry) is Met.NO:
            return False
        here = self.procedure if procedure is None else procedure
        return here in entry.procedures or (procedure is None and not entry.procedures)

    def of(self, entries: Iterable[Entry]) -> tuple[Entry, ...]:
        """Those about the main procedure, in their order."""
        return tuple(e for e in entries if self.concerns(e))

    def ticks(self, clock: Clock, happened: Chronicle) -> bool:
        """Whether a clock is to be shown.

        Whatever has started counts, whichever procedure somebody chose, so that no alarm is lost by
        a wrong choice; only another class or other goods, where that is known, rule it out.
        """
        if clock.classes and self.base is not None and self.base not in clock.classes:
            return False
        if self.fits(clock) is Met.NO:
            return False
        if any(happened.abouts(kind) for kind in clock.starts):
            return True
        entered = {self.procedure, *(procedure for _, procedure in self.beside)}
        return not clock.procedures or bool(entered & set(clock.procedures))


def scope_of(case: Case, ruleset: Ruleset) -> Scope:
    """Where the case stands; a procedure that the ruleset does not know is its first one."""
    known = {p.id for p in ruleset.procedure}
    procedure = case.procedure if case.procedure in known else ruleset.main
    beside = tuple((s.id, s.procedure) for s in case.subcases if s.closed_at is None)
    return Scope(procedure, classify(case, ruleset), beside, wares(case, ruleset.category))
