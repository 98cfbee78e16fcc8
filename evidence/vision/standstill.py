"""Standstills: one picture that is shown over and over, in a film that is otherwise alive.

A recording of a still scene differs from picture to picture by noise, unless it was
compressed until the noise was gone. So a standstill is held against the film's other
pictures: where many of them repeat too, one more repetition says nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from typing import Final

from evidence.timeline import ZERO
from evidence.vision.spells import spells

LOUDEST: Final = 0.3
"""Grey levels that two pictures of the liveliest film may differ by and be the same."""
PULSE: Final = 5.0
"""How many times as much a key frame may differ, being coded afresh."""
STILL_FILM: Final = 0.1
"""The share of repeated pictures up to which a film counts as alive."""


@dataclass(frozen=True)
class Standstill:
    """A stretch in which the picture does not change."""

    start: timedelta
    end: timedelta
    elsewhere: float
    """The share of repeated pictures in the rest of the film, 0 to 1."""
    certain: bool
    """Whether the rest of the film is alive, so that this cannot be a well compressed still scene."""

    @property
    def length(self) -> timedelta:
        return self.end - self.start


def standstills(
    changes: Sequence[float],
    keys: Sequence[int],
    at: Callable[[int], timedelta],
    *,
    least: timedelta,
    quiet: float,
    quiet_share: float,
) -> Iterator[Standstill]:
    """The standstills of a film that its own habits do not explain, in order.

    Args:
        changes: for each picture the mean change from the one before, grey levels of 255; the
            first is ignored.
        keys: for each picture whether it is a key frame.
        at: the presentation time of the picture at a position.
        least: the shortest standstill that counts.
        quiet: the change up to which two pictures are always the same.
        quiet_share: the share of the film's usual change up to which they are too: a picture
            that stands still settles while it is coded.
    """
    steps = changes[1:]
    limit = max(quiet, min(quiet_share * median(steps), LOUDEST)) if steps else quiet
    same = [change <= (limit * PULSE if key else limit) for change, key in zip(steps, keys[1:], strict=True)]
    standing = [(at(s.last + 1) - at(s.first), s) for s in spells(same)]
    repeated = sum(same)
    for length, spell in standing:
        if length < least:
            continue
        others = len(same) - len(spell)
        elsewhere = (repeated - len(spell)) / others if others else 0.0
        certain = others > len(spell) / 4 and elsewhere <= STILL_FILM
        longest_other = max((other for other, s in standing if s != spell), default=ZERO)
        if certain or 2 * longest_other <= length:
            yield Standstill(at(spell.first), at(spell.last + 1), elsewhere, certain)
