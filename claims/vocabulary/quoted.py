"""Where an entry comes from: the source, when it was read, its words, and how far to trust them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from claims.language import EITHER, Lang, traditional
from claims.value import Value
from claims.vocabulary.goods import Goods, Worth
from evidence.model import Saying

Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,47}$")]
"""The name of an entry: small letters, digits and `_`."""

RuleId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$")]
"""The name of a requirement or a question, e.g. `V-03`."""


def blank_is_none(value: object) -> object:
    """What the source does not say is written as an empty text."""
    return None if value == "" else value


def one_or_more(value: object) -> object:
    """A single name may be written without brackets."""
    return (value,) if isinstance(value, str) else value


Blank = BeforeValidator(blank_is_none)
OneOrMore = BeforeValidator(one_or_more)


class Words(Value):
    """One text in the two languages that it is written in."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def of(self, lang: Lang) -> str:
        """The text in that language; traditional characters are looked up."""
        if lang == "en":
            return self.en
        return traditional(self.zh) if lang == "zh-Hant" else self.zh

    @property
    def says(self) -> Saying:
        """The text as a value of a sentence, which is said in the language of that."""
        return Saying(text=EITHER, values={"zh": self.zh, "en": self.en})


class Source(Value):
    """Where a ruleset comes from, when it was read, and how far to trust it."""

    id: str = ""
    """By which entries name it; the main source of a ruleset needs none."""
    title: str
    file: str = ""
    url: str = ""
    read: date
    written: date | None = None
    """When the source itself says that it was written; None where it does not."""
    official: bool = False
    """Whether it is the platform's own text."""
    trust: Words


Badge = Literal["hedged", "unclear", "unverified", "advice", "outdated"]
"""A warning beside an entry: the source says "may"; contradicts itself or is garbled; claims something that
others deny; advises and does not demand; is older than what the platform says itself."""


class Quoted(Value):
    """An entry with its origin; titles and readings are ours, quotes are the source's own words."""

    title: Words
    quote: str = Field(min_length=1)
    """The source's own words, in its own script: a citation."""
    quotes: tuple[str, ...] = ()
    """Further phrases of the same source."""
    source: str = ""
    """The id of the source; empty for the ruleset's main one."""
    carries: tuple[RuleId, ...] = ()
    """The rules of our notes on the sources that it stands for."""
    badge: Badge | None = None
    reading: Words | None = None
    """Where the words leave room: how we read them, which the source does not say."""
    procedures: tuple[Key, ...] = ()
    """The procedures that it belongs to; empty for all."""
    classes: tuple[Key, ...] = ()
    """The base classes of reasons that it belongs to; empty for all."""
    goods: tuple[Goods, ...] = ()
    """The categories of goods that it belongs to; empty for all."""
    worth: Worth | None = None
    """Only for goods that cost more."""
