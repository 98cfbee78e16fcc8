"""What happens in a film: when the box moves, is cut, opened and emptied, and what that makes true."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from samples.opened import Opening
from samples.pose import Array, Key, Path, Pose, about, ease, showing, vector

Phase = Literal["sealed", "label", "faces", "opening", "contents"]
Span = tuple[Phase, float, float]
"""A phase with its start and end (s)."""


@dataclass(frozen=True)
class Ramp:
    """A change from one value to another between two times (s), with a slow start and end."""

    start: float
    end: float
    low: float = 0.0
    high: float = 1.0

    def at(self, at: float) -> float:
        return self.low + (self.high - self.low) * ease((at - self.start) / (self.end - self.start))


@dataclass(frozen=True)
class Grip:
    """A time during which the hands do something (s)."""

    start: float
    end: float
    doing: Literal["hold", "cut", "part", "lift", "cover", "veil"]
    """`cover`: two flat hands on the box; `veil`: both arms between the box and the camera."""
    also: tuple[Pose, ...] = ()
    """Where a body of this size lies that the arms hide as well: one that takes the other's place."""


@dataclass(frozen=True)
class Story:
    """The movement of everything but the camera; a function of time in seconds."""

    duration: float
    path: Path
    phases: tuple[Span, ...] = ()
    grips: tuple[Grip, ...] = ()
    cut: Ramp | None = None
    short_flaps: Ramp | None = None
    long_flaps: Ramp | None = None
    lift: Ramp | None = None

    def opening(self, at: float) -> Opening:
        """How far the carton is opened."""
        return Opening(
            cut=self.cut.at(at) if self.cut else 0,
            long_flaps=self.long_flaps.at(at) if self.long_flaps else 0,
            short_flaps=self.short_flaps.at(at) if self.short_flaps else 0,
        )


RAISED = vector(0, -60, 225)
"""Where the box is held up to the camera (mm)."""
TOWARDS = vector(0, -0.62, 0.62)
"""From there to the camera."""


def rest(height: float, yaw: float = -7) -> Pose:
    """The box on the table, its label up."""
    return Pose(vector(0, 0, height / 2), about(vector(0, 0, 1), yaw))


def held(face: str, up: str, *, yaw: float = 0, pitch: float = 0, centre: Array = RAISED) -> Pose:
    """The box held up so that a face looks at the camera."""
    return Pose(centre, showing(face, up, TOWARDS, yaw=yaw, pitch=pitch))


def _turns(start: float, turn: float, hold: float, poses: tuple[Pose, ...]) -> tuple[Key, ...]:
    """Each pose reached in `turn` seconds and kept for `hold` seconds."""
    keys: list[Key] = []
    at = start
    for pose in poses:
        at += turn
        keys.append(Key(at, pose))
        at += hold
        keys.append(Key(at, pose))
    return tuple(keys)


def unboxing(height: float = 170, *, pace: float = 1.0, bottom: bool = True) -> Story:
    """The whole procedure: sealed, waybill, six faces, cut, opened, emptied; about 14 s at pace 1.

    `pace` stretches it (2 is half as fast); without `bottom` the underside is never shown.
    """
    lying = rest(height)
    near = vector(0, -165, 285)
    label = held("top", "back", pitch=-4, yaw=3, centre=near)
    corner = held("top", "back", yaw=-30, pitch=-32)
    round_trip = (
        corner,
        held("front", "top", yaw=-20, pitch=16),
        held("right", "top", yaw=-20, pitch=16),
        held("back", "top", yaw=-20, pitch=16),
        held("left", "top", yaw=-20, pitch=16),
    )
    underside = (held("front", "top", pitch=10), held("bottom", "front", yaw=30, pitch=-32)) if bottom else ()
    keys = [Key(0.9, lying), Key(1.5, label), Key(2.5, label)]
    keys += _turns(2.5, 0.45, 0.42, round_trip)
    for place, pose in enumerate(underside):
        at = keys[-1].at + 0.5
        keys.append(Key(at, pose))
        if place:
            keys.append(Key(at + 0.6, pose))
    shown = keys[-1].at
    keys.append(Key(shown + 0.45, held("front", "top", pitch=10)))
    down = shown + 1.0
    keys.append(Key(down, lying))
    cut, parted, emptied = down + 1.6, down + 2.9, down + 5.2
    end = emptied + 0.4
    return Story(
        duration=end * pace,
        path=Path(tuple(Key(key.at * pace, key.pose) for key in keys)),
        phases=(
            ("sealed", 0, 0.9 * pace),
            ("label", 1.5 * pace, 2.5 * pace),
            ("faces", 2.5 * pace, shown * pace),
            ("opening", (down + 0.3) * pace, parted * pace),
            ("contents", parted * pace, end * pace),
        ),
        grips=(
            Grip(0.35 * pace, (down + 0.1) * pace, "hold"),
            Grip((down + 0.1) * pace, cut * pace, "cut"),
            Grip(cut * pace, parted * pace, "part"),
            Grip((parted + 0.1) * pace, end * pace, "lift"),
        ),
        cut=Ramp((down + 0.4) * pace, (cut - 0.2) * pace),
        long_flaps=Ramp((cut + 0.15) * pace, (cut + 0.85) * pace, 0, 215),
        short_flaps=Ramp((cut + 0.7) * pace, parted * pace, 0, 200),
        lift=Ramp((parted + 0.5) * pace, (parted + 2.0) * pace),
    )


def turning(height: float = 170, *, period: float = 20.0) -> Story:
    """The box turns through its six faces and comes back to where it began, without being opened."""
    poses = (
        held("top", "back", pitch=-6),
        held("front", "top", pitch=12),
        held("right", "top", pitch=12),
        held("back", "top", pitch=12),
        held("left", "top", pitch=12),
        held("front", "top", pitch=12),
        held("bottom", "front", pitch=8),
        held("front", "top", pitch=12),
    )
    share = period / (len(poses) + 1)
    keys = (
        Key(0.0, rest(height)),
        *_turns(0.0, share * 0.55, share * 0.45, poses),
        Key(period, rest(height)),
    )
    return Story(
        duration=period, path=Path(keys), phases=(("faces", 0, period),), grips=(Grip(0.0, period, "hold"),)
    )


def lying(height: float = 170, *, duration: float = 3.0, yaw: float = -12) -> Story:
    """The box lies on the table, and only the camera moves."""
    return Story(
        duration=duration,
        path=Path((Key(0, rest(height, yaw)),)),
        phases=(("sealed", 0, duration),),
    )
