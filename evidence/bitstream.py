"""The packets of one film as the demuxer gave them: a table, and the skips of its edit list.

It is filled while the film is decoded and costs next to nothing. One editor's stroke
without a new encoding leaves its traces here and nowhere else: a key frame off the beat,
a stamp off the grid, a second set of settings, an edit list that leaves film out.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import Final

MOST: Final = 500_000
"""Packets noted: more than the frames of any film that is examined."""
MOST_CHANGES: Final = 256
WAITING: Final = 64
"""Packets whose picture may still come: no decoder reorders more than 16."""
UNKNOWN: Final = -(2**62)
"""Stands for a stamp that the file does not give."""
_MICRO: Final = Fraction(1, 1_000_000)
_MOST_MICROS: Final = 10**15


@dataclass(frozen=True)
class Skip:
    """A place where the file's edit list leaves out film, or plays some of it again."""

    at: timedelta
    """Presentation time since the first picture."""
    left_out: timedelta
    """Film that is in the file and not shown; negative where it is shown again."""


@dataclass(frozen=True)
class Change:
    """A packet that brings settings which differ from those before, or brings them again."""

    packet: int
    """Its row in the table."""
    what: str
    """`sets`, other parameter sets; `note`, the encoder's, which starts a run; `header`, the container's."""


class Packets:
    """The packets of the chosen film in the order of the file, one row each.

    Args:
        time_base: seconds a tick.
    """

    def __init__(self, time_base: Fraction | None = None) -> None:
        self._base = time_base if time_base and time_base > 0 else _MICRO
        self._scale = self._base * 1_000_000
        """Microseconds a tick."""
        self._stamps, self._decoding, self._sizes = array("q"), array("q"), array("q")
        self._keys, self._kinds = array("b"), bytearray()
        self._waiting: dict[int, int] = {}
        self._origin: int | None = None
        self.origin = Fraction(0)
        """When the first picture is shown, in seconds of the file's own clock."""
        self.changes: list[Change] = []
        """In the order of the file, at most `MOST_CHANGES`."""
        self.skips: tuple[Skip, ...] = ()

    def note(self, stamp: int | None, decoding: int | None, size: int, *, key: bool) -> None:
        """Note the next packet: its times in ticks, its bytes, whether it is a key frame."""
        if len(self._sizes) >= MOST:
            return
        if stamp is not None:
            self._waiting[stamp] = len(self._sizes)
            if len(self._waiting) > WAITING:
                del self._waiting[next(iter(self._waiting))]
        self._stamps.append(UNKNOWN if stamp is None else _bounded(stamp))
        self._decoding.append(UNKNOWN if decoding is None else _bounded(decoding))
        self._sizes.append(size)
        self._keys.append(key)
        self._kinds.append(ord("?"))

    def shown(self, stamp: int | None, kind: str) -> None:
        """Note that the picture of that stamp came out, of `kind` I, P, B or ?; the first one sets zero."""
        if stamp is None:
            return
        if self._origin is None:
            self._origin = stamp
            self.origin = stamp * self._base
        row = self._waiting.pop(stamp, None)
        if row is not None:
            self._kinds[row] = ord(kind)

    def change(self, what: str) -> None:
        """Note that the latest packet changes the settings."""
        if len(self.changes) < MOST_CHANGES and len(self):
            self.changes.append(Change(len(self) - 1, what))

    def __len__(self) -> int:
        return len(self._sizes)

    @property
    def sizes(self) -> Sequence[int]:
        """Bytes."""
        return self._sizes

    @property
    def keys(self) -> Sequence[int]:
        """1 for key frames."""
        return self._keys

    @property
    def kinds(self) -> bytes:
        """`I`, `P`, `B` or `?` for each packet: how its picture was coded."""
        return bytes(self._kinds)

    def at(self, row: int) -> timedelta | None:
        """Presentation time of a packet since the first picture; None where the file gives none."""
        return self._time(self._stamps[row])

    def decoded_at(self, row: int) -> timedelta | None:
        """Its time of decoding on the same clock; None where the file gives none."""
        return self._time(self._decoding[row])

    def in_order(self) -> Iterator[int]:
        """The rows in the order of presentation; those without a stamp are left out."""
        told = [row for row, stamp in enumerate(self._stamps) if stamp != UNKNOWN]
        yield from sorted(told, key=self._stamps.__getitem__)

    def _time(self, stamp: int) -> timedelta | None:
        if stamp == UNKNOWN:
            return None
        # Whole numbers: a fraction for each packet is dearer than all else that is done with it.
        scale = self._scale
        ticks = stamp - (self._origin or 0)
        micros = (2 * ticks * scale.numerator + scale.denominator) // (2 * scale.denominator)
        return timedelta(microseconds=max(-_MOST_MICROS, min(_MOST_MICROS, micros)))


def skips(edits: Sequence[tuple[int, int]], movie_scale: int, media_scale: int) -> tuple[Skip, ...]:
    """The places where an edit list jumps in the film.

    Args:
        edits: length in ticks of the movie and start in ticks of the film, -1 for an empty edit.
        movie_scale: ticks a second of the movie.
        media_scale: ticks a second of the film.
    """
    if movie_scale <= 0 or media_scale <= 0:
        return ()
    shown, found = Fraction(0), list[Skip]()
    expected: Fraction | None = None
    for length, start in edits:
        lasts = Fraction(length, movie_scale)
        if start >= 0:
            begins = Fraction(start, media_scale)
            if expected is not None and abs(begins - expected) * movie_scale > 1:
                found.append(Skip(_delta(shown), _delta(begins - expected)))
            expected = begins + lasts
            shown += lasts
        elif expected is not None:
            shown += lasts
    return tuple(found)


def _delta(seconds: Fraction) -> timedelta:
    micros = round(seconds * 1_000_000)
    return timedelta(microseconds=max(-_MOST_MICROS, min(_MOST_MICROS, micros)))


def _bounded(ticks: int) -> int:
    return max(-(2**62) + 1, min(2**62, ticks))
