"""What is printed on a face, and whether two views show the same print.

Print can contradict what geometry says of two views, and can never prove that a face is
a new one: plain cardboard has almost no texture, and one print may stand on two faces.
So there are three answers, and "unknown" is the refuge:

1. A face is flattened to a small square in grey, its long side across, with a margin
   that shows its outline. The outline tells how blurred the view is, on blank faces too.
2. Print is where brightness changes in two directions at once: letters, bars, corners of
   labels, tears. A seam, a strip of tape, a shadow's edge change it in one and say nothing.
3. Both views are brought to the blur of the worse one, laid over each other in each way
   that a rectangle (or square) allows, refined, and compared where either bears print.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, cast

import cv2
import numpy as np

from evidence.vision import rectified

if TYPE_CHECKING:
    import numpy.typing as npt

    from evidence.check import Plane
    from evidence.vision.sight import Array

    Field = npt.NDArray[np.float32]
    """`(n, n)`."""

SIDE: Final = 64
"""Pixels across a flattened face."""
MARGIN: Final = 8
"""Pixels around it; also the farthest that one view is shifted over another."""
WIDE: Final = SIDE + 2 * MARGIN
RIM: Final = 5
"""Pixels inside the edges where wear, rounding and an inexact fit speak, not print."""
OBLONG: Final = 1.7
"""Aspect from which a face is surely longer one way, so that only a half turn can lay it over itself."""
CLIPPED: Final = 0.15
"""Share of a face burnt out, above which it is not compared."""
SLOPE: Final = 0.022
"""Change of log-brightness a pixel, in its weaker direction, from which there is print."""
INK: Final = 0.025
"""Share of the face under print from which it can be recognised."""
BOLD: Final = 0.055
"""Share from which its absence on the other view is telling."""
SOFT: Final = 2.6
"""Blur, deviation in pixels of the flattened face, above which nothing is said."""
CRISP: Final = 1.5
"""Blur up to which the absence of print is believed."""
SAME: Final = 0.82
"""Correlation of the whole from which two prints are the same."""
OTHER: Final = 0.45
APART: Final = 0.6
"""Correlations of the whole, and of pieces that may shift, up to which they differ."""

_DARK: Final = 12.0
"""Grey levels added before the logarithm: below lies the sensor's noise."""
_LOCAL: Final = 7.0
"""Deviation in pixels of what counts as lighting, not as print."""
_ALIKE: Final = 1.2
"""The least blur, pixels, to which both are brought: finer detail hangs on the angle and the codec."""
_CLOSE: Final = 0.1
"""How much worse another turn may correlate before the fit is refined, and still be tried."""
_PIECE: Final = 16
"""Pixels across a piece of print that is compared by itself."""
_REACH: Final = 10
"""Pixels that it may shift to fit."""
_PRINTED: Final = 0.15
"""Share of it that is print."""
_FINE: Final = 0.8
_COARSE: Final = 2.0
"""The two smoothings whose slopes tell an edge's blur, as in `focus`."""
_EDGES: Final = 40
"""Edge pixels that speak for a direction."""
_LEAST_EDGE: Final = 1.2
"""Grey levels a pixel of the coarse slope at these."""
_DRIFT: Final = 0.16 * SIDE
"""Pixels that a corner may move when one view is laid over another."""
_NEARBY: Final = np.ones((5, 5), np.uint8)
_VEILED: Final = 0.3
"""Chance of something in front from which on a place is covered."""
_BESIDE_HAND: Final = np.ones((9, 9), np.uint8)
"""Pixels about it in which its edge and shadow may lie."""
_FACE: Final = np.pad(np.full((SIDE, SIDE), 255, np.uint8), MARGIN)
"""Where a flattened view shows the face."""


@dataclass(frozen=True)
class Print:
    """One face in one picture."""

    patch: Plane
    """`(WIDE, WIDE)` grey, the face in the middle `SIDE` square, its long side across."""
    free: Plane
    """`(WIDE, WIDE)`: 1 where nothing is in front of it, 0 under a hand and beside one."""
    first: int
    """Which corner of the quad is its upper left."""
    colour: Array
    """`(3,)` the median of its RGB."""
    aspect: float
    """Long side by short side, at least 1."""
    ink: float
    """Share of the face that bears print, 0 to 1."""
    blur: float
    """Deviation in pixels of the patch; infinite where it has no edges to tell."""
    clear: bool
    """Whether it is not burnt out."""


