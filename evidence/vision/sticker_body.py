"""The body that stickers are on: whether all that was measured between them fits one cuboid.

Box frame: its axes along the edges, z out of the top, -y out of the front, x out of the right.
Lengths are in sides of a sticker.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Final

import numpy as np

from evidence.vision.rotations import CUBE, angle

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evidence.vision.sight import Array, Mark
    from evidence.vision.sticker_relations import Relation

    Relations = Mapping[tuple[int, int], Relation]

NORMALS: Final = np.array([[0, 0, 1], [0, -1, 0], [1, 0, 0], [0, 1, 0], [-1, 0, 0], [0, 0, -1]], np.float64)
"""`(6, 3)` outward normals of the faces, in the order of `FACES`."""
_SUNK: Final = 1.0
"""Sides of a sticker by which one may be off along a chain of others."""
_ROUGH: Final = 2.5
"""Likewise where stickers were not seen at once."""
_DISTANT: Final = 0.2
"""The same as a share of the distance between the two."""
_BENT: Final = 1.5
"""How many times its room a relation may miss what a chain of others says."""
_HELD: Final = 2
"""Measurements that tie two parts of a body."""
_HALF: Final = 0.5
_OUT: Final = np.array([0.0, 0.0, 1.0])
_CORNERS: Final = ((-1, 1), (1, 1), (1, -1), (-1, -1))


@dataclass(frozen=True)
class Place:
    """Where one sticker is on the body."""

    face: int
    """0 to 5, a place in `FACES`."""
    rotation: Array
    """`(3, 3)` from the sticker's frame to the box's."""
    centre: Array
    """`(3,)` in the box's frame, from an origin that all stickers share."""


@dataclass(frozen=True)
class Body:
    """The stickers that hang together, by number."""

    places: Mapping[int, Place]

    def corners(self, face: int) -> Array:
        """The corners of a face in the box's frame, `(4, 3)`, clockwise as seen from outside.

        Where a neighbour's sticker was never tied in, the face ends where the stickers do.
        """
        normal = NORMALS[face]
        up = NORMALS[3] if normal[2] else NORMALS[0]
        right = np.cross(up, normal)
        middle = self._reach(normal) * normal
        return np.stack(
            [middle + self._reach(right * x) * right * x + self._reach(up * y) * up * y for x, y in _CORNERS]
        )

    def tilts(self, mark: Mark) -> dict[int, float]:
        """Per face with a sticker its degrees from head-on, in the picture where `mark` was read."""
        turn, origin = self.pose(mark.number, mark.pose)
        found: dict[int, float] = {}
        for other in self.places.values():
            middle = origin + turn @ other.centre
            cosine = -float(turn @ NORMALS[other.face] @ middle) / float(np.linalg.norm(middle))
            found[other.face] = math.degrees(math.acos(max(-1.0, min(1.0, cosine))))
        return found

    def pose(self, number: int, pose: tuple[Array, Array]) -> tuple[Array, Array]:
        """Rotation from the box's frame to the camera's, and where its origin is, by one sticker's pose."""
        place, (rotation, centre) = self.places[number], pose
        turn = rotation @ place.rotation.T
        return turn, centre - turn @ place.centre

    def middle(self) -> Array:
        """The middle of the box in its frame, as far as its faces are known."""
        return np.array([self._reach(axis) - self._reach(-axis) for axis in np.eye(3)]) / 2

    def _reach(self, normal: Array) -> float:
        """How far the body goes towards a face."""
        face = _face(normal)
        for place in self.places.values():
            if place.face == face:
                return float(normal @ place.centre)
        return max(
            float(normal @ (place.centre + place.rotation @ np.array([x, y, 0]) * _HALF))
            for place in self.places.values()
            for x, y in _CORNERS
        )


