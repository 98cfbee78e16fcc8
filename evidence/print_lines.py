"""Numbers in lines of print: which lines hold an expected number, or one as carriers write it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from evidence.carriers import apart, normalised, told
from evidence.waybills import LEAST


def printed(lines: Iterable[str], expected: Sequence[str]) -> tuple[str, ...]:
    """Numbers in lines of print that are expected ones, or differ from one in a single character.

    They are whole words, with or without gaps between.

    Args:
        lines: as they were read.
        expected: as the order says them.
    """
    wanted = [number for one in expected if len(number := normalised(one)) >= LEAST]
    longest = max(map(len, wanted), default=-1) + 1
    found: list[str] = []
    for line in lines:
        joined = list(_runs(_words(line), longest))
        exact = [word for word in joined if word in wanted]
        found += exact or [word for word in joined if any(apart(word, number) == 1 for number in wanted)]
    return tuple(dict.fromkeys(found))


def _runs(words: Sequence[str], longest: int) -> Iterator[str]:
    """Words in a row, joined, up to a length."""
    for start in range(len(words)):
        joined = ""
        for word in words[start:]:
            joined += word
            if len(joined) > longest:
                break
            yield joined


def of_use(lines: Iterable[str], numbers: Sequence[str]) -> tuple[str, ...]:
    """The lines of print that hold one of these numbers, or a number as carriers write it.

    Names and addresses are nobody's business here.
    """
    return tuple(
        dict.fromkeys(
            line
            for line in lines
            if printed([line], numbers) or any(told(word).carriers for word in _joined(_words(line)))
        )
    )


def _joined(words: Sequence[str]) -> list[str]:
    return [*words, "".join(words)]


def _words(line: str) -> list[str]:
    """The parts of a line of print, normalised; other scripts and punctuation part them as spaces do."""
    parted = "".join(
        c if c.isascii() and (c.isalnum() or c in "-.") else " " for c in unicodedata.normalize("NFKC", line)
    )
    return [word for part in parted.split() if (word := normalised(part))]
