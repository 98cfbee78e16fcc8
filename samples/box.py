"""A cardboard parcel: its measures, and what is on each of its six faces."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, cast

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from samples.damage import Damage, spoil
from samples.kraft import SCALE, Colour, kraft, noise
from samples.label import Waybill, draw_waybill, font
from samples.paint import Picture, Texture
from samples.pose import FACES, NORMALS, Array, vector
from samples.sticker import MARGIN, MODULES, SIDE, stick

_UP: Final[dict[str, tuple[int, int, int]]] = {"top": (0, 1, 0), "bottom": (0, 1, 0)}
_SIDE_UP: Final = (0, 0, 1)
_PRINT: Final = (92, 66, 44)
_PAPER_SHARE: Final = 1 + 2 * MARGIN / MODULES
"""A sticker's side as a share of its black square's."""
_BLANK: Final = 128
"""Grey of a body that nothing is drawn on."""
_NARROW: Final = 2.6
"""Stickers side by side from which on a side leaves room for two thumbs."""


@dataclass(frozen=True)
class Cuboid:
    """A body with six flat faces, blank as it stands; sizes in millimetres along x, y and z."""

    length: float = 320
    width: float = 240
    height: float = 170

    @cached_property
    def corners(self) -> Array:
        """The eight corners in the body's frame, `(8, 3)` mm; x varies fastest, then y, then z."""
        half = vector(self.length, self.width, self.height) / 2
        signs = [(x, y, z) for z in (-1, 1) for y in (-1, 1) for x in (-1, 1)]
        return np.array(signs, np.float64) * half

    def corners_of(self, face: str) -> Array:
        """A face's corners in the body's frame, `(4, 3)` mm: from its top left, clockwise from outside."""
        return self._quads[face]

    @cached_property
    def _quads(self) -> dict[str, Array]:
        half = vector(self.length, self.width, self.height) / 2
        quads: dict[str, Array] = {}
        for face in FACES:
            normal = vector(*NORMALS[face])
            up = vector(*_UP.get(face, _SIDE_UP))
            right = np.cross(up, normal)
            turns = (up - right, up + right, right - up, -up - right)
            quads[face] = np.stack([(normal + turn) * half for turn in turns])
        return quads

    def size_of(self, face: str) -> tuple[float, float]:
        """Width and height of a face in mm, as seen from outside."""
        a, b, _, d = self.corners_of(face)
        return float(np.linalg.norm(b - a)), float(np.linalg.norm(d - a))

    @cached_property
    def faces(self) -> dict[str, Texture]:
        """The outside of each face."""
        return {face: Texture(self.skin(face)) for face in FACES}

    def skin(self, face: str) -> Picture:
        """What is on a face, `SCALE` pixels a millimetre: `(height, width, 3)` RGB."""
        wide, high = self.size_of(face)
        return np.full((round(high * SCALE), round(wide * SCALE), 3), _BLANK, np.uint8)


@dataclass(frozen=True)
class Goods(Cuboid):
    """A retail box, as it lies in the parcel."""

    length: float = 150
    width: float = 96
    height: float = 62
    colour: Colour = (236, 238, 240)
    accent: Colour = (28, 122, 138)
    title: str = "SOAP"
    detail: str = "3 x 125 g"

    def skin(self, face: str) -> Picture:
        wide, high = self.size_of(face)
        paper = Image.new("RGB", (round(wide * SCALE), round(high * SCALE)), self.colour)
        pen = ImageDraw.Draw(paper)
        w, h = paper.size
        pen.rectangle((0, h * 0.72, w, h), fill=self.accent)
        size = min(w / max(3.0, 0.8 * len(self.title)), h * 0.42)
        pen.text((w * 0.07, h * 0.14), self.title, font=font(size), fill=self.accent, stroke_width=2)
        pen.text((w * 0.07, h * 0.77), self.detail, font=font(h * 0.15), fill=self.colour)
        skin = np.array(paper, np.uint8)
        _worn(skin, FACES.index(face))
        return skin


