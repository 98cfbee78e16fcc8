"""How stickers lie to one another, learned from pictures that show two of them at once, or in quick turn.

Where both poses come from one picture the camera drops out: what is left depends on nothing but
where the two were stuck, and is the same in every picture as long as both stay on one rigid body.
Where one comes into sight just after the other has left it, both are carried by their own movement
to the moment in between. That is rougher, and counts only where both moved alike.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import combinations, product
from typing import TYPE_CHECKING, Final

import numpy as np

from evidence.vision.rotations import angle, nearest, turn, vector_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from evidence.vision.sight import Array, Mark

    Look = tuple[timedelta, tuple[Mark, ...]]
    """The stickers of one sheet in one picture."""
    Pose = tuple[Array, Array]
    """Rotation and centre of a sticker in the camera frame."""
    Read = tuple[timedelta, Mark]

TURNED: Final = 15.0
"""Degrees by which two measurements of one relation may differ. The stickers themselves are measured to
2 degrees; the rest is room for a lens that is wider or narrower than the one assumed."""
BRIDGED: Final = 28.0
"""Likewise where the two were not seen at once."""
_SHIFTED: Final = 0.5
_STRETCHED: Final = 0.12
_BLURRED: Final = 0.05
"""By how much their way may differ: sides of a sticker, and shares of its length and of the distance
from the camera, which small stickers tell poorly."""
_PAIR: Final = 2
_MOST: Final = 40
"""Different relations of one pair that are kept apart."""
STEEP: Final = 83.0
"""Degrees from head-on beyond which a sticker's pose says too little of its neighbours."""
_SOON: Final = timedelta(seconds=0.3)
"""Within which a sticker must follow another, and itself, to be carried to it."""
_ALIKE: Final = (100.0, 0.9)
"""Degrees a second, and share of the faster one, by which the movements of the two may differ."""
_TURNING: Final = 40.0
"""Degrees a second that the faster one turns at least: from one thing at rest to another is no turn."""


@dataclass(eq=False)
class Relation:
    """One way in which sticker `b` lies to sticker `a`, and the moments at which it was measured."""

    total: Array
    """`(3, 3)` sum of the rotations from b's frame to a's."""
    path: Array
    """`(3,)` sum of the ways from a's middle to b's in a's frame, sides of a sticker."""
    moments: list[timedelta] = field(default_factory=list[timedelta])
    bridged: bool = False
    """Whether the two were not seen at once."""

    @property
    def rotation(self) -> Array:
        """`(3, 3)` from b's frame to a's: the rotation nearest to the mean."""
        return nearest(self.total)

    @property
    def way(self) -> Array:
        """`(3,)` from a's middle to b's in a's frame."""
        return self.path / len(self.moments)

    @property
    def room(self) -> float:
        """Degrees by which it may be wrong."""
        return BRIDGED if self.bridged else TURNED

    @property
    def weight(self) -> int:
        """How many pictures speak for it, up to a factor: a bridge rests on two at either end."""
        return len(self.moments) * (2 if self.bridged else 1)

    @property
    def square(self) -> bool:
        """Whether the two lie as on two faces of a box that meet: at a right angle, around an outer edge."""
        normal, way = self.rotation[:, 2], self.way
        return abs(float(normal[2])) <= math.sin(math.radians(self.room)) and float(way[2]) < 0 < float(
            normal @ way
        )

    def take(self, at: timedelta, rotation: Array, way: Array) -> None:
        """One more measurement."""
        self.total = self.total + rotation
        self.path = self.path + way
        self.moments.append(at)

    def far(self, rotation: Array, way: Array, depth: float) -> float:
        """How far a measurement, `depth` from the camera, is from this relation; up to 1 it is the same."""
        mine = self.way
        room = _SHIFTED + _STRETCHED * float(np.linalg.norm(mine)) + _BLURRED * depth
        return max(angle(self.rotation, rotation) / self.room, float(np.linalg.norm(way - mine)) / room)

    def reverse(self) -> Relation:
        """The same, from `b` to `a`."""
        back, count = self.rotation.T, len(self.moments)
        return Relation(back * count, -back @ self.way * count, self.moments, self.bridged)


Kinds = dict[tuple[int, int], list[Relation]]
"""Per pair of numbers, the smaller first, the relations that were measured, the earliest first."""


def surely(mark: Mark) -> tuple[Pose, ...]:
    """The pose of a sticker that is sure of it."""
    return (mark.pose,) if mark.sure else ()


