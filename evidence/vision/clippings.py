"""Cuttings of a film that may hold print worth reading, set upright and held small until the end.

Which number the codes leave open is known only when the film is over. So the largest and
sharpest pictures of what looked like a label are held, spread over the film.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, cast

import cv2
import numpy as np

from evidence.timeline import ZERO

if TYPE_CHECKING:
    from evidence.check import Plane
    from evidence.vision.bars import Stripes

_WIDTH: Final = 900
"""Pixels of a cutting's width at the most: print of a label is read well, in about a second."""
_ROOM: Final = (1.25, 1.0)
"""Width and height of a cutting, in lengths of the code on the label."""
_APART: Final = timedelta(seconds=0.6)
"""Between two cuttings: the same moment twice tells nothing."""
_PAUSE: Final = timedelta(seconds=0.15)
"""Between two looks."""


@dataclass(frozen=True)
class Clipping:
    """One cutting."""

    at: timedelta
    picture: Plane
    worth: float
    """Larger and sharper is more."""


class Clippings:
    """Holds the best cuttings, at most `most`."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: list[Clipping] = []
        self._due = ZERO

    @property
    def best(self) -> list[Clipping]:
        """The most worth first."""
        return sorted(self._held, key=lambda clipping: -clipping.worth)

    def offer(self, at: timedelta, view: Plane, stripes: Stripes) -> None:
        """Hold the surroundings of a candidate, if they are worth more than what is held."""
        if at < self._due or not self._most:
            return
        self._due = at + _PAUSE
        picture = _cut(view, stripes)
        worth = stripes.length * _sharpness(picture)
        near = next((held for held in self._held if abs(held.at - at) < _APART), None)
        if near is not None:
            if near.worth >= worth:
                return
            self._held.remove(near)
        self._held.append(Clipping(at, picture, worth))
        if len(self._held) > self._most:
            self._held.remove(min(self._held, key=lambda clipping: clipping.worth))


def _cut(view: Plane, stripes: Stripes) -> Plane:
    """The surroundings of a candidate with its bars upright."""
    wide, high = (stripes.length * share for share in _ROOM)
    scale = min(1.0, _WIDTH / wide)
    size = max(1, round(wide * scale)), max(1, round(high * scale))
    steps = stripes.steps / scale
    corner = np.array([stripes.x, stripes.y]) - steps @ ((size[0] - 1) / 2, (size[1] - 1) / 2)
    back = np.column_stack([steps, corner])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return cast("Plane", cv2.warpAffine(view, back, size, flags=flags, borderMode=cv2.BORDER_REPLICATE))


def _sharpness(picture: Plane) -> float:
    """How much of the contrast lies between neighbouring pixels, about 0 to 1."""
    fine = float(cv2.absdiff(picture[:, 1:], picture[:, :-1]).mean())
    return fine / max(1.0, float(picture.std()))
