"""What becomes of an honest film on its way: sent by a messenger, squeezed, turned, its times made uneven.

Each gives the reel as it is then, and how it is written.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Final, cast

import cv2
import numpy as np

from samples.film import Encoding, Shot
from samples.forge import Reel, pace
from samples.paint import Picture

LONG_SIDE: Final = 640
"""Pixels of the films that sets are made of: small ones say the same and cost less."""
_MESSENGER_SIDE: Final = 480
_MESSENGER_BITS: Final = 2.2
"""Bits a pixel and second that a messenger leaves of a film: about 300 kbit/s at 480 x 270."""
_TIDY: Final = 0.05
"""Share of its pictures that a phone drops when it is busy."""


@dataclass(frozen=True)
class Generation:
    """A film as it is to be written."""

    reel: Reel
    encoding: Encoding


def recorded(reel: Reel, *, sound: bool, seed: int = 0) -> Generation:
    """As a phone writes it: a key frame each second, no trace of an editor."""
    rate = _rate(reel)
    options = {"preset": "superfast", "crf": "21"}
    key_every = max(1, round(rate))
    return Generation(
        reel,
        Encoding(
            "mp4",
            options=options,
            rate=rate,
            key_every=key_every,
            phone=True,
            sound="aac" if sound else None,
            seed=seed,
        ),
    )


def edited(reel: Reel, *, sound: bool) -> Generation:
    """As an editing program exports it."""
    options = {"preset": "superfast", "crf": "23"}
    rate = _rate(reel)
    return Generation(
        reel,
        Encoding(
            "mp4",
            options=options,
            rate=rate,
            key_every=round(rate * 4),
            b_frames=2,
            sound="aac" if sound else None,
        ),
    )


def messenger(reel: Reel, *, sound: bool) -> Generation:
    """As a messenger sends it: smaller, and with few bits."""
    small = [replace(shot, picture=_within(shot.picture, _MESSENGER_SIDE)) for shot in reel]
    height, width = small[0].picture.shape[:2]
    bits = round(_MESSENGER_BITS * width * height)
    options = {"preset": "superfast", "maxrate": str(bits * 3 // 2), "bufsize": str(bits * 2)}
    rate = _rate(reel)
    return Generation(
        small,
        Encoding(
            "mp4",
            options=options,
            rate=rate,
            key_every=round(rate * 8),
            bit_rate=bits,
            sound="aac" if sound else None,
        ),
    )


def crushed(reel: Reel, *, sound: bool) -> Generation:
    """Compressed so strongly that its key frames pulse."""
    return _with(
        edited(reel, sound=sound),
        options={"preset": "superfast", "crf": "38"},
        b_frames=0,
        key_every=round(_rate(reel) * 2),
    )


def hevc(reel: Reel, *, sound: bool) -> Generation:
    """As newer phones store it."""
    options = {"preset": "ultrafast", "crf": "27", "x265-params": "log-level=none:pools=none:frame-threads=1"}
    return _with(edited(reel, sound=sound), codec="libx265", options=options, b_frames=0)


def rotated(reel: Reel, *, sound: bool, degrees: int = 90) -> Generation:
    """Stored lying, with the note how to turn it."""
    return _with(edited(reel, sound=sound), rotation=degrees)


def uneven(reel: Reel, *, sound: bool, seed: int) -> Generation:
    """As a busy phone takes it: every interval a little different, and now and then a picture left out."""
    draw = np.random.default_rng(seed + 650)
    step = pace(reel)
    left = [shot for n, shot in enumerate(reel) if n == 0 or draw.random() >= _TIDY]
    late = [Fraction(round(float(draw.uniform(0, 0.35)) * float(step) * 10_000), 10_000) for _ in left]
    moved = [
        replace(shot, at=shot.at + by if n else shot.at, heard_at=None)
        for n, (shot, by) in enumerate(zip(left, late, strict=True))
    ]
    return _with(
        Generation(moved, edited(reel, sound=sound).encoding), key_every=round(_rate(reel)), b_frames=0
    )


def small(picture: Picture) -> Picture:
    """A picture in the size of the sets: at most `LONG_SIDE`, even on both sides."""
    return _within(picture, LONG_SIDE)


def fitted(picture: Picture, like: Picture) -> Picture:
    """A picture cropped and scaled to the size of another one."""
    height, width = like.shape[:2]
    tall, wide = picture.shape[:2]
    scale = max(height / tall, width / wide)
    h, w = min(tall, round(height / scale)), min(wide, round(width / scale))
    y, x = (tall - h) // 2, (wide - w) // 2
    return cast(
        "Picture", cv2.resize(picture[y : y + h, x : x + w], (width, height), interpolation=cv2.INTER_AREA)
    )


def as_shots(reel: Reel, like: Picture) -> list[Shot]:
    """Another film in the size of this one, for putting in."""
    return [replace(shot, picture=fitted(shot.picture, like), scene_at=None) for shot in reel]


def _within(picture: Picture, side: int) -> Picture:
    height, width = picture.shape[:2]
    scale = min(1.0, side / max(height, width))
    size = round(width * scale / 2) * 2, round(height * scale / 2) * 2
    if size == (width, height):
        return picture
    return cast("Picture", cv2.resize(picture, size, interpolation=cv2.INTER_AREA))


def _rate(reel: Reel) -> Fraction:
    return (1 / pace(reel)).limit_denominator(1001)


def _with(generation: Generation, **more: Any) -> Generation:  # noqa: ANN401 - whatever an encoding has
    return replace(generation, encoding=replace(generation.encoding, **more))
