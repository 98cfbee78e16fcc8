"""What a track showed so far, by its likeliest reading: enough to tell when one may look less often.

It decides nothing: the ledger counts again, under every reading, when the film is over.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from evidence.vision.rotations import CUBE

if TYPE_CHECKING:
    from evidence.vision.sight import Sight
    from evidence.vision.tally import Counting

_TWICE = 2
"""How many times over each face has to be shown: the ledger may find less than this does."""
_FACES = 6


class Progress:
    """Adds up, sight by sight, for how long each direction of one box was shown."""

    def __init__(self, counting: Counting) -> None:
        self._counting = counting
        self._track = -1
        self._last = 0.0
        self._shown: dict[int, float] = defaultdict(float)
        self._samples: dict[int, int] = defaultdict(int)

    def see(self, sight: Sight, track: int, choice: int) -> None:
        """Take an accepted sight of the track of that number, as its likeliest reading turns it."""
        now = sight.at.total_seconds()
        if track != self._track:
            self._track, self._last = track, now
            self._shown.clear()
            self._samples.clear()
        passed = min(now - self._last, self._counting.spacing)
        self._last = now
        if sight.blur > self._counting.blur:
            return
        body = sight.axes @ CUBE[choice]
        for side in sight.sides:
            if (
                side.angle <= self._counting.facing
                and side.covered <= self._counting.covered
                and side.outside <= self._counting.outside
                and side.share >= self._counting.share
            ):
                along = np.concatenate([side.normal @ body, -(side.normal @ body)])
                face = int(along.argmax())
                self._shown[face] += passed
                self._samples[face] += 1

    @property
    def plenty(self) -> bool:
        """Whether all six faces were shown for twice as long as needed."""
        least, samples = _TWICE * self._counting.lasting, _TWICE * self._counting.samples
        enough = (self._shown[face] >= least and self._samples[face] >= samples for face in range(_FACES))
        return all(enough)
