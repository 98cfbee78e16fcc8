"""Stills: the pictures that observers keep, as JPEG files named by what they show.

They wait in memory, bounded in number and bytes, until the findings are known; only
those that a finding names are written. Names are ours and ASCII, numbered in order of
time; the bytes carry no metadata, and their digest is their identity.
"""

from __future__ import annotations

import hashlib
import io
import math
import re
from collections import Counter
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from evidence.check import Frame
from evidence.model import Still

if TYPE_CHECKING:
    from evidence.check import Corners, Plane

FOLDER: Final = "stills"
SIDE: Final = 1280
"""Long side of a still in pixels."""
QUALITY: Final = 85
MAX_OF_ONE_KIND: Final = 48
"""Waiting stills of one `what`, so that one busy check does not crowd out the others."""
MAX_BYTES: Final = 48 * 1024 * 1024
"""All waiting stills together; a still of 1280 x 720 takes about 0.2 MB."""
MAX_WRITTEN: Final = 64

_UNFIT: Final = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class _Waiting:
    jpeg: bytes
    at: timedelta
    what: str
    face: int | None


class Stills:
    """The album of one examination; implements `check.Album`.

    Args:
        folder: the report's; `close` writes into its subfolder `stills`, made when needed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / FOLDER
        self._waiting: dict[str, _Waiting] = {}
        self._kinds: Counter[str] = Counter()
        self._bytes = 0

    def keep(
        self,
        frame: Frame,
        what: str,
        *,
        face: int | None = None,
        side: int = SIDE,
        quad: Corners | None = None,
    ) -> str:
        """Keep `frame` as a still of kind `what`, one word, long side `side`; returns its digest.

        With `quad` the surface with these corners, shares of width and height, is kept head-on,
        at most as large as it is seen; one that is no flat surface is kept as a plain crop.

        A picture that is kept already stays as it was kept first. Where the album is full,
        the digest is returned all the same and the picture is not kept: `close` tells.
        """
        side = min(side, SIDE)
        jpeg = _jpeg(frame.rgb(side) if quad is None else _surface(frame, quad, side))
        digest = f"sha256:{hashlib.sha256(jpeg).hexdigest()}"
        word = _UNFIT.sub("-", what.casefold()).strip("-")[:32] or "still"
        full = self._kinds[word] >= MAX_OF_ONE_KIND or self._bytes + len(jpeg) > MAX_BYTES
        if digest not in self._waiting and not full:
            self._waiting[digest] = _Waiting(jpeg, frame.at, word, face)
            self._kinds[word] += 1
            self._bytes += len(jpeg)
        return digest

    def close(self, wanted: AbstractSet[str]) -> tuple[Still, ...]:
        """Write the stills of these digests, the earliest `MAX_WRITTEN` of them, and forget the rest.

        A wanted digest that is missing from the answer was not kept: strike it from the findings.
        """
        chosen = sorted(
            ((digest, still) for digest, still in self._waiting.items() if digest in wanted),
            key=lambda pair: (pair[1].at, pair[0]),
        )[:MAX_WRITTEN]
        self._waiting.clear()
        numbers: Counter[str] = Counter()
        written: list[Still] = []
        for digest, still in chosen:
            numbers[still.what] += 1
            name = f"{still.what}-{numbers[still.what]}.jpg"
            self._folder.mkdir(parents=True, exist_ok=True)
            (self._folder / name).write_bytes(still.jpeg)
            written.append(
                Still(
                    digest=digest,
                    path=f"{FOLDER}/{name}",
                    at=still.at,
                    what=still.what,
                    face=still.face,
                )
            )
        return tuple(written)


def _surface(frame: Frame, quad: Corners, side: int) -> Plane:
    from evidence.vision import rectified  # noqa: PLC0415 - a pass that keeps no surface does without

    width, height = frame.width, frame.height
    if not rectified.sound(quad, width, height):
        return rectified.crop(frame.rgb(side), quad)
    # A face that fills a large picture is read from a smaller rendering, which also smooths it.
    wanted = side / rectified.longest(quad, width, height) * max(width, height)
    return rectified.head_on(frame.rgb(math.ceil(wanted)), quad, side)


def _jpeg(picture: Plane) -> bytes:
    from PIL import Image  # noqa: PLC0415 - a pass that keeps no still does without

    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=QUALITY)
    return buffer.getvalue()
