"""One glimpse: a box, or none, in its surroundings, and what is true of every pixel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from samples.glimpses.lens import develop
from samples.glimpses.solids import Solid, placed
from samples.glimpses.surfaces import EDGE, Pools, Skin
from samples.glimpses.surroundings import Canvas, ground, hand, mat, over, round_thing, strew
from samples.paint import Picture
from samples.pose import Array, about, unit, vector

SIDE: Final = 128
"""Pixels of a glimpse, along both sides."""
GRID: Final = 64
"""Cells of its truth, along both sides."""
_SHIFT: Final = 4
_FRAME: Final = np.array([[0, 0], [EDGE, 0], [EDGE, EDGE], [0, EDGE]], np.float32)


@dataclass(frozen=True)
class Glimpse:
    """A square picture and its truth."""

    picture: Picture
    """`(SIDE, SIDE, 3)` RGB."""
    sides: npt.NDArray[np.uint8]
    """`(GRID, GRID)`: 0 no box, 1 to 3 which of its seen faces, also where something covers it."""
    cover: npt.NDArray[np.uint8]
    """`(GRID, GRID)`: 1 where something is in front of the box."""
    normals: npt.NDArray[np.float32]
    """`(3, 3)`: row k - 1 is the outward unit normal of face k in the window's camera frame."""
    opened: npt.NDArray[np.uint8]
    """`(GRID, GRID)`: 1 where a carton with open flaps is; then there is no closed box."""


def draw(seed: int, pools: Pools | None = None) -> Glimpse:
    """The glimpse of a number; the same number and pools give the same picture."""
    rng = np.random.default_rng(seed)
    pools = pools or Pools()
    canvas = ground(rng, SIDE, pools)
    if rng.random() < 0.4:
        mat(rng, canvas)
    strew(rng, canvas, int(rng.choice((0, 2, 6, 14))))
    framing = _framing(rng)
    target = None if rng.random() < 0.1 else placed(rng, size=framing.size, middle=framing.middle)
    _bystanders(rng, canvas, pools, target)
    sides = np.zeros((GRID, GRID), np.uint8)
    cover = np.zeros((GRID, GRID), np.uint8)
    normals = np.zeros((3, 3), np.float32)
    torn = np.zeros((GRID, GRID), np.uint8)
    if target is None:
        _decoy(rng, canvas)
        if rng.random() < 0.5:
            _hands(rng, canvas)
        return _cut_off(rng, Glimpse(develop(rng, canvas), sides, cover, normals, torn), framing.bars)
    opened = rng.random() < 0.09
    _shade(rng, canvas, target)
    skin, light = Skin(rng, pools), _Light(rng)
    hands = _holding(rng, target)
    behind = len(hands) // 2 if rng.random() < 0.5 else 0
    for mask, paint in hands[:behind]:
        over(canvas, paint, mask)
    _body(rng, canvas, target, skin, light, lidless=opened)
    front = np.zeros((SIDE, SIDE), np.uint8)
    for mask, paint in hands[behind:]:
        over(canvas, paint, mask)
        front = np.maximum(front, mask)
    if opened:
        cv2.fillConvexPoly(torn, _fixed(target.outline * GRID - 0.5), (1,), cv2.LINE_8, _SHIFT)
    else:
        for place, (_, normal, quad) in enumerate(target.faces):
            cv2.fillConvexPoly(sides, _fixed(quad * GRID - 0.5), (place + 1,), cv2.LINE_8, _SHIFT)
            normals[place] = normal
        cover = ((cv2.resize(front, (GRID, GRID), interpolation=cv2.INTER_AREA) > 127) & (sides > 0)).astype(
            np.uint8
        )
    return _cut_off(rng, Glimpse(develop(rng, canvas), sides, cover, normals, torn), framing.bars)


@dataclass(frozen=True)
class _Framing:
    """What a window is put around."""

    size: float
    """Of the box's outline, shares of the window."""
    middle: tuple[float, float]
    """Of the box, shares of the window."""
    bars: tuple[float, float]
    """Of nothing at both sides and above and below, shares of the window."""