@dataclass(frozen=True)
class Likeness:
    """What two views say of each other."""

    verdict: Literal["same", "different", "unknown"]
    correlation: float = 0.0
    """Of the prints as best laid over each other, -1 to 1; 0 where nothing was compared."""
    turn: int = 0
    """Quarter turns, counter-clockwise, of the second view's patch that lay it over the first."""


def describe(rgb: Plane, quad: Array, veil: Field | None = None) -> Print | None:
    """The print of a face; None where it is none.

    Args:
        rgb: the picture.
        quad: the face's corners, shares, clockwise as seen from outside.
        veil: `(n, n)` where it is covered, 0 to 1, as `sight.Side.veil`; a thumb is no print.
    """
    height, width = rgb.shape[:2]
    if not rectified.sound(quad, width, height):
        return None
    aspect = rectified.aspect(quad, width, height)
    first = 0 if aspect >= 1 else 1
    corners = rectified.pixels(np.roll(quad, -first, axis=0), width, height)
    flat = _flattened(rgb, corners)
    grey = cv2.cvtColor(flat, cv2.COLOR_RGB2GRAY)
    inner = flat[MARGIN:-MARGIN, MARGIN:-MARGIN]
    clipped = float((inner.min(axis=2) > 250).mean())  # noqa: PLR2004 - all three channels at their end
    shortest = float(np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1).min())
    free = _free(veil, first)
    return Print(
        patch=cast("Plane", grey),
        free=free,
        first=first,
        colour=np.median(inner[RIM:-RIM:3, RIM:-RIM:3].reshape(-1, 3), axis=0),
        aspect=max(aspect, 1 / aspect),
        ink=float(_inked(_leveled(_log(grey), free)).mean()),
        blur=max(_blur(grey.astype(np.float32)), 0.35 * SIDE / shortest),
        clear=clipped <= CLIPPED,
    )


def comparable(one: Print) -> bool:
    """Whether a view is sharp and clear enough to be compared at all."""
    return one.clear and one.blur <= SOFT


def likeness(a: Print, b: Print, turns: Sequence[int] = ()) -> Likeness:
    """Whether two views show the same print, different print, or cannot tell.

    Args:
        a: one view, uncovered.
        b: the other.
        turns: the quarter turns that may lay the second over the first; none: as their shapes allow.
    """
    worse = max(a.blur, b.blur, _ALIKE)
    if not (comparable(a) and comparable(b)) or max(a.ink, b.ink) < INK:
        return Likeness("unknown")
    first, second = _softened(a, worse), _softened(b, worse)
    less, more = sorted(float(_inked(level).mean()) for level in (first, second))
    if more < INK:
        return Likeness("unknown")
    turns = turns or ((0, 2) if min(a.aspect, b.aspect) > OBLONG else (0, 1, 2, 3))
    turned = {turn: np.ascontiguousarray(np.rot90(second, turn)) for turn in turns}
    tried = {turn: _shifted(first, level) for turn, level in turned.items()}
    nearly = max(score for score, _ in tried.values()) - _CLOSE
    found = [
        (_compared(first, turned[turn], move), turn)
        for turn, (score, move) in tried.items()
        if score >= nearly
    ]
    correlation, turn = max(found)
    if correlation >= SAME and less >= INK:
        return Likeness("same", correlation, turn)
    telling = more >= BOLD and (less >= INK or worse <= CRISP)
    if (
        telling
        and correlation <= OTHER
        and max(_piecewise(first, level) for level in turned.values()) <= APART
    ):
        return Likeness("different", correlation, turn)
    return Likeness("unknown", correlation, turn)


