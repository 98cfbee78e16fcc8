"""A scene with any number of bodies, each moved by its own story: two boxes, a swapped one, none at all."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import Final, cast

import cv2
import numpy as np

from samples.box import Cuboid, Goods, Parcel
from samples.glove import Glove
from samples.hands import Hands
from samples.label import Waybill
from samples.opened import Carton, visible
from samples.paint import Mask, Picture, Texture, hull, solid
from samples.pose import NORMALS, Array, Camera, Pose, Rig, ease, vector
from samples.scene import Darkroom, Look, View, cast_shadow, seen
from samples.story import Span, Story
from samples.table import Table

SHARP: Final = 0.004
"""Blur up to which a picture can show a face: deviation, as a share of the long side."""
_FAINT: Final = 0.3
"""Pixels of blur that cannot be seen."""


@dataclass(frozen=True)
class Prop:
    """A body in front of the camera, and what happens to it."""

    body: Parcel
    story: Story
    box: int | None = 1
    """Its number where it is a closed box with faces to count; None for what only looks like one."""
    enters: float = -math.inf
    leaves: float = math.inf
    """When it is there at all (s)."""

    def there(self, at: float) -> bool:
        return self.enters <= at < self.leaves


@dataclass(frozen=True)
class Haze:
    """A time during which the picture is blurred."""

    start: float
    end: float
    share: float
    """Deviation at its worst, as a share of the long side."""
    smear: float | None = None
    """Degrees: the direction of a motion that blurs along it only; None is out of focus."""
    rise: float = 0.3
    """Seconds in which it comes and goes."""

    def at(self, at: float) -> float:
        come, go = ease((at - self.start) / self.rise), ease((self.end - at) / self.rise)
        return self.share * min(come, go)


@dataclass(frozen=True)
class Stage:
    """A film's world; every picture is a function of the time alone."""

    rig: Rig
    length: float
    """Seconds."""
    props: tuple[Prop, ...] = ()
    table: Table = field(default_factory=Table)
    glove: Glove | None = field(default_factory=Glove)
    look: Look = field(default_factory=Look)
    haze: tuple[Haze, ...] = ()
    shutter: float = 0.0
    """Seconds that a picture is exposed, for the blur of what moves."""
    taps: int = 3
    """Pictures that are averaged for it."""

    @property
    def duration(self) -> float:
        return self.length

    @property
    def phases(self) -> tuple[Span, ...]:
        return ()

    @property
    def waybill(self) -> Waybill | None:
        """The label of the first box."""
        return next((prop.body.waybill for prop in self.props if prop.box == 1), None)

    def picture(self, at: float, *, index: int = 0) -> Picture:
        """The picture at a time (s), RGB; `index` draws the sensor's noise."""
        if self.shutter:
            moments = np.linspace(at - self.shutter / 2, at + self.shutter / 2, self.taps)
            exposed = np.stack([self._drawn(float(moment)) for moment in moments])
            drawn = cast("Picture", (exposed.mean(axis=0, dtype=np.float32) + 0.5).astype(np.uint8))
        else:
            drawn = self._drawn(at)
        return self._darkroom.develop(self._hazy(drawn, at), at, index)

    def views(self, at: float) -> tuple[View, ...]:
        """The truth of each box that is there, by number; hands and other bodies hide parts of faces."""
        # Half the picture's size is enough to say how much of a face is hidden.
        camera = self._halved(self.rig.camera(at))
        layers = self._layers(camera, at)
        front: Mask = np.zeros((camera.height, camera.width), np.uint8)
        found: list[View] = []
        for prop, pose in reversed(layers):
            cv2.max(front, self._hands_of(prop, pose, camera, at, "over"), dst=front)
            if prop.box is not None:
                found.append(self._view(prop, pose, at, front, camera))
            outline = np.round(hull(camera.project(pose.place(prop.body.corners)))).astype(np.int32)
            cv2.fillConvexPoly(front, outline, (255,))
            cv2.max(front, self._hands_of(prop, pose, camera, at, "behind"), dst=front)
        return tuple(sorted(found, key=lambda view: view.box))

    def _view(self, prop: Prop, pose: Pose, at: float, front: Mask, small: Camera) -> View:
        free = seen(self.rig.camera(at), prop.body, pose)
        corners = visible(small, prop.body, pose)
        faces = tuple(
            replace(face, hidden=hidden(corners[face.face], front)) if face.face in corners else face
            for face in free.faces
        )
        return replace(free, faces=faces, box=cast("int", prop.box), sharp=self._blur(at) <= SHARP)

    def _layers(self, camera: Camera, at: float) -> list[tuple[Prop, Pose]]:
        """The bodies that are there, the farthest first."""
        there = [(prop, prop.story.path.pose(at)) for prop in self.props if prop.there(at)]
        return sorted(there, key=lambda layer: -float(np.linalg.norm(layer[1].centre - camera.eye)))

    def _drawn(self, at: float) -> Picture:
        camera = self.rig.camera(at)
        picture = self.table.lay(camera)
        layers = self._layers(camera, at)
        for prop, pose in layers:
            cast_shadow(picture, camera, prop.body, pose, self.look.key)
        for prop, pose in layers:
            hands = _hands(prop, self.glove, camera, pose, at)
            hands.behind(picture)
            draw_lit(picture, camera, prop.body, pose, self.look)
            hands.over(picture)
        return picture

    def _hands_of(self, prop: Prop, pose: Pose, camera: Camera, at: float, which: str) -> Mask:
        """The silhouette of the hands of one body, in front of it or behind it."""
        canvas: Picture = np.zeros((camera.height, camera.width, 3), np.uint8)
        if self.glove is not None:
            hands = _hands(prop, stencil(), camera, pose, at)
            (hands.over if which == "over" else hands.behind)(canvas)
        return np.ascontiguousarray(canvas[:, :, 0])

    def _blur(self, at: float) -> float:
        return max((haze.at(at) for haze in self.haze), default=0.0)

    def _hazy(self, picture: Picture, at: float) -> Picture:
        side = max(self.rig.width, self.rig.height)
        worst = max(self.haze, key=lambda haze: haze.at(at), default=None)
        deviation = worst.at(at) * side if worst else 0.0
        if worst is None or deviation < _FAINT:
            return picture
        if worst.smear is None:
            return cast("Picture", cv2.GaussianBlur(picture, (0, 0), deviation))
        return cast("Picture", cv2.filter2D(picture, -1, _streak(deviation, worst.smear)))

    @staticmethod
    def _halved(camera: Camera) -> Camera:
        return replace(camera, width=camera.width // 2, height=camera.height // 2, focal=camera.focal / 2)

    @cached_property
    def _darkroom(self) -> Darkroom:
        return Darkroom(self.rig.width, self.rig.height, self.look)


class Stencil(Glove):
    """Gloves of pure white: what they cover."""

    def _draw(self, gesture: str) -> tuple[Picture, Mask]:
        colour, cover = super()._draw(gesture)
        return np.full_like(colour, 255), cover


@cache
def stencil() -> Stencil:
    return Stencil()


def hidden(corners: Array, front: Mask) -> float:
    """Which share of a polygon lies under a mask or beyond its borders, 0 to 1."""
    height, width = front.shape
    low, high = np.floor(corners.min(axis=0)).astype(int), np.ceil(corners.max(axis=0)).astype(int)
    # A body close to the lens would ask for a canvas of any size.
    low, high = np.maximum(low, (-width, -height)), np.minimum(high, (2 * width, 2 * height))
    if (high <= low).any():
        return 1.0
    face = np.zeros((int(high[1] - low[1]) + 1, int(high[0] - low[0]) + 1), np.uint8)
    cv2.fillConvexPoly(face, np.round(corners - low).astype(np.int32), (255,))
    whole = int(np.count_nonzero(face))
    left, top = max(0, int(low[0])), max(0, int(low[1]))
    right, bottom = min(width, int(high[0]) + 1), min(height, int(high[1]) + 1)
    if left >= right or top >= bottom:
        return 1.0
    inside = face[top - int(low[1]) : bottom - int(low[1]), left - int(low[0]) : right - int(low[0])]
    free = int(np.count_nonzero((inside > 0) & (front[top:bottom, left:right] < 128)))  # noqa: PLR2004 - half covered
    return 1 - free / max(1, whole)


def draw_lit(picture: Picture, camera: Camera, body: Cuboid, pose: Pose, look: Look) -> None:
    """Paint a closed body in the light of a look."""
    faces: list[tuple[Texture, Array, float]] = [
        (body.faces[face], corners, brightness(pose.rotation @ vector(*NORMALS[face]), look))
        for face, corners in visible(camera, body, pose).items()
    ]
    solid(picture, faces, hull(camera.project(pose.place(body.corners))))


def brightness(normal: Array, look: Look) -> float:
    """How bright a matt surface is under the light of a look."""
    key = np.asarray(look.key, np.float64)
    lambert = max(0.0, float(normal @ key) / float(np.linalg.norm(key)))
    room = 0.42 + 0.16 * (0.5 + 0.5 * float(normal[2]))
    return room * (1 - 0.62 * look.hardness) + lambert * (0.5 + 0.42 * look.hardness)


def _hands(prop: Prop, glove: Glove | None, camera: Camera, pose: Pose, at: float) -> Hands:
    return Hands(prop.story, Carton(prop.body, Goods()), glove, camera, pose, at=at)


def _streak(deviation: float, degrees: float) -> Array:
    """A kernel that smears along one direction; `deviation` in pixels."""
    reach = max(1, round(deviation * math.sqrt(3)))
    kernel = np.zeros((2 * reach + 1, 2 * reach + 1), np.float64)
    along = vector(math.cos(math.radians(degrees)), math.sin(math.radians(degrees))) * reach
    start, end = (tuple(round(float(c)) + reach for c in point) for point in (-along, along))
    cv2.line(kernel, cast("Sequence[int]", start), cast("Sequence[int]", end), (1.0,))
    return kernel / kernel.sum()
