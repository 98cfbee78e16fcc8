"""Texts as they are compared: blanks, case, full-width letters and traditional characters hide no word."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from importlib import resources
from typing import Final

LONGEST = 20_000
"""Characters of a text that are looked at; a message has at most 16,384."""
FOLDED: Final = "simplified.txt"
"""Two lines: traditional characters, and below each the simplified one; drawn by `make hant`."""


@cache
def _simplified() -> Mapping[int, int]:
    text = resources.files("claims").joinpath("words", FOLDED).read_text("utf-8")
    old, new = text.split()
    return str.maketrans(old, new)


def plain(text: str) -> str:
    """Folded: lower-case, compatible letters, simplified characters, single blanks, nothing unseen."""
    folded = unicodedata.normalize("NFKC", text[:LONGEST]).casefold().translate(_simplified())
    shown = (c for c in folded if c.isspace() or unicodedata.category(c) not in {"Cf", "Cc"})
    return " ".join("".join(shown).split())


def found(text: str, words: Iterable[str]) -> tuple[str, ...]:
    """Which of these words stand in `text`, in their order.

    Latin words have to stand alone; Chinese ones are looked for with the blanks taken out, since a
    blank within is a way to hide them.
    """
    spaced = plain(text)
    closed = spaced.replace(" ", "")
    return tuple(word for word in words if _stands(word, spaced, closed))


def _stands(word: str, spaced: str, closed: str) -> bool:
    wanted = plain(word)
    if wanted.isascii():
        return wanted in spaced and _alone(wanted).search(spaced) is not None
    return wanted.replace(" ", "") in closed


@lru_cache(maxsize=2000)
def _alone(word: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])")


@cache
def _marks() -> re.Pattern[str]:
    return re.compile(r"[^\w]+", re.UNICODE)


def letters(text: str) -> str:
    """Only letters and digits, for comparing what was said."""
    return _marks().sub("", plain(text))


_BETWEEN: Final = re.compile(r"(?:(?<!\d)[,.]|[,.](?!\d)|[;:!?，。；：！？、~～\n])+")


def pieces(text: str) -> Iterator[str]:
    """The text in parts between marks; a point or comma within a number is none."""
    yield from (piece for piece in _BETWEEN.split(text[:LONGEST]) if piece.strip())
