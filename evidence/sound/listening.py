"""What is kept of a film's sound: a few numbers for each hundredth of a second.

- How loud it is in eight bands, from which the floor of the recording's noise is told.
- How its lowest tones swing: what the mains put into every recording near them, in amplitude and phase.
- Whether it is silent to the last bit.
- Where its own clock jumps.

All of it takes about three kilobytes a second of film, whatever the film is.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from evidence.check import Samples, Sound

    Levels = npt.NDArray[np.float32]
    """`(n, 8)`: decibels in each band for each tick."""
    Swings = npt.NDArray[np.complex64]
    """`(m, 6)`: one complex amplitude for each of `TONES` and each beat."""

TICK: Final = 80
"""Samples of a tick: a hundredth of a second at 8 kHz."""
BEAT: Final = 4
"""Ticks over which tones are summed: whole periods of 50 Hz and its multiples."""
WINDOW: Final = 256
"""Samples that one tick's bands are taken from."""
TONES: Final = (50.0, 100.0, 150.0, 60.0, 120.0, 180.0)
"""Hertz: the mains of Europe and Asia, of America, and what hums twice and three times as fast."""
BANDS: Final = (2, 4, 7, 12, 20, 33, 52, 80, 128)
"""Borders of the bands, in 31.25 Hz: from 62 Hz to 4 kHz."""
SILENT: Final = 2e-5
"""Below it all samples of 16 bits are zero."""
JUMP: Final = timedelta(milliseconds=4)
"""How far the sound's clock may miss the end of the piece before."""
MOST_JUMPS: Final = 64
_HANN: Final = np.hanning(WINDOW).astype(np.float32)
_PIECE: Final = 8000
"""Samples that are worked on at once."""


@dataclass(frozen=True)
class Jump:
    """A place where the sound's clock does not go on from the piece before."""

    tick: int
    """The first tick after it."""
    at: timedelta
    missing: timedelta
    """Negative where the clock turns back."""


class Ear:
    """Listens to one film."""

    def __init__(self) -> None:
        self._rate = 8000
        self._waiting: list[Samples] = []
        self._held = 0
        self._past = np.zeros(WINDOW - TICK, np.float32)
        self._levels, self._swings = array("f"), array("f")
        self._silent = bytearray()
        self._starts: list[tuple[int, timedelta]] = []
        self._next: timedelta | None = None
        self._heard = 0
        self.jumps: list[Jump] = []
        """At most `MOST_JUMPS`."""

    def hear(self, sound: Sound) -> None:
        """Take the next piece."""
        self._rate = sound.rate
        if self._next is None or abs(sound.at - self._next) > JUMP:
            self._turn(sound.at)
        self._next = sound.at + timedelta(seconds=len(sound.samples) / sound.rate)
        self._waiting.append(sound.samples)
        self._held += len(sound.samples)
        self._heard += len(sound.samples)
        if self._held >= _PIECE:
            self._work()

    def finish(self) -> None:
        """Work on what still waits."""
        self._work()

    def __len__(self) -> int:
        """Ticks heard."""
        return len(self._silent)

    @property
    def rate(self) -> int:
        """Samples a second."""
        return self._rate

    @property
    def levels(self) -> Levels:
        return np.frombuffer(self._levels, np.float32).reshape(-1, len(BANDS) - 1)

    @property
    def swings(self) -> Swings:
        return np.frombuffer(self._swings, np.complex64).reshape(-1, len(TONES))

    @property
    def silent(self) -> npt.NDArray[np.bool_]:
        """`(n,)`: for each tick, whether it is silent to the last bit."""
        return np.frombuffer(bytes(self._silent), np.bool_)

    def at(self, tick: int) -> timedelta:
        """When a tick is heard, in presentation time."""
        place = bisect_right(self._starts, tick, key=lambda start: start[0]) - 1
        first, at = self._starts[max(0, place)]
        return at + timedelta(seconds=(tick - first) * TICK / self._rate)

    @property
    def end(self) -> timedelta | None:
        """When the last piece ends; None where nothing was heard."""
        return self._next

    def _turn(self, at: timedelta) -> None:
        if len(self._starts) >= MOST_JUMPS:
            return
        tick = self._heard // TICK
        if self._next is not None and len(self.jumps) < MOST_JUMPS:
            self.jumps.append(Jump(tick, at, at - self._next))
        self._starts.append((tick, at))

    def _work(self) -> None:
        """Turn what waits into ticks; what is left over waits on."""
        if not self._waiting:
            return
        samples = np.concatenate(self._waiting)
        whole = len(samples) // (TICK * BEAT) * TICK * BEAT
        self._waiting = [samples[whole:]]
        self._held = len(samples) - whole
        if whole:
            self._take(samples[:whole])

    def _take(self, samples: Samples) -> None:
        joined = np.concatenate((self._past, samples))
        self._past = joined[-(WINDOW - TICK) :]
        frames = np.lib.stride_tricks.sliding_window_view(joined, WINDOW)[::TICK]
        power = np.abs(np.fft.rfft(frames * _HANN, axis=1)) ** 2
        bands = np.add.reduceat(power, BANDS[:-1], axis=1)
        self._levels.frombytes((10 * np.log10(bands / WINDOW + 1e-12)).astype(np.float32).tobytes())
        ticks = samples.reshape(-1, TICK)
        self._silent += (np.abs(ticks).max(axis=1) < SILENT).tobytes()
        beats = samples.reshape(-1, TICK * BEAT)
        numbers = np.arange(len(beats)) + len(self._swings) // (2 * len(TONES))
        # Each beat is turned back to where its tone stood at the beginning of the film.
        turned = np.exp(-2j * np.pi * np.outer(numbers, np.asarray(TONES)) * (TICK * BEAT / self._rate))
        swings = (beats @ _tones(self._rate)) * turned
        self._swings.frombytes(swings.astype(np.complex64).tobytes())


@cache
def _tones(rate: int) -> Swings:
    """One column for each tone, `(samples of a beat, 6)`: what a beat is held against."""
    time = np.arange(TICK * BEAT) / rate
    wave = np.exp(-2j * np.pi * np.outer(time, np.asarray(TONES))) / len(time)
    return wave.astype(np.complex64)