def body_of(relations: Relations) -> Body | None:
    """The body on which stickers that hang together lie, or None where there is none such.

    `relations` are those of neighbours, the most trusted first. It is None where two stickers come
    to lie on one face, ways around a loop disagree, or a sticker stands out of another's plane.
    """
    stuck = _chained(relations)
    if stuck is None:
        return None
    faces = {number: _face(rotation[:, 2]) for number, (rotation, _) in stuck.items()}
    if len(set(faces.values())) < len(faces) or not _agrees(relations, stuck):
        return None
    turn = max(CUBE, key=lambda turn: sum(_face(turn @ NORMALS[f]) == n - 1 for n, f in faces.items()))
    return Body(
        {
            number: Place(_face(turn @ NORMALS[faces[number]]), turn @ rotation, turn @ centre)
            for number, (rotation, centre) in stuck.items()
        }
    )


def together(relations: Relations) -> frozenset[int]:
    """The most stickers that hang together so well that no single measurement holds two parts of them."""
    numbers = sorted({number for pair in relations for number in pair})
    for size in range(len(numbers), 1, -1):
        groups = map(frozenset, combinations(numbers, size))
        held = {group: count for group in groups if (count := _held(relations, group)) >= _HELD}
        if held:
            return max(held, key=lambda group: held[group])
    return frozenset()


def _held(relations: Relations, group: frozenset[int]) -> int:
    """How many measurements tie the two parts of a group that are tied worst."""
    first, *rest = sorted(group)
    parts = [{first, *some} for size in range(len(rest)) for some in combinations(rest, size)]
    within = {pair: relation.weight for pair, relation in relations.items() if set(pair) <= group}
    return min(sum(count for (a, b), count in within.items() if (a in part) != (b in part)) for part in parts)


def _chained(relations: Relations) -> dict[int, tuple[Array, Array]] | None:
    """Rotation and centre of each sticker in a frame along the edges, or None where one fits no edge."""
    steps = {**relations, **{(b, a): relation.reverse() for (a, b), relation in relations.items()}}
    trust = {pair: -place for place, (a, b) in enumerate(relations) for pair in ((a, b), (b, a))}
    root, neighbour = next(iter(relations))
    stuck = {root: (_basis(_OUT, steps[root, neighbour].rotation[:, 2]).T, np.zeros(3))}
    while ends := [pair for pair in steps if pair[0] in stuck and pair[1] not in stuck]:
        a, b = max(ends, key=lambda pair: trust[pair])
        rotation, centre = stuck[a]
        step = steps[a, b]
        found = rotation @ step.rotation
        normal, parent = NORMALS[_face(found[:, 2])], rotation[:, 2]
        if abs(float(normal @ parent)) > _HALF:
            return None
        # A box has right angles: each step is straightened, so that the errors of a chain do not add up.
        straight = _basis(normal, parent) @ _basis(_OUT, step.rotation[2]).T
        if angle(straight, found) > step.room:
            return None
        stuck[b] = (straight, centre + rotation @ step.way)
    return stuck


def _basis(out: Array, along: Array) -> Array:
    """`(3, 3)` whose first column is `along` made upright to `out`, and whose third is `out`."""
    first = along - out * float(along @ out)
    first = first / float(np.linalg.norm(first))
    return np.stack([first, np.cross(out, first), out], axis=1)


def _agrees(relations: Relations, stuck: Mapping[int, tuple[Array, Array]]) -> bool:
    """Whether the relations that were not walked along say the same, and no sticker stands out of a plane."""
    for (a, b), relation in relations.items():
        (first, start), (second, end) = stuck[a], stuck[b]
        way = relation.way
        slack = (_ROUGH if relation.bridged else _SUNK) + _DISTANT * float(np.linalg.norm(way))
        if angle(first.T @ second, relation.rotation) > _BENT * relation.room:
            return False
        if float(np.linalg.norm(first.T @ (end - start) - way)) > slack:
            return False
    return not any(
        float(rotation[:, 2] @ (other - centre)) > _ROUGH
        for rotation, centre in stuck.values()
        for _, other in stuck.values()
    )


def _face(normal: Array) -> int:
    return int(np.argmax(NORMALS @ normal))
