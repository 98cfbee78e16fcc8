"""The words by which an item of evidence is found: what people remember of a parcel, as plain keys.

Numbers are found whole, in any way of writing them (`113-48` is `11348`), and by their last four or
six characters, since that is what people read aloud. Names are found by their words; Chinese, which has no
spaces, by each pair of neighbouring characters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

MOST_WORDS: Final = 80
"""Keys of one item; each is a row of an index, and a name made to have thousands of words gets no more."""
MOST_ASKED: Final = 6
"""Keys of one question: each is one more join."""
_LONGEST: Final = 64
"""Characters of a key."""
_TAILS: Final = (4, 6)
"""Characters at the end of a number by which it is found."""
_LEAST: Final = 8
"""Characters that make a number long enough to have an end."""

_RUN: Final = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]+|[^\W_\u3400-\u9fff\U00020000-\U0003ffff]+")
"""Chinese characters, or letters and digits of anything else."""


def words_of(names: Iterable[str], numbers: Iterable[str] = ()) -> tuple[str, ...]:
    """The keys of something with those names and numbers, each once, numbers first."""
    return tuple(islice(dict.fromkeys((*_of_numbers(numbers), *_of_names(names))), MOST_WORDS))


def asked(text: str) -> tuple[str, ...]:
    """The keys that something has to have, all of them, to be what `text` asks for; none for nothing."""
    found: list[str] = []
    for chunk in _folded(text).split():
        runs = _RUN.findall(chunk)
        if any(_is_han(run) for run in runs):
            found.extend(key for run in runs for key in _keys(run))
        elif runs:
            found.append("".join(runs)[:_LONGEST])
    return tuple(dict.fromkeys(found))[:MOST_ASKED]


def _of_numbers(numbers: Iterable[str]) -> Iterator[str]:
    for number in numbers:
        whole = "".join(_RUN.findall(_folded(number)))
        if whole:
            yield whole[:_LONGEST]
            if len(whole) >= _LEAST:
                yield from (whole[-tail:] for tail in _TAILS)
            yield from _of_names((number,))


def _of_names(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        stem, _, ending = name.rpartition(".")
        for part in (name, stem if ending else ""):
            for chunk in _folded(part).split():
                runs = _RUN.findall(chunk)
                yield from (key for run in runs for key in _keys(run))
                if plain := "".join(run for run in runs if not _is_han(run))[:_LONGEST]:
                    yield plain


def _keys(run: str) -> Iterator[str]:
    if not _is_han(run) or len(run) == 1:
        yield run[:_LONGEST]
    else:
        yield from (run[at : at + 2] for at in range(len(run) - 1))


def _is_han(run: str) -> bool:
    return "\u3400" <= run[0] <= "\u9fff" or "\U00020000" <= run[0] <= "\U0003ffff"


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text.replace("\0", " ")).casefold()
