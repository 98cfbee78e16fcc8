"""The whole picture: table, hands, box, light and lens at one moment, and what is true of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, cast

import cv2
import numpy as np
import numpy.typing as npt

from samples.box import Cuboid, Goods, Parcel
from samples.glove import Glove
from samples.hands import Hands
from samples.label import Waybill
from samples.opened import KEY, Carton, draw_body, lifted, visible
from samples.paint import Picture, area, hull, shade
from samples.pose import NORMALS, Array, Camera, Pose, Rig, quaternion, unit, vector
from samples.story import Span, Story, unboxing
from samples.table import Table

FRONTAL: Final = 60.0
"""Degrees from head-on up to which a face counts as shown."""


@dataclass(frozen=True)
class Look:
    """How the camera renders what it sees."""

    exposure: float = 1.0
    warmth: float = 1.0
    """Above 1 is warmer light."""
    noise: float = 2.4
    """Deviation of the sensor's noise in grey levels."""
    vignette: float = 0.22
    """How much darker the corners are."""
    drift: float = 0.012
    """How much the automatic exposure wavers."""
    seed: int = 0
    key: tuple[float, float, float] = KEY
    """Where the light comes from."""
    hardness: float = 0.0
    """0 is a soft room; at 1 the light from `key` is nearly all there is."""


@dataclass(frozen=True)
class FaceView:
    """One face that is turned to the camera."""

    face: str
    angle: float
    """Degrees between its normal and the line to the camera; 0 is head-on."""
    pixels: float
    """Area in the picture, in pixels."""
    hidden: float = 0.0
    """Share of it behind a hand or another thing, or beyond the picture's border, where that is followed."""


@dataclass(frozen=True)
class View:
    """What is true of one picture."""

    centre: tuple[float, float, float]
    """The box's middle in the camera frame, mm."""
    rotation: tuple[float, float, float, float]
    """From the box frame to the camera frame, as a quaternion (w, x, y, z)."""
    corners: tuple[tuple[float, float], ...]
    """The eight corners in pixels, in the order of `Cuboid.corners`."""
    faces: tuple[FaceView, ...]
    shut: bool
    """Whether the carton is still closed."""
    box: int = 1
    """Which box it is, where there are several."""
    sharp: bool = True
    """Whether the picture is sharp enough to show a face."""


@dataclass(frozen=True)
class Scene:
    """A film's world; every picture is a function of the time alone."""

    rig: Rig
    parcel: Parcel = field(default_factory=Parcel)
    goods: Goods = field(default_factory=Goods)
    story: Story = field(default_factory=unboxing)
    table: Table = field(default_factory=Table)
    glove: Glove | None = field(default_factory=Glove)
    look: Look = field(default_factory=Look)

    def picture(self, at: float, *, index: int = 0) -> Picture:
        """The picture at a time (s), RGB; `index` draws the sensor's noise."""
        return self._darkroom.develop(self._drawn(at), at, index)

    def view(self, at: float) -> View:
        """The truth of the picture at a time (s)."""
        shut = self.story.opening(at).shut
        return seen(self.rig.camera(at), self.parcel, self.story.path.pose(at), shut=shut)

    def views(self, at: float) -> tuple[View, ...]:
        """The truth of each of its boxes: of the only one."""
        return (self.view(at),)

    @property
    def duration(self) -> float:
        """Seconds."""
        return self.story.duration

    @property
    def phases(self) -> tuple[Span, ...]:
        """The parts of the procedure."""
        return self.story.phases

    @property
    def waybill(self) -> Waybill | None:
        """The label of the parcel."""
        return self.parcel.waybill

    @cached_property
    def _darkroom(self) -> Darkroom:
        return Darkroom(self.rig.width, self.rig.height, self.look)

    @cached_property
    def carton(self) -> Carton:
        return Carton(self.parcel, self.goods)

    def _drawn(self, at: float) -> Picture:
        camera, pose = self.rig.camera(at), self.story.path.pose(at)
        opening = self.story.opening(at)
        picture = self.table.lay(camera)
        cast_shadow(picture, camera, self.parcel, pose)
        hands = Hands(self.story, self.carton, self.glove, camera, pose, at=at)
        hands.behind(picture)
        if opening.shut:
            draw_body(picture, camera, self.parcel, pose)
            self.carton.draw_cut(picture, camera, pose, opening.cut)
            hands.over(picture)
            return picture
        lift = self.story.lift.at(at) if self.story.lift else 0.0
        goods = lifted(self.carton.resting(pose), lift)
        self.carton.draw_open(picture, camera, pose, opening, goods)
        hands.over(picture)
        if hands.taking:
            # The fingers reach under the goods, the arm over the carton's edge: the goods stay in sight.
            before = picture.copy()
            hands.behind_goods(picture, goods)
            cv2.copyTo(before, self.carton.mask_of_goods(picture, camera, pose, opening, goods), picture)
            hands.over_goods(picture, goods)
        return picture


