"""Following the orientation of one box through a film, without believing one reading too early.

Each sight tells the box's orientation up to the 24 turns of a cube. Which one is meant
follows from the sights before it: a `Reading` names every sight of a track by one of the
24. Several readings are followed at once (`evidence.vision.readings`), and none is believed
while another is nearly as likely. A sight that fits none may be passed over, at a cost.

A track is unbroken: where the box was not seen for too long, or jumps, or changes its
shape, the track ends with the reason, and another begins. Tracks are never joined.
"""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from evidence.vision.coverage import Doubt, Weakness
from evidence.vision.readings import (
    PASSED_OVER,
    Linking,
    Thread,
    begun,
    choices_of,
    continued,
    pruned,
    surprise,
)
from evidence.vision.rotations import CUBE

if TYPE_CHECKING:
    from evidence.vision.sight import Sight

_MARKED: Final = 5
"""Every so many sights readings are held apart by how they take it."""
_ANCHORS: Final = 3
"""Sights whose place the next one may have."""
_BLIND: Final = 3
"""Looks in a row, a fifth of a second, after which a box in motion may lie otherwise unnoticed."""
_CLEAR: Final = 0.72
"""The least clearness of a track of a box. On rendered films not trained on, boxes have 0.73 to 0.9, mostly
0.85; on real ones bottles, books and walls 0.57 to 0.71."""
_CLEAR_AT_ONCE: Final = 0.8
"""The same where it was not followed for long: phones and envelopes that are turned over have up to 0.79."""
_LONG: Final = timedelta(seconds=3)
"""How long a track is not to be taken for one of those."""
_MOST_SIGHTS: Final = 40_000
"""Of one track; at fifteen a second three quarters of an hour."""


@dataclass(frozen=True)
class Reading:
    """One way of reading a track."""

    cost: float
    """Nats, as a difference to the best reading."""
    choices: npt.NDArray[np.int8]
    """`(n,)` for each sight of the track the turn, of `rotations.CUBE`, from the axes of the box to
    those of the sight; `PASSED_OVER` where it is passed over."""


@dataclass(frozen=True)
class Track:
    """One box, followed without a break."""

    start: timedelta
    end: timedelta
    sights: tuple[Sight, ...]
    readings: tuple[Reading, ...]
    """The likeliest first, up to the margin."""
    ended: Weakness | None
    """Why it ends there; None where the film ends."""
    blind: tuple[timedelta, ...] = ()
    """Moments at which several looks in a row had told nothing of the box."""

    @property
    def boxlike(self) -> bool:
        """Whether what was followed looked like a closed box, most of the time."""
        error = statistics.median(sight.error for sight in self.sights)
        confidence = statistics.median(sight.confidence for sight in self.sights)
        least = _CLEAR if self.end - self.start >= _LONG else _CLEAR_AT_ONCE
        return confidence - error / 100 >= least


