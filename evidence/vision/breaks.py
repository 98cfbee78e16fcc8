"""Breaks: steps from one picture to the next that the film around them does not explain.

1. A step is held against the steps around it, block by block and with the blocks beside it
   (`evidence.vision.motion`): a film sets its own limits, by its noise, its shake and the speed
   of its hands. A quick movement lasts several pictures and so sets its own; a join is one step.
2. How far it goes beyond them is told by a few signs: in the strongest blocks, in how many blocks
   at once, and on the whole; with and without movement taken out. A join changes all of a
   picture at once, if ever so little; a hand changes what it touches. Movement is only taken out
   where a step and its neighbours are worth it, since most of the cost lies there.
3. Key frames of compressed films pulse. A key frame is held to coarser limits, and against
   what the film's other key frames change.
4. One weighed sum makes a score of the signs (`evidence.vision.judge`), learned on films cut against
   themselves.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from statistics import median
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from evidence.vision.judge import Judge

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import timedelta

    import numpy.typing as npt

    from evidence.check import Frame
    from evidence.vision.motion import Map, Motion

    Maps = npt.NDArray[np.float32]
    """`(rows, columns, 3)`: what each block changes by the three measures, grey levels of 255."""
    Signs = npt.NDArray[np.float64]
    """`(15,)`, in the order of `SIGNS`."""
    Floors = npt.NDArray[np.float32]
    """`(4, 3)`: grey levels, for each limit and measure."""

RESIDUAL: Final = 0
SIGNED: Final = 1
PLAIN: Final = 2
SIGNS: Final = tuple(
    f"{measure} {how}"
    for measure in ("residual", "signed", "plain")
    for how in ("fine", "coarse", "wide", "nearly", "mean")
)
"""What each number of a step's signs is: of its strongest blocks against a low and a high limit, the share
of blocks beyond the limit and nearly beyond it, and its mean."""
AROUND: Final = 8
"""Steps on each side that a step is held against."""
FEWEST: Final = 4
"""Steps on each side that a judgement needs."""
STRONGEST: Final = 20
"""One block in so many counts as the strongest, and at least three do."""
WORTH: Final = 0.05
"""The part of a picture that must change more than around it, with movement, for a closer look."""
PULSE: Final = 1.3
"""How many times the usual change at a key frame one key frame may have."""
FEW_KEYS: Final = 3
"""Other key frames that are needed to say what is usual at one."""
MOST_KEYS: Final = 64
MOST: Final = 256
"""Breaks that are remembered, the strongest; a film with more is no take."""
HELD: Final = 3
"""Pairs of pictures that are held until they are judged; whoever holds a picture holds its megabytes."""
LONGEST_STEP: Final = 2.5
"""Where pictures were dropped, more changes; up to so many usual steps that is made good."""
_NEARLY: Final = 0.6

_BESIDE: Final = np.ones((3, 3), np.uint8)


def _floors(*rows: tuple[float, float, float]) -> Floors:
    return np.asarray(rows, np.float32)


_USUAL: Final = _floors((0.05, 0.03, 0.05), (2, 1, 1), (0.4, 0.3, 0.5), (0.3, 0.15, 0.3))
"""Grey levels that a block may always change, for residual, signed and plain: at least in the fine
limit, in the coarse one, where blocks are counted, and on the mean."""
_PULSING: Final = _floors((1.5, 0.8, 1.5), (4, 2, 2), (2, 1, 2), (1.5, 0.8, 1.5))
"""The same at a key frame."""
_ALONE: Final = _floors((3, 2, 3), (6, 4, 4), (4, 2, 4), (3, 1.5, 3))
"""The same at a key frame where the film has too few others to compare it with."""


@dataclass(frozen=True)
class Break:
    """A step that the steps around it do not explain."""

    start: timedelta
    """The last picture before."""
    end: timedelta
    """The first picture after."""
    score: float
    """The judge's; 0 is even odds on the films it learned from."""
    share: float
    """The part of the picture that changes more than around the step, by all three measures, 0 to 1."""
    height: float
    """What the strongest blocks change once movement is taken out, grey levels of 255."""
    key: bool
    """Whether the picture after is a key frame."""
    ago: int
    """Pictures that had come after its second one when it was reported."""


