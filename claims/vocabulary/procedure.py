"""Procedures of a platform, and where its sources contradict each other."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import model_validator

from claims.vocabulary.quoted import Key, Quoted, RuleId


class Procedure(Quoted):
    """One way that a claim can go: the main one of a case, or one entered beside it as a sub-case."""

    id: Key
    beside: bool = False
    """Whether it is entered as a sub-case."""
    opens: tuple[Key, ...] = ()
    """Procedures to enter beside it as soon as it begins."""


Settling = Literal["earlier", "per_request", "platform", "ask", "classify", "warn", "drop", "setting"]
"""What we do about a contradiction: show both and alarm on the earlier; keep one for each kind of request;
follow the platform's own page; ask a person; let the class decide; warn; drop what is denied elsewhere; make
it a setting."""


class Contradiction(Quoted):
    """Two sources, or two places of one source, that do not agree; both are kept and shown."""

    id: RuleId
    clocks: tuple[Key, ...] = ()
    """The clocks that contradict each other."""
    settled: Settling
    against: str = ""
    """The id of the source of the further quotes, where that is another one than the first quote's."""

    @model_validator(mode="after")
    def _has_two_sides(self) -> Self:
        if self.settled == "earlier" and len(self.clocks) < 2:  # noqa: PLR2004 - two sides
            raise ValueError("a contradiction that is settled as earlier names at least two clocks")
        return self
