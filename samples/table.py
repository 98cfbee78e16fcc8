"""A packing table seen from above, with what lies about on one; drawn flat and then seen in perspective."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, cast

import cv2
import numpy as np
import numpy.typing as npt

from samples.kraft import Colour, noise
from samples.label import Waybill, draw_waybill
from samples.paint import Mask, Picture, blend, bounds, polygon
from samples.pose import Array, Camera, vector

LEFT: Final = -1150
RIGHT: Final = 1150
NEAR: Final = -520
FAR: Final = 1250
"""What of the table's plane is drawn, in millimetres; one pixel each."""

Points = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Table:
    """The plane on which the parcel lies, one pixel a millimetre, far end at the top."""

    top: Colour = (176, 176, 172)
    mat: Colour | None = (46, 92, 84)
    floor: Colour = (92, 90, 86)
    edge: float = 560
    """Where the table ends, in mm from the middle, away from the camera."""
    clutter: bool = True
    seed: int = 0

    @cached_property
    def picture(self) -> Picture:
        """The plane from above, `(1770, 2300, 3)`."""
        ground = _surface(self.top, self.seed)
        _floor(ground, self.floor, self.edge, self.seed)
        if self.mat:
            _mat(ground, self.mat)
        if self.clutter:
            _strew(ground, self.seed)
        return ground

    def lay(self, camera: Camera) -> Picture:
        """A new picture with the table as the camera sees it."""
        down = camera.plane(vector(LEFT, FAR, 0), vector(1, 0, 0), vector(0, -1, 0))
        seen = cv2.warpPerspective(
            self.picture, down, (camera.width, camera.height), borderMode=cv2.BORDER_REPLICATE
        )
        return cast("Picture", seen)


def _at(points: Points) -> Array:
    """Table millimetres to pixels of the picture."""
    return np.array([(x - LEFT, FAR - y) for x, y in points], np.float64)


def _turned(points: Points, x: float, y: float, degrees: float) -> list[tuple[float, float]]:
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return [(x + a * c - b * s, y + a * s + b * c) for a, b in points]


def _oblong(width: float, height: float, x: float, y: float, degrees: float) -> list[tuple[float, float]]:
    w, h = width / 2, height / 2
    return _turned([(-w, h), (w, h), (w, -h), (-w, -h)], x, y, degrees)


def _surface(colour: Colour, seed: int) -> Picture:
    """A worn laminate."""
    width, height = RIGHT - LEFT, FAR - NEAR
    tone = noise(width, height, 2, seed + 1) * 1.6 + noise(width, height, 240, seed + 2) * 4
    ground = np.clip(np.asarray(colour, np.float32) + tone[:, :, None], 0, 255).astype(np.uint8)
    draw = np.random.default_rng(seed + 3)
    for _ in range(70):
        x, y = draw.uniform(0, width), draw.uniform(0, height)
        angle, length = draw.uniform(0, math.pi), draw.uniform(20, 160)
        end = (round(x + math.cos(angle) * length), round(y + math.sin(angle) * length))
        shade = tuple(int(c + draw.uniform(-14, 16)) for c in colour)
        cv2.line(ground, (round(x), round(y)), end, shade, 1, cv2.LINE_AA)
    return ground


def _floor(ground: Picture, colour: Colour, edge: float, seed: int) -> None:
    """Beyond the table: its edge, and a darker floor out of focus with a stack on it."""
    row, wide = round(FAR - edge), RIGHT - LEFT
    tone = noise(wide, row, 12, seed + 5) * 3 + noise(wide, row, 120, seed + 6) * 6
    floor: Picture = np.clip(np.asarray(colour, np.float32) + tone[:, :, None], 0, 255).astype(np.uint8)
    draw = np.random.default_rng(seed + 7)
    for place in range(9):
        x, y = int(draw.uniform(0, wide)), int(draw.uniform(0, row - 150))
        w, h = int(draw.uniform(120, 340)), int(draw.uniform(90, 240))
        gain = float(draw.uniform(0.6, 1.3))
        shade = tuple(int(c * gain) for c in ((150, 122, 92), (92, 98, 108))[place % 2])
        cv2.rectangle(floor, (x, y), (x + w, y + h), shade, -1)
    floor = cast("Picture", cv2.GaussianBlur(floor, (0, 0), 9))
    fall = np.linspace(1, 0.55, 60)[:, None, None]
    floor[-60:] = (floor[-60:] * fall).astype(np.uint8)
    ground[:row] = floor
    ground[row : row + 14] = np.asarray((206, 206, 204), np.uint8)
    ground[row + 14 : row + 17] = (ground[row + 14 : row + 17] * 0.7).astype(np.uint8)


