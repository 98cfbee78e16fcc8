"""Whether two files show the same footage, judged by what they are recognised by: a pure function of both.

1. Two pictures look alike if their imprints differ in few bits, in one of the eight ways to lay
   them; a film that was mirrored or turned is so throughout.
2. A film recurs where pictures that are not like each other look alike in both, on one time line:
   what lies between any two of them lasts as long here as there.
3. Pictures alone do not tell a copy from another parcel that is handled alike on the same table. The
   rhythm does: where both agree it is strong, and where they differ it is nothing. In between, or
   where the rhythm cannot be told, the two only look alike, which a person has to judge. So do they
   where few pictures are all that there is, or where a photo is compared.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import median_low
from typing import Final

from evidence.imprint import distance, turned
from evidence.model import MOST_IMPRINTS, Footage, Grade
from evidence.rhythm import agreement
from evidence.timeline import Span

STRETCH: Final = timedelta(seconds=1)
"""The least time that a moment of a film stands for (`vision.moments`); doubled until they are few enough."""
DISTINCT: Final = 24
"""Bits from which on two pictures of one film count as different."""
ALIKE: Final = 48
"""Bits up to which two pictures look alike: cropping 2 % moves up to about 45, unrelated pictures differ
in 60 at least but for one pair in millions."""
CLOSE: Final = 32
"""Bits up to which the median picture of a film is close: encoding again stays below, or a crop all round."""
NEAR: Final = 40
"""Bits up to which it is near: a crop at one corner stays below."""
AGREES: Final = 0.7
"""Agreement of rhythms from which on it is one take: copies have 0.69 at least and 0.96 in the middle."""
DIFFERS: Final = 0.65
"""Agreement below which these are two takes, however alike: those of one table have 0.48 at most."""
SEVERAL: Final = 4
"""Pictures on one time line that are strong, if the rhythm agrees."""
FEWEST: Final = 2
"""Pictures that look like it, if they are half of all that the shorter film has."""
_LEEWAY: Final = timedelta(seconds=0.6)
"""How far a picture may lie beside the time line: calm moments are not told to the tenth."""
_SHIFTS: Final = 8
"""Pairs whose shift is tried on the rhythm, the closest first."""
_LINES: Final = 4
"""Time lines that are looked at closely, those with the most pictures first."""


@dataclass(frozen=True)
class Recurrence:
    """The same footage, or what looks like it, in two files."""

    grade: Grade
    pictures: int
    """How many look alike, none of them like another one."""
    distance: int
    """The median of the bits in which they differ."""
    turned: bool
    """Whether one of the files is mirrored or turned against the other."""
    rhythm: float | None
    """How well the rhythms of two films agree, at most 1; None where that cannot be told."""
    here: Span
    there: Span
    """From the first to the last of the pictures, in each file's own time."""


@dataclass(frozen=True)
class _Pair:
    here: int
    there: int
    """Places among the imprints of each file."""
    distance: int
    shift: timedelta
    """From the time here to the time there."""


def recurrence(here: Footage, there: Footage) -> Recurrence | None:
    """What the two files have in common; None where that is nothing worth a look."""
    return max(
        _candidates(here, there),
        key=lambda one: (one.grade is Grade.STRONG, one.pictures, -one.distance),
        default=None,
    )


def _candidates(here: Footage, there: Footage) -> Iterator[Recurrence]:
    mine, theirs = _readable(here), _readable(there)
    for way, bits in enumerate(zip(*(turned(each) for _, each in mine), strict=True)):
        pairs = _alike(bits, mine, theirs)
        photo = "photo" in {here.kind, there.kind}
        for chosen in [_nearest(pairs)] if photo else _on_one_line(pairs, mine, theirs):
            if not chosen:
                continue
            span = _span(mine[pair.here][0] for pair in chosen)
            shifts = [pair.shift for pair in chosen[:_SHIFTS]]
            rhythm = None if photo else agreement(here.rhythm, there.rhythm, span, shifts)
            grade = Grade.UNSURE if photo else _grade(chosen, rhythm, min(len(mine), len(theirs)) / 2)
            if grade is not None:
                yield Recurrence(
                    grade=grade,
                    pictures=len(chosen),
                    distance=_typical(chosen),
                    turned=way != 0,
                    rhythm=rhythm,
                    here=span,
                    there=_span(theirs[pair.there][0] for pair in chosen),
                )


