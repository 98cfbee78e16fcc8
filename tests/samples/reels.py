"""Little reels whose pictures say which they are, a film to cut about in, and how evenly one goes on."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

import cv2
import numpy as np

from samples.film import Shot
from samples.take import World


def textured(
    count: int = 75, rate: int = 25, size: tuple[int, int] = (160, 96), speed: float = 0.5
) -> list[Shot]:
    """A noisy wall that passes slowly, and a white ball that crosses it."""
    draw = np.random.default_rng(5)
    width, height = size
    coarse = np.repeat(draw.integers(40, 200, (height // 8, width // 2, 1), np.uint8), 3, axis=2)
    wall = cv2.resize(coarse, (width * 4, height), interpolation=cv2.INTER_CUBIC)
    shots: list[Shot] = []
    for n in range(count):
        at = Fraction(n, rate)
        shift = np.asarray([[1, 0, -n * speed], [0, 1, 0]], np.float64)
        picture = cv2.warpAffine(wall, shift, (width, height))
        picture = np.clip(picture + draw.standard_normal(picture.shape) * 1.5, 0, 255).astype(np.uint8)
        cv2.circle(picture, (10 + 2 * n % (width - 20), height // 2), 9, (255, 255, 255), -1)
        shots.append(Shot(at, picture, float(at)))
    return shots


def standing_out(scene: World, times: Sequence[float]) -> tuple[float, float]:
    """The step between pictures that goes the farthest beyond the three before and after it.

    Its time (s), and how many times the largest of those it is; where nothing moves, noise counts as one
    grey level.
    """
    greys = [cv2.cvtColor(scene.picture(at, index=n), cv2.COLOR_RGB2GRAY) for n, at in enumerate(times)]
    soft = [cv2.blur(grey, (5, 5)).astype(np.float32) for grey in greys]
    steps = [float(np.abs(b - a).mean()) for a, b in pairwise(soft)]
    beyond = [
        step / (max(steps[max(0, n - 3) : n] + steps[n + 1 : n + 4]) + 1) for n, step in enumerate(steps)
    ]
    place = int(np.argmax(beyond))
    return float(times[place + 1]), beyond[place]
