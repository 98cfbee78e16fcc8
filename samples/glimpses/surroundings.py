"""What is around a glimpse's box: the ground behind it, clutter, things that are no box, hands."""

from __future__ import annotations

import math
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from samples.glimpses.surfaces import Pools, crop, soft

Canvas = npt.NDArray[np.float32]
"""`(n, n, 3)` RGB, 0 to 255 and beyond."""
_SHIFT: Final = 4
_SKINS: Final = ((224, 172, 140), (198, 140, 104), (150, 98, 68), (96, 62, 44), (236, 190, 165))
_TABLES: Final = (
    (176, 176, 172),
    (188, 160, 128),
    (120, 86, 58),
    (70, 70, 74),
    (220, 218, 212),
    (46, 92, 84),
    (140, 110, 80),
)


def ground(rng: np.random.Generator, side: int, pools: Pools) -> Canvas:
    """A background: plain, planked, two-toned with a horizon, or a real picture."""
    kind = rng.random()
    if pools.scenes and kind < 0.18:
        return crop(rng, pools.scenes, side, side).astype(np.float32)
    base = _tone(rng)
    canvas = np.empty((side, side, 3), np.float32)
    canvas[:] = base
    canvas += (
        soft(rng, side, side, 2.5) * rng.uniform(2, 18) + soft(rng, side, side, 30) * rng.uniform(0, 6)
    )[:, :, None]
    if kind < 0.5:  # planks, tiles or a mat with a grid
        angle, step = rng.uniform(0, math.pi), rng.uniform(8, 60)
        y, x = np.mgrid[0:side, 0:side].astype(np.float32)
        along = x * math.cos(angle) + y * math.sin(angle)
        lines = (np.mod(along, step) < rng.uniform(0.8, 2.5)).astype(np.float32)
        if rng.random() < 0.4:
            across = y * math.cos(angle) - x * math.sin(angle)
            lines = np.maximum(lines, (np.mod(across, step) < 1.2).astype(np.float32))
        canvas += (lines * rng.uniform(-40, 30))[:, :, None]
    if kind > 0.7:  # the far edge of the table and the room behind it
        row = int(rng.integers(0, side // 2))
        slope = rng.normal(0, 0.12)
        y, x = np.mgrid[0:side, 0:side]
        far = y < row + slope * (x - side / 2)
        canvas[far] = _tone(rng) + (soft(rng, side, side, 4) * rng.uniform(4, 25))[far][:, None]
    return canvas


def mat(rng: np.random.Generator, canvas: Canvas) -> None:
    """A large sheet, mat or tray on the table, seen aslant, with or without lines."""
    side = canvas.shape[0]
    wide, deep = float(rng.uniform(0.5, 1.3)) * side, float(rng.uniform(0.25, 0.9)) * side
    x, y = (float(c) for c in rng.uniform(0.25, 0.75, 2) * side)
    narrow = float(rng.uniform(0.6, 1.0))
    half = np.array([[-wide * narrow, -deep], [wide * narrow, -deep], [wide, deep], [-wide, deep]]) / 2
    points = half + np.array((x, y)) + rng.normal(0, 0.02 * side, (4, 2))
    shape = np.zeros((side, side), np.uint8)
    cv2.fillConvexPoly(shape, _fixed(points), (255,), cv2.LINE_AA, _SHIFT)
    paint = np.empty_like(canvas)
    paint[:] = _tone(rng)
    paint += (soft(rng, side, side, 4) * rng.uniform(0, 8))[:, :, None]
    if rng.random() < 0.5:
        pale = tuple(float(c) for c in paint[0, 0] + rng.uniform(8, 40))
        for share in np.linspace(0, 1, int(rng.integers(4, 14))):
            for a, b, c, d in ((0, 1, 3, 2), (0, 3, 1, 2)):
                start, end = (
                    points[a] * (1 - share) + points[b] * share,
                    points[c] * (1 - share) + points[d] * share,
                )
                cv2.line(paint, _spot(start), _spot(end), pale, 1, cv2.LINE_AA)
    over(canvas, paint, shape)


def _tone(rng: np.random.Generator) -> npt.NDArray[np.float32]:
    if rng.random() < 0.6:
        base = np.asarray(_TABLES[int(rng.integers(len(_TABLES)))]) * rng.uniform(0.6, 1.15) + rng.normal(
            0, 8, 3
        )
    else:
        base = rng.uniform(15, 240) + rng.normal(0, 25, 3)
    return np.asarray(base, np.float32)


def strew(rng: np.random.Generator, canvas: Canvas, count: int) -> None:
    """Flat things about: papers, tools, cups, cables."""
    side = canvas.shape[0]
    for _ in range(count):
        colour = tuple(float(c) for c in (rng.uniform(10, 250) + rng.normal(0, 40, 3)))
        x, y = (float(c) for c in rng.uniform(0, side, 2))
        big = float(rng.uniform(0.03, 0.3)) * side
        match int(rng.integers(5)):
            case 0 | 1:
                tall = big * float(rng.uniform(0.2, 1.2))
                points = cv2.boxPoints(((x, y), (big, tall), float(rng.uniform(0, 180))))
                cv2.fillConvexPoly(canvas, _fixed(points), colour, cv2.LINE_AA, _SHIFT)
                if rng.random() < 0.4:
                    for share in np.linspace(0.15, 0.85, 5):
                        a = points[0] * (1 - share) + points[1] * share
                        b = points[3] * (1 - share) + points[2] * share
                        cv2.line(canvas, _spot(a), _spot(b), tuple(c * 0.5 for c in colour), 1, cv2.LINE_AA)
            case 2:
                cv2.circle(canvas, _spot((x, y)), max(2, int(big / 3)), colour, -1, cv2.LINE_AA)
                if rng.random() < 0.5:
                    cv2.circle(
                        canvas,
                        _spot((x, y)),
                        max(1, int(big / 4)),
                        tuple(c * 0.6 for c in colour),
                        -1,
                        cv2.LINE_AA,
                    )
            case 3:
                dx, dy = (float(c) for c in rng.normal(0, big * 2, 2))
                end = (x + dx, y + dy)
                cv2.line(canvas, _spot((x, y)), _spot(end), colour, int(rng.integers(1, 6)), cv2.LINE_AA)
            case _:
                points = np.array([x, y]) + rng.normal(0, big / 2, (int(rng.integers(3, 7)), 2))
                cv2.fillConvexPoly(canvas, cv2.convexHull(_fixed(points))[:, 0], colour, cv2.LINE_AA, _SHIFT)


def round_thing(rng: np.random.Generator, canvas: Canvas, middle: tuple[float, float], size: float) -> None:
    """A can, a ball or a bag: something that is held up and is no box; pixels."""
    colour = np.asarray(rng.uniform(20, 240) + rng.normal(0, 30, 3))
    side = canvas.shape[0]
    mask = np.zeros((side, side), np.uint8)
    x, y = middle
    kind = int(rng.integers(3))
    if kind == 0:
        cv2.circle(mask, _spot(middle), int(size / 2), (255,), -1, cv2.LINE_AA)
    elif kind == 1:
        angle = float(rng.uniform(0, 180))
        wide = size * float(rng.uniform(0.3, 0.6))
        points = cv2.boxPoints((middle, (size, wide), angle))
        cv2.fillConvexPoly(mask, _fixed(points), (255,), cv2.LINE_AA, _SHIFT)
        way = np.array((math.cos(math.radians(angle)), math.sin(math.radians(angle)))) * size / 2
        for sign in (-1, 1):
            centre = np.array(middle) + way * sign
            cv2.ellipse(
                mask,
                _spot(centre),
                (max(1, int(wide * 0.22)), max(1, int(wide / 2))),
                angle,
                0,
                360,
                (255,),
                -1,
            )
    else:
        angles = np.sort(rng.uniform(0, 2 * math.pi, 9))
        radii = size / 2 * rng.uniform(0.6, 1.0, 9)
        points = np.stack([x + np.cos(angles) * radii, y + np.sin(angles) * radii], axis=1)
        cv2.fillPoly(mask, [_fixed(points)], (255,), cv2.LINE_AA, _SHIFT)
    shading = 1 + (np.mgrid[0:side, 0:side][int(rng.integers(2))] - (x + y) / 2) / size * rng.uniform(
        -0.5, 0.5
    )
    over(canvas, (colour * shading[:, :, None]).astype(np.float32), mask)


def over(canvas: Canvas, paint: Canvas, mask: npt.NDArray[np.uint8]) -> None:
    """Lay paint on the canvas in proportion to the mask, in place."""
    share = mask[:, :, None].astype(np.float32) / 255
    canvas += (paint - canvas) * share


def hand(
    rng: np.random.Generator, side: int, grip: npt.NDArray[np.float64], away: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.uint8], Canvas]:
    """A hand at `grip` whose arm comes along `away` (unit vector, pointing out): its mask and its paint.

    Places in pixels of a canvas of `side`. Bare skin in several tones, or a glove of any colour.
    """
    scale = side * float(rng.uniform(0.05, 0.18))
    mask = np.zeros((side, side), np.uint8)
    across = np.array((-away[1], away[0]))
    palm = grip + away * scale * float(rng.uniform(0.2, 0.9))
    wrist = palm + away * scale * 1.3
    elbow = wrist + (away + rng.normal(0, 0.25, 2)) * side * 0.9
    thick = scale * float(rng.uniform(0.9, 1.6))
    cv2.line(mask, _spot(wrist), _spot(elbow), (255,), max(2, int(thick)), cv2.LINE_AA)
    sleeve = np.zeros((side, side), np.uint8)
    start = wrist + (elbow - wrist) * float(rng.uniform(0.0, 0.35))
    if rng.random() < 0.6:
        cv2.line(
            sleeve,
            _spot(start),
            _spot(elbow),
            (255,),
            max(3, int(thick * rng.uniform(1.1, 1.6))),
            cv2.LINE_AA,
        )
        mask = np.maximum(mask, sleeve)
    angle = math.degrees(math.atan2(away[1], away[0]))
    cv2.ellipse(mask, _spot(palm), (int(scale), int(scale * 0.75)), angle, 0, 360, (255,), -1, cv2.LINE_AA)
    spread, reach = float(rng.uniform(0.12, 0.4)), float(rng.uniform(0.5, 1.8))
    shade = np.ones((side, side), np.float32)
    fingers = int(rng.integers(1, 6))
    for place in np.linspace(-1, 1, fingers) if fingers > 1 else (0.0,):
        base = palm + across * scale * 0.62 * place
        tip = base - away * scale * reach * (1 - 0.25 * abs(place)) + across * scale * spread * place
        knuckle = (base + tip) / 2 + rng.normal(0, scale * 0.08, 2)
        thick = max(1, int(scale * rng.uniform(0.26, 0.4)))
        for a, b in ((base, knuckle), (knuckle, tip)):
            cv2.line(mask, _spot(a), _spot(b), (255,), thick, cv2.LINE_AA)
        cv2.line(
            shade, _spot(base + across * thick / 2), _spot(tip + across * thick / 2), (0.7,), 1, cv2.LINE_AA
        )
    tone = (
        np.asarray(_SKINS[int(rng.integers(len(_SKINS)))], np.float32)
        if rng.random() < 0.6
        else rng.uniform(10, 245, 3)
    )
    paint = np.empty((side, side, 3), np.float32)
    paint[:] = np.asarray(tone) * rng.uniform(0.6, 1.1)
    if sleeve.any():
        cloth = np.empty_like(paint)
        cloth[:] = rng.uniform(15, 235) + rng.normal(0, 20, 3)
        cv2.line(
            cloth,
            _spot(start),
            _spot(start + away * scale * 0.2),
            tuple(rng.uniform(0, 255, 3)),
            2 * int(thick),
        )
        np.copyto(paint, cloth, where=sleeve[:, :, None] > 0)
    paint *= (shade * (1 + soft(rng, side, side, 5) * 0.09))[:, :, None]
    return mask, paint


def _fixed(points: npt.NDArray[Any]) -> npt.NDArray[np.int32]:
    """Pixels as the filler's fixed-point numbers."""
    return np.round(np.asarray(points) * (1 << _SHIFT)).astype(np.int32)


def _spot(point: npt.NDArray[np.float64] | tuple[float, float]) -> tuple[int, int]:
    return round(float(point[0])), round(float(point[1]))