class Tracker:
    """Takes sights in order of time and gives the tracks."""

    def __init__(self, linking: Linking = Linking()) -> None:  # noqa: B008 - a frozen value
        self._linking = linking
        self._tracks: list[Track] = []
        self._sights: list[Sight] = []
        self._threads: list[Thread] = []
        self._unseen = 0
        """Looks in a row that told nothing."""
        self._blind: list[timedelta] = []
        self._glimpse: Sight | None = None
        """The last sight of any kind."""
        self._strange: list[Sight] = []
        """Sights that jumped away from the box that is followed."""
        self._drift = (0.0, 0.0)
        """Of the outline's middle, shares a second."""
        self.startled = 0.0
        """Degrees by which the last sight was off what was expected."""
        self._sudden = 0.0
        """The same a second."""

    @property
    def number(self) -> int:
        """How many tracks ended before the one that is followed now."""
        return len(self._tracks)

    @property
    def turning(self) -> float:
        """How fast the followed box seems to turn, degrees a second; 0 where none is followed."""
        return max(self._sudden, self.speed)

    @property
    def speed(self) -> float:
        """The same, as it shows over several sights."""
        return math.degrees(float(np.linalg.norm(self._threads[0].speed))) if self._threads else 0.0

    def see(self, at: timedelta, sight: Sight | None) -> int | None:
        """Take what one picture showed.

        Returns:
            The turn by which the likeliest reading takes the sight; None where it is not accepted.
        """
        self.startled = self._surprise(sight)
        if self._threads and sight is not None:
            after = sight.at.total_seconds() - self._threads[0].at
            self._sudden = self.startled / max(after, 0.03)
        else:
            self._sudden = 0.0
        choice = self._take(at, sight)
        self._unseen = 0 if choice is not None else self._unseen + 1
        if self._unseen == _BLIND and self._threads:
            self._blind.append(at)
        return choice

    def _surprise(self, sight: Sight | None) -> float:
        """Degrees by which a sight's orientation is off what was expected."""
        if sight is None or not self._threads or not usable(sight, self._linking):
            return 0.0
        return surprise(self._threads[0], sight, self._linking)

    def _take(self, at: timedelta, sight: Sight | None) -> int | None:
        if self._threads and self._overdue(at):
            self._end(self._reason())
        if sight is not None:
            self._glimpse = sight
        if sight is None or not usable(sight, self._linking):
            return None
        if not self._threads:
            return self._begin(sight)
        if self._jumps(sight):
            self._strange.append(sight)
            if not self._another():
                return None
            strangers = self._strange[-2:]
            self._end(Weakness("second_box", self._strange[0].at))
            choice = self._begin(strangers[0])
            for other in strangers[1:]:
                choice = self._extend(other)
            return choice
        self._strange.clear()
        if self._came_back_otherwise(sight):
            self._end(self._reason())
            return self._begin(sight)
        return self._extend(sight)

    def so_far(self) -> tuple[Track, ...]:
        """All tracks in order of time, as if the film ended here; the last one may go on."""
        return (*self._tracks, self._track(None)) if self._threads else tuple(self._tracks)

    def conclude(self) -> tuple[Track, ...]:
        """All tracks in order of time, after the last picture."""
        if self._threads:
            self._end(None)
        return tuple(self._tracks)

    def _came_back_otherwise(self, sight: Sight) -> bool:
        """Whether the box was out of sight for a moment and lies differently now."""
        best, linking = self._threads[0], self._linking
        dark = sight.at.total_seconds() - best.at > linking.dark
        return dark and surprise(best, sight, linking) > linking.dark_jump

    def _overdue(self, at: timedelta) -> bool:
        return at.total_seconds() - self._threads[0].at > self._linking.gap

    def _begin(self, sight: Sight) -> int:
        self._threads = [begun(sight, self._linking)]
        self._sights = [sight]
        self._blind = []
        self._drift = (0.0, 0.0)
        self._strange.clear()
        return 0

    def _extend(self, sight: Sight) -> int | None:
        self._follow_outline(sight)
        self._sights.append(sight)
        made: list[Thread] = []
        turned = sight.axes @ CUBE
        mark = len(self._sights) % _MARKED == 0
        for thread in self._threads:
            made += continued(thread, sight, turned, self._linking, mark=mark)
        self._threads = pruned(made, self._linking)
        if len(self._threads) > self._linking.beam or len(self._sights) >= _MOST_SIGHTS:
            # Readings that nobody follows any more could be the true ones.
            self._end(Weakness("ambiguous", sight.at))
            return None
        choice = self._threads[0].node.choice
        return None if choice == PASSED_OVER else choice

    def _jumps(self, sight: Sight) -> bool:
        """Whether place, size and orientation together are not what the sights before let expect.

        One slip of perception must not make strangers of those after it, so a place that fits any of the last
        few sights will do.
        """
        turned = surprise(self._threads[0], sight, self._linking)
        now = sight.at.total_seconds()
        odds = min(
            self._odds(before, sight, drift)
            for before, drift in zip(
                reversed(self._sights[-_ANCHORS:]), (self._drift, *((0.0, 0.0),) * _ANCHORS), strict=False
            )
            if before is self._sights[-1] or now - before.at.total_seconds() <= self._linking.gap
        )
        return odds + (turned / self._linking.twist) ** 2 > 1 and odds > self._linking.moved

    def _odds(self, last: Sight, sight: Sight, drift: tuple[float, float]) -> float:
        """How far place and size are from those of an earlier sight; 1 is a jump by itself."""
        linking = self._linking
        after = (sight.at - last.at).total_seconds()
        # What stays where strangers were seen has not come there in the meantime.
        stays = bool(self._strange) and _beside(self._strange[-1], sight)
        lateness = (self._strange[0].at - last.at).total_seconds() if stays else after
        late = 1 + 3 * max(0.0, lateness - 0.1)
        away = 0.0
        for place in (0, 1):
            expected = last.centre[place] + drift[place] * min(after, 0.2)
            size = max(0.05, (last.reach[place] + sight.reach[place]) / 2)
            away = max(away, abs(sight.centre[place] - expected) / size)
        grown = 0.0
        if not _at_border(sight) and not _at_border(last):
            areas = sight.reach[0] * sight.reach[1] / (last.reach[0] * last.reach[1])
            grown = abs(math.log(max(1e-6, areas)))
        return ((away / linking.hop) ** 2 + (grown / math.log(linking.swell)) ** 2) / late**2

    def _another(self) -> bool:
        """Whether the sights that jumped away agree with each other: another box, not a slip."""
        lasted = (self._strange[-1].at - self._strange[0].at).total_seconds()
        if len(self._strange) < 2 or lasted < self._linking.slip:  # noqa: PLR2004 - one alone may be a slip
            return False
        one, two = self._strange[-2:]
        # Hands are taken for a box now and then, but poorly, and not for long.
        clear = all(
            sight.error <= self._linking.clear_error and sight.confidence >= self._linking.clear_confidence
            for sight in (one, two)
        )
        return _beside(one, two) and (clear or len(self._strange) >= self._linking.strangers)

    def _follow_outline(self, sight: Sight) -> None:
        last = self._sights[-1]
        after = (sight.at - last.at).total_seconds()
        if after > 0:
            seen = [(sight.centre[i] - last.centre[i]) / after for i in (0, 1)]
            self._drift = (
                (self._drift[0] + seen[0]) / 2,
                (self._drift[1] + seen[1]) / 2,
            )

    def _reason(self) -> Weakness:
        """Why nothing was accepted any more, by what was seen last."""
        at = timedelta(seconds=self._threads[0].at)
        if self._strange:
            return Weakness("second_box", self._strange[0].at)
        last = self._glimpse or self._sights[-1]
        doubt: Doubt = "lost_at"
        if _at_border(last):
            doubt = "left_frame"
        elif hidden(last) > 0.5:  # noqa: PLR2004 - more than half
            doubt = "covered"
        elif self.speed > 160:  # noqa: PLR2004 - degrees a second
            doubt = "too_fast"
        elif last.blur > 4:  # noqa: PLR2004 - edges four thousandths of the picture wide
            doubt = "blurred"
        elif max(last.reach) < 0.12:  # noqa: PLR2004 - an eighth of the picture
            doubt = "too_small"
        return Weakness(doubt, at)

    def _end(self, ended: Weakness | None) -> None:
        self._tracks.append(self._track(ended))
        self._threads, self._sights = [], []
        self._strange.clear()

    def _track(self, ended: Weakness | None) -> Track:
        """The one that is followed, up to here."""
        best = self._threads[0]
        count = len(self._sights)
        end = timedelta(seconds=best.at)
        return Track(
            start=self._sights[0].at,
            end=end,
            sights=tuple(self._sights),
            readings=tuple(
                Reading(thread.cost - best.cost, choices_of(thread.node, count)) for thread in self._threads
            ),
            ended=ended,
            blind=tuple(at for at in self._blind if at <= end),
        )


def usable(sight: Sight, linking: Linking) -> bool:
    """Whether a sight shows a parcel, and well enough to be followed."""
    lengths = sight.extents[~np.isnan(sight.extents)]
    flat = lengths.size == 3 and float(lengths.min() / lengths.max()) < linking.flat  # noqa: PLR2004
    return (
        bool(sight.sides)
        and not flat
        and sight.confidence >= linking.confidence
        and sight.error <= linking.error
        and hidden(sight) <= linking.covered
    )


def hidden(sight: Sight) -> float:
    """How much of the box is covered, 0 to 1, over all its sides."""
    shares = sum(side.share for side in sight.sides)
    return sum(side.share * side.covered for side in sight.sides) / shares if shares > 0 else 0.0


def _beside(one: Sight, two: Sight) -> bool:
    """Whether two sights are at about the same place."""
    return all(
        abs(one.centre[i] - two.centre[i]) <= 0.5 * max(0.05, (one.reach[i] + two.reach[i]) / 2)
        for i in (0, 1)
    )


def _at_border(sight: Sight) -> bool:
    return any(
        middle - size / 2 < 0.01 or middle + size / 2 > 0.99  # noqa: PLR2004
        for middle, size in zip(sight.centre, sight.reach, strict=True)
    )
