"""What a film's sound says of cuts, as cues.

- The hum of the mains goes on out of step: something was taken out there (`evidence.sound.hum`).
- A tone of the mains is gone for a while and comes again: the speed was changed (`evidence.sound.hum`).
- A stretch is heard twice, down to its noise (`evidence.sound.recurrence`).
- A stretch is silent to the last bit in a recording that otherwise never is: no room is that still.
- The sound's own clock leaves a hole, or the sound ends while the picture runs on.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from evidence.cue import Cue
from evidence.model import say
from evidence.sound.hum import breaches, lapses
from evidence.sound.listening import TICK, Ear
from evidence.sound.recurrence import copies
from evidence.timeline import ZERO, clock
from evidence.vision.spells import spells

if TYPE_CHECKING:
    import numpy.typing as npt

HUM: Final = ((4.0, 0.3), (9.0, 1.0), (20.0, 1.6), (100.0, 1.9))
"""How strong a cue is by how far the hum is out of step; never certain alone: other machines hum too."""
PITCH: Final = ((4.0, 0.7), (6.2, 1.0), (10.0, 1.3))
"""How strong a cue it is that the hum is gone for a while, by how clear it is otherwise: a lamp that is
switched off and on again does that too."""
LIKENESS: Final = ((0.78, 1.0), (0.88, 2.0), (1.0, 3.0))
"""How strong a cue is by how alike two stretches are; 0.7 is the most that honest films have."""
BESIDE: Final = timedelta(seconds=0.16)
"""How far beside a break of the hum its cause may lie."""
SHORTEST_HUSH: Final = timedelta(seconds=0.25)
HUSH: Final = 1.3
"""How strong a cue complete silence is: recorders mute their sound when they switch microphones."""
SELDOM: Final = 0.3
"""The part of a film that may be silent for a silence to say anything."""
SHORTEST_HOLE: Final = timedelta(seconds=0.3)
HOLE: Final = 1.2
SHORTEST_END: Final = timedelta(seconds=1)
MOST: Final = 64


def heard(ear: Ear, until: timedelta) -> Iterator[Cue]:
    """The cues in a film's sound.

    Args:
        ear: what was heard of it.
        until: when the last picture is shown.
    """
    yield from _out_of_step(ear)
    yield from _off_pitch(ear)
    yield from _copied(ear)
    yield from _hushed(ear, until)
    yield from _holes(ear, until)


def _out_of_step(ear: Ear) -> Iterator[Cue]:
    for breach in breaches(ear.swings, ear.levels):
        strength = _strength(breach.strength, HUM)
        at = ear.at(breach.tick)
        if strength:
            says = say(
                "The hum of the mains goes on out of step at {at}: the sound was cut there.", at=clock(at)
            )
            yield Cue("hum", "audio", at - BESIDE, at + BESIDE, strength, says=says)


def _off_pitch(ear: Ear) -> Iterator[Cue]:
    found = [
        (ear.at(lapse.first), ear.at(lapse.last), lapse.times) for lapse in lapses(ear.swings, ear.levels)
    ]
    for start, end, times in sorted(found)[:MOST]:
        says = say(
            "From {start} to {end} the hum of the mains is gone, as where the speed is changed.",
            start=clock(start),
            end=clock(end),
        )
        yield Cue("pitch", "speed", start, max(start, end), _strength(times, PITCH), says=says)


def _copied(ear: Ear) -> Iterator[Cue]:
    for count, copy in enumerate(copies(ear.levels, ear.silent, least=LIKENESS[0][0])):
        if count == MOST:
            return
        at, first = _stretch(ear, copy.again, copy.length), _stretch(ear, copy.first, copy.length)
        says = say(
            "The sound from {first} on and from {at} on is the same, down to its noise: one was copied.",
            first=clock(first[0]),
            at=clock(at[0]),
        )
        yield Cue("copy", "audio", *at, _strength(copy.likeness, LIKENESS), also=first, says=says)


def _stretch(ear: Ear, tick: int, length: int) -> tuple[timedelta, timedelta]:
    start, end = ear.at(tick), ear.at(tick + length)
    return start, max(start, end)


def _hushed(ear: Ear, until: timedelta) -> Iterator[Cue]:
    silent = ear.silent
    if not len(silent) or silent.mean() > SELDOM:
        return
    for spell in spells(bool(tick) for tick in silent):
        at, end = ear.at(spell.first), ear.at(spell.last + 1)
        length = timedelta(seconds=len(spell) * TICK / ear.rate)
        inside = spell.first > 0 and spell.last + 1 < len(silent) and at >= ZERO and end <= until
        if inside and length >= SHORTEST_HUSH:
            says = say(
                "For {seconds} s from {at} the sound is missing while the picture runs on.",
                seconds=round(length.total_seconds(), 2),
                at=clock(at),
            )
            yield Cue("silence", "audio", at, max(at, end), HUSH, says=says)


def _holes(ear: Ear, until: timedelta) -> Iterator[Cue]:
    for jump in ear.jumps:
        if jump.missing >= SHORTEST_HOLE:
            says = say(
                "For {seconds} s from {at} the sound is missing while the picture runs on.",
                seconds=round(jump.missing.total_seconds(), 2),
                at=clock(jump.at - jump.missing),
            )
            yield Cue("hole", "audio", jump.at - jump.missing, jump.at, HOLE, says=says)
    end = ear.end
    if end is not None and until - end >= SHORTEST_END:
        says = say("The sound ends at {at}, before the picture does.", at=clock(end))
        yield Cue("end", "audio", max(ZERO, end), max(ZERO, end), HOLE, says=says)


def _strength(value: float, scale: tuple[tuple[float, float], ...]) -> float:
    """The strength that goes with a value, by a scale of pairs; 0 below it."""
    if value < scale[0][0]:
        return 0.0
    places: npt.NDArray[np.float64] = np.asarray(scale)
    return float(np.interp(value, places[:, 0], places[:, 1]))
