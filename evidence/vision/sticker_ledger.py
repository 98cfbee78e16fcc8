"""The ledger of stickers: which faces of one box a film showed by them, and whether they prove it.

Six stickers alone prove nothing: they may lie on a table, on a screen, or on two boxes. Believed
is only what hangs together by measurement on one unbroken track: pairs of stickers seen at once,
at a right angle around an outer edge, the same whenever they are seen, all on one cuboid. Which
number is on which face is learned from that as well, so a sticker on a wrong face does no harm.

What is missing here was not necessarily never shown: a sticker may be missing, covered or unread.
So a coverage without all six faces always carries its weakness.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from evidence.timeline import Span, Timeline
from evidence.vision.coverage import FACES, Coverage, Shown, Weakness
from evidence.vision.rotations import angle
from evidence.vision.sticker_body import Body, body_of, together
from evidence.vision.sticker_relations import Relation, either, likely, seen_at_once, seen_in_turn

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from evidence.vision.sight import Array, Mark
    from evidence.vision.sticker_relations import Look

    Stand = tuple[timedelta, Array, Array]
    """When, the rotation from the box's frame to the camera's, and where its middle is."""

_FIRM: Final = 70.0
"""Degrees from head-on up to which stickers may accuse; steeper ones are misread too often."""
_CORNER: Final = 80.0
"""Degrees from head-on up to which a face counts as seen in a picture of a corner."""
_CORNERS: Final = 3
"""Faces seen at once at a corner, and pairs of corners that are named."""
_TELLING: Final = 40.0
"""Degrees from head-on at which a sticker's tilt is told best."""
_TURN: Final = (30.0, 450.0)
"""Degrees, and degrees a second, by which a box may turn from one picture to the next: hands reach 200."""
_MOVE: Final = (2.0, 30.0)
"""Likewise how far it may move, sides of a sticker."""
_MAJORITY: Final = 0.6
"""Share of a pair's measurements that have to say the same."""
_FAINT: Final = 0.1
"""Share of the best measured pair's pictures up to which another pair's may all be misread."""
_STRAY: Final = 3
"""Readings of another sheet from which on it is believed to be there."""


