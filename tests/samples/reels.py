"""Little reels whose pictures say which they are, and a film with texture to cut about in."""

from __future__ import annotations

from fractions import Fraction

import cv2
import numpy as np

from samples.film import Shot


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
