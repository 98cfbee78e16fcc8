"""Copies as they are made of films and photos to use them again, and what files are recognised by."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
from PIL import Image, ImageOps

import samples
from evidence import decode, gate, photo, profile
from evidence.checks.duplicate import Duplicate
from evidence.imprint import hexadecimal
from evidence.model import Expectation, Footage, Imprint
from evidence.timeline import ZERO
from evidence.vision.impression import impression
from samples.box import Parcel
from samples.film import Encoding, Shot, read, write
from samples.footage import scene
from samples.label import Waybill
from samples.story import Story, turning, unboxing
from samples.take import Take
from tests.evidence.fakes import FakeAlbum

NOW = datetime(2026, 11, 21, tzinfo=UTC)
Change = Callable[[np.ndarray], np.ndarray]


def cropped(share: float, *, top: float = 0.5, left: float = 0.5) -> Change:
    """Without `share` of height and width; `top` and `left` say how much of that goes there."""

    def change(picture: np.ndarray) -> np.ndarray:
        height, width = picture.shape[:2]
        y, x = round(height * share * top), round(width * share * left)
        return picture[y : y + height - round(height * share), x : x + width - round(width * share)]

    return change


def scaled(factor: float) -> Change:
    return lambda picture: cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)


def lit(gain: float, offset: float = 0.0, gamma: float = 1.0) -> Change:
    levels = np.clip(255 * (np.arange(256) / 255) ** gamma * gain + offset, 0, 255).astype(np.uint8)
    return lambda picture: levels[picture]


def tilted(degrees: float) -> Change:
    def change(picture: np.ndarray) -> np.ndarray:
        height, width = picture.shape[:2]
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1 + abs(degrees) / 60)
        return cv2.warpAffine(picture, turn, (width, height), borderMode=cv2.BORDER_REFLECT)

    return change


def noisy(picture: np.ndarray) -> np.ndarray:
    return np.clip(picture + np.random.default_rng(1).normal(0, 8, picture.shape), 0, 255).astype(np.uint8)


def mirrored(picture: np.ndarray) -> np.ndarray:
    return picture[:, ::-1]


def turned(quarters: int) -> Change:
    return lambda picture: np.rot90(picture, quarters)


def both(*changes: Change) -> Change:
    def change(picture: np.ndarray) -> np.ndarray:
        for each in changes:
            picture = each(picture)
        return picture

    return change


def same(picture: np.ndarray) -> np.ndarray:
    return picture


@dataclass(frozen=True)
class Copy:
    """How a film is copied."""

    change: Change = same
    crf: int = 28
    start: float = 0.0
    """Seconds of the film that are left out at its beginning."""
    length: float = math.inf
    every: int = 1
    """One in so many pictures is kept."""
    pace: float = 1.0
    """How many times as fast it plays."""


FILMS: Mapping[str, Copy] = {
    "encoded anew, CRF 28": Copy(),
    "encoded anew, CRF 36": Copy(crf=36),
    "half the size": Copy(scaled(0.5)),
    "cropped 2 % all round": Copy(cropped(0.02)),
    "cropped 2 % at one corner": Copy(cropped(0.02, top=1, left=1)),
    "mirrored": Copy(mirrored),
    "a quarter turn": Copy(turned(1)),
    "upside down and mirrored": Copy(both(turned(2), mirrored)),
    "brighter": Copy(lit(1.2, 20)),
    "first 2.4 s cut off": Copy(start=2.4),
    "half the pictures": Copy(every=2),
    "a tenth faster": Copy(pace=1.1),
    "cropped, mirrored, half the size, from 1.3 s, CRF 32": Copy(
        both(cropped(0.02), mirrored, scaled(0.5)), crf=32, start=1.3
    ),
    "six seconds from the middle": Copy(start=3.1, length=6.0),
}
"""By what they are called in the table of the bench."""

PHOTOS: Mapping[str, tuple[Change, int]] = {
    "JPEG quality 60": (same, 60),
    "JPEG quality 25": (same, 25),
    "a fifth of the size, quality 50": (scaled(0.2), 50),
    "squeezed to four fifths": (lambda p: cv2.resize(p, (p.shape[1], p.shape[0] * 4 // 5)), 85),
    "cropped 1 % all round": (cropped(0.01), 85),
    "cropped 2 % all round": (cropped(0.02), 85),
    "cropped 2 % at one corner": (cropped(0.02, top=1, left=1), 85),
    "cropped 4 % all round": (cropped(0.04), 85),
    "cropped 2 %, smaller, quality 40": (both(cropped(0.02), scaled(0.4)), 40),
    "lighter": (lit(1.3), 85),
    "darker": (lit(0.6), 85),
    "more contrast": (lit(1.5, -60), 85),
    "gamma 1.6": (lit(1.0, gamma=1.6), 85),
    "noise": (noisy, 85),
    "tilted by 1 degree": (tilted(1), 85),
    "mirrored": (mirrored, 85),
    "a quarter turn": (turned(1), 85),
    "a half turn": (turned(2), 85),
    "three quarter turns, mirrored": (both(turned(3), mirrored), 85),
}
"""A change, and the JPEG quality of what comes out; likewise."""


def copied(source: Path, target: Path, how: Copy) -> Path:
    """A copy of a film, decoded, changed and encoded again."""

    def reel():
        for number, shot in enumerate(read(source)):
            if how.start <= shot.at < how.start + how.length and not number % how.every:
                picture = np.ascontiguousarray(how.change(shot.picture))
                height, width = (side // 2 * 2 for side in picture.shape[:2])
                at = (shot.at - Fraction(how.start)) / Fraction(how.pace).limit_denominator(100)
                yield Shot(at, picture[:height, :width])

    write(target, reel(), Encoding(sound=None, options={"preset": "veryfast", "crf": str(how.crf)}))
    return target


def recoded(picture: np.ndarray, change: Change, quality: int) -> np.ndarray:
    """A copy of a picture, RGB."""
    made = np.ascontiguousarray(change(picture))[..., ::-1]
    jpeg = cv2.imencode(".jpg", made, (cv2.IMWRITE_JPEG_QUALITY, quality))[1]
    return cv2.imdecode(jpeg, cv2.IMREAD_COLOR)[..., ::-1]


def picture_of(path: Path, side: int = 1280) -> np.ndarray:
    """A photo as a viewer shows it, RGB, its long side at most `side`."""
    image = ImageOps.exif_transpose(Image.open(path)).convert("RGB")
    image.thumbnail((side, side), Image.Resampling.BOX)
    return np.asarray(image)


def bits_of(picture: np.ndarray, side: int = 160) -> int:
    """The imprint of an RGB picture, as the check takes it."""
    grey = cv2.cvtColor(np.ascontiguousarray(picture), cv2.COLOR_RGB2GRAY)
    scale = side / max(grey.shape)
    size = tuple(max(1, round(length * scale)) for length in grey.shape[::-1])
    small = cv2.resize(grey, size, interpolation=cv2.INTER_AREA) if scale < 1 else grey
    seen = impression(small)
    assert seen is not None
    return seen.bits


def footage_of(path: Path, check: Duplicate | None = None) -> Footage:
    """What a file is recognised by, through the real decoder and the real check."""
    check = check or Duplicate()
    with path.open("rb") as file:
        sniffed = gate.sniff(file)
        film = sniffed.kind == "video"
        limits = profile.load("unboxing" if film else "defect_photo").limits
        opened = decode.open_film if film else photo.open_photo
        source = opened(file, sniffed, limits=limits, expected=Expectation(), now=NOW)
        observer, due = check.start(source.media, FakeAlbum()), ZERO
        for frame in source.frames():
            if frame.at >= due:
                observer.see(frame)
                due = frame.at + check.every
        (finding,) = observer.conclude(source.ending)
    assert finding.footage is not None
    return finding.footage


def made_of(
    *bits: int,
    kind: Literal["video", "photo"] = "video",
    start: float = 0.0,
    pace: float = 1.0,
    rhythm: str | None = None,
) -> Footage:
    """Footage of these imprints, one each `pace` seconds from `start` on.

    With no rhythm given, all move alike.
    """
    told = "0" * round(5 * start) + beats(1, 5 * round(pace * len(bits)) + 5)
    return Footage(
        kind=kind,
        imprints=tuple(Imprint(at=start + n * pace, bits=hexadecimal(each)) for n, each in enumerate(bits)),
        rhythm="" if kind == "photo" else told if rhythm is None else rhythm,
    )


def beats(seed: int, count: int) -> str:
    """A rhythm drawn by lot."""
    return "".join(random.Random(seed).choices("0123456789abcdef", k=count))


def neighbours_in(folder: Path) -> list[Path]:
    """Films of other parcels on the table of the sample `small`, handled by the same routine.

    The pace differs from film to film: nobody moves twice alike to the tenth of a second.
    """
    made: list[Path] = []
    stories = (unboxing(pace=1.15), unboxing(pace=1.0), unboxing(pace=0.85), turning(period=15))
    for seed, story in enumerate(stories, 5):
        made.append(staged(story, seed, folder / f"neighbour-{seed}.mp4"))
    return made


def staged(story: Story, seed: int, path: Path) -> Path:
    """A film of that story with a parcel of its own."""
    parcel = Parcel(waybill=Waybill(f"NW{seed}402938475610"), seed=seed)
    Take(scene(480, 270, story, parcel=parcel), Encoding(sound=None), about="another parcel").film(path)
    return path


def photos_in(folder: Path, data: Path) -> list[Path]:
    """Photos of different things: rendered ones, and those of `data` where it is there."""
    made = [samples.make(name, folder).path for name in ("defect_tear", "label_photo", "temu_contents")]
    found = (*sorted((data / "labels").glob("falsepositives*")), *sorted((data / "photos/damage").glob("*")))
    one_parcel = sorted((data / "photos" / "parcels").glob("*"))[:1]  # three photos show the same parcel
    return [*made, *found, *one_parcel]
