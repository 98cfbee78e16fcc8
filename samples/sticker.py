"""Printed stickers that tell a box's faces: sticker `n` of sheet `k` shows the tag `6 k + n - 1`.

The tags are those of the AprilTag family 36h11. The reader states the same numbering; a test
holds the two together.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, cast

import cv2
import numpy as np

from samples.kraft import SCALE
from samples.paint import Picture
from samples.pose import FACES

MODULES: Final = 8
"""Of a tag along one side: six of code and a black border."""
MARGIN: Final = 1
"""Modules of white paper around it."""
SIDE: Final = 60.0
"""Millimetres of the black square's side, as the sheet prints it."""
_TAGS: Final = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_APRILTAG_36h11)
_INK: Final = 34
_PAPER: Final = 240


def tag_of(sheet: int, number: int) -> int:
    """The tag of sticker `number` (1 to 6) of a sheet."""
    return len(FACES) * sheet + number - 1


def draw_sticker(sheet: int, number: int, scale: int) -> Picture:
    """A sticker with its white margin, `scale` pixels a module, RGB."""
    inside = cv2.aruco.generateImageMarker(_TAGS, tag_of(sheet, number), MODULES * scale)
    grey = cv2.copyMakeBorder(
        inside, *(MARGIN * scale,) * 4, borderType=cv2.BORDER_CONSTANT, value=(255,)
    ).astype(np.float32)
    toned = (_INK + grey / 255 * (_PAPER - _INK)).astype(np.uint8)
    return np.repeat(toned[:, :, None], 3, axis=2)


def stick(
    skin: Picture,
    sheet: int,
    number: int,
    *,
    centre: Sequence[float],
    turn: float = 0.0,
    side: float = SIDE,
) -> None:
    """Lay a sticker on a face in place: `centre` in mm from the face's top left, `turn` in degrees.

    `side` is that of the black square in mm.
    """
    scale = math.ceil(side / MODULES * SCALE)
    paper = draw_sticker(sheet, number, scale)
    size = paper.shape[0]
    shrink = side / MODULES * SCALE / scale
    place = cv2.getRotationMatrix2D((size / 2, size / 2), turn, shrink)
    place[:, 2] += (centre[0] * SCALE - size / 2, centre[1] * SCALE - size / 2)
    shape = (skin.shape[1], skin.shape[0])
    mask = cv2.warpAffine(np.full((size, size), 255, np.uint8), place, shape, flags=cv2.INTER_LINEAR)
    laid = cv2.warpAffine(paper, place, shape, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    share = mask[:, :, None] / np.float32(255)
    skin[:] = cast("Picture", (skin * (1 - share) + laid * share + np.float32(0.5)).astype(np.uint8))
