"""The sound of a film as one row of numbers: read from it, made up for a room, carried along with a forgery.

A cut of the pictures cuts the sound too, unless someone touches only the sound.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

import av
import numpy as np
import numpy.typing as npt
from av.audio.resampler import AudioResampler

from samples.film import Shot
from samples.forge import Span, following, pace

RATE: Final = 48_000
"""Samples a second of all tracks."""
Wave = npt.NDArray[np.float32]
"""`(samples,)`: 1 is full scale."""
_SLOWEST: Final = 0.2
_QUICKEST: Final = 4.0
"""A stretch that runs slower or quicker than this, in seconds of scene a second, is a join."""
_SOFT: Final = 0.005
"""Seconds over which an editor blends two stretches of sound, so that the join does not click."""


@dataclass(frozen=True)
class Track:
    """Mono, `RATE` samples a second, from the film's time zero on."""

    wave: Wave

    @property
    def seconds(self) -> float:
        return len(self.wave) / RATE


def own(path: Path) -> Track | None:
    """The sound of a film; None where it has none."""
    with av.open(str(path)) as film:
        if not film.streams.audio:
            return None
        resampler = AudioResampler(format="flt", layout="mono", rate=RATE)
        parts = [made.to_ndarray()[0] for frame in film.decode(audio=0) for made in resampler.resample(frame)]
        return Track(np.concatenate(parts).astype(np.float32)) if parts else None


def room(seconds: float, seed: int) -> Track:
    """What a phone hears in a room: the floor of its noise, the mains, and now and then somebody at work."""
    draw = np.random.default_rng(seed + 640)
    count = round(seconds * RATE)
    at = np.arange(count) / RATE
    mains = float(draw.choice((50, 60))) + float(draw.uniform(-0.03, 0.03))
    hum = sum(
        float(draw.uniform(0.2, 1)) / n * np.sin(2 * math.pi * mains * n * at + float(draw.uniform(0, 7)))
        for n in (1, 2, 3, 5)
    )
    wave = _floor(count, draw) * 10 ** float(draw.uniform(-2.7, -2.2))
    wave += hum * 10 ** float(draw.uniform(-3.2, -2.5))
    wave += _heard(_doings(count, draw), draw)
    return Track(np.clip(wave, -1, 1).astype(np.float32))


def _floor(count: int, draw: np.random.Generator) -> npt.NDArray[np.float64]:
    """Noise that falls off above a corner, as of a ventilator or a road."""
    spectrum = np.fft.rfft(draw.standard_normal(count))
    pitch = np.fft.rfftfreq(count, 1 / RATE)
    spectrum *= 1 / (1 + (pitch / float(draw.uniform(150, 900))) ** float(draw.uniform(0.5, 1.1)))
    noise = np.fft.irfft(spectrum, count)
    return cast("npt.NDArray[np.float64]", noise / noise.std())


def _doings(count: int, draw: np.random.Generator) -> npt.NDArray[np.float64]:
    """Knocks, rustling and tape that is torn, as at the source."""
    dry = np.zeros(count)
    at = float(draw.exponential(0.5))
    while at < count / RATE - 1:
        length = float(draw.uniform(0.02, 0.06)) if draw.random() < 0.5 else float(draw.uniform(0.15, 0.6))  # noqa: PLR2004 - a knock or a rustle
        samples = np.arange(round(length * RATE)) / RATE
        burst = draw.standard_normal(len(samples)) * np.sin(math.pi * samples / length) ** 2
        if length < 0.1:  # noqa: PLR2004 - a knock
            burst = np.sin(2 * math.pi * float(draw.uniform(180, 900)) * samples) * np.exp(-samples * 70)
        else:
            burst[1:] -= float(draw.uniform(0.3, 0.95)) * burst[:-1]
        start = round(at * RATE)
        dry[start : start + len(burst)] += burst * 10 ** float(draw.uniform(-1.9, -0.7))
        at += float(draw.exponential(0.9))
    return dry


def _heard(dry: npt.NDArray[np.float64], draw: np.random.Generator) -> npt.NDArray[np.float64]:
    """With the reverberation of the room."""
    decay = float(draw.uniform(0.15, 0.6))
    tail = np.arange(round(decay * RATE)) / RATE
    answer = draw.standard_normal(len(tail)) * np.exp(-6.9 * tail / decay) * 0.05
    answer[0] = 1
    size = len(dry) + len(answer)
    wet = np.fft.irfft(np.fft.rfft(dry, size) * np.fft.rfft(answer, size), size)
    return wet[: len(dry)]


