"""Drawing textured surfaces in perspective, with smooth edges, light and shadow.

A picture is RGB, `(height, width, 3)`, 8 bits, and is painted on in place.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, cast

import cv2
import numpy as np
import numpy.typing as npt

from samples.pose import Array

Picture = npt.NDArray[np.uint8]
"""`(height, width, 3)` RGB."""
Mask = npt.NDArray[np.uint8]
"""`(height, width)`; 255 is covered."""
Box4 = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels; right and bottom excluded."""

_SUB: Final = 4
"""Bits of sub-pixel precision of polygon corners."""
_FULL: Final = np.array([255.0])
_SOME: Final = np.array([1.0])
_PIXEL: Final = np.ones((3, 3), np.uint8)
_WIDEN: Final = 2
"""Pixels of room around a patch, for its smooth edge."""


class Texture:
    """A flat picture with its smaller versions, so that a far surface does not flicker."""

    def __init__(self, picture: Picture) -> None:
        self.levels = [picture]
        while min(self.levels[-1].shape[:2]) > 64 and len(self.levels) < 4:  # noqa: PLR2004 - three halvings reach a thumbnail
            self.levels.append(cast("Picture", cv2.pyrDown(self.levels[-1])))

    def near(self, pixels: float) -> Picture:
        """The level whose area is closest above `pixels` on screen."""
        best = self.levels[0]
        for level in self.levels:
            if level.shape[0] * level.shape[1] > pixels * 1.3:
                best = level
        return best


def bounds(corners: Array, picture: Picture) -> Box4 | None:
    """The part of the picture that a polygon can touch, or None where it is outside."""
    height, width = picture.shape[:2]
    left, top = (int(c) - _WIDEN for c in np.floor(corners.min(axis=0)))
    right, bottom = (int(c) + _WIDEN for c in np.ceil(corners.max(axis=0)))
    left, top, right, bottom = max(left, 0), max(top, 0), min(right, width), min(bottom, height)
    return None if left >= right or top >= bottom else (left, top, right, bottom)


def area(corners: Array) -> float:
    """The signed area of a polygon in pixels; positive when it turns clockwise on screen."""
    points: list[list[float]] = corners.tolist()
    return sum(a[0] * b[1] - a[1] * b[0] for a, b in zip(points, [*points[1:], points[0]], strict=True)) / 2


def polygon(box: Box4, corners: Array) -> Mask:
    """A convex polygon as a smooth-edged mask of the size of `box`."""
    left, top, right, bottom = box
    mask = np.zeros((bottom - top, right - left), np.uint8)
    points = np.round((corners - (left, top)) * (1 << _SUB)).astype(np.int32)
    cv2.fillConvexPoly(mask, points, (255,), cv2.LINE_AA, _SUB)
    return mask


def blend(under: Picture, over: Picture, mask: Mask) -> None:
    """Lay `over` on `under` in place where the mask says, in proportion.

    Most of a mask is either whole or nothing: the whole part is copied, and only its
    soft rim is mixed.
    """
    cv2.copyTo(over, cv2.inRange(mask, _FULL, _FULL), under)
    soft = np.flatnonzero(np.subtract(mask, 1, dtype=np.uint8) < 254)  # noqa: PLR2004 - neither 0 nor 255
    if soft.size:
        rows, columns = np.divmod(soft, mask.shape[1])
        share = mask[rows, columns][:, None] / np.float32(255)
        below = under[rows, columns]
        mixed = below + (over[rows, columns].astype(np.float32) - below) * share
        under[rows, columns] = (mixed + np.float32(0.5)).astype(np.uint8)


def lit(picture: Picture, gain: float) -> Picture:
    """The picture under a light of that strength."""
    return cast("Picture", cv2.convertScaleAbs(picture, alpha=gain))


