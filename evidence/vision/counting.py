"""What a clock in the picture showed, from the scores of its six figures in many pictures.

One picture may be misread, and one figure may be misread in the same way each time it comes. So no picture is
read alone: a clock has a beginning (what it shows less the time of the film), which stays, drifts a little
where the
clock runs at a pace of its own, and jumps only where something happened. Of all courses the likeliest is
taken (Viterbi), where a jump has to be worth the evidence of several pictures. A reading is then stated
only for
pictures that bear it out themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

import numpy as np
import numpy.typing as npt

from evidence.pace import Told

if TYPE_CHECKING:
    from evidence.vision.dial import Floats

DAY: Final = 86_400
_HALF_DAY: Final = 43_200
_GRID: Final = 4
"""Beginnings that are tried in a second."""
_MOST: Final = 400
"""Beginnings that are tried at all, the most frequent first."""
_CELLS: Final = 2_000_000
"""Pictures times beginnings: of a film of two hours 80 beginnings are tried, in about 50 MB."""
_FLOOR: Final = -4.0
"""The least that one figure may count, so that no single one decides."""
_JUMP: Final = -18.0
"""What a jump costs: four or five pictures against it."""
_DRIFT: Final = -1.5
"""What a step of the grid costs."""
_EARLY: Final = 0.3
"""Seconds by which a clock may be before or behind the grid's beginning."""
_BORNE: Final = -3.5
"""Score of the six figures from which on a picture bears its reading out: none of them speaks against it."""
_CLEAR: Final = float(np.log(0.4))
"""Score that the weakest figure of a picture needs to be read alone."""
_LEAST: Final = 5
"""Pictures that have to agree before a clock is believed to run."""
_SHOWN: Final = 3
"""Different times it has to have shown."""
_WITHIN: Final = 1.4
"""Seconds within which the beginnings of a running clock lie."""
_SHARE: Final = 0.5
"""Of the pictures that were read."""

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Sample:
    """One picture of a clock."""

    at: float
    """Presentation time, seconds."""
    scores: Floats
    """`(6, 10)`."""


def alone(samples: Sequence[Sample]) -> list[Told]:
    """What each clear picture shows by itself; wrong now and then."""
    told: list[Told] = []
    for sample in samples:
        shown = sample.scores.argmax(axis=1)
        hour, minute, second = (int(10 * shown[n] + shown[n + 1]) for n in (0, 2, 4))
        valid = hour < 24 and minute < 60 and second < 60  # noqa: PLR2004 - a day
        if valid and float(sample.scores.max(axis=1).min()) > _CLEAR:
            told.append(Told(sample.at, 3600 * hour + 60 * minute + second))
    return told


def runs(samples: Sequence[Sample]) -> bool:
    """Whether these pictures show a clock that runs with the film."""
    told = alone(samples)
    if len(told) < max(_LEAST, len(samples) / 4):
        return False
    begun = np.array([one.shown - one.at for one in told])
    within = (begun[None] >= begun[:, None] - 1e-6) & (begun[None] <= begun[:, None] + _WITHIN)
    best = within[int(within.sum(axis=1).argmax())]
    shown = {one.shown for one, fits in zip(told, best, strict=True) if fits}
    return int(best.sum()) >= max(_LEAST, _SHARE * len(told)) and len(shown) >= _SHOWN


def counted(samples: Sequence[Sample], *, half: bool) -> tuple[list[Told], float]:
    """What the clock showed, in the pictures that bear it out, and how well its worst figure was told.

    The second is the mean score of the figure that is told worst, over these pictures.

    Args:
        samples: in the film's order.
        half: whether the clock counts twelve hours.
    """
    told = alone(samples)
    if not told:
        return [], -np.inf
    length = _HALF_DAY if half else DAY
    begun = np.array([(one.shown - one.at) % length for one in told])
    grid, often = np.unique((begun * _GRID).round().astype(np.int64), return_counts=True)
    most = min(_MOST, _CELLS // len(samples))
    if len(grid) > most:
        grid = np.sort(grid[np.argsort(-often)[:most]])
    starts = grid / _GRID
    shown, score = _scored(samples, starts, half=half)
    path = _likeliest(score, grid)
    rows = np.arange(len(samples))
    held, worth = shown[rows, path], score[rows, path]
    borne = [n for n, value in enumerate(worth.tolist()) if value >= _BORNE]
    if not borne:
        return [], -np.inf
    figures = _figures(held[borne], half=half)
    scores = np.stack([samples[n].scores for n in borne])
    each = np.take_along_axis(scores, figures[..., None], axis=2)[..., 0].mean(axis=0)
    return [Told(samples[n].at, int(held[n])) for n in borne], float(each.min())


def _scored(
    samples: Sequence[Sample], starts: Doubles, *, half: bool
) -> tuple[npt.NDArray[np.int64], Doubles]:
    """What each beginning says that each picture shows, and how well that fits it: both `(n, k)`."""
    shown = np.zeros((len(samples), len(starts)), np.int64)
    score = np.full(shown.shape, -np.inf)
    for n, sample in enumerate(samples):
        scores = np.maximum(sample.scores, _FLOOR)
        for early in (0.0, -_EARLY, _EARLY):
            moments = np.floor(sample.at + starts + early).astype(np.int64)
            worth = scores[np.arange(6), _figures(moments, half=half)].sum(axis=1)
            better = worth > score[n]
            shown[n, better], score[n, better] = moments[better], worth[better]
    return shown, score


def _figures(moments: npt.NDArray[np.int64], *, half: bool) -> npt.NDArray[np.int64]:
    """The six figures of moments in seconds, `(n, 6)`."""
    hour, rest = np.divmod(moments % DAY, 3600)
    if half:
        hour = (hour + 11) % 12 + 1
    minute, second = np.divmod(rest, 60)
    parts = [figure for part in (hour, minute, second) for figure in (part // 10, part % 10)]
    return cast("npt.NDArray[np.int64]", np.stack(parts, axis=1))


def _likeliest(score: Doubles, grid: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The place in the grid for each picture."""
    beside = np.diff(grid) == 1
    best = score[0].copy()
    came = np.zeros(score.shape, np.int64)
    here = np.arange(len(grid))
    for n in range(1, len(score)):
        before = here.copy()
        top = int(best.argmax())
        value = best.copy()
        for step, allowed in ((1, beside), (-1, beside)):
            moved = np.full(len(grid), -np.inf)
            if step == 1:
                moved[1:][allowed] = best[:-1][allowed] + _DRIFT
            else:
                moved[:-1][allowed] = best[1:][allowed] + _DRIFT
            better = moved > value
            value[better], before[better] = moved[better], here[better] - step
        jumped = best[top] + _JUMP > value
        value[jumped], before[jumped] = best[top] + _JUMP, top
        best, came[n] = value + score[n], before
    path = np.zeros(len(score), np.int64)
    path[-1] = int(best.argmax())
    for n in range(len(score) - 1, 0, -1):
        path[n - 1] = came[n][path[n]]
    return path
