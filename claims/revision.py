"""What moved between two editions of a ruleset: added, changed, removed, entry by entry and in words.

Requirements and clocks are told as what they ask and count; of other parts the fields are named that are
not what they were. Nothing is judged here: what it means for a case, an assessment tells.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from claims.asking import asked
from claims.clocks.described import described
from claims.ruleset import Clock, Requirement, Ruleset, Words
from claims.value import Value
from claims.vocabulary.requirement import Level
from evidence.model import Saying, say

PARTS: Final = ("requirement", "clock")
"""Those that decide readiness and due times; they come first."""
_LEVELS: Final[Mapping[Level, Saying]] = {Level.MUST: say("demanded"), Level.SHOULD: say("recommended")}
_TOLD: Final = frozenset({"title", "met_by", "level", "goods", "worth"})
_COUNTED: Final = frozenset(
    {
        "title",
        "starts",
        "stops",
        "kind",
        "length",
        "outside",
        "calendars",
        "steps",
        "nature",
        "severity",
        "goods",
        "worth",
    }
)
"""Fields that the sentences of a requirement, and those of a clock, hold already."""
_HEAD: Final = ("platform", "chosen_by", "formerly")


class Move(StrEnum):
    """What became of an entry."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


MOVES: Final[Mapping[Move, Saying]] = {
    Move.ADDED: say("added"),
    Move.CHANGED: say("changed"),
    Move.REMOVED: say("removed"),
}


@dataclass(frozen=True)
class Revision:
    """One entry that is not what it was."""

    part: str
    """The list that it stands in, as the file calls it; `head` for what stands at the top."""
    id: str
    title: Words | None
    move: Move
    says: tuple[Saying, ...] = ()
    """What it says now where it was added, what it said where it is gone, and both where it changed."""


def revised(before: Ruleset, after: Ruleset) -> tuple[Revision, ...]:
    """All that moved from one edition to the other; requirements and clocks first."""
    return (*_head(before, after), *(each for part in _parts() for each in _part(part, before, after)))


def _parts() -> Iterator[str]:
    yield from PARTS
    single = {"id", "version", "title", "source", *_HEAD, *PARTS}
    yield from (name for name in Ruleset.model_fields if name not in single)


def _head(before: Ruleset, after: Ruleset) -> Iterator[Revision]:
    says: list[Saying] = []
    if before.version != after.version:
        says.append(say("edition {before} → {after}", before=before.version, after=after.version))
    if before.source.read != after.source.read:
        was, now = before.source.read.isoformat(), after.source.read.isoformat()
        says.append(say("source read on {before} → {after}", before=was, after=now))
    if before.title != after.title:
        says.append(say("Its {field} is another.", field="title"))
    if before.source.model_copy(update={"read": after.source.read}) != after.source:
        says.append(say("Its {field} is another.", field="source"))
    says += [
        say("Its {field} is another.", field=name)
        for name in _HEAD
        if getattr(before, name) != getattr(after, name)
    ]
    if says:
        yield Revision("head", after.id, after.title, Move.CHANGED, tuple(says))


def _part(part: str, before: Ruleset, after: Ruleset) -> Iterator[Revision]:
    old, new = _named(getattr(before, part)), _named(getattr(after, part))
    for name, entry in new.items():
        was = old.get(name)
        if was is None:
            yield Revision(part, name, _title(entry), Move.ADDED, tuple(_sentences(entry)))
        elif was != entry:
            yield Revision(part, name, _title(entry), Move.CHANGED, tuple(_changes(was, entry)))
    for name, entry in old.items():
        if name not in new:
            yield Revision(part, name, _title(entry), Move.REMOVED, tuple(_sentences(entry)))


def _named(entries: Sequence[Value]) -> dict[str, Value]:
    """By id; what has none by its place among its like, counted from 1."""
    return {str(getattr(entry, "id", "") or n): entry for n, entry in enumerate(entries, start=1)}


def _title(entry: Value) -> Words | None:
    found = getattr(entry, "title", None)
    return found if isinstance(found, Words) else None


def _sentences(entry: Value) -> Iterator[Saying]:
    if isinstance(entry, Requirement):
        yield _LEVELS[entry.level]
        yield from asked(entry)
    elif isinstance(entry, Clock):
        yield from described(entry)


def _changes(before: Value, after: Value) -> Iterator[Saying]:
    if _title(before) != _title(after):
        yield say("Its {field} is another.", field="title")
    was, now = list(_sentences(before)), list(_sentences(after))
    yield from (say("before: {what}", what=each) for each in was if each not in now)
    yield from (say("now: {what}", what=each) for each in now if each not in was)
    told = _TOLD if isinstance(after, Requirement) else _COUNTED if isinstance(after, Clock) else {"title"}
    held, new = before.model_dump(), after.model_dump()
    for name in type(after).model_fields:
        if name not in told and held.get(name) != new.get(name):
            yield say("Its {field} is another.", field=name)
