"""What stands and lies about on a staged still: parcels, what is no parcel, tables, gloves.

What takes long to draw is drawn once and taken again by its number; nothing of it
appears in a film of a bench, whose seeds are others.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Final

import cv2
import numpy as np

from samples.box import Cuboid, Parcel
from samples.glimpses.surfaces import Pools, Skin
from samples.glove import Glove
from samples.kraft import Colour
from samples.paint import Picture
from samples.pose import FACES, Array, Camera, Pose
from samples.table import Table
from samples.wrap import APPEARANCES, Mailer, Phone, wrapped

PARCELS: Final = 48
THINGS: Final = 6
TABLES: Final = 20
GLOVES: Final = 24
_STAVES: Final = 28
"""Flat pieces of which a can is made."""
_SHIFT: Final = 4
_SEED: Final = 910_000
"""From where on the seeds of what is drawn here are counted."""
_SKINS: Final = ((224, 172, 140), (198, 140, 104), (150, 98, 68), (96, 62, 44), (236, 190, 165))
_SHELLS: Final = ((40, 42, 46), (62, 66, 74), (206, 204, 198), (90, 30, 34), (30, 40, 80), (150, 150, 155))


@dataclass(frozen=True)
class Skinned(Cuboid):
    """A box in one of the skins of `surfaces`."""

    skins: dict[str, Picture] = field(default_factory=dict[str, Picture], hash=False, compare=False)

    def skin(self, face: str) -> Picture:
        return self.skins[face]


def skinned(rng: np.random.Generator, pools: Pools) -> Skinned:
    """A box of any usual shape, in any skin."""
    kind = rng.random()
    size = float(rng.uniform(130, 420))
    if kind < 0.12:
        sides = size * rng.uniform(0.95, 1.0, 3)
    elif kind < 0.3:
        sides = size * np.array([1.0, rng.uniform(0.5, 1.0), rng.uniform(0.1, 0.3)])
    elif kind < 0.4:
        sides = size * np.array([1.0, rng.uniform(0.2, 0.42), rng.uniform(0.2, 0.42)])
    else:
        sides = size * np.array([1.0, rng.uniform(0.5, 1.0), rng.uniform(0.3, 0.9)])
    if rng.random() < 0.3:
        sides = rng.permutation(sides)
    length, width, height = (float(s) for s in sides)
    skin = Skin(rng, pools)
    skins = {face: np.clip(skin.face(place), 0, 255).astype(np.uint8) for place, face in enumerate(FACES)}
    return Skinned(length, width, height, skins)


@cache
def parcel(number: int) -> Parcel:
    return _small(wrapped(APPEARANCES[number % len(APPEARANCES)], _SEED + number))


@cache
def phone(number: int) -> Parcel:
    return _small(Phone(shell=_SHELLS[number], seed=_SEED + number))


@cache
def mailer(number: int) -> Parcel:
    return _small(Mailer(length=240 + 30 * number, height=6 + 2 * number, seed=_SEED + number))


def _small(body: Parcel) -> Parcel:
    """The body with the smaller versions of its textures alone: a still shows no more."""
    for texture in body.faces.values():
        del texture.levels[:-1]
    return body


@cache
def table(number: int) -> Table:
    draw = np.random.default_rng(_SEED + number)
    top, mat, floor = (_colour(draw, (30, 235), 18, 5) for _ in range(3))
    return Table(
        top=top,
        mat=mat if draw.random() < 0.5 else None,
        floor=floor,
        edge=float(draw.uniform(250, 900)),
        clutter=bool(draw.random() < 0.7),
        seed=_SEED + number,
    )


@cache
def glove(number: int) -> Glove:
    """A glove of any colours, or a bare hand, with or without a sleeve."""
    draw = np.random.default_rng(_SEED + 10_000 + number)
    back, hem, sleeve = (_colour(draw, (15, 235), 25, 5) for _ in range(3))
    coat = back if draw.random() < 0.4 else _dimmed(back, float(draw.uniform(0.4, 1)))
    if number % 2:
        back = coat = _SKINS[int(draw.integers(len(_SKINS)))]
        if draw.random() < 0.4:
            sleeve = hem = back
    return Glove(back=back, coat=coat, hem=hem, sleeve=sleeve, seed=_SEED + 10_000 + number)


def _colour(draw: np.random.Generator, grey: tuple[int, int], spread: float, least: int) -> Colour:
    red, green, blue = np.clip(draw.uniform(*grey) + draw.normal(0, spread, 3), least, 250)
    return int(red), int(green), int(blue)


def _dimmed(colour: Colour, gain: float) -> Colour:
    red, green, blue = colour
    return int(red * gain), int(green * gain), int(blue * gain)


def draw_can(rng: np.random.Generator, picture: Picture, camera: Camera, body: Cuboid, pose: Pose) -> None:
    """A round tin, a bottle or a roll in a body's place."""
    radius = min(body.length, body.width) / 2
    half = body.height / 2 * float(rng.uniform(0.8, 2.0))
    turns = np.linspace(0, 2 * np.pi, _STAVES, endpoint=False)
    ring = np.stack([np.cos(turns), np.sin(turns)], axis=1) * radius
    narrow = 1.0 if rng.random() < 0.6 else float(rng.uniform(0.3, 0.9))
    colour = rng.uniform(15, 240) + rng.normal(0, 40, 3)
    ends = {
        sign: pose.place(np.column_stack([ring * share, np.full(_STAVES, sign * half)]))
        for sign, share in ((1.0, narrow), (-1.0, 1.0))
    }
    far = np.linalg.norm((ends[1.0] + ends[-1.0]) / 2 - camera.eye, axis=1)
    high, low = (camera.project(ends[sign]) for sign in (1.0, -1.0))
    for n in np.argsort(-far):
        m = (n + 1) % _STAVES
        stave = np.stack([high[n], high[m], low[m], low[n]])
        _fill(picture, stave, colour * (0.55 + 0.45 * abs(float(np.cos(turns[n] - 0.8)))))
    for sign, end in ends.items():
        if float(pose.rotation[:, 2] @ (camera.eye - end.mean(axis=0))) * sign > 0:
            _fill(picture, camera.project(end), colour * float(rng.uniform(0.5, 1.3)))


def _fill(picture: Picture, corners: Array, colour: Array) -> None:
    points = np.round(corners * (1 << _SHIFT)).astype(np.int32)
    paint = tuple(float(c) for c in np.clip(colour, 0, 255))
    cv2.fillConvexPoly(picture, points, paint, cv2.LINE_AA, _SHIFT)
