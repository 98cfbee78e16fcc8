"""A ruleset: what one platform asks for, as sourced and dated data.

One TOML file each, in `claims/rulesets/`; what may stand in it is in `claims/vocabulary/`. What the
source does not say stays blank and is shown as unknown. A file that was renamed is still found by
the names that it had, since stored cases use them.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import sha256
from importlib import resources
from typing import Any, Final, Self, cast

from pydantic import Field, ValidationError, model_validator

from claims.fault import MisruleError, Problem, problems_of
from claims.value import Value
from claims.vocabulary.agreement import disagreements
from claims.vocabulary.clock import Clock
from claims.vocabulary.freight import Freight
from claims.vocabulary.goods import Category
from claims.vocabulary.ground import Ground
from claims.vocabulary.ladder import Ladder
from claims.vocabulary.packet import Packet
from claims.vocabulary.procedure import Contradiction, Procedure
from claims.vocabulary.question import Question
from claims.vocabulary.quoted import Quoted, Source, Words
from claims.vocabulary.reason import Reason
from claims.vocabulary.requirement import (
    AnyOf,
    Condition,
    Findings,
    Happened,
    Level,
    Only,
    ReadyBefore,
    Requirement,
    Stated,
)
from claims.vocabulary.wording import LeftOut, Lint, Quota, Routing, Template
from evidence.model import say

__all__ = [
    "LARGEST",
    "AnyOf",
    "Clock",
    "Condition",
    "Findings",
    "Happened",
    "Level",
    "Loaded",
    "Only",
    "ReadyBefore",
    "Requirement",
    "Ruleset",
    "RulesetError",
    "Source",
    "Stated",
    "Words",
    "load",
    "names",
    "parse",
    "parsed",
]

LARGEST: Final = 256 * 1024
"""Bytes of a ruleset file; the longest known one has a quarter of it."""


class Ruleset(Value):
    """Everything one platform asks for."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")
    version: int = Field(ge=1)
    platform: str
    title: Words
    formerly: tuple[str, ...] = ()
    """Ids that it had."""
    source: Source
    """The main one."""
    sources: tuple[Source, ...] = ()
    """Further ones, which entries name by their id."""
    chosen_by: str | None = None
    """The requirement whose statement says which of several films shows the opening."""
    procedure: tuple[Procedure, ...] = ()
    """The first one is that of a case which names none."""
    reason: tuple[Reason, ...] = ()
    requirement: tuple[Requirement, ...] = ()
    clock: tuple[Clock, ...] = ()
    contradiction: tuple[Contradiction, ...] = ()
    question: tuple[Question, ...] = ()
    ground: tuple[Ground, ...] = ()
    ladder: tuple[Ladder, ...] = ()
    freight: tuple[Freight, ...] = ()
    packet: tuple[Packet, ...] = ()
    template: tuple[Template, ...] = ()
    lint: tuple[Lint, ...] = ()
    quota: tuple[Quota, ...] = ()
    routing: tuple[Routing, ...] = ()
    category: tuple[Category, ...] = Field(default=(), max_length=20)
    """How the platform calls categories of goods."""
    left_out: tuple[LeftOut, ...] = ()

    def entries(self) -> Iterable[tuple[tuple[str | int, ...], Quoted]]:
        """Everything that has a quote, with the place where it stands, e.g. `("clock", 3)`."""
        for name in type(self).model_fields:
            value: object = getattr(self, name)
            if isinstance(value, tuple):
                listed = enumerate(cast("tuple[object, ...]", value))
                yield from (((name, n), entry) for n, entry in listed if isinstance(entry, Quoted))
        for n, ladder in enumerate(self.ladder):
            yield from ((("ladder", n, "step", m), step) for m, step in enumerate(ladder.step))

    @property
    def main(self) -> str:
        """The procedure of a case which names none; empty where the ruleset has none."""
        return next((p.id for p in self.procedure if not p.beside), "")

    @model_validator(mode="after")
    def _names_agree(self) -> Self:
        if faults := list(disagreements(self)):
            raise MisruleError(faults)
        return self


@dataclass(frozen=True)
class Loaded:
    """A ruleset together with the text it was read from; the text goes into the bundle."""

    rules: Ruleset
    text: str

    @property
    def digest(self) -> str:
        """Of the text, by which a case remembers what it was judged by."""
        return f"sha256:{sha256(self.text.encode()).hexdigest()}"


class RulesetError(Exception):
    """A ruleset cannot be used; `problems` has one plain sentence per fault, with its line."""

    def __init__(self, origin: str, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(f"{origin}, {problem}" for problem in problems))
        self.origin = origin
        self.problems = tuple(problems)
        first = problems[0]
        self.says = say(
            "The ruleset {origin} cannot be used ({field}: {what}). All faults: sixface rulesets check FILE.",
            origin=origin,
            field=first.field or first.line,
            what=first.what,
        )


def names() -> tuple[str, ...]:
    """The rulesets that ship with the package, sorted."""
    files = resources.files("claims").joinpath("rulesets").iterdir()
    return tuple(sorted(f.name.removesuffix(".toml") for f in files if f.name.endswith(".toml")))


@cache
def load(name: str) -> Loaded:
    """The ruleset of that name, or of that former name, that ships with the package.

    Raises:
        LookupError: there is none of that name.
    """
    if name in names():
        text = resources.files("claims").joinpath("rulesets", f"{name}.toml").read_text("utf-8")
        return parse(text, name)
    renamed = next((each for each in names() if name in load(each).rules.formerly), None)
    if renamed is None:
        message = f"there is no ruleset {name!r}; there are {', '.join(names())}"
        raise LookupError(message)
    return load(renamed)


def parse(text: str, origin: str) -> Loaded:
    """The ruleset written in `text`; `origin` is what messages call it.

    Raises:
        RulesetError: the text is not TOML, or says something outside the vocabulary; it
            names every fault with its line and field.
    """
    if len(text.encode("utf-8", "surrogatepass")) > LARGEST:
        too_large = say("the file is larger than {most} KiB", most=LARGEST // 1024)
        raise RulesetError(origin, [Problem(0, "", too_large)])
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RulesetError(origin, [_syntax(text, str(error))]) from None
    except RecursionError:
        raise RulesetError(origin, [Problem(0, "", say("the tables are nested too deeply"))]) from None
    try:
        rules = Ruleset.model_validate(table)
    except ValidationError as error:
        found = problems_of(text, cast("Mapping[str, Any]", table), error)
        raise RulesetError(origin, found) from None
    return Loaded(rules=rules, text=text)


@lru_cache(maxsize=64)
def parsed(text: str, origin: str) -> Loaded:
    """As `parse`, and remembered: reading a long text takes longer than judging by it."""
    return parse(text, origin)


def _syntax(text: str, said: str) -> Problem:
    place = re.search(r"line (\d+)", said)
    line = int(place.group(1)) if place else text.count("\n") + 1
    what = re.sub(r"\s*\(at .*\)$", "", said)
    return Problem(line, "", say("this is not TOML: {what}", what=what))
