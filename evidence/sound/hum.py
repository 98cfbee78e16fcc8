"""Hum: the mains in a recording swing on and on, so a piece taken out shows as a break of their phase.

Wherever there are lamps and wires a recording holds 50 or 60 Hz and what comes two and three times
as fast, faint but for hours in one rhythm. At a cut the rhythm goes on from somewhere else. Half a second
before and after each moment is averaged, as far as nothing louder is heard in it; a break counts where both
sides swing steadily, as strongly as each other, and out of step by more than their noise explains.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from evidence.sound.listening import BEAT

if TYPE_CHECKING:
    import numpy.typing as npt

    from evidence.sound.listening import Levels, Swings

    Series = npt.NDArray[np.float64]
    Complex = npt.NDArray[np.complex128]

SIDE: Final = 14
"""Beats that are averaged on each side: 0.56 s."""
LEAST: Final = 6
"""Quiet beats that a side needs."""
LOUD: Final = 8.0
"""Decibels above the film's usual level from which on a beat is left out: something is heard in it."""
STEADY: Final = 3.0
"""How many times its error the swing of a side has to be."""
UNLIKE: Final = 2.2
"""How many times as strong one side may swing as the other."""
DRIFT: Final = 0.35
"""Radians in which the mains wander from one side to the other: a tenth of a hertz."""
GRADUAL: Final = 60
"""Beats over which the usual drift is told."""


@dataclass(frozen=True)
class Breach:
    """A moment at which the hum goes on out of step."""

    tick: int
    strength: float
    """How many times its error the swing is out of step, over all tones."""


def breaches(swings: Swings, levels: Levels) -> list[Breach]:
    """The moments at which the hum breaks, strongest first in each half second."""
    if len(swings) < 2 * SIDE:
        return []
    quiet = _quiet(levels, len(swings))
    total = np.zeros(len(swings) + 1)
    for tone in range(swings.shape[1]):
        total += _out_of_step(swings[:, tone].astype(np.complex128), quiet)
    return [Breach(int(place) * BEAT, float(total[place])) for place in _peaks(total)]


def _quiet(levels: Levels, beats: int) -> npt.NDArray[np.bool_]:
    """For each beat whether nothing is heard in it above the recording's usual floor."""
    low = levels[: beats * BEAT, :3].max(axis=1).reshape(beats, BEAT).max(axis=1)
    return low < np.median(low) + LOUD


def _out_of_step(swing: Complex, quiet: npt.NDArray[np.bool_]) -> Series:
    """For each border of two beats how far the tone is out of step, in squared errors; 0 where unsteady."""
    weight = quiet.astype(np.float64)
    count = _summed(weight.astype(np.complex128)).real
    mean = _summed(swing * weight) / np.maximum(count, 1)
    power = _summed((np.abs(swing) ** 2 * weight).astype(np.complex128)).real / np.maximum(count, 1)
    spread = np.maximum(power - np.abs(mean) ** 2, 1e-16)
    error = np.sqrt(spread / np.maximum(count, 1))
    # `mean[n]` is over the beats n to n + SIDE - 1: before border b lies n = b - SIDE, after it n = b.
    before, after = mean[:-SIDE], mean[SIDE:]
    sides = np.minimum(count[:-SIDE], count[SIDE:])
    noise = np.hypot(error[:-SIDE], error[SIDE:])
    size = np.minimum(np.abs(before), np.abs(after))
    alike = np.maximum(np.abs(before), np.abs(after)) <= UNLIKE * size
    steady = size > STEADY * np.maximum(error[:-SIDE], error[SIDE:])
    turn = np.angle(after * np.conj(before))
    turn = np.angle(np.exp(1j * (turn - _usual_turn(turn, steady))))
    beyond = np.maximum(np.abs(turn) - DRIFT, 0) * size / noise
    out = np.zeros(len(swing) + 1)
    out[SIDE : SIDE + len(turn)] = np.where(steady & alike & (sides >= LEAST), beyond**2, 0)
    return out


def _usual_turn(turn: Series, steady: npt.NDArray[np.bool_]) -> float:
    """How much the tone turns from side to side anyway: the mains are never at their nominal rate."""
    known = turn[steady]
    if len(known) < SIDE:
        return 0.0
    return float(np.angle(np.median(np.cos(known)) + 1j * np.median(np.sin(known))))


def _summed(series: Complex) -> Complex:
    """Sums over `SIDE` in a row."""
    sums = np.concatenate((np.zeros(1, series.dtype), np.cumsum(series)))
    return sums[SIDE:] - sums[:-SIDE]


def _peaks(series: Series) -> Iterator[int]:
    """The places of local maxima, at least a side apart, in order of time."""
    left = series.copy()
    found: list[int] = []
    while left.size and left.max() > 0 and len(found) < GRADUAL:
        place = int(left.argmax())
        found.append(place)
        left[max(0, place - SIDE) : place + SIDE + 1] = 0
    yield from sorted(found)
