"""A perception that is wrong in the ways a network is: what it would say of a box on a known path."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import cv2
import numpy as np

from evidence.vision.rotations import CUBE, angle, turn
from evidence.vision.sight import FOCAL, Side, Sight
from samples.box import Cuboid
from samples.pose import FACES, NORMALS, Key, Path, Rig, vector
from samples.story import RAISED, held, rest


@dataclass(frozen=True)
class Flaws:
    """How wrong it is; degrees and shares."""

    noise: float = 8.0
    tilt: float = 20.0
    outliers: float = 0.03
    flips: float = 0.03
    drops: float = 0.05
    bursts: float = 0.05
    """Blackouts a second, 0.1 to 0.3 s long."""
    lengths: float = 0.12


@dataclass(frozen=True)
class Scene:
    """A box on its path before a camera."""

    path: Path
    box: Cuboid
    rig: Rig = field(default_factory=lambda: Rig(1280, 720))
    start: float = 0.0
    end: float = 0.0


def sight_of(axes, place, box: Cuboid, at: float, *, width=1280, height=720, covered=0.1, error=8.0) -> Sight:
    """What a fit reports of a box with `axes` at `place` (mm, camera frame)."""
    half = vector(box.length, box.width, box.height) / 2
    focal = FOCAL * max(width, height)
    size = np.array([width, height])

    def seen(points):
        return points[:, :2] / points[:, 2:3] * focal / size + 0.5

    sides = []
    for face in FACES:
        normal = axes @ vector(*NORMALS[face])
        middle = place + axes @ (vector(*NORMALS[face]) * half)
        cosine = float(-normal @ middle / np.linalg.norm(middle))
        if cosine <= 0.05:
            continue
        quad = seen(place + box.corners_of(face) @ axes.T)
        share = abs(float(cv2.contourArea(quad.astype(np.float32))))
        outside = float(np.mean((quad < 0) | (quad > 1)))
        sides.append(Side(normal, math.degrees(math.acos(min(1, cosine))), share, covered, outside, quad))
    outline = seen(place + box.corners @ axes.T)
    low, high = outline.min(axis=0), outline.max(axis=0)
    sides.sort(key=lambda side: -side.share)
    lengths = 2 * half / (2 * half).max()
    return Sight(
        at=timedelta(seconds=at),
        axes=axes,
        error=error,
        confidence=0.9,
        extents=lengths,
        centre=tuple((low + high) / 2),
        reach=tuple(high - low),
        sides=tuple(sides[:3]),
        blur=1.0,
    )


def perceived(
    scene: Scene, flaws: Flaws, seed: int, *, rate: float = 12.0, blind: Sequence[tuple[float, float]] = ()
) -> list[tuple[float, Sight | None]]:
    """What is reported over time; None where the box is not seen."""
    draw = np.random.default_rng(seed)
    end = scene.end or scene.path.keys[-1].at
    made: list[tuple[float, Sight | None]] = []
    slow, tilt, tilted, dark, cover = np.zeros(3), np.zeros(3), False, 0.0, 0.15
    for at in np.arange(scene.start, end, 1 / rate):
        pose = scene.path.pose(float(at))
        camera = scene.rig.camera(float(at))
        true = camera.rotation @ pose.rotation
        place = camera.rotation @ (pose.centre - camera.eye)
        keep = math.exp(-1 / rate / 0.25)
        each = flaws.noise / math.sqrt(3) / math.sqrt(2) * math.pi / 180
        slow = keep * slow + math.sqrt(1 - keep**2) * draw.normal(0, each, 3)
        cover = float(np.clip(cover + draw.normal(0, 0.02), 0.02, 0.35))
        clean = sight_of(true, place, scene.box, float(at))
        head_on = clean.sides[0].angle < 20 and all(side.angle > 75 for side in clean.sides[1:])
        if head_on and not tilted:
            tilt = draw.uniform(-1, 1, 3) * math.radians(flaws.tilt) * np.array([1, 1, 0])
        tilted = head_on
        error = slow + draw.normal(0, each, 3) + (tilt if head_on else 0)
        if draw.random() < flaws.outliers:
            axis = draw.normal(0, 1, 3)
            error = axis / np.linalg.norm(axis) * math.radians(draw.uniform(25, 60))
        if draw.random() < flaws.bursts / rate:
            dark = at + draw.uniform(0.1, 0.3)
        gone = at < dark or draw.random() < flaws.drops or any(a <= at < b for a, b in blind)
        if gone:
            made.append((float(at), None))
            continue
        claimed = flaws.noise * float(draw.uniform(0.6, 1.4))
        axes = turn(error) @ true
        told = sight_of(axes, place, scene.box, float(at), covered=cover, error=claimed)
        relabel = CUBE[draw.integers(24)]
        lengths = told.extents * np.exp(draw.normal(0, flaws.lengths, 3))
        if draw.random() < flaws.flips:
            lengths = draw.permutation(lengths)
        order = np.abs(relabel).argmax(axis=0)
        lengths = (lengths / lengths.max())[order]
        sides = told.sides
        if head_on:
            sides = sides[:1]
            depth = np.abs((axes @ relabel)[2])
            lengths = np.where(depth > 0.8, np.nan, lengths)
        made.append(
            (
                float(at),
                Sight(
                    at=timedelta(seconds=float(at)),
                    axes=axes @ relabel,
                    error=claimed,
                    confidence=float(draw.uniform(0.7, 1)),
                    extents=lengths,
                    # Place and size come from the mask, which is better than the orientation.
                    centre=tuple(np.array(clean.centre) + draw.normal(0, 0.01, 2)),
                    reach=tuple(np.array(clean.reach) * np.exp(draw.normal(0, 0.04, 2))),
                    sides=sides,
                    blur=1.0,
                ),
            )
        )
    return made


def tour(
    faces: Sequence[str],
    seed: int,
    *,
    start: float = 0.0,
    lying: bool = True,
    yaws: float = 32.0,
    speed: tuple[float, float] = (50, 100),
    hold: tuple[float, float] = (0.5, 1.1),
    head_on: float = 0.3,
) -> Path:
    """The box held up with one face after the other to the camera, by way of the shortest turns."""
    draw = np.random.default_rng(seed + 5000)
    keys = [Key(start, rest(170)), Key(start + 0.6, rest(170))] if lying else []
    at = start + 0.6 if lying else start
    now = keys[-1].pose if keys else None
    for face in faces:
        up = "top" if face not in {"top", "bottom"} else ("back" if face == "top" else "front")
        spread = 10.0 if draw.random() < head_on else yaws
        pose = held(
            face,
            up,
            yaw=float(draw.uniform(-spread, spread)),
            pitch=float(draw.uniform(-12, 30 if spread > 10 else 10)),
            centre=RAISED + draw.normal(0, 15, 3),
        )
        if now is not None:
            at += max(0.6, angle(now.rotation, pose.rotation) / draw.uniform(*speed))
        keys.append(Key(at, pose))
        at += float(draw.uniform(*hold))
        keys.append(Key(at, pose))
        now = pose
    return Path(tuple(keys))


def truth(scene: Scene, *, within: float = 60.0, lasting: float = 0.4) -> set[str]:
    """The faces that are truly shown."""
    total = dict.fromkeys(FACES, 0.0)
    end = scene.end or scene.path.keys[-1].at
    for at in np.arange(scene.start, end, 0.05):
        pose, camera = scene.path.pose(float(at)), scene.rig.camera(float(at))
        axes = camera.rotation @ pose.rotation
        place = camera.rotation @ (pose.centre - camera.eye)
        half = vector(scene.box.length, scene.box.width, scene.box.height) / 2
        for face in FACES:
            normal = vector(*NORMALS[face])
            middle = place + axes @ (normal * half)
            cosine = float(-(axes @ normal) @ middle / np.linalg.norm(middle))
            total[face] += 0.05 * (cosine >= math.cos(math.radians(within)))
    return {face for face in FACES if total[face] >= lasting}


BOXES: tuple[Callable[[], Cuboid], ...] = (
    lambda: Cuboid(320, 240, 170),
    lambda: Cuboid(220, 220, 220),
    lambda: Cuboid(260, 260, 140),
    lambda: Cuboid(340, 180, 90),
)
