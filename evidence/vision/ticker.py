"""Clocks that a camera drew into a film: found once, then read in pictures three times a second.

A look for one takes the lines of ink of a picture and asks each whether it shows a time of day. What does
is read
from then on at the same place, which costs a millisecond, and is believed once it ran with the film. Looks
become
rare where nothing is found, so that a film without such a clock costs little.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Literal, cast

import cv2
import numpy as np

from evidence.pace import Told
from evidence.timeline import ZERO
from evidence.unsteady import Overlay
from evidence.vision.calendar_day import Day, DayReader
from evidence.vision.counting import Sample, alone, counted, runs
from evidence.vision.dial import Dial, dial_in, read
from evidence.vision.lines_of_ink import lines_of_ink
from evidence.vision.symbols import FULL

if TYPE_CHECKING:
    from evidence.check import Album, Corners, Frame, Plane
    from evidence.vision.lines_of_ink import InkLine

PAUSE: Final = timedelta(seconds=0.3)
"""Between two readings."""
_SOON: Final = timedelta(seconds=0.6)
"""Between two looks while the film is young."""
_LATER: Final = timedelta(seconds=2.0)
_RARELY: Final = timedelta(seconds=10.0)
_YOUNG: Final = timedelta(seconds=6)
_GROWN: Final = timedelta(seconds=20)
_MOST_LINES: Final = 8
"""Lines of one look that are tried."""
_MOST_PLACES: Final = 6
"""Places that are read before one is believed."""
_MOST_SAMPLES: Final = 24_000
"""Readings of one clock: two hours."""
_PROVING: Final = 8
"""Readings after which it is first asked whether a clock runs."""
_GIVEN_UP: Final = 24
"""Readings after which a place that does not run is left."""
_CLEAR: Final = -0.15
"""Score of a clock's worst figure, mean of its latest readings, from which on no other reading is sought."""
_SURE: Final = -0.5
"""The same over a film, below which a clock is not told: a figure that is taken for another each time."""
_OFF: Final = 1.6
"""Seconds by which a reading has left the course before, from where a still is worth keeping."""
_MOST_STILLS: Final = 12
_MOST_CLOCKS: Final = 3
"""Clocks of one film that are told of."""

_TINTED: Final = 15.0
"""Pixels of height from which figures are read by their colour, which films keep at half the size."""

Ink = Literal["light", "dark", "tint"]
_LOOKS: Final[tuple[tuple[Ink, int, int], ...]] = (
    ("light", 31, 22),
    ("light", 15, 12),
    ("tint", 31, 22),
    ("light", 31, 12),
    ("dark", 31, 22),
)
"""Which ink, within how many pixels, by how many grey levels."""


@dataclass
class Clock:
    """A place that shows a time of day."""

    dial: Dial
    ink: Ink
    day: DayReader
    samples: list[Sample] = field(default_factory=list[Sample])
    halves: float = 0.0
    """Above 0 it is PM, where the clock says so."""
    proven: bool = False
    stills: list[tuple[float, str]] = field(default_factory=list[tuple[float, str]])
    """Presentation time and digest of pictures where it left its course."""
    course: float | None = None
    held: Frame | None = None

    @property
    def clear(self) -> bool:
        """Whether it runs, and its worst figure was told well of late."""
        late = self.samples[-_PROVING:]
        worst = np.mean([sample.scores.max(axis=1) for sample in late], axis=0).min()
        return self.proven and bool(worst > _CLEAR)

    def told(self) -> tuple[list[Told], float]:
        """What it showed, in seconds since the midnight before, and the score of its worst figure."""
        told, score = counted(self.samples, half=self.dial.half)
        noon = 43_200 if self.dial.half and self.halves > 0 else 0
        return [Told(one.at, one.shown + noon) for one in told], score

    def date(self) -> tuple[Day, ...]:
        """The day that stands beside it: one, or two where day and month may be either."""
        return self.day.told(self.dial)


