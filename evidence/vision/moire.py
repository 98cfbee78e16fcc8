"""Moiré: the regular lattice that the pixels of a screen leave in a photo of that screen.

Each of many small tiles is asked on its own, since a screen seen askew has another lattice in
every corner: does its spectrum have narrow peaks away from both axes, in two directions? The median
tile speaks for the picture: a lattice covers all of it. What a scene holds (edges, print, bars) is
broad, or lies in one direction, or in a few tiles only.
The blocks of JPEG repeat every eight pixels, so their frequencies are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
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


def lattice(view: Plane) -> Lattice:
    """The lattice in a grey view `(h, w)` at the photo's own resolution or near it."""
    height, width = view.shape
    rows, columns = height // TILE, width // TILE
    if rows * columns < FEWEST_TILES:
        return Lattice(0.0, 0.0)
    every = [(row * TILE, column * TILE) for row in range(rows) for column in range(columns)]
    chosen = [every[int(n)] for n in np.linspace(0, len(every) - 1, min(MOST_TILES, len(every)))]
    window = np.outer(np.hanning(TILE), np.hanning(TILE)).astype(np.float32)
    found: list[Lattice] = []
    for top, left in chosen:
        tile = view[top : top + TILE, left : left + TILE].astype(np.float32)
        spectrum = np.abs(np.fft.rfft2((tile - tile.mean()) * window))
        level = np.log(np.fft.fftshift(spectrum, axes=0) + _LEVEL).astype(np.float32)
        found.append(_strongest(level - _smoothed(level)))
    found.sort(key=lambda one: one.strength)
    return found[len(found) // 2]


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


def _strongest(above: Field) -> Lattice:
    """The two strongest peaks in different directions of the whitened log spectrum."""
    half = TILE // 2
    down = (np.arange(TILE) - half)[:, None] + np.zeros((1, half + 1))
    right = np.arange(half + 1)[None, :] + np.zeros((TILE, 1))
    radius = np.hypot(down, right) / TILE
    off_axis = (np.abs(down) > _AXIS) & (right > _AXIS)
    blocks = (np.abs(down) % _BLOCK <= 1) | (right % _BLOCK <= 1)
    usable = off_axis & ~blocks & (radius > _LOWEST) & (radius < _HIGHEST)
    values = np.where(usable, above, -np.inf)
    first = np.unravel_index(int(np.argmax(values)), values.shape)
    angle = np.degrees(np.arctan2(down, right))
    turn = np.abs((angle - angle[first] + 90) % 180 - 90)
    second = float(np.where(turn > _APART, values, -np.inf).max())
    if not np.isfinite(second):
        return Lattice(0.0, 0.0)
    return Lattice(float(np.exp(max(second, 0.0))), float(1 / radius[first]))
