"""Where the two hands are at one moment, and in which order they are painted."""

from __future__ import annotations

from typing import Final

import numpy as np

from samples.glove import Gesture, Glove
from samples.opened import Carton
from samples.paint import Picture, hull
from samples.pose import Array, Camera, Pose, ease, unit, vector
from samples.story import Grip, Story

_REACH: Final = 0.35
"""Seconds in which a hand comes or goes."""


class Hands:
    """The two hands at one moment."""

    def __init__(
        self, story: Story, carton: Carton, glove: Glove | None, camera: Camera, pose: Pose, *, at: float
    ) -> None:
        self.story = story
        self.carton = carton
        self.glove = glove
        self.camera = camera
        self.pose = pose
        self.at = at
        self.grip = next((grip for grip in story.grips if grip.start <= at < grip.end), None)
        self.scale = camera.scale(pose.centre)
        self.outline = hull(camera.project(pose.place(carton.parcel.corners)))

    def behind(self, picture: Picture) -> None:
        """The hands that hold the box from its two sides."""
        if self.grip is None or self.grip.doing != "hold":
            return
        for left in (True, False):
            place, elbow = self._side(left=left, away=self._away(self.grip))
            self._lay(picture, "hold", place, elbow, left=left)

    def over(self, picture: Picture) -> None:
        """Thumbs on the box; the knife; the hands that pull the flaps apart or reach inside."""
        if self.grip is None:
            return
        away = self._away(self.grip)
        match self.grip.doing:
            case "hold":
                self._thumbs(picture, away)
            case "cut":
                self._cutting(picture, away)
            case "part":
                self._parting(picture, away)
            case "cover" | "veil":
                self._covering(picture, away, gap=self.grip.doing == "cover")
            case "lift":
                pass  # the goods lie between the hand and its thumb: see `behind_goods`

    @property
    def taking(self) -> bool:
        """Whether a hand reaches for the goods."""
        return self.grip is not None and self.grip.doing == "lift"

    def behind_goods(self, picture: Picture, goods: Pose) -> None:
        """The hand that reaches for the goods and holds them."""
        place = self._seen(goods, self.carton.goods.length * 0.42, -8, 0)
        corner = vector(self.camera.width * 0.93, self.camera.height * 1.25)
        place += (corner - place) * self._reaching
        self._lay(picture, "hold", place, corner, left=False, scale=self.camera.scale(goods.centre))

    def over_goods(self, picture: Picture, goods: Pose) -> None:
        """The thumb on the goods."""
        scale = self.camera.scale(goods.centre)
        side = self._seen(goods, self.carton.goods.length * 0.5, -20, 20)
        corner = vector(self.camera.width * 0.93, self.camera.height * 1.25)
        side += (corner - side) * self._reaching
        place, wrist = side + vector(-14, -4) * scale, side + vector(80, 40) * scale
        self._lay(picture, "thumb", place, wrist, left=False, scale=scale)

    @property
    def _reaching(self) -> float:
        return self._away(self.grip) if self.grip else 0.0

    def _lay(
        self, picture: Picture, gesture: Gesture, at: Array, elbow: Array, *, left: bool, scale: float = 0.0
    ) -> None:
        if self.glove is not None:
            self.glove.lay(picture, gesture, at, elbow, scale or self.scale, left=left)

    def _seen(self, body: Pose, x: float, y: float, z: float) -> Array:
        """Where a point of a body is in the picture."""
        return self.camera.project(body.place(vector(x, y, z)[None]))[0]

    def _thumbs(self, picture: Picture, away: float) -> None:
        for left in (True, False):
            place, _ = self._side(left=left, away=away)
            inward = vector(1 if left else -1, -0.15)
            self._lay(picture, "thumb", place + inward * 20 * self.scale, place - inward * 90, left=left)

    def _away(self, grip: Grip) -> float:
        """How far the hands are still, or again, out of the picture: 1 is outside."""
        coming = 1 - ease((self.at - grip.start) / _REACH)
        stays = grip.end > self.story.duration - 0.01
        return coming if stays else max(coming, 1 - ease((grip.end - self.at) / _REACH))

    def _side(self, *, left: bool, away: float) -> tuple[Array, Array]:
        """Where a hand grips the silhouette, and where its elbow is."""
        xs, ys = self.outline[:, 0], self.outline[:, 1]
        row = float(ys.min() * 0.42 + ys.max() * 0.58)
        edge = _edge(self.outline, row, left=left)
        out = -1.0 if left else 1.0
        place = vector(edge + out * 4 * self.scale, row)
        middle = float(xs.mean())
        wide = abs(edge - middle) + 150 * self.scale
        elbow = vector(middle + out * wide, self.camera.height + 260 * self.scale)
        return place + (elbow - place) * away, elbow + (elbow - place) * away * 0.2

    def _cutting(self, picture: Picture, away: float) -> None:
        share = self.story.opening(self.at).cut
        blade = self.camera.project(self.carton.seam(self.pose, share)[None])[0]
        elbow = blade + vector(150, 420) * self.scale
        fist = blade + unit(elbow - blade) * 104 * self.scale
        fist += (elbow - fist) * away * 1.3
        steady = self._seen(self.pose, -105, -62, self.carton.parcel.height / 2)
        low = vector(self.camera.width * 0.16, self.camera.height * 1.3)
        self._lay(picture, "flat", steady + (low - steady) * away, low, left=True)
        self._lay(picture, "knife", fist, elbow + (elbow - fist) * 0.3, left=False)

    def _covering(self, picture: Picture, away: float, *, gap: bool) -> None:
        """Both hands side by side over the whole box; with no `gap` the arms overlap and nothing is left."""
        bodies = (self.pose, *(self.grip.also if self.grip else ()))
        outline = np.concatenate([self.camera.project(p.place(self.carton.parcel.corners)) for p in bodies])
        low, high = outline.min(axis=0), outline.max(axis=0)
        wide, tall = (float(side) for side in high - low)
        # A palm is 88 mm wide, a sleeve 90; above the fingers' roots there is air between them.
        scale = wide / (2 * 86 if gap else 2 * 54)
        middle = float(low[0] + high[0]) / 2
        row = float(low[1]) + tall * 0.3 if gap else float(low[1]) - 30 * scale
        for left in (True, False):
            out = -1.0 if left else 1.0
            place = vector(middle + out * wide * (0.25 if gap else 0.2), row)
            place[1] += (self.camera.height + 110 * scale - row) * away
            elbow = place + vector(out * 60, 400) * scale
            self._lay(picture, "flat", place, elbow, left=left, scale=scale)

    def _parting(self, picture: Picture, away: float) -> None:
        half, top = self.carton.parcel.length / 2, self.carton.parcel.height / 2
        spread = ease(self.story.opening(self.at).long_flaps / 215)
        for left in (True, False):
            out = -1.0 if left else 1.0
            place = self._seen(self.pose, out * half * (0.35 + 0.62 * spread), -40 - 80 * spread, top + 60)
            low = vector(self.camera.width * (0.5 + out * 0.42), self.camera.height * 1.3)
            self._lay(picture, "flat", place + (low - place) * away, low, left=left)


def _edge(outline: Array, row: float, *, left: bool) -> float:
    """Where a convex outline crosses a row of the picture, on its left or right side."""
    crossings: list[float] = []
    for a, b in zip(outline, np.roll(outline, -1, axis=0), strict=True):
        low, high = sorted((float(a[1]), float(b[1])))
        if low <= row <= high and high - low > 1e-6:  # noqa: PLR2004 - a level edge has no crossing
            share = (row - float(a[1])) / (float(b[1]) - float(a[1]))
            crossings.append(float(a[0]) + share * (float(b[0]) - float(a[0])))
    return min(crossings) if left else max(crossings)
