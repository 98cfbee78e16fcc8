"""Recurrence: a stretch of sound that is heard twice, down to its noise.

No two stretches of a recording are alike: what hisses in one of them is chance. Where the fine
grain of one, the part of each band that its surroundings and the other bands do not explain,
comes again elsewhere, one was copied from the other: to cover up something, or with the pictures.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from evidence.sound.listening import Levels

    Bools = npt.NDArray[np.bool_]
    Rows = npt.NDArray[np.float32]

LENGTH: Final = 60
"""Ticks of a stretch that is looked for: 0.6 s."""
HOP: Final = 15
"""Ticks from one such stretch to the next."""
FAR: Final = 3000
"""Ticks within which its like is looked for: half a minute."""
SMOOTH: Final = 25
"""Ticks over which a band's own level is averaged."""
MOST_DECIBELS: Final = 6.0
"""A knock must not outweigh the grain."""
SAME: Final = 2
"""Ticks that lags of one copy may differ by."""
LEAST: Final = 2
"""Stretches in a row that agree on where they are copied from."""


@dataclass(frozen=True)
class Copy:
    """A stretch that was heard before."""

    first: int
    """The tick at which it begins the first time."""
    again: int
    """The tick at which it begins the second time."""
    length: int
    """Ticks."""
    likeness: float
    """Correlation of the grain, 0 to 1."""


def copies(levels: Levels, silent: Bools, *, least: float) -> Iterator[Copy]:
    """The stretches that come twice with a likeness of `least` or more, in order of their second time."""
    grain, known = _grain(levels, silent)
    run: list[tuple[int, int, float]] = []
    for begun in range(0, len(known), FAR):
        # All stretches of two hours at once would take gigabytes; only near ones are held against each other.
        before = max(0, begun - FAR)
        windows, loud = _windows(grain[before : begun + FAR + LENGTH - 1])
        heard = known[before : before + len(loud)] & loud
        for start in range(begun - before, len(windows), HOP):
            like = _like(windows, heard, start, least)
            found = like and (before + like[0], *like[1:])
            if found and run and found[0] == run[-1][0] + HOP and abs(found[1] - run[-1][1]) <= SAME:
                run.append(found)
                continue
            yield from _ended(run)
            run = [found] if found else []
    yield from _ended(run)


def _like(windows: Rows, known: Bools, start: int, least: float) -> tuple[int, int, float] | None:
    """Of the stretch at `start`: where it is, how long before it was heard, and how alike."""
    first, last = max(0, start - FAR), start - LENGTH
    if not known[start] or last <= first:
        return None
    alike = windows[first:last] @ windows[start]
    place = int(alike.argmax())
    return (start, start - first - place, float(alike[place])) if alike[place] >= least else None


def _ended(run: list[tuple[int, int, float]]) -> Iterator[Copy]:
    if len(run) >= LEAST:
        start, lag, _ = run[0]
        length = run[-1][0] - start + LENGTH
        yield Copy(start - lag, start, length, max(likeness for _, _, likeness in run))


def _grain(levels: Levels, silent: Bools) -> tuple[Rows, Bools]:
    """What is chance in each band, tick by tick, and for each stretch whether no silence is in it."""
    if len(levels) < 2 * LENGTH:
        return np.zeros((0, 1), np.float32), np.zeros(0, np.bool_)
    grain = levels - levels.mean(axis=1, keepdims=True)
    sums = np.cumsum(np.pad(grain, ((SMOOTH + 1, SMOOTH), (0, 0)), mode="edge"), axis=0, dtype=np.float64)
    grain = grain - ((sums[2 * SMOOTH + 1 :] - sums[: -2 * SMOOTH - 1]) / (2 * SMOOTH + 1))
    grain = np.clip(grain, -MOST_DECIBELS, MOST_DECIBELS).astype(np.float32)
    grain[silent[: len(grain)]] = 0
    return grain, np.convolve(silent[: len(grain)], np.ones(LENGTH), "valid") == 0


def _windows(grain: Rows) -> tuple[Rows, Bools]:
    """Every stretch of that grain as a row of length 1, and which of them have any."""
    rows = np.lib.stride_tricks.sliding_window_view(grain, LENGTH, axis=0).reshape(
        len(grain) - LENGTH + 1, -1
    )
    sizes = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.maximum(sizes, 1e-6), sizes[:, 0] > 1
