"""How often the station's hint "leaving the picture" is right: the table of `make bench-framing`.

The module that the browser runs looks at rendered films, 320 pixels wide and four times a second, in
Chromium. Honest ones are those of the faces bench as they are; in the others the camera turns away, or the
box is carried off, by about a half and then wholly, for five seconds each. What is true follows from the
box's corners. `dev` is what the constants of `framing.js` were chosen on, `other` is only reported.
"""

from __future__ import annotations

import argparse
import sys
from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any, Final

import cv2
import numpy as np
from playwright.sync_api import Page

from api.packaged import packaged
from samples.pose import Camera, Path, Pose, Rig, ease, unit, vector
from samples.scene import View
from samples.stage import Stage
from tests.api.browsing import chromium
from tests.faces import films

WIDE: Final = 320
FPS: Final = 4
HELD, WAY = 5.0, 1.2
"""Seconds of being away, and of each way there and back within them."""
WHOLE, PART, GONE = 0.95, 0.75, 0.3
"""Shares of the box in the picture: from which on a hint is false; below which it is cut, and gone."""
FRESH: Final = FPS
"""Looks after which a hint that was right a moment ago is false."""
EVENT: Final = 2 * FPS
"""Looks that a cut has to last to be counted."""
NOTHING: Final = ("no_box", "two_boxes", "swapped")
LOOK: Final = """([pixels, wide, anew]) => {
    if (anew) window.frame = window.framer();
    return window.frame.look(Uint8Array.from(atob(pixels), (letter) => letter.charCodeAt(0)), wide);
}"""


@dataclass(frozen=True)
class Away:
    """When the box is away, and how far, in shares of its distance to the right and up."""

    start: float
    right: float
    up: float

    def at(self, at: float) -> float:
        """How much of the way (0 to 1) at a time (s)."""
        return min(ease((at - self.start) / WAY), ease((self.start + HELD - at) / WAY))


@dataclass(frozen=True)
class Turned(Rig):
    """A camera that looks past the box for a while."""

    inner: Rig = field(default_factory=lambda: Rig(WIDE, 180))
    away: Sequence[Away] = ()

    def camera(self, at: float) -> Camera:
        camera = self.inner.camera(at)
        line = camera.target - camera.eye
        right = unit(np.cross(line, vector(0, 0, 1)))
        up = np.cross(right, unit(line))
        past = sum((each.at(at) * (right * each.right + up * each.up) for each in self.away), vector(0, 0, 0))
        return replace(camera, target=camera.target + past * float(np.linalg.norm(line)))


@dataclass(frozen=True)
class Carried(Path):
    """A box that is carried off over the table; the camera stays."""

    inner: Path = field(default_factory=lambda: Path(()))
    away: Sequence[Away] = ()

    def pose(self, at: float) -> Pose:
        pose = self.inner.pose(at)
        past = sum((each.at(at) * vector(each.right, each.up, 0) for each in self.away), vector(0, 0, 0))
        return Pose(pose.centre + past * 900, pose.rotation)


@dataclass
class Tally:
    """What came of the films of one kind."""

    honest: int = 0
    """Looks at a whole box, or at none."""
    false: int = 0
    """Hints that began or lasted there."""
    cut: int = 0
    cut_told: int = 0
    gone: int = 0
    gone_told: int = 0

    def count(self, shares: Sequence[float | None], told: Sequence[bool]) -> None:
        whole = [share is None or share >= WHOLE for share in shares]
        calm = [all(whole[max(0, n - FRESH) : n + 1]) for n in range(len(whole))]
        self.honest += sum(calm)
        wrong = [a and b for a, b in zip(calm, told, strict=True)]
        self.false += sum(1 for is_wrong, _ in groupby(wrong) if is_wrong)
        for lasting in _stretches(shares, GONE):
            self.gone += 1
            self.gone_told += any(told[lasting])
        for lasting in _stretches(shares, PART):
            if min(share for share in shares[lasting] if share is not None) >= GONE:
                self.cut += 1
                self.cut_told += any(told[lasting])

    def line(self) -> str:
        minutes = self.honest / FPS / 60
        rate = self.false / minutes if minutes else 0
        return (
            f"{minutes:5.1f} min honest, {self.false} false ({rate:.2f} a minute);"
            f" cut {self.cut_told} of {self.cut}, gone {self.gone_told} of {self.gone}"
        )


