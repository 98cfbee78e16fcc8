"""What happens to the parcel in a film, coarsely: closed, turned, opened, and what follows.

A few looks a second tell whether a closed box or an opened carton is in sight. How far the
closed box turned from look to look is measured too, so that a film that shows it from one
side only is told from one that shows it around.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from evidence.timeline import Span
from evidence.vision.opening import Opening
from evidence.vision.readings import Linking
from evidence.vision.rotations import CUBE
from evidence.vision.tracker import usable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evidence.vision.sight import Array, Sight

_LINKING: Final = Linking()
_TURNED: Final = 12.0
"""Degrees between two looks from which on the box was turned, and not only told inexactly."""
_LEAP: Final = 44.0
"""Degrees beyond which nobody knows which way."""
_BREATH: Final = timedelta(seconds=1.6)
"""Turns that are less apart belong to one showing."""


@dataclass
class Procedure:
    """Takes looks in order of time."""

    opening: Opening = field(default_factory=Opening)
    looks: int = 0
    closed: list[timedelta] = field(default_factory=list[timedelta])
    """Looks that saw the closed box."""
    turns: list[tuple[timedelta, timedelta, float]] = field(
        default_factory=list[tuple[timedelta, timedelta, float]]
    )
    """From look to look: how far the closed box was turned, degrees."""
    last: timedelta = timedelta(0)
    """The last look."""
    _before: Sight | None = None

    def see(self, at: timedelta, sight: Sight | None, opened: float) -> None:
        """Take what one look told: the closed box, and the share of the picture that an open carton takes."""
        self.looks += 1
        self.last = at
        closed = sight is not None and usable(sight, _LINKING)
        self.opening.see(at, opened, closed=closed)
        if sight is None or not closed or self.opening.at is not None:
            return
        self.closed.append(at)
        if self._before is not None:
            angle = _apart(self._before.axes, sight.axes)
            if _TURNED <= angle <= _LEAP:
                self.turns.append((self._before.at, at, angle))
        self._before = sight

    @property
    def turned(self) -> float:
        """How far the closed box was turned in all, degrees."""
        return sum(angle for _, _, angle in self.turns)

    def showings(self) -> tuple[Span, ...]:
        """The stretches in which the closed box is turned."""
        return joined([(start, end) for start, end, _ in self.turns], _BREATH)


def joined(spans: Sequence[tuple[timedelta, timedelta]], breath: timedelta) -> tuple[Span, ...]:
    """Spans in order of time, those that are less than `breath` apart as one."""
    found: list[tuple[timedelta, timedelta]] = []
    for start, end in spans:
        if found and start - found[-1][1] <= breath:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return tuple(Span(start=start, end=end) for start, end in found)


def _apart(one: Array, other: Array) -> float:
    """Degrees between two orientations of a box whose edges have no names."""
    cosine = (float(np.einsum("ij,gij->g", one, other @ CUBE).max()) - 1) / 2
    return math.degrees(math.acos(min(1.0, max(-1.0, cosine))))