class Ticker:
    """Looks through one film in order; every picture has to be offered."""

    def __init__(self, album: Album) -> None:
        self._album = album
        self._clocks: list[Clock] = []
        self._due = self._look_due = ZERO
        self._looks = 0
        self.sampled = 0
        """Pictures that were looked at."""

    def see(self, frame: Frame) -> None:
        """Read the clocks that are known, and look for others."""
        if frame.at < self._due:
            return
        self._due = frame.at + PAUSE
        self.sampled += 1
        views: dict[Ink, Plane] = {}
        for clock in self._clocks:
            self._take(clock, frame, _view(frame, clock.ink, views))
        self._clocks = [clock for clock in self._clocks if _stays(clock)]
        if frame.at >= self._look_due:
            self._look(frame, views)

    def overlays(self) -> tuple[Overlay, ...]:
        """What was read, as values, the clock read most often first; of one place the surest reading."""
        told = [(clock, *clock.told()) for clock in self.clocks]
        kept: list[tuple[Clock, list[Told]]] = []
        for clock, shown, score in sorted(told, key=lambda three: -three[2]):
            if score >= _SURE and not any(known.dial.near(clock.dial) for known, _ in kept):
                kept.append((clock, shown))
        return tuple(
            Overlay(
                told=tuple(shown),
                alone=tuple(alone(clock.samples)),
                # Clocks of twelve hours write the month first.
                days=tuple(day.date for day in clock.date())[: 1 if clock.dial.half else None],
                sampled=self.sampled,
                stills=tuple(clock.stills),
            )
            for clock, shown in sorted(kept, key=lambda pair: -len(pair[1]))[:_MOST_CLOCKS]
        )

    @property
    def clocks(self) -> list[Clock]:
        """Those that ran with the film, read surely or not."""
        return [clock for clock in self._clocks if clock.proven]

    def _take(self, clock: Clock, frame: Frame, view: Plane) -> None:
        if len(clock.samples) >= _MOST_SAMPLES:
            return
        scores, half = read(clock.dial, clock.dial.strip(view))
        clock.halves += half
        clock.samples.append(Sample(frame.at.total_seconds(), scores))
        count = len(clock.samples)
        if not clock.proven and count >= _PROVING and count % 4 == 0:
            clock.proven = runs(clock.samples)
        if clock.proven:
            clock.day.see(clock.dial, view, frame.at)
        self._watch(clock, frame)

    def _watch(self, clock: Clock, frame: Frame) -> None:
        """Keep pictures of a clock that leaves its course, before and after."""
        told = alone(clock.samples[-1:])
        before, clock.held = clock.held, frame
        if not told or not clock.proven:
            return
        begun = told[0].shown - told[0].at
        left = clock.course is not None and abs(begun - clock.course) > _OFF
        clock.course = begun
        if left and len(clock.stills) < _MOST_STILLS:
            for shown in (before, frame):
                if shown is not None:
                    still = self._album.keep(shown, "clock", side=960, quad=_corners(clock.dial, shown))
                    clock.stills.append((shown.at.total_seconds(), still))

    def _look(self, frame: Frame, views: dict[Ink, Plane]) -> None:
        known = any(clock.clear for clock in self._clocks)
        young = frame.at < _YOUNG and not known
        pause = _SOON if young else _LATER if frame.at < _GROWN and not known else _RARELY
        self._look_due = frame.at + pause
        for _ in range(2 if young else 1):
            ink, around, step = _LOOKS[self._looks % len(_LOOKS)]
            self._looks += 1
            view = _view(frame, ink, views)
            lines = lines_of_ink(view, dark=ink == "dark", around=around, step=step)
            for line in [line for line in lines if not self._known(line)][:_MOST_LINES]:
                self._meet(dial_in(view, line), ink, view, frame)

    def _known(self, line: InkLine) -> bool:
        """Whether a clock that runs is read there already."""
        return any(
            clock.clear and clock.dial.lies_in(line.left, line.right, line.middle) for clock in self._clocks
        )

    def _meet(self, dial: Dial | None, ink: Ink, view: Plane, frame: Frame) -> None:
        if dial is None or len(self._clocks) >= _MOST_PLACES:
            return
        if ink == "tint" and dial.tall < _TINTED:
            return
        if any(clock.dial.near(dial) and (clock.ink == ink or clock.clear) for clock in self._clocks):
            return
        clock = Clock(dial, ink, DayReader())
        self._clocks.append(clock)
        self._take(clock, frame, view)


def _stays(clock: Clock) -> bool:
    return clock.proven or len(clock.samples) < _GIVEN_UP


def _view(frame: Frame, ink: Ink, views: dict[Ink, Plane]) -> Plane:
    if ink not in views:
        if ink == "tint":
            colour = frame.rgb(FULL)
            most = cv2.max(cv2.max(colour[..., 0], colour[..., 1]), colour[..., 2])
            least = cv2.min(cv2.min(colour[..., 0], colour[..., 1]), colour[..., 2])
            views[ink] = cast("Plane", cv2.subtract(most, least))
        else:
            views[ink] = frame.gray(FULL)
    return views[ink]


def _corners(dial: Dial, frame: Frame) -> Corners:
    scale = max(1.0, max(frame.width, frame.height) / FULL)
    left, top, right, bottom = (side * scale for side in dial.box)
    x0, x1 = max(0.0, left / frame.width), min(1.0, right / frame.width)
    y0, y1 = max(0.0, top / frame.height), min(1.0, bottom / frame.height)
    return np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])
