"""What a parcel looks like: plain kraft, tape and label, white, dark, printed; and what is no parcel."""

from __future__ import annotations

import colorsys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import cv2
import numpy as np
from PIL import Image, ImageDraw

from samples.box import Parcel, to_edge
from samples.kraft import SCALE, Colour, noise
from samples.label import Waybill, font
from samples.paint import Picture
from samples.pose import FACES

Appearance = Literal["plain", "label", "white", "dark", "printed", "cube", "flat", "long"]
APPEARANCES: Final[tuple[Appearance, ...]] = (
    "plain",
    "label",
    "white",
    "dark",
    "printed",
    "cube",
    "flat",
    "long",
)
"""`plain` to `printed` are boxes of usual shape; `cube`, `flat` and `long` are shapes, in kraft."""

_SIDES: Final[Mapping[str, tuple[tuple[int, int], tuple[int, int], tuple[int, int]]]] = {
    "flat": ((300, 370), (215, 265), (50, 68)),
    "long": ((350, 410), (125, 160), (95, 125)),
}
_USUAL: Final = ((250, 340), (185, 240), (120, 165))
_KRAFTS: Final[tuple[Colour, ...]] = ((188, 149, 107), (196, 164, 124), (176, 136, 96), (204, 170, 128))
_TAPES: Final[tuple[Colour, ...]] = ((205, 178, 128), (166, 118, 70), (222, 214, 196), (236, 236, 232))
_COATED: Final[Mapping[str, tuple[Colour, Colour, float]]] = {
    "white": ((226, 225, 221), (212, 211, 206), 0.35),
    "dark": ((54, 51, 54), (74, 71, 72), 0.5),
}
"""Card, tape, and how much of the card's grain is seen."""
_WORDS: Final = ("NOVA", "TERRA", "LUMO", "PIXEL", "BERRY", "ORBIT", "FRESH", "DELTA")


@dataclass(frozen=True)
class Printed(Parcel):
    """A retail box with a picture of its own on every face, in one palette."""

    prints: bool = False
    waybill: Waybill | None = None
    hue: float = 0.55

    def skin(self, face: str) -> Picture:
        wide, high = self.size_of(face)
        width, height = round(wide * SCALE), round(high * SCALE)
        draw = np.random.default_rng(self.seed * 10 + FACES.index(face) + 3)
        palette = [_tone(self.hue + turn, *part) for turn, part in _PALETTE]
        paper = Image.new("RGB", (width, height), palette[FACES.index(face) % 3])
        pen = ImageDraw.Draw(paper)
        for _ in range(int(draw.integers(4, 9))):
            x, y = draw.uniform(0, width), draw.uniform(0, height)
            r = draw.uniform(0.06, 0.32) * min(width, height)
            colour = palette[int(draw.integers(0, len(palette)))]
            shape = int(draw.integers(0, 3))
            if shape == 0:
                pen.ellipse((x - r, y - r, x + r, y + r), fill=colour)
            elif shape == 1:
                pen.rectangle((x - 2 * r, y - r / 3, x + 2 * r, y + r / 3), fill=colour)
            else:
                spots = [(x + draw.uniform(-2, 2) * r, y + draw.uniform(-2, 2) * r) for _ in range(3)]
                pen.polygon(spots, fill=colour)
        word = _WORDS[int(draw.integers(0, len(_WORDS)))]
        size = min(width / (0.8 * len(word)), height * 0.5) * float(draw.uniform(0.5, 0.9))
        place = (width * float(draw.uniform(0.06, 0.3)), height * float(draw.uniform(0.1, 0.4)))
        pen.text(place, word, font=font(size), fill=(250, 250, 246), stroke_width=3, stroke_fill=palette[3])
        for line in range(5):
            y = height * (0.72 + 0.05 * line)
            pen.line(
                (width * 0.08, y, width * float(draw.uniform(0.3, 0.6)), y), fill=(240, 240, 236), width=5
            )
        skin = np.array(paper, np.uint8)
        rim = np.exp(-to_edge(width, height) / (4 * SCALE)) * 18
        skin = np.clip(skin + rim[:, :, None], 0, 255).astype(np.uint8)
        if self.sheet is not None:
            self._stickered(skin, face, self.sheet, self.seed * 10 + FACES.index(face))
        return skin


