"""Grey pictures with codes at known places, for tests of what reads them."""

from __future__ import annotations

import cv2
import numpy as np
import zxingcpp

from samples.label import _WIDTHS, Waybill, barcode, draw_waybill

NUMBER = "SF1390012345678"
PAPER = 232


def waybill(number: str = NUMBER, order: str = "8514 8346 7451", scale: float = 3.0) -> np.ndarray:
    """A whole label, grey, 150 x 100 mm."""
    return cv2.cvtColor(draw_waybill(Waybill(number, order_number=order), scale), cv2.COLOR_RGB2GRAY)


def bars(number: str = NUMBER, module: int = 3, height: int = 90) -> np.ndarray:
    """A Code 128 alone, drawn by our own encoder."""
    return cv2.cvtColor(barcode(number, module, height), cv2.COLOR_RGB2GRAY)


def code(text: str, symbology: str, scale: int = 4) -> np.ndarray:
    """A code of any symbology with its quiet zone."""
    made = zxingcpp.create_barcode(text, zxingcpp.barcode_format_from_str(symbology))
    return np.pad(np.array(made.to_image(scale=scale)), 6 * scale, constant_values=PAPER)


def gs1(*elements: str, module: int = 3, height: int = 90) -> np.ndarray:
    """A GS1-128 of elements that are all digits, an even number of them in each."""
    first, function, stop = 105, 102, 106
    values = [first]
    for element in elements:
        values += [function, *(int(element[n : n + 2]) for n in range(0, len(element), 2))]
    check = (values[0] + sum(place * value for place, value in enumerate(values[1:], 1))) % 103
    widths = _WIDTHS.split()
    modules = [
        place % 2 == 0
        for value in (*values, check, stop)
        for place, width in enumerate(widths[value])
        for _ in range(int(width))
    ]
    row = np.where(np.repeat([False] * 12 + modules + [False] * 12, module), 28, 243).astype(np.uint8)
    return np.repeat(row[None], height, axis=0)


def laid(
    piece: np.ndarray,
    *,
    width: int = 1280,
    height: int = 720,
    turn: float = 0,
    scale: float = 1,
    lean: float = 0,
    at: tuple[float, float] | None = None,
    ground: int = 150,
    noise: float = 2.0,
) -> np.ndarray:
    """A picture of the piece, turned clockwise by degrees, about its middle at `at`."""
    high, wide = piece.shape
    x, y = at or (width / 2, height / 2)
    turned = np.radians(turn)
    rows = np.array([[np.cos(turned), -np.sin(turned)], [np.sin(turned), np.cos(turned)]]) * scale
    rows = rows @ np.array([[1, 0], [lean, 1]])
    shift = np.array([x, y]) - rows @ ((wide - 1) / 2, (high - 1) / 2)
    move = np.column_stack([rows, shift])
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    if scale < 1:  # a camera averages what is between its pixels
        piece = cv2.GaussianBlur(piece, (0, 0), 0.35 / scale)
    drawn = cv2.warpAffine(piece, move, (width, height), flags=how, borderValue=(ground,))
    draw = np.random.default_rng(7)
    return np.clip(drawn + draw.normal(0, noise, drawn.shape), 0, 255).astype(np.uint8)
