"""The films that the sets are made of: rendered ones, real ones by others, a hand-held look at a real photo.

A source belongs to one set, so that no film of the development set is in the held-out one. The real films
lie in `../shared/data`; where that folder is absent the sets are smaller.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from pathlib import Path

import cv2
import numpy as np

from samples.film import Shot, read, render, steady
from samples.footage import scene, temu_scene
from samples.generations import small
from samples.handling import Hand  # noqa: F401 - what films are drawn with counts for `samples.truth.recipe`
from samples.paint import Picture
from samples.story import unboxing
from samples.track import Track, own, room
from tests.faces import films

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
LONGEST = 20.0
"""Seconds of a source that are used."""


@dataclass(frozen=True)
class Source:
    """One film in one take."""

    name: str
    shots: Callable[[], list[Shot]]
    """At most 640 pixels wide or tall, from time zero on."""
    seed: int
    sound: str = "room"
    """`own`, `room` (made up) or `none`."""
    file: Path | None = None
    """The file of a real film."""
    whole: bool = False
    """Whether that file, as it is, is an authentic version of this source."""
    plain: bool = False
    """Only for authentic versions."""

    def track(self, seconds: float) -> Track | None:
        """Its sound, and a little more where it is made up."""
        if self.sound == "own" and self.file:
            return own(self.file)
        return room(seconds + 5, self.seed) if self.sound == "room" else None


def dev() -> tuple[Source, ...]:
    """The development set's."""
    return (
        *_real("intel_a", "intel_bottle-detection.mp4", 11, "none"),
        *_real("intel_b", "intel_bottle-detection.mp4", 12, "room", start=LONGEST),
        *_real("blocks", "sam2_03_blocks.mp4", 13, "room"),
        *_real("game_box", "iphone6_game_box.mov", 14, "own"),
        *_photographed("parcel", "parcels/id_01_20230516_142642.jpg", 15),
        Source("unboxing", _unboxing, 16),
        _played("held", films.dev, "six_held_8", "none"),
        _played("fro", films.dev, "fro_held"),
        _played("tall", films.dev, "six_held_15"),
        _played("cover", films.dev, "cover_once"),
        _played("twice", films.dev, "twice_side", "none"),
        _played("panned", films.dev, "pair_panned_1"),
        *(
            replace(_played(name, films.dev, name), plain=True)
            for name in ("six_walked_10", "six_walked_17", "swap_away_1", "brief_half", "mailer_2", "phone_2")
        ),
    )


def other() -> tuple[Source, ...]:
    """The held-out set's."""
    return (
        *_real("hand", "dex_human_hand.mp4", 21, "room"),
        *_real("book", "arjs_magic-book.mp4", 22, "own"),
        *_real("portrait", "../provenance/video1_no_manifest.mp4", 23, "own"),
        *_photographed("damage", "damage/box_wetAndHole.jpg", 24),
        Source("temu", _temu, 25, "none"),
        _played("roll", films.other, "roll_edge"),
        _played("walked", films.other, "six_walked_24", "none"),
        _played("swapped", films.other, "swap_hands_1"),
        _played("glimpsed", films.other, "brief_half"),
        _played("pair", films.other, "pair_panned_2"),
        _played("covered", films.other, "cover_twice"),
        _played("standing", films.other, "six_held_15", "none"),
        *(
            replace(_played(name, films.other, name), plain=True)
            for name in (
                "six_walked_10",
                "six_walked_17",
                "six_held_8",
                "swap_away_2",
                "mailer_2",
                "blur_focus",
            )
        ),
    )


def _real(name: str, file: str, seed: int, sound: str, *, start: float = 0.0) -> tuple[Source, ...]:
    path = DATA / "video" / file
    if not path.is_file():
        return ()
    return (Source(name, partial(_decoded, path, start), seed, sound, path, whole=start == 0),)


def _decoded(path: Path, start: float) -> list[Shot]:
    shots = (shot for shot in read(path) if start <= shot.at < start + LONGEST)
    upright = [replace(shot, picture=small(shot.picture)) for shot in shots]
    first = upright[0].at
    return [replace(shot, at=shot.at - first, scene_at=float(shot.at - first)) for shot in upright]


def _photographed(name: str, photo: str, seed: int) -> tuple[Source, ...]:
    path = DATA / "photos" / photo
    return (Source(name, partial(_strolled, path, seed), seed),) if path.is_file() else ()


def _strolled(photo: Path, seed: int, seconds: float = 16.0, rate: int = 30) -> list[Shot]:
    """A hand-held camera wanders over a photo, at a sensor's noise."""
    found = cv2.imread(str(photo), cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION)
    scale = 1600 / max(found.shape)
    flat = cv2.cvtColor(
        cv2.resize(found, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2RGB
    )
    draw = np.random.default_rng(seed + 660)
    rates, phases = draw.uniform(0.05, 0.3, (4, 3)), draw.uniform(0, 2 * math.pi, (4, 3))
    tremor, shifts = draw.uniform(0.8, 3, (3, 3)), draw.uniform(0, 2 * math.pi, (3, 3))

    def picture(at: float) -> Picture:
        x, y, zoom, turn = np.sin(2 * math.pi * rates * at + phases).mean(axis=1)
        a, b, c = np.sin(2 * math.pi * tremor * at + shifts).mean(axis=1)
        height, width = flat.shape[:2]
        warp = cv2.getRotationMatrix2D((0, 0), float(3 * turn + 0.15 * c), float(0.62 + 0.12 * zoom))
        centre = warp[:, :2] @ (width * (0.5 + 0.14 * x), height * (0.5 + 0.14 * y))
        warp[:, 2] = np.asarray((320 + 2.5 * a, 180 + 2.5 * b)) - centre
        seen = cv2.warpAffine(flat, warp, (640, 360), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REFLECT)
        noise = draw.standard_normal(seen.shape, np.float32) * 2.2
        return np.clip(seen * (1 + 0.02 * np.sin(at)) + noise, 0, 255).astype(np.uint8)

    return [Shot(at, picture(float(at)), float(at)) for at in steady(rate, seconds)]


def _unboxing() -> list[Shot]:
    made = scene(640, 360, unboxing(pace=1.35))
    return list(render(made, steady(Fraction(24), made.duration)))


def _temu() -> list[Shot]:
    made = replace(temu_scene(640, 360), story=unboxing(150, pace=1.3))
    return list(render(made, steady(Fraction(25), made.duration)))


def _played(
    name: str, films_of: Callable[[], tuple[films.Film, ...]], act: str, sound: str = "room"
) -> Source:
    film = next(film for film in films_of() if film.name == act)
    width, height = film.size
    size = (640, 360) if width >= height else (360, 640)
    return Source(name, partial(_rendered, replace(film, size=size)), film.seed + 100, sound)


def _rendered(film: films.Film) -> list[Shot]:
    stage = film.take.scene
    return list(render(stage, steady(film.rate, min(LONGEST, stage.duration))))
