"""A camera that is carried about: round the box, from one box to another, nearer and farther."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from samples.pose import Array, Camera, Rig, ease, vector


@dataclass(frozen=True)
class Stop:
    """Where the camera is at one moment (s), as seen from what it looks at."""

    at: float
    azimuth: float = 0.0
    """Degrees; 0 is in front of the box, 90 at its right side."""
    elevation: float = 42.0
    """Degrees above the table."""
    distance: float = 820.0
    """Millimetres."""
    target: tuple[float, float, float] = (0, 0, 90)
    """What it looks at, mm in the world."""

    @property
    def eye(self) -> Array:
        """Where it is, mm in the world."""
        turn, rise = math.radians(self.azimuth), math.radians(self.elevation)
        out = vector(math.sin(turn) * math.cos(rise), -math.cos(turn) * math.cos(rise), math.sin(rise))
        return vector(*self.target) + out * self.distance


@dataclass(frozen=True)
class Walk(Rig):
    """A hand-held camera that goes from stop to stop, with a slow start and end of each way."""

    stops: Sequence[Stop] = (Stop(0),)

    def camera(self, at: float) -> Camera:
        """The camera at a time (s)."""
        stop = self.stop(at)
        turn, shift = self.shake.at(at)
        return Camera(
            width=self.width,
            height=self.height,
            eye=stop.eye + shift,
            target=vector(*stop.target) + shift * 0.5,
            focal=self.focal * max(self.width, self.height),
            turn=turn,
        )

    def stop(self, at: float) -> Stop:
        """Where it is on its way at a time (s)."""
        before = [stop for stop in self.stops if stop.at <= at]
        after = [stop for stop in self.stops if stop.at > at]
        if not before or not after:
            return (before or after)[-1 if before else 0]
        a, b = before[-1], after[0]
        share = ease((at - a.at) / (b.at - a.at))

        def mixed(low: float, high: float) -> float:
            return low + (high - low) * share

        x, y, z = (mixed(low, high) for low, high in zip(a.target, b.target, strict=True))
        return Stop(
            at,
            mixed(a.azimuth, b.azimuth),
            mixed(a.elevation, b.elevation),
            mixed(a.distance, b.distance),
            (x, y, z),
        )
