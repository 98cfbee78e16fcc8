"""colour: which colour do the marked goods have, once the light is taken out by a grey or white reference?

What it asks. "The colour is not as described" needs a number. A camera's own idea of white is none: what is
known to be grey in the same light says what the light was.

How it decides. A person marks the goods and, in the same light, a grey card (18 %) or white paper
(`expect.marks`). The photo's levels are made linear (sRGB), each channel is scaled so that the reference
is neutral and as light as it is known to be, and the goods' mean becomes L*a*b*.
- `colour.measured`: pass, as a fact, with its uncertainty; unsure without a reference, or where the
  reference or the goods are burnt out or too dark to tell. Skipped where no goods are marked.
- `colour.difference`: said beside the report, of two photos (`evidence.described`): CIEDE2000 of both,
  with its uncertainty.

The uncertainty is ours, in units of CIEDE2000, one standard deviation: what a phone's own processing does
to a colour (2), how uneven goods and reference are over a grid of 4 x 4, and, where white paper is the
reference, that nobody knows how white it is (2); without a reference 8.

What it cannot see. Whether the marks are where they should be, gloss, and colours beyond sRGB. Two lamps
over goods and reference make its number worthless; the unevenness notices some of that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from math import sqrt
from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np
from pydantic import Field

from evidence.check import Album, Check, Ending, Frame, Media
from evidence.colour_difference import Lab, Linear, ciede2000, lab, linear
from evidence.model import Finding, Measure, Outcome, Saying, say
from evidence.timeline import Instant

if TYPE_CHECKING:
    import numpy.typing as npt

    from evidence.check import Plane
    from evidence.marks import Box

    Light = npt.NDArray[np.float64]
    """`(4, 4, 3)` mean linear light of the cells of a place."""

_SIDE: Final = 1600
_CELLS: Final = 4
_GREY: Final = 0.18
"""Share of light that a grey card sends back."""
_PAPER: Final = 0.85
"""And plain white paper, about."""
_UNKNOWN_PAPER: Final = 2.0
_CURVE: Final = np.array([linear(level) for level in range(256)])


class Colour(Check):
    """Measures the colour of what a person marked."""

    name: ClassVar[str] = "colour"
    version: ClassVar[int] = 1
    codes: ClassVar[Mapping[str, str]] = {
        "colour.measured": "The colour of the marked goods in L*a*b*, with its uncertainty.",
        "colour.difference": "Beside the report: how far the colours of two photos are apart.",
    }

    every: Instant = timedelta(days=1)
    camera: float = Field(default=2.0, ge=0)
    """What a phone's processing does to a colour, CIEDE2000, one standard deviation."""
    without: float = Field(default=8.0, ge=0)
    """The same where there is no reference."""
    burnt: float = Field(default=0.02, ge=0, le=1)
    """Share of burnt-out or black pixels from which on a place tells nothing."""

    def start(self, media: Media, album: Album) -> _Observer:  # noqa: ARG002 - it keeps no pictures
        return _Observer(self, media)


class _Observer:
    def __init__(self, check: Colour, media: Media) -> None:
        self._check = check
        self._marks = media.expected.marks
        self._picture: Plane | None = None

    def see(self, frame: Frame, /) -> None:
        if self._marks is not None and self._marks.goods is not None:
            self._picture = frame.rgb(_SIDE)

    def conclude(self, ending: Ending, /) -> Iterable[Finding]:  # noqa: ARG002 - its look tells everything
        marks, picture = self._marks, self._picture
        if marks is None or marks.goods is None or picture is None:
            yield _found(Outcome.SKIPPED, say("No goods are marked whose colour could be measured."))
            return
        reference = marks.grey or marks.white
        places = [_cut(picture, marks.goods), *([_cut(picture, reference)] if reference else [])]
        if any(_lost(place) > self._check.burnt for place in places):
            yield _found(
                Outcome.UNSURE,
                say("The goods or the reference are burnt out or black: their colour is lost."),
                advice=say("Take it in daylight without flash, nothing shining and nothing in the shade."),
            )
            return
        light = [_light(place) for place in places]
        yield self._measured(light[0], light[1] if reference else None, grey=marks.grey is not None)

    def _measured(self, goods: Light, reference: Light | None, *, grey: bool) -> Finding:
        gains = np.ones(3)
        spread = [self._check.camera if reference is not None else self._check.without]
        if reference is not None:
            gains = (_GREY if grey else _PAPER) / np.maximum(reference.mean(axis=(0, 1)), 1e-4)
            spread += [_uneven(reference * gains), 0.0 if grey else _UNKNOWN_PAPER]
        goods = np.clip(goods * gains, 0, 1)
        colour = lab(_mean(goods))
        spread.append(_uneven(goods))
        unsure = sqrt(sum(part * part for part in spread))
        measures = [
            *(
                Measure(name=name, value=round(value, 2))
                for name, value in zip(("lightness", "a", "b"), colour, strict=True)
            ),
            Measure(name="uncertainty", value=round(unsure, 2), unit="CIEDE2000, one standard deviation"),
        ]
        if reference is None:
            return _found(
                Outcome.UNSURE,
                say("The colour can only be guessed: nothing grey or white is marked in the same light."),
                advice=say("Take it again beside a grey card or plain white paper, and mark that as well."),
                measures=measures,
            )
        says = say(
            "The goods have the colour L* {lightness:.0f}, a* {a:.0f}, b* {b:.0f}, give or take "
            "{unsure:.1f}.",
            lightness=colour[0],
            a=colour[1],
            b=colour[2],
            unsure=unsure,
        )
        return _found(Outcome.PASS, says, measures=measures)


def _cut(picture: Plane, box: Box) -> Plane:
    """The marked place; `(h, w, 3)`, at least four pixels in both directions."""
    height, width = picture.shape[:2]
    left, top = min(int(box[0] * width), width - _CELLS), min(int(box[1] * height), height - _CELLS)
    left, top = max(left, 0), max(top, 0)
    right, bottom = max(int(box[2] * width), left + _CELLS), max(int(box[3] * height), top + _CELLS)
    return picture[top:bottom, left:right]


def _lost(place: Plane) -> float:
    """The share of pixels in which a channel says nothing more."""
    return float(((place >= 254).any(axis=2) | (place <= 1).all(axis=2)).mean())  # noqa: PLR2004 - of 255


def _light(place: Plane) -> Light:
    """The mean light of each of 4 x 4 cells."""
    rows = np.array_split(_CURVE[place], _CELLS, axis=0)
    return np.array(
        [[cell.mean(axis=(0, 1)) for cell in np.array_split(row, _CELLS, axis=1)] for row in rows]
    )


def _mean(cells: Light) -> Linear:
    red, green, blue = (float(value) for value in cells.mean(axis=(0, 1)))
    return red, green, blue


def _uneven(cells: Light) -> float:
    """How far the cells are from their mean, CIEDE2000, root of the mean square."""
    middle = lab(_mean(cells))
    apart = [ciede2000(_lab(cell), middle) for row in cells for cell in row]
    return sqrt(sum(one * one for one in apart) / len(apart))


def _lab(cell: npt.NDArray[np.float64]) -> Lab:
    red, green, blue = (float(value) for value in np.clip(cell, 0, 1))
    return lab((red, green, blue))


def _found(
    outcome: Outcome, says: Saying, *, advice: Saying | None = None, measures: Iterable[Measure] = ()
) -> Finding:
    return Finding.of("colour.measured", outcome, says, advice=advice, measures=measures)
