"""Blackouts: stretches over which a film shows next to nothing, since it is black or its lens is covered.

Black is dark and empty by fixed limits; where it comes and goes in one step it was put in. A hand before the
lens is neither as dark nor as empty, so a covered lens is held against what the film shows otherwise: far
darker, and with a small part of its contrast. A lens that is covered proves nothing either way: the same hand
hides an honest mishap and a swap.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import fmean, median
from typing import Final

from evidence.vision.spells import spells

DARKER: Final = 0.6
"""Up to what part of the film's usual brightness a covered lens lets through."""
EMPTIER: Final = 0.35
"""Up to what part of its usual contrast."""
ABRUPT: Final = 4.0
"""How many times the steps before it an abrupt step changes."""


@dataclass(frozen=True)
class Blackout:
    """A stretch with pictures before and after it, in which nothing can be seen."""

    start: timedelta
    end: timedelta
    black: bool
    """Whether it is black; otherwise the lens may be covered."""
    certain: bool
    """Whether it is black, and comes and goes in one step."""

    @property
    def length(self) -> timedelta:
        return self.end - self.start


@dataclass(frozen=True)
class Limits:
    """What counts as black, and from how long on each counts."""

    dark: float
    """Up to what mean a picture is dark, grey levels of 255."""
    empty: float
    """Up to what standard deviation it is empty."""
    black: timedelta
    covered: timedelta


def blackouts(
    changes: Sequence[float],
    means: Sequence[float],
    spreads: Sequence[float],
    at: Callable[[int], timedelta],
    limits: Limits,
) -> Iterator[Blackout]:
    """The blackouts of a film, in order of time.

    Args:
        changes: for each picture the mean change from the one before, grey levels of 255.
        means: its mean, grey levels of 255.
        spreads: its standard deviation.
        at: when a picture is shown, by its position.
        limits: what counts.
    """
    if not means:
        return
    darker, emptier = DARKER * median(means), EMPTIER * median(spreads)
    dark = [m <= limits.dark and s <= limits.empty for m, s in zip(means, spreads, strict=True)]
    covered = (m <= darker and s <= emptier for m, s in zip(means, spreads, strict=True))
    for spell in spells(one or other for one, other in zip(dark, covered, strict=True)):
        after = spell.last + 1
        if spell.first == 0 or after == len(means):
            continue  # before the first picture and after the last nothing can be missing
        black = all(dark[spell.first : after])
        start, end = at(spell.first), at(after)
        if end - start < (limits.black if black else limits.covered):
            continue
        certain = black and _is_abrupt(changes[spell.first], changes[max(1, spell.first - 3) : spell.first])
        certain = certain and _is_abrupt(changes[after], changes[after + 1 : after + 4])
        yield Blackout(min(start, end), max(start, end), black, certain)


def _is_abrupt(change: float, beside: Iterable[float]) -> bool:
    """Whether a step of that change stands out from the steps on its other side."""
    usual = list(beside)
    return bool(usual) and change >= ABRUPT * max(1.0, fmean(usual))
