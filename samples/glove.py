"""Gloved hands, drawn from capsules and lit by their own roundness."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal, cast

import cv2
import numpy as np
import numpy.typing as npt

from samples.kraft import Colour, noise
from samples.paint import Box4, Mask, Picture, area, blend, bounds
from samples.pose import Array, vector

Gesture = Literal["hold", "thumb", "knife", "flat"]

Map = npt.NDArray[np.float32]
"""Heights `(h, w)` or a picture `(h, w, 3)` in the making."""

_SCALE: Final = 1.6
"""Pixels a millimetre of a sprite."""
_SIZE: Final = (260, 640)
"""Millimetres, width and height of a sprite; the finger tips point up."""
_ORIGIN: Final = (130.0, 120.0)
"""Where the sprite is held, in its own millimetres: the middle of the palm's upper edge."""

# x, y from the origin in mm (y down, towards the elbow), from and to, with the radius at both.
Capsule = tuple[float, float, float, float, float, float]
_ARM: Final[tuple[Capsule, ...]] = ((4, 150, 22, 500, 39, 56),)
_WRIST: Final = 146
"""Where the glove ends, in mm from the origin."""
_BACK: Final[tuple[Capsule, ...]] = (
    (-17, 26, -11, 90, 26, 26),
    (17, 28, 9, 90, 26, 26),
    (0, 34, 2, 100, 36, 31),
    (0, 96, 5, 170, 33, 39),
)
_FINGERS: Final[dict[str, tuple[Capsule, ...]]] = {
    "hold": (
        (-34, 22, -40, -38, 11.5, 9.5),
        (-12, 14, -14, -62, 12, 10),
        (11, 14, 13, -66, 12, 10),
        (33, 22, 38, -46, 11, 9),
    ),
    "flat": (
        (-38, 24, -58, -26, 11, 9),
        (-14, 14, -20, -58, 12, 10),
        (10, 13, 12, -64, 12, 10),
        (32, 20, 42, -48, 11.5, 9.5),
        (40, 66, 78, 30, 15, 11.5),
    ),
    "knife": (
        (-32, 20, -24, -6, 13, 12),
        (-12, 8, -8, -20, 13.5, 12),
        (11, 6, 11, -24, 13.5, 12),
        (31, 12, 20, -40, 12, 9.5),
        (36, 58, 24, -12, 15, 11.5),
    ),
    "thumb": ((0, 40, -4, -16, 15, 12.5),),
}


@dataclass(frozen=True)
class Glove:
    """One pair of working gloves with the sleeves above them."""

    back: Colour = (112, 120, 128)
    coat: Colour = (44, 47, 52)
    hem: Colour = (196, 96, 34)
    sleeve: Colour = (38, 52, 82)
    seed: int = 0

    @cached_property
    def sprites(self) -> dict[str, tuple[Picture, Mask]]:
        """The left hand in each gesture, as colour and cover; the right one is its mirror image."""
        return {gesture: self._draw(gesture) for gesture in ("hold", "thumb", "knife", "flat")}

    def _draw(self, gesture: str) -> tuple[Picture, Mask]:
        width, height = (round(side * _SCALE) for side in _SIZE)
        canvas = np.zeros((height, width, 3), np.float32)
        cover: Mask = np.zeros((height, width), np.uint8)
        layers: list[tuple[Sequence[Capsule], Colour, float]] = []
        if gesture != "thumb":
            layers = [(_ARM, self.sleeve, 2.4), (_BACK, self.back, 0.9)]
        layers += [((finger,), self.coat, 0.8) for finger in _FINGERS[gesture]]
        for place, (capsules, colour, folds) in enumerate(layers):
            x0, y0, x1, y1 = _room(capsules, (height, width))
            part, under = canvas[y0:y1, x0:x1], cover[y0:y1, x0:x1]
            mask, relief = _relief(capsules, (x0, y0, x1, y1))
            if capsules is _BACK:
                mask[round((_ORIGIN[1] + _WRIST) * _SCALE) - y0 :] = 0
            relief += np.where(mask > 0, noise(x1 - x0, y1 - y0, 14, self.seed + place) * folds, 0)
            shade = _lit(relief)
            weave = noise(x1 - x0, y1 - y0, 1.6, self.seed + 40 + place) * 2.4
            skin = np.asarray(colour, np.float32) * shade[:, :, None] + weave[:, :, None]
            if capsules is _BACK:
                hem = slice(round((_ORIGIN[1] + _WRIST - 9) * _SCALE) - y0, None)
                skin[hem] = np.asarray(self.hem, np.float32) * shade[hem, :, None]
            # What is drawn later presses a soft shadow on what lies under it.
            contact = cast("Mask", cv2.GaussianBlur(mask, (0, 0), 5.0))
            part *= 1 - (contact / np.float32(255))[:, :, None] * 0.45
            part += (mask / np.float32(255))[:, :, None] * (skin - part)
            cv2.max(under, mask, dst=under)
        if gesture == "knife":
            canvas, cover = _with_cutter(canvas, cover)
        return np.clip(canvas, 0, 255).astype(np.uint8), cover

    @cached_property
    def _trimmed(self) -> dict[str, tuple[Picture, Mask, Array]]:
        """The sprites cut to what they cover, with the origin's place in each (pixels)."""
        found: dict[str, tuple[Picture, Mask, Array]] = {}
        for gesture, (colour, cover) in self.sprites.items():
            x, y, width, height = cv2.boundingRect(cover)
            part = np.s_[y : y + height, x : x + width]
            origin = vector(*_ORIGIN) * _SCALE - (x, y)
            found[gesture] = (np.ascontiguousarray(colour[part]), np.ascontiguousarray(cover[part]), origin)
        return found

    def lay(
        self, picture: Picture, gesture: Gesture, at: Array, towards: Array, scale: float, *, left: bool
    ) -> None:
        """Lay a hand on the picture: its palm at `at`, its elbow towards `towards` (pixels).

        `scale` is in pixels a millimetre; a right hand is the mirrored left one.
        """
        colour, cover, origin = self._trimmed[gesture]
        reach = towards - at
        down = reach / max(float(np.linalg.norm(reach)), 1e-6)
        side = vector(down[1], -down[0]) * (1 if left else -1)
        size = scale / _SCALE
        turn = np.stack([side * size, down * size], axis=1)
        shift = at - turn @ origin
        affine = np.concatenate([turn, shift[:, None]], axis=1)
        height, width = cover.shape
        frame = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
        corners = frame @ turn.T + shift
        box = bounds(corners, picture)
        if box is None or abs(area(corners)) < 1:
            return
        x0, y0, x1, y1 = box
        affine[:, 2] -= (x0, y0)
        room = (x1 - x0, y1 - y0)
        skin = cast("Picture", cv2.warpAffine(colour, affine, room, flags=cv2.INTER_LINEAR))
        mask = cast("Mask", cv2.warpAffine(cover, affine, room, flags=cv2.INTER_LINEAR))
        blend(picture[y0:y1, x0:x1], skin, mask)


