"""The words that are looked for, as data."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

from claims.value import Value


class Lexicon(Value):
    """Lists of words, by what they are looked for."""

    abuse: tuple[str, ...]
    accusations: tuple[str, ...]
    greetings: tuple[str, ...]
    evasions: tuple[str, ...]
    concessions: tuple[str, ...]
    elsewhere: tuple[str, ...]
    superlatives: tuple[str, ...]
    promising: tuple[str, ...]


@cache
def lexicon() -> Lexicon:
    """The words that ship with the package."""
    text = resources.files("claims").joinpath("words", "lexicon.toml").read_text("utf-8")
    return Lexicon.model_validate(tomllib.loads(text))
