"""Which size of picture a number of bytes can carry, and below what a film is no help to anybody.

The figures of readability are ours: H.264 at `GOOD` bits a pixel keeps print that the picture's lines
resolve; below `LEAST` it is a smear. They are counted at most at 30 pictures a second, since what lies
between two pictures of a sixtieth costs little.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from evidence.check import RefusedError
from evidence.model import say

LADDER: Final = (1080, 720, 540, 480)
"""Short sides in pixels, from the finest; a film that is smaller stays as it is."""
GOOD: Final = 0.045
"""Bits a pixel."""
LEAST: Final = 0.025
"""Likewise; at the shortest side of the ladder."""
AMPLE: Final = 0.2
"""Likewise; more bits would show nothing more."""
_COUNTED_RATE: Final = 30.0
SOUND: Final = 64_000
"""Bits a second of the sound, one channel of AAC."""
LOW_SOUND: Final = 32_000
"""Likewise, where the film has little to spare: speech is still understood."""
_SPARE: Final = 600_000
"""Bits a second of the whole from which on the sound gets `SOUND`."""
_TABLE: Final = 28
"""Bytes of the index for each picture: size, place, time and order; and about as much for its sound."""
_HEADERS: Final = 16_384
_MARGIN: Final = 0.985
"""Share of the room that is aimed at: two passes miss by a percent or so."""


@dataclass(frozen=True)
class Footage:
    """A film as it was examined."""

    container: str
    """As the gate named it."""
    width: int
    height: int
    duration: float
    """Seconds."""
    frames: int
    sound: bool
    bright: bool = False
    """Whether light is written for bright screens (HLG or PQ), as phones do."""

    @property
    def rate(self) -> float:
        """Pictures a second."""
        return self.frames / self.duration if self.duration > 0 else 0.0

    @property
    def short(self) -> int:
        return min(self.width, self.height)


@dataclass(frozen=True)
class Shape:
    """One way to encode: the short side in pixels, bits a second of pictures and of sound."""

    short: int
    video: int
    sound: int
    """0 for none."""
    ample: bool
    """Whether more bits would show nothing more."""


def shapes(film: Footage, most: int) -> tuple[Shape, ...]:
    """The ways to encode `film` into `most` bytes, the finest picture first.

    Raises:
        RefusedError: none of them would be readable; the sentence names the bytes that would do.
    """
    found = tuple(_shapes(film, most))
    if found:
        return found
    short = min(film.short, LADDER[-1])
    least = (LEAST * _pace(film, short) + (LOW_SOUND if film.sound else 0)) * film.duration / 8
    raise RefusedError(
        "refused.not_readable",
        say(
            "In {most} MB a film of {seconds} s would not be readable: it needs {least} MB at the least. "
            "Film shorter next time; pictures of this film can be sent instead.",
            most=round(most / 1e6, 2),
            seconds=round(film.duration, 1),
            least=round((least / _MARGIN + _index(film)) / 1e6, 2),
        ),
    )


def _shapes(film: Footage, most: int) -> Iterator[Shape]:
    room = (most - _index(film)) * 8 * _MARGIN / film.duration if film.duration > 0 else 0.0
    sound = 0 if not film.sound else SOUND if room >= _SPARE else LOW_SOUND
    left = room - sound
    sides = [side for side in LADDER if side < film.short]
    if film.short <= LADDER[0]:
        sides.insert(0, film.short)
    for side in sides:
        bits = left / _pace(film, side)
        if bits >= GOOD or (bits >= LEAST and side == sides[-1]):
            ample = AMPLE * _pace(film, side)
            yield Shape(side, round(min(left, ample)), sound, ample=left >= ample)


def _pace(film: Footage, short: int) -> float:
    """Pixels a second at that short side."""
    scale = short / film.short
    return film.width * scale * film.height * scale * min(film.rate, _COUNTED_RATE)


def _index(film: Footage) -> int:
    return _HEADERS + film.frames * _TABLE * (2 if film.sound else 1)
