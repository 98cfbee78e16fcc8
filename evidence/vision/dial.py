"""Where a line of print shows a time of day, `12:34:56`: a place for each of its six numerals.

Clocks are set in figures of one width, so three numbers say it all: where the first figure is, how wide
figures
are, and how wide colons. All likely combinations are tried on the scores along the line; the best is refined
figure by figure.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from evidence.vision import numerals
from evidence.vision.numerals import AM, COLON, PM, TALL, WIDE

if TYPE_CHECKING:
    from evidence.check import Plane
    from evidence.vision.lines_of_ink import InkLine

PLACES: Final = 6
DIGITS: Final = 10
_PITCHES: Final = np.arange(7.0, 17.1, 0.5)
"""Advance of a figure that is `TALL` high: narrow type to plotter letters."""
_COLONS: Final = (0.28, 1.32)
"""Least and greatest advance of a colon, in advances of a figure."""
_DOTS: Final = -6.0
"""Score from which on a column may be the middle of a colon."""
_LEAST: Final = -1.1
"""Mean score of the eight places from which on a time is tried."""
_SPREAD: Final = (1.0, 0.9, 1.1)
"""Heights that are tried: ink is a little higher or lower than the letters were drawn."""
_LONGEST: Final = 900
"""Pixels of a strip that are looked along."""
_BEYOND: Final = 3.0
"""What is seen beside a line, in heights of it."""
_CENTRES: Final = np.array([0, 1, 2, 3, 4, 5])
_GAPS: Final = np.array([0, 0, 1, 1, 2, 2])
_TIGHT: Final = 2
"""Pixels by which a figure may lie off its place."""
_SETTLING: Final = 2
"""Times that places are settled, each from where it came to lie."""
_HALF: Final = -1.2
"""Score from which letters behind the time are believed to be AM or PM, mean of the two."""

Floats = npt.NDArray[np.float32]
Columns = npt.NDArray[np.int64]
Widths = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Dial:
    """Where a clock stands in the picture; pixels of the view, and of its strip."""

    left: float
    """Of the strip, in the view."""
    middle: float
    tall: float
    """Of its figures, in the view."""
    dark: bool
    centres: tuple[float, ...]
    """Of the six figures, in pixels of the strip."""
    pitch: float
    score: float
    half: bool = False
    """Whether AM or PM stands behind it."""

    @property
    def wide(self) -> int:
        """Pixels of the strip."""
        return int(self.centres[-1] + 4.5 * self.pitch)

    def strip(self, view: Plane) -> Plane:
        """The strip in another picture of the film."""
        return numerals.strip(
            view, left=self.left, middle=self.middle, tall=self.tall, wide=self.wide, dark=self.dark
        )

    def near(self, other: Dial) -> bool:
        """Whether both are the same clock."""
        scale = self.tall / TALL
        here, there = (d.left + d.centres[0] * d.tall / TALL for d in (self, other))
        return (
            abs(here - there) < 1.2 * self.pitch * scale and abs(self.middle - other.middle) < self.tall / 2
        )

    def lies_in(self, left: float, right: float, middle: float) -> bool:
        """Whether the clock lies in a line of print, all in pixels of the view."""
        start, top, end, foot = self.box
        return top < middle < foot and left < end and right > start

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom in the view."""
        scale = self.tall / TALL
        left = self.left + (self.centres[0] - self.pitch) * scale
        right = self.left + (self.centres[-1] + (4 if self.half else 1) * self.pitch) * scale
        return left, self.middle - self.tall, right, self.middle + self.tall


def dial_in(view: Plane, line: InkLine) -> Dial | None:
    """The time that a line of print shows, where it shows one."""
    best: Dial | None = None
    for spread in _SPREAD:
        found = _fitted(view, line, line.tall * spread)
        if found is not None and (best is None or found.score > best.score):
            best = found
        if best is None:
            break
    return best


