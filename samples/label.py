"""A carrier's waybill: a barcode that scans, and the number in print.

The barcode is Code 128 (ISO/IEC 15417). The carrier, the streets and the people are invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from samples.paint import Picture

# Bar and space widths of the values 0 to 106, in modules.
_WIDTHS: Final = """
212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231
113222 123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211
212123 212321 232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131
113123 113321 133121 313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111
314111 221411 431111 111224 111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211
241211 221114 413111 241112 134111 111242 121142 121241 114212 124112 124211 411212 421112 421211 212141
214121 412121 111143 111341 131141 114113 114311 411113 411311 113141 114131 311141 411131 211412 211214
211232 2331112
"""
_START_B: Final = 104
_START_C: Final = 105
_TO_C: Final = 99
_TO_B: Final = 100
_STOP: Final = 106
_INK: Final = (28, 28, 30)
_PAPER: Final = (243, 243, 240)


@dataclass(frozen=True)
class Waybill:
    """What a label says."""

    tracking_number: str
    carrier: str = "NORTHWAY EXPRESS"
    recipient: str = "Returns dock 4, Harbour Lane 18"
    sender: str = "Customer return"
    order_number: str = ""


def code128(text: str) -> list[bool]:
    """The modules of a Code 128 symbol, True for a bar; pairs of digits are packed.

    Raises:
        ValueError: the text holds a character outside printable ASCII.
    """
    if not text or any(not " " <= c <= "~" for c in text):
        message = f"Code 128 needs printable ASCII, not {text!r}"
        raise ValueError(message)
    values = _values(text)
    check = (values[0] + sum(place * value for place, value in enumerate(values[1:], 1))) % 103
    widths = _WIDTHS.split()
    modules: list[bool] = []
    for value in (*values, check, _STOP):
        for place, width in enumerate(widths[value]):
            modules.extend([place % 2 == 0] * int(width))
    return modules


def _values(text: str) -> list[int]:
    values: list[int] = []
    packed = False
    at = 0
    while at < len(text):
        digits = len(text[at:]) - len(text[at:].lstrip("0123456789"))
        if digits >= (2 if packed else 4):
            if digits % 2 and not packed:
                # One digit goes ahead on its own, so that pairs remain.
                values.extend([*_switch(values, packed=False), ord(text[at]) - 32])
                at += 1
                continue
            if not packed:
                values.append(_TO_C if values else _START_C)
            packed = True
            values.append(int(text[at : at + 2]))
            at += 2
        else:
            values.extend([_TO_B] if packed else _switch(values, packed=False))
            packed = False
            values.append(ord(text[at]) - 32)
            at += 1
    return values


def _switch(values: list[int], *, packed: bool) -> list[int]:
    return [] if values or packed else [_START_B]


def font(size: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """The typeface that Pillow carries, so that no machine needs one installed."""
    return ImageFont.load_default(size)


def barcode(text: str, module: int, height: int) -> Picture:
    """A Code 128 symbol with its quiet zones, `module` pixels to a module; `(height, n, 3)`."""
    bars = np.array([False] * 10 + code128(text) + [False] * 10)
    row = np.where(np.repeat(bars, module)[:, None], _INK, _PAPER).astype(np.uint8)
    return np.repeat(row[None], height, axis=0)


def draw_waybill(waybill: Waybill, scale: float) -> Picture:
    """The label, 150 x 100 mm at `scale` pixels a millimetre, as RGB."""

    def px(millimetres: float) -> int:
        return round(millimetres * scale)

    paper = Image.new("RGB", (px(150), px(100)), _PAPER)
    pen = ImageDraw.Draw(paper)
    pen.rectangle((px(2), px(2), px(148), px(98)), outline=_INK, width=max(1, px(0.5)))
    pen.rectangle((px(2), px(2), px(148), px(17)), fill=_INK)
    pen.text((px(6), px(4.5)), waybill.carrier, font=font(px(9)), fill=_PAPER)
    pen.text((px(117), px(4.5)), "RETURN", font=font(px(7.5)), fill=_PAPER)
    for line in (42, 79):
        pen.line((px(2), px(line), px(148), px(line)), fill=_INK, width=max(1, px(0.5)))
    pen.text((px(6), px(19)), "TO", font=font(px(5)), fill=_INK)
    pen.text((px(18), px(19)), waybill.recipient, font=font(px(6.4)), fill=_INK)
    pen.text((px(6), px(30)), "FROM", font=font(px(5)), fill=_INK)
    pen.text((px(24), px(30)), waybill.sender, font=font(px(6.4)), fill=_INK)
    code = waybill.tracking_number
    symbol = Image.fromarray(barcode(code, 6, 1)).resize((px(138), px(24)), Image.Resampling.BOX)
    paper.paste(symbol, (px(6), px(44)))
    spaced = " ".join(code[i : i + 4] for i in range(0, len(code), 4))
    width = pen.textlength(spaced, font=font(px(9)))
    pen.text(
        ((paper.width - width) / 2, px(68)),
        spaced,
        font=font(px(9)),
        fill=_INK,
        stroke_width=max(1, px(0.15)),
        stroke_fill=_INK,
    )
    pen.text((px(6), px(82)), "ORDER", font=font(px(5)), fill=_INK)
    pen.text((px(28), px(81)), waybill.order_number or "-", font=font(px(7)), fill=_INK)
    pen.text(
        (px(6), px(90)), "1 / 1      1.24 kg      FRAGILE: HANDLE WITH CARE", font=font(px(5)), fill=_INK
    )
    return np.array(paper, np.uint8)
