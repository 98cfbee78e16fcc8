"""From what the tracks showed to one of three answers: shown, not shown, or not to be told.

One track decides. It passes where it showed six faces and nothing stands against it. It
fails only where it followed the box for practically all the time that a closed box was in
the film: then a face that it lacks was not shown. All else is unsure, with the first reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from evidence.model import Outcome
from evidence.timeline import ZERO
from evidence.vision.coverage import Coverage, Weakness

if TYPE_CHECKING:
    from evidence.check import Ending

_END_OF_TRACK = frozenset({"lost_at", "left_frame", "too_fast", "too_small", "blurred", "covered"})
"""Doubts that, without a face, only say that the track ends."""


@dataclass(frozen=True)
class Watched:
    """What was seen of a closed box, whether it could be followed or not."""

    looks: int
    """Pictures that were looked at."""
    sighted: Sequence[timedelta]
    """Moments at which a closed box was seen."""
    guessed: Sequence[timedelta]
    """Moments at which there may have been one: seen, but not well enough to be followed."""


@dataclass(frozen=True)
class Trust:
    """When a track may speak for the whole film; times in seconds, shares 0 to 1."""

    least: float = 3.0
    """The shortest track that can show that a face is missing."""
    start: float = 1.0
    """How long after the box is first seen it may begin."""
    apart: float = 0.08
    """How much of the time with a box may lie outside it."""


@dataclass(frozen=True)
class Judgement:
    """The answer, the coverage that gives it, and what stands in its way."""

    outcome: Outcome
    coverage: Coverage | None
    weak: tuple[Weakness, ...]
    """In order of time; empty for a pass and a fail."""
    by_stickers: bool = False


def judge(
    coverages: Sequence[Coverage],
    stickers: Coverage | None,
    watched: Watched,
    ending: Ending,
    trust: Trust = Trust(),
) -> Judgement:
    """The answer for a film.

    Args:
        coverages: of all tracks, in order of time.
        stickers: what the stickers show, where there were any.
        watched: when a box was seen at all.
        ending: how the film ended.
        trust: when a track may speak for the film.
    """
    odd = [
        weakness.at
        for weakness in (stickers.weak if stickers else ())
        if weakness.doubt in {"second_box", "contradiction"}
    ]
    whole = [
        one
        for one in coverages
        if not one.missing and not one.weak and not any(one.start <= at <= one.end for at in odd)
    ]
    if whole:
        return Judgement(Outcome.PASS, max(whole, key=lambda one: one.end - one.start), ())
    if stickers is not None and not stickers.missing and not stickers.weak:
        # Their geometry is proven by itself; a track that broke for want of sight says nothing against it.
        return Judgement(Outcome.PASS, stickers, (), by_stickers=True)
    if not coverages:
        return Judgement(Outcome.UNSURE, None, ())
    best = max(coverages, key=lambda one: (len(one.shown), one.end - one.start))
    if not best.missing and not best.weak:
        # Nothing but the stickers stands in its way.
        return Judgement(Outcome.UNSURE, best, tuple(Weakness("contradiction", at) for at in odd))
    longest = max(coverages, key=lambda one: one.end - one.start)
    if longest.missing and _speaks(longest, watched, ending, trust):
        return Judgement(Outcome.FAIL, longest, ())
    return Judgement(Outcome.UNSURE, best, _reasons(best, coverages, watched))


def _speaks(one: Coverage, watched: Watched, ending: Ending, trust: Trust) -> bool:
    """Whether what a track lacks was not shown in the film."""
    length = (one.end - one.start).total_seconds()
    standing = [weakness for weakness in one.weak if weakness.face or weakness.doubt not in _END_OF_TRACK]
    if standing or one.blind or one.leaps or not ending.complete or length < trust.least:
        return False
    if not watched.sighted:
        return False
    if (one.start - watched.sighted[0]).total_seconds() > trust.start:
        return False
    return _outside(one, watched) <= max(0.5, trust.apart * length)


def _outside(one: Coverage, watched: Watched) -> float:
    """Seconds with a closed box, or perhaps one, before and after a track."""
    moments = sorted({*watched.sighted, *watched.guessed})
    longest = timedelta(seconds=0.35)
    total = ZERO
    for moment, following in zip(moments, [*moments[1:], moments[-1] + longest], strict=True):
        if not one.start <= moment <= one.end:
            total += min(following - moment, longest)
    return total.total_seconds()


def _reasons(best: Coverage, coverages: Sequence[Coverage], watched: Watched) -> tuple[Weakness, ...]:
    """What stands in the way of the best track; where nothing does, where the box was seen beside it."""
    if best.weak:
        return best.weak
    if best.blind:
        return tuple(Weakness("lost_at", at) for at in best.blind)
    if best.leaps:
        return tuple(Weakness("too_fast", at) for at in best.leaps)
    others = [weakness for one in coverages if one is not best for weakness in one.weak]
    if others:
        return tuple(sorted(others, key=lambda weakness: weakness.at))
    if watched.sighted and best.start - watched.sighted[0] > timedelta(seconds=1):
        return (Weakness("lost_at", watched.sighted[0]),)
    return (Weakness("lost_at", best.end),)
