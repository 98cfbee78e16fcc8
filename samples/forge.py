"""What is done to films: by those who cut them, by recorders that stumble, and by honest light and hands.

A forgery of pictures takes a reel and gives a reel with the events it put in; times are
those of the result. A forgery of bytes takes a finished file's bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final, cast

import cv2
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
    join = _next(before)
    moved = _from(after, join)
    event = Event(kind, float(before[-1].at), float(join), missing=float(after[0].at - join))
    return before + moved, event


def insert(reel: Reel, at: float, other: Reel) -> Forged:
    """Another scene is put in, and what follows moves back."""
    before = [shot for shot in reel if shot.at < at]
    after = [shot for shot in reel if shot.at >= at]
    start = _next(before)
    strange = [replace(shot, scene_at=None) for shot in _from(other, start)]
    end = _next(before + strange)
    return before + strange + _from(after, end), Event("insert", float(before[-1].at), float(end))


def gap(reel: Reel, at: float, seconds: float) -> Forged:
    """Nothing is taken out, but the clock jumps: the recorder was paused, or a stamp was changed."""
    before = [shot for shot in reel if shot.at < at]
    after = [shot for shot in reel if shot.at >= at]
    resumed = _next(before) + Fraction(seconds).limit_denominator(1000)
    return before + _from(after, resumed), Event("gap", float(before[-1].at), float(resumed))


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
        Shot(shot.at, held.picture, held.scene_at) if span.start <= shot.at < span.end else shot
        for shot in reel
    ]
    return made, _over("freeze", reel, span)


def black(reel: Reel, span: Span) -> Forged:
    """The picture is black for a while."""

    def dark(picture: Picture, _: float) -> Picture:
        return np.full_like(picture, 4)

    return _changed(reel, span, dark), _over("black", reel, span)


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
    return made, _over("reverse", reel, span)


def repeat(reel: Reel, span: Span) -> Forged:
    """A stretch is shown twice."""
    before = [shot for shot in reel if shot.at < span.end]
    inside = [shot for shot in before if shot.at >= span.start]
    after = [shot for shot in reel if shot.at >= span.end]
    start = _next(before)
    again = _from(inside, start)
    end = _next(before + again)
    return before + again + _from(after, end), Event("repeat", float(start), float(end))


def speed(reel: Reel, span: Span, factor: int) -> Forged:
    """A stretch runs `factor` times as fast: only every so many pictures are left of it."""
    before = [shot for shot in reel if shot.at < span.start]
    inside = [shot for shot in reel if span.start <= shot.at < span.end]
    after = [shot for shot in reel if shot.at >= span.end]
    step = _step(reel)
    start = _next(before)
    quick = [replace(shot, at=start + n * step) for n, shot in enumerate(inside[::factor])]
    end = _next(before + quick)
    return before + quick + _from(after, end), Event("speed", float(start), float(end))


def flash(reel: Reel, at: float) -> Forged:
    """A camera goes off somewhere: two very bright pictures, then the same scene. Innocent."""
    span = Span(at, at + float(_step(reel)) * 2)

    def bright(picture: Picture, share: float) -> Picture:
        return cast("Picture", cv2.convertScaleAbs(picture, alpha=1.9 - share * 0.5, beta=85 - share * 45))

    return _changed(reel, span, bright), _over("flash", reel, span)


def exposure(reel: Reel, at: float, gain: float = 1.45) -> Forged:
    """The camera settles on another exposure within a fifth of a second. Innocent."""
    span = Span(at, float(reel[-1].at) + 1)

    def settled(picture: Picture, share: float) -> Picture:
        arrived = min(1.0, share * (span.end - at) / 0.2)
        return cast("Picture", cv2.convertScaleAbs(picture, alpha=1 + (gain - 1) * arrived))

    return _changed(reel, span, settled), _over("exposure", reel, Span(at, at + 0.2))


def hand(reel: Reel, span: Span) -> Forged:
    """A hand passes close before the lens and uncovers the same scene. Innocent."""

    def covered(picture: Picture, share: float) -> Picture:
        height, width = picture.shape[:2]
        middle = (1.9 - 2.8 * share) * width
        x = np.arange(width, dtype=np.float32)[None, :]
        y = np.arange(height, dtype=np.float32)[:, None]
        lean = middle + (y - height / 2) * 0.35
        cover = np.clip((width * 0.85 - np.abs(x - lean)) / (width * 0.16), 0, 1)[:, :, None]
        glow = 1 - np.abs(y / height - 0.45)[:, :, None] * 0.5
        skin = np.asarray((64, 40, 32), np.float32) * glow
        return np.clip(picture + cover * (skin - picture), 0, 255).astype(np.uint8)

    return _changed(reel, span, covered), _over("hand", reel, span)


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


def _step(reel: Reel) -> Fraction:
    return reel[1].at - reel[0].at


def _next(reel: Reel) -> Fraction:
    """When the shot after the last one of a reel would come."""
    return reel[-1].at + _step(reel)


def _from(reel: Reel, start: Fraction) -> list[Shot]:
    """The reel with its first shot at `start`."""
    shift = start - reel[0].at
    return [replace(shot, at=shot.at + shift) for shot in reel]


def _changed(reel: Reel, span: Span, change: Callable[[Picture, float], Picture]) -> list[Shot]:
    """The reel with the pictures of a span changed; `change` is told how far into it (0 to 1) it is."""

    def pictures() -> Iterator[Shot]:
        for shot in reel:
            if span.start <= shot.at < span.end:
                share = (float(shot.at) - span.start) / (span.end - span.start)
                yield replace(shot, picture=change(shot.picture, share))
            else:
                yield shot

    return list(pictures())


def _over(kind: str, reel: Reel, span: Span) -> Event:
    """An event from the first to the last shot of a span."""
    inside = [float(shot.at) for shot in reel if span.start <= shot.at <= span.end]
    return Event(kind, inside[0], inside[-1])