def _stretches(shares: Sequence[float | None], below: float) -> Iterator[slice]:
    at = 0
    for is_so, looks in groupby(share is not None and share < below for share in shares):
        count = len(list(looks))
        if is_so and count >= EVENT:
            yield slice(at, at + count)
        at += count


def share(views: Sequence[View], width: int, height: int) -> float | None:
    """How much of the first box's outline lies in the picture; None without a box."""
    if not views:
        return None
    outline = cv2.convexHull(np.asarray(views[0].corners, np.float32))
    edges = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    inside, _ = cv2.intersectConvexConvex(outline, edges)
    return inside / max(1.0, cv2.contourArea(outline))


def worlds(film: films.Film, number: int) -> Iterator[tuple[str, Any]]:
    """The film as it is, and, where it has one box, with the camera turned away and the box carried off."""
    stage: Any = film.take.scene
    rig: Any = stage.rig
    small: Stage = replace(stage, rig=replace(rig, width=WIDE, height=round(WIDE * rig.height / rig.width)))
    yield "honest", small
    if film.script.motion in NOTHING:
        return
    draw = np.random.default_rng(900 + number)
    start = max(3.0, small.length * 0.25)
    sides = ((1, 0), (-1, 0), (0, 0.7), (0, -0.7))
    away = tuple(
        Away(start + 8 * n, *(far * float(draw.uniform(0.9, 1.2)) * side for side in sides[draw.integers(4)]))
        for n, far in enumerate((0.42, 0.85))
    )
    length = max(small.length, start + 16)
    turned = Turned(WIDE, small.rig.height, inner=small.rig, away=away)
    yield "turned", replace(small, rig=turned, length=length)
    props = tuple(
        replace(prop, story=replace(prop.story, path=Carried((), inner=prop.story.path, away=away)))
        for prop in small.props
    )
    yield "carried", replace(small, props=props, length=length)


def played(page: Page, world: Any, tally: Tally) -> None:
    """Look at a film as the station does."""
    shares: list[float | None] = []
    told: list[bool] = []
    for n in range(int(world.duration * FPS)):
        picture = world.picture(n / FPS, index=n)
        pixels = b64encode(np.dstack([picture, np.full_like(picture[..., :1], 255)]).tobytes()).decode()
        told.append(page.evaluate(LOOK, [pixels, WIDE, n == 0]))
        shares.append(share(world.views(n / FPS), WIDE, world.rig.height))
    tally.count(shares, told)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", choices=("dev", "other"), default="other")
    parser.add_argument("--every", type=int, default=1, help="one film of so many")
    parser.add_argument("--kinds", nargs="+", default=("honest", "turned", "carried"))
    asked = parser.parse_args()
    tallies: dict[str, Tally] = {}
    with chromium() as browser:
        page = browser.new_page()
        module = packaged()["framing.js"].body.decode().replace("export function", "function")
        page.add_script_tag(content=f"{module}\nwindow.framer = framer;")
        chosen = films.dev() if asked.set == "dev" else films.other()
        for number, film in list(enumerate(chosen))[:: asked.every]:
            for kind, world in worlds(film, number):
                if kind not in asked.kinds:
                    continue
                tally = tallies.setdefault(kind, Tally())
                before = tally.false
                played(page, world, tally)
                print(kind, film.name, tally.false - before, "false", file=sys.stderr)
    for kind, tally in tallies.items():
        print(f"{kind:8}{tally.line()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