@dataclass(frozen=True)
class Parcel(Cuboid):
    """A carton as it was handed in."""

    kraft: Colour = (188, 149, 107)
    tape: Colour = (205, 178, 128)
    grain: float = 1.0
    """How lively the surface is; real kraft has almost no texture."""
    prints: bool = True
    """Whether the maker's marks are printed on the sides."""
    waybill: Waybill | None = field(default_factory=lambda: Waybill("NW0000000000000"))
    damage: tuple[Damage, ...] = ()
    sheet: int | None = None
    """The sheet of stickers whose sticker `n` is on face `n`; no stickers where None."""
    seed: int = 0

    @cached_property
    def lining(self) -> Texture:
        """The inside of the carton: paler, unprinted."""
        shade = cast("Colour", tuple(min(255, c + 10) for c in self.kraft))
        inside = kraft(400, 300, shade, self.grain * 0.8, self.seed + 90)
        deep = np.linspace(1.0, 0.62, 300)[:, None, None]
        return Texture((inside * deep).astype(np.uint8))

    @cached_property
    def flap(self) -> Texture:
        """The inner side of a flap: like the lining, but in the light."""
        return Texture(kraft(400, 160, self.kraft, self.grain * 0.8, self.seed + 91))

    @cached_property
    def filling(self) -> Texture:
        """Crumpled paper that fills the box."""
        wide, high = 420, 320
        folds = sum(np.abs(noise(wide, high, grain, self.seed + grain)) * grain for grain in (52, 26, 13))
        dx = cast("Array", cv2.Sobel(np.asarray(folds, np.float32), cv2.CV_32F, 1, 1, ksize=5, scale=0.05))
        crumpled = np.asarray((196, 168, 132), np.float32) + np.clip(dx * 9, -46, 40)[:, :, None]
        dark = 1 - 0.5 * np.exp(-to_edge(wide, high) / 30)
        return Texture(np.clip(crumpled * dark[:, :, None], 0, 255).astype(np.uint8))

    def skin(self, face: str) -> Picture:
        wide, high = self.size_of(face)
        width, height = round(wide * SCALE), round(high * SCALE)
        seed = self.seed * 10 + FACES.index(face)
        skin = kraft(width, height, self.kraft, self.grain, seed)
        if self.prints:
            skin = _printed(skin, face)
        if face in {"top", "bottom"}:
            _seam(skin)
        if face in {"top", "bottom", "left", "right"}:
            _taped(skin, face, self.tape, seed)
        if face == "top" and self.waybill:
            _labelled(skin, self.waybill, seed)
        for harm in self.damage:
            if harm.face == face:
                spoil(skin, harm, seed)
        if self.sheet is not None:
            self._stickered(skin, face, self.sheet, seed)
        _worn(skin, seed)
        return skin

    def _stickered(self, skin: Picture, face: str, sheet: int, seed: int) -> None:
        """One sticker, a little askew: above the waybill, and on a narrow side above the thumbs."""
        wide, high = self.size_of(face)
        free = self.width * 0.765 - 52 if self.waybill else self.width
        paper = min(SIDE * _PAPER_SHARE, 0.8 * min(self.length, self.width, self.height), 0.95 * free)
        draw = np.random.default_rng(seed + 13)
        x, y, turn = (float(draw.uniform(-reach, reach)) for reach in (0.05, 0.04, 9.0))
        narrow = face in {"left", "right"} and wide < _NARROW * paper
        up = max(0.56 * paper, high * (0.3 + y)) if narrow else high * (0.5 + y)
        centre = (wide * (0.5 + x), up)
        if face == "top" and self.waybill:
            centre, turn = (wide * (0.74 + x), free / 2), turn / 3
        stick(skin, sheet, FACES.index(face) + 1, centre=centre, turn=turn, side=paper / _PAPER_SHARE)


def _seam(skin: Picture) -> None:
    """The slit between the two long flaps."""
    middle = skin.shape[0] // 2
    skin[middle - 2 : middle + 2] = (skin[middle - 2 : middle + 2] * 0.45).astype(np.uint8)


