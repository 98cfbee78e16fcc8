"""Focus: how wide the edges of a picture are, and so how far it is blurred.

An edge that was blurred by a Gaussian of width b has, seen through a smoothing of width
s, a steepest slope in proportion to 1 / sqrt(s^2 + b^2). The slopes of the same edge at
two smoothings therefore tell b, whatever the contrast (Zhuo and Sim, "Defocus map
estimation from a single image", 2011). Here:

1. Only slopes well above the picture's own noise count, so noise is no sharpness.
2. Edges are told apart by direction: movement blurs those across it and spares the
   others, so the worst direction decides.
3. They are told apart by place: a soft background is no fault, so the sharper tiles
   decide.
4. Where there are too few edges for that, all speak together. Where hardly any is steep
   enough, the picture is halved and asked again, since a heavy blur shows only small.
   Where none are left, nothing can be said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from evidence.vision.ranks import quantile

if TYPE_CHECKING:
    import numpy.typing as npt

    from evidence.check import Plane

    Field = npt.NDArray[np.float32]
    """`(h, w)`."""

TILES: Final = 8
"""Tiles along the long side."""
DIRECTIONS: Final = 4
FEWEST_EDGES: Final = 6
"""Edge points of one direction that a tile needs to be heard."""
FEWEST_TILES: Final = 3
"""Tiles that a direction needs to be heard."""
FEWEST: Final = 24
"""Edge points that a picture needs to be judged at all."""
NARROWEST: Final = 48
"""Short side, pixels, below which the smoothing leaves nothing to look at."""
_PASSES: Final = 8
"""Sums of two neighbours; each adds a quarter to the variance."""
_SLOPE_TAKING: Final = 1 / 3
"""Variance that the difference of the pixels on both sides adds, pixels^2."""
_FINE: Final = _PASSES / 4 + _SLOPE_TAKING
"""Variance of the fine smoothing, pixels^2."""
_COARSE: Final = _PASSES / 4 + 1 / 4 + 4 * _FINE
"""Variance of the coarse one: halved, and then smoothed again."""
_STEEP: Final = 2.0
"""Grey levels a pixel that a coarse edge needs in a picture of full contrast."""
_LEAST_STEEP: Final = 0.3
"""And in any picture: what rounding to whole grey levels may feign."""
_MEDIAN_OF_NORMAL: Final = 0.6745
_FULL_CONTRAST: Final = 128.0
_NOISE_SLOPE: Final = 0.09
"""Standard deviation of the fine slope in noise of standard deviation 1: 1 / sqrt(8 pi) / _FINE."""
_ABOVE_NOISE: Final = 6.0
_TYPICAL: Final = 0.5
"""The quantile of a tile's edges that speaks for it: many are shadows and soft shapes."""
_ALONE: Final = 0.85
"""The quantile of all edges that speaks for a picture with too few of them to be told apart."""
_SHARP_TILES: Final = 0.2
"""The share of a direction's tiles that may be sharper than the one that speaks for it."""


def blur(picture: Plane) -> float | None:
    """The width of the picture's blur, standard deviation in thousandths of its long side.

    Args:
        picture: grey, `(h, w)`.

    Returns:
        At least about 0.3 pixels' worth; None where the picture has too few edges.
    """
    level = np.asarray(picture, np.float32)
    long = max(level.shape)
    scale = 1.0
    while min(level.shape) >= NARROWEST:
        width = _width(level)
        if width is not None:
            return 1000 * scale * width / long
        level, scale = _halved(level), 2 * scale
    return None


def _width(level: Field) -> float | None:
    """The width in pixels, or None where too few edges are steep enough."""
    fine = _smoothed(level)
    coarse = _smoothed(_halved(fine))
    down, right = _gradient(coarse)
    slope = _slope(down, right) * np.float32(0.5)  # a pixel of the halved picture is two of this one
    height, width = slope.shape
    steep = _steepest(_slope(*_gradient(fine)), height, width)
    rows, columns = np.nonzero(_peaks(slope) & (slope > _least_slope(level)))
    if rows.size < FEWEST:
        return None
    ratios = np.divide(steep[rows, columns], slope[rows, columns], dtype=np.float32)
    angles = np.arctan2(down[rows, columns], right[rows, columns])
    directions = np.round(angles / (np.pi / DIRECTIONS)).astype(np.int64) % DIRECTIONS
    tile = max(height, width) / TILES
    tiles = (rows / tile).astype(np.int64) * TILES + (columns / tile).astype(np.int64)
    ratio = _slowest(ratios, directions, tiles)
    return _width_of(quantile(ratios, _ALONE) if ratio is None else ratio)


