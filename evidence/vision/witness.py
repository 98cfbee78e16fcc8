"""What the print on a box says against the faces that geometry named.

The witness keeps small views of the faces as they pass, and is asked at the end, once
geometry says how the box lay at each moment. It may object, and never confirms:

1. One face, seen twice, does not look the same: another box, or another face.
2. One face, seen twice, looks the same but is turned in its plane against what geometry
   says: the orientation slipped. Print that looks the same either way says nothing.
3. Two faces that were never seen in one picture look the same: perhaps one face counted
   twice, perhaps a retail box with the same print on opposite sides. So this is no
   contradiction but an ambiguity, and a third face that lay as geometry says before the
   one and after the other clears it.
4. One face changed its colour and the surroundings did not: a second box.

One odd view convinces nobody: a hand or a glare may have escaped the perception.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations, pairwise, product
from typing import TYPE_CHECKING, Final

import numpy as np

from evidence.timeline import ZERO
from evidence.vision.appearance import INK, Likeness, Print, comparable, describe, likeness
from evidence.vision.coverage import FACES, Weakness
from evidence.vision.sight import FOCAL

if TYPE_CHECKING:
    from evidence.check import Plane
    from evidence.vision.sight import Array, Side, Sight

EVERY: Final = timedelta(milliseconds=250)
MOST: Final = 1000
"""Views kept in all, 7 kB each; then every other one goes, and they come half as often."""
EACH: Final = 6
"""Views of one face that are compared with each other."""
BEST: Final = 3
"""Views of one face that are compared with those of another."""
STEEPEST: Final = 70.0
"""Degrees from head-on up to which a view is kept."""
COVERED: Final = 0.12
OUTSIDE: Final = 0.08
"""Shares of a face hidden or beyond the picture up to which a view is kept."""
NEAR: Final = timedelta(seconds=4)
"""How long before and after two faces a third one that speaks for them may be seen."""
LOPSIDED: Final = 0.25
"""By how much the right turn must correlate better than a wrong one for print to tell turns apart."""
OBJECTIONS: Final = 3
"""Pairs of views that have to disagree."""
TINGE: Final = 0.3
"""Change of the logarithm of a colour's balance that lighting does not make."""


@dataclass(frozen=True)
class Testimony:
    """One face in one picture, before anybody knows which face it is."""

    at: timedelta
    normal: Array
    """`(3,)` outward, in the camera frame."""
    rays: Array
    """`(4, 2)` x / z and y / z of its corners in the camera frame, as the print's patch has them, from its
    upper left clockwise."""
    around: Array
    """`(3,)` the median RGB of the picture around the box."""
    print: Print


@dataclass(frozen=True)
class _Named:
    """A testimony with its face, and the quarter turns counter-clockwise that put its patch upright."""

    seen: Testimony
    face: str
    turn: int


class Witness:
    """Keeps views of faces; bounded however long the film is."""

    def __init__(self) -> None:
        self._every = EVERY
        self._due = ZERO
        self._views: list[Testimony] = []

    def see(self, rgb: Plane, sight: Sight) -> None:
        """Look at the faces of `sight` in its picture, `(h, w, 3)`; what comes too soon is passed over."""
        if sight.at < self._due:
            return
        height, width = rgb.shape[:2]
        around = _around(rgb, sight)
        taken = False
        for side in sight.sides:
            shown = describe(rgb, side.quad, side.veil) if _seen_well(side) else None
            if shown is None or not comparable(shown):
                continue
            corners = np.roll(side.quad, -shown.first, axis=0)
            rays = (corners - 0.5) * (width, height) / (FOCAL * max(width, height))
            self._views.append(Testimony(sight.at, side.normal, rays, around, shown))
            taken = True
        if taken:
            self._due = sight.at + self._every
        if len(self._views) > MOST:
            moments = dict.fromkeys(view.at for view in self._views)
            kept = set(list(moments)[::2])
            self._views = [view for view in self._views if view.at in kept]
            self._every *= 2

    @property
    def views(self) -> tuple[Testimony, ...]:
        """In order of time."""
        return tuple(self._views)


