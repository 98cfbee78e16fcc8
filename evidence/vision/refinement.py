"""Several guesses of one cuboid, moved at once until outline, creases and normals agree with the maps.

Levenberg-Marquardt with robust weights over eight numbers a guess: three of the turn,
two of the centre's direction, three logarithms of lengths. The centre's depth is 1.
A guess is one row of every array; `h` counts the guesses.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from evidence.vision.solid import NEAR, SIGNS, Cuboids
from evidence.vision.triads import towards

if TYPE_CHECKING:
    import numpy.typing as npt

    from evidence.vision.sight import Array
    from evidence.vision.silhouette import Lens, Silhouette

    Bools = npt.NDArray[np.bool_]

_EDGES: Final = np.array([(i, i | 1 << j) for j in range(3) for i in range(8) if not i >> j & 1])
"""`(12, 2)` corners at an edge's ends."""
_BESIDE: Final = np.array(
    [[2 * k + (i >> k & 1) for k in range(3) if k != j] for j in range(3) for i in range(8) if not i >> j & 1]
)
"""`(12, 2)` the two faces that meet at an edge: twice the axis, one more on its positive side."""
_STARTS: Final = _EDGES[:, 0]
_ENDS: Final = _EDGES[:, 1]
_ALONG: Final = np.array([0.06, 0.28, 0.5, 0.72, 0.94])
"""Where along an edge it is compared with the mask's outline."""
_ROUNDS: Final = 5
_OUTLINE: Final = 0.8
"""Cells, the outline's deviation."""
_KINK: Final = 1.6
"""Cells from where on a piece of outline counts less and less."""
_CREASE: Final = 1.2
"""Cells, a crease's deviation."""
_SEAM: Final = 2.5
"""Deviations at which a crease counts a quarter: it is a seam, not an edge."""
_SPAN: Final = 6.0
"""Cells of outline within which errors are one error."""
_PATCH: Final = 100.0
"""Cells of surface within which the normals' errors are one error."""
_NORMAL: Final = 0.24
"""Radians, a normal's deviation."""
_ASTRAY: Final = 0.5
"""Radians at which a normal counts a quarter."""
_LENGTHS: Final = 0.5
"""Deviation of the lengths' logarithms from their mean: boxes are not arbitrarily long."""
_FAR: Final = 1e4
_REACH: Final = 8.0
"""Cells beyond which a distance to the mask's outline tells no more."""
_STRIDE: Final = 0.35
"""The longest turn of one round, radians."""
_ENOUGH: Final = 0.02
"""The gain, as a share of the cost, from which on another round pays."""
_EYE: Final = np.eye(8)
_PRIOR: Final = np.zeros((8, 8))
_PRIOR[5:, 5:] = (np.eye(3) - 1 / 3) / _LENGTHS**2 + 1e-4 * np.eye(3)
_QUARTER: Final = np.array([1.0, -1.0])
_NEXT: Final = np.array([1, 2, 0])
_LAST: Final = np.array([2, 0, 1])
_CROSS_ROW: Final = np.array([0, 0, 1, 1, 2, 2])
_CROSS_COLUMN: Final = np.array([1, 2, 0, 2, 0, 1])
_CROSS_ARM: Final = np.array([2, 1, 2, 0, 1, 0])
_CROSS_SIGN: Final = np.array([1.0, -1.0, -1.0, 1.0, 1.0, -1.0])


@dataclass(frozen=True)
class Agreement:
    """How well guesses agree with what is seen, and which way to move them."""

    cost: Array
    """`(h,)` half the sum of squares, in deviations."""
    slope: Array
    """`(h, 8)` the cost's gradient."""
    bend: Array
    """`(h, 8, 8)` its second derivative, by Gauss and Newton."""
    stray: Array
    """`(h,)` cells by which the mask's outline strays from the guess's, root of the mean square."""

    def chosen(self, other: Agreement, which: Bools) -> Agreement:
        """Those of `other` where `which` says so, else these."""
        if which.all():
            return other
        return Agreement(
            np.where(which, other.cost, self.cost),
            np.where(which[:, None], other.slope, self.slope),
            np.where(which[:, None, None], other.bend, self.bend),
            np.where(which, other.stray, self.stray),
        )


