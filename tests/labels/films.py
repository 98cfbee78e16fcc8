"""Films of a waybill in motion whose number is known because we drew it: 1080p, three seconds each.

`scale` 1 is a waybill of 600 pixels (150 mm), its bars 3.3 pixels a module; at 0.4 a module has 1.3.
`dev()` is what the check is tuned on; `other()` has other seeds, numbers and angles and is only reported,
and so is `scratched()`, for the extra `ocr`.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache, cached_property
from pathlib import Path

import cv2
import numpy as np

from samples.film import Encoding, render, steady, write
from samples.kraft import kraft
from samples.label import Waybill, draw_waybill
from samples.paint import Picture, Texture, surface
from samples.pose import Array, Camera, Pose, about, vector
from samples.scene import Darkroom, Look
from samples.table import Table

WIDTH, HEIGHT = 1920, 1080
SECONDS = 3.0
RATE = 30
FOCAL = 0.87 * WIDTH
FINE = 6.0
"""Pixels a millimetre of what is printed: more than any film shows."""
CARTON = (320.0, 220.0)
"""Millimetres of the carton's top."""
SCALES = (0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.15, 1.3, 1.5)
DRAWN = 1
"""Moves when the films are drawn in another way, so that they are made again."""
EXPOSED = 1 / 30
"""Seconds that a picture of a blurred film is exposed: a phone indoors."""
TAPS = 7
SCRATCH = (60.0, 43.5, 64.0, 68.0)
"""Left, top, right and bottom of the scratch, millimetres on the waybill."""
Z = vector(0, 0, 1)
LOOKS = (
    Look(),
    Look(exposure=0.55, noise=4.5),
    Look(warmth=1.1),
    Look(noise=6),
    Look(exposure=1.1, hardness=0.7, key=(0.9, -0.25, 0.36)),
)


@dataclass(frozen=True)
class LabelFilm:
    """One film: what is printed, how large and how turned it is seen, and how it moves."""

    name: str
    waybill: Waybill | None
    scale: float
    turn: float
    """Degrees by which the waybill is turned in the picture."""
    tilt: float
    """Degrees by which it is tilted away from the camera."""
    blurred: bool
    """Whether it moves all the time before an open shutter; otherwise it moves, in sharp pictures."""
    seed: int
    crf: int = 25
    scratched: bool = False
    """Whether a scratch runs down through the bars, so that no row of them can be read."""

    def sample(self, folder: Path) -> Path:
        """The film in `folder`, made where it is not there."""
        key = hashlib.sha256(f"{DRAWN} {self}".encode()).hexdigest()[:10]
        path = folder / f"{self.name}-{key}.mp4"
        if not path.exists():
            folder.mkdir(parents=True, exist_ok=True)
            part = path.with_suffix(".part")
            encoding = Encoding(options={"preset": "superfast", "crf": str(self.crf)}, rate=Fraction(RATE))
            write(part, render(_World(self), steady(RATE, SECONDS)), replace(encoding, sound=None))
            part.replace(path)
        return path


@cache
def table(kind: int) -> Table:
    tops = ((176, 176, 172), (188, 160, 128), (112, 84, 62))
    return Table(top=tops[kind], mat=(46, 92, 84) if kind == 0 else None, clutter=True, seed=kind)


