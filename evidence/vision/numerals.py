"""Which numeral a small grey piece of a picture shows: a network of two hidden layers, learned from drawings.

A piece is 20 rows of 16 pixels, brighter ink, in whose middle a numeral would be 14 rows high. The weights
lie in `numerals.json`, 8 bits each; `training/numerals.py` makes them from what `samples.glyphs` draws. On
pieces in five fonts that it never learned from, many of them faint, blurred or askew, it tells 91 % of the
numerals; the other pictures of a film do the rest.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final, cast

import cv2
import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from evidence.check import Plane

Scores = npt.NDArray[np.float32]
"""`(n, 15)`: the logarithm of how likely each of the names is, the last of them anything else."""

WIDE: Final = 16
"""Pixels of a piece across."""
HIGH: Final = 20
"""And from top to foot."""
TALL: Final = 14
"""Of a numeral in it."""
COLON: Final = 10
"""Its place in the scores; before it the ten numerals, behind it the letters."""
AM: Final = 11
PM: Final = 12
_EVEN: Final = 6.0
"""Grey levels that are added to a piece's deviation, so that noise on plain ground stays small."""
_FAINT: Final = 0.45
"""Width of the softening before a picture is made smaller, in pixels of the piece."""


@dataclass(frozen=True)
class _Layer:
    weights: npt.NDArray[np.float32]
    bias: npt.NDArray[np.float32]


@cache
def _layers() -> tuple[_Layer, ...]:
    told = json.loads((resources.files("evidence.vision") / "numerals.json").read_text("utf-8"))
    made: list[_Layer] = []
    for layer in told["layers"]:
        small = np.frombuffer(base64.b64decode(layer["weights"]), np.int8).reshape(layer["shape"])
        made.append(
            _Layer(small.astype(np.float32) * np.float32(layer["scale"]), np.array(layer["bias"], np.float32))
        )
    return tuple(made)


def told(pieces: npt.NDArray[np.uint8] | npt.NDArray[np.float32]) -> Scores:
    """What each of `(n, HIGH, WIDE)` pieces shows."""
    x = pieces.reshape(len(pieces), -1).astype(np.float32)
    x -= x.mean(axis=1, keepdims=True)
    x /= x.std(axis=1, keepdims=True) + _EVEN
    layers = _layers()
    for n, layer in enumerate(layers):
        x = x @ layer.weights + layer.bias
        if n < len(layers) - 1:
            x = np.maximum(x, 0)
    x -= x.max(axis=1, keepdims=True)
    return cast("Scores", x - np.log(np.exp(x).sum(axis=1, keepdims=True)))


def strip(view: Plane, *, left: float, middle: float, tall: float, wide: int, dark: bool) -> Plane:
    """A line of print, `(HIGH, wide)`, as the pieces are: its numerals 14 rows high, its ink bright.

    Args:
        view: grey, `(h, w)`.
        left: where it begins, pixels of the view.
        middle: the height of its middle, pixels of the view.
        tall: how high its numerals are, pixels of the view.
        wide: pixels of the strip.
        dark: whether its ink is darker than the ground.
    """
    scale = tall / TALL
    room = 3
    top = max(0, int(middle - scale * HIGH / 2) - room)
    foot = min(view.shape[0], int(middle + scale * HIGH / 2) + room + 1)
    start = max(0, int(left) - room)
    end = min(view.shape[1], int(left + wide * scale) + room + 1)
    if foot - top < 2 or end - start < 2:  # noqa: PLR2004 - nothing of it lies in the picture
        return np.zeros((HIGH, wide), np.uint8)
    part = np.ascontiguousarray(view[top:foot, start:end])
    if scale > 1 / 0.7:
        part = cv2.GaussianBlur(part, (0, 0), _FAINT * scale)
    back = np.array([[scale, 0, left - start], [0, scale, middle - top - scale * (HIGH - 1) / 2]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    cut = cast(
        "Plane", cv2.warpAffine(part, back, (wide, HIGH), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    )
    return 255 - cut if dark else cut


def along(line: Plane) -> Scores:
    """The scores at each column of a strip, as if it were the middle of a piece, `(wide, 15)`."""
    padded = np.pad(line, ((0, 0), (WIDE // 2, WIDE - WIDE // 2 - 1)), mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (HIGH, WIDE))[0]
    return told(windows)