def _mat(ground: Picture, colour: Colour) -> None:
    """A cutting mat with its grid."""
    outline = _oblong(760, 520, 10, 30, 1.5)

    def draw(layer: Picture) -> None:
        cv2.fillConvexPoly(layer, _shape(outline), colour, cv2.LINE_AA)
        pale = tuple(c + 34 for c in colour)
        for step in range(-350, 351, 50):
            a, b = _spots(_turned([(step, -235), (step, 235)], 10, 30, 1.5))
            cv2.line(layer, a, b, pale, 1, cv2.LINE_AA)
        for step in range(-200, 201, 50):
            a, b = _spots(_turned([(-360, step), (360, step)], 10, 30, 1.5))
            cv2.line(layer, a, b, pale, 1, cv2.LINE_AA)

    _put(ground, outline, draw, height=3)


def _strew(ground: Picture, seed: int) -> None:
    """The clutter of a packing place."""
    _bubbles(ground, seed)
    _sheet(ground, (300, 210), -640, 140, 17, lines=9)
    _sheet(ground, (210, 297), -560, 330, -8, lines=16)
    _slip(ground)
    _roll(ground, 560, 360)
    _stick(ground, -440, -30, 62, (40, 74, 160))
    _scanner(ground)
    _cup(ground, 350, 450)


def _shape(points: Points) -> npt.NDArray[np.int32]:
    """The corners of a polygon in pixels, as the filler wants them."""
    return np.round(_at(points)).astype(np.int32)


def _spots(points: Points) -> list[tuple[int, int]]:
    """Single points in pixels."""
    return [(round(x - LEFT), round(FAR - y)) for x, y in points]


def _put(
    ground: Picture, outline: Points, draw: Callable[[Picture], None], *, height: float, opacity: float = 1.0
) -> None:
    """Draw one flat thing on the ground with a soft shadow towards the lower right."""
    points = _at(outline)
    box = bounds(np.concatenate([points - 3 * height - 6, points + 4 * height + 6]), ground)
    if box is None:
        return
    left, top, right, bottom = box
    here = ground[top:bottom, left:right]
    shadow = polygon(box, points + np.array((height * 0.7, height * 0.9)))
    shadow = cast("Mask", cv2.GaussianBlur(shadow, (0, 0), max(1.5, height * 0.5)))
    dark = cast("Mask", cv2.convertScaleAbs(shadow, alpha=-0.53, beta=255))
    cv2.multiply(here, cv2.merge((dark, dark, dark)), dst=here, scale=1 / 255)
    layer = ground.copy()
    draw(layer)
    cover = cast("Mask", cv2.convertScaleAbs(polygon(box, points), alpha=opacity))
    blend(here, layer[top:bottom, left:right], cover)


def _sheet(
    ground: Picture, size: tuple[float, float], x: float, y: float, turn: float, *, lines: int
) -> None:
    """A printed sheet of paper."""
    width, height = size
    outline = _oblong(width, height, x, y, turn)

    def draw(layer: Picture) -> None:
        cv2.fillConvexPoly(layer, _shape(outline), (232, 232, 228), cv2.LINE_AA)
        for line in range(lines):
            across = height / 2 - 26 - line * (height - 50) / lines
            end = width / 2 - 22 - (line * 37 % 60)
            a, b = _spots(_turned([(-width / 2 + 20, across), (end, across)], x, y, turn))
            cv2.line(layer, a, b, (120, 120, 122), 2 if line else 6, cv2.LINE_AA)

    _put(ground, outline, draw, height=2)


def _slip(ground: Picture) -> None:
    """A spare waybill of another parcel."""
    paper = draw_waybill(Waybill("NW7700012345678", sender="Outbound"), 1.5)
    outline = _oblong(150, 100, -420, 420, -24)
    high, wide = paper.shape[:2]
    corners = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    down = cv2.getPerspectiveTransform(corners, _at(outline).astype(np.float32))

    def draw(layer: Picture) -> None:
        size = (layer.shape[1], layer.shape[0])
        cv2.warpPerspective(paper, down, size, dst=layer, borderMode=cv2.BORDER_TRANSPARENT)

    _put(ground, outline, draw, height=2)


