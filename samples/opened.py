"""A carton being opened: the knife's line, the four flaps, the paper inside, the goods that come out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from samples.box import Cuboid, Goods, Parcel, light
from samples.paint import Mask, Picture, Texture, area, hull, shade, solid, surface
from samples.pose import FACES, NORMALS, Array, Camera, Pose, about, unit, vector

KEY = (-0.42, -0.18, 0.89)
"""Where the light comes from: above, a little left and towards the camera."""

_DEEP = 0.86
"""How much of the light reaches the goods at the bottom of the carton."""


@dataclass(frozen=True)
class Opening:
    """How far the opening has come."""

    cut: float = 0.0
    """Share of the seam that the knife has passed, 0 to 1."""
    long_flaps: float = 0.0
    """Degrees by which the front and back flaps stand open; 0 is shut."""
    short_flaps: float = 0.0

    @property
    def shut(self) -> bool:
        return self.long_flaps <= 0


def visible(camera: Camera, body: Cuboid, pose: Pose) -> dict[str, Array]:
    """The faces turned to the camera, with their corners in pixels `(4, 2)`."""
    found: dict[str, Array] = {}
    for face in FACES:
        corners = camera.project(pose.place(body.corners_of(face)))
        if area(corners) > 0:
            found[face] = corners
    return found


def draw_body(picture: Picture, camera: Camera, body: Cuboid, pose: Pose, *, gain: float = 1.0) -> None:
    """Paint a closed box."""
    faces = [
        (body.faces[face], corners, gain * light(pose.rotation @ vector(*NORMALS[face]), KEY))
        for face, corners in visible(camera, body, pose).items()
    ]
    solid(picture, faces, hull(camera.project(pose.place(body.corners))))


class Carton:
    """A parcel that can be opened; knows its own inside."""

    def __init__(self, parcel: Parcel, goods: Goods) -> None:
        self.parcel = parcel
        self.goods = goods

    @cached_property
    def _halves(self) -> tuple[Texture, Texture]:
        """The outside of the front and of the back flap."""
        top = self.parcel.faces["top"].levels[0]
        middle = top.shape[0] // 2
        return Texture(np.ascontiguousarray(top[middle:])), Texture(np.ascontiguousarray(top[:middle]))

    def seam(self, pose: Pose, share: float) -> Array:
        """The point of the seam at a share of its length, in the world."""
        x = (share - 0.5) * self.parcel.length
        return pose.place(vector(x, 0, self.parcel.height / 2)[None])[0]

    def draw_cut(self, picture: Picture, camera: Camera, pose: Pose, share: float) -> None:
        """The line that the knife leaves."""
        if share <= 0:
            return
        half, top = self.parcel.length / 2, self.parcel.height / 2
        end = (share * 2 - 1) * half
        for y0, y1, colour in ((-2.4, 2.4, (214, 190, 150)), (-1.5, 1.5, (44, 32, 24))):
            line = np.array(
                [(-half, y1, top), (end, y1, top), (end + 3, y0, top), (-half, y0, top)], np.float64
            )
            points = np.round(camera.project(pose.place(line)) * 16).astype(np.int32)
            cv2.fillConvexPoly(picture, points, colour, cv2.LINE_AA, 4)

    def draw_open(
        self, picture: Picture, camera: Camera, pose: Pose, opening: Opening, goods: Pose | None
    ) -> None:
        """The carton with its flaps up; `goods` is where the goods are, None where they have left it."""
        far_open = opening.long_flaps > 90  # noqa: PLR2004 - an upright flap
        if far_open:
            self._flap(picture, camera, pose, "back", opening.long_flaps)
        self._inside(picture, camera, pose)
        out = self._out(pose, goods) if goods is not None else 0.0
        if goods is not None:
            ground = goods.place(self.goods.corners * (1.08, 1.12, 1))[:4]
            shade(picture, [hull(camera.project(ground))], 9 * camera.scale(goods.centre), 0.55 * (1 - out))
            draw_body(picture, camera, self.goods, goods, gain=_DEEP + (1 - _DEEP) * out)
        for face, corners in visible(camera, self.parcel, pose).items():
            if face != "top":
                normal = pose.rotation @ vector(*NORMALS[face])
                surface(picture, self.parcel.faces[face], corners, light(normal, KEY))
        for side in ("left", "right"):
            self._flap(picture, camera, pose, side, opening.short_flaps)
        if not far_open:
            self._flap(picture, camera, pose, "back", opening.long_flaps)
        self._flap(picture, camera, pose, "front", opening.long_flaps)
        if goods is not None and out >= 1:
            draw_body(picture, camera, self.goods, goods)

    def mask_of_goods(
        self, picture: Picture, camera: Camera, pose: Pose, opening: Opening, goods: Pose
    ) -> Mask:
        """Where the goods are seen in the open carton, `(h, w)`: 255 there."""
        mask: Mask = np.zeros(picture.shape[:2], np.uint8)
        _fill(mask, hull(camera.project(goods.place(self.goods.corners))), 255)
        if self._out(pose, goods) >= 1:
            return mask
        for face, corners in visible(camera, self.parcel, pose).items():
            if face != "top":
                _fill(mask, corners, 0)
        for side in ("left", "right", "front"):
            degrees = opening.long_flaps if side == "front" else opening.short_flaps
            _fill(mask, hull(camera.project(pose.place(self._hinged(side, degrees)))), 0)
        return mask

    def _out(self, pose: Pose, goods: Pose) -> float:
        """How far the goods have come from where they lie to above the rim, 0 to 1."""
        low = float(self.resting(pose).centre[2])
        rim = float(pose.centre[2]) + self.parcel.height / 2 + self.goods.height / 2
        return min(1.0, max(0.0, (float(goods.centre[2]) - low) / (rim - low)))

    def outline(self, camera: Camera, pose: Pose, opening: Opening) -> list[Array]:
        """What the open carton covers: convex polygons in pixels, the body's and each flap's."""
        found = [hull(camera.project(pose.place(self.parcel.corners)))]
        for side, degrees in zip(
            ("front", "back", "left", "right"),
            (opening.long_flaps,) * 2 + (opening.short_flaps,) * 2,
            strict=True,
        ):
            found.append(camera.project(pose.place(self._hinged(side, degrees))))
        return found

    def resting(self, pose: Pose) -> Pose:
        """Where the goods lie in the carton."""
        depth = -self.parcel.height / 2 + 78 + self.goods.height / 2
        place = vector(-0.04 * self.parcel.length, -0.03 * self.parcel.width, depth)
        turn = math.radians(9)
        lie = np.array([[math.cos(turn), -math.sin(turn), 0], [math.sin(turn), math.cos(turn), 0], [0, 0, 1]])
        return Pose(pose.place(place[None])[0], pose.rotation @ lie)

    def _inside(self, picture: Picture, camera: Camera, pose: Pose) -> None:
        for face in ("back", "left", "right", "front"):
            inner = self.parcel.corners_of(face)[[1, 0, 3, 2]]
            corners = camera.project(pose.place(inner))
            if area(corners) > 0:
                normal = pose.rotation @ -vector(*NORMALS[face])
                surface(picture, self.parcel.lining, corners, 0.72 * light(normal, KEY))
        level = self.parcel.corners_of("top") - vector(0, 0, self.parcel.height - 84)
        surface(picture, self.parcel.filling, camera.project(pose.place(level)), 0.82)

    def _hinged(self, side: str, degrees: float) -> Array:
        """A flap's corners in the body's frame, `(4, 3)` mm; seen from outside above its hinge is near."""
        half = vector(self.parcel.length, self.parcel.width, self.parcel.height) / 2
        out = vector(*NORMALS[side])
        along = np.cross(vector(0, 0, 1), out)
        reach = self.parcel.width / 2 * (1.0 if side in {"front", "back"} else 0.96)
        turn = math.radians(degrees)
        arm = (-out * math.cos(turn) + vector(0, 0, 1) * math.sin(turn)) * reach
        left, right = (out - along + vector(0, 0, 1)) * half, (out + along + vector(0, 0, 1)) * half
        return np.stack([left + arm, right + arm, right, left])

    def _flap(self, picture: Picture, camera: Camera, pose: Pose, side: str, degrees: float) -> None:
        corners = self._hinged(side, degrees)
        normal = unit(np.cross(corners[1] - corners[0], corners[0] - corners[3]).astype(np.float64))
        seen = camera.project(pose.place(corners))
        front, back = self._halves
        if area(seen) > 0:
            skin = {"front": front, "back": back}.get(side, self.parcel.flap)
            if side == "back":
                seen = seen[[2, 3, 0, 1]]
        else:
            skin, seen, normal = self.parcel.flap, seen[[1, 0, 3, 2]], -normal
        surface(picture, skin, seen, light(pose.rotation @ normal, KEY))


def _fill(mask: Mask, polygon: Array, value: int) -> None:
    cv2.fillConvexPoly(mask, np.round(polygon * 16).astype(np.int32), (value,), cv2.LINE_8, 4)


def lifted(lying: Pose, share: float) -> Pose:
    """The goods on their way out of the box and up to the camera."""
    up = min(1.0, share * 1.25)
    aside = max(0.0, share * 1.5 - 0.5)
    centre = lying.centre + vector(55, -150, -60) * aside + vector(0, 0, 235) * up
    tilt = about(vector(1, 0, 0), 48 * aside) @ about(vector(0, 0, 1), -6 * aside)
    return Pose(centre, tilt @ lying.rotation)
