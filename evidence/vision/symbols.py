"""What codes say: bar codes and matrix codes as zxing-cpp reads them, and how far each is to be trusted.

A symbology that holds a check character, or corrects errors, says itself whether it was read
right (`Symbol.checked`). Code 39, Codabar and Interleaved 2 of 5 do not, and the shortest of
the retail codes agree by chance: these count only when read more than once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import zxingcpp
from zxingcpp import BarcodeFormat as Format

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evidence.check import Plane
    from evidence.vision.sight import Array

LINEAR: Final = (Format.Code128, Format.Code39, Format.Code93, Format.EANUPC, Format.ITF, Format.Codabar)
STACKED: Final = (Format.PDF417,)
MATRIX: Final = (Format.QRCode, Format.DataMatrix, Format.Aztec)
LONGEST: Final = 2000
"""Characters of a code that are kept."""
FEWEST: Final = (4, 6)
"""Characters below which a code is taken for chance: where its symbology checks itself, where not."""
_CHECKED: Final = frozenset(
    {"Code 128", "Code 93", "EAN-13", "UPC-A", "QR Code", "Micro QR Code", "Data Matrix", "Aztec", "PDF417"}
)
_RETAIL: Final = frozenset({"EAN-13", "EAN-8", "UPC-A", "UPC-E", "EAN-2", "EAN-5", "ISBN"})


@dataclass(frozen=True)
class Symbol:
    """One code as it was read."""

    text: str
    """What it says, a stranger's words; of a GS1 code with its separators."""
    symbology: str
    gs1: bool
    """Whether it says of itself that its content follows GS1."""
    quad: Array
    """`(4, 2)` its corners, clockwise from its own upper left, in pixels of the view."""

    @property
    def checked(self) -> bool:
        """Whether the symbology itself notices that it was misread."""
        return self.symbology in _CHECKED

    @property
    def retail(self) -> bool:
        """Whether it is a code of goods and never a carrier's."""
        return self.symbology in _RETAIL

    @property
    def length(self) -> float:
        """Pixels of its upper edge: across the bars."""
        return float(np.linalg.norm(self.quad[1] - self.quad[0]))

    def scaled(self, times: float) -> Symbol:
        """The same symbol in a view that is so many times as large."""
        return replace(self, quad=(self.quad + 0.5) * times - 0.5)


def decoded(
    picture: Plane, formats: Sequence[Format], *, turned: bool = False, thorough: bool = False
) -> list[Symbol]:
    """The codes of these formats in a grey picture `(h, w)`.

    Args:
        picture: grey; bar codes are found where their bars stand nearly upright.
        formats: which symbologies are looked for.
        turned: whether bars may lie down as well.
        thorough: everything that the library can do, also smaller and inverted: many times as dear.
    """
    found = zxingcpp.read_barcodes(
        np.ascontiguousarray(picture),
        formats=zxingcpp.BarcodeFormats(formats),
        try_rotate=turned or thorough,
        try_downscale=thorough,
        try_invert=thorough,
        text_mode=zxingcpp.TextMode.Plain,
    )
    return [symbol for code in found if len((symbol := _symbol(code)).text) >= FEWEST[not symbol.checked]]


def _symbol(code: zxingcpp.Barcode) -> Symbol:
    corner = code.position
    points = (corner.top_left, corner.top_right, corner.bottom_right, corner.bottom_left)
    return Symbol(
        text=code.text[:LONGEST],
        symbology=str(code.format),
        gs1=code.content_type == zxingcpp.ContentType.GS1,
        quad=np.array([(point.x, point.y) for point in points], np.float64),
    )
