"""Cardboard as a surface: its colour, its fibres and its noise."""

from __future__ import annotations

from typing import Final, cast

import cv2
import numpy as np

from samples.paint import Picture
from samples.pose import Array

Colour = tuple[int, int, int]
"""RGB, 0 to 255."""

SCALE: Final = 3.0
"""Pixels a millimetre of a face's texture."""


def noise(width: int, height: int, coarse: float, seed: int) -> Array:
    """Smooth noise `(height, width)` with unit deviation; `coarse` is the size of its grain in pixels."""
    step = max(1.0, coarse)
    draw = np.random.default_rng(seed)
    small = draw.standard_normal((int(height / step) + 3, int(width / step) + 3), dtype=np.float32)
    return cast("Array", cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC))


def kraft(width: int, height: int, colour: Colour, grain: float, seed: int) -> Picture:
    """Plain cardboard: fibres, faint flutes of the corrugation, and uneven tone."""
    fibres = noise(width // 9 + 1, height, 1.0, seed)
    tone = (
        noise(width, height, 1.0, seed + 1) * 2.2
        + cast("Array", cv2.resize(fibres, (width, height), interpolation=cv2.INTER_LINEAR)) * 2.0
        + noise(width, height, 60, seed + 2) * 3.0
        + noise(width, height, 260, seed + 3) * 4.0
    )
    flutes = np.sin(np.arange(width, dtype=np.float32) * (2 * np.pi / (6.5 * SCALE)))[None, :] * 1.1
    shade = (tone + flutes) * grain
    return np.clip(np.asarray(colour, np.float32) + shade[:, :, None] * (1.0, 0.95, 0.85), 0, 255).astype(
        np.uint8
    )