@dataclass(frozen=True)
class StickerLedger:
    """Sees the stickers of every picture that was looked at, also of those that show none."""

    frontal: float = 65.0
    """Degrees from head-on up to which a face counts as shown by its sticker."""
    least: timedelta = timedelta(seconds=0.3)
    """How long a face has to be shown, in total."""
    reads: int = 3
    """How many pictures have to show a face, and a pair of stickers to relate them."""
    gap: timedelta = timedelta(seconds=0.4)
    """For how long no sticker may be read on one track: too short to put another box in its place."""
    _looks: list[Look] = field(default_factory=list["Look"], init=False)

    def see(self, at: timedelta, marks: Sequence[Mark]) -> None:
        """The stickers of one picture; pictures in order of time."""
        if marks:
            self._looks.append((at, tuple(marks)))

    def conclude(self, followed: Sequence[Span] = ()) -> Coverage | None:
        """What the best track shows, or None where no sheet was read often enough to speak of.

        `followed` are stretches in which the box itself was followed without a break, whether a sticker was
        in sight or not: nothing can have been put in its place meanwhile.
        """
        counts = Counter(mark.sheet for _, marks in self._looks for mark in marks)
        sheet, count = max(counts.items(), key=lambda item: item[1], default=(0, 0))
        if count < self.reads:
            return None
        # A forged film may turn back in time, and other checks say so.
        looks = [
            (at, own)
            for at, marks in sorted(self._looks, key=_moment)
            if (own := tuple(m for m in marks if m.sheet == sheet))
        ]
        against = sorted([*self._others(sheet, counts), *self._twins(looks), *self._moved(looks)], key=_when)
        whole = self._best(looks, followed)
        if not against:
            return whole
        # What was proven before anything spoke against it stays proven: stickers are torn at the opening.
        early = self._best([look for look in looks if look[0] < against[0].at], followed)
        if early is not None and not early.missing and not early.weak:
            return early
        weak = tuple(sorted([*whole.weak, *against], key=_when)) if whole else tuple(against)
        if whole is None:
            return Coverage(looks[0][0], looks[-1][0], (), weak)
        return Coverage(whole.start, whole.end, whole.shown, weak, whole.corners)

    def _others(self, sheet: int, counts: Counter[int]) -> Iterator[Weakness]:
        """Stickers of another sheet."""
        strange = {other for other, count in counts.items() if other != sheet and count >= _STRAY}
        first = next((at for at, marks in self._looks if any(m.sheet in strange for m in marks)), None)
        if first is not None:
            yield Weakness("second_box", first)

    def _twins(self, looks: Sequence[Look]) -> Iterator[Weakness]:
        """Two copies of one sticker in one picture."""
        doubled = [at for at, marks in looks if len({mark.number for mark in marks}) < len(marks)]
        if len(doubled) > 1:
            yield Weakness("second_box", doubled[0])

    def _moved(self, looks: Sequence[Look]) -> Iterator[Weakness]:
        """Pairs that lie to one another as no two faces of a box do, or that changed how they lie."""
        ways = seen_at_once(looks, either, steep=_FIRM)
        for pair, kinds in seen_at_once(looks, steep=_FIRM).items():
            usual = max(ways[pair], key=_count)
            firm = [
                kind
                for kind in kinds
                if _count(kind) >= self.reads and not _amid(kind, kinds) and not _misread(kind, usual)
            ]
            odd = [kind.moments[0] for kind in firm if not kind.square]
            changed = [kind.moments[0] for kind in firm[1:]]
            if odd or changed:
                yield Weakness("contradiction", min(odd + changed))

    def _best(self, looks: Sequence[Look], followed: Sequence[Span]) -> Coverage | None:
        """The track that shows most faces, with the least against it."""
        made = [self._track(track) for track in self._tracks(looks, followed)]
        return max(made, key=lambda c: (len(c.shown), -len(c.weak), c.end - c.start), default=None)

    def _tracks(self, looks: Sequence[Look], followed: Sequence[Span]) -> list[list[Look]]:
        tracks: list[list[Look]] = []
        for look in looks:
            last = tracks[-1][-1][0] if tracks else None
            if last is not None and (
                look[0] - last <= self.gap
                or any(one.start <= last and look[0] <= one.end for one in followed)
            ):
                tracks[-1].append(look)
            else:
                tracks.append([look])
        return tracks

    def _track(self, looks: Sequence[Look]) -> Coverage:
        start, end = looks[0][0], looks[-1][0]
        related = _trusted(looks)
        group = together(related)
        body = _body({pair: one for pair, one in related.items() if set(pair) <= group})
        if body is None:
            doubt = Weakness("contradiction" if group else "ambiguous", start)
            return Coverage(start, end, (), (doubt,))
        shown = tuple(sorted(self._shown(looks, body), key=lambda one: FACES.index(one.face)))
        seen = {one.face for one in shown}
        weak = (
            *_jumps(looks, body),
            *(Weakness("ambiguous", end, face) for face in FACES if face not in seen),
        )
        return Coverage(start, end, shown, weak, _opposite_corners(looks, body))

    def _shown(self, looks: Sequence[Look], body: Body) -> Iterator[Shown]:
        for number, place in body.places.items():
            reads = [
                (at, mark)
                for at, marks in looks
                for mark in marks
                if mark.number == number and mark.angle <= self.frontal
            ]
            if len(reads) < self.reads:
                continue
            when = _spans([at for at, _ in reads], self.gap)
            if when.total < self.least:
                continue
            at, best = min(reads, key=lambda read: read[1].angle)
            yield Shown(FACES[place.face], when, at, best.angle, _quad(best, body))


def _count(relation: Relation) -> int:
    return len(relation.moments)


def _moment(look: Look) -> timedelta:
    return look[0]


def _amid(kind: Relation, others: Sequence[Relation]) -> bool:
    """Whether one that was measured more often held on all the while: then this one is a misreading."""
    more = (moment for other in others if _count(other) > _count(kind) for moment in other.moments)
    return any(kind.moments[0] < moment < kind.moments[-1] for moment in more)


def _misread(kind: Relation, usual: Relation) -> bool:
    """Whether the pair was seen as it usually lies all the while, if a pose is taken mirrored."""
    other = angle(kind.rotation, usual.rotation) > kind.room
    return other and frozenset(usual.moments).issuperset(kind.moments)


def _when(weakness: Weakness) -> timedelta:
    return weakness.at


def _trusted(looks: Sequence[Look]) -> dict[tuple[int, int], Relation]:
    """One relation per pair of neighbours, the most trusted first: what was seen at once, and how often."""
    told = {
        pair: best
        for kinds_of in (seen_in_turn(looks), seen_at_once(looks, likely))
        for pair, kinds in kinds_of.items()
        if _count(best := max(kinds, key=_count))
        >= _MAJORITY * len({at for kind in kinds for at in kind.moments})
    }
    ranked = sorted(told.items(), key=lambda item: (item[1].bridged, -_count(item[1])))
    return {pair: relation for pair, relation in ranked if relation.square}


