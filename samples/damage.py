"""What happens to a carton on its way: a tear, a dent, a stain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast

import cv2
import numpy as np

from samples.kraft import noise
from samples.paint import Mask, Picture
from samples.pose import Array

Harm = Literal["tear", "dent", "wet"]


@dataclass(frozen=True)
class Damage:
    """A harm on one face; place and size as shares of the face, from its top left."""

    face: str
    kind: Harm
    x: float = 0.62
    y: float = 0.55
    size: float = 0.22


def spoil(skin: Picture, harm: Damage, seed: int) -> None:
    """A tear, a dent or a wet stain, drawn into the face."""
    height, width = skin.shape[:2]
    radius = harm.size * min(width, height)
    x = np.arange(width, dtype=np.float32)[None, :] - harm.x * width
    y = np.arange(height, dtype=np.float32)[:, None] - harm.y * height
    ragged = noise(width, height, 7, seed + 21) * 0.035 + noise(width, height, 60, seed + 22) * 0.2
    picture = skin.astype(np.float32)
    if harm.kind == "tear":
        far = np.abs(x * 0.9 + y * 0.5) / radius + np.abs(y * 0.9 - x * 0.5) / (radius * 0.30) + ragged
        hole: Mask = (far < 1.0).astype(np.uint8)
        fringe = np.clip(1.45 - far, 0, 0.45)[:, :, None] / 0.45
        picture += fringe * (np.asarray((222, 196, 160), np.float32) - picture) * 0.8
        deep = cast("Array", cv2.GaussianBlur(hole.astype(np.float32), (0, 0), 2.0))[:, :, None]
        picture += deep * (np.asarray((38, 28, 22), np.float32) - picture)
    elif harm.kind == "dent":
        far = np.sqrt((x / radius) ** 2 + (y / (radius * 0.66)) ** 2) + ragged * 0.3
        slope = np.exp(-((far - 0.62) ** 2) / 0.07)
        side = (x * 0.45 + y) / (np.sqrt(x * x + y * y) + radius * 0.12)
        picture *= (1 - np.exp(-(far**2) * 1.5) * 0.30)[:, :, None]
        picture += (slope * side * 58)[:, :, None]
        bent = x * 0.4 + y + noise(width, height, 90, seed + 23) * radius * 0.07
        for shift, width_of in ((0.0, 5.0), (-0.34, 3.5), (0.38, 3.5)):
            crease = np.exp(-(((bent + shift * radius) / width_of) ** 2)) * np.clip(1.25 - far, 0, 1)
            glint = np.exp(-(((bent + shift * radius + 9) / width_of) ** 2)) * np.clip(1.2 - far, 0, 1)
            picture += (glint * 34 - crease * 74)[:, :, None]
    else:
        far = np.sqrt((x / radius) ** 2 + (y / (radius * 0.8)) ** 2) + ragged
        stain = np.clip((1.1 - far) * 6, 0, 1)[:, :, None]
        picture *= 1 - stain * (0.36, 0.40, 0.44)
        picture -= (np.exp(-((far - 1.08) ** 2) / 0.002) * 26)[:, :, None]
    skin[:] = np.clip(picture, 0, 255).astype(np.uint8)
