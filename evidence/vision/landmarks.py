"""Stickers as landmarks of a track: a number keeps its face, whatever the box does.

Geometry follows the box; a sticker that is read on one of its sides in the same picture says which
side it is. That chooses between readings of a turn, tells the tilt of a side better than the fit,
and, where the same stickers keep their faces over a moment, speaks against a change at that moment.
By itself it shows nothing: a face has to be seen, and stickers of another box speak for no reading.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from evidence.vision.sight import Array, Mark, Side, Sight
    from evidence.vision.tally import Tally

_APART: Final = 35.0
"""Degrees by which the normals of a sticker and of its side may differ."""
_STRAY: Final = 0.05
"""Share of what was read that may be on another face: slips of the fit."""
_READS: Final = 3
"""How often a number is read, or a reading contradicted, before it says something."""
_BOTH: Final = 2
"""Numbers that have to keep their faces over a moment, and how often each is read on either side of it."""


@dataclass(frozen=True)
class Landmark:
    """One sticker on one side of one sight."""

    place: int
    """Which sight of the track."""
    side: int
    """Which of its sides."""
    number: int
    """0 to 5."""
    angle: float
    """Degrees from head-on, by the sticker; nan where its pose is not sure."""


class Landmarks:
    """All that were read on one track."""

    def __init__(self, sights: Sequence[Sight]) -> None:
        sheets = Counter(mark.sheet for sight in sights for mark in sight.marks)
        sheet = max(sheets, key=lambda one: sheets[one], default=-1)
        self._read = [
            Landmark(place, side, mark.number - 1, mark.angle if mark.sure else np.nan)
            for place, sight in enumerate(sights)
            for mark in sight.marks
            if mark.sheet == sheet and (side := _side(sight.sides, mark)) is not None
        ]
        self._count = len(sights)

    def angles(self) -> Array:
        """`(n, 3)` degrees from head-on of each sight's sides; nan where no sticker tells."""
        told = np.full((self._count, 3), np.nan)
        for one in self._read:
            told[one.place, one.side] = one.angle
        return told

    def against(self, tally: Tally) -> int:
        """How many stickers are not on their faces, as this reading has it."""
        return len(self._read) - len(self._kept(tally))

    def borne_out(self, tallies: Sequence[Tally]) -> list[int]:
        """Which of the readings stickers speak for; all of them where they do not tell."""
        every = list(range(len(tallies)))
        against = [self.against(tally) for tally in tallies]
        least = min(against, default=0)
        if len(self._read) < _READS or least > _STRAY * len(self._read):
            return every
        return [one for one in every if against[one] < least + _READS]

    def hold(self, tally: Tally, place: int) -> bool:
        """Whether, as this reading has it, stickers kept their faces from before a sight until after it."""
        if not self._read or self.against(tally) > _STRAY * len(self._read):
            return False
        kept = self._kept(tally)
        before = Counter(one.number for one in kept if one.place < place)
        after = Counter(one.number for one in kept if one.place >= place)
        return sum(min(before[number], after[number]) >= _BOTH for number in before) >= _BOTH

    def own(self, tally: Tally, face: int) -> bool:
        """Whether, as this reading has it, a face has a number of its own, so that it is not another one."""
        if not self._read or self.against(tally) > _STRAY * len(self._read):
            return False
        return sum(_face(tally, one) == face for one in self._kept(tally)) >= _READS

    def _kept(self, tally: Tally) -> list[Landmark]:
        """Those on the face of their number, where each face has one number, and each number one face."""
        faces = [_face(tally, one) for one in self._read]
        votes = Counter(
            (one.number, face) for one, face in zip(self._read, faces, strict=True) if face is not None
        )
        where: dict[int, int] = {}
        for (number, face), _ in votes.most_common():
            if number not in where and face not in where.values():
                where[number] = face
        return [
            one
            for one, face in zip(self._read, faces, strict=True)
            if face is not None and where.get(one.number) == face
        ]


def _face(tally: Tally, one: Landmark) -> int | None:
    """The face that a reading makes of a landmark's side; None where it passes the sight over."""
    faces = np.flatnonzero(tally.side[:, one.place] == one.side)
    return int(faces[0]) if len(faces) else None


def _side(sides: Sequence[Side], mark: Mark) -> int | None:
    """The side on which a sticker is."""
    middle = mark.quad.mean(axis=0)
    point = (float(middle[0]), float(middle[1]))
    for place, side in enumerate(sides[:3]):
        within = cv2.pointPolygonTest(side.quad.astype(np.float32), point, measureDist=False) >= 0
        if within and _leans(side, mark) <= _APART:
            return place
    return None


def _leans(side: Side, mark: Mark) -> float:
    if not mark.sure:
        return 0.0
    normal: npt.NDArray[np.float64] = mark.rotation[:, 2]
    return float(np.degrees(np.arccos(np.clip(normal @ side.normal, -1, 1))))