@dataclass(frozen=True)
class _Run:
    """A stretch of sound without a join."""

    start: float
    """Seconds of the new film."""
    heard: float | None
    """Seconds of the sound at its start; None where it is another film's."""
    pace: float
    """Seconds of sound a second; negative backwards."""

    def reaches(self, at: float, heard: float | None, slack: float) -> bool:
        """Whether what is heard at a time goes on with this run, but for `slack` seconds."""
        if heard is None or self.heard is None:
            return heard is self.heard
        return abs(self.heard + self.pace * (at - self.start) - heard) <= slack

    def wave(self, own: Track, strange: Track | None, count: int) -> Wave:
        """Its first samples; silence where nothing was recorded."""
        source = own if self.heard is not None or strange is None else strange
        start = (self.heard or 0.0) * RATE
        if self.pace == 1:
            first = round(start)
            found = source.wave[first : first + count]
            return np.pad(found, (0, count - len(found)))
        places = start + self.pace * np.arange(count)
        known = np.arange(len(source.wave))
        return np.interp(places, known, source.wave, left=0, right=0).astype(np.float32)


def follow(track: Track, reel: Sequence[Shot], strange: Track | None = None, soft: float = _SOFT) -> Track:
    """The sound of a forged reel: what was heard at the moments that it shows.

    Where it shows something else, `strange` is heard. Joins are blended over `soft` seconds.
    """
    return _played(_runs(reel), float(following(reel)), track, strange, soft)


def _played(
    runs: Sequence[_Run], end: float, own: Track, strange: Track | None = None, soft: float = _SOFT
) -> Track:
    """The runs one after the other, up to `end` (s); each goes on a little under the next one's beginning."""
    ends = [*(run.start for run in runs[1:]), end]
    more = round(soft * RATE)
    made = np.zeros(round(end * RATE), np.float32)
    tail = np.zeros(0, np.float32)
    for run, stop in zip(runs, ends, strict=True):
        first, last = round(run.start * RATE), round(stop * RATE)
        wave = run.wave(own, strange, last - first + more)
        both = min(len(tail), last - first)
        share = np.linspace(0, 1, both, dtype=np.float32)
        wave[:both] = wave[:both] * share + tail[:both] * (1 - share)
        made[first:last], tail = wave[: last - first], wave[last - first :]
    return Track(made)


def _runs(reel: Sequence[Shot]) -> list[_Run]:
    runs: list[_Run] = []
    step = float(pace(reel))
    for n, shot in enumerate(reel):
        at, heard = float(shot.at), _heard_at(shot)
        if runs and runs[-1].reaches(at, heard, 0.6 * step):
            continue
        quick = _quickness(shot, reel[n + 1]) if n + 1 < len(reel) else 1.0
        runs.append(_Run(at, heard, round(quick, 2) if _SLOWEST <= abs(quick) <= _QUICKEST else 1.0))
    return runs


def _quickness(shot: Shot, later: Shot) -> float:
    """Seconds of sound a second from one shot to the next."""
    now, then = _heard_at(shot), _heard_at(later)
    return 1.0 if now is None or then is None else (then - now) / float(later.at - shot.at)


def _heard_at(shot: Shot) -> float | None:
    return shot.scene_at if shot.heard_at is None else shot.heard_at


# What is done to the sound alone. The picture goes on as it was, so the length stays.


def shortened(track: Track, at: float, seconds: float) -> Track:
    """A stretch is taken out and what follows moves up; the end is made up with what was heard before it."""
    end = track.seconds
    runs = _Run(0, 0, 1), _Run(at, at + seconds, 1), _Run(end - seconds, end - 2 * seconds, 1)
    return _played(runs, end, track)


def muted(track: Track, span: Span) -> Track:
    """A stretch is silent to the last bit."""
    wave = track.wave.copy()
    wave[round(span.start * RATE) : round(span.end * RATE)] = 0
    return Track(wave)


def pasted(track: Track, span: Span, source: float) -> Track:
    """A stretch is replaced with what was heard from second `source` on: nobody hears what was said."""
    runs = _Run(0, 0, 1), _Run(span.start, source, 1), _Run(span.end, span.end, 1)
    return _played(runs, track.seconds, track)


def fanned(track: Track, at: float, seed: int) -> Track:
    """A fan blows until it is switched off and runs down within a second: the noise gets less. Innocent."""
    draw = np.random.default_rng(seed + 641)
    count = len(track.wave)
    speed = np.clip(1 - (np.arange(count) / RATE - at), 0, 1)
    blades = np.sin(2 * math.pi * np.cumsum(float(draw.uniform(80, 180)) * speed) / RATE)
    blown = (_floor(count, draw) + 0.5 * blades) * speed**2 * 10 ** float(draw.uniform(-2.3, -1.9))
    return Track(np.clip(track.wave + blown, -1, 1).astype(np.float32))