@dataclass(frozen=True)
class _World:
    """A `samples.film.Pictured`: the carton's top above a table, seen from above."""

    film: LabelFilm

    @cached_property
    def _draw(self) -> dict[str, Array]:
        draw = np.random.default_rng(self.film.seed)
        return {
            "rates": draw.uniform(0.35, 0.75, 4),
            "phases": draw.uniform(0, 2 * math.pi, 4),
            "reach": draw.uniform(0.6, 1.0, 4) * draw.choice((-1, 1), 4),
        }

    @cached_property
    def _camera(self) -> Camera:
        distance = FOCAL * 150 / (600 * self.film.scale)
        rise = math.radians(90 - self.film.tilt)
        eye = vector(0, -math.cos(rise), math.sin(rise)) * distance
        return Camera(WIDTH, HEIGHT, eye, vector(0, 0, 0), FOCAL)

    @cached_property
    def _ground(self) -> Picture:
        camera = replace(self._camera, eye=self._camera.eye + vector(0, 0, 40))
        return table(self.film.seed % 3).lay(camera)

    @cached_property
    def _texture(self) -> Texture:
        wide, high = (round(side * FINE) for side in CARTON)
        skin = kraft(wide // 2, high // 2, (188, 149, 107), 1.0, self.film.seed)
        skin = cv2.resize(skin, (wide, high), interpolation=cv2.INTER_LINEAR)
        if self.film.waybill is not None:
            paper = draw_waybill(self.film.waybill, FINE)
            if self.film.scratched:
                start, top, end, bottom = (round(side * FINE) for side in SCRATCH)
                paper[top:bottom, start:end] = paper[top - 1, start]
            top, left = (high - paper.shape[0]) // 2, (wide - paper.shape[1]) // 2
            skin[top : top + paper.shape[0], left : left + paper.shape[1]] = paper
        return Texture(skin)

    @cached_property
    def _darkroom(self) -> Darkroom:
        return Darkroom(WIDTH, HEIGHT, replace(LOOKS[self.film.seed % len(LOOKS)], seed=self.film.seed))

    def _pose(self, at: float) -> Pose:
        drawn = self._draw
        x, y, turn, rise = drawn["reach"] * np.sin(2 * math.pi * drawn["rates"] * at + drawn["phases"])
        pace = 1.0 if self.film.blurred else 0.6
        # The same way on the screen at any distance: about 130 pixels to each side.
        step = pace * 130 / (4 * self.film.scale)
        yaw = self.film.turn + pace * 5 * turn
        return Pose(vector(x * step, y * step * 0.7, rise * step * 0.3), about(Z, -yaw))

    def _corners(self, at: float) -> Array:
        wide, high = CARTON
        flat = np.array([[-wide, high, 0], [wide, high, 0], [wide, -high, 0], [-wide, -high, 0]]) / 2
        return self._camera.project(self._pose(at).place(flat))

    def picture(self, at: float, *, index: int = 0) -> Picture:
        """The picture at a time (s)."""
        moments: Sequence[float] = (at,)
        if self.film.blurred:
            moments = tuple(np.linspace(at - EXPOSED / 2, at + EXPOSED / 2, TAPS))
        total = np.zeros((HEIGHT, WIDTH, 3), np.float32) if len(moments) > 1 else None
        drawn = self._ground.copy()
        for moment in moments:
            drawn = self._ground.copy()
            surface(drawn, self._texture, self._corners(moment))
            if total is not None:
                cv2.accumulate(drawn, total)
        if total is not None:
            drawn = cv2.convertScaleAbs(total, alpha=1 / len(moments))
        return self._darkroom.develop(drawn, at, index)


def number(seed: int) -> str:
    """A waybill number as carriers of several kinds write it."""
    draw = np.random.default_rng(seed + 77)
    digits = "".join(str(d) for d in draw.integers(0, 10, 20))
    forms = (
        f"SF{digits[:13]}",
        f"YT{digits[:13]}",
        f"7{digits[:11]}",
        f"JT{digits[:13]}",
        f"NW{digits[:13]}",
    )
    return forms[seed % len(forms)]


def _set(offset: int, count: int, *, scratched: bool = False) -> tuple[LabelFilm, ...]:
    made: list[LabelFilm] = []
    for n in range(count):
        seed = offset + n
        draw = np.random.default_rng(seed)
        made.append(
            LabelFilm(
                name=f"{'scratched' if scratched else 'label'}_{seed}",
                waybill=Waybill(number(seed), order_number=f"{draw.integers(10**11, 10**12)}"),
                scale=SCALES[n % len(SCALES)],
                turn=float(draw.uniform(0, 45)) * (1 if n % 4 < 2 else -1),
                tilt=float(draw.uniform(0, 25)),
                blurred=(n + n // len(SCALES)) % 2 == 1,
                seed=seed,
                scratched=scratched,
            )
        )
    return tuple(made)


@cache
def dev() -> tuple[LabelFilm, ...]:
    """The development set."""
    return _set(100, 20)


@cache
def other() -> tuple[LabelFilm, ...]:
    """The held-out set."""
    return _set(7000, 40)


@cache
def scratched() -> tuple[LabelFilm, ...]:
    """Waybills whose bars cannot be read, only their print."""
    return _set(3000, 10, scratched=True)