def _bubbles(ground: Picture, seed: int) -> None:
    """A sheet of bubble wrap."""
    x, y, turn = 620.0, -40.0, -12.0
    outline = _oblong(330, 240, x, y, turn)
    draw_from = np.random.default_rng(seed + 9)

    def draw(layer: Picture) -> None:
        cv2.fillConvexPoly(layer, _shape(outline), (206, 212, 214), cv2.LINE_AA)
        for row in range(-5, 6):
            for column in range(-7, 8):
                shift = 11 if row % 2 else 0
                place = _turned([(column * 22 + shift, row * 21)], x, y, turn)
                ((cx, cy),) = _spots(place)
                cv2.circle(layer, (cx, cy), 9, (188, 196, 200), -1, cv2.LINE_AA)
                dx, dy = (int(n) for n in draw_from.integers(-4, -1, 2))
                cv2.circle(layer, (cx + dx, cy + dy), 3, (240, 243, 245), -1, cv2.LINE_AA)

    _put(ground, outline, draw, height=6, opacity=0.85)


def _round(x: float, y: float, radius: float) -> Points:
    steps = np.linspace(0, 2 * math.pi, 48, endpoint=False)
    return [(x + radius * math.cos(a), y + radius * math.sin(a)) for a in steps]


def _roll(ground: Picture, x: float, y: float) -> None:
    """A roll of tape lying flat."""
    ((cx, cy),) = _spots([(x, y)])

    def draw(layer: Picture) -> None:
        for radius in range(68, 40, -1):
            shade = 12 if radius % 4 else -10
            colour = (186 + shade, 150 + shade, 92 + shade)
            cv2.circle(layer, (cx, cy), radius, colour, -1, cv2.LINE_AA)
        cv2.circle(layer, (cx, cy), 44, (150, 118, 84), -1, cv2.LINE_AA)
        cv2.circle(layer, (cx, cy), 39, (64, 74, 70), -1, cv2.LINE_AA)

    _put(ground, _round(x, y, 68), draw, height=26)


def _stick(ground: Picture, x: float, y: float, turn: float, colour: Colour) -> None:
    """A pen."""
    outline = _oblong(138, 11, x, y, turn)

    def draw(layer: Picture) -> None:
        cv2.fillConvexPoly(layer, _shape(outline), colour, cv2.LINE_AA)
        a, b = _spots(_turned([(-66, 2), (66, 2)], x, y, turn))
        cv2.line(layer, a, b, tuple(min(255, c + 70) for c in colour), 2, cv2.LINE_AA)
        c, d = _spots(_turned([(56, 0), (69, 0)], x, y, turn))
        cv2.line(layer, c, d, (30, 30, 34), 9, cv2.LINE_AA)

    _put(ground, outline, draw, height=8)


def _scanner(ground: Picture) -> None:
    """A hand scanner on its side."""
    body = _oblong(78, 150, 470, 140, 28)

    def draw(layer: Picture) -> None:
        cv2.fillConvexPoly(layer, _shape(body), (52, 54, 58), cv2.LINE_AA)
        head = _oblong(74, 46, 450, 188, 28)
        cv2.fillConvexPoly(layer, _shape(head), (236, 190, 30), cv2.LINE_AA)
        window = _oblong(54, 16, 442, 203, 28)
        cv2.fillConvexPoly(layer, _shape(window), (96, 18, 22), cv2.LINE_AA)

    _put(ground, body, draw, height=22)


def _cup(ground: Picture, x: float, y: float) -> None:
    """A mug of tea from above."""
    ((cx, cy),) = _spots([(x, y)])

    def draw(layer: Picture) -> None:
        cv2.circle(layer, (cx, cy), 46, (226, 228, 230), -1, cv2.LINE_AA)
        cv2.circle(layer, (cx, cy), 40, (112, 62, 34), -1, cv2.LINE_AA)
        cv2.ellipse(layer, (cx - 8, cy - 10), (24, 16), 0, 180, 290, (160, 104, 70), 3, cv2.LINE_AA)

    _put(ground, _round(x, y, 46), draw, height=30)
