"""Whip pans: stretches in which the camera turns so fast that nothing can be followed through them.

A hand or a box that moves changes a part of the picture; a camera that turns changes all of it, picture
after picture. So it is asked what even the calm parts of a step change, as a part of the picture's contrast.
Over a stretch of such steps that is summed, less what the picture came out brighter or darker: a lamp or the
exposure does no more than that. At one, all that there was has been replaced. A jump in such a stretch leaves
no trace, so nothing is proven across it. Who takes the phone to start and to stop it turns it too: that hides
nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

if TYPE_CHECKING:
    from evidence.vision.motion import Map

CALM: Final = 0.2
"""The part of the blocks that count as calm: the least that one of the others changes is what counts."""
TURNING: Final = 0.04
"""What a step changes at least, as a part of the contrast; honest films of the development set stay below."""
MOST_A_STEP: Final = 0.5
"""What one step counts at most: a flash or an inserted picture is no turn."""
FAINT: Final = 5.0
"""Contrast that is assumed at least, grey levels: what is empty changes by noise alone."""
FEWEST: Final = 5
"""Steps of a turn; a flash takes two or three."""
REPLACED: Final = 0.8
"""From what sum on as good as all was replaced."""
EDGE: Final = timedelta(seconds=0.5)
"""So close to the film's ends nothing can be hidden that anybody would see."""
MOST: Final = 64
"""Turns that are remembered."""


@dataclass(frozen=True)
class WhipPan:
    """A stretch over which all of the picture was replaced, step by step."""

    start: timedelta
    end: timedelta
    replaced: float
    """How many times the picture was replaced, about."""


@dataclass
class _Turn:
    """A stretch that is not over yet."""

    start: timedelta
    mean: float
    """Before it, grey levels."""
    steps: int = 0
    total: float = 0.0


class WhipPans:
    """Looks for fast turns as the steps of one film go by."""

    def __init__(self) -> None:
        self._turn: _Turn | None = None
        self._at = timedelta(0)
        self._mean, self._contrast = 0.0, FAINT
        self._found: list[WhipPan] = []

    def see(self, at: timedelta, plain: Map | None, mean: float, contrast: float) -> None:
        """Take the next picture.

        Args:
            at: when it is shown.
            plain: what each block changes in the step to it, grey levels; None where nothing compares.
            mean: of the picture, grey levels.
            contrast: its standard deviation, grey levels.
        """
        contrast = max(contrast, FAINT)
        change = 0.0 if plain is None else _calm(plain, TURNING * contrast) / contrast
        if change >= TURNING:
            self._turn = turn = self._turn or _Turn(self._at, self._mean)
            turn.steps += 1
            turn.total += min(change, MOST_A_STEP)
        else:
            self._close()
        self._at, self._mean, self._contrast = at, mean, contrast

    def found(self) -> Iterator[WhipPan]:
        """The turns inside the film, in order of time; the film is over."""
        self._close()
        for pan in self._found:
            if pan.start >= EDGE and pan.end <= self._at - EDGE:
                yield pan

    def _close(self) -> None:
        """The turn is over: keep it if it was one."""
        turn, self._turn = self._turn, None
        if turn is None or turn.steps < FEWEST or len(self._found) == MOST:
            return
        replaced = turn.total - abs(self._mean - turn.mean) / self._contrast
        if replaced >= REPLACED:
            self._found.append(WhipPan(turn.start, self._at, replaced))


def _calm(plain: Map, least: float) -> float:
    """What the calm blocks of a step change at most, grey levels; 0 where that is below `least`."""
    # Were it more, all other blocks would be above it, and the mean with them: most steps end here.
    if cv2.mean(plain)[0] < (1 - CALM) * least:
        return 0.0
    blocks = plain.ravel()
    place = int(CALM * len(blocks))
    return float(np.partition(blocks, place)[place])