def _framing(rng: np.random.Generator) -> _Framing:
    """A window that follows a box, a whole picture, the square middle of one, or one that went astray."""
    kind = rng.random()
    if kind < 0.5:
        return _Framing(float(rng.uniform(0.42, 0.95)), _near(rng, 0.09), (0, 0))
    if kind < 0.74:  # 16:9 or 4:3, upright or not
        bar = float(rng.choice((0.21875, 0.125)))
        bars = (0.0, bar) if rng.random() < 0.75 else (bar, 0.0)
        return _Framing(float(rng.uniform(0.15, 0.55)), _near(rng, 0.12), bars)
    if kind < 0.88:
        return _Framing(float(rng.uniform(0.25, 0.9)), _near(rng, 0.16), (0, 0))
    angle, far = rng.uniform(0, 2 * np.pi), float(rng.uniform(0.4, 0.75))
    middle = (0.5 + far * float(np.cos(angle)), 0.5 + far * float(np.sin(angle)))
    return _Framing(float(rng.uniform(0.5, 1.3)), middle, (0, 0))


def _near(rng: np.random.Generator, spread: float) -> tuple[float, float]:
    """A place about the middle of the window."""
    x, y = np.clip(rng.normal(0, spread, 2), -0.3, 0.3)
    return 0.5 + float(x), 0.5 + float(y)


def _bystanders(rng: np.random.Generator, canvas: Canvas, pools: Pools, target: Solid | None) -> None:
    """Other boxes behind: further from the middle, or much smaller."""
    for _ in range(int(rng.choice((0, 1, 2), p=(0.72, 0.2, 0.08)))):
        large = rng.random() < 0.4
        angle = rng.uniform(0, 2 * np.pi)
        far = float(rng.uniform(0.42, 0.6))
        middle = (0.5 + far * float(np.cos(angle)), 0.5 + far * float(np.sin(angle)))
        reach = (
            0.5
            if target is None
            else max(target.reach[2] - target.reach[0], target.reach[3] - target.reach[1])
        )
        size = reach * float(rng.uniform(0.7, 1.1) if large else rng.uniform(0.2, 0.5))
        if target is None:
            size = min(size, 0.3)
        other = placed(rng, size=size, middle=middle)
        if target is None:
            # without a target nothing closed and whole may be seen: a heap of opened ones
            _body(rng, canvas, other, Skin(rng, pools), _Light(rng), lidless=True)
        else:
            _body(rng, canvas, other, Skin(rng, pools), _Light(rng), lidless=rng.random() < 0.2)


def _decoy(rng: np.random.Generator, canvas: Canvas) -> None:
    """What is held up instead of a box."""
    middle = (float(rng.uniform(0.3, 0.7)), float(rng.uniform(0.3, 0.7)))
    kind = rng.random()
    if kind < 0.35:
        round_thing(rng, canvas, (middle[0] * SIDE, middle[1] * SIDE), SIDE * float(rng.uniform(0.3, 0.8)))
    elif kind < 0.6:
        _phone(rng, canvas, middle)


def _phone(rng: np.random.Generator, canvas: Canvas, middle: tuple[float, float]) -> None:
    """A dark slab with a bright screen; smaller than a parcel, which shows as plain a face when head-on."""
    slab = placed(rng, size=float(rng.uniform(0.12, 0.4)), middle=middle, thin=True)
    body = float(rng.uniform(5, 60))
    for number, _, quad in slab.faces:
        cv2.fillConvexPoly(canvas, _fixed(quad * SIDE), (body,) * 3, cv2.LINE_AA, _SHIFT)
        if min(slab.extent(number)) <= 0.2:
            continue
        for low, high in ((0.06, 0.94), (0.12, 0.4), (0.5, 0.85)):
            across, down = quad[1] - quad[0], quad[3] - quad[0]
            corners = [
                quad[0] + across * x + down * y
                for x, y in ((0.08, low), (0.92, low), (0.92, high), (0.08, high))
            ]
            glow = tuple(float(c) for c in rng.uniform(60, 255, 3))
            cv2.fillConvexPoly(canvas, _fixed(np.stack(corners) * SIDE), glow, cv2.LINE_AA, _SHIFT)


