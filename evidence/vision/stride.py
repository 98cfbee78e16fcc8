"""Stride: stretches in which large and small steps take turns, as where the speed was changed.

Half as fast shows every picture twice, half as fast again leaves out every third: then one step changes
much, the next little, and so on. A film that does so wherever something moves was converted as a whole, and
one whose stamps are uneven changes by them: of both nothing is said. Twice as fast leaves even steps,
so it is not seen here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Series = npt.NDArray[np.float64]

STEPS: Final = 18
"""Steps in which turns are looked for: 0.6 s at 30 pictures a second."""
STILL: Final = 0.05
"""Grey levels that a step changes at least: below it there is only what coding leaves."""
LARGER: Final = 1.1
"""How many times the small step beside it a large one is at least."""
MEAN: Final = 0.4
"""Logarithm of how many times larger it is, on the mean: half as large again."""
AGREE: Final = 0.85
"""The share of steps that take turns."""
EVEN: Final = 0.15
"""The part of a usual pause by which pauses may differ there."""
HABIT: Final = 0.7
"""The share of moving steps that take turns from which on the whole film does so."""
_MOST: Final = 1.5


@dataclass(frozen=True)
class Stride:
    """A stretch in which large and small steps take turns."""

    start: timedelta
    end: timedelta
    weight: float
    """How much speaks for it: the logarithms of how many times a step is the one beside it, summed up."""


def strides(changes: Sequence[float], at: Callable[[int], timedelta]) -> Iterator[Stride]:
    """The stretches in which steps take turns, in order.

    Args:
        changes: the mean change that leads to each picture, grey levels of 255; the first has none.
        at: when a picture is shown, by its position.
    """
    if len(changes) < 3 * STEPS:
        return
    heights = np.maximum(np.asarray(changes, np.float64), 0) + STILL
    turns = np.zeros(len(heights))
    turns[2:] = np.diff(np.log(heights[1:]))
    turns = np.where(_even(at, len(heights)), np.clip(turns, -_MOST, _MOST), 0)
    turns[::2] *= -1
    runs = sorted([*_runs(turns), *_runs(-turns)])
    taken = np.zeros(len(heights), np.bool_)
    for first, last in runs:
        taken[first : last + 1] = True
    moving = heights > 3 * STILL
    if np.count_nonzero(taken & moving) > HABIT * np.count_nonzero(moving):
        return
    for first, last in runs:
        yield Stride(at(first), at(last), abs(float(turns[first : last + 1].sum())))


def _even(at: Callable[[int], timedelta], count: int) -> npt.NDArray[np.bool_]:
    """For each picture whether it comes as long after the one before as pictures usually do."""
    stamps = np.asarray([at(place).total_seconds() for place in range(count)])
    pauses = np.diff(stamps, prepend=stamps[0])
    usual = float(np.median(pauses[1:]))
    return np.abs(pauses - usual) <= EVEN * usual


def _runs(turns: Series) -> Iterator[tuple[int, int]]:
    """From and to which picture the turns keep to one order."""
    window = np.ones(STEPS) / STEPS
    good = np.convolve(turns, window, "valid") >= MEAN
    good &= np.convolve(turns > np.log(LARGER), window, "valid") >= AGREE
    places = np.flatnonzero(good)
    for run in np.split(places, np.flatnonzero(np.diff(places) > STEPS) + 1):
        if len(run):
            yield int(run[0]), int(run[-1]) + STEPS - 1
