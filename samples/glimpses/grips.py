"""Where the hands are that hold a box on a staged still, and what of them is before the box."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from samples.glove import Gesture
from samples.pose import Array, unit, vector

Holding = Literal["none", "sides", "one", "under", "over", "corners"]
_HOLDINGS: tuple[Holding, ...] = ("none", "sides", "one", "under", "over", "corners")
_RAISED = (0.08, 0.5, 0.1, 0.1, 0.1, 0.12)
_RESTING = (0.4, 0.3, 0.1, 0.02, 0.08, 0.1)
"""How often each of them is drawn, for a box in the air and for one on the table."""


@dataclass(frozen=True)
class Grip:
    """One hand: where it lies in the picture and where its elbow is, pixels."""

    gesture: Gesture
    at: Array
    elbow: Array
    scale: float
    left: bool


class Grips:
    """The hands about one box; `behind` are painted before it, `before` after it."""

    def __init__(self, rng: np.random.Generator, outline: Array, scale: float, *, raised: bool) -> None:
        self._rng, self._outline = rng, outline
        self._scale = scale * float(rng.uniform(0.7, 1.35))
        self._down = self._elbow_way()
        self.behind: list[Grip] = []
        self.before: list[Grip] = []
        holding = _HOLDINGS[int(rng.choice(len(_HOLDINGS), p=_RAISED if raised else _RESTING))]
        match holding:
            case "sides" | "corners":
                self._beside((True, False), level=holding == "sides")
            case "one":
                self._beside((bool(rng.random() < 0.5),), level=True)
            case "under":
                self._under()
            case "over":
                self._over()
            case "none":
                pass

    def _beside(self, hands: tuple[bool, ...], *, level: bool) -> None:
        """At the left and right edge of the outline, the thumbs on the box."""
        rng, scale = self._rng, self._scale
        top, bottom = self._outline[:, 1].min(), self._outline[:, 1].max()
        share = float(rng.uniform(0.25, 0.85))
        for left in hands:
            out = -1.0 if left else 1.0
            if not level:
                share = float(rng.uniform(0.05, 0.95))
            row = float(top + (bottom - top) * (share + rng.normal(0, 0.03)))
            place = vector(_edge(self._outline, row, left=left) + out * 4 * scale, row)
            self.behind.append(Grip("hold", place, self._elbow(place, out), scale, left))
            if rng.random() < 0.85:
                inward = vector(-out, float(rng.uniform(-0.5, 0.3)))
                thumb = place + inward * float(rng.uniform(10, 34)) * scale
                self.before.append(Grip("thumb", thumb, place - inward * 90, scale, left))

    def _under(self) -> None:
        """Flat, from below."""
        rng = self._rng
        low, high = self._outline.min(axis=0), self._outline.max(axis=0)
        for left in (True, False):
            out = -1.0 if left else 1.0
            aside = out * (high[0] - low[0]) * float(rng.uniform(0.1, 0.45))
            place = vector((low[0] + high[0]) / 2 + aside, high[1])
            hand = Grip("flat", place, self._elbow(place, out), self._scale, left)
            (self.before if rng.random() < 0.5 else self.behind).append(hand)

    def _over(self) -> None:
        """Anywhere on the box."""
        rng = self._rng
        low, high = self._outline.min(axis=0), self._outline.max(axis=0)
        for left in (True, False) if rng.random() < 0.5 else (bool(rng.random() < 0.5),):
            place = low + (high - low) * rng.uniform(0.05, 0.95, 2)
            gesture: Gesture = "flat" if rng.random() < 0.6 else "knife"
            elbow = self._elbow(place, -1.0 if left else 1.0)
            self.before.append(Grip(gesture, place, elbow, self._scale, left))

    def _elbow(self, place: Array, out: float) -> Array:
        way = unit(self._down + vector(out * float(self._rng.uniform(0, 0.6)), 0))
        return place + way * float(self._rng.uniform(250, 420)) * self._scale

    def _elbow_way(self) -> Array:
        """Where the arms come from in the picture: mostly from below, at times from another side."""
        rng = self._rng
        if rng.random() < 0.8:
            return unit(vector(float(rng.normal(0, 0.25)), 1.0))
        angle = float(rng.uniform(0, 2 * np.pi))
        return vector(np.cos(angle), np.sin(angle))


def _edge(outline: Array, row: float, *, left: bool) -> float:
    """Where a convex outline crosses a row of the picture, on its left or right side."""
    found: list[float] = []
    for a, b in zip(outline, np.roll(outline, -1, axis=0), strict=True):
        low, high = sorted((float(a[1]), float(b[1])))
        if low <= row <= high and high - low > 1e-6:
            found.append(float(a[0]) + (row - float(a[1])) / (float(b[1]) - float(a[1])) * float(b[0] - a[0]))
    found = found or [float(outline[:, 0].min()), float(outline[:, 0].max())]
    return min(found) if left else max(found)
