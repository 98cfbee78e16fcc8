"""Blends: stretches in which one scene fades into another.

Under a cross-fade every picture is a mixture of two, so a pixel goes in a straight line from what it was to
what it will be. What moves passes over a pixel in a moment instead, before or after the middle. So of all
that changes beyond light and movement within about a third of a second, it is asked how much went straight.
A morph is such a mixture too, wherever the movement does not explain its two sides.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import timedelta

    import numpy.typing as npt

    from evidence.vision.motion import Image, Motion

    Bools = npt.NDArray[np.bool_]

LENGTHS: Final = (8, 12)
"""Pictures over which straight lines are looked for, in turn; they have whole quarters."""
EVERY: Final = 4
"""Pictures from one look over the same length to the next."""
THIN: Final = 4
"""One pixel in so many, each way, is looked at first; pictures are softened by as much."""
CHANGED: Final = 14.0
"""Grey levels that a pixel changes at least, with light taken out or not."""
UNMOVED: Final = 10.0
"""Grey levels that are left of it at least, with movement taken out."""
BESIDE: Final = (2.0, 0.12)
"""How far from the straight line a pixel may be: grey levels, and the part of its change added to them."""
MOST: Final = 256
"""Blends that are remembered; a film with more is no take."""
LEAST: Final = 0.08
"""The part of a picture that has to go straight, times the part that this is of what changes."""


@dataclass(frozen=True)
class Blend:
    """A stretch that looks like a mixture of its two ends."""

    start: timedelta
    end: timedelta
    weight: float
    """The part of the picture that goes straight, times the part that this is of what changes, 0 to 1."""


class Blends:
    """Looks for mixtures as the pictures of one film go by.

    Args:
        motion: has seen every picture before it is named here.
    """

    def __init__(self, motion: Motion) -> None:
        self._motion = motion
        self._times: deque[timedelta] = deque(maxlen=max(LENGTHS) + 1)
        self._thin: deque[Image] = deque(maxlen=max(LENGTHS) + 1)
        """The pictures of those times, thinned out."""
        self._count = 0
        self._found: list[Blend] = []

    def see(self, at: timedelta) -> None:
        """Look back from the picture that was just seen, shown at `at`."""
        latest = self._motion.soft(0)
        if latest is None:
            return
        thin = np.ascontiguousarray(latest[::THIN, ::THIN])
        if self._thin and self._thin[-1].shape != thin.shape:
            self._times.clear()
            self._thin.clear()
        self._times.append(at)
        self._thin.append(thin)
        self._count += 1
        turn, rest = divmod(self._count % EVERY, EVERY // len(LENGTHS))
        if rest:
            return
        length = LENGTHS[turn]
        if len(self._times) <= length:
            return
        weight = self._weight(length)
        if weight >= LEAST:
            self._note(Blend(self._times[-1 - length], at, weight))

    def found(self) -> Iterator[Blend]:
        """The blends of the film, in order of time."""
        yield from self._found

    def _weight(self, length: int) -> float:
        ago = [length * quarter // 4 for quarter in range(4, -1, -1)]
        # Most looks end here: a fade is broad, so that it shows in few pixels too.
        changed, straight = _straight([self._thin[-1 - each] for each in ago])
        if np.count_nonzero(straight) < LEAST * changed.size / 2:
            return 0.0
        changed, straight = _straight([p for each in ago if (p := self._motion.soft(each)) is not None])
        for limit, moved in ((CHANGED, False), (UNMOVED, True)):
            if np.count_nonzero(changed & straight) < max(1, LEAST * changed.size):
                return 0.0
            changed &= self._motion.unlit(length, 0, moved=moved) > limit
        both = np.count_nonzero(changed & straight)
        return both / changed.size * both / max(1, np.count_nonzero(changed))

    def _note(self, blend: Blend) -> None:
        """Keep it; looks that overlap are one blend, told by the clearest."""
        last = self._found[-1] if self._found else None
        if last is None or blend.start > last.end:
            if len(self._found) < MOST:
                self._found.append(blend)
        elif blend.weight > last.weight:
            self._found[-1] = blend


def _straight(pictures: Sequence[Image]) -> tuple[Bools, Bools]:
    """Of five pictures: which pixels change from the first to the last, and which of these go straight."""
    then, first, half, third, now = pictures
    change = now - then
    size = np.abs(change)
    changed = size > CHANGED
    straight = changed
    allowed = np.float32(BESIDE[1]) * size + np.float32(BESIDE[0])
    for picture, share in ((half, 0.5), (first, 0.25), (third, 0.75)):
        if np.count_nonzero(straight) < LEAST * straight.size / 2:
            break
        straight = straight & (np.abs(picture - then - np.float32(share) * change) < allowed)
    return changed, straight
