"""Hum: the mains in a recording swing on and on, so a piece taken out shows as a break of their phase.

Wherever there are lamps and wires a recording holds 50 or 60 Hz and what comes two and three times
as fast, faint but for hours in one rhythm. At a cut the rhythm goes on from somewhere else. Half a second
before and after each moment is averaged, as far as nothing louder is heard in it; a break counts where both
sides swing steadily, as strongly as each other, and out of step by more than their noise explains.

Where the speed was changed, the mains swing faster or slower for that while: a tone that is there all the
time is gone and comes again, and the noise around it is as ever.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from evidence.sound.listening import BEAT
from evidence.vision.spells import spells

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
LASTING: Final = 4.0
"""How many times its error a tone has to be, in half of all sides, for its absence to say anything."""
GONE: Final = 0.35
"""Up to what part of its usual strength a tone is gone, and up to what on the mean of a lapse."""
_GONE_ON_THE_MEAN: Final = 0.25
BACK: Final = 0.6
"""From what part on it is there again."""
AS_EVER: Final = (0.4, 1.6)
"""From and up to how many times the usual the noise may be then: what silences a microphone takes both."""
SHORTEST: Final = 7
"""Sides in a row, each a beat further, without the tone."""
LONGEST: Final = 500
"""The same at most: what stays away for long was switched off."""
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


@dataclass(frozen=True)
class Lapse:
    """A while without a tone that is there before and after it."""

    first: int
    """The tick at which it begins."""
    last: int
    times: float
    """How many times its error the tone usually is."""


def lapses(swings: Swings, levels: Levels) -> list[Lapse]:
    """The whiles without a tone of the mains that is there all the time otherwise, tone by tone."""
    found: list[Lapse] = []
    if len(swings) >= 4 * SIDE:
        quiet = _quiet(levels, len(swings))
        for tone in range(swings.shape[1]):
            found += _lapses(swings[:, tone].astype(np.complex128), quiet)
    return found


def _lapses(swing: Complex, quiet: npt.NDArray[np.bool_]) -> Iterator[Lapse]:
    count, mean, error = _averaged(swing, quiet)
    size, known = np.abs(mean), count >= LEAST
    if np.count_nonzero(known) < SIDE:
        return
    usual, noise = float(np.median(size[known])), float(np.median(error[known]))
    if usual < LASTING * noise:
        return
    low, high = AS_EVER
    gone = known & (size < GONE * usual) & (size < STEADY * error)
    gone &= (error > low * noise) & (error < high * noise)
    there = known & (size > BACK * usual) & (size > STEADY * error)
    for spell in spells(bool(place) for place in gone):
        before = there[max(0, spell.first - 3 * SIDE) : spell.first]
        after = there[spell.last + 1 : spell.last + 1 + 3 * SIDE]
        faint = float(size[spell.first : spell.last + 1].mean()) < _GONE_ON_THE_MEAN * usual
        if SHORTEST <= len(spell) <= LONGEST and faint and before.any() and after.any():
            yield Lapse(spell.first * BEAT, (spell.last + SIDE) * BEAT, usual / noise)


def _quiet(levels: Levels, beats: int) -> npt.NDArray[np.bool_]:
    """For each beat whether nothing is heard in it above the recording's usual floor."""
    low = levels[: beats * BEAT, :3].max(axis=1).reshape(beats, BEAT).max(axis=1)
    return low < np.median(low) + LOUD


def _out_of_step(swing: Complex, quiet: npt.NDArray[np.bool_]) -> Series:
    """For each border of two beats how far the tone is out of step, in squared errors; 0 where unsteady."""
    count, mean, error = _averaged(swing, quiet)
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


def _averaged(swing: Complex, quiet: npt.NDArray[np.bool_]) -> tuple[Series, Complex, Series]:
    """Over `SIDE` beats from each on: how many are quiet, the mean of those, and its error."""
    weight = quiet.astype(np.float64)
    count = _summed(weight.astype(np.complex128)).real
    mean = _summed(swing * weight) / np.maximum(count, 1)
    power = _summed((np.abs(swing) ** 2 * weight).astype(np.complex128)).real / np.maximum(count, 1)
    spread = np.maximum(power - np.abs(mean) ** 2, 1e-16)
    return count, mean, np.sqrt(spread / np.maximum(count, 1))


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
