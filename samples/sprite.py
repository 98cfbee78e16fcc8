"""Something flat that is laid over a picture: an arm that reaches in, somebody who walks by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
import numpy.typing as npt

from samples.paint import Picture

Colour = tuple[int, int, int]
Limb = tuple[tuple[float, float], tuple[float, float], float]
"""From, to, and thickness, in shares of the sprite's width."""


@dataclass(frozen=True)
class Sprite:
    """A textured outline."""

    picture: Picture
    """RGB."""
    cover: npt.NDArray[np.float32]
    """`(height, width)`: how much of what is behind it hides, 0 to 1."""

    def over(
        self, picture: Picture, place: npt.NDArray[np.float64], speed: npt.NDArray[np.float64]
    ) -> Picture:
        """The picture with the sprite's middle at `place`, smeared along `speed` (pixels)."""
        height, width = picture.shape[:2]
        tall, wide = self.cover.shape
        copies = max(1, min(8, round(float(np.hypot(*speed)) / 6)))
        laid = np.zeros((height, width), np.float32)
        colours = np.zeros((height, width, 3), np.float32)
        for n in range(copies):
            x, y = place - speed * n / copies - (wide / 2, tall / 2)
            shift = np.asarray([[1, 0, x], [0, 1, y]], np.float64)
            cover = cv2.warpAffine(self.cover, shift, (width, height))
            laid += cover / copies
            colours += cv2.warpAffine(self.picture, shift, (width, height)) * (cover / copies)[:, :, None]
        return np.clip(picture * (1 - laid[:, :, None]) + colours, 0, 255).astype(np.uint8)


def arm(width: int, skin: Colour, sleeve: Colour, seed: int) -> Sprite:
    """A forearm that comes from the right, `width` pixels long, with its fingers to the left."""
    fingers: Sequence[Limb] = [
        ((0.26, y), (0.06 + abs(y - 0.2) * 0.5, y - 0.02), 0.045) for y in (0.13, 0.18, 0.23, 0.28)
    ]
    limbs = [
        ((0.3, 0.2), (0.62, 0.24), 0.15),
        ((0.24, 0.2), (0.3, 0.2), 0.2),
        ((0.3, 0.3), (0.16, 0.36), 0.05),
        *fingers,
    ]
    hand = _shape(width, round(width * 0.5), limbs)
    cuff = _shape(width, round(width * 0.5), [((0.58, 0.235), (1.1, 0.3), 0.22)])
    worn = np.maximum(hand, cuff)
    colours = np.where(cuff[:, :, None] > 0.5, np.asarray(sleeve), np.asarray(skin))  # noqa: PLR2004 - the edge
    return Sprite(_textured(colours, worn, seed), worn)


def passer(height: int, coat: Colour, hair: Colour, seed: int) -> Sprite:
    """Somebody from the waist up, `height` pixels tall, in a checked coat."""
    wide = round(height * 0.7)
    body = _shape(
        wide,
        height,
        [((0.5, 0.75), (0.5, 1.6), 0.82), ((0.22, 0.8), (0.1, 1.5), 0.24), ((0.78, 0.8), (0.9, 1.5), 0.24)],
    )
    head = _shape(wide, height, [((0.5, 0.24), (0.5, 0.32), 0.36)])
    worn = np.maximum(body, head)
    check = max(4, wide // 14)
    x, y = np.arange(wide)[None, :] // check, np.arange(height)[:, None] // check
    checks = 1 - 0.25 * ((x + y) % 2)
    colours = np.where(head[:, :, None] > 0.5, np.asarray(hair), np.asarray(coat) * checks[:, :, None])  # noqa: PLR2004 - the edge
    return Sprite(_textured(colours, worn, seed), worn)


def _shape(width: int, height: int, limbs: Sequence[Limb]) -> npt.NDArray[np.float32]:
    """Thick lines with round ends and soft edges."""
    drawn = np.zeros((height, width), np.uint8)
    for start, end, thick in limbs:
        (x0, y0), (x1, y1) = ((round(a * width), round(b * width)) for a, b in (start, end))
        cv2.line(drawn, (x0, y0), (x1, y1), 255, max(1, round(thick * width)), cv2.LINE_AA)
    return cast(
        "npt.NDArray[np.float32]",
        cv2.GaussianBlur(drawn, (0, 0), max(0.6, width / 300)).astype(np.float32) / 255,
    )


def _textured(colours: npt.NDArray[np.float64], shape: npt.NDArray[np.float32], seed: int) -> Picture:
    """Colours with light from above, folds and grain."""
    draw = np.random.default_rng(seed + 620)
    height, width = shape.shape
    folds = cv2.resize(
        draw.standard_normal((max(2, height // 18), max(2, width // 18))),
        (width, height),
        interpolation=cv2.INTER_CUBIC,
    )
    round_ = cv2.GaussianBlur(shape, (0, 0), max(1.0, width / 28))
    light = 0.55 + 0.45 * round_ + 0.07 * folds + 0.03 * draw.standard_normal((height, width))
    return np.clip(colours * light[:, :, None], 0, 255).astype(np.uint8)
