"""The codes that a film or photo showed: what each says, when it could be read, and its best picture."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from evidence.carriers import holds, identifiers, told
from evidence.metadata import printable
from evidence.timeline import ZERO, Timeline
from evidence.waybills import SHOWN, Seen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evidence.check import Album, Corners, Frame
    from evidence.vision.sight import Array
    from evidence.vision.symbols import Symbol

MOST: Final = 24
"""Codes that are remembered; those that hold an expected number always are."""
MOST_MOMENTS: Final = 5000
"""Readings of one code that are remembered: over half an hour of them."""
_STILLS: Final = 3
"""Pictures of one code that are kept while better ones come."""
_BETTER: Final = 1.25
"""How many times as large the code has to be in the next one."""
_STILL_SIDE: Final = 720
"""Long side of a label's still, pixels."""
_LABEL: Final = ((0.1, 0.42), (0.9, 0.9))
"""How far a label is shown beside and above a code, in lengths of it: a bar code, a matrix code."""
_LOW: Final = 8.0
"""Pixels of height below which a code's own direction downwards is not trusted."""
_SQUARE: Final = 1.6
"""Length by height below which a code is taken for a matrix code."""


@dataclass
class Sighting:
    """One code, over all pictures."""

    symbol: Symbol
    """As it was read largest."""
    numbers: tuple[str, ...]
    """What it holds, normalised, the whole first."""
    moments: list[timedelta] = field(default_factory=list[timedelta])
    ways: set[str] = field(default_factory=set[str])
    """In which of several ways it was read in one picture."""
    width: float = 0.0
    """The most pixels of the picture that it was long."""
    still: str = ""
    stills: int = 0

    @property
    def count(self) -> int:
        """Readings in different pictures, or in different ways in one."""
        return max(len(self.moments), len(self.ways))

    @property
    def sure(self) -> bool:
        """Whether the symbology, a carrier's check digit or a second reading vouches for it."""
        return self.symbol.checked or self.count > 1 or self._vouched

    @property
    def _vouched(self) -> bool:
        """Whether it is a carrier's number by its form, with the right check digit; digits prove little."""
        known = told(self.numbers[0])
        return bool(known.carriers) and known.valid is True

    @property
    def shown(self) -> str:
        """What it says, for people: one line of print."""
        return printable(self.symbol.text, SHOWN)

    def seen(self) -> Seen:
        return Seen(
            shown=self.shown,
            numbers=self.numbers,
            sure=self.sure,
            clear=self.count > 1,
            goods=self.symbol.retail,
        )

    def when(self, gap: timedelta) -> Timeline:
        """The spans over which it could be read; readings no farther apart than `gap` are one span."""
        spans: list[tuple[timedelta, timedelta]] = []
        for moment in self.moments:
            if spans and ZERO <= moment - spans[-1][1] <= gap:
                spans[-1] = spans[-1][0], moment
            else:
                spans.append((moment, moment))
        return Timeline.of(*spans)


class Sightings:
    """Remembers what was read; bounded in number.

    Args:
        album: where the pictures are kept.
        expected: numbers that are looked for.
    """

    def __init__(self, album: Album, expected: Sequence[str]) -> None:
        self._album = album
        self._expected = expected
        self._codes: dict[tuple[str, str], Sighting] = {}

    @property
    def all(self) -> list[Sighting]:
        """The surest and most often read first."""
        return sorted(self._codes.values(), key=lambda one: (not one.sure, -one.count))

    def see(
        self, frame: Frame, symbol: Symbol, view: tuple[int, int], *, pictured: bool, way: str = ""
    ) -> None:
        """Remember one reading.

        Args:
            frame: where it was read.
            symbol: what was read, in pixels of the view.
            view: width and height of that view.
            pictured: whether a still is to be kept.
            way: how it was read, where one picture is read in several ways.
        """
        key = symbol.symbology, symbol.text
        code = self._codes.get(key)
        if code is None:
            numbers = identifiers(symbol.text, gs1=symbol.gs1)
            wanted = any(holds(numbers, number) for number in self._expected)
            if len(self._codes) >= MOST and not wanted:
                return
            code = self._codes[key] = Sighting(symbol, numbers)
        if frame.at not in code.moments[-1:] and len(code.moments) < MOST_MOMENTS:
            code.moments.append(frame.at)
        code.ways.add(way)
        width = symbol.length * frame.width / view[0]
        if pictured and code.stills < _STILLS and (not code.stills or width > _BETTER * code.width):
            code.stills += 1
            side = min(_STILL_SIDE, round(_longest(symbol) * 1.2))
            code.still = self._album.keep(frame, "label", side=side, quad=_label(symbol, view))
        if width > code.width:
            code.symbol, code.width = symbol, width


def _longest(symbol: Symbol) -> float:
    (_, above), _ = _LABEL
    return symbol.length * max(1.2, 2 * above)


def _label(symbol: Symbol, view: tuple[int, int]) -> Corners:
    """The label about a code, as far as it can be guessed: shares of width and height."""
    upper_left, upper_right, lower_right, lower_left = symbol.quad
    across = (upper_right - upper_left + lower_right - lower_left) / 2
    down = (lower_left - upper_left + lower_right - upper_right) / 2
    length, height = float(np.linalg.norm(across)), float(np.linalg.norm(down))
    square = length < _SQUARE * max(height, 1.0)
    beside, above = _LABEL[1] if square else _LABEL[0]
    middle = symbol.quad.mean(axis=0)
    out = across * (0.5 + beside)
    reach = _upright(across, down) * (length * above + height / 2)
    corners = np.array(
        [middle - out - reach, middle + out - reach, middle + out + reach, middle - out + reach]
    )
    return (corners + 0.5) / view


def _upright(across: Array, down: Array) -> Array:
    """The unit step down a code, whose height may be next to nothing."""
    length = float(np.linalg.norm(down))
    if length > _LOW:
        return down / length
    turned = np.array([-across[1], across[0]]) / max(float(np.linalg.norm(across)), 1e-6)
    return turned if float(turned @ down) >= 0 else -turned