def contradictions(views: Sequence[Testimony], bodies: Mapping[timedelta, Array]) -> tuple[Weakness, ...]:
    """What the views hold against a track, in order of time: `contradiction`, `ambiguous` or `second_box`.

    Args:
        views: a witness's.
        bodies: how the box lay at the moments of the track: `(3, 3)`, columns the box's right, back and
            up in the camera frame. Views at other moments are not heard.
    """
    named = [one for view in views if view.at in bodies and (one := _named(view, bodies[view.at]))]
    by_face = {face: [one for one in named if one.face == face] for face in FACES}
    chosen = {face: _spread(ones, EACH) for face, ones in by_face.items()}
    found: list[Weakness] = []
    steady: set[tuple[timedelta, timedelta]] = set()
    for face, ones in chosen.items():
        pairs = {(i, j): _compared(ones[i], ones[j]) for i, j in combinations(range(len(ones)), 2)}
        split = _split(len(ones), pairs)
        if split is not None:
            found.append(Weakness("contradiction", ones[split].seen.at, face))
        else:
            steady |= {
                (ones[i].seen.at, ones[j].seen.at) for (i, j), told in pairs.items() if told == "lopsided"
            }
    found += _doubled(by_face, steady)
    for face, ones in by_face.items():
        changed = _recoloured(ones)
        if changed is not None:
            found.append(Weakness("second_box", changed, face))
    return tuple(sorted(found, key=lambda weakness: weakness.at))


def _seen_well(side: Side) -> bool:
    return side.angle <= STEEPEST and side.covered <= COVERED and side.outside <= OUTSIDE


