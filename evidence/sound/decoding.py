"""The sound of a film on its way to the checks that want to hear: mono, at a low rate.

It comes from the same pass as the pictures, packet by packet, and is bounded like them; it is mixed and
thinned out in batches, since most of the cost lies in asking. What is broken in it is counted and left
out; it never fails the film, and a film without sound costs nothing.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Final, TypeAlias

import av
import av.error
import numpy as np

from evidence.check import Sound

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream
    from av.packet import Packet

    from evidence.check import Samples

    AudioPacket: TypeAlias = Packet[AudioStream]

RATE: Final = 8000
"""Samples a second that are handed on: hum, hiss, knocks and clicks are all heard at it."""
EARLY: Final = 1024
"""Packets kept until it is known whether anybody listens: those before the first picture."""
MAX_BARREN: Final = 200
"""Packets in a row without a sound after which the rest is left."""
BATCH: Final = 0.5
"""Seconds of sound that are mixed and thinned out at once."""
ASIDE: Final = 0.004
"""Seconds by which a piece may miss the end of the one before it and still goes on from there; Matroska's
stamps are milliseconds."""
MAX_WAITING: Final = 60 * RATE
"""Samples that wait for the next picture; what comes beyond that is lost."""
_MOST: Final = 10**15
"""Microseconds that a time is cut to, thirty years."""

log = logging.getLogger(__name__)


class Hearing:
    """Decodes one sound track for whoever listens.

    Args:
        stream: the track; None for a silent film.
        longest: sound beyond this length is not decoded: the film itself may not last longer.
    """

    def __init__(self, stream: AudioStream | None, longest: timedelta) -> None:
        self.stream = stream
        self._early: deque[AudioPacket] = deque(maxlen=EARLY)
        self._resampler: av.AudioResampler | None = None
        self._batch = av.AudioFifo()
        self._begun = Fraction(0)
        """When the batch begins, in seconds."""
        self._waiting: deque[tuple[Fraction, Samples]] = deque()
        self._held = self._barren = 0
        self._left = round(longest.total_seconds()) * RATE
        self._next = 0.0
        """When the next piece begins, in seconds."""
        self._listening = False
        self.broken = 0
        """Packets that could not be decoded."""

    def listen(self) -> None:
        """From now on sound is decoded; what came before the first picture is made good."""
        self._listening = True
        early, self._early = self._early, deque()
        for packet in early:
            self.take(packet)

    @property
    def listening(self) -> bool:
        return self._listening and self.stream is not None

    def take(self, packet: AudioPacket) -> None:
        """Decode one packet, or keep it until somebody listens."""
        if self.stream is None:
            return
        if not self._listening:
            self._early.append(packet)
            return
        frames: list[AudioFrame] = []
        with suppress(av.error.FFmpegError, ValueError, MemoryError):
            frames = packet.decode()
        self._barren = 0 if frames else self._barren + 1
        self.broken += bool(packet.size and not frames and self._next)
        for frame in frames:
            self._put(frame)
        if self._barren > MAX_BARREN or self._left <= 0:
            self.close()

    def finish(self) -> None:
        """No more packets come: hand on what waits for its batch to be full."""
        self._hand_on()

    def close(self) -> None:
        """Nothing more is wanted."""
        self._hand_on()
        self.stream = None
        self._early.clear()

    def heard(self, origin: Fraction) -> Iterator[Sound]:
        """What was decoded since last asked; `origin`: when the first picture is shown, seconds."""
        while self._waiting:
            at, samples = self._waiting.popleft()
            self._held -= len(samples)
            micros = round((at - origin) * 1_000_000)
            yield Sound(timedelta(microseconds=max(-_MOST, min(_MOST, micros))), RATE, samples)

    def _put(self, frame: AudioFrame) -> None:
        if frame.sample_rate <= 0:
            return
        # Fractions are dear: exact is only when the batch begins.
        at = self._next if frame.time is None else frame.time
        stamp = frame.pts
        if abs(at - self._next) > ASIDE:
            self._hand_on()
        frame.pts = None  # the batch would insist on stamps without rounding
        try:
            self._batch.write(frame)
        except (av.error.FFmpegError, ValueError):  # it changed its shape
            self._hand_on()
            self._batch = av.AudioFifo()
            self._batch.write(frame)
        if self._batch.samples == frame.samples:
            base = frame.time_base
            self._begun = Fraction(at) if stamp is None or base is None else stamp * base
        self._next = at + frame.samples / frame.sample_rate
        if self._batch.samples >= BATCH * frame.sample_rate:
            self._hand_on()

    def _hand_on(self) -> None:
        frame = self._batch.read() if self._batch.samples else None
        if frame is None or self._held >= MAX_WAITING:
            return
        samples = self._mono(frame)
        self._left -= len(samples)
        if len(samples):
            self._held += len(samples)
            self._waiting.append((self._begun, samples))

    def _mono(self, frame: AudioFrame) -> Samples:
        """The samples mixed and thinned out, `(n,)`, -1 to 1; a track that changes its shape starts anew."""
        for _ in range(2):
            if self._resampler is None:
                self._resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
            try:
                thinned = self._resampler.resample(frame)
            except (av.error.FFmpegError, ValueError):
                self._resampler = None
                continue
            if thinned:
                mixed = np.concatenate([part.to_ndarray().ravel() for part in thinned])
                return np.nan_to_num(mixed.astype(np.float32, copy=False), posinf=0.0, neginf=0.0).clip(-8, 8)
            break
        return np.zeros(0, np.float32)