def _flattened(rgb: Plane, corners: Array) -> Plane:
    """The face and its margin as a square of `WIDE` pixels, `(WIDE, WIDE, 3)`."""
    unit = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32)
    plane = cv2.getPerspectiveTransform(unit, corners.astype(np.float32))
    share = MARGIN / SIDE
    around = (unit * (1 + 2 * share) - share)[None]
    outer = cv2.perspectiveTransform(around, plane)[0].astype(np.float64)
    height, width = rgb.shape[:2]
    low = np.clip(np.floor(outer.min(axis=0)) - 2, 0, (width - 2, height - 2)).astype(int)
    high = np.clip(np.ceil(outer.max(axis=0)) + 3, low + 2, (width, height)).astype(int)
    part = rgb[low[1] : high[1], low[0] : high[0]]
    # Whole pixels into one: that is quick, and smooths as much as the warp to come leaves out.
    many = int(math.sqrt(cv2.contourArea(corners.astype(np.float32))) / (1.3 * SIDE))
    if many > 1:
        size = max(1, part.shape[1] // many), max(1, part.shape[0] // many)
        part = cv2.resize(part[: size[1] * many, : size[0] * many], size, interpolation=cv2.INTER_AREA)
    small = (outer - low + 0.5) / max(1, many) - 0.5
    return rectified.warped(cast("Plane", part), small, WIDE, WIDE)


def _log(grey: npt.NDArray[np.generic]) -> Field:
    return np.log(grey.astype(np.float32) + np.float32(_DARK))


def _inked(level: Field) -> npt.NDArray[np.bool_]:
    """Where there is print, `(n, n)` of the face without its margin and rim."""
    smooth = cv2.GaussianBlur(level, (0, 0), 1.0)
    weaker = cv2.cornerMinEigenVal(smooth, 5, ksize=3, borderType=cv2.BORDER_REPLICATE)
    # A slope of s in both directions comes out as (2 s) squared at this size and scale.
    slope = np.sqrt(np.maximum(weaker, 0)) / 2
    room = MARGIN + RIM
    return slope[room:-room, room:-room] > SLOPE


def _blur(grey: Field) -> float:
    """Deviation in pixels of the blur of the worse direction, by the steepest edges of each."""
    fine, coarse = (cast("Field", cv2.GaussianBlur(grey, (0, 0), s)) for s in (_FINE, _COARSE))
    widths: list[float] = []
    for axis in (0, 1):
        steep, sharp = (_slope(level, axis) for level in (coarse, fine))
        near = cv2.dilate(sharp, _NEARBY)
        chosen = np.argpartition(steep.ravel(), -_EDGES)[-_EDGES:]
        slopes = steep.ravel()[chosen]
        if float(np.median(slopes)) < _LEAST_EDGE:
            continue
        ratio = float(np.median(near.ravel()[chosen] / slopes)) ** 2
        widths.append(math.sqrt(max(0.0, (_COARSE**2 - ratio * _FINE**2) / max(ratio - 1, 1e-3))))
    return max(widths, default=math.inf)


def _slope(level: Field, axis: int) -> Field:
    ahead, behind = (level[2:], level[:-2]) if axis == 0 else (level[:, 2:], level[:, :-2])
    return np.abs(ahead - behind) * np.float32(0.5)


def _softened(one: Print, blur: float) -> Field:
    """Its print in log-brightness without lighting, as blurred as `blur`."""
    level = _log(one.patch)
    more = math.sqrt(max(0.0, blur**2 - one.blur**2))
    if more > 0.3:  # noqa: PLR2004 - a kernel of one pixel
        level = cast("Field", cv2.GaussianBlur(level, (0, 0), more))
    return _leveled(level, one.free)


def _leveled(level: Field, free: Plane) -> Field:
    """Brightness less its mean nearby, so without lighting; what is covered has no part in it and is 0."""
    weight = free.astype(np.float32)
    around = cv2.GaussianBlur(level * weight, (0, 0), _LOCAL)
    share = np.maximum(cv2.GaussianBlur(weight, (0, 0), _LOCAL), np.float32(1e-3))
    return np.asarray((level - around / share) * weight, np.float32)


def _free(veil: Field | None, first: int) -> Plane:
    """Where a flattened face is not covered, with the veil's corner `first` at its upper left."""
    free = np.ones((WIDE, WIDE), np.uint8)
    if veil is None or not (veil > _VEILED).any():
        return free
    lain = cv2.resize(
        np.ascontiguousarray(np.rot90(veil, first)), (SIDE, SIDE), interpolation=cv2.INTER_LINEAR
    )
    # Hands reach in from the margin, where nobody looked for them.
    wide = cv2.copyMakeBorder(lain, MARGIN, MARGIN, MARGIN, MARGIN, cv2.BORDER_REPLICATE)
    free[cv2.dilate((wide > _VEILED).astype(np.uint8), _BESIDE_HAND) > 0] = 0
    return free


def _shifted(first: Field, second: Field) -> tuple[float, Array]:
    """The best correlation of `second`'s face over `first`, and its shift in pixels `(x, y)`."""
    room = MARGIN + RIM
    inner = np.ascontiguousarray(second[room:-room, room:-room])
    reach = 2 * MARGIN
    part = first[room - MARGIN : WIDE - room + MARGIN, room - MARGIN : WIDE - room + MARGIN]
    scores = cv2.matchTemplate(np.ascontiguousarray(part), inner, cv2.TM_CCOEFF_NORMED)
    place = int(np.argmax(scores))
    row, column = divmod(place, reach + 1)
    return float(scores[row, column]), np.array((column - MARGIN, row - MARGIN), np.float64)


def _compared(first: Field, second: Field, move: Array) -> float:
    """The correlation where either bears print, `second` laid over `first` from a shift on."""
    start = np.eye(3, dtype=np.float32)
    start[:2, 2] = -move
    lain = max((start, _refined(first, second, start)), key=lambda warp: _agreement(first, second, warp))
    return _agreement(first, second, lain)


def _refined(first: Field, second: Field, start: Field) -> Field:
    stop = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 8, 1e-3)
    try:
        warp = cv2.findTransformECC(first, second, start.copy(), cv2.MOTION_HOMOGRAPHY, stop, _FACE, 3)[1]
    except cv2.error:  # the two have nothing in common to climb on
        return start
    corners = np.array(
        [[MARGIN, MARGIN], [WIDE - MARGIN, MARGIN], [WIDE - MARGIN] * 2, [MARGIN, WIDE - MARGIN]]
    )
    moved = cv2.perspectiveTransform(corners[None].astype(np.float32), warp)[0]
    return cast("Field", warp) if np.abs(moved - corners).max() <= _DRIFT else start