_PALETTE: Final = (
    (0.0, (0.75, 0.78)),
    (0.08, (0.65, 0.62)),
    (0.5, (0.55, 0.85)),
    (0.62, (0.9, 0.35)),
    (0.3, (0.5, 0.92)),
)
"""Turn of the hue, and saturation and value, of each colour of a retail box."""


@dataclass(frozen=True)
class Phone(Parcel):
    """A telephone: flat, dark, shiny; no parcel."""

    length: float = 74
    width: float = 154
    height: float = 9
    prints: bool = False
    waybill: Waybill | None = None
    shell: Colour = (62, 66, 74)

    def skin(self, face: str) -> Picture:
        wide, high = self.size_of(face)
        width, height = round(wide * SCALE), round(high * SCALE)
        paper = Image.new("RGB", (width, height), self.shell)
        pen = ImageDraw.Draw(paper)
        if face == "top":
            pen.rectangle((8, 8, width - 8, height - 8), fill=(22, 34, 66))
            draw = np.random.default_rng(self.seed)
            for row in range(5):
                for column in range(4):
                    x, y = width * (0.1 + 0.21 * column), height * (0.12 + 0.14 * row)
                    colour = _tone(float(draw.uniform(0, 1)), 0.6, 0.95)
                    pen.rounded_rectangle((x, y, x + width * 0.15, y + width * 0.15), 8, fill=colour)
        elif face == "bottom":
            pen.rounded_rectangle((14, 14, width * 0.5, height * 0.24), 20, fill=(40, 42, 48))
            for x, y in ((0.14, 0.06), (0.33, 0.06), (0.14, 0.15)):
                pen.ellipse((width * x, height * y, width * x + 32, height * y + 32), fill=(12, 12, 16))
        return np.array(paper, np.uint8)


@dataclass(frozen=True)
class Mailer(Parcel):
    """A padded envelope: white, soft, almost without sides."""

    length: float = 330
    width: float = 235
    height: float = 12
    prints: bool = False
    waybill: Waybill | None = None

    def skin(self, face: str) -> Picture:
        wide, high = self.size_of(face)
        width, height = round(wide * SCALE), round(high * SCALE)
        seed = self.seed * 10 + FACES.index(face)
        folds = noise(width, height, 70, seed) * 3.0 + noise(width, height, 16, seed + 1) * 1.6
        edge = np.exp(-to_edge(width, height) / (9 * SCALE)) * 22
        tone = np.asarray((232, 232, 229), np.float32) + (folds - edge)[:, :, None]
        skin = np.clip(tone, 0, 255).astype(np.uint8)
        if face == "bottom":
            cv2.rectangle(skin, (0, height // 3), (width, height // 3 + 8), (206, 206, 204), -1)
        return skin


def wrapped(look: Appearance, seed: int, *, scale: float = 1.0) -> Parcel:
    """A parcel that looks like that; its measures, colours and prints follow from the seed."""
    draw = np.random.default_rng(seed + 4000)
    sides = [float(draw.uniform(*span)) for span in _SIDES.get(look, _USUAL)]
    if look == "cube":
        sides = [float(draw.uniform(175, 225))] * 3
    length, width, height = (round(side * scale) for side in sides)
    kraft, tape = (shades[int(draw.integers(0, 4))] for shades in (_KRAFTS, _TAPES))
    label = Waybill(f"NW{int(draw.integers(1, 10**9)):013d}")
    match look:
        case "plain":
            near = (min(255, kraft[0] + 8), min(255, kraft[1] + 9), min(255, kraft[2] + 8))
            return Parcel(
                length, width, height, kraft, near, grain=0.3, prints=False, waybill=None, seed=seed
            )
        case "white" | "dark":
            card, strip, grain = _COATED[look]
            sheet = label if seed % 2 else None
            return Parcel(
                length, width, height, card, strip, grain=grain, prints=False, waybill=sheet, seed=seed
            )
        case "printed":
            return Printed(length, width, height, hue=float(draw.uniform(0, 1)), seed=seed)
        case _:
            return Parcel(
                length,
                width,
                height,
                kraft,
                tape,
                grain=0.6,
                prints=look == "label",
                waybill=label if min(length, width) >= 210 else None,  # noqa: PLR2004 - a waybill is 150 mm long
                seed=seed,
            )


def _tone(hue: float, saturation: float, value: float) -> Colour:
    red, green, blue = colorsys.hsv_to_rgb(hue % 1.0, saturation, value)
    return round(red * 255), round(green * 255), round(blue * 255)