def _fitted(view: Plane, line: InkLine, tall: float) -> Dial | None:
    scale = tall / TALL
    left = max(0.0, line.left - _BEYOND * tall)
    wide = min(_LONGEST, int((min(view.shape[1], line.right + _BEYOND * tall) - left) / scale))
    if wide < PLACES * WIDE // 2:
        return None
    shown = numerals.strip(view, left=left, middle=line.middle, tall=tall, wide=wide, dark=line.dark)
    scores = numerals.along(shown)
    figures, colons = scores[:, :DIGITS].max(axis=1), scores[:, COLON]
    if np.count_nonzero(figures > np.log(0.5)) < PLACES or colons.max() < _LEAST * 2:
        return None
    found = _best(_widened(figures), _widened(colons))
    if found is None:
        return None
    score, start, pitch, colon = found
    centres = tuple(start + n * pitch + n // 2 * colon for n in range(PLACES))
    for _ in range(_SETTLING):
        centres = tuple(_settled(figures, centre) for centre in centres)
    pitch = float(np.mean([centres[n + 1] - centres[n] for n in range(0, PLACES, 2)]))
    kept = max(0.0, centres[0] - 2 * pitch)
    made = Dial(
        left + kept * scale,
        line.middle,
        tall,
        line.dark,
        tuple(centre - kept for centre in centres),
        pitch,
        score,
    )
    return replace(made, half=_has_half(scores, centres[-1], pitch)) if _is_time(scores, centres) else None


def _widened(scores: Floats) -> Floats:
    """The best within a pixel."""
    padded = np.pad(scores, 1, mode="edge")
    return np.maximum(np.maximum(padded[:-2], padded[1:-1]), padded[2:])


def _best(figures: Floats, colons: Floats) -> tuple[float, float, float, float] | None:
    """Score, first centre, pitch and colon of the best fit: two colons are tried with every pitch."""
    peaks = (colons > _DOTS) & (colons >= np.roll(colons, 1)) & (colons >= np.roll(colons, -1))
    dots: Columns = np.flatnonzero(peaks).astype(np.int64)
    count, pitches = len(dots), len(_PITCHES)
    first: Columns = np.repeat(dots, count * pitches)
    second: Columns = np.tile(np.repeat(dots, pitches), count)
    pitch: Widths = np.tile(_PITCHES, count * count)
    colon: Widths = second - first - 2 * pitch
    start: Widths = first - 1.5 * pitch - colon / 2
    last: Widths = start + 5 * pitch + 2 * colon
    fits: npt.NDArray[np.bool_] = (colon >= _COLONS[0] * pitch) & (colon <= _COLONS[1] * pitch)
    fits &= (start >= 0) & (last < len(figures) - 1)
    if not fits.any():
        return None
    first, second, pitch, colon, start = first[fits], second[fits], pitch[fits], colon[fits], start[fits]
    places = start[:, None] + pitch[:, None] * _CENTRES + colon[:, None] * _GAPS
    sums = figures[places.round().astype(np.int64)].sum(axis=1) + colons[first] + colons[second]
    where = int(sums.argmax())
    mean = float(sums[where]) / (PLACES + 2)
    if mean <= _LEAST:
        return None
    return mean, float(start[where]), float(pitch[where]), float(colon[where])


def _settled(figures: Floats, centre: float) -> float:
    """Where, within a few pixels, the figure is told best."""
    low, high = max(0, round(centre) - _TIGHT), min(len(figures), round(centre) + _TIGHT + 1)
    near = figures[low:high]
    good = np.flatnonzero(near >= near.max() - 0.1) if len(near) else np.zeros(1)
    return low + float(good.mean())


def _is_time(scores: Floats, centres: tuple[float, ...]) -> bool:
    shown = [int(scores[min(len(scores) - 1, round(c)), :DIGITS].argmax()) for c in centres]
    hour, minute, second = (10 * shown[n] + shown[n + 1] for n in (0, 2, 4))
    return hour < 24 and minute < 60 and second < 60  # noqa: PLR2004 - a day


def _has_half(scores: Floats, last: float, pitch: float) -> bool:
    from_, to = round(last + 1.2 * pitch), round(last + 3.4 * pitch)
    letters = scores[from_:to]
    if len(letters) < WIDE // 2:
        return False
    halves = np.maximum(letters[:, AM], letters[:, PM])
    first = int(halves.argmax())
    behind = letters[first + round(pitch * 0.7) : first + round(pitch * 1.7), PM + 1]
    return bool(len(behind) and (halves[first] + behind.max()) / 2 > _HALF)


def read(dial: Dial, line: Plane) -> tuple[Floats, float]:
    """What each of the six places shows, `(6, 10)` scores, and by how much PM is likelier than AM.

    Args:
        dial: where the clock stands.
        line: its strip in a picture.
    """
    padded = np.pad(line, ((0, 0), (WIDE, WIDE)), mode="edge")
    starts = [round(centre) + shift + WIDE // 2 for centre in dial.centres for shift in (-1, 0, 1)]
    told = numerals.told(np.stack([padded[:, s : s + WIDE] for s in starts]))
    shown = told[:, :DIGITS].reshape(PLACES, 3, DIGITS).max(axis=1)
    if not dial.half:
        return shown, 0.0
    letters = numerals.along(line[:, round(dial.centres[-1] + dial.pitch) :])
    return shown, float(letters[:, PM].max() - letters[:, AM].max())