def _slowest(ratios: Field, directions: npt.NDArray[np.int64], tiles: npt.NDArray[np.int64]) -> float | None:
    """The ratio of slopes of the most blurred direction, each spoken for by its sharper tiles."""
    spoken: list[float] = []
    for direction in range(DIRECTIONS):
        chosen = directions == direction
        here, where = ratios[chosen], tiles[chosen]
        heard = [
            quantile(here[where == tile], _TYPICAL)
            for tile in np.flatnonzero(np.bincount(where) >= FEWEST_EDGES)
        ]
        if len(heard) >= FEWEST_TILES:
            spoken.append(sorted(heard, reverse=True)[max(1, int(_SHARP_TILES * len(heard)))])
    return min(spoken, default=None)


def _width_of(ratio: float) -> float:
    """The blur in pixels that makes the fine slope so many times the coarse one."""
    squared = min(ratio * ratio, 0.98 * _COARSE / _FINE)
    return float(np.sqrt((_COARSE - _FINE * squared) / max(squared - 1, 1e-3)))


def _least_slope(level: Field) -> float:
    few = level[::4, ::4]
    contrast = min(1.0, (quantile(few, 0.95) - quantile(few, 0.05)) / _FULL_CONTRAST)
    # The difference along both axes sees noise and hardly an edge; its gain is 2.
    mixed = level[:-1:2, :-1] - level[1::2, :-1][: (level.shape[0]) // 2]
    noise = float(np.median(np.abs(mixed[:, :-1:2] - mixed[:, 1::2]))) / (2 * _MEDIAN_OF_NORMAL)
    return max(_STEEP * contrast, _LEAST_STEEP, _ABOVE_NOISE * _NOISE_SLOPE * noise)


def _smoothed(level: Field) -> Field:
    """Smoothed by `_PASSES` sums of neighbours along each axis; smaller by `_PASSES` in both."""
    for _ in range(_PASSES):
        level = level[:-1] + level[1:]
    level = level * np.float32(0.25**_PASSES)
    for _ in range(_PASSES):
        level = level[:, :-1] + level[:, 1:]
    return level


def _halved(level: Field) -> Field:
    height, width = level.shape[0] // 2 * 2, level.shape[1] // 2 * 2
    even = level[:height, :width]
    return (even[::2, ::2] + even[::2, 1::2] + even[1::2, ::2] + even[1::2, 1::2]) * np.float32(0.25)


def _gradient(level: Field) -> tuple[Field, Field]:
    """The slopes downwards and to the right, in grey levels a pixel; smaller by one pixel all round."""
    down = (level[2:, 1:-1] - level[:-2, 1:-1]) * np.float32(0.5)
    right = (level[1:-1, 2:] - level[1:-1, :-2]) * np.float32(0.5)
    return down, right


def _slope(down: Field, right: Field) -> Field:
    return np.sqrt(down * down + right * right)


def _steepest(slope: Field, height: int, width: int) -> Field:
    """The steepest fine slope within four pixels square around each pixel of the coarse ones."""
    # The coarse slope at c lies between the fine ones at 2c + 9 and 2c + 10: every sum of
    # neighbours costs half a pixel, every slope one, and the coarse pixels are twice as wide.
    first = _PASSES
    rows = slope[first : first + 2 * height + 2]
    pairs = np.maximum(rows[::2], rows[1::2])
    four = np.maximum(pairs[:-1], pairs[1:])[:, first : first + 2 * width + 2]
    beside = np.maximum(four[:, ::2], four[:, 1::2])
    return np.maximum(beside[:, :-1], beside[:, 1:])


def _peaks(slope: Field) -> npt.NDArray[np.bool_]:
    """Where a slope is as steep as any beside it; never at the border."""
    peaks = np.zeros(slope.shape, np.bool_)
    inner = slope[1:-1, 1:-1]
    rows = np.maximum(np.maximum(slope[:-2], slope[1:-1]), slope[2:])
    peaks[1:-1, 1:-1] = inner >= np.maximum(np.maximum(rows[:, :-2], rows[:, 1:-1]), rows[:, 2:])
    return peaks
