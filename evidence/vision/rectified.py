"""A flat surface as if looked at head-on: its corners in a picture, and the picture they become.

A quad is `(4, 2)`: corners as shares of the picture's width and height, clockwise as
seen from outside; the first becomes the upper left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

import cv2
import numpy as np

from evidence.vision.sight import FOCAL

if TYPE_CHECKING:
    from evidence.check import Plane
    from evidence.vision.sight import Array

BEYOND: Final = 0.25
"""How far a corner may lie outside the picture, as a share of its width or height."""
SHORTEST: Final = 12.0
"""Pixels that every edge of a quad needs at the least."""
SLIMMEST: Final = 12.0
"""Aspect above which a quad is no face of a parcel."""
SKEWED: Final = 0.3
"""Cosine between the two edges of the surface, by the pinhole, from which its aspect is not trusted."""
ENLARGED: Final = 1.5
"""The most that a picture is enlarged along either edge."""
_ROOM: Final = 0.1
"""Of the surroundings that a plain crop shows, as a share of the quad's reach."""


def pixels(quad: Array, width: int, height: int) -> Array:
    """The corners in pixels, where a whole number is the middle of a pixel."""
    return np.asarray(quad, np.float64) * (width, height) - 0.5


def sound(quad: Array, width: int, height: int) -> bool:
    """Whether a quad is convex, clockwise, large enough, and not far beyond the picture."""
    if quad.shape != (4, 2) or not np.isfinite(quad).all():
        return False
    if quad.min() < -BEYOND or quad.max() > 1 + BEYOND:
        return False
    corners = pixels(quad, width, height)
    edges = np.roll(corners, -1, axis=0) - corners
    after = np.roll(edges, -1, axis=0)
    lengths = np.hypot(edges[:, 0], edges[:, 1])
    if lengths.min() < SHORTEST:
        return False
    # Clockwise on a screen whose y points down turns by positive angles; nearly straight is no corner.
    turns = (edges[:, 0] * after[:, 1] - edges[:, 1] * after[:, 0]) / (lengths * np.roll(lengths, -1))
    return bool(turns.min() > 0.05)  # noqa: PLR2004 - sine of three degrees


def aspect(quad: Array, width: int, height: int) -> float:
    """Width by height of the surface behind a sound quad.

    Under a pinhole the homography from the surface holds its two edges as directions,
    with their lengths in proportion. Where these come out far from a right angle the
    quad is too inexact for that, and the mean lengths of its edges speak.
    """
    corners = pixels(quad, width, height) - (width / 2, height / 2)
    unit = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32)
    plane = cv2.getPerspectiveTransform(unit, corners.astype(np.float32))
    rays = np.asarray(plane, np.float64)
    rays[:2] /= FOCAL * max(width, height)
    across, down = rays[:, 0], rays[:, 1]
    lengths = float(np.linalg.norm(across)), float(np.linalg.norm(down))
    if min(lengths) > 0:
        skew = abs(float(across @ down)) / (lengths[0] * lengths[1])
        ratio = lengths[0] / lengths[1]
        if skew < SKEWED and 1 / SLIMMEST < ratio < SLIMMEST:
            return ratio
    wide, high = _edges(corners)
    return sum(wide) / sum(high)


def head_on(picture: Plane, quad: Array, side: int) -> Plane:
    """The surface of a sound quad head-on, its long side at most `side`; read from a smoothed `picture`.

    As large as its better seen direction has pixels, and so that neither is enlarged
    more than `ENLARGED` times. What lies beyond the picture repeats its border.
    """
    height, width = picture.shape[:2]
    ratio = aspect(quad, width, height)
    corners = pixels(quad, width, height)
    wide, high = (max(pair) for pair in _edges(corners))
    tall = min(max(high, wide / ratio), ENLARGED * high, ENLARGED * wide / ratio)
    tall = min(tall, side, side / ratio)
    return warped(picture, corners, max(1, round(tall * ratio)), max(1, round(tall)))


def warped(picture: Plane, corners: Array, wide: int, high: int) -> Plane:
    """The quad `corners` (pixels) stretched to a picture of that size."""
    frame = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32) - np.float32(0.5)
    back = cv2.getPerspectiveTransform(frame, corners.astype(np.float32))
    return cast(
        "Plane",
        cv2.warpPerspective(
            picture,
            back,
            (wide, high),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        ),
    )


def longest(quad: Array, width: int, height: int) -> float:
    """The longest edge of a quad in pixels."""
    wide, high = _edges(pixels(quad, width, height))
    return max(*wide, *high)


def crop(picture: Plane, quad: Array) -> Plane:
    """The upright part of a picture around a quad that is not sound, or all of it where there is none."""
    height, width = picture.shape[:2]
    if quad.shape != (4, 2) or not np.isfinite(quad).all():
        return picture
    low, high = quad.min(axis=0), quad.max(axis=0)
    room = (high - low) * _ROOM
    left, top = np.floor(np.clip(low - room, 0, 1) * (width, height)).astype(int)
    right, bottom = np.ceil(np.clip(high + room, 0, 1) * (width, height)).astype(int)
    if min(right - left, bottom - top) < SHORTEST:
        return picture
    return picture[top:bottom, left:right]


def _edges(corners: Array) -> tuple[tuple[float, float], tuple[float, float]]:
    """The lengths of the two edges across, and of the two down."""
    edges = np.roll(corners, -1, axis=0) - corners
    top, right, bottom, left = (float(n) for n in np.hypot(edges[:, 0], edges[:, 1]))
    return (top, bottom), (right, left)
