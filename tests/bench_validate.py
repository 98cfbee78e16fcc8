"""How soon a photo has its answer: the table of `make bench-validate`.

A real `sixface serve` on loopback, and one client that sends photo after photo to `POST /v1/validate`: from
the first byte sent to the last byte of the report, which is stored and entered in the custody log by then.
Beside it, in the same run, what nothing can go below: the hash of the bytes, and their pixels.
"""

from __future__ import annotations

import argparse
import hashlib
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from samples.photo import defect
from tests.api.running import Service

LIMIT: float = 250
"""Milliseconds that half of the photos may take."""
SIZES: tuple[tuple[str, tuple[int, int]], ...] = (
    ("0.3 MP, as a messenger leaves it", (640, 480)),
    ("2 MP", (1600, 1200)),
    ("12 MP, as a phone takes it", (4000, 3000)),
)


def drawn(size: tuple[int, int], number: int) -> bytes:
    """A crushed parcel in a light of its own as a JPEG of that size in pixels.

    Each is another picture, since one that was seen before is another case.
    """
    made = BytesIO()
    light = np.random.default_rng(number).uniform(-90, 90, (6, 8, 1)).astype(np.float32)
    picture = defect("dent")
    lit = picture + cv2.resize(light, picture.shape[1::-1], interpolation=cv2.INTER_CUBIC)[..., None]
    shown = np.clip(lit, 0, 255).astype(np.uint8)
    Image.fromarray(cv2.resize(shown, size, interpolation=cv2.INTER_CUBIC)).save(made, "jpeg", quality=88)
    return made.getvalue()


def least(photo: bytes) -> None:
    """What cannot be left out."""
    hashlib.sha256(photo).digest()
    Image.open(BytesIO(photo)).convert("RGB")


def timed(work: Callable[[], object]) -> float:
    """Milliseconds."""
    begun = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - begun)


def answered(service: Service, photo: bytes) -> None:
    answer = service.client.post("/v1/validate", files={"file": ("photo.jpg", photo, "image/jpeg")})
    assert answer.status_code == 200, answer.text


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=60, help="of each size")
    parser.add_argument("--pause", type=float, default=0.25, help="seconds between two")
    asked = parser.parse_args()
    now = datetime.now(UTC)
    print(f"Photos, {now:%Y-%m-%d %H:%M}, {asked.photos} of each size, {asked.pause} s apart\n")
    print("| photo | MB | p50, ms | p95, ms | hash and pixels, ms | limit, ms |\n|---|---|---|---|---|---|")
    number = 0
    with tempfile.TemporaryDirectory(prefix="validate-") as place:
        service = Service(Path(place, "data"))
        try:
            for name, size in SIZES:
                took: list[float] = []
                bare: list[float] = []
                photo = b""
                for _ in range(asked.photos):
                    number += 1
                    photo = drawn(size, number)
                    took.append(timed(lambda p=photo: answered(service, p)))
                    bare.append(timed(lambda p=photo: least(p)))
                    time.sleep(asked.pause)
                cuts = statistics.quantiles(took, n=20)
                cells = (name, f"{len(photo) / 1e6:.1f}", f"{statistics.median(took):.0f}", f"{cuts[18]:.0f}")
                print(f"| {' | '.join(cells)} | {statistics.median(bare):.0f} | {LIMIT:.0f} |", flush=True)
        finally:
            service.end(9)


if __name__ == "__main__":
    main()