def warp(texture: Texture, corners: Array, box: Box4) -> Picture:
    """The texture with its corners (from top left, clockwise) at `corners`, cut to `box`."""
    left, top, right, bottom = box
    source = texture.near(abs(area(corners)))
    height, width = source.shape[:2]
    frame = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    frame -= 0.5  # corners of pixels, not their middles
    target = (corners - (left, top)).astype(np.float32)
    return cast(
        "Picture",
        cv2.warpPerspective(
            source,
            cv2.getPerspectiveTransform(frame, target),
            (right - left, bottom - top),
            flags=cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        ),
    )


def surface(picture: Picture, texture: Texture, corners: Array, gain: float = 1.0) -> None:
    """Paint one textured quadrilateral, corners in pixels from its top left, clockwise."""
    box = bounds(corners, picture)
    if box is None or abs(area(corners)) < 1:
        return
    left, top, right, bottom = box
    blend(picture[top:bottom, left:right], lit(warp(texture, corners, box), gain), polygon(box, corners))


def solid(picture: Picture, faces: Sequence[tuple[Texture, Array, float]], outline: Array) -> None:
    """Paint the visible faces of a convex body as one piece, so that nothing shines through its edges.

    `faces` are texture, corners and light of each; `outline` is the body's convex
    silhouette in pixels.
    """
    box = bounds(np.concatenate([outline, *(corners for _, corners, _ in faces)]), picture)
    if box is None:
        return
    left, top, right, bottom = box
    piece: Picture = np.zeros((bottom - top, right - left, 3), np.uint8)
    bare: Mask = np.full(piece.shape[:2], 255, np.uint8)
    for texture, corners, gain in faces:
        part = bounds(corners, picture)
        if part is None or abs(area(corners)) < 1:
            continue
        here = np.s_[part[1] - top : part[3] - top, part[0] - left : part[2] - left]
        # Over another face the edge is smooth; over nothing it is too wide, and the outline trims it.
        wide = polygon(part, corners)
        cv2.dilate(cv2.inRange(wide, _SOME, _FULL), _PIXEL, dst=wide)
        mask = cv2.max(polygon(part, corners), cv2.bitwise_and(wide, bare[here]))
        blend(piece[here], lit(warp(texture, corners, part), gain), cast("Mask", mask))
        bare[here][mask > 0] = 0
    blend(picture[top:bottom, left:right], piece, polygon(box, outline))


def hull(points: Array) -> Array:
    """The convex hull of points in pixels `(n, 2)`."""
    return cv2.convexHull(points.astype(np.float32))[:, 0, :].astype(np.float64)


def shade(picture: Picture, outlines: Sequence[Array], softness: float, depth: float) -> None:
    """Darken the picture under soft-edged polygons; `softness` in pixels, `depth` from 0 to 1.

    Drawn at an eighth of the size: a shadow has no detail.
    """
    reach = 3 * softness + 8
    around = np.concatenate(list(outlines))
    box = bounds(np.concatenate([around - reach, around + reach]), picture)
    if box is None:
        return
    left, top, right, bottom = box
    small: Mask = np.full(((bottom - top) // 8 + 2, (right - left) // 8 + 2), 255, np.uint8)
    for outline in outlines:
        mask = np.zeros_like(small)
        points = np.round((outline - (left, top)) / 8 * (1 << _SUB)).astype(np.int32)
        cv2.fillConvexPoly(mask, points, (255,), cv2.LINE_AA, _SUB)
        mask = cast("Mask", cv2.GaussianBlur(mask, (0, 0), max(0.6, softness / 8)))
        dark = cv2.convertScaleAbs(mask, alpha=-depth, beta=255)
        small = cast("Mask", cv2.min(small, dark))
    here = picture[top:bottom, left:right]
    full = cv2.resize(small, (small.shape[1] * 8, small.shape[0] * 8), interpolation=cv2.INTER_LINEAR)
    full = full[: bottom - top, : right - left]
    cv2.multiply(here, cv2.merge((full, full, full)), dst=here, scale=1 / 255)
