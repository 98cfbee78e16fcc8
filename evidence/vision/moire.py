"""Moiré: the regular lattice that the pixels of a screen leave in a photo of that screen.

Each of many small tiles is asked on its own, since a screen seen askew has another lattice in
every corner: does its spectrum have narrow peaks away from both axes, in two directions? The median
tile speaks for the picture: a lattice covers all of it. What a scene holds (edges, print, bars) is
broad, or lies in one direction, or in a few tiles only. Once half of all tiles are below the limit the
median is too, and looking ends: a picture without a lattice costs about half.
The blocks of JPEG repeat every eight pixels, so their frequencies are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from evidence.check import Plane

    Field = npt.NDArray[np.float32]

TILE: Final = 256
"""Pixels; resolves lattices of 2 to 20 pixels."""
MOST_TILES: Final = 15
FEWEST_TILES: Final = 6
_LOWEST, _HIGHEST = 0.06, 0.5
"""Cycles a pixel: below are the shapes of the scene."""
_AXIS: Final = 6
"""Bins beside both axes that are left out: straight upright edges, and lines of the sensor."""
_BLOCK: Final = 32
"""Bins between the frequencies of JPEG's blocks: `TILE` / 8."""
_APART: Final = 20.0
"""Degrees between two directions of a lattice, at the least."""
_LEVEL: Final = 30.0
"""Amplitude, grey levels times pixels, below which nothing counts: rounding to whole levels makes as much."""
_AROUND: Final = 15
"""Bins of the neighbourhood that a peak is held against."""


@dataclass(frozen=True)
class Lattice:
    """The strongest two peaks that are not in one direction."""

    strength: float
    """How many times the weaker of them stands above its neighbourhood, amplitude."""
    period: float
    """Of the stronger one, pixels of the view; 0 where there is none."""


def lattice(view: Plane, *, enough: float = 0.0) -> Lattice:
    """The lattice in a grey view `(h, w)` at the photo's own resolution or near it.

    Args:
        view: grey, `(h, w)`; less than `FEWEST_TILES` tiles say nothing.
        enough: the strength that is asked for. The answer is below it where that of all tiles is; it is
            then the median of those that were looked at.
    """
    height, width = view.shape
    rows, columns = height // TILE, width // TILE
    if rows * columns < FEWEST_TILES:
        return Lattice(0.0, 0.0)
    every = [(row * TILE, column * TILE) for row in range(rows) for column in range(columns)]
    chosen = [every[int(n)] for n in np.linspace(0, len(every) - 1, min(MOST_TILES, len(every)))]
    half = len(chosen) // 2 + 1
    found: list[Lattice] = []
    # Every second tile first, so that the first half comes from all over the picture.
    for top, left in chosen[::2] + chosen[1::2]:
        found.append(_of_tile(view[top : top + TILE, left : left + TILE]))
        if sum(one.strength < enough for one in found) >= half:
            break
    found.sort(key=lambda one: one.strength)
    return found[len(found) // 2]


def _of_tile(tile: Plane) -> Lattice:
    level = tile.astype(np.float32)
    spectrum = np.abs(np.fft.rfft2((level - level.mean()) * _window()))
    logs = np.log(np.fft.fftshift(spectrum, axes=0) + np.float32(_LEVEL))
    return _strongest(logs - _smoothed(logs))


@cache
def _window() -> Field:
    return np.outer(np.hanning(TILE), np.hanning(TILE)).astype(np.float32)


def _smoothed(level: Field) -> Field:
    """The mean over `_AROUND` bins in both directions; the borders repeat."""
    reach = _AROUND // 2
    for axis in (0, 1):
        edges = [(0, 0), (0, 0)]
        edges[axis] = (reach + 1, reach)
        sums = np.cumsum(np.pad(level, edges, "edge"), axis=axis, dtype=np.float64)
        after, before = np.split(sums, [_AROUND], axis)[1], np.split(sums, [-_AROUND], axis)[0]
        level = ((after - before) / _AROUND).astype(np.float32)
    return level


@cache
def _bins() -> tuple[npt.NDArray[np.int64], Field, Field]:
    """Of the bins of a shifted half spectrum that are looked at: place, angle (degrees), cycles a pixel."""
    down = np.arange(TILE)[:, None] - TILE // 2
    right = np.arange(TILE // 2 + 1)[None, :]
    radius = np.hypot(down, right) / TILE
    off_axis = (np.abs(down) > _AXIS) & (right > _AXIS)
    blocks = (np.abs(down) % _BLOCK <= 1) | (right % _BLOCK <= 1)
    places = np.flatnonzero(off_axis & ~blocks & (radius > _LOWEST) & (radius < _HIGHEST))
    angles = np.degrees(np.arctan2(down, right)).ravel()[places]
    return places, angles.astype(np.float32), radius.ravel()[places].astype(np.float32)


def _strongest(above: Field) -> Lattice:
    """The two strongest peaks in different directions of the whitened log spectrum."""
    places, angles, radius = _bins()
    values = above.ravel()[places]
    first = int(np.argmax(values))
    turn = np.abs((angles - angles[first] + 90) % 180 - 90)
    second = float(values[turn > _APART].max())
    return Lattice(float(np.exp(max(second, 0.0))), float(1 / radius[first]))
