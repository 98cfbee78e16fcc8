"""A ruleset: what one platform asks for, as sourced and dated data.

One TOML file each, in `claims/rulesets/`. The vocabulary is closed: a requirement is met
by conditions of four kinds that all have to hold, and there are no expressions and no
hooks, so a ruleset from anywhere can be read, checked and kept with the bundle without
running anything. What the source does not say stays blank and is shown as unknown.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from importlib import resources
from typing import Annotated, Any, Final, Literal, Self, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from claims.case import EventKind, ExhibitKind
from claims.fault import Problem, problems_of
from evidence.model import Element

LARGEST: Final = 256 * 1024
"""Bytes of a ruleset file; the longest known one has a tenth of it."""


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Words(_Value):
    """One text in the two languages of the product."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class Source(_Value):
    """Where a ruleset comes from, when it was read, and how far to trust it."""

    title: str
    file: str = ""
    url: str = ""
    read: date
    trust: Words


class Level(StrEnum):
    MUST = "must"
    SHOULD = "should"


class Findings(_Value):
    """The report of the exhibit says pass, to every check, code and element named here."""

    kind: Literal["findings"]
    exhibit: Literal[ExhibitKind.FILM, ExhibitKind.PHOTO]
    checks: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    elements: tuple[Element, ...] = ()

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if not (self.checks or self.codes or self.elements):
            message = "a condition of kind findings names at least one of checks, codes, elements"
            raise ValueError(message)
        return self


class Stated(_Value):
    """A person says yes to this requirement, and points at an exhibit of one of these kinds.

    Pointing at a film needs the part of it, unless `whole_film` is set.
    """

    kind: Literal["statement"]
    exhibits: tuple[ExhibitKind, ...] = ()
    whole_film: bool = False
    needs_reason: bool = False
    """Whether the case has to say what the claim is about."""


class ReadyBefore(_Value):
    """An exhibit of this kind was there before the event.

    The `ready` event, where recorded, corrects the time at which it was added.
    """

    kind: Literal["ready_before"]
    exhibit: ExhibitKind
    event: EventKind
    ready: EventKind | None = None


class Happened(_Value):
    """The case has this event, and where `after` is named, not before that one."""

    kind: Literal["event"]
    event: EventKind
    after: EventKind | None = None


class Only(_Value):
    """There is exactly one exhibit of this kind, or a person has said which one counts."""

    kind: Literal["only"]
    exhibit: ExhibitKind


Condition = Annotated[Findings | Stated | ReadyBefore | Happened | Only, Field(discriminator="kind")]


class Requirement(_Value):
    """One thing that the platform asks for; all conditions of `met_by` have to hold."""

    id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$")
    level: Level
    quote: str = Field(min_length=1)
    """The source's own words, in its own script: a citation."""
    title: Words
    reading: Words | None = None
    """Where the words leave room: how we read them, which the source does not say."""
    met_by: tuple[Condition, ...] = Field(min_length=1)
    confirmable: bool = False
    """Whether a person's yes closes what the checks left open. It never turns a fail into a yes."""


def _blank_is_none(value: object) -> object:
    return None if value == "" else value


class Clock(_Value):
    """A period that the platform counts; a blank `length` is unknown until somebody fills it in."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")
    title: Words
    quote: str = Field(min_length=1)
    starts: EventKind
    stops: EventKind | None = None
    """The event that ends it in time."""
    due: EventKind | None = None
    """An event that carries the due time the platform itself shows; it always wins."""
    kind: Literal["wall_minutes", "wall_hours", "natural_days"]
    length: Annotated[int | None, Field(gt=0, le=1_000_000, strict=True), BeforeValidator(_blank_is_none)] = (
        None
    )
    """In the unit of `kind`; natural days end at the same time of day in the case's zone."""


class Ruleset(_Value):
    """Everything one platform procedure asks for."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")
    version: int = Field(ge=1)
    platform: str
    title: Words
    source: Source
    chosen_by: str | None = None
    """The requirement whose statement says which of several films shows the opening."""
    requirement: tuple[Requirement, ...] = Field(min_length=1)
    clock: tuple[Clock, ...] = ()

    @model_validator(mode="after")
    def _names_agree(self) -> Self:
        for what, ids in (
            ("requirements", [r.id for r in self.requirement]),
            ("clocks", [c.id for c in self.clock]),
        ):
            twice = sorted({i for i in ids if ids.count(i) > 1})
            if twice:
                message = f"two {what} have the id {', '.join(twice)}; each id may be used once"
                raise ValueError(message)
        if self.chosen_by is not None and self.chosen_by not in {r.id for r in self.requirement}:
            message = f"chosen_by names {self.chosen_by}, and there is no requirement of that id"
            raise ValueError(message)
        return self


@dataclass(frozen=True)
class Loaded:
    """A ruleset together with the text it was read from; the text goes into the bundle."""

    rules: Ruleset
    text: str


class RulesetError(Exception):
    """A ruleset cannot be used; `problems` has one plain sentence per fault, with its line."""

    def __init__(self, origin: str, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(f"{origin}, {problem}" for problem in problems))
        self.origin = origin
        self.problems = tuple(problems)


def names() -> tuple[str, ...]:
    """The rulesets that ship with the package, sorted."""
    files = resources.files("claims").joinpath("rulesets").iterdir()
    return tuple(sorted(f.name.removesuffix(".toml") for f in files if f.name.endswith(".toml")))


def load(name: str) -> Loaded:
    """The ruleset of that name that ships with the package.

    Raises:
        LookupError: there is none of that name.
    """
    if name not in names():
        message = f"there is no ruleset {name!r}; there are {', '.join(names())}"
        raise LookupError(message)
    text = resources.files("claims").joinpath("rulesets", f"{name}.toml").read_text("utf-8")
    return parse(text, name)


def parse(text: str, origin: str) -> Loaded:
    """The ruleset written in `text`; `origin` is what messages call it.

    Raises:
        RulesetError: the text is not TOML, or says something outside the vocabulary; it
            names every fault with its line and field.
    """
    if len(text.encode("utf-8", "surrogatepass")) > LARGEST:
        raise RulesetError(origin, [Problem(0, "", f"the file is larger than {LARGEST // 1024} KiB")])
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RulesetError(origin, [_syntax(text, str(error))]) from None
    except RecursionError:
        raise RulesetError(origin, [Problem(0, "", "the tables are nested too deeply")]) from None
    try:
        rules = Ruleset.model_validate(table)
    except ValidationError as error:
        found = problems_of(text, cast("Mapping[str, Any]", table), error)
        raise RulesetError(origin, found) from None
    return Loaded(rules=rules, text=text)


def _syntax(text: str, said: str) -> Problem:
    place = re.search(r"line (\d+)", said)
    line = int(place.group(1)) if place else text.count("\n") + 1
    what = re.sub(r"\s*\(at .*\)$", "", said)
    return Problem(line, "", f"this is not TOML: {what}")
