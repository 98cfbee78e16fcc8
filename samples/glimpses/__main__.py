"""`python -m samples.glimpses OUT --count N [--space] [--textures DIR] ...`: shards to learn from."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import cv2
import numpy as np

from samples.glimpses.shards import SHARD, write
from samples.glimpses.surfaces import Pools
from samples.paint import Picture


def main() -> None:
    """Draw glimpses into shards; a shard that is there already is kept."""
    parser = argparse.ArgumentParser(prog="python -m samples.glimpses", description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--count", type=int, default=10 * SHARD, help=f"rounded up to shards of {SHARD}")
    parser.add_argument("--seed", type=int, default=0, help="number of the first glimpse")
    parser.add_argument("--textures", type=Path, help="unfolded parcels: a cross of five square faces each")
    parser.add_argument("--scenes", type=Path, help="photos of anything but boxes")
    parser.add_argument("--space", action="store_true", help="staged in space, see `samples.glimpses.staged`")
    asked = parser.parse_args()
    cv2.setNumThreads(1)
    pools = Pools(_skins(asked.textures), _scenes(asked.scenes))
    asked.out.mkdir(parents=True, exist_ok=True)
    for start in range(asked.seed, asked.seed + asked.count, SHARD):
        path = asked.out / f"{start:09d}.npz"
        if path.exists():
            continue
        whole = path.with_suffix(f".{os.getpid()}.part")
        write(whole, start, pools, space=asked.space)
        whole.rename(path)
        sys.stderr.write(f"\r{path.name}")
    sys.stderr.write("\n")


def _read(folder: Path | None) -> list[Picture]:
    found = [cv2.imread(str(path)) for path in sorted(folder.iterdir())] if folder else []
    return [np.array(picture[:, :, ::-1], np.uint8) for picture in found if picture is not None]


def _skins(folder: Path | None) -> tuple[tuple[Picture, ...], ...]:
    parcels: list[tuple[Picture, ...]] = []
    for cross in _read(folder):
        n = cross.shape[0] // 3
        places = ((0, 1), (1, 0), (1, 1), (1, 2), (2, 1))
        faces = (cross[r * n : (r + 1) * n, c * n : (c + 1) * n] for r, c in places)
        parcels.append(tuple(_shrunk(face, 192) for face in faces))
    return tuple(parcels)


def _scenes(folder: Path | None) -> tuple[Picture, ...]:
    return tuple(_shrunk(picture, 480) for picture in _read(folder))


def _shrunk(picture: Picture, side: int) -> Picture:
    scale = min(1.0, side / max(picture.shape))
    return np.array(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)


if __name__ == "__main__":
    main()
