"""The rhythm of a film: how much its picture changes, five times a second.

It is the same in every copy, however the picture was cropped, mirrored, turned or scaled, and it
is never the same in two takes: nobody moves twice at the very same moments. So it tells a copy
from another parcel that is handled alike on the same table, which no single picture does.

Written as one hexadecimal digit for each fifth of a second from the film's start, growing with the
logarithm of the change: small movements count as well as large ones.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from operator import mul
from typing import Final

from evidence.model import MOST_BEATS
from evidence.timeline import Span

BEAT: Final = timedelta(seconds=0.2)
"""Presentation time of one digit."""
AROUND: Final = timedelta(seconds=2)
"""How far before and after the pictures that look alike two rhythms are compared."""
FEWEST: Final = 25
"""Beats that a comparison needs: five seconds."""
_FINE: Final = 8.0
"""The change is multiplied by it before the logarithm: a twentieth of a grey level counts."""
_HIGHEST: Final = 15
_SPREAD: Final = 1.0
"""Digits that a rhythm has to span at least; what hardly moves has none."""
_NEARBY: Final = range(-4, 5)
"""Half beats by which one is moved to fit: calm moments are not told to the tenth of a second."""


class Rhythm:
    """Notes the changes of one film during one pass."""

    def __init__(self) -> None:
        self._digits = bytearray()

    def note(self, at: timedelta, change: float) -> None:
        """That the picture at `at` differs so much from the one noted before, mean grey levels of 255.

        The beats between the two get the same digit; what lies before the last one is left out.
        """
        digit = min(_HIGHEST, round(2 * math.log2(1 + _FINE * change)))
        beats = min(at // BEAT + 1, MOST_BEATS)
        self._digits += bytes([digit]) * (beats - len(self._digits))

    def __str__(self) -> str:
        return "".join(f"{digit:x}" for digit in self._digits)


def agreement(here: str, there: str, span: Span, shifts: Iterable[timedelta]) -> float | None:
    """How well two rhythms agree, at most 1; None where there is too little of them to tell.

    Args:
        here: one film's rhythm.
        there: the other's.
        span: which part of `here` is compared, in its own time; `AROUND` is added on both sides.
        shifts: from the time here to the same moment's time there, as far as that is known; the one
            that fits best counts, and is moved a little to fit better.
    """
    beats = range(max(0, (span.start - AROUND) // BEAT), (span.end + AROUND) // BEAT + 1)
    mine = _smooth(here)
    # At half beats, so that a shift of half a beat needs no special case.
    theirs = list(_halved(_smooth(there)))
    told = {
        halves: _told(mine, theirs, beats, halves) for halves in {round(2 * each / BEAT) for each in shifts}
    }
    if not told:
        return None
    best = max(told, key=lambda halves: told[halves] or -1.0)
    found = [_told(mine, theirs, beats, best + halves) for halves in _NEARBY]
    return max((each for each in found if each is not None), default=None)


def _told(mine: Sequence[float], theirs: Sequence[float], beats: range, halves: int) -> float | None:
    first = max(beats.start, -(halves // 2))
    last = min(beats.stop, len(mine), (len(theirs) - halves + 1) // 2)
    if last - first < FEWEST:
        return None
    return _correlation(mine[first:last], theirs[2 * first + halves : 2 * last + halves : 2])


def _correlation(a: Sequence[float], b: Sequence[float]) -> float | None:
    """Pearson's; None where one of them hardly moves."""
    count = len(a)
    if min(max(a) - min(a), max(b) - min(b)) <= _SPREAD:
        return None
    mean_a, mean_b = sum(a) / count, sum(b) / count
    both = sum(map(mul, a, b)) / count - mean_a * mean_b
    return both / math.sqrt(
        (sum(map(mul, a, a)) / count - mean_a**2) * (sum(map(mul, b, b)) / count - mean_b**2)
    )


def _smooth(rhythm: str) -> list[float]:
    """Each beat with half of both neighbours: a copy was looked at between two looks at the original."""
    digits = [int(digit, 16) for digit in rhythm]
    before, after = (*digits[:1], *digits[:-1]), (*digits[1:], *digits[-1:])
    return [(a + 2 * b + c) / 4 for a, b, c in zip(before, digits, after, strict=True)]


def _halved(digits: Sequence[float]) -> Iterator[float]:
    for one, following in zip(digits, (*digits[1:], *digits[-1:]), strict=True):
        yield one
        yield (one + following) / 2
