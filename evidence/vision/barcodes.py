"""Reading the candidates that `bars` finds: each is turned so that its bars stand upright.

A candidate becomes a strip of few rows, magnified across its bars, and is read as it is and
sharpened: an unsharp mask reads a fifth more of blurred codes, and costs as little as the
reading itself, a twentieth of a millisecond.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, cast

import cv2
import numpy as np

from evidence.vision import symbols

if TYPE_CHECKING:
    import numpy.typing as npt

    from evidence.check import Plane
    from evidence.vision.bars import Stripes
    from evidence.vision.symbols import Symbol

ROWS: Final = 24
"""Rows of the strip that is read: each is tried, and two have to agree."""
_INNER: Final = 0.7
"""Share of a candidate's height that is read; print above and below widens it."""
_CORE: Final = 0.5
"""Share of it in which its stripes are counted."""
_ROOM: Final = 0.12
"""Of the quiet zone at either end that is read along, as a share of the length."""
_SMALL: Final = 400
"""Pixels of length below which a candidate is magnified three times, to be counted twice."""
_HUGE: Final = 1200
"""Above which it is not magnified at all; between them, twice."""
_SHARPENED: Final = (4.0, 1.5)
"""Width (pixels of the strip) and strength of the unsharp mask."""
_FAINT: Final = 3.0
"""Grey levels by which a stripe has to differ from what is about it."""
_LABEL: Final = 1.7
"""Side of a label in lengths of the bar code on it."""
_LARGEST: Final = 1000
"""Pixels of its side at the most."""


@dataclass(frozen=True)
class Strip:
    """A candidate with its bars upright, and how it lies in its view."""

    picture: Plane
    """`(rows, n)`."""
    back: npt.NDArray[np.float64]
    """`(2, 3)`: from pixels of the strip to pixels of the view."""


def strip(view: Plane, stripes: Stripes, scale: float, rows: int) -> Strip:
    """A candidate and its quiet zones: `scale` pixels for one across the bars, its height in `rows`."""
    width = round(stripes.length * (1 + 2 * _ROOM) * scale) + 8
    steps = stripes.steps * (1 / scale, stripes.height / rows)
    corner = np.array([stripes.x, stripes.y]) - steps @ ((width - 1) / 2, (rows - 1) / 2)
    back = np.column_stack([steps, corner])
    picture = cv2.warpAffine(
        view,
        back,
        (width, rows),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return Strip(cast("Plane", picture), back)


def linear(view: Plane, stripes: Stripes) -> Symbol | None:
    """What a candidate says, read as a bar code; None where it is none or cannot be read."""
    candidate = replace(stripes, height=max(6.0, stripes.height * _INNER))
    scale = 1 if stripes.length > _HUGE else 2 if stripes.length > _SMALL else 3
    turned = strip(view, candidate, scale, ROWS)
    for picture in (turned.picture, _sharper(turned.picture)):
        for symbol in symbols.decoded(picture, symbols.LINEAR):
            return _lain(symbol, turned)
    return None


def beside(view: Plane, symbol: Symbol) -> list[Symbol]:
    """The matrix codes and stacked rows on the label about a bar code, which is set upright for them."""
    across = symbol.quad[1] - symbol.quad[0]
    length = float(np.linalg.norm(across))
    side = round(min(_LABEL * length + 48, _LARGEST))
    scale = side / (_LABEL * length + 48)
    cosine, sine = (float(part) / length / scale for part in across)
    steps = np.array([[cosine, -sine], [sine, cosine]])
    corner = symbol.quad.mean(axis=0) - steps @ ((side - 1) / 2, (side - 1) / 2)
    back = np.column_stack([steps, corner])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    label = cast(
        "Plane", cv2.warpAffine(view, back, (side, side), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    )
    found = symbols.decoded(label, (*symbols.MATRIX, *symbols.STACKED))
    return [replace(each, quad=each.quad @ steps.T + corner) for each in found]


def changes(view: Plane, stripes: Stripes) -> int:
    """How often a candidate changes between dark and light across its stripes."""
    core = replace(stripes, height=stripes.height * _CORE)
    turned = strip(view, core, 2 if stripes.length < _SMALL else 1, 3)
    level = np.asarray(turned.picture.mean(axis=0), np.float32)
    level = level - cv2.blur(level[None], (41, 1))[0].astype(np.float32)
    end = level.size // 8
    inner = level[end:-end]
    strong = np.sort(np.abs(inner))[int(0.9 * inner.size)]  # a tenth of the time of a percentile
    least = max(_FAINT, 0.2 * float(strong))
    signs = np.sign(inner[np.abs(inner) > least])
    return int(np.count_nonzero(signs[1:] != signs[:-1]))


def _sharper(picture: Plane) -> Plane:
    width, strength = _SHARPENED
    soft = cv2.GaussianBlur(picture, (0, 0), width)
    return cast("Plane", cv2.addWeighted(picture, 1 + strength, soft, -strength, 0))


def _lain(symbol: Symbol, turned: Strip) -> Symbol:
    """A symbol of a strip in pixels of the view: its ends are told, in height it fills the strip."""
    start, end = (float(corner[0]) for corner in symbol.quad[:2])
    below = turned.picture.shape[0] - 0.5
    upper, lower = (-0.5, below) if start < end else (below, -0.5)
    spots = np.array([[start, upper, 1], [end, upper, 1], [end, lower, 1], [start, lower, 1]])
    return replace(symbol, quad=spots @ turned.back.T)
