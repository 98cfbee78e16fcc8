"""Lines of text as clocks draw them into pictures: outlines, plotter strokes and dots, at any size.

A font is named by a word: `pillow` (the outlines that come with Pillow), `stroke:NAME` (OpenCV's
plotter letters), `dots:NAME` (two alphabets of a recorder, drawn here), or the name of a font file
that this machine may have. What a font lacks, such as Chinese, is taken from a CJK font where there is one.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

Mask = npt.NDArray[np.float32]
"""`(h, w)`, 0 to 1: how much of each pixel is ink."""

_FOLDERS: Final = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path("/Library/Fonts"))
_CJK: Final = "NotoSansCJK-Regular.ttc"
_STROKES: Final[dict[str, int]] = {
    "simplex": cv2.FONT_HERSHEY_SIMPLEX,
    "plain": cv2.FONT_HERSHEY_PLAIN,
    "duplex": cv2.FONT_HERSHEY_DUPLEX,
    "complex": cv2.FONT_HERSHEY_COMPLEX,
}
_NARROW: Final = {
    "0": "0e 11 13 15 19 11 0e",
    "1": "04 0c 04 04 04 04 0e",
    "2": "0e 11 01 02 04 08 1f",
    "3": "1f 02 04 02 01 11 0e",
    "4": "02 06 0a 12 1f 02 02",
    "5": "1f 10 1e 01 01 11 0e",
    "6": "06 08 10 1e 11 11 0e",
    "7": "1f 01 02 04 08 08 08",
    "8": "0e 11 11 0e 11 11 0e",
    "9": "0e 11 11 0f 01 02 0c",
    ":": "00 0c 0c 00 0c 0c 00",
    "-": "00 00 00 1f 00 00 00",
    "/": "00 01 02 04 08 10 00",
    "A": "0e 11 11 11 1f 11 11",
    "P": "1e 11 11 1e 10 10 10",
    "M": "11 1b 15 15 11 11 11",
}
"""Five by seven dots, as the displays of Hitachi's HD44780 have them."""
_WIDE: Final = {
    "0": "3c 66 66 66 66 66 66 66 66 3c",
    "1": "18 38 78 18 18 18 18 18 18 7e",
    "2": "3c 66 66 06 0c 18 30 60 60 7e",
    "3": "3c 66 06 06 1c 06 06 06 66 3c",
    "4": "0c 1c 3c 6c 6c 6c 7e 0c 0c 0c",
    "5": "7e 60 60 7c 66 06 06 06 66 3c",
    "6": "1c 30 60 60 7c 66 66 66 66 3c",
    "7": "7e 06 06 0c 0c 18 18 30 30 30",
    "8": "3c 66 66 66 3c 66 66 66 66 3c",
    "9": "3c 66 66 66 66 3e 06 06 0c 38",
    ":": "00 00 18 18 00 00 18 18 00 00",
    "-": "00 00 00 00 7e 7e 00 00 00 00",
    "/": "06 06 0c 0c 18 18 30 30 60 60",
    "A": "18 3c 66 66 66 7e 66 66 66 66",
    "P": "7c 66 66 66 7c 60 60 60 60 60",
    "M": "63 77 7f 6b 63 63 63 63 63 63",
}
"""Eight by ten dots, strokes of two, as recorders draw them."""
_DOTS: Final = {"narrow": (_NARROW, 5, 6, 7), "wide": (_WIDE, 8, 9, 10)}


def there(font: str) -> bool:
    """Whether this machine can draw in that font."""
    return font == "pillow" or ":" in font or _file(font) is not None


def written(text: str, font: str, size: float) -> tuple[Mask, tuple[tuple[float, float], ...]]:
    """A line of text and where each of its letters begins and ends, in pixels from the left.

    Args:
        text: what is written.
        font: see above.
        size: pixels from the top to the foot of a digit, about.
    """
    pieces: list[Mask] = []
    places: list[tuple[float, float]] = []
    left = 0.0
    height = max(6, round(size * 1.5))
    for letter in text:
        glyph = _glyph(letter, font, round(size * 4), height)
        pieces.append(glyph)
        places.append((left, left + glyph.shape[1]))
        left += glyph.shape[1]
    return np.hstack(pieces), tuple(places)


@cache
def _glyph(letter: str, font: str, quarter: int, height: int) -> Mask:
    """One letter in its own advance, its foot at five sixths of the height."""
    size = quarter / 4
    if not letter.isascii():
        font = _CJK
    if font.startswith("dots:"):
        return _dotted(letter, font.removeprefix("dots:"), size, height)
    if font.startswith("stroke:"):
        return _stroked(letter, font.removeprefix("stroke:"), size, height)
    face = _face(font, letter)
    fine = 4
    tall = face.getbbox("0")
    scaled = face.font_variant(size=face.size * size * fine / (tall[3] - tall[1]))
    box, wide = scaled.getbbox("0"), scaled.getlength(letter)
    picture = Image.new("L", (max(fine, round(wide / fine) * fine), height * fine))
    foot = height * fine * 5 / 6
    ImageDraw.Draw(picture).text((0, foot - box[3]), letter, font=scaled, fill=255)
    return _small(np.asarray(picture), fine)


def _dotted(letter: str, name: str, size: float, height: int) -> Mask:
    rows, wide, advance, tall = _DOTS[name]
    scale = max(1, round(size / tall))
    bits = [int(row, 16) for row in rows.get(letter, "00 " * tall).split()]
    inked = np.array([[bit >> (wide - 1 - n) & 1 for n in range(wide)] for bit in bits], np.float32)
    dots = np.pad(inked, ((0, 0), (0, advance - wide)))
    glyph = np.kron(dots, np.ones((scale, scale), np.float32))
    held = np.zeros((height, glyph.shape[1]), np.float32)
    foot = min(height, max(len(glyph), height * 5 // 6))
    held[foot - len(glyph) : foot] = glyph[:foot]
    return held


def _stroked(letter: str, name: str, size: float, height: int) -> Mask:
    fine = 4
    shape = _STROKES[name]
    (_, tall), _ = cv2.getTextSize("0", shape, 4.0, 1)
    scale = 4.0 * size * fine / tall
    thick = max(1, round(size * fine * 0.12))
    (wide, _), _ = cv2.getTextSize(letter, shape, scale, thick)
    (own, _), _ = cv2.getTextSize("0", shape, scale, thick)
    held = np.zeros((height * fine, round((own if letter.isdigit() else wide) / fine) * fine), np.uint8)
    cv2.putText(held, letter, (0, round(height * fine * 5 / 6)), shape, scale, 255, thick, cv2.LINE_AA)
    return _small(held, fine)


def _small(drawn: npt.NDArray[np.uint8], fine: int) -> Mask:
    size = drawn.shape[1] // fine, drawn.shape[0] // fine
    return cv2.resize(drawn, size, interpolation=cv2.INTER_AREA).astype(np.float32) / np.float32(255)


@cache
def _face(font: str, letter: str) -> ImageFont.FreeTypeFont:
    if not letter.isascii() and (found := _file(_CJK)) is not None:
        return ImageFont.truetype(str(found), 64)
    found = None if font == "pillow" else _file(font)
    if found is None:
        made = ImageFont.load_default(64)
        if not isinstance(made, ImageFont.FreeTypeFont):
            raise OSError("this Pillow has no outlines")
        return made
    return ImageFont.truetype(str(found), 64)


@cache
def _file(font: str) -> Path | None:
    return next((path for folder in _FOLDERS if folder.is_dir() for path in folder.rglob(font)), None)
