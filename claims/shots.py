"""Photo sets: which pictures a claim needs for its reason, and which of them are there.

The shots and sets are data (`shots.toml`); nothing here looks at a picture. Which photo is which shot says
the person, else the file's name, else, for the waybill, that a code was read in it. A photo that nobody
has named may be any shot that is missing, so it leaves those unsure and never fills one.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Final, Self

from pydantic import Field, model_validator

from claims.record.exhibit import Role
from claims.value import Value
from claims.vocabulary.quoted import Key, Words
from evidence.model import Outcome, Saying, Verdict, say

_WORD: Final = re.compile(r"[a-z]+\d?")
_CAPTURED: Final = frozenset({"label", "with_label"})
"""Shots that are told by a waybill's code having been read."""


class Shot(Value):
    """One picture that helps."""

    id: Key
    title: Words
    how: Words
    role: Role | None = None
    """What an exhibit proves that was taken as this shot; None where that depends on what it shows."""
    words: tuple[str, ...] = Field(min_length=1)
    """What a file's name may say of it, in small letters."""


class ShotSet(Value):
    """The pictures for some reasons."""

    id: Key
    reasons: tuple[str, ...] = Field(min_length=1)
    """As `ruleset.reason`."""
    needed: tuple[Key, ...] = Field(min_length=1)
    helpful: tuple[Key, ...] = ()


class Catalogue(Value):
    """All shots and sets."""

    shot: tuple[Shot, ...]
    set: tuple[ShotSet, ...]

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        known = {shot.id for shot in self.shot}
        used = {name for each in self.set for name in (*each.needed, *each.helpful)}
        reasons = [reason for each in self.set for reason in each.reasons]
        if used - known or len(reasons) != len(set(reasons)):
            message = f"unknown shots {sorted(used - known)}, or a reason in two sets"
            raise ValueError(message)
        return self

    def of(self, reason: str) -> ShotSet | None:
        """The set for `ruleset.reason`; None where photos are not what it needs."""
        return next((each for each in self.set if reason in each.reasons), None)

    def named(self, name: str) -> Shot:
        """The shot of that id.

        Raises:
            LookupError: there is none.
        """
        found = next((shot for shot in self.shot if shot.id == name), None)
        if found is None:
            message = f"there is no shot {name!r}; there are {', '.join(shot.id for shot in self.shot)}"
            raise LookupError(message)
        return found


@cache
def catalogue() -> Catalogue:
    """The shots and sets that ship with the package."""
    text = resources.files("claims").joinpath("shots.toml").read_text("utf-8")
    return Catalogue.model_validate(tomllib.loads(text))


@dataclass(frozen=True)
class Taken:
    """A photo that is there."""

    name: str
    """What it goes by, among all of the set; mostly what the user called it: data."""
    verdict: Verdict | None = None
    """Of its report; None where the file was refused."""
    codes: bool = False
    """Whether a waybill's code was read in it."""
    shots: Collection[str] = field(default=())
    """What a person says that it is; wins over its name."""
    called: str = ""
    """What the user called it, where it goes by something else."""


@dataclass(frozen=True)
class Slot:
    """One shot of the set, and what fills it."""

    shot: Shot
    needed: bool
    outcome: Outcome
    """Pass: there; unsure: there but in doubt, or perhaps among the unnamed; fail: not there."""
    says: Saying
    photos: tuple[str, ...] = ()


def fill(wanted: ShotSet, photos: Sequence[Taken]) -> tuple[Slot, ...]:
    """Each shot of the set in turn, the needed ones first, with the photos that show it."""
    slots = [(catalogue().named(name), name in wanted.needed) for name in (*wanted.needed, *wanted.helpful)]
    asked = [shot for shot, _ in slots]
    shown = {photo.name: _told(photo, asked) for photo in photos}
    unnamed = unnamed_of(wanted, photos)
    return tuple(_slot(shot, photos, shown, unnamed, needed=needed) for shot, needed in slots)


def unnamed_of(wanted: ShotSet, photos: Sequence[Taken]) -> int:
    """How many photos there are of which nobody said what they show."""
    asked = [catalogue().named(name) for name in (*wanted.needed, *wanted.helpful)]
    return sum(photo.verdict is not None and not _told(photo, asked) for photo in photos)


def least_missing(slots: Iterable[Slot], unnamed: int) -> int:
    """How many needed shots are missing even if every unnamed photo is one of them."""
    return max(0, sum(slot.needed and not slot.photos for slot in slots) - unnamed)


def _told(photo: Taken, asked: Iterable[Shot]) -> frozenset[str]:
    """The shots that a photo is said to be."""
    if photo.shots:
        return frozenset(photo.shots)
    name = photo.called or photo.name
    found = {shot.id for shot in asked if says_so(shot, name)}
    if photo.codes:
        found |= {shot.id for shot in asked if shot.id in _CAPTURED}
    return frozenset(found)


def says_so(shot: Shot, name: str) -> bool:
    """Whether the name of a file says that it is that shot."""
    return spoken(shot, name) > 0


def spoken(shot: Shot, name: str) -> int:
    """How much the name of a file says that it is that shot: its own id counts for three words."""
    name = name.casefold()
    words = set(_WORD.findall(name))
    return 3 * (shot.id in name) + sum(_says(word, name, words) for word in shot.words)


def _says(word: str, name: str, words: Collection[str]) -> bool:
    return word in words if word.isascii() else word in name


def _slot(
    shot: Shot,
    photos: Sequence[Taken],
    shown: Mapping[str, frozenset[str]],
    unnamed: int,
    *,
    needed: bool,
) -> Slot:
    mine = [photo for photo in photos if shot.id in shown[photo.name]]
    names = tuple(photo.name for photo in mine)
    called = ", ".join(photo.called or photo.name for photo in mine)
    if any(photo.verdict is Verdict.SOUND for photo in mine):
        return Slot(shot, needed, Outcome.PASS, say("There: {photos}.", photos=called), names)
    if any(photo.verdict is not None for photo in mine):
        says = say("There, but look at what was found in it: {photos}.", photos=called)
        return Slot(shot, needed, Outcome.UNSURE, says, names)
    if unnamed:
        says = say(
            "Perhaps among the {count} photos that nobody has named; say which one it is.", count=unnamed
        )
        return Slot(shot, needed, Outcome.UNSURE, says)
    says = say("Missing.") if needed else say("Not there; it would help.")
    return Slot(shot, needed, Outcome.FAIL if needed else Outcome.SKIPPED, says)