def _around(rgb: Plane, sight: Sight) -> Array:
    height, width = rgb.shape[:2]
    small = rgb[:: max(1, height // 24), :: max(1, width // 24)]
    y, x = np.mgrid[0 : small.shape[0], 0 : small.shape[1]]
    far = np.abs(x / small.shape[1] - sight.centre[0]) > sight.reach[0] * 0.6
    far |= np.abs(y / small.shape[0] - sight.centre[1]) > sight.reach[1] * 0.6
    seen = small[far] if far.any() else small.reshape(-1, 3)
    return np.median(seen, axis=0)


def _named(view: Testimony, body: Array) -> _Named | None:
    if not np.isfinite(body).all():
        return None
    right, back, up = body.T
    normals = {"top": up, "front": -back, "right": right, "back": back, "left": -right, "bottom": -up}
    face = max(FACES, key=lambda name: float(normals[name] @ view.normal))
    if float(normals[face] @ view.normal) < 0.8:  # noqa: PLR2004 - more than 37 degrees off is no face
        return None
    above = back if face in {"top", "bottom"} else up
    # From the middle to the upper left corner as seen from outside, and where that points in the picture.
    towards = above - np.cross(above, normals[face])
    middle = view.rays.mean(axis=0)
    shown = towards[:2] - towards[2] * middle
    spokes = view.rays - middle
    turn = int(np.argmax(spokes @ shown / np.linalg.norm(spokes, axis=1)))
    return _Named(view, face, turn)


def _spread(ones: Sequence[_Named], most: int) -> list[_Named]:
    """At most so many, the sharpest of each stretch of time."""
    if len(ones) <= most:
        return list(ones)
    edges = np.linspace(0, len(ones), most + 1).astype(int)
    return [min(ones[a:b], key=lambda one: one.seen.print.blur) for a, b in pairwise(edges.tolist())]


def _compared(a: _Named, b: _Named) -> str:
    """What two views of what should be one face say: same, lopsided, different, twisted or unknown.

    `lopsided` is the same as geometry has it, and not the same the other way round.
    """
    first, second = a.seen.print, b.seen.print
    right = (b.turn - a.turn) % 4
    lain = likeness(first, second, (right,))
    if lain.verdict == "same":
        other = likeness(first, second, ((right + 2) % 4,))
        return "lopsided" if other.correlation < lain.correlation - LOPSIDED else "same"
    if max(first.ink, second.ink) < INK:
        return "unknown"
    free = likeness(first, second, tuple(turn for turn in range(4) if turn != right))
    if free.verdict == "same":
        return "twisted" if lain.correlation < free.correlation - LOPSIDED else "unknown"
    return "different" if lain.verdict == free.verdict == "different" else "unknown"


def _split(count: int, pairs: Mapping[tuple[int, int], str]) -> int | None:
    """The first view from which on the face is another, or lies otherwise; None where nothing says so."""
    best: tuple[int, int] | None = None
    for split in range(2, count - 1):
        across = [told for (i, j), told in pairs.items() if i < split <= j]
        against = sum(told in {"different", "twisted"} for told in across)
        if against < max(OBJECTIONS, 0.4 * len(across)) or {"same", "lopsided"} & set(across):
            continue
        if best is None or against > best[0]:
            best = against, split
    return best[1] if best else None


def _doubled(
    by_face: Mapping[str, Sequence[_Named]], steady: set[tuple[timedelta, timedelta]]
) -> Iterator[Weakness]:
    """Faces that look like another one that was never seen beside them.

    `steady` are pairs of moments, in order, between which some face kept its place as geometry has it.
    Where they enclose a view of each, the turn from one to the other was real.
    """
    moments = {face: {one.seen.at for one in ones} for face, ones in by_face.items()}
    for one, other in combinations(FACES, 2):
        if moments[one] & moments[other]:
            continue
        if any(
            start - NEAR <= before <= start and end <= after <= end + NEAR
            for a, b in product(moments[one], moments[other])
            for start, end in [(min(a, b), max(a, b))]
            for before, after in steady
        ):
            continue
        told = list(_alike(by_face[one], by_face[other]))
        same = sum(answer.verdict == "same" for answer in told)
        if same >= OBJECTIONS and not any(answer.verdict == "different" for answer in told):
            later = max((one, other), key=lambda face: min(moments[face]))
            yield Weakness("ambiguous", min(moments[later]), later)


def _alike(ones: Sequence[_Named], others: Sequence[_Named]) -> Iterator[Likeness]:
    inked = [[one for one in named if one.seen.print.ink >= INK] for named in (ones, others)]
    if min(map(len, inked)) < BEST:
        return
    for a, b in product(*(_spread(named, BEST) for named in inked)):
        yield likeness(a.seen.print, b.seen.print)


def _recoloured(ones: Sequence[_Named]) -> timedelta | None:
    """The moment from which on a face has another colour, and its surroundings have not."""
    if len(ones) < 4:  # noqa: PLR2004 - two before, two after
        return None
    balances = np.stack([_balance(one.seen.print.colour) for one in ones])
    around = np.stack([_balance(one.seen.around) for one in ones])
    best, place = 0.0, 0
    for split in range(2, len(ones) - 1):
        before, after = slice(max(0, split - 4), split), slice(split, split + 4)
        change, room = (
            np.median(b[after], axis=0) - np.median(b[before], axis=0) for b in (balances, around)
        )
        spread = max(float(np.ptp(balances[part], axis=0).max()) for part in (before, after))
        # The camera's white balance shifts the surroundings as well; what they share is not the box's.
        size = min(float(np.abs(change).max()), float(np.abs(change - room).max()))
        if size > best and spread < size / 2:
            best, place = size, split
    return ones[place].seen.at if best > TINGE else None


def _balance(colour: Array) -> Array:
    """Logarithms of red and of blue by green."""
    level = np.log(colour + 8.0)
    return level[[0, 2]] - level[1]
