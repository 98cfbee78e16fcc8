"""The small films and photos that hostile files are made of, of every container that is accepted."""

from __future__ import annotations

import io
import os
import tempfile
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, Literal

import av
import numpy as np
import pillow_heif
from PIL import Image

from samples.calm import calm

Form = Literal["boxes", "ebml", "jpeg", "png", "webp"]
WIDTH, HEIGHT = 96, 64
FRAMES = 6


@dataclass(frozen=True)
class Seed:
    """A sound file, and how it is built."""

    name: str
    form: Form
    data: bytes

    @property
    def film(self) -> bool:
        return self.form == "ebml" or (self.form == "boxes" and not self.name.startswith("heic"))


# Name, form, container, encoder, its options, options of the container, and the encoder of sound.
_FILMS: tuple[tuple[str, Form, str, str, dict[str, str], dict[str, str], str], ...] = (
    ("mp4 h264", "boxes", "mp4", "libx264", {"preset": "ultrafast"}, {}, "aac"),
    ("mp4 index first", "boxes", "mp4", "libx264", {"preset": "ultrafast"}, {"movflags": "faststart"}, ""),
    ("mp4 fragments", "boxes", "mp4", "libx264", {}, {"movflags": "frag_keyframe+empty_moov"}, ""),
    ("mp4 hevc", "boxes", "mp4", "libx265", {"preset": "ultrafast", "x265-params": "log-level=none"}, {}, ""),
    ("mp4 av1", "boxes", "mp4", "libsvtav1", {"preset": "10"}, {}, ""),
    ("mp4 mpeg4", "boxes", "mp4", "mpeg4", {}, {}, ""),
    ("mov mjpeg", "boxes", "mov", "mjpeg", {}, {}, "pcm_s16le"),
    ("mov h264", "boxes", "mov", "libx264", {"preset": "ultrafast"}, {}, "aac"),
    ("3gp h264", "boxes", "3gp", "libx264", {"preset": "ultrafast"}, {}, ""),
    ("webm vp8", "ebml", "webm", "libvpx", {"deadline": "realtime"}, {}, "libopus"),
    ("webm vp9", "ebml", "webm", "libvpx-vp9", {"deadline": "realtime", "cpu-used": "8"}, {}, ""),
    ("mkv h264", "ebml", "matroska", "libx264", {"preset": "ultrafast"}, {}, "libmp3lame"),
)


@cache
def picture(number: int) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """A textured picture in which something moves."""
    ground = np.random.default_rng(7).integers(0, 120, (HEIGHT, WIDTH, 3), np.uint8)
    ground[16:40, 8 + 6 * number : 30 + 6 * number] = 210
    return ground


@cache
def seeds() -> tuple[Seed, ...]:
    """All of them; the same bytes each time with the same libraries."""
    os.environ.setdefault("SVT_LOG", "1")  # the encoder of AV1 is talkative
    films = [Seed(name, form, _film(*how)) for name, form, *how in _FILMS]
    return (*films, *_photos())


def _film(container: str, codec: str, options: dict[str, str], how: dict[str, str], sound: str) -> bytes:
    # A file, since an index is put first by reading what was written.
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder, "film")
        _write(made, codec, options, sound, container=container, how=how)
        return made.read_bytes()


def _write(
    made: Path, codec: str, options: dict[str, str], sound: str, *, container: str, how: dict[str, str]
) -> None:
    with av.open(str(made), "w", container, options={"fflags": "+bitexact", **how}) as out:
        stream: Any = out.add_stream(codec, 15, options)
        stream.width, stream.height = WIDTH, HEIGHT
        stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        if codec == "libsvtav1":
            calm(stream.codec_context)
        heard: Any = out.add_stream(sound, rate=48_000, layout="mono") if sound else None
        for number in range(FRAMES):
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture(number), "rgb24")))
        out.mux(stream.encode(None))
        if heard is not None:
            _sound(out, heard)


def _sound(out: Any, stream: Any) -> None:
    tone = (np.sin(np.arange(19_200) * 0.06) * 8000).astype(np.int16)
    size = stream.codec_context.frame_size or 1024
    resample = av.AudioResampler(stream.codec_context.format, "mono", 48_000)
    for at in range(0, len(tone) - size, size):
        frame = av.AudioFrame.from_ndarray(tone[None, at : at + size], "s16", "mono")
        frame.sample_rate, frame.pts, frame.time_base = 48_000, at, Fraction(1, 48_000)
        for fitting in resample.resample(frame):
            out.mux(stream.encode(fitting))
    out.mux(stream.encode(None))


def _photos() -> tuple[Seed, ...]:
    image = Image.fromarray(np.kron(picture(2), np.ones((2, 2, 1), np.uint8)))
    exif = Image.Exif()
    exif[0x010F], exif[0x0112], exif[0x0132] = "Northphone", 6, "2026:11:20 08:11:02"
    told = exif.tobytes()

    def saved(kind: str, **how: Any) -> bytes:
        room = io.BytesIO()
        image.save(room, kind, **how)
        return room.getvalue()

    heic = io.BytesIO()
    shot: Any = pillow_heif.from_pillow(image)
    shot.save(heic, quality=60, exif=told, enc_params={"preset": "ultrafast"})
    return (
        Seed("jpeg", "jpeg", saved("JPEG", quality=80, exif=told)),
        Seed("jpeg progressive", "jpeg", saved("JPEG", quality=80, progressive=True)),
        Seed("png", "png", saved("PNG", exif=told)),
        Seed("webp", "webp", saved("WEBP", quality=60, exif=told)),
        Seed("webp lossless", "webp", saved("WEBP", lossless=True)),
        Seed("heic", "boxes", heic.getvalue()),
    )
