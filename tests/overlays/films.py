"""Films with a clock drawn into them whose every second is known because we drew it.

A carton is turned about on a table, seen by a camera that sways or by one that stands; the clock lies over
it.
`dev()` is what the reader was built on; `other()` has other fonts (none of which it learned from), places,
colours
and numbers, and is only reported.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from functools import cache, partial
from pathlib import Path

import cv2
import numpy as np

from samples.film import Encoding, Shot, write
from samples.kraft import kraft
from samples.lettering import there
from samples.overlay import Overlay
from samples.paint import Picture
from tests.evidence.fakes import FakeFrame
from tests.stations.films import _Frame

RATE = 10
SECONDS = 14.0
BEGUN = datetime(2026, 7, 1, 12, 34, 51, 400_000)  # noqa: DTZ001 - a drawn clock has no zone

FONTS = (
    "DejaVuSans.ttf",
    "DejaVuSansMono-Bold.ttf",
    "stroke:simplex",
    "dots:narrow",
    "NotoSerifCJK-Bold.ttc",
)
OTHERS = ("pillow", "stroke:duplex", "dots:wide", "NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc")
FORMS = ("iso", "chinese", "american", "lines", "weekday", "time first", "european", "english")
CORNERS = ("upper left", "lower right", "lower left", "upper right", "lower middle")
INKS = ((255, 255, 255), (255, 225, 60), (255, 255, 255), (120, 255, 120), (255, 255, 255), (255, 160, 40))
EDGES = ("outline", "box", "shadow", "outline", "none")
SIZES = (14, 18, 24, 32, 40)


@dataclass(frozen=True)
class OverlayFilm:
    """One take."""

    overlays: tuple[Overlay, ...]
    seconds: float = SECONDS
    width: int = 1280
    height: int = 720
    still: bool = False
    """Whether the camera stands; otherwise it is held."""
    crf: int = 27
    seed: int = 0

    def picture(self, at: float, index: int) -> Picture:
        """RGB at a moment of the take, in seconds."""
        picture = _scene(self, at)
        for overlay in self.overlays:
            overlay.lay(picture, at)
        return cv2.add(picture, _noise(self.width, self.height, index % 4), dtype=cv2.CV_8U)


@cache
def _noise(width: int, height: int, plate: int) -> np.ndarray:
    noise = np.random.default_rng(plate).normal(0, 2.5, (height, width, 1))
    return np.repeat(noise, 3, axis=2).astype(np.int16)


@cache
def _table(width: int, height: int, seed: int) -> Picture:
    tones = ((150, 146, 138), (205, 200, 190), (92, 74, 60), (176, 176, 180))
    table = kraft(width + 160, height + 160, tones[seed % 4], 0.8, seed)
    draw = np.random.default_rng(seed + 5)
    for _ in range(14):
        x, y = int(draw.integers(0, width)), int(draw.integers(0, height))
        tone = tuple(int(v) for v in draw.integers(20, 250, 3))
        cv2.rectangle(
            table, (x, y), (x + int(draw.integers(20, 200)), y + int(draw.integers(4, 80))), tone, -1
        )
    for _ in range(8):
        x, y = int(draw.integers(0, width)), int(draw.integers(40, height))
        number = "".join(str(v) for v in draw.integers(0, 10, 9))
        cv2.putText(table, number, (x, y), cv2.FONT_HERSHEY_SIMPLEX, 0.8, (30, 30, 30), 2, cv2.LINE_AA)
    return table


@cache
def _carton(side: int, seed: int) -> Picture:
    carton = kraft(side, side, (188, 149, 107), 1.0, seed + 1)
    cv2.rectangle(carton, (side // 5, side // 5), (side * 3 // 5, side // 2), (235, 235, 230), -1)
    cv2.putText(
        carton, "SF 12:08 4471", (side // 5, side // 3), cv2.FONT_HERSHEY_DUPLEX, side / 700, (20, 20, 20), 2
    )
    return carton


def _scene(film: OverlayFilm, at: float) -> Picture:
    sway = (0.0, 0.0) if film.still else (40 * math.sin(1.3 * at), 30 * math.sin(0.9 * at + 1))
    table = _table(film.width, film.height, film.seed)
    x, y = 80 + sway[0], 80 + sway[1]
    picture = table[round(y) : round(y) + film.height, round(x) : round(x) + film.width].copy()
    side = film.height * 5 // 6
    carton = _carton(side, film.seed)
    turn = cv2.getRotationMatrix2D((side / 2, side / 2), 25 * math.sin(0.5 * at) + 8 * at, 1.0)
    middle = film.width * (0.5 + 0.2 * math.sin(0.7 * at)), film.height * (0.5 + 0.1 * math.cos(0.6 * at))
    turn[:, 2] += np.array(middle) - side / 2
    cv2.warpAffine(
        carton,
        turn,
        (film.width, film.height),
        dst=picture,
        borderMode=cv2.BORDER_TRANSPARENT,
        flags=cv2.INTER_LINEAR,
    )
    return picture


def whole(film: OverlayFilm) -> list[float]:
    """The moments of an uncut take, one a picture."""
    return [n / RATE for n in range(round(film.seconds * RATE))]


def frames(film: OverlayFilm, moments: Sequence[float]) -> Iterator[FakeFrame]:
    """The film without a codec, grey."""
    blank = np.zeros((film.height, film.width), np.uint8)
    for index, moment in enumerate(moments):
        yield _Frame(
            blank, index=index, at=timedelta(seconds=index / RATE), drawn=partial(film.picture, moment, index)
        )


def encoded(film: OverlayFilm, moments: Sequence[float], path: Path) -> Path:
    """The film as a camera writes it."""
    shots = (Shot(Fraction(n, RATE), film.picture(moment, n)) for n, moment in enumerate(moments))
    options = {"preset": "ultrafast", "crf": str(film.crf)}
    write(path, shots, Encoding(options=options, rate=Fraction(RATE), sound=None))
    return path


def _set(offset: int, count: int, fonts: Sequence[str]) -> tuple[OverlayFilm, ...]:
    made: list[OverlayFilm] = []
    usable = [font for font in fonts if there(font)]
    for n in range(count):
        draw = np.random.default_rng(offset + n)
        overlay = Overlay(
            begun=BEGUN + timedelta(seconds=float(draw.uniform(-15e6, 15e6))),
            font=usable[n % len(usable)],
            size=float(SIZES[(n * 2 + n // 5) % len(SIZES)]) * float(draw.uniform(0.72, 0.8)),
            form=FORMS[(n + offset) % len(FORMS)],
            corner=CORNERS[int(draw.integers(len(CORNERS)))],
            ink=INKS[int(draw.integers(len(INKS)))],
            edge=EDGES[(n * 3 + n // 5) % len(EDGES)],
            alpha=1.0 if n % 4 else 0.75,
            margin=float(draw.uniform(0.01, 0.04)),
        )
        large = n % 3 == 2
        film = OverlayFilm(
            (overlay,),
            still=n % 2 == 1,
            crf=(24, 28, 32)[n % 3],
            seed=offset + n,
            width=1920 if large else 1280,
        )
        made.append(replace(film, height=1080 if large else 720))
    return tuple(made)


@cache
def dev() -> tuple[OverlayFilm, ...]:
    """The development set."""
    return _set(100, 15, FONTS)


@cache
def other() -> tuple[OverlayFilm, ...]:
    """The held-out set."""
    return _set(7001, 20, OTHERS)
