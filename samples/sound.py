"""Sound as it is written beside pictures: that of a plain room, or what a forger made of one."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Final, Literal, cast

import av
import numpy as np
import numpy.typing as npt
from av.codec.context import Flags

from samples.muxing import Muxer, SoundStream

SoundCodec = Literal["aac", "libopus", "libopencore_amrnb"]

_RATE: Final[dict[SoundCodec, int]] = {"aac": 48_000, "libopus": 48_000, "libopencore_amrnb": 8000}


class Sound:
    """A track of sound, as long as the pictures: `wave`, or else hum, hiss and now and then a knock.

    Args:
        wave: `(samples,)` at the codec's rate (see `samples.track`), 1 is full scale.
    """

    def __init__(
        self,
        out: Muxer,
        codec: SoundCodec,
        *,
        seed: int,
        late: bool,
        wave: npt.NDArray[np.float32] | None = None,
    ) -> None:
        self.out = out
        self.wave = wave
        self.rate = _RATE[codec]
        self.stream = cast("SoundStream", out.add_stream(codec, rate=self.rate, layout="mono"))
        self.stream.codec_context.flags |= int(Flags.bitexact)
        if codec == "libopencore_amrnb":
            self.stream.codec_context.bit_rate = 12_200
        self.draw = np.random.default_rng(seed + 300)
        self.done = 0
        # An encoder's run-in comes before time zero, which a fragment cannot say: let it begin later.
        self.delay = 1024 if late else 0
        self.stream.codec_context.open()
        self.chunk = self.stream.codec_context.frame_size or 960

    def fill(self, until: float) -> None:
        """Write sound up to a time (s)."""
        while self.done + self.chunk <= until * self.rate:
            heard = self._room() if self.wave is None else self._given(self.wave)
            frame = av.AudioFrame.from_ndarray(heard[None], format="s16", layout="mono")
            frame.sample_rate = self.rate
            frame.pts = self.done + self.delay
            frame.time_base = Fraction(1, self.rate)
            self.done += self.chunk
            self.out.mux(self.stream.encode(frame))

    def finish(self) -> None:
        self.out.mux(self.stream.encode(None))

    def _room(self) -> npt.NDArray[np.int16]:
        at = (np.arange(self.chunk) + self.done) / self.rate
        hum = 220 * np.sin(2 * math.pi * 50 * at) + 90 * np.sin(2 * math.pi * 150 * at + 1)
        knock = np.exp(-((at % 1.7) * 60)) * np.sin(2 * math.pi * 640 * at) * 5200
        hiss = self.draw.standard_normal(self.chunk) * 130
        return np.clip(hum + knock + hiss, -32768, 32767).astype(np.int16)

    def _given(self, wave: npt.NDArray[np.float32]) -> npt.NDArray[np.int16]:
        found = wave[self.done : self.done + self.chunk]
        loud = np.pad(found, (0, self.chunk - len(found))) * 32767
        return np.clip(np.round(loud), -32768, 32767).astype(np.int16)