def _readable(footage: Footage) -> list[tuple[timedelta, int]]:
    return [(each.at, int(each.bits, 16)) for each in footage.imprints[:MOST_IMPRINTS]]


def _alike(
    bits: Sequence[int], mine: Sequence[tuple[timedelta, int]], theirs: Sequence[tuple[timedelta, int]]
) -> list[_Pair]:
    return [
        _Pair(i, j, apart, theirs[j][0] - mine[i][0])
        for i, one in enumerate(bits)
        for j, (_, other) in enumerate(theirs)
        if (apart := distance(one, other)) <= ALIKE
    ]


def _nearest(pairs: Iterable[_Pair]) -> list[_Pair]:
    nearest = min(pairs, key=lambda pair: pair.distance, default=None)
    return [nearest] if nearest else []


def _on_one_line(
    pairs: Sequence[_Pair], mine: Sequence[tuple[timedelta, int]], theirs: Sequence[tuple[timedelta, int]]
) -> Iterator[list[_Pair]]:
    """The pairs that are different pictures and agree about the shift between the two films, by shift."""
    leeway = max(_LEEWAY, _stretch(mine), _stretch(theirs))
    lines = sorted(_lines(pairs, leeway), key=lambda line: len({pair.here for pair in line}), reverse=True)
    return (_different(line, mine) for line in lines[:_LINES])


def _lines(pairs: Sequence[_Pair], leeway: timedelta) -> Iterator[list[_Pair]]:
    """Pairs of about the same shift: every group of them that lies within `leeway` is in one."""
    cells: dict[int, list[_Pair]] = defaultdict(list)
    for pair in pairs:
        cells[pair.shift // leeway].append(pair)
    for cell, inside in cells.items():
        yield inside + cells.get(cell + 1, [])


def _different(line: Iterable[_Pair], mine: Sequence[tuple[timedelta, int]]) -> list[_Pair]:
    """The closest pairs, each picture once and none like one that is there already."""
    chosen: list[_Pair] = []
    for pair in sorted(line, key=lambda each: (each.distance, abs(each.shift))):
        new = all(
            pair.there != other.there and distance(mine[pair.here][1], mine[other.here][1]) >= DISTINCT
            for other in chosen
        )
        if new:
            chosen.append(pair)
    return chosen


def _grade(chosen: Sequence[_Pair], rhythm: float | None, half: float) -> Grade | None:
    """Of pictures on one time line; `half` is half of all that the shorter film has."""
    count, typical = len(chosen), _typical(chosen)
    if rhythm is not None and rhythm < DIFFERS:
        return None
    if typical <= NEAR and count >= SEVERAL and rhythm is not None and rhythm >= AGREES:
        return Grade.STRONG
    enough = min(SEVERAL, max(FEWEST, half))
    return Grade.UNSURE if typical <= CLOSE and count >= enough else None


def _typical(pairs: Iterable[_Pair]) -> int:
    return median_low(pair.distance for pair in pairs)


def _stretch(moments: Sequence[tuple[timedelta, int]]) -> timedelta:
    """What a moment of the film stands for, as far as its last one tells; no leeway while it is the least."""
    stretch = STRETCH
    while moments and moments[-1][0] // stretch >= MOST_IMPRINTS:
        stretch *= 2
    return stretch if stretch > STRETCH else timedelta(0)


def _span(times: Iterable[timedelta]) -> Span:
    there = sorted(times)
    return Span(start=there[0], end=there[-1])