def likely(mark: Mark) -> tuple[Pose, ...]:
    """The poses that explain a sticker's picture about as well."""
    return surely(mark) or either(mark)


def either(mark: Mark) -> tuple[Pose, ...]:
    """Both poses that four corners have, however much the picture favours one."""
    return (mark.pose,) if mark.mirrored is None else (mark.pose, mark.mirrored)


def seen_at_once(
    looks: Sequence[Look], poses: Callable[[Mark], tuple[Pose, ...]] = surely, *, steep: float = STEEP
) -> Kinds:
    """The relations of all pairs, picture by picture.

    Args:
        looks: pictures in order of time.
        poses: which poses of a sticker are taken. How stickers lie to one another is the same in every
            picture, and what follows from wrong poses is not: each way is a measurement of a relation.
        steep: degrees from head-on up to which a sticker is taken.
    """
    kinds: Kinds = {}
    for at, marks in looks:
        for pair in combinations([mark for mark in marks if mark.angle <= steep], 2):
            a, b = sorted(pair, key=_number)
            if a.number == b.number:
                continue
            known = kinds.setdefault((a.number, b.number), [])
            for one, other in product(poses(a), poses(b)):
                _take(known, at, one, other)
    return kinds


def _take(known: list[Relation], at: timedelta, one: Pose, other: Pose) -> None:
    """One more measurement, of the nearest relation or of a new one; of each one at most a moment."""
    (turn_a, at_a), (turn_b, at_b) = one, other
    rotation, way = turn_a.T @ turn_b, turn_a.T @ (at_b - at_a)
    far = [kind.far(rotation, way, max(at_a[2], at_b[2])) for kind in known]
    if min(far, default=math.inf) <= 1:
        near = known[int(np.argmin(far))]
        if near.moments[-1] != at:
            near.take(at, rotation, way)
    elif len(known) < _MOST:
        known.append(Relation(rotation, way, [at]))


def seen_in_turn(looks: Sequence[Look]) -> Kinds:
    """The relations of pairs of which one came into sight just after the other was read last."""
    kinds: Kinds = {}
    runs: dict[int, list[Read]] = {}
    for at, marks in looks:
        for mark in marks:
            if not mark.sure or mark.angle > STEEP:
                continue
            run = runs.get(mark.number, [])
            runs[mark.number] = run = (
                [*run[-2:], (at, mark)] if run and timedelta(0) < at - run[-1][0] <= _SOON else [(at, mark)]
            )
            if len(run) != _PAIR:
                continue
            for number, gone in runs.items():
                if (
                    number != mark.number
                    and len(gone) >= _PAIR
                    and gone[-1][0] < run[0][0] <= gone[-1][0] + _SOON
                ):
                    _bridge(kinds, (gone[0], gone[-1]), run)
    return kinds


def _bridge(kinds: Kinds, gone: Sequence[Read], come: Sequence[Read]) -> None:
    """Both carried to the middle of the time between them, where they moved alike."""
    middle = gone[-1][0] + (come[0][0] - gone[-1][0]) / 2
    one, two = _carried(gone[0], gone[1], middle), _carried(come[1], come[0], middle)
    spins = one[2], two[2]
    most = max(float(np.linalg.norm(spin)) for spin in spins)
    if most < _TURNING or float(np.linalg.norm(spins[0] - spins[1])) > max(_ALIKE[0], _ALIKE[1] * most):
        return
    early, late = (one, two) if gone[0][1].number < come[0][1].number else (two, one)
    pair = sorted((gone[0][1].number, come[0][1].number))
    rotation, way = early[0].T @ late[0], early[0].T @ (late[1] - early[1])
    known = kinds.setdefault((pair[0], pair[1]), [])
    near = next((kind for kind in known if angle(kind.rotation, rotation) <= BRIDGED), None)
    if near is not None:
        near.take(middle, rotation, way)
    elif len(known) < _MOST:
        known.append(Relation(rotation, way, [middle], bridged=True))


def _carried(far: Read, near: Read, to: timedelta) -> tuple[Array, Array, Array]:
    """Rotation and centre of a sticker at `to`, and how it turns, degrees a second, `(3,)` camera frame."""
    seconds = (near[0] - far[0]).total_seconds()
    ahead = (to - near[0]).total_seconds()
    spin = vector_of(near[1].rotation @ far[1].rotation.T) / seconds
    drift = (near[1].centre - far[1].centre) / seconds
    return turn(spin * ahead) @ near[1].rotation, near[1].centre + drift * ahead, np.degrees(spin)


def _number(mark: Mark) -> int:
    return mark.number