def refine(guess: Cuboids, seen: Silhouette) -> tuple[Cuboids, Agreement]:
    """The guesses after as many rounds as pay."""
    damping = np.full(len(guess.axes), 3e-3)
    best, agreement = guess, agree(guess, seen)
    for _ in range(_ROUNDS):
        bend = agreement.bend + damping[:, None, None] * agreement.bend * _EYE
        step = -np.linalg.solve(bend, agreement.slope[..., None])[..., 0]
        size = np.sqrt((step[:, :3] ** 2).sum(axis=1))
        step *= np.minimum(1, _STRIDE / (size + 1e-9))[:, None]
        tried = best.moved(step)
        there = agree(tried, seen)
        gain = agreement.cost - there.cost
        better = gain > 0
        best, agreement = best.chosen(tried, better), agreement.chosen(there, better)
        damping *= np.where(better, 0.3, 8)
        # Guesses that are worse than the best need not be finished, only ranked.
        if (((gain >= 0) & (gain < _ENOUGH * agreement.cost)) | (damping > 1)).all():
            break
    return best, agreement


def agree(guess: Cuboids, seen: Silhouette) -> Agreement:
    """Compare guesses with outline, creases and normals."""
    lines = _lines(guess, seen.lens)
    cost, slope, bend = _normals(guess, seen)
    drawn = _drawn(lines, seen)
    rim = drawn[0][:, : len(seen.outline)]
    for residual, weight, moves, part in (drawn, _masked(lines, seen)):
        weighted = moves * weight[..., None]
        slope += (residual[:, None] @ weighted)[:, 0]
        bend += np.swapaxes(weighted, 1, 2) @ moves
        cost += part
    spread = np.log(guess.lengths)
    spread -= spread.mean(axis=1, keepdims=True)
    cost += (spread * spread).sum(axis=1) / (2 * _LENGTHS**2)
    slope[:, 5:] += spread / _LENGTHS**2
    bend += _PRIOR
    return Agreement(cost, slope, bend, np.sqrt((rim * rim).mean(axis=1)))


@dataclass(frozen=True)
class _Lines:
    """The twelve edges of each guess, in cells."""

    start: Array
    """`(h, 12, 2)`."""
    unit: Array
    """`(h, 12, 2)` the direction to the other end."""
    length: Array
    """`(h, 12)`."""
    normal: Array
    """`(h, 12, 2)` away from the middle of the corners."""
    rim: Bools
    """`(h, 12)` whether it is a part of the outline."""
    inner: Bools
    """`(h, 12)` whether both its faces are seen."""
    first: Array
    """`(h, 12, 2, 8)` how its start moves with the eight numbers."""
    last: Array
    """The same of its other end."""


def _lines(guess: Cuboids, lens: Lens) -> _Lines:
    cells, shift = guess.cells(lens), _shifts(guess, lens)
    start = cells[:, _STARTS]
    unit = cells[:, _ENDS] - start
    length = np.sqrt(unit[..., 0] ** 2 + unit[..., 1] ** 2) + 1e-6
    unit /= length[..., None]
    normal = unit[..., ::-1] * _QUARTER
    inward = cells.mean(axis=1, keepdims=True) - start
    side = normal[..., 0] * inward[..., 0] + normal[..., 1] * inward[..., 1]
    normal *= np.where(side > 0, -1.0, 1.0)[..., None]
    one, other = guess.seen[:, _BESIDE[:, 0]], guess.seen[:, _BESIDE[:, 1]]
    return _Lines(start, unit, length, normal, one != other, one & other, shift[:, _STARTS], shift[:, _ENDS])


_Part = tuple["Array", "Array", "Array", "Array"]
"""Residuals `(h, k)`, weights `(h, k)`, derivatives `(h, k, 8)` and the cost `(h,)`."""