class _Light:
    """A lamp somewhere and the room around it."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._key = unit(vector(*(rng.normal(0, 1), -abs(rng.normal(0.9, 0.6)), rng.normal(-0.6, 0.7))))
        self._room = float(rng.uniform(0.35, 0.95))
        self._lamp = float(rng.uniform(0.05, 1.0)) * (1.25 - self._room)
        self._glare = rng.random() < 0.18

    def on(self, normal: Array, card: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """The texture under this light."""
        rng = self._rng
        gain = self._room + self._lamp * max(0.0, float(normal @ self._key)) + float(rng.normal(0, 0.025))
        a, b = rng.normal(0, 0.08, 2)
        ramp = np.linspace(-1, 1, EDGE, dtype=np.float32)
        lit = card * (gain * (1 + a * ramp[:, None] + b * ramp[None, :]))[:, :, None].astype(np.float32)
        if self._glare and rng.random() < 0.5:
            x, y = rng.uniform(0, EDGE, 2)
            wide = rng.uniform(5, 30)
            way = (np.arange(EDGE) - x)[None, :] ** 2 + (np.arange(EDGE) - y)[:, None] ** 2
            lit += (np.exp(-way / (2 * wide * wide)) * rng.uniform(40, 220))[:, :, None]
        return lit


def _body(
    rng: np.random.Generator,
    canvas: Canvas,
    solid: Solid,
    skin: Skin,
    light: _Light,
    *,
    lidless: bool = False,
) -> None:
    """Paint a box; without its lid it has a dark inside and flaps."""
    lid = _lid(solid) if lidless else None
    inside = skin.face(0).mean(axis=(0, 1))
    if lid is not None:
        _flaps(rng, canvas, solid, lid, inside, behind=True)
    outline = np.zeros((SIDE, SIDE), np.uint8)
    cv2.fillConvexPoly(outline, _fixed(solid.outline * SIDE - 0.5), (255,), cv2.LINE_AA, _SHIFT)
    paint: Canvas = np.zeros((SIDE, SIDE, 3), np.float32)
    for number, normal, quad in solid.faces:
        card = skin.face(number)
        if number == lid:
            card = card * np.float32(rng.uniform(0.15, 0.6))
        target = (quad * SIDE - 0.5).astype(np.float32)
        if abs(cv2.contourArea(target)) < 2:
            continue
        warp = cv2.getPerspectiveTransform(_FRAME - np.float32(0.5), target)
        lit = light.on(normal, card)
        if number == lid:
            lit *= np.linspace(0.6, 1.2, EDGE, dtype=np.float32)[:, None, None]
        laid = cv2.warpPerspective(
            lit, warp, (SIDE, SIDE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        mask = np.zeros((SIDE, SIDE), np.uint8)
        cv2.fillConvexPoly(mask, _fixed(quad * SIDE - 0.5), (255,), cv2.LINE_8, _SHIFT)
        mask = cv2.dilate(mask, np.ones((3, 3), np.uint8))
        np.copyto(paint, laid, where=mask[:, :, None] > 0)
    over(canvas, paint, outline)
    if rng.random() < 0.3:  # worn or shadowed edges
        tone = float(rng.choice((0.75, 0.88, 1.12, 1.25)))
        for _, _, quad in solid.faces:
            rim = np.zeros((SIDE, SIDE), np.uint8)
            cv2.polylines(rim, [_fixed(quad * SIDE - 0.5)], True, (255,), 1, cv2.LINE_AA, _SHIFT)
            over(canvas, canvas * tone, rim)
    if lid is not None:
        _flaps(rng, canvas, solid, lid, inside, behind=False)


def _lid(solid: Solid) -> int:
    """The largest seen face is the one that was opened."""
    return max(solid.faces, key=lambda face: abs(cv2.contourArea(face[2].astype(np.float32))))[0]


def _flaps(
    rng: np.random.Generator,
    canvas: Canvas,
    solid: Solid,
    lid: int,
    tone: npt.NDArray[np.float32],
    *,
    behind: bool,
) -> None:
    quad, out = solid.quad(lid), solid.normal(lid)
    for start in range(4):
        a, b = quad[start], quad[(start + 1) % 4]
        outward = unit((a + b) / 2 - quad.mean(axis=0))
        if (float(outward @ (a + b)) > 0) is not behind:
            continue
        angle = np.radians(rng.uniform(10, 200))
        way = (
            (-outward * np.cos(angle) + out * np.sin(angle))
            * float(np.linalg.norm(quad[2] - quad[1]))
            * rng.uniform(0.3, 0.5)
        )
        corners = solid.seen(np.stack([a, b, b + way, a + way]))
        shade = tone * np.float32(rng.uniform(0.7, 1.15))
        mask = np.zeros((SIDE, SIDE), np.uint8)
        cv2.fillConvexPoly(mask, _fixed(corners * SIDE), (255,), cv2.LINE_AA, _SHIFT)
        paint = np.empty_like(canvas)
        paint[:] = shade
        over(canvas, paint, mask)


def _shade(rng: np.random.Generator, canvas: Canvas, solid: Solid) -> None:
    """A soft shadow beside and below the box."""
    if rng.random() < 0.35:
        return
    mask = np.zeros((SIDE, SIDE), np.uint8)
    shift = np.array((rng.normal(0, 0.06), abs(rng.normal(0, 0.06)))) * SIDE
    cv2.fillConvexPoly(mask, _fixed(solid.outline * SIDE + shift), (255,), cv2.LINE_AA, _SHIFT)
    soft_mask = cv2.GaussianBlur(mask, (0, 0), float(rng.uniform(1.5, 10)))
    canvas *= (1 - soft_mask.astype(np.float32) / 255 * np.float32(rng.uniform(0.1, 0.6)))[:, :, None]


def _holding(rng: np.random.Generator, solid: Solid) -> list[tuple[npt.NDArray[np.uint8], Canvas]]:
    """No hand, some hands anywhere, or two that hold the box up by its sides, the arms coming from below."""
    kind = rng.random()
    if kind < 0.25:
        return []
    if kind < 0.6:
        return [_grip(rng, solid) for _ in range(int(rng.integers(1, 4)))]
    outline = solid.outline * SIDE
    level = float(rng.uniform(0.35, 0.75))
    row = outline[:, 1].min() * (1 - level) + outline[:, 1].max() * level
    found: list[tuple[npt.NDArray[np.uint8], Canvas]] = []
    for out, column in ((-1.0, outline[:, 0].min()), (1.0, outline[:, 0].max())):
        away = unit(vector(out * float(rng.uniform(0.0, 0.7)), 1.0))
        found.append(hand(rng, SIDE, vector(column, row) + rng.normal(0, 0.02 * SIDE, 2), away))
    return found


def _grip(rng: np.random.Generator, solid: Solid) -> tuple[npt.NDArray[np.uint8], Canvas]:
    """A hand at the edge of the box, or across it."""
    outline = solid.outline * SIDE
    middle = outline.mean(axis=0)
    at = outline[int(rng.integers(len(outline)))]
    next_to = outline[int(rng.integers(len(outline)))]
    share = rng.uniform(0, 1)
    edge = at * share + next_to * (1 - share)
    away = unit(edge - middle + rng.normal(0, 0.02 * SIDE, 2) + 1e-6)
    away = unit(away + vector(0, rng.uniform(0, 1.2)))
    return hand(rng, SIDE, edge + rng.normal(0, 0.03 * SIDE, 2), away)


def _hands(rng: np.random.Generator, canvas: Canvas) -> None:
    for _ in range(int(rng.integers(1, 3))):
        away = about(vector(0, 0, 1), float(rng.uniform(0, 360)))[:2, 0]
        mask, paint = hand(rng, SIDE, rng.uniform(0.3, 0.7, 2) * SIDE, away)
        over(canvas, paint, mask)


def _cut_off(rng: np.random.Generator, glimpse: Glimpse, bars: tuple[float, float]) -> Glimpse:
    """Some windows reach beyond the film, where there is nothing: black, and no box."""
    cells = [round(bars[1] * GRID)] * 2 + [round(bars[0] * GRID)] * 2
    if not any(cells) and rng.random() < 0.3:
        for place in rng.choice(4, int(rng.integers(1, 3)), replace=False):
            cells[int(place)] = int(rng.uniform(0, 0.26) * GRID)
    for place, count in enumerate(cells):
        for plane, wide in (
            (glimpse.picture, count * SIDE // GRID),
            (glimpse.sides, count),
            (glimpse.cover, count),
            (glimpse.opened, count),
        ):
            end = len(plane) - wide
            plane[(np.s_[:wide], np.s_[end:], np.s_[:, :wide], np.s_[:, end:])[place]] = 0
    return glimpse


def _fixed(points: Array) -> npt.NDArray[np.int32]:
    """Pixels as the filler's fixed-point numbers."""
    return np.round(np.asarray(points) * (1 << _SHIFT)).astype(np.int32)
