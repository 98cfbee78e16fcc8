"""How a closed box is shown to a camera: held up face by face, turned on the table, rolled, swung.

Poses come from here as steps; `handled` strings steps to a story. All boxes begin lying on
the table with their top up and their front to the viewer, unless a story says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

import numpy as np

from samples.box import Cuboid
from samples.pose import FACES, NORMALS, Array, Key, Path, Pose, about, showing, unit, vector
from samples.story import Grip, Story

_X: Final = vector(1, 0, 0)
_Y: Final = vector(0, 1, 0)
_Z: Final = vector(0, 0, 1)
_ALWAYS: Final = 1e6
"""Seconds: a story that its film ends, not the story itself."""


@dataclass(frozen=True)
class Grounded(Path):
    """A path on which no corner of the body goes below the table."""

    corners: Array = field(default_factory=lambda: np.zeros((1, 3)))
    """`(8, 3)` mm in the body's frame."""

    def pose(self, at: float) -> Pose:
        """The pose at a time (s), raised as far as the table asks."""
        free = super().pose(at)
        low = float(free.place(self.corners)[:, 2].min())
        return free if low >= 0 else Pose(free.centre - vector(0, 0, low), free.rotation)


@dataclass(frozen=True)
class Step:
    """A pose, reached in `turn` seconds and kept for `hold` seconds."""

    pose: Pose
    turn: float
    hold: float


@dataclass(frozen=True)
class Hand:
    """Where a body is held up: before one eye, its middle on the line of sight, at a distance."""

    eye: Array
    target: Array
    distance: float = 620

    @property
    def centre(self) -> Array:
        return self.eye + unit(self.target - self.eye) * self.distance

    def shows(self, face: str, up: str, *, yaw: float = 0, pitch: float = 0, roll: float = 0) -> Pose:
        """The body held so that a face looks into the lens, `roll` degrees about the line of sight."""
        towards = self.eye - self.centre
        turned = about(towards, roll) @ showing(face, up, towards, yaw=yaw, pitch=pitch)
        return Pose(self.centre, turned)


def lying(
    body: Cuboid,
    *,
    yaw: float = 0,
    tip: float = 0,
    roll: float = 0,
    spin: float = 0,
    x: float = 0,
    y: float = 0,
) -> Pose:
    """The body on the table: turned by `yaw`, tipped (back is negative), rolled, then turned by `spin`."""
    rotation = about(_Z, spin) @ about(_Y, roll) @ about(_X, tip) @ about(_Z, yaw)
    low = float((body.corners @ rotation.T)[:, 2].min())
    return Pose(vector(x, y, -low), rotation)


def handled(
    body: Cuboid, start: Pose, steps: Iterable[Step], *, lead: float = 0.9, held: bool = True
) -> Story:
    """The story of a body that lies for `lead` seconds and then goes through the steps."""
    keys = [Key(0.0, start), Key(lead, start)]
    for step in steps:
        keys.append(Key(keys[-1].at + step.turn, step.pose))
        keys.append(Key(keys[-1].at + max(step.hold, 1e-3), step.pose))
    end = keys[-1].at
    grips = (Grip(lead - 0.5, _ALWAYS, "hold"),) if held else ()
    return Story(
        duration=_ALWAYS, path=Grounded(tuple(keys), body.corners), phases=(("faces", 0, end),), grips=grips
    )


def ends(story: Story) -> float:
    """When the last of a story's steps is over (s)."""
    return story.path.keys[-1].at


def tumbled(route: Sequence[str], *, start: tuple[str, str] = ("front", "top")) -> Iterator[tuple[str, str]]:
    """Each face of the route with the face above it, each turned to the shortest way from the one before.

    Raises:
        ValueError: two faces in a row are opposite, so there is no shortest way.
    """
    face, up = start
    for following in route:
        if following == opposite(face):
            raise ValueError(f"{following} is opposite {face}")
        if following == up:
            up = opposite(face)
        elif following == opposite(up):
            up = face
        face = following
        yield face, up


def opposite(face: str) -> str:
    x, y, z = NORMALS[face]
    return next(other for other, normal in NORMALS.items() if normal == (-x, -y, -z))


def wander(draw: np.random.Generator, faces: Sequence[str], *, first: Sequence[str] = FACES) -> list[str]:
    """The faces in a drawn order in which no two in a row are opposite, beginning with one of `first`."""
    while True:
        order = [str(face) for face in draw.permutation(list(faces))]
        if order[0] in first and all(b != opposite(a) for a, b in pairwise(order)):
            return order
