"""Mirror: a stretch that runs backwards, told by the two joins at its ends.

Turn round what lies between two moments, and the picture before the first join is followed, in truth, by
the one before the second; and that after the second goes on from that after the first. So the pictures of two
joins fit crosswise. What comes and goes again fits straight, and what is shown twice has one join only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Small = npt.NDArray[np.float32]
    """`(h, w)`: a picture, small and grey, grey levels of 255."""

SIDE: Final = 40
"""Long side of the pictures that are compared, pixels: a step of natural movement must not count."""
FIT: Final = 0.4
"""Up to what part of what changes at the joins may differ crosswise."""
LONGEST: Final = timedelta(seconds=60)
BETWEEN: Final = 3
"""Other joins that may lie between the two."""


@dataclass(frozen=True)
class Seam:
    """A join with the pictures on its sides."""

    start: timedelta
    """When the picture before is shown."""
    end: timedelta
    before: Small
    after: Small

    @property
    def step(self) -> float:
        """What it changes, grey levels of 255."""
        return _differ(self.before, self.after)


def mirrored(seams: Sequence[Seam]) -> Iterator[tuple[Seam, Seam]]:
    """The pairs of joins, in order of time, whose pictures fit crosswise."""
    for place, first in enumerate(seams):
        for second in seams[place + 1 : place + 2 + BETWEEN]:
            if second.start - first.end <= LONGEST and _crosswise(first, second):
                yield first, second


def _crosswise(first: Seam, second: Seam) -> bool:
    if first.before.shape != second.before.shape:
        return False
    crossed = max(_differ(first.before, second.before), _differ(first.after, second.after))
    return crossed < FIT * min(first.step, second.step)


def _differ(one: Small, other: Small) -> float:
    return float(np.abs(one - other).mean())
