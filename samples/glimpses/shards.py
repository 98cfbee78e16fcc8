"""Glimpses by the thousand in one file, as a training loop reads them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from samples.glimpses.surfaces import Pools
from samples.glimpses.world import GRID, SIDE, draw

SHARD: Final = 2000
"""Glimpses in a file."""


def write(path: Path, start: int, pools: Pools, count: int = SHARD) -> None:
    """The glimpses from number `start` on.

    Arrays `pictures` `(n, 128, 128, 3)`, `sides` and `cover` `(n, 64, 64)`, `normals` `(n, 3, 3)`.
    """
    pictures = np.zeros((count, SIDE, SIDE, 3), np.uint8)
    sides = np.zeros((count, GRID, GRID), np.uint8)
    cover = np.zeros((count, GRID, GRID), np.uint8)
    normals = np.zeros((count, 3, 3), np.float32)
    for place in range(count):
        glimpse = draw(start + place, pools)
        pictures[place], sides[place] = glimpse.picture, glimpse.sides
        cover[place], normals[place] = glimpse.cover, glimpse.normals
    with path.open("wb") as file:
        np.savez(file, pictures=pictures, sides=sides, cover=cover, normals=normals)