def _body(related: Mapping[tuple[int, int], Relation]) -> Body | None:
    """The body of stickers that hang together; a few misreadings against very many do not undo it."""
    if not related:
        return None
    body = body_of(related)
    most = max(one.weight for one in related.values())
    strong = {pair: one for pair, one in related.items() if one.weight > _FAINT * most}
    if body is not None or together(strong) != together(related):
        return body
    return body_of(strong)


def _spans(moments: Sequence[timedelta], gap: timedelta) -> Timeline:
    """The stretches of moments that follow one another within `gap`."""
    breaks = [0, *(n for n, (a, b) in enumerate(pairwise(moments), 1) if b - a > gap), len(moments)]
    return Timeline.of(*((moments[a], moments[b - 1]) for a, b in pairwise(breaks)))


def _quad(mark: Mark, body: Body) -> Array:
    """The corners of a sticker's whole face in its picture, shares of width and height."""
    place = body.places[mark.number]
    across = _seen(mark, np.array([[-0.5, 0.5, 0], [0.5, 0.5, 0], [0.5, -0.5, 0], [-0.5, -0.5, 0]]))
    wanted = _seen(mark, (body.corners(place.face) - place.centre) @ place.rotation)
    # The picture's shape is not known here, but the sticker tells how rays become shares of it.
    spread, drawn = across - across.mean(axis=0), mark.quad - mark.quad.mean(axis=0)
    scale = (spread * drawn).sum(axis=0) / (spread**2).sum(axis=0)
    return wanted * scale + 0.5


def _seen(mark: Mark, points: Array) -> Array:
    """Points of a sticker's frame `(n, 3)` as slopes of the rays to them `(n, 2)`."""
    there = points @ mark.rotation.T + mark.centre
    return there[:, :2] / np.maximum(there[:, 2:], 1e-3)


def _jumps(looks: Sequence[Look], body: Body) -> Iterator[Weakness]:
    """The first moment from which on the body is where it cannot have come to since it was seen before."""
    middle = body.middle()
    last: Stand | None = None
    strange: Stand | None = None
    for at, marks in looks:
        known = sorted((mark for mark in marks if mark.number in body.places), key=_told_badly)
        firm = [_stand(at, mark.number, mark.pose, body, middle) for mark in known if mark.sure]
        # Noise may favour the wrong one of the two poses even where it seems sure: to accuse takes more.
        poses = [(mark.number, pose) for mark in known for pose in (mark.pose, mark.mirrored) if pose]
        if last is None:
            last = firm[0] if firm else None
        elif kept := next((stand for stand in firm if _near(last, stand)), None):
            last, strange = kept, None
        elif any(_near(last, _stand(at, number, pose, body, middle)) for number, pose in poses):
            strange = None
        elif firm and strange is not None and _near(strange, firm[0]):
            # One picture may be misread, two that agree are not.
            yield Weakness("lost_at", strange[0])
            return
        elif firm:
            strange = firm[0]


def _stand(at: timedelta, number: int, pose: tuple[Array, Array], body: Body, middle: Array) -> Stand:
    turn, origin = body.pose(number, pose)
    return at, turn, origin + turn @ middle


def _told_badly(mark: Mark) -> float:
    """Degrees from the tilt at which a sticker's pose is told best."""
    return abs(mark.angle - _TELLING)


def _near(one: Stand, two: Stand) -> bool:
    seconds = (two[0] - one[0]).total_seconds()
    turned, moved = angle(one[1], two[1]), float(np.linalg.norm(one[2] - two[2]))
    return turned <= _TURN[0] + _TURN[1] * seconds and moved <= _MOVE[0] + _MOVE[1] * seconds


def _opposite_corners(looks: Sequence[Look], body: Body) -> tuple[tuple[timedelta, timedelta], ...]:
    """Pairs of moments whose pictures show three faces each and all six together; the best first."""
    best: dict[frozenset[int], tuple[float, timedelta]] = {}
    for at, marks in looks:
        known = [mark for mark in marks if mark.sure and mark.number in body.places]
        if not known:
            continue
        tilts = body.tilts(min(known, key=lambda mark: mark.angle))
        turned = {face: tilt for face, tilt in tilts.items() if tilt <= _CORNER}
        if len(turned) == _CORNERS:
            kind, worst = frozenset(turned), max(turned.values())
            best[kind] = min(best.get(kind, (worst, at)), (worst, at))
    found = [
        (max(one[0], other[0]), min(one[1], other[1]), max(one[1], other[1]))
        for (kind, one), (rest, other) in combinations(best.items(), 2)
        if not kind & rest
    ]
    return tuple((first, second) for _, first, second in sorted(found)[:_CORNERS])
