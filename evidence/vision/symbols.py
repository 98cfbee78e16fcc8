"""What codes say: bar codes and matrix codes as zxing-cpp reads them, and how far each is to be trusted.

A symbology that holds a check character, or corrects errors, says itself whether it was read
right (`Symbol.checked`). Code 39, Codabar and Interleaved 2 of 5 do not, and the shortest of
the retail codes agree by chance: these count only when read more than once.
"""

from __future__ import annotations

import weakref
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, cast

import numpy as np
import zxingcpp
from zxingcpp import BarcodeFormat as Format

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from evidence.check import Plane
    from evidence.vision.sight import Array

LINEAR: Final = (Format.Code128, Format.Code39, Format.Code93, Format.EANUPC, Format.ITF, Format.Codabar)
STACKED: Final = (Format.PDF417,)
MATRIX: Final = (Format.QRCode, Format.DataMatrix, Format.Aztec)
FAR: Final = 960
"""Long side of the view in which candidates and matrix codes are sought first, pixels."""
FULL: Final = 1920
"""Long side of the view that is read, pixels."""
_ENOUGH: Final = 1.4
"""Times the far length up to which a picture is not made smaller."""
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

    def moved(self, x: float, y: float) -> Symbol:
        """The same symbol in a view of which this one is a part that begins there."""
        return replace(self, quad=self.quad + np.array([x, y]))


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


def matrices(full: Plane) -> list[Symbol]:
    """The matrix codes in the far view of a picture, in pixels of the full one; remembered."""
    return _remember(full, "far", lambda: _in_far_view(full))


def remembered(view: Plane, formats: Sequence[Format]) -> list[Symbol]:
    """As `decoded`; checks that share a view share the answer."""
    return _remember(view, str(formats), lambda: decoded(view, formats))


def far_scale(full: Plane) -> float:
    """Of the far view: a picture that is not much larger is sought as it is, which costs no more."""
    return FAR / max(full.shape) if max(full.shape) > _ENOUGH * FAR else 1.0


def smaller(picture: Plane, times: float) -> Plane:
    """A picture made so many times as large; as it is where that is not smaller."""
    if times >= 1:
        return picture
    import cv2  # noqa: PLC0415 - a photo at a glance does without OpenCV

    size = max(1, round(picture.shape[1] * times)), max(1, round(picture.shape[0] * times))
    return cast("Plane", cv2.resize(picture, size, interpolation=cv2.INTER_AREA))


_answers: dict[str, tuple[weakref.ref[Plane], list[Symbol]]] = {}
"""By question: the view that it was asked of last, as long as somebody holds it, and the answer."""


def _remember(view: Plane, question: str, ask: Callable[[], list[Symbol]]) -> list[Symbol]:
    known = _answers.get(question)
    if known is not None and known[0]() is view:
        return known[1]
    answer = ask()
    _answers[question] = weakref.ref(view), answer
    return answer


def _in_far_view(full: Plane) -> list[Symbol]:
    view = smaller(full, far_scale(full))
    return [symbol.scaled(full.shape[1] / view.shape[1]) for symbol in decoded(view, MATRIX)]


def _symbol(code: zxingcpp.Barcode) -> Symbol:
    corner = code.position
    points = (corner.top_left, corner.top_right, corner.bottom_right, corner.bottom_left)
    return Symbol(
        text=code.text[:LONGEST],
        symbology=str(code.format),
        gs1=code.content_type == zxingcpp.ContentType.GS1,
        quad=np.array([(point.x, point.y) for point in points], np.float64),
    )