def seen(camera: Camera, body: Cuboid, pose: Pose, *, shut: bool = True) -> View:
    """What is true of a body that nothing hides."""
    to_camera = camera.rotation @ pose.rotation
    centre = camera.rotation @ (pose.centre - camera.eye)
    faces: list[FaceView] = []
    for face, corners in visible(camera, body, pose).items():
        middle = pose.place(body.corners_of(face)).mean(axis=0)
        normal = pose.rotation @ vector(*NORMALS[face])
        cosine = float(unit(camera.eye - middle) @ normal)
        faces.append(FaceView(face, math.degrees(math.acos(min(1.0, cosine))), area(corners)))
    corners = camera.project(pose.place(body.corners))
    return View(
        centre=(float(centre[0]), float(centre[1]), float(centre[2])),
        rotation=quaternion(to_camera),
        corners=tuple((float(x), float(y)) for x, y in corners),
        faces=tuple(faces),
        shut=shut,
    )


def cast_shadow(
    picture: Picture, camera: Camera, body: Cuboid, pose: Pose, key: Sequence[float] = KEY
) -> None:
    """The shadow of a body on the table: one of the key light, one of the room."""
    corners = pose.place(body.corners)
    outlines: list[Array] = []
    for direction in (vector(*key), vector(0, 0, 1)):
        fallen = corners - direction * (corners[:, 2:3] / direction[2])
        fallen[:, 2] = 0
        outlines.append(hull(camera.project(fallen)))
    clear = max(0.0, float(corners[:, 2].min()))
    scale = camera.scale(vector(pose.centre[0], pose.centre[1], 0))
    shade(picture, outlines, (10 + clear * 0.22) * scale, 0.42 / (1 + clear / 260))


@dataclass(frozen=True)
class Darkroom:
    """What lens, light and sensor make of a painted picture of one size."""

    width: int
    height: int
    look: Look

    def develop(self, picture: Picture, at: float, index: int) -> Picture:
        """The picture as the sensor gives it; `picture` is used up."""
        look = self.look
        drift = 1 + look.drift * math.sin(at * 0.9 + look.seed)
        cv2.multiply(picture, self._lens, dst=picture, scale=look.exposure * drift * look.warmth / 255)
        return noisy(picture, self._plates, index)

    @cached_property
    def _lens(self) -> Picture:
        """What the lens and the colour of the light leave of each channel, 255 being all."""
        look = self.look
        y, x = np.mgrid[-1 : 1 : self.height * 1j, -1 : 1 : self.width * 1j]
        round_off = 1 - look.vignette * np.clip((x * x + y * y) / 2, 0, 1) ** 1.3
        # A hard light stands near, so the side away from it is darker.
        round_off *= 1 - look.hardness * (0.5 - 0.5 * np.sign(look.key[0]) * x) * 0.55
        warm = (1.0, 1 / look.warmth, (2 - look.warmth) / look.warmth)
        # Cold light would ask for more than all of blue: what counts is the balance.
        tint = np.asarray(warm) / max(1.0, *warm)
        return np.clip(255 * round_off[:, :, None] * tint, 0, 255).astype(np.uint8)

    @cached_property
    def _plates(self) -> tuple[npt.NDArray[np.int8], ...]:
        return plates(self.width, self.height, self.look.noise, self.look.seed)


def plates(width: int, height: int, deviation: float, seed: int) -> tuple[npt.NDArray[np.int8], ...]:
    """Sheets of sensor noise, larger than the picture, so that no two cuts are the same."""
    if deviation <= 0:
        return ()
    draw = np.random.default_rng(seed + 500)
    shape = (height + 48, width + 48, 1)
    made: list[npt.NDArray[np.int8]] = []
    for _ in range(2):
        grey = draw.standard_normal(shape, dtype=np.float32)
        colour = draw.standard_normal((shape[0] // 2, shape[1] // 2, 3), dtype=np.float32)
        colour = cv2.resize(colour, (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR)
        made.append(np.clip(np.round((grey + colour * 0.45) * deviation), -127, 127).astype(np.int8))
    return tuple(made)


def noisy(picture: Picture, sheets: tuple[npt.NDArray[np.int8], ...], index: int) -> Picture:
    """The picture with the noise of its `index`-th exposure."""
    if not sheets:
        return picture
    height, width = picture.shape[:2]
    draw = np.random.default_rng(index + 7)
    x, y = (int(n) for n in draw.integers(0, 48, 2))
    sheet = sheets[index % len(sheets)][y : y + height, x : x + width]
    return cast("Picture", cv2.add(picture, sheet, dtype=cv2.CV_8U))
