"""Grounds on which a seller may refuse, and where the very same ground loses."""

from __future__ import annotations

from claims.record.exhibit import Role
from claims.vocabulary.quoted import Key, Quoted, Words
from claims.vocabulary.reason import ReasonClass
from claims.vocabulary.requirement import InspectionField


class Ground(Quoted):
    """One ground; it is offered where the class of the case is known and not blocked."""

    id: Key
    blocked: tuple[ReasonClass, ...] = ()
    """Classes in which this ground loses."""
    why_blocked: Words | None = None
    proof: tuple[Role, ...] = ()
    """An exhibit in one of these roles has to show it."""
    denies: InspectionField | None = None
    """The question of the inspection that has to be answered with no."""
    over: Key | None = None
    """The clock that has to be over."""
