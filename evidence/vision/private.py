"""What a copy should not show: print on a waybill, and faces of people.

A waybill is found by its bar code; on the paper around it everything that is print is to be masked, save
the codes. Faces are found by the detectors that come inside OpenCV's wheel (Viola and Jones, cascades of
Haar features, files `haarcascade_frontalface_default.xml` and `haarcascade_profileface.xml`): old, and
easily missing a face that is turned, small or half covered.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import cv2
import numpy as np

from evidence.vision.barcodes import changes, linear
from evidence.vision.bars import Stripes, find

if TYPE_CHECKING:
    from evidence.check import Frame, Plane
    from evidence.marks import Box

_CASCADES: Final = ("haarcascade_frontalface_default.xml", "haarcascade_profileface.xml")
_FACE_SIDE: Final = 960
"""Long side, pixels, of the view in which faces are sought."""
_LEAST_FACE: Final = 0.04
"""Share of the long side of the smallest face that is sought."""
_ROOM: Final = 0.2
"""Of a face, that is masked around it: hair and chin."""
_MOST: Final = 6
"""Codes of one view."""
_CHANGES: Final = 30
"""Edges that a line across a bar code has at the least; Code 128 with ten signs has about eighty."""
_REACH: Final = (3.0, 4.0)
"""How far a waybill may reach from the middle of its bar code, in lengths of the code, across the bars
and along them. Wider than most are: it ends at the paper anyway."""
_UNREAD: Final = 0.4
"""Share of that reach where the code could not be read: it may be none."""
_PAPER: Final = 0.62
"""Share of the code's light parts from which on a pixel is paper."""
_QUIET: Final = 0.06
"""Of the code's length, that stays clear on both sides so that it can still be read."""


def codes(frame: Frame, side: int) -> list[Stripes]:
    """What looks like bar codes, in pixels of the view with that long side."""
    found: list[Stripes] = []
    for looked in (side // 2, side, 2 * side):
        view = frame.gray(looked)
        scale = min(side, max(frame.width, frame.height)) / max(view.shape)
        seen = [one.scaled(scale) for one in find(view, _MOST) if changes(view, one) >= _CHANGES]
        found += [one for one in seen if not any(_same(one, other) for other in found)]
    return found


def _same(one: Stripes, other: Stripes) -> bool:
    return math.hypot(one.x - other.x, one.y - other.y) < max(one.height, other.height, 0.2 * other.length)


def print_around(view: Plane, stripes: list[Stripes]) -> Plane:
    """Where print is to be masked on the papers that bear these codes: `(h, w)`, 255 where it is.

    All of the paper counts as print, except the codes themselves with their quiet zones.
    """
    mask = np.zeros(view.shape, np.uint8)
    for one in stripes:
        share = 2.0 if linear(view, one) is not None else 2.0 * _UNREAD
        reach = _rectangle(one, share * _REACH[0] * one.length, share * _REACH[1] * one.length)
        near = cv2.fillConvexPoly(np.zeros(view.shape, np.uint8), reach, (255,))
        mask = cv2.bitwise_or(mask, cv2.bitwise_and(_paper(view, one), near))
    for one in stripes:
        quiet = 2 * _QUIET * one.length
        cv2.fillConvexPoly(mask, _rectangle(one, one.length + quiet, one.height), (0,))
    return cast("Plane", mask)


def _paper(view: Plane, stripes: Stripes) -> Plane:
    """The light area about a code, with the print on it: a closed outline."""
    place = cv2.fillConvexPoly(
        np.zeros(view.shape, np.uint8), _rectangle(stripes, stripes.length, stripes.height), (255,)
    )
    inside = view[place > 0]
    level = _PAPER * float(np.percentile(inside, 95)) if inside.size else 255.0
    light = ((view >= level) | (place > 0)).astype(np.uint8) * 255
    # Letters are dark on the paper; closing over their height makes one area of it.
    size = max(3, round(stripes.length * 0.12)) | 1
    closed = cv2.morphologyEx(light, cv2.MORPH_CLOSE, np.ones((size, size), np.uint8))
    _, labels = cv2.connectedComponents(closed)
    at = labels[
        min(max(round(stripes.y), 0), view.shape[0] - 1), min(max(round(stripes.x), 0), view.shape[1] - 1)
    ]
    return cast("Plane", ((labels == at) & (at > 0)).astype(np.uint8) * 255)


def _rectangle(stripes: Stripes, length: float, height: float) -> np.ndarray:
    box = ((stripes.x, stripes.y), (length, height), math.degrees(stripes.angle))
    return np.round(cv2.boxPoints(box)).astype(np.int32)


def faces(view: Plane) -> list[Box]:
    """Faces of people in a grey view, as shares of it with some room."""
    height, width = view.shape
    scale = min(1.0, _FACE_SIDE / max(height, width))
    small = cv2.equalizeHist(cv2.resize(view, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))
    least = max(24, round(_LEAST_FACE * max(small.shape)))
    found: list[Box] = []
    for name in _CASCADES:
        detector = cv2.CascadeClassifier(str(Path(cv2.__file__).parent / "data" / name))
        for mirrored in (False, True) if "profile" in name else (False,):
            seen = cv2.flip(small, 1) if mirrored else small
            for x, y, wide, high in detector.detectMultiScale(seen, 1.1, 6, minSize=(least, least)):
                left = seen.shape[1] - x - wide if mirrored else x
                found.append(_box(left, y, wide, high, small.shape))
    return found


def _box(x: float, y: float, wide: float, high: float, shape: tuple[int, ...]) -> Box:
    height, width = shape[:2]
    return (
        max(0.0, float(x - _ROOM * wide) / width),
        max(0.0, float(y - _ROOM * high) / height),
        min(1.0, float(x + (1 + _ROOM) * wide) / width),
        min(1.0, float(y + (1 + _ROOM) * high) / height),
    )
