"""An imprint: what a picture looks like in 252 bits, compared without its pixels.

A bit is the sign of one of the picture's lowest frequencies (a cosine transform over its whole
width and height; the mean is left out). Scale, brightness and compression hardly move these
signs, and a picture that was mirrored or turned has the same ones in another order: a mirror
changes the signs of the odd frequencies along one axis, a quarter turn swaps the axes as well. So
all eight ways to lay a picture follow from one imprint by arithmetic.

`terms` are what an index keeps: small groups of the lowest signs, written so that all eight ways
give the same number. Pictures that look alike share some of them, and only those are compared.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from operator import itemgetter
from typing import Final

SIDE: Final = 22
"""Frequencies along one axis, in half waves over the picture; those whose sum is below it count."""
ORDER: Final = tuple(
    (row, column) for row in range(SIDE) for column in range(SIDE) if 0 < row + column < SIDE
)
"""The frequency of each bit, the highest bit first: half waves from top to bottom, from left to right."""
BITS: Final = len(ORDER)
WAYS: Final = 8
"""To lay a picture: four quarter turns, each mirrored or not."""
GROUPS: Final = 48
"""Terms of an imprint at most."""

_TERM: Final = 20
"""Bits of a group: fewer are shared by chance, more are lost by cropping."""
_LOWEST: Final = 10
"""The sum of half waves up to which frequencies go into groups: cropping moves the higher ones."""


def distance(one: int, other: int) -> int:
    """In how many of the `BITS` signs two imprints differ; half of them for pictures without relation."""
    return (one ^ other).bit_count()


def hexadecimal(bits: int) -> str:
    """An imprint as text; `int(text, 16)` is the way back."""
    return f"{bits:0{BITS // 4}x}"


def turned(bits: int) -> tuple[int, ...]:
    """The imprints of the picture as it is (the first), mirrored, turned, and both: `WAYS` in all."""
    swapped = int("".join(_SWAP(_text(bits))), 2)
    return tuple(way ^ signs for way in (bits, swapped) for signs in _MIRRORS)


def terms(bits: int, groups: int = GROUPS) -> Iterator[int]:
    """The first `groups` terms of an imprint: the same for all its ways, below 2 ** 26."""
    texts = [_text(way) for way in turned(bits)]
    for number, group in enumerate(_groups()[:groups]):
        yield number << _TERM | min(int("".join(group(text)), 2) for text in texts)


def _text(bits: int) -> str:
    return f"{bits:0{BITS}b}"


def _mask(*, rows: bool, columns: bool) -> int:
    """The signs that change when the picture is put upside down, or mirrored from left to right."""
    odd = (str((rows * row + columns * column) % 2) for row, column in ORDER)
    return int("".join(odd), 2)


_MIRRORS: Final = tuple(
    _mask(rows=rows, columns=columns) for rows in (False, True) for columns in (False, True)
)
_SWAP: Final = itemgetter(*(ORDER.index((column, row)) for row, column in ORDER))


@cache
def _groups() -> tuple[Callable[[str], Iterable[str]], ...]:
    """What picks the bits of each group out of the text of an imprint."""
    return tuple(itemgetter(*_group(number)) for number in range(GROUPS))


def _group(number: int) -> list[int]:
    """The places of the bits of a group, drawn by lot; with a frequency goes the one across."""

    def lot(pair: tuple[int, int]) -> bytes:
        return hashlib.sha256(repr((number, *pair)).encode()).digest()

    low = [pair for pair in ORDER if sum(pair) <= _LOWEST and pair[0] <= pair[1]]
    chosen: list[int] = []
    for row, column in sorted(low, key=lot):
        places = sorted({ORDER.index((row, column)), ORDER.index((column, row))})
        if len(chosen) + len(places) <= _TERM:
            chosen += places
    return chosen
