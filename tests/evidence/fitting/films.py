"""Films whose length, pictures and sound are known because they are made here, too large on purpose."""

from __future__ import annotations

import subprocess
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from evidence.fitting import command

RATE = 30
SOUND = 48_000


def write(
    path: Path,
    *,
    seconds: float = 4.0,
    width: int = 640,
    height: int = 480,
    sound: bool = True,
    bits: int = 12_000_000,
    stamps: list[int] | None = None,
) -> Path:
    """A moving, noisy picture with a number of pictures that is `seconds` times 30, H.264 and AAC.

    `stamps` are the times of the pictures in thirtieths, for a film of a variable rate.
    """
    random = np.random.default_rng(11)
    ground = random.integers(0, 255, (height, width, 3), np.uint8)
    with av.open(str(path), "w", options={"movflags": "use_metadata_tags"}) as out:
        out.metadata["location"] = "+31.2304+121.4737/"
        out.metadata["com.apple.quicktime.location.ISO6709"] = "+31.2304+121.4737/"
        film = out.add_stream("libx264", rate=RATE, options={"preset": "ultrafast"})
        film.width, film.height, film.pix_fmt, film.bit_rate = width, height, "yuv420p", bits
        film.time_base = film.codec_context.time_base = Fraction(1, RATE)
        tone = out.add_stream("aac", rate=SOUND, layout="mono") if sound else None
        count = round(seconds * RATE)
        for number in range(count):
            picture = np.roll(ground, 3 * number, axis=1)
            picture[:, : width // 8] = 255 * (number % 2)
            frame = av.VideoFrame.from_ndarray(picture, "rgb24")
            frame.pts = stamps[number] if stamps else number
            frame.time_base = Fraction(1, RATE)
            out.mux(film.encode(frame))
        out.mux(film.encode(None))
        if tone is not None:
            _sound(out, tone, seconds)
    return path


def _sound(out: av.container.OutputContainer, tone: av.AudioStream, seconds: float) -> None:
    wave = np.sin(2 * np.pi * 440 * np.arange(int(seconds * SOUND)) / SOUND).astype(np.float32)
    for start in range(0, len(wave) - 1024, 1024):
        frame = av.AudioFrame.from_ndarray(wave[None, start : start + 1024], "fltp", "mono")
        frame.sample_rate, frame.pts = SOUND, start
        out.mux(tone.encode(frame))
    out.mux(tone.encode(None))


def facts(path: Path) -> dict[str, float]:
    """What another reader finds: pictures, length in seconds, size of a picture, streams of sound, tags."""
    with av.open(str(path)) as film:
        tags = " ".join(f"{k}={v}" for k, v in {**film.metadata, **film.streams.video[0].metadata}.items())
        sounds = len(film.streams.audio)
        times = [float(f.pts * f.time_base) for f in film.decode(video=0) if f.pts is not None]
        stream = film.streams.video[0]
        return {
            "frames": len(times),
            "last": times[-1] - times[0],
            "width": stream.width,
            "height": stream.height,
            "sounds": sounds,
            "places": float("31.2304" in tags),
        }


STEPS = (0.0, 0.1, 0.2, 0.38, 0.5, 0.75, 0.9, 1.0)
"""Signal of the bars of `write_bright`, from black to the brightest."""


def write_bright(path: Path, transfer: str) -> Path:
    """One second of grey bars in ten bits, for bright screens: `arib-std-b67` (HLG) or `smpte2084` (PQ)."""
    wide, high = 640, 360
    bars = np.repeat(np.round(64 + 876 * np.array(STEPS)).astype(np.uint16), wide // len(STEPS))
    luma, chroma = np.tile(bars, (high, 1)), np.full(high * wide // 2, 512, np.uint16)
    said = f"setparams=color_primaries=bt2020:color_trc={transfer}:colorspace=bt2020nc:range=tv"
    subprocess.run(
        [
            *(command.program(), "-y", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "yuv420p10le"),
            *("-s", f"{wide}x{high}", "-r", str(RATE), "-i", "-", "-vf", said, "-c:v", "libx265"),
            *(
                "-preset",
                "ultrafast",
                "-crf",
                "6",
                "-x265-params",
                "log-level=error",
                "-tag:v",
                "hvc1",
                str(path),
            ),
        ],
        input=(luma.tobytes() + chroma.tobytes()) * RATE,
        check=True,
    )
    return path


def bars(path: Path) -> list[float]:
    """The luma of each bar as other readers show it: 0 black, 1 white."""
    with av.open(str(path)) as film:
        picture = next(film.decode(video=0))
        luma = picture.to_ndarray()[: picture.height, : picture.width]
    wide = luma.shape[1] // len(STEPS)
    means = (luma[:, n * wide + wide // 4 : (n + 1) * wide - wide // 4].mean() for n in range(len(STEPS)))
    return [(float(mean) - 16) / 219 for mean in means]
