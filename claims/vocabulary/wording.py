"""Words to the buyer: templates, what is checked before they are sent, how often one may write first."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from claims.value import Value
from claims.vocabulary.question import Look
from claims.vocabulary.quoted import Key, Quoted, Words

VARIABLE = re.compile(r"\{([a-z][a-z0-9_]{0,31})\}")
"""What stands for a value in a template."""


class Caution(Value):
    """When a template may turn against its sender."""

    look: Look
    says: Words


class Template(Quoted):
    """A text to the buyer or the platform, in our words; it cannot be sent while a variable is unfilled."""

    id: Key
    text: Words
    to: Literal["buyer", "platform", "carrier"] = "buyer"
    solution: bool = False
    """Whether it holds a solution, and so stops the clock that waits for one."""
    promises: bool = False
    """Whether sending it makes a promise with a date or a sum."""
    caution: tuple[Caution, ...] = ()

    @property
    def variables(self) -> tuple[str, ...]:
        """The names of the values, in the order of the Chinese text."""
        return tuple(dict.fromkeys(VARIABLE.findall(self.text.zh)))

    @model_validator(mode="after")
    def _asks_for_the_same_values(self) -> Self:
        mine, theirs = (set(VARIABLE.findall(text)) for text in (self.text.zh, self.text.en))
        if mine != theirs:
            odd = ", ".join(sorted(mine ^ theirs))
            raise ValueError(f"the two languages ask for different values: {odd}")
        return self


LintRule = Literal[
    "third_party",
    "abuse",
    "repeat",
    "empty",
    "no_answer",
    "concession",
    "promise",
    "forbidden_promise",
    "unfilled",
    "not_our_order",
    "over_quota",
]
"""What is looked for in a text.

Leading the buyer elsewhere; abuse; the same words again; nothing but a greeting; no solution where one is
due; conceding fault while an appeal is open; a promise; one that may not be made; an unfilled variable; a
buyer who bought nothing here; more messages than one may send unasked.
"""


class Lint(Quoted):
    """One rule about texts."""

    id: Key
    rule: LintRule
    blocks: bool = False
    """Whether the text must not be sent; else it is a warning."""
    phrases: tuple[Annotated[str, Field(min_length=1, max_length=200)], ...] = ()
    """Further words to look for, besides those that the program knows."""


class Quota(Quoted):
    """How many messages may be sent to a buyer who did not ask: from the list, and in one's own words."""

    id: Key
    templated: int = Field(ge=0, le=100)
    custom: int = Field(ge=0, le=100)


class Routing(Quoted):
    """Whose matter something is."""

    id: Key
    ours: bool
    words: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    """By which such a message is known."""


class LeftOut(Quoted):
    """Something that a source says and that we do not carry, with the reason."""

    why: Words