@dataclass
class _Moment:
    """One step with what it is judged by."""

    start: timedelta
    end: timedelta
    key: bool
    number: int
    plain: Map
    spread: Map
    """Each block as much as the strongest beside it."""
    maps: Maps | None = None
    """All measures, where it was looked at closely."""
    pictures: tuple[Frame, Frame] | None = field(default=None, repr=False)
    promise: float = 0.0
    """How much it changes beyond the steps before it, grey levels on the mean."""
    worth: bool = True
    """Whether, by the steps before it, it is worth a closer look."""
    length: float = field(init=False)
    """Seconds."""

    def __post_init__(self) -> None:
        self.length = (self.end - self.start).total_seconds()


@dataclass(frozen=True)
class _Suspect:
    moment: _Moment
    here: Maps
    allowed: Maps
    found: Break


class Breaks:
    """Finds the breaks of one film as its pictures go by; holds a few dozen small maps.

    Args:
        motion: sees every picture before the step to it is given here.
        least: the score from which on a break is remembered.
    """

    def __init__(self, motion: Motion, *, least: float) -> None:
        self._motion = motion
        self._least = least
        self._judge = Judge.load()
        self._moments: deque[_Moment] = deque(maxlen=2 * AROUND + 1)
        self._past = np.zeros((AROUND, 0, 0), np.float32)
        """The spreads of the latest steps, to be asked for their maximum."""
        self._keys: list[Maps] = []
        self._seen = 0
        self._suspects: list[_Suspect] = []

    def see(self, before: Frame, frame: Frame, plain: Map | None) -> tuple[Break, Frame, Frame] | None:
        """Take the next step; perhaps judge an earlier one to be a break between two pictures."""
        if plain is None:  # the size changed: nothing before it compares
            self._moments.clear()
            return None
        if not self._moments:
            self._past = np.zeros((AROUND, *plain.shape), np.float32)
        self._seen += 1
        spread = np.asarray(cv2.dilate(plain, _BESIDE), np.float32)
        moment = _Moment(before.at, frame.at, frame.key, self._seen, plain, spread)
        if moment.key:
            self._note_key(moment)
        self._hold(moment, before, frame)
        self._moments.append(moment)
        self._past[self._seen % AROUND] = spread
        return self._judged(len(self._moments) - 1 - AROUND) if len(self._moments) > AROUND + FEWEST else None

    def finish(self) -> Iterator[tuple[Break, Frame, Frame]]:
        """Judge the last steps of the film, which have fewer after them."""
        size = len(self._moments)
        for position in range(max(FEWEST, size - AROUND), size - FEWEST):
            if found := self._judged(position):
                yield found

    def found(self) -> list[Break]:
        """All breaks, once the film is over, in order; key frames held against each other."""
        usual = [self._last_word(suspect) for suspect in self._suspects]
        return sorted((found for found in usual if found.score >= self._least), key=lambda found: found.start)

    def _note_key(self, moment: _Moment) -> None:
        # Thinned out when there are many, so that a long film is known by all of its length.
        if len(self._keys) == MOST_KEYS:
            del self._keys[::2]
        self._keys.append(_spread(self._maps(moment)))

    def _maps(self, moment: _Moment) -> Maps:
        """All measures of a step; where its pictures are gone, all of its change counts as residual."""
        if moment.maps is None:
            found = self._motion.residuals(self._seen - moment.number)
            moment.maps = np.dstack((*(found or (moment.plain, moment.plain)), moment.plain))
        return moment.maps

    def _hold(self, moment: _Moment, before: Frame, frame: Frame) -> None:
        """Keep the two pictures where this may turn out to be a break, the most promising ones of late."""
        if not self._moments:
            return
        beyond = moment.plain - self._past.max(axis=0)
        moment.worth = np.count_nonzero(beyond > _USUAL[2, PLAIN]) >= WORTH * beyond.size
        if not moment.worth:
            return
        moment.promise = float(np.maximum(beyond, 0).mean())
        held = sorted((m for m in self._moments if m.pictures), key=lambda m: m.promise)
        if len(held) >= HELD and moment.promise <= held[0].promise:
            return
        if len(held) >= HELD:
            held[0].pictures = None
        moment.pictures = before, frame

    def _judged(self, position: int) -> tuple[Break, Frame, Frame] | None:
        moment = self._moments[position]
        pictures, moment.pictures = moment.pictures, None
        if not moment.worth:
            return None
        moments = list(self._moments)
        around = moments[max(0, position - AROUND) : position] + moments[position + 1 : position + 1 + AROUND]
        pace = _pace(moment, around)
        limit = np.max([other.spread for other in around], axis=0)
        if (moment.plain / np.float32(pace) > limit + _USUAL[2, PLAIN]).mean() < WORTH:
            return None
        here = self._maps(moment) / np.float32(pace)
        allowed = np.max([_spread(self._maps(other)) for other in around], axis=0)
        signs, share = signs_of(here, allowed, _PULSING if moment.key else _USUAL)
        score = self._judge.score(signs)
        if score < self._least:
            return None
        ago = self._seen - moment.number
        found = Break(moment.start, moment.end, score, share, _height(here), moment.key, ago)
        self._suspects.append(_Suspect(moment, here, allowed, found))
        if len(self._suspects) > MOST:
            self._suspects.remove(min(self._suspects, key=lambda suspect: suspect.found.score))
        return (found, *pictures) if pictures else None

    def _last_word(self, suspect: _Suspect) -> Break:
        """The break with its score now that all key frames are known."""
        found = suspect.found
        if not found.key:
            return found
        own = _spread(self._maps(suspect.moment))
        others = [spread for spread in self._keys if not np.array_equal(spread, own)]
        allowed, floors = suspect.allowed, _ALONE
        if len(others) >= FEW_KEYS:
            allowed, floors = np.maximum(allowed, usual_at_keys(others)), _PULSING
        signs, share = signs_of(suspect.here, allowed, floors)
        return replace(found, score=self._judge.score(signs), share=share)


