"""Breaks: two pictures in a row between which more changes than the film around them allows.

1. Two neighbours are compared in grey, block by block, as they are and again after the
   earlier one was given the tones of the later: a lamp or the exposure changes the first
   comparison, a hand coming in can change the second; a join changes both.
2. A block breaks when it changes by more than that block and the ones beside it change
   at any other step nearby. So a film is held against itself: against its own noise, its
   shake, and the speed of its hands.
3. Key frames of strongly compressed films pulse. One of them is also held against what
   the film's other key frames change.

A quick movement lasts several pictures and so sets its own limit; a join is one step.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from statistics import median
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import timedelta

    import numpy.typing as npt

    from evidence.check import Frame, Plane

    Map = npt.NDArray[np.float32]
    """`(rows, columns)`: the mean change of each block, in grey levels of 255."""

BLOCKS: Final = 16
"""Blocks along the long side."""
AROUND: Final = 8
"""Steps on each side that a step is held against."""
FEWEST: Final = 4
"""Steps on each side that a judgement needs."""
NOISE: Final = 2.0
"""Grey levels that a block may always change: coding noise of a still scene."""
STRONGEST: Final = 20
"""One block in so many decides the strength, and at least three do."""
PULSE: Final = 1.3
"""How many times the usual change at a key frame one key frame may have."""
FEW_KEYS: Final = 5
"""Key frames that a film needs to say what is usual at one."""
MOST_KEYS: Final = 64
MOST: Final = 256
"""Breaks that are remembered; a film with more is no take."""
LONGEST_STEP: Final = 2.5
"""Where pictures were dropped, more changes; up to so many usual steps that is made good."""
_BESIDE: Final = np.ones((3, 3), np.uint8)


@dataclass(frozen=True)
class Break:
    """A step that changes more than the steps around it allow."""

    start: timedelta
    """The last picture before."""
    end: timedelta
    """The first picture after."""
    strength: float
    """How many times the allowed change the strongest blocks change."""
    share: float
    """The part of the picture whose blocks change more than allowed, 0 to 1."""


@dataclass
class _Step:
    """From one picture to the next."""

    start: timedelta
    end: timedelta
    key: bool
    changes: tuple[Map, Map]
    """As it is, and with the tones of the later picture."""
    spread: tuple[Map, Map]
    """The same, each block as much as the strongest beside it."""
    pictures: tuple[Frame, Frame] | None = field(default=None, repr=False)

    @property
    def length(self) -> float:
        return (self.end - self.start).total_seconds()


@dataclass(frozen=True)
class _Suspect:
    step: _Step
    allowed: tuple[Map, Map]
    found: Break


class Breaks:
    """Finds the breaks of one film as its pictures go by; holds a few dozen small maps.

    Args:
        least: the strength from which on a break is reported.
        side: long side of the grey pictures that are compared, pixels.
    """

    def __init__(self, *, least: float, side: int) -> None:
        self._least = least
        self._side = side
        self._steps: deque[_Step] = deque(maxlen=2 * AROUND + 1)
        self._last: Frame | None = None
        self._last_gray: Plane | None = None
        self._keys: list[tuple[Map, Map]] = []
        self._seen_keys = self._seen = 0
        self._suspects: list[_Suspect] = []
        self.change = 0.0
        """The mean change of the latest step, grey levels."""

    def see(self, frame: Frame) -> tuple[Break, Frame, Frame] | None:
        """Take the next picture; perhaps judge an earlier step to be a break between two pictures."""
        gray = np.asarray(cv2.blur(frame.gray(self._side), (3, 3)), np.uint8)
        before, self._last = self._last, frame
        gray_before, self._last_gray = self._last_gray, gray
        if before is None or gray_before is None or gray_before.shape != gray.shape:
            self._steps.clear()
            self.change = 0.0 if before is None else 255.0
            return None
        self._steps.append(self._step(before, frame, gray_before, gray))
        full = len(self._steps)
        return self._judge(full - 1 - AROUND) if full > AROUND + FEWEST else None

    def finish(self) -> Iterator[tuple[Break, Frame, Frame]]:
        """Judge the last steps of the film, which have fewer after them."""
        size = len(self._steps)
        for position in range(max(FEWEST, size - AROUND), size - FEWEST):
            if found := self._judge(position):
                yield found

    def found(self) -> list[Break]:
        """All breaks, once the film is over, in order; key frames held against each other."""
        pulsing = FEW_KEYS <= self._seen_keys <= self._seen / 4
        if not pulsing:
            return [suspect.found for suspect in self._suspects]
        usual = [PULSE * np.median([maps[i] for maps in self._keys], axis=0) for i in range(2)]
        judged: list[Break] = []
        for suspect in self._suspects:
            found = suspect.found
            if suspect.step.key:
                first, second = (
                    np.maximum(a, np.asarray(u, np.float32))
                    for a, u in zip(suspect.allowed, usual, strict=True)
                )
                strength, share = _strength(suspect.step.changes, (first, second))
                found = replace(found, strength=strength, share=share)
            if found.strength >= self._least:
                judged.append(found)
        return judged

    def _step(self, before: Frame, after: Frame, earlier: Plane, later: Plane) -> _Step:
        plain = _blocks(earlier, later)
        self.change = float(plain.mean())
        strong = float(plain.max()) > NOISE * self._least
        toned = _blocks(_with_tones_of(later, earlier), later) if strong else plain
        spread = _beside(plain)
        step = _Step(
            before.at, after.at, after.key, (plain, toned), (spread, _beside(toned) if strong else spread)
        )
        # Whoever holds a picture holds its megabytes: only what may turn out a break.
        past = list(self._steps)[-AROUND:]
        if strong and past and _strength((plain, toned), _allowed(past))[0] >= self._least:
            step.pictures = before, after
        self._count(step)
        return step

    def _count(self, step: _Step) -> None:
        self._seen += 1
        if step.key:
            self._seen_keys += 1
            # Thinned out when there are many, so that a long film is known by all of its length.
            if len(self._keys) == MOST_KEYS:
                del self._keys[::2]
            self._keys.append(step.spread)

    def _judge(self, position: int) -> tuple[Break, Frame, Frame] | None:
        steps = list(self._steps)
        step = steps[position]
        pictures, step.pictures = step.pictures, None
        if pictures is None:
            return None
        around = [*steps[max(0, position - AROUND) : position], *steps[position + 1 : position + 1 + AROUND]]
        usual = median(other.length for other in around)
        pace = min(max(step.length / usual, 1.0), LONGEST_STEP) if usual > 0 else 1.0
        paced = replace(step, changes=(step.changes[0] / pace, step.changes[1] / pace))
        allowed = _allowed(around)
        strength, share = _strength(paced.changes, allowed)
        if strength < self._least:
            return None
        found = Break(step.start, step.end, strength, share)
        if len(self._suspects) < MOST:
            self._suspects.append(_Suspect(paced, allowed, found))
        return found, *pictures


def _blocks(earlier: Plane, later: Plane) -> Map:
    height, width = later.shape
    block = max(width, height) / BLOCKS
    size = max(1, round(width / block)), max(1, round(height / block))
    change = cv2.absdiff(earlier, later).astype(np.float32)
    return np.asarray(cv2.resize(change, size, interpolation=cv2.INTER_AREA), np.float32)


def _with_tones_of(model: Plane, picture: Plane) -> Plane:
    """`picture` with its grey levels moved so that as many are as dark as in `model`."""
    have, want = (np.cumsum(cv2.calcHist([p], [0], None, [256], [0, 256])) for p in (picture, model))
    levels = np.searchsorted(want, have).clip(0, 255).astype(np.uint8)
    return np.asarray(cv2.LUT(picture, levels), np.uint8)


def _beside(change: Map) -> Map:
    return np.asarray(cv2.dilate(change, _BESIDE), np.float32)


def _allowed(around: list[_Step]) -> tuple[Map, Map]:
    first, second = (np.max([step.spread[i] for step in around], axis=0) for i in range(2))
    return np.asarray(first, np.float32), np.asarray(second, np.float32)


def _strength(changes: tuple[Map, Map], allowed: tuple[Map, Map]) -> tuple[float, float]:
    """How many times what is allowed the strongest blocks change, and the share of those that do."""
    plain, toned = (c / (a + NOISE) for c, a in zip(changes, allowed, strict=True))
    ratio = np.minimum(plain, toned).ravel()
    few = min(ratio.size, max(3, ratio.size // STRONGEST))
    strongest = np.partition(ratio, ratio.size - few)[-few:]
    return float(strongest.mean()), float((ratio > 1.0).mean())
