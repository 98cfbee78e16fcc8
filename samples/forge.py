"""What is done to films: by those who cut them, and by recorders that stumble.

A forgery of pictures takes a reel and gives a reel with the event it put in; times are
those of the result. A forgery of bytes takes a finished file's bytes. Joins that are made
to be overlooked are in `joins`, what honest films have that looks like one in `mishaps`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from statistics import median
from typing import Final

import numpy as np

from samples.film import Shot
from samples.paint import Picture
from samples.truth import Event

Reel = Sequence[Shot]
Forged = tuple[list[Shot], Event]

_DAMAGE: Final = 24
"""Bytes in a row that bit rot spoils."""


@dataclass(frozen=True)
class Span:
    """From and to in seconds of the original film."""

    start: float
    end: float


def cut(reel: Reel, span: Span, kind: str = "cut") -> Forged:
    """A stretch is taken out, and what follows moves up: a hard cut, or a jump in time."""
    before = [shot for shot in reel if shot.at < span.start]
    after = [shot for shot in reel if shot.at >= span.end]
    join = following(before)
    event = Event(kind, float(before[-1].at), float(join), missing=float(after[0].at - join))
    return before + moved(after, join), event


def insert(reel: Reel, at: float, other: Reel) -> Forged:
    """Another scene is put in, and what follows moves back."""
    before = [shot for shot in reel if shot.at < at]
    after = [shot for shot in reel if shot.at >= at]
    start = following(before)
    strange = [replace(shot, scene_at=None) for shot in moved(other, start)]
    end = following(before + strange)
    return before + strange + moved(after, end), Event("insert", float(before[-1].at), float(end))


def gap(reel: Reel, at: float, seconds: float) -> Forged:
    """Nothing is taken out, but the clock jumps: the recorder was paused, or a stamp was changed."""
    before = [shot for shot in reel if shot.at < at]
    after = [shot for shot in reel if shot.at >= at]
    resumed = following(before) + Fraction(seconds).limit_denominator(1000)
    return before + moved(after, resumed), Event("gap", float(before[-1].at), float(resumed))


def drop(reel: Reel, span: Span) -> Forged:
    """Frames are missing and the rest keeps its times."""
    left = [shot for shot in reel if not span.start <= shot.at < span.end]
    before = max(shot.at for shot in left if shot.at < span.start)
    after = min(shot.at for shot in left if shot.at >= span.end)
    return left, Event("drop", float(before), float(after), missing=float(after - before))


def freeze(reel: Reel, span: Span) -> Forged:
    """One picture stands still, to the last bit, while time goes on; then the film jumps to where it is."""
    held = next(shot for shot in reel if shot.at >= span.start)
    made = [
        Shot(shot.at, held.picture, held.scene_at, heard_at=shot.scene_at)
        if span.start <= shot.at < span.end
        else shot
        for shot in reel
    ]
    return made, over("freeze", reel, span)


def black(reel: Reel, span: Span) -> Forged:
    """The picture is black for a while."""

    def dark(picture: Picture, _: float) -> Picture:
        return np.full_like(picture, 4)

    return changed(reel, span, dark), over("black", reel, span)


def reverse(reel: Reel, span: Span) -> Forged:
    """A stretch is played backwards."""
    inside = [shot for shot in reel if span.start <= shot.at < span.end]
    turned = iter(reversed(inside))
    made = [
        replace(shot, picture=(other := next(turned)).picture, scene_at=other.scene_at)
        if span.start <= shot.at < span.end
        else shot
        for shot in reel
    ]
    return made, over("reverse", reel, span)


def repeat(reel: Reel, span: Span) -> Forged:
    """A stretch is shown twice."""
    before = [shot for shot in reel if shot.at < span.end]
    inside = [shot for shot in before if shot.at >= span.start]
    after = [shot for shot in reel if shot.at >= span.end]
    start = following(before)
    again = moved(inside, start)
    end = following(before + again)
    return before + again + moved(after, end), Event("repeat", float(start), float(end))


def speed(reel: Reel, span: Span, factor: float) -> Forged:
    """A stretch runs `factor` times as fast: pictures are left out of it or, below 1, shown again."""
    before = [shot for shot in reel if shot.at < span.start]
    inside = [shot for shot in reel if span.start <= shot.at < span.end]
    after = [shot for shot in reel if shot.at >= span.end]
    step = pace(reel)
    start = following(before)
    moments = [shot.scene_at for shot in inside]
    quick: list[Shot] = []
    for n in range(int((len(inside) - 1) / factor) + 1):
        shot = inside[int(n * factor)]
        first = moments[0]
        heard = None if first is None else first + n * float(step) * factor
        quick.append(replace(shot, at=start + n * step, heard_at=heard))
    end = following(before + quick)
    return before + quick + moved(after, end), Event("speed", float(start), float(end))


def excerpt(reel: Reel, span: Span) -> list[Shot]:
    """A stretch of a film, from time zero on."""
    return moved([shot for shot in reel if span.start <= shot.at < span.end], Fraction(0))


def truncated(data: bytes, share: float) -> bytes:
    """Only the first part of a file."""
    return data[: int(len(data) * share)]


def rotten(data: bytes, places: int, seed: int = 0, *, start: float = 0.3, end: float = 0.9) -> bytes:
    """Some runs of bytes in the middle of a file are spoiled."""
    draw = np.random.default_rng(seed + 60)
    spoiled = bytearray(data)
    for at in draw.integers(int(len(data) * start), int(len(data) * end), places):
        spoiled[int(at) : int(at) + _DAMAGE] = draw.bytes(_DAMAGE)
    return bytes(spoiled[: len(data)])


def pace(reel: Reel) -> Fraction:
    """The usual time from one shot to the next, in seconds."""
    return median(b.at - a.at for a, b in pairwise(reel[:200]))


def following(reel: Reel) -> Fraction:
    """When the shot after the last one of a reel would come, in seconds."""
    return reel[-1].at + (pace(reel) if len(reel) > 1 else Fraction(1, 25))


def moved(reel: Reel, start: Fraction) -> list[Shot]:
    """The reel with its first shot at `start`."""
    shift = start - reel[0].at
    return [replace(shot, at=shot.at + shift) for shot in reel]


def changed(reel: Reel, span: Span, change: Callable[[Picture, float], Picture]) -> list[Shot]:
    """The reel with the pictures of a span changed; `change` is told how far into it (0 to 1) it is."""

    def pictures() -> Iterator[Shot]:
        for shot in reel:
            if span.start <= shot.at < span.end:
                share = (float(shot.at) - span.start) / (span.end - span.start)
                yield replace(shot, picture=change(shot.picture, share))
            else:
                yield shot

    return list(pictures())


def over(kind: str, reel: Reel, span: Span) -> Event:
    """An event from the first to the last shot of a span."""
    inside = [float(shot.at) for shot in reel if span.start <= shot.at <= span.end]
    return Event(kind, inside[0], inside[-1])
