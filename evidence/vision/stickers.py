"""Reading printed stickers: which sheet, which number, and how each lies before the camera.

A sticker is a tag of the AprilTag family 36h11 (E. Olson, 2011; J. Wang and E. Olson, 2016).
Its words differ in at least 11 of 36 bits, and words that natural pictures show by chance
were left out of the family. A finer code (7 modules instead of 8) would be read from a little
farther away, but with two bits corrected it takes one random square in 25 for a sticker.
"""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING, Final, cast

import cv2
import numpy as np

from evidence.printing.sheet import SHEETS, STICKERS
from evidence.vision.sight import FOCAL, Mark

if TYPE_CHECKING:
    from evidence.check import Frame
    from evidence.vision.sight import Array

SIDE: Final = 1280
"""Long side of the picture that is searched, pixels."""

_WINDOW: Final = 13
"""Of the local threshold, pixels: one, since a second finds two in a hundred more and doubles the cost."""
_DARKER: Final = 7
_CELL: Final = 8
"""Pixels a module is drawn with before it is read: twice the default, for blurred and steep stickers."""
_BITS: Final = 0.6
"""Share of the family's five correctable bits that are corrected: three. A random square is then taken
for a sticker once in four thousand."""
_SMALLEST: Final = 0.09
"""Outline of the smallest square looked at, as a share of the long side: 14 pixels a side at 640. A keyboard
has squares without end, and smaller ones are not read anyway."""
_APART: Final = (1.3, 0.2)
"""A square has two poses that are mirrored about the line of sight. They are told apart where the second's
error is larger than the first's by that factor and that many pixels."""
_SAME: Final = 6.0
"""Degrees: where the two poses differ by less, it does not matter which is right."""
_LOOSE: Final = 0.06
"""Error of the better pose as a share of the side from which on the square is no sticker's outline."""
_SQUARE: Final = np.array([[-0.5, 0.5, 0], [0.5, 0.5, 0], [0.5, -0.5, 0], [-0.5, -0.5, 0]])


def read(frame: Frame, side: int = SIDE) -> tuple[Mark, ...]:
    """The stickers in a picture, in no order."""
    gray = frame.gray(side)
    quads, tags, _ = _detector().detectMarkers(gray)
    if not len(quads):
        return ()
    height, width = gray.shape
    marks: list[Mark] = []
    for quad, tag in zip(quads, cast("list[int]", tags.ravel().tolist()), strict=True):
        sheet, number = divmod(tag, STICKERS)
        if sheet >= SHEETS:
            continue
        corners = quad.reshape(4, 2).astype(np.float64)
        pose = _pose(corners, width, height)
        if pose is None:
            continue
        rotation, centre, sure, mirrored = pose
        marks.append(
            Mark(
                sheet=sheet,
                number=number + 1,
                rotation=rotation,
                centre=centre,
                quad=(corners + 0.5) / (width, height),
                angle=_tilt(rotation, centre),
                sure=sure,
                mirrored=mirrored,
            )
        )
    return tuple(marks)


def _tilt(rotation: Array, centre: Array) -> float:
    cosine = -float(rotation[:, 2] @ centre) / float(np.linalg.norm(centre))
    return math.degrees(math.acos(min(1.0, max(-1.0, cosine))))


def _pose(
    corners: Array, width: int, height: int
) -> tuple[Array, Array, bool, tuple[Array, Array] | None] | None:
    """Rotation and centre of a square, whether they are sure, and the same mirrored about the line of sight.

    None where the corners are no square's.
    """
    focal = FOCAL * max(width, height)
    lens = np.array([[focal, 0, (width - 1) / 2], [0, focal, (height - 1) / 2], [0, 0, 1]])
    _, turns, shifts, errors = cv2.solvePnPGeneric(
        _SQUARE, corners, lens, np.zeros(0), flags=cv2.SOLVEPNP_IPPE_SQUARE
    )
    poses = sorted(zip(np.ravel(errors).tolist(), turns, shifts, strict=True), key=lambda pose: pose[0])
    side = float(np.linalg.norm(corners - np.roll(corners, 1, axis=0), axis=1).max())
    error = poses[0][0]
    (rotation, shift), *others = (
        (np.asarray(cv2.Rodrigues(turn)[0], np.float64), np.asarray(shift, np.float64).ravel())
        for _, turn, shift in poses
    )
    if error > _LOOSE * side or shift[2] <= 0:
        return None
    sure = all(
        worse[0] > _APART[0] * error + _APART[1]
        or rotation[:, 2] @ other[:, 2] > math.cos(math.radians(_SAME))
        for worse, (other, _) in zip(poses[1:], others, strict=True)
    )
    return rotation, shift, sure, others[0] if others else None


@cache
def _detector() -> cv2.aruco.ArucoDetector:
    settings = cv2.aruco.DetectorParameters()
    settings.adaptiveThreshWinSizeMin = settings.adaptiveThreshWinSizeMax = _WINDOW
    settings.adaptiveThreshConstant = _DARKER
    settings.minMarkerPerimeterRate = _SMALLEST
    settings.perspectiveRemovePixelPerCell = _CELL
    settings.errorCorrectionRate = _BITS
    settings.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_SUBPIX
    family = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_APRILTAG_36h11)
    return cv2.aruco.ArucoDetector(family, settings)