def _drawn(lines: _Lines, seen: Silhouette) -> _Part:
    """From the mask's outline to the guess's, and from creases to its edges between two seen faces."""
    places, count = seen.drawn, len(seen.outline)
    beyond = lines.normal @ places.T
    beyond -= (lines.normal * lines.start).sum(axis=-1)[..., None]
    along = lines.unit @ places.T
    along -= (lines.unit * lines.start).sum(axis=-1)[..., None]
    length = lines.length[..., None]
    # Of the lines of a convex outline, the one that a place is furthest beyond is the nearest.
    furthest = (beyond[..., :count] - np.where(lines.rim, 0, _FAR)[..., None]).argmax(axis=1)
    across, way = beyond[..., count:], along[..., count:]
    over = np.maximum(np.maximum(-way, way - length), 0)
    square = across * across + over * over + np.where(lines.inner, 0, _FAR)[..., None]
    nearest = square.argmin(axis=1)
    edge = np.concatenate([furthest, nearest], axis=1)
    rows = np.arange(len(edge))[:, None]
    column = np.arange(len(places))
    residual = beyond[rows, edge, column]
    share = along[rows, edge, column] / lines.length[rows, edge]
    share = np.minimum(np.maximum(share, 0), 1)[..., None]
    first = (lines.normal[:, :, None] @ lines.first)[:, :, 0]
    last = (lines.normal[:, :, None] @ lines.last)[:, :, 0]
    moves = first[rows, edge] * (share - 1) - last[rows, edge] * share
    rim_weight, cost = _hubered(residual[:, :count], seen.outline_weight / (_SPAN * 2 * _OUTLINE**2))
    near = square[rows, nearest, column[: len(places) - count]] / (_CREASE * _SEAM) ** 2
    # A ridge of creases is some three cells wide.
    base = seen.crease_weight / (3 * _SPAN * _CREASE**2)
    narrow = 1 / (1 + near)
    cost += (near * narrow) @ base * ((_CREASE * _SEAM) ** 2 / 2)
    return residual, np.concatenate([rim_weight, base * narrow * narrow], axis=1), moves, cost


def _masked(lines: _Lines, seen: Silhouette) -> _Part:
    """From the guess's outline to the mask's."""
    count = len(lines.start)
    places = lines.start[:, :, None] + (lines.unit * lines.length[..., None])[:, :, None] * _ALONG[:, None]
    residual, gradient = seen.distance(places)
    residual = np.minimum(np.maximum(residual, -_REACH), _REACH)
    counts = lines.rim[:, :, None] & seen.lens.within(places, 0.5)
    base = counts * (lines.length[..., None] / (len(_ALONG) * _SPAN * 2 * _OUTLINE**2))
    residual = residual.reshape(count, -1)
    weight, cost = _hubered(residual, base.reshape(count, -1))
    moves = gradient @ lines.first * (1 - _ALONG)[:, None] + gradient @ lines.last * _ALONG[:, None]
    return residual, weight, moves.reshape(count, -1, 8), cost


def _normals(guess: Cuboids, seen: Silhouette) -> tuple[Array, Array, Array]:
    """Cost, slope and bend by what the normals say of the turn."""
    toward = np.swapaxes(guess.axes * towards(guess.axes, seen.ray)[:, None], 1, 2)
    cosines = toward @ seen.normals.T
    nearest = cosines.max(axis=1)
    square = 2 - 2 * nearest
    narrow = 1 / (1 + square / _ASTRAY**2)
    base = seen.normal_weight / (_PATCH * _NORMAL**2)
    pull = narrow * narrow * base
    chosen = (cosines == nearest[:, None]) * pull[:, None]
    means = chosen @ seen.normals
    total = chosen.sum(axis=2)
    count = len(toward)
    slope, bend = np.zeros((count, 8)), np.zeros((count, 8, 8))
    slope[:, :3] = (means[..., _NEXT] * toward[..., _LAST] - means[..., _LAST] * toward[..., _NEXT]).sum(
        axis=1
    )
    bend[:, :3, :3] = total.sum(axis=1)[:, None, None] * _EYE[:3, :3]
    bend[:, :3, :3] -= np.swapaxes(toward * total[..., None], 1, 2) @ toward
    return (square * narrow) @ base / 2, slope, bend


def _hubered(residual: Array, base: Array) -> tuple[Array, Array]:
    """Weights `(h, k)` and costs `(h,)` of residuals in cells."""
    size = np.abs(residual)
    near = np.minimum(size, _KINK)
    weight = base * near / np.maximum(size, 1e-9)
    return weight, (base * near * (size - near / 2)).sum(axis=1)


def _shifts(guess: Cuboids, lens: Lens) -> Array:
    """`(h, 8, 2, 8)` how the corners' cells move with the eight numbers."""
    moved = np.zeros((len(guess.axes), 8, 3, 8))
    arms = guess.arms
    moved[..., _CROSS_ROW, _CROSS_COLUMN] = arms[..., _CROSS_ARM] * _CROSS_SIGN
    moved[..., 0, 3] = moved[..., 1, 4] = 1
    moved[..., 5:] = guess.axes[:, None] * (SIGNS[:, None] * (guess.lengths[:, None, None] / 2))
    depth = np.maximum(guess.corners[..., 2], NEAR)[..., None, None]
    flat = guess.corners[..., :2, None] / depth
    return (moved[:, :, :2] - flat * moved[:, :, 2:]) * (lens.scale / depth)
