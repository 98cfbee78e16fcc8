"""Counting the faces that one track showed, and saying what stands in the way of believing it.

A face counts when it was turned to the camera, uncovered, large and sharp enough, for long
enough in total. What was nearly shown is neither counted nor called missing: it is a
weakness with its face. Everything is counted under every reading of the track that is
still likely; where they disagree the track is ambiguous from the moment at which they part,
unless stickers (`evidence.vision.landmarks`) or what was asked for while it was filmed
(`evidence.vision.guidance`) decide between them.
A part of a track is a track too, so one that no reading disputes may speak for itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import combinations
from typing import TYPE_CHECKING, Final, NamedTuple, cast

import numpy as np

from evidence.timeline import Timeline
from evidence.vision.coverage import FACES, Coverage, Shown, Weakness
from evidence.vision.guidance import guided
from evidence.vision.landmarks import Landmarks
from evidence.vision.readings import PASSED_OVER
from evidence.vision.rotations import CUBE, RELATIVE
from evidence.vision.tally import AXES, Counting, Facts, Tally, facts_of, tally
from evidence.vision.tracker import Reading, Track
from evidence.vision.witness import Testimony, contradictions

if TYPE_CHECKING:
    from evidence.model import Prompt
    from evidence.vision.sight import Array, Sight
    from evidence.vision.tally import Mask

_SPANS: Final = 0.5
"""Samples of a face that are less apart belong to one interval, seconds."""
_MOST_PARTS: Final = 12
"""Moments of doubt at which a track is taken apart."""
_GRAVE: Final = frozenset({"ambiguous", "second_box", "contradiction"})
"""Doubts that another part of the track may be free of."""


def conclude(
    track: Track,
    counting: Counting = Counting(),  # noqa: B008 - a frozen value
    *,
    pictured: Collection[timedelta] = (),
    views: Sequence[Testimony] = (),
    prompts: Sequence[Prompt] = (),
) -> Coverage:
    """What the track showed; where that is in dispute, the longest part that showed all beyond dispute.

    Args:
        track: of a tracker.
        counting: when a face counts.
        pictured: moments of which a picture is held; the best views and corners are chosen from them.
        views: what a witness saw of the print on the box.
        prompts: which face was asked for when; heeded only where nothing but several readings stands
            against all faces.
    """
    ledger = _Ledger(track, counting, pictured, views)
    whole = ledger.coverage(_Part(0, len(track.sights)))
    if not any(weakness.doubt in _GRAVE for weakness in whole.weak):
        return whole
    for part in ledger.parts([weakness.at for weakness in whole.weak]):
        told = ledger.coverage(part)
        if not told.missing and not told.weak:
            return told
    return ledger.guided(prompts) or whole


class _Part(NamedTuple):
    """Sights of a track, from the first up to, not including, the last."""

    start: int
    stop: int

    @property
    def cut(self) -> slice:
        return slice(self.start, self.stop)


class _Ledger:
    """The books of one track, under all its likely readings."""

    def __init__(
        self,
        track: Track,
        counting: Counting,
        pictured: Collection[timedelta],
        views: Sequence[Testimony],
    ) -> None:
        self.track, self.counting, self.views = track, counting, views
        self.landmarks = Landmarks(track.sights)
        self.facts = facts_of(track.sights, counting, self.landmarks.angles(), pictured)
        every = [tally(self.facts, reading.choices, counting) for reading in track.readings]
        borne_out = self.landmarks.borne_out(every)
        readings = [track.readings[place] for place in borne_out]
        tallies = [every[place] for place in borne_out]
        least = readings[0].cost
        self.costs = [reading.cost for reading in readings if reading.cost <= least + counting.margin]
        self.tallies, self.remote = tallies[: len(self.costs)], tallies[len(self.costs) :]
        self.partings = _partings(readings)
        self.leaps = _leaps(self.facts, readings[0], counting.leap)

    def parts(self, changes: Sequence[timedelta]) -> Iterator[_Part]:
        """Parts that show all faces under every reading, the longest first."""
        count = len(self.track.sights)
        at = [int(np.searchsorted(self.facts.at, change.total_seconds())) for change in changes]
        places = sorted({0, count, *self.partings[:_MOST_PARTS], *at})
        parts = [_Part(a, b) for a, b in combinations(places, 2) if b - a < count]
        for part in sorted(parts, key=lambda part: part.start - part.stop):
            if all(self._counts(one, part).all() for one in self.tallies):
                yield part

    def guided(self, prompts: Sequence[Prompt]) -> Coverage | None:
        """What the track showed if it is read as the prompts say; None where that is not all faces."""
        heeded = guided(self.tallies, self.costs, self.facts.at, prompts)
        if heeded is None:
            return None
        told = self.coverage(_Part(0, len(self.track.sights)), heeded.tallies)
        return None if told.missing or told.weak else replace(told, guided=heeded.prompts)

    def coverage(self, part: _Part, among: Sequence[Tally] | None = None) -> Coverage:
        """What a part of the track showed; under all likely readings, or those in `among`."""
        tallies = self.tallies if among is None else among
        track, sights, best = self.track, self.track.sights, tallies[0]
        counts = [self._counts(one, part) for one in tallies]
        agreed = np.logical_and.reduce(counts)
        weak: list[Weakness] = []
        # That a face was not shown is believed only if no reading at all shows it.
        remote = not counts[0].all() and any(self._counts(one, part).all() for one in self.remote)
        if remote or any(not np.array_equal(other, counts[0]) for other in counts):
            inside = [place for place in self.partings if part.start < place < part.stop]
            weak.append(Weakness("ambiguous", sights[min(inside, default=part.start)].at))
        weak += self._doubts(best, counts[0], part)
        bodies = {sights[place].at: best.body[place] for place in range(part.start, part.stop)}
        accused = [*self._contradictions(best, part), *contradictions(self.views, bodies)]
        weak += [weakness for weakness in accused if not self._refuted(weakness, best)]
        last = part.stop == len(sights)
        if track.ended and last and not agreed.all():
            weak.append(track.ended)
        return Coverage(
            start=sights[part.start].at,
            end=track.end if last else sights[part.stop - 1].at,
            shown=tuple(_shown(sights, self.facts, best, int(face), part) for face in np.flatnonzero(agreed)),
            weak=tuple(sorted(weak, key=lambda weakness: weakness.at)),
            blind=track.blind,
            leaps=tuple(sights[place].at for place in self.leaps if part.start < place < part.stop),
            corners=tuple(_corners(sights, self.facts, best, part)),
        )

    def _refuted(self, weakness: Weakness, best: Tally) -> bool:
        """Whether stickers speak against what print or shape seem to say."""
        if weakness.doubt == "ambiguous":
            return bool(weakness.face) and self.landmarks.own(best, FACES.index(weakness.face))
        place = int(np.searchsorted(self.facts.at, weakness.at.total_seconds()))
        return self.landmarks.hold(best, place)

    def _counts(self, one: Tally, part: _Part) -> Mask:
        """`(6,)` which faces count in a part of the track."""
        good = one.good[:, part.cut]
        time = good @ self.facts.spoken[part.cut]
        return cast("Mask", (time >= self.counting.lasting) & (good.sum(axis=1) >= self.counting.samples))

    def _doubts(self, one: Tally, counts: Mask, part: _Part) -> Iterator[Weakness]:
        """Faces that do not count, but nearly do."""
        sights, spoken = self.track.sights, self.facts.spoken[part.cut]
        for face in np.flatnonzero(~counts):
            for doubt, masks in one.nearly.items():
                seen = masks[face, part.cut]
                if float(seen @ spoken) >= self.counting.lasting:
                    yield Weakness(doubt, sights[part.start + int(seen.argmax())].at, FACES[face])
                    break
            else:
                good = one.good[face, part.cut]
                if float(good @ spoken) >= self.counting.glimpse:
                    yield Weakness("brief", sights[part.start + int(good.argmax())].at, FACES[face])

    def _contradictions(self, one: Tally, part: _Part) -> Iterator[Weakness]:
        """Opposite faces of different proportions, and a box that changes its shape."""
        counting, sights = self.counting, self.track.sights
        lengths = one.lengths[part.cut]
        for name, opposite in (("top", "bottom"), ("front", "back"), ("right", "left")):
            axis = AXES[name][0]
            ratio = lengths[:, (axis + 1) % 3] - lengths[:, (axis + 2) % 3]
            looks: list[Array] = []
            for face in (FACES.index(name), FACES.index(opposite)):
                facing = (one.angle[face, part.cut] < 40) & one.good[face, part.cut]  # noqa: PLR2004 - well seen
                looks.append(ratio[facing & ~np.isnan(ratio)])
            if min(map(len, looks)) < 4:  # noqa: PLR2004 - too few for a median
                continue
            if abs(float(np.median(looks[0]) - np.median(looks[1]))) > counting.aspect:
                seen = one.good[FACES.index(opposite), part.cut]
                yield Weakness("contradiction", sights[part.start + int(seen.argmax())].at, opposite)
        worst, where = 0.0, 0
        for one_axis, other_axis in combinations(range(3), 2):
            # An edge that points at the eye is seen too short to be measured.
            across = (np.abs(one.body[part.cut, 2][:, [one_axis, other_axis]]) < counting.across).all(axis=1)
            ratio = lengths[:, one_axis] - lengths[:, other_axis]
            told = np.flatnonzero(across & ~np.isnan(ratio))
            for middle in range(12, len(told) - 12, 3):
                before, after = told[max(0, middle - 30) : middle], told[middle : middle + 30]
                change = abs(float(np.median(ratio[before]) - np.median(ratio[after])))
                if change > worst:
                    worst, where = change, int(told[middle])
        if worst > counting.shape:
            yield Weakness("second_box", sights[part.start + where].at)


def _partings(readings: Sequence[Reading]) -> list[int]:
    """The sights at which a reading parts from, or comes back to, the best; those of the likeliest first."""
    found: dict[int, None] = {}
    best = readings[0].choices
    for other in readings[1:]:
        both = np.flatnonzero((best != PASSED_OVER) & (other.choices != PASSED_OVER))
        apart = RELATIVE[best[both], other.choices[both]]
        for change in np.flatnonzero(np.diff(apart)):
            found[int(both[change + 1])] = None
    return list(found)


def _leaps(facts: Facts, reading: Reading, furthest: float) -> list[int]:
    """The sights before which the box turned by more than `furthest` degrees since the sight before."""
    accepted = np.flatnonzero(reading.choices != PASSED_OVER)
    bodies = facts.axes[accepted] @ CUBE[reading.choices[accepted]]
    traces = np.einsum("nij,nij->n", bodies[1:], bodies[:-1])
    return [int(place) for place in accepted[1:][traces < 1 + 2 * np.cos(np.radians(furthest))]]


def _shown(sights: Sequence[Sight], facts: Facts, one: Tally, face: int, part: _Part) -> Shown:
    places = part.start + np.flatnonzero(one.good[face, part.cut])
    spans: list[tuple[timedelta, timedelta]] = []
    for place in places:
        at = sights[int(place)].at
        if spans and (at - spans[-1][1]).total_seconds() <= _SPANS:
            spans[-1] = spans[-1][0], at
        else:
            spans.append((at, at))
    best = int(places[np.argmin(_worth(facts, one, face)[places])])
    return Shown(
        face=FACES[face],
        when=Timeline.of(*spans),
        best_at=sights[best].at,
        best_angle=round(float(max(0.0, one.angle[face, best])), 1),
        quad=sights[best].sides[int(one.side[face, best])].quad,
    )


def _worth(facts: Facts, one: Tally, face: int) -> Array:
    """How poor each view of a face is: degrees from head-on, worse where covered, cut off, small or soft."""
    rows, sides = np.arange(len(facts.at)), one.side[face]
    hidden = facts.covered[rows, sides] + facts.outside[rows, sides]
    small = np.log(0.1 / np.maximum(1e-4, facts.share[rows, sides]))
    return cast(
        "Array",
        one.angle[face] + 60 * hidden + 8 * np.maximum(0.0, small) + 6 * facts.blur + 200 * facts.lost,
    )


def _corners(
    sights: Sequence[Sight], facts: Facts, one: Tally, part: _Part
) -> Iterator[tuple[timedelta, timedelta]]:
    """Moments that show three faces each, of opposite corners, the best pair first."""
    rows = np.arange(len(facts.at))
    poor = np.full((6, len(rows)), np.inf)
    for face in range(6):
        side = one.side[face]
        there = (
            (side >= 0)
            & (one.angle[face] <= 78)  # noqa: PLR2004 - seen, if not well
            & (facts.covered[rows, side] <= 0.5)  # noqa: PLR2004 - mostly free
            & (facts.outside[rows, side] <= 0.3)  # noqa: PLR2004 - mostly in the picture
            & (facts.share[rows, side] >= 0.002)  # noqa: PLR2004 - large enough to be recognised
        )
        poor[face, part.cut] = np.where(there, one.angle[face] + 3 * facts.blur + 200 * facts.lost, np.inf)[
            part.cut
        ]
    best: dict[frozenset[str], tuple[float, int]] = {}
    for across in ("right", "left"):
        for along in ("front", "back"):
            for above in ("top", "bottom"):
                corner = frozenset({across, along, above})
                worth = poor[[FACES.index(face) for face in corner]].max(axis=0)
                place = int(worth.argmin())
                if np.isfinite(worth[place]):
                    best[corner] = float(worth[place]), place
    pairs: list[tuple[float, timedelta, timedelta]] = []
    for corner, (cost, place) in best.items():
        other = best.get(frozenset(FACES) - corner)
        if other and place < other[1]:
            pairs.append((max(cost, other[0]), sights[place].at, sights[other[1]].at))
    yield from ((earlier, later) for _, earlier, later in sorted(pairs))