def _taped(skin: Picture, face: str, colour: Colour, seed: int) -> None:
    """A strip of packing tape along the seam, or its end hanging over the edge."""
    height, width = skin.shape[:2]
    half = round(25 * SCALE)
    if face in {"top", "bottom"}:
        rows, columns = slice(height // 2 - half, height // 2 + half), slice(0, width)
    else:
        middle, hang = width // 2, round(55 * SCALE)
        rows, columns = slice(0, hang), slice(middle - half, middle + half)
    strip = skin[rows, columns].astype(np.float32)
    high, wide = strip.shape[:2]
    along_x = face in {"top", "bottom"}
    gloss = noise(wide, high, 26, seed + 5) * 3.2
    creases = noise(wide if along_x else 1, 1 if along_x else high, 5, seed + 6) * 3.5
    film = strip * 0.42 + np.asarray(colour, np.float32) * 0.58 + (gloss + creases)[:, :, None]
    if along_x:
        film[[0, 1, -2, -1]] += 16
    else:
        film[:, [0, 1, -2, -1]] += 16
        film[-3:] -= 26
    skin[rows, columns] = np.clip(film, 0, 255).astype(np.uint8)
    if face in {"left", "right"}:  # the tape of the bottom comes up the same edge
        low = skin[::-1][rows, columns].astype(np.float32)
        skin[::-1][rows, columns] = np.clip(low * 0.42 + np.asarray(colour) * 0.58, 0, 255).astype(np.uint8)


def _labelled(skin: Picture, waybill: Waybill, seed: int) -> None:
    """The waybill on the front half of the top, a little askew, with a soft edge."""
    paper = draw_waybill(waybill, SCALE)
    high, wide = paper.shape[:2]
    draw = np.random.default_rng(seed + 7)
    turn = cv2.getRotationMatrix2D((wide / 2, high / 2), float(draw.uniform(-2.0, 2.0)), 1.0)
    height, width = skin.shape[:2]
    turn[:, 2] += (width * 0.44 - wide / 2, height * 0.765 - high / 2)
    mask = cv2.warpAffine(np.full((high, wide), 255, np.uint8), turn, (width, height), flags=cv2.INTER_AREA)
    laid = cv2.warpAffine(paper, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=(243, 243, 240))
    sheen = 1 - np.clip(noise(width, height, 140, seed + 8), -2, 2)[:, :, None] * 0.012
    share = mask[:, :, None] / 255
    skin[:] = np.clip(skin * (1 - share) + laid * share * sheen, 0, 255).astype(np.uint8)


def _printed(skin: Picture, face: str) -> Picture:
    """What the maker of the carton printed on it."""
    paper = Image.fromarray(skin)
    pen = ImageDraw.Draw(paper)
    wide, high = paper.size
    s = SCALE
    if face == "front":
        for x in (wide * 0.80, wide * 0.89):
            pen.line((x, high * 0.72, x, high * 0.36), fill=_PRINT, width=round(4 * s))
            tip = [(x - 9 * s, high * 0.40), (x + 9 * s, high * 0.40), (x, high * 0.24)]
            pen.polygon(tip, fill=_PRINT)
        pen.line((wide * 0.75, high * 0.78, wide * 0.94, high * 0.78), fill=_PRINT, width=round(3 * s))
        pen.text((wide * 0.06, high * 0.60), "FRAGILE", font=font(26 * s), fill=_PRINT, stroke_width=2)
    elif face == "back":
        pen.text((wide * 0.20, high * 0.36), "NORTHWAY", font=font(36 * s), fill=_PRINT, stroke_width=3)
        pen.line((wide * 0.20, high * 0.64, wide * 0.80, high * 0.64), fill=_PRINT, width=round(3 * s))
    elif face == "left":
        pen.text((wide * 0.08, high * 0.74), "C4  320x240x170", font=font(12 * s), fill=_PRINT)
    elif face == "right":
        pen.rectangle((wide * 0.64, high * 0.58, wide * 0.92, high * 0.86), fill=(238, 226, 120))
        pen.text((wide * 0.67, high * 0.64), "QC 17", font=font(15 * s), fill=(60, 52, 40))
    elif face == "bottom":
        r = 26 * s
        x, y = wide * 0.82, high * 0.76
        pen.ellipse((x - r, y - r, x + r, y + r), outline=_PRINT, width=round(1.5 * s))
        pen.text((x - r * 0.62, y - r * 0.5), "BOX\nCERT\n32 ECT", font=font(9 * s), fill=_PRINT)
    return np.array(paper, np.uint8)


def _worn(skin: Picture, seed: int) -> None:
    """Scuffed edges and corners, and the softer tone towards them."""
    height, width = skin.shape[:2]
    edge = to_edge(width, height)
    fray = 4 + noise(width, height, 34, seed + 11) * 2.5
    rim = np.clip(1 - edge / np.maximum(fray, 1.0), 0, 1) * 26 - np.exp(-edge / (14 * SCALE)) * 13
    skin[:] = np.clip(skin + rim[:, :, None], 0, 255).astype(np.uint8)


def to_edge(width: int, height: int) -> npt.NDArray[np.float32]:
    """How far each pixel of a face is from its nearest edge, `(height, width)`."""
    columns, rows = np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32)
    x, y = np.minimum(columns, width - 1 - columns), np.minimum(rows, height - 1 - rows)
    return np.minimum(x[None, :], y[:, None])


def light(normal: Array, key: Sequence[float]) -> float:
    """How bright a matt surface is under a soft light from `key` and the room around it."""
    x, y, z = key
    lambert = max(0.0, float(normal[0] * x + normal[1] * y + normal[2] * z) / math.hypot(x, y, z))
    sky = 0.5 + 0.5 * float(normal[2])
    return 0.42 + 0.50 * lambert + 0.16 * sky
