"""What a film showed of one box on one track: which faces, when, and what stands in the way of saying so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from evidence.model import FACES
from evidence.timeline import Timeline

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

Doubt = Literal[
    "lost_at",
    "left_frame",
    "too_fast",
    "too_small",
    "blurred",
    "covered",
    "grazing",
    "brief",
    "second_box",
    "ambiguous",
    "contradiction",
]
"""Why a track is not followed, or not trusted, from some moment on."""


@dataclass(frozen=True)
class Weakness:
    """One reason, and when."""

    doubt: Doubt
    at: timedelta
    face: str = ""
    """The face it concerns, where it concerns one."""


@dataclass(frozen=True)
class Shown:
    """One face that was shown well and long enough to count."""

    face: str
    when: Timeline
    best_at: timedelta
    best_angle: float
    """Degrees from head-on at `best_at`."""
    quad: npt.NDArray[np.float64]
    """Its corners at `best_at`, `(4, 2)` shares of width and height, clockwise as seen from outside."""


@dataclass(frozen=True)
class Coverage:
    """What one track showed."""

    start: timedelta
    end: timedelta
    shown: tuple[Shown, ...]
    """In the order of `FACES`."""
    weak: tuple[Weakness, ...]
    """In order of time. Empty means: nothing stands against believing `shown`, nor against
    believing that the faces not in it were not shown during the track."""
    corners: tuple[tuple[timedelta, timedelta], ...] = ()
    """Pairs of moments at which two opposite corners, so all six faces, were seen; the best first."""
    guided: int = 0
    """With how many prompts it agrees, where they decided between several readings; else 0."""

    blind: tuple[timedelta, ...] = ()
    """Moments at which the box was out of sight, too short to lose it and long enough to turn it: what the
    track lacks may have been shown there under another name."""

    leaps: tuple[timedelta, ...] = ()
    """Moments between which and the look before the box seems to have turned so far that it may as well have
    turned the other way: what the track lacks may have been shown after them, under another name."""

    @property
    def missing(self) -> tuple[str, ...]:
        seen = {one.face for one in self.shown}
        return tuple(face for face in FACES if face not in seen)