def usual_at_keys(spreads: Sequence[Maps]) -> Maps:
    """What a key frame may change, by what the others do."""
    return PULSE * np.median(np.asarray(spreads), axis=0)


def signs_of(here: Maps, allowed: Maps, floors: Floors) -> tuple[Signs, float]:
    """The signs of a step, and the share of the picture that changes more than allowed, by every measure."""
    fine, coarse, counted, mean = floors
    few = _few(here.shape[0] * here.shape[1])
    noise = np.median(allowed, axis=(0, 1)) / 2
    wide = (here > allowed + counted).mean(axis=(0, 1))
    nearly = (here > np.float32(_NEARLY) * allowed + counted).mean(axis=(0, 1))
    usual = allowed.mean(axis=(0, 1))
    signs = np.stack(
        (
            _log(_strongest(here / (allowed + np.maximum(noise, fine)), few)),
            _log(_strongest(here / (allowed + coarse), few)),
            wide,
            nearly,
            _log(here.mean(axis=(0, 1)) / (usual + mean)),
        ),
        axis=1,
    )
    return signs.ravel().astype(np.float64), float(wide.min())


def _pace(moment: _Moment, around: Sequence[_Moment]) -> float:
    """How many usual steps a step is long, where that is more than one."""
    usual = median(other.length for other in around)
    return min(max(moment.length / usual, 1.0), LONGEST_STEP) if usual > 0 else 1.0


def _spread(maps: Maps) -> Maps:
    return np.asarray(cv2.dilate(maps, _BESIDE), np.float32)


def _few(count: int) -> int:
    return min(count, max(3, count // STRONGEST))


def _height(here: Maps) -> float:
    residual = here[:, :, RESIDUAL].ravel()
    few = _few(len(residual))
    return float(np.partition(residual, len(residual) - few)[-few:].mean())


def _strongest(ratio: Maps, few: int) -> npt.NDArray[np.float32]:
    blocks = ratio.reshape(-1, ratio.shape[2])
    return np.partition(blocks, len(blocks) - few, axis=0)[-few:].mean(axis=0)


def _log(ratio: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    return np.log(np.clip(ratio, 0.01, 100))
