"""Pairs of pictures of one film that look alike: where a forger cuts who wants no join to be seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from samples.film import Shot
from samples.forge import Span

_SIDE: Final = 64
"""Long side of the pictures that are compared, pixels: coarse, so that noise counts for little."""
Thumbs = npt.NDArray[np.float32]
"""`(shots, pixels)`: grey levels of 255."""


@dataclass(frozen=True)
class Likeness:
    """How much every picture of a film differs from every other."""

    reel: Sequence[Shot]
    margin: float
    """Seconds at both ends in which no join is wanted."""

    @cached_property
    def times(self) -> npt.NDArray[np.float64]:
        return np.asarray([float(shot.at) for shot in self.reel])

    @cached_property
    def differences(self) -> npt.NDArray[np.float32]:
        """`(shots, shots)`: mean grey difference of each pair."""
        thumbs = _thumbs(self.reel)
        return np.stack([np.abs(thumbs - one).mean(axis=1) for one in thumbs])

    def closest(self, shortest: float, longest: float) -> Span:
        """The cut between the two most like pictures that takes out so many seconds, not all of them idle.

        Raises:
            ValueError: the film is too short for it.
        """
        first, second = self._pairs(shortest, longest)
        between = np.asarray([self.differences[i, i:j].max() for i, j in zip(first, second, strict=True)])
        step = self.differences[first, second]
        busy = between >= np.median(between)
        best = int(np.argmin(np.where(busy, step, np.inf)))
        return self._span(int(first[best]), int(second[best]))

    def moved(self, shortest: float, longest: float, rank: float) -> Span:
        """A cut that takes out so many seconds; `rank` (0 to 1) of all such cuts differ less at their join.

        Raises:
            ValueError: the film is too short for it.
        """
        first, second = self._pairs(shortest, longest)
        step = self.differences[first, second]
        chosen = int(np.argsort(step)[round(rank * (len(step) - 1))])
        return self._span(int(first[chosen]), int(second[chosen]))

    def _pairs(self, shortest: float, longest: float) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """The last picture before and the first after each possible cut."""
        times = self.times
        missing = times[None, :] - times[:, None]
        inside = (times >= self.margin) & (times <= times[-1] - self.margin)
        fits = (missing >= shortest) & (missing <= longest) & inside[:, None] & inside[None, :]
        first, second = np.nonzero(fits)
        if not first.size:
            raise ValueError("the film is too short for such a cut")
        return first, second

    def _span(self, first: int, second: int) -> Span:
        return Span(float(self.times[first + 1]), float(self.times[second]))


def _thumbs(reel: Sequence[Shot]) -> Thumbs:
    height, width = reel[0].picture.shape[:2]
    scale = _SIDE / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = (cv2.resize(shot.picture, size, interpolation=cv2.INTER_AREA) for shot in reel)
    grey = [cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).reshape(-1) for picture in small]
    return np.asarray(grey, np.float32)