def _room(capsules: Sequence[Capsule], shape: tuple[int, int]) -> Box4:
    """The part of a sprite that some capsules and their shadow can touch."""
    points = np.array([(x0, y0, x1, y1) for x0, y0, x1, y1, _, _ in capsules]).reshape(-1, 2)
    far = max(max(capsule[4:]) for capsule in capsules) + 10
    low = np.floor((points.min(axis=0) + _ORIGIN - far) * _SCALE).astype(int)
    high = np.ceil((points.max(axis=0) + _ORIGIN + far) * _SCALE).astype(int)
    height, width = shape
    return max(int(low[0]), 0), max(int(low[1]), 0), min(int(high[0]), width), min(int(high[1]), height)


def _relief(capsules: Sequence[Capsule], box: Box4) -> tuple[Mask, Map]:
    """The silhouette of some capsules within `box`, and how far each point of them stands out (pixels)."""
    left, top, right, bottom = box
    x = np.arange(left, right, dtype=np.float32)[None, :]
    y = np.arange(top, bottom, dtype=np.float32)[:, None]
    bulge = np.zeros((bottom - top, right - left), np.float32)
    inside = np.full_like(bulge, -1e6)
    for x0, y0, x1, y1, r0, r1 in capsules:
        ax, ay = (x0 + _ORIGIN[0]) * _SCALE, (y0 + _ORIGIN[1]) * _SCALE
        dx, dy = (x1 - x0) * _SCALE, (y1 - y0) * _SCALE
        share = np.clip(((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy), 0, 1)
        radius = (r0 + (r1 - r0) * share) * _SCALE
        far = np.hypot(x - ax - share * dx, y - ay - share * dy)
        inside = np.maximum(inside, radius - far)
        bulge = np.maximum(bulge, np.sqrt(np.maximum(radius * radius - far * far, 0)))
    mask = (np.clip(inside + 0.5, 0, 1) * 255).astype(np.uint8)
    return mask, bulge


def _lit(relief: Map) -> Map:
    """How bright each point of a relief is, lit from the upper left."""
    smooth = cv2.GaussianBlur(relief, (0, 0), 2.5)
    dx = cv2.Sobel(smooth, cv2.CV_32F, 1, 0, ksize=3, scale=1 / 8)
    dy = cv2.Sobel(smooth, cv2.CV_32F, 0, 1, ksize=3, scale=1 / 8)
    length = np.sqrt(dx * dx + dy * dy + 1)
    lambert = np.clip((dx * 0.38 + dy * 0.42 + 0.82) / length, 0, 1)
    return (0.34 + 0.86 * lambert).astype(np.float32)


def _with_cutter(canvas: Map, cover: Mask) -> tuple[Map, Mask]:
    """A yellow cutter in the fist, its blade ahead of the finger tips."""

    def at(*points: tuple[float, float]) -> npt.NDArray[np.int32]:
        return np.array([[(x + _ORIGIN[0]) * _SCALE, (y + _ORIGIN[1]) * _SCALE] for x, y in points], np.int32)

    under_canvas, under = canvas.copy(), cover.copy()
    parts = (
        (at((8, 40), (24, 40), (24, -62), (8, -62)), (226, 178, 36)),
        (at((11, -62), (21, -62), (21, -84), (11, -84)), (120, 122, 126)),
        (at((12, -80), (20, -80), (20, -96), (12, -110)), (206, 210, 214)),
    )
    for points, colour in parts:
        cv2.fillPoly(canvas, [points], colour, cv2.LINE_AA)
        cv2.fillPoly(cover, [points], (255,), cv2.LINE_AA)
    # The fist closes over the handle: what was drawn first lies on top of it, but for the blade.
    grip = np.zeros_like(under)
    rows = slice(round((_ORIGIN[1] - 34) * _SCALE), under.shape[0])
    grip[rows] = under[rows]
    share = (grip / np.float32(255))[:, :, None]
    return (canvas + share * (under_canvas - canvas)).astype(np.float32), cover