def _agreement(first: Field, second: Field, warp: Field) -> float:
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    over = cv2.warpPerspective(second, warp, (WIDE, WIDE), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    room = MARGIN + RIM
    where = (_inked(first) | _inked(cast("Field", over))).astype(np.uint8)
    spread = cv2.dilate(where, np.ones((7, 7), np.uint8)) > 0
    a, b = (level[room:-room, room:-room][spread] for level in (first, over))
    if a.size < SIDE:
        return 0.0
    a, b = a - a.mean(), b - b.mean()
    scale = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float(a @ b) / scale if scale > 0 else 0.0


def _piecewise(first: Field, second: Field) -> float:
    """The mean correlation of pieces of print, each laid where it fits best nearby.

    Pieces find their place where an inexact quad bends one view against the other, so
    that only print that is not there at all correlates badly.
    """
    a, b = _inked(first), _inked(second)
    source, target, ink = (first, second, a) if a.mean() >= b.mean() else (second, first, b)
    room = MARGIN + RIM
    wide = cv2.copyMakeBorder(target, _REACH, _REACH, _REACH, _REACH, cv2.BORDER_CONSTANT, value=(0.0,))
    fits: list[tuple[float, float]] = []
    for top in range(0, ink.shape[0] - _PIECE + 1, _PIECE // 2):
        for left in range(0, ink.shape[1] - _PIECE + 1, _PIECE // 2):
            weight = float(ink[top : top + _PIECE, left : left + _PIECE].mean())
            if weight < _PRINTED:
                continue
            y, x = top + room, left + room
            around = wide[y : y + _PIECE + 2 * _REACH, x : x + _PIECE + 2 * _REACH]
            piece = source[y : y + _PIECE, x : x + _PIECE]
            fits.append((float(cv2.matchTemplate(around, piece, cv2.TM_CCOEFF_NORMED).max()), weight))
    if not fits:
        return 1.0
    return sum(fit * weight for fit, weight in fits) / sum(weight for _, weight in fits)
