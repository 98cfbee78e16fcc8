"""Glimpses of a staged still: one table, one box, whoever handles it, seen by a camera in space.

`world` paints whatever may surround a box, flat; here everything stands in one space, as
in a film: the table lies below the box, both arms come from the same person, a held box
is nearer than what lies about. Several windows are cut from one still, as perception
cuts them: around the box, around a wrong place, or the whole picture.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final, cast

import cv2
import numpy as np
import numpy.typing as npt

from samples.box import Cuboid, Goods, Parcel
from samples.glimpses import props
from samples.glimpses.grips import Grips
from samples.glimpses.lens import develop
from samples.glimpses.surfaces import Pools, soft
from samples.glimpses.surroundings import ground, hand, over, strew
from samples.glimpses.world import GRID, SIDE, Glimpse
from samples.glove import Gesture
from samples.handling import lying
from samples.opened import Carton, Opening, visible
from samples.paint import Picture, hull
from samples.pose import FACES, NORMALS, Array, Camera, Pose, about, between, showing, unit, vector
from samples.scene import Look, cast_shadow
from samples.stage import draw_lit, stencil

WINDOWS: Final = 2
"""Glimpses that are cut from one still."""
_LONG: Final = 432
"""Long side of a still, pixels."""
_VIEW: Final = 384
"""Long side of the view that perception cuts its windows from, pixels."""
_SHAPES: Final = ((16, 9), (16, 9), (16, 9), (4, 3), (9, 16), (9, 16), (3, 4), (1, 1))
_SHIFT: Final = 4
_IDLE: Final[tuple[Gesture, ...]] = ("hold", "flat", "knife")
_ACROSS: Final = (-1150.0, 1150.0)
_ALONG: Final = (-900.0, 1250.0)
"""Left and right, near and far end of a painted table, millimetres."""
_PLANE: Final = 640
"""Pixels of a painted table, along both sides."""
_Cells = npt.NDArray[np.uint8]
_Truth = tuple[_Cells, _Cells, npt.NDArray[np.float32], _Cells]


def draw(number: int, pools: Pools | None = None) -> tuple[Glimpse, ...]:
    """The `WINDOWS` glimpses of a still; the same number and pools give the same pictures."""
    rng = np.random.default_rng([number, 77])
    return _Still(rng, pools or Pools()).windows()


class _Still:
    """One picture in space, and what is true of it."""

    def __init__(self, rng: np.random.Generator, pools: Pools) -> None:
        self.rng, self.pools = rng, pools
        self.look = _light(rng)
        self.kind = str(rng.choice(("closed", "opened", "empty", "other"), p=(0.66, 0.12, 0.12, 0.1)))
        self.body = self._cuboid()
        self.camera, self.pose = self._placed()
        self.front: npt.NDArray[np.uint8] = np.zeros((self.camera.height, self.camera.width), np.uint8)
        """What is in front of the box, 255."""
        self.torn: npt.NDArray[np.uint8] = np.zeros_like(self.front)
        """Where an opened carton is, 255."""
        self.hands: list[Array] = []
        """Where hands are that hold nothing."""
        self.picture = self._painted()

    def windows(self) -> tuple[Glimpse, ...]:
        quality = int(self.rng.integers(18, 92))
        _, coded = cv2.imencode(".jpg", self.picture, (cv2.IMWRITE_JPEG_QUALITY, quality))
        still = np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)
        scale = _VIEW / _LONG
        view = cv2.resize(still, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        return tuple(self._window(cast("Picture", view)) for _ in range(WINDOWS))

    def _outline(self) -> Array:
        """The box's convex silhouette `(n, 2)`, pixels of the still."""
        return hull(self.camera.project(self.pose.place(self.body.corners)))

    # What stands where.

    def _cuboid(self) -> Cuboid:
        """The body; of what is no box, a skinned one stands for a can."""
        rng = self.rng
        kind = rng.random()
        if self.kind == "other":
            if kind < 0.35:
                return props.phone(int(rng.integers(props.THINGS)))
            if kind < 0.6:
                return props.mailer(int(rng.integers(props.THINGS)))
        elif self.kind == "opened" or kind < 0.3:
            return props.parcel(int(rng.integers(props.PARCELS)))
        return props.skinned(rng, self.pools)

    def _placed(self) -> tuple[Camera, Pose]:
        """The camera and the box before it."""
        rng = self.rng
        across, down = _SHAPES[int(rng.integers(len(_SHAPES)))]
        width, height = (round(_LONG * side / max(across, down)) for side in (across, down))
        elevation = np.radians(rng.uniform(12, 85) if rng.random() < 0.8 else rng.uniform(30, 60))
        reach = float(np.linalg.norm((self.body.length, self.body.width, self.body.height)))
        focal = float(rng.uniform(0.72, 1.02)) * _LONG
        shown = float(rng.uniform(0.28, 1.0)) * min(width, height) if rng.random() < 0.85 else 0.15 * _LONG
        distance = max(focal * reach / shown, 0.8 * reach)
        azimuth = float(rng.uniform(-180, 180)) if rng.random() < 0.3 else float(rng.normal(0, 20))
        turn = np.radians(azimuth)
        out = vector(
            np.sin(turn) * np.cos(elevation), -np.cos(turn) * np.cos(elevation), float(np.sin(elevation))
        )
        lifted = rng.random() < 0.62
        far = distance * (float(rng.uniform(1.15, 2.2)) if lifted else 1.0)
        aim = vector(float(rng.normal(0, 60)), float(rng.normal(0, 60)), float(rng.uniform(20, 120)))
        eye = aim + out * max(far, 250.0)
        camera = Camera(
            width, height, eye, aim, focal, turn=vector(*(rng.normal(0, 2, 2)), float(rng.normal(0, 4)))
        )
        return camera, self._held(camera, distance) if lifted else self._lying(camera)

    def _lying(self, camera: Camera) -> Pose:
        rng = self.rng
        tip = float(rng.choice((0, 90, 180, 270))) if rng.random() < 0.5 else 0.0
        lean = 0.0 if rng.random() < 0.7 else float(rng.uniform(0, 90))
        if self.kind == "opened":
            tip = lean = 0.0  # from below an open carton looks closed
        spin = float(rng.normal(0, 14) + rng.choice((0, 90, 180, 270)))
        if rng.random() < 0.35:
            spin = float(rng.uniform(0, 360))
        pose = lying(self.body, tip=tip + lean, spin=spin)
        span = 0.16 * float(np.linalg.norm(camera.eye))
        return replace(pose, centre=pose.centre + vector(*rng.normal(0, span, 2), 0))

    def _held(self, camera: Camera, distance: float) -> Pose:
        """Held up before the camera, on the line of sight or beside it, head-on or between two faces."""
        rng = self.rng
        sight = unit(vector(*camera.target) - camera.eye)
        centre = camera.eye + sight * distance
        aside = rng.normal(0, 0.09, 2) * distance
        right = unit(np.cross(sight, vector(0, 0, 1)))
        centre = centre + right * aside[0] + np.cross(right, sight) * aside[1]
        low = float(np.linalg.norm((self.body.length, self.body.width, self.body.height))) / 2
        centre[2] = max(centre[2], low * 0.8)
        face, up = ("top", "back") if self.kind == "opened" else self._faces()
        towards = camera.eye - centre
        spread = float(rng.choice((4, 9, 16, 26)))
        yaw, pitch, roll = (float(n) for n in rng.normal(0, (spread, spread, 5)))
        rotation = about(towards, roll) @ showing(face, up, towards, yaw=yaw, pitch=pitch)
        if rng.random() < 0.35 and self.kind != "opened":  # on the way to another face
            other, above = self._faces()
            rotation = between(rotation, showing(other, above, towards), float(rng.uniform(0.1, 0.9)))
        return Pose(centre, rotation)

    def _faces(self) -> tuple[str, str]:
        """A face to be shown, and one beside it that is up."""
        face = FACES[int(self.rng.integers(6))]
        ups = [up for up in FACES if not any(a * b for a, b in zip(NORMALS[face], NORMALS[up], strict=True))]
        return face, ups[int(self.rng.integers(4))]

    # What it looks like.

    def _painted(self) -> Picture:
        rng = self.rng
        picture = self._table()
        for other in self._bystanders():
            draw_lit(picture, self.camera, *other, self.look)
        if self.kind == "empty":
            self._idle_hands(picture)
            return self._sensed(picture)
        cast_shadow(picture, self.camera, self.body, self.pose, self.look.key)
        raised = float(self.pose.place(self.body.corners)[:, 2].min()) > 30
        grips = Grips(rng, self._outline(), self.camera.scale(self.pose.centre), raised=raised)
        glove = props.glove(int(rng.integers(props.GLOVES)))
        for grip in grips.behind:
            glove.lay(picture, grip.gesture, grip.at, grip.elbow, grip.scale, left=grip.left)
        if self.kind == "opened":
            self._opened(picture)
        elif self.kind == "other" and isinstance(self.body, props.Skinned):
            props.draw_can(rng, picture, self.camera, self.body, self.pose)
        else:
            draw_lit(picture, self.camera, self.body, self.pose, self.look)
        stamp: Picture = np.zeros_like(picture)
        for grip in grips.before:
            glove.lay(picture, grip.gesture, grip.at, grip.elbow, grip.scale, left=grip.left)
            stencil().lay(stamp, grip.gesture, grip.at, grip.elbow, grip.scale, left=grip.left)
        self.front = np.ascontiguousarray(stamp[..., 0])
        if rng.random() < 0.15:
            self._flat_hand(picture)
        return self._sensed(picture)

    def _table(self) -> Picture:
        rng = self.rng
        kind = rng.random()
        if kind < 0.45:
            picture = props.table(int(rng.integers(props.TABLES))).lay(self.camera)
        else:
            picture = self._ground()
        if rng.random() < 0.75:
            tint = np.exp(rng.normal(0, 0.28)) * np.exp(rng.normal(0, 0.14, 3))
            picture = np.clip(picture * tint, 0, 255).astype(np.uint8)
            if rng.random() < 0.25:
                picture = np.ascontiguousarray(picture[..., rng.permutation(3)])
        return picture

    def _ground(self) -> Picture:
        """A painted plane under everything, of the kinds that `world` has behind everything."""
        rng = self.rng
        small = ground(rng, _PLANE // 4, self.pools)
        strew(rng, small, int(rng.choice((0, 4, 12, 25))))
        flat = np.clip(small, 0, 255).astype(np.uint8)
        flat = np.asarray(cv2.resize(flat, (_PLANE, _PLANE)), np.uint8)
        (left, right), (near, far) = _ACROSS, _ALONG
        along, deep = vector((right - left) / _PLANE, 0, 0), vector(0, (near - far) / _PLANE, 0)
        seen = self.camera.plane(vector(left, far, 0), along, deep)
        size = (self.camera.width, self.camera.height)
        laid = cv2.warpPerspective(flat, seen, size, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(laid, np.uint8)

    def _bystanders(self) -> list[tuple[Cuboid, Pose]]:
        """Other boxes on the table, farther off than the one that counts, or away from it."""
        rng = self.rng
        if self.kind == "empty":
            return []
        found: list[tuple[Cuboid, Pose]] = []
        mine = self.camera.project(self.pose.centre[None])[0]
        scale = self.camera.scale(self.pose.centre)
        for _ in range(int(rng.choice((0, 1, 2), p=(0.66, 0.24, 0.1)))):
            body = props.skinned(rng, self.pools)
            away = rng.uniform(250, 700) * unit(rng.normal(0, 1, 2))
            pose = lying(body, spin=float(rng.uniform(0, 360)), x=float(away[0]), y=float(away[1]) + 120)
            seen = self.camera.project(pose.place(body.corners))
            near = float(np.linalg.norm(seen.mean(axis=0) - mine))
            depth = float((self.camera.rotation @ (pose.centre - self.camera.eye))[2])
            wide = max(float(np.ptp(seen[:, 0])), float(np.ptp(seen[:, 1])))
            size = float(np.linalg.norm((self.body.length, self.body.width, self.body.height))) * scale
            if depth > 150 and near > 0.6 * size and wide < 0.9 * size:
                found.append((body, pose))
        return sorted(found, key=lambda one: -float(np.linalg.norm(one[1].centre - self.camera.eye)))

    def _flat_hand(self, picture: Picture) -> None:
        """One of the painted hands of `surroundings`, for hands of another make."""
        rng = self.rng
        outline = self._outline()
        at = outline[int(rng.integers(len(outline)))]
        away = unit(at - outline.mean(axis=0) + vector(0, float(rng.uniform(0, 60))) + 1e-6)
        side = max(picture.shape[:2])
        mask, paint = hand(rng, side, at, away)
        canvas = np.zeros((side, side, 3), np.float32)
        canvas[: picture.shape[0], : picture.shape[1]] = picture
        over(canvas, paint, mask)
        picture[:] = np.clip(canvas[: picture.shape[0], : picture.shape[1]], 0, 255)
        self.front = np.maximum(self.front, mask[: picture.shape[0], : picture.shape[1]])

    def _idle_hands(self, picture: Picture) -> None:
        """Hands over an empty table, as if they held something."""
        rng = self.rng
        glove = props.glove(int(rng.integers(props.GLOVES)))
        width, height = picture.shape[1], picture.shape[0]
        scale = float(rng.uniform(0.3, 1.1))
        for left in (True, False)[: int(rng.integers(0, 3))]:
            out = -1.0 if left else 1.0
            place = vector(width * (0.5 + out * rng.uniform(0.05, 0.4)), height * rng.uniform(0.3, 0.9))
            elbow = place + vector(out * rng.uniform(0, 120), 400) * scale
            self.hands.append(place)
            gesture = _IDLE[int(rng.integers(len(_IDLE)))]
            glove.lay(picture, gesture, place, elbow, scale, left=left)

    def _opened(self, picture: Picture) -> None:
        """A carton whose flaps stand up: no closed box any more."""
        rng = self.rng
        carton = Carton(cast("Parcel", self.body), Goods())
        flaps = float(rng.uniform(35, 215))
        opening = Opening(1.0, flaps, float(rng.uniform(15, 205)))
        goods = carton.resting(self.pose) if rng.random() < 0.5 else None
        carton.draw_open(picture, self.camera, self.pose, opening, goods)
        for part in carton.outline(self.camera, self.pose, opening):
            cv2.fillConvexPoly(self.torn, np.round(part).astype(np.int32), (255,))

    def _sensed(self, picture: Picture) -> Picture:
        """The light's fall-off over the picture; the rest is done to each window."""
        rng = self.rng
        if rng.random() < 0.3:
            height, width = picture.shape[:2]
            tone = 1 + soft(rng, width, height, 2) * float(rng.uniform(0.03, 0.18))
            picture = np.clip(picture * tone[..., None], 0, 255).astype(np.uint8)
        return picture

    # What is cut from it.

    def _window(self, view: Picture) -> Glimpse:
        left, top, side = self._cut()
        scale = view.shape[1] / self.camera.width
        zoom = SIDE / (side * scale)
        shrunk = view
        if zoom < 0.7:
            shrunk = cast("Picture", cv2.resize(view, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_AREA))
            scale, zoom = scale * zoom, 1.0
        move = np.array([[zoom, 0, -left * scale * zoom], [0, zoom, -top * scale * zoom]])
        piece = cv2.warpAffine(shrunk, move, (SIDE, SIDE), flags=cv2.INTER_LINEAR)
        beyond = cv2.warpAffine(np.full(shrunk.shape[:2], 255, np.uint8), move, (SIDE, SIDE)) < 128
        glimpse = Glimpse(develop(self.rng, piece.astype(np.float32)), *self._truth(left, top, side))
        glimpse.picture[beyond] = 0
        for plane in (glimpse.sides, glimpse.cover, glimpse.opened):
            plane[beyond[::2, ::2]] = 0
        return glimpse

    def _cut(self) -> tuple[float, float, float]:
        """Left, top and side of a window, pixels of the still."""
        rng = self.rng
        width, height = self.camera.width, self.camera.height
        outline = self._outline()
        low = np.clip(outline.min(axis=0), 0, (width, height))
        high = np.clip(outline.max(axis=0), 0, (width, height))
        middle, reach = (low + high) / 2, max(float((high - low).max()), 20.0)
        if self.hands:
            middle = self.hands[int(rng.integers(len(self.hands)))]
        kind = rng.random()
        if kind < 0.68:
            side = reach * float(rng.uniform(1.15, 1.9))
            middle = middle + rng.normal(0, 0.09, 2) * side
        elif kind < 0.86:
            short, long = sorted((width, height))
            side = float((short, (short * long) ** 0.5, long)[int(rng.integers(3))])
            middle = vector(width / 2, height / 2)
        else:
            side = reach * float(rng.uniform(0.7, 1.8))
            angle = float(rng.uniform(0, 2 * np.pi))
            middle = middle + vector(np.cos(angle), np.sin(angle)) * float(rng.uniform(0.3, 0.8)) * reach
        return float(middle[0] - side / 2), float(middle[1] - side / 2), side

    def _truth(self, left: float, top: float, side: float) -> _Truth:
        """`Glimpse.sides`, `cover`, `normals` and `opened` of a window."""
        sides = np.zeros((GRID, GRID), np.uint8)
        normals = np.zeros((3, 3), np.float32)
        scale = GRID / side
        move = np.array([[scale, 0, -left * scale], [0, scale, -top * scale]])
        front, torn = (
            cv2.warpAffine(mask, move, (GRID, GRID), flags=cv2.INTER_AREA) > 127
            for mask in (self.front, self.torn)
        )
        if self.kind == "closed":
            turn = _facing(self.camera, left + side / 2, top + side / 2).T @ self.camera.rotation
            for place, (face, corners) in enumerate(visible(self.camera, self.body, self.pose).items()):
                quad = (corners - (left, top)) * scale - 0.5
                cv2.fillConvexPoly(sides, _fixed(quad), (place + 1,), cv2.LINE_8, _SHIFT)
                normals[place] = turn @ (self.pose.rotation @ vector(*NORMALS[face]))
        return sides, (front & (sides > 0)).astype(np.uint8), normals, torn.astype(np.uint8)


def _facing(camera: Camera, x: float, y: float) -> Array:
    """`(3, 3)` from the frame of a camera that looks at a pixel to that of `camera`: the least turn."""
    ray = unit(vector((x - camera.width / 2) / camera.focal, (y - camera.height / 2) / camera.focal, 1.0))
    axis = np.cross(vector(0, 0, 1), ray)
    size = float(np.linalg.norm(axis))
    if size < 1e-9:
        return np.eye(3)
    return about(axis, float(np.degrees(np.arctan2(size, ray[2]))))


def _light(rng: np.random.Generator) -> Look:
    key = unit(vector(*rng.normal(0, 0.7, 2), float(rng.uniform(0.25, 1.0))))
    hardness = float(rng.uniform(0, 0.95)) if rng.random() < 0.4 else 0.0
    return Look(key=(float(key[0]), float(key[1]), float(key[2])), hardness=hardness)


def _fixed(points: Array) -> npt.NDArray[np.int32]:
    """Pixels as the filler's fixed-point numbers."""
    return np.round(np.asarray(points) * (1 << _SHIFT)).astype(np.int32)
