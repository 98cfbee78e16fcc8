"""Glimpses by the thousand in one file, as a training loop reads them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np

from samples.glimpses import staged
from samples.glimpses.surfaces import Pools
from samples.glimpses.world import GRID, SIDE, Glimpse, draw

SHARD: Final = 2000
"""Glimpses in a file."""


def write(path: Path, start: int, pools: Pools, count: int = SHARD, *, space: bool = False) -> None:
    """The glimpses from number `start` on; with `space` those of stills that are staged in space.

    Arrays `pictures` `(n, 128, 128, 3)`, `sides`, `cover` and `opened` `(n, 64, 64)`, `normals` `(n, 3, 3)`.
    """
    pictures = np.zeros((count, SIDE, SIDE, 3), np.uint8)
    sides = np.zeros((count, GRID, GRID), np.uint8)
    cover = np.zeros((count, GRID, GRID), np.uint8)
    opened = np.zeros((count, GRID, GRID), np.uint8)
    normals = np.zeros((count, 3, 3), np.float32)
    drawn = _spaced(start, pools) if space else (draw(number, pools) for number in itertools.count(start))
    for place, glimpse in zip(range(count), drawn, strict=False):
        pictures[place], sides[place] = glimpse.picture, glimpse.sides
        cover[place], opened[place], normals[place] = glimpse.cover, glimpse.opened, glimpse.normals
    with path.open("wb") as file:
        np.savez(file, pictures=pictures, sides=sides, cover=cover, opened=opened, normals=normals)


def _spaced(start: int, pools: Pools) -> Iterator[Glimpse]:
    for number in itertools.count(start // staged.WINDOWS):
        yield from staged.draw(number, pools)
