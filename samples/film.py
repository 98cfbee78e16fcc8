"""Shots and how a camera would write them: container, codec, sound, times, tags.

A reel is an iterable of shots in order of time. Each shot says when it is shown, what is
seen, and which moment of the scene that was; a forger changes reels, never the truth.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Final, Literal, Protocol, cast

import av
import cv2
import numpy as np
import numpy.typing as npt
from av.bitstream import BitStreamFilterContext
from av.stream import Stream
from av.video.stream import VideoStream

from samples.calm import calm
from samples.muxing import AnyPacket, Muxer, PacketFilter, PictureStream, writing
from samples.paint import Picture
from samples.sound import Sound, SoundCodec

Format = Literal["mp4", "mov", "webm", "matroska", "3gp"]

_TICKS: Final[dict[str, int]] = {"mp4": 90_000, "mov": 90_000, "3gp": 90_000, "webm": 1000, "matroska": 1000}
_AHEAD: Final = 4
"""Pictures rendered before they are asked for."""


@dataclass(frozen=True)
class Shot:
    """One picture of a reel."""

    at: Fraction
    """When it is shown, in seconds since the first."""
    picture: Picture
    """RGB, upright."""
    scene_at: float | None = None
    """The moment of the scene that it shows, in seconds; None where it shows something else."""
    heard_at: float | None = None
    """The moment whose sound goes with it, where that is not the one it shows."""


@dataclass(frozen=True)
class Encoding:
    """How a reel is written."""

    container: Format = "mp4"
    codec: str = "libx264"
    pixel_format: str = "yuv420p"
    options: Mapping[str, str] = field(default_factory=lambda: {"preset": "superfast", "crf": "25"})
    sound: SoundCodec | None = "aac"
    rate: Fraction = Fraction(30)
    """Frames a second, as a hint for the encoder."""
    key_every: int = 30
    rotation: int = 0
    """Degrees clockwise that make the stored picture upright: 0, 90, 180 or 270."""
    fragmented: bool = False
    index_first: bool = False
    """The index before the pictures, so that the beginning of a broken download still plays."""
    live: bool = False
    """A Matroska stream without length and index, as a browser's recorder writes it."""
    b_frames: int = 0
    bit_rate: int | None = None
    recorded_at: datetime | None = None
    """With a zone; written as container time and, in a phone's film, as QuickTime capture time."""
    phone: bool = False
    """Written as by a phone: its tags, and no trace of this encoder."""
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    """More tags of the container."""
    seed: int = 0


@dataclass(frozen=True)
class Written:
    """What came out, by construction."""

    pts: tuple[int, ...]
    last: int
    time_base: tuple[int, int]
    width: int
    height: int
    scene_at: tuple[float | None, ...]


def steady(rate: Fraction | int, seconds: float) -> tuple[Fraction, ...]:
    """The times of a constant frame rate."""
    return tuple(Fraction(n) / rate for n in range(round(seconds * rate)))


def uneven(rate: Fraction | int, seconds: float, seed: int = 0) -> tuple[Fraction, ...]:
    """The times of a phone or browser: every interval a little different, some twice as long."""
    draw = np.random.default_rng(seed + 900)
    at, times = Fraction(0), list[Fraction]()
    while at < seconds:
        times.append(at)
        stretch = 2.0 if draw.random() < 0.05 else float(draw.uniform(0.82, 1.2))  # noqa: PLR2004 - one in twenty
        at += Fraction(round(stretch / float(rate) * 1000), 1000)
    return tuple(times)


class Pictured(Protocol):
    """What has a picture for every time (s)."""

    def picture(self, at: float, *, index: int = 0) -> Picture: ...


def render(scene: Pictured, times: Iterable[Fraction], *, workers: int = 2) -> Iterator[Shot]:
    """The shots of a scene, rendered a few ahead of the encoder."""
    with ThreadPoolExecutor(workers) as pool:
        waiting: deque[tuple[Fraction, Future[Picture]]] = deque()
        for index, at in enumerate(times):
            waiting.append((at, pool.submit(scene.picture, float(at), index=index)))
            if len(waiting) > _AHEAD:
                early, picture = waiting.popleft()
                yield Shot(early, picture.result(), float(early))
        for early, picture in waiting:
            yield Shot(early, picture.result(), float(early))


def write(
    path: Path, reel: Iterable[Shot], encoding: Encoding, wave: npt.NDArray[np.float32] | None = None
) -> Written:
    """Encode a reel; the first shot's size is the film's; `wave` is its sound where a plain room's won't do.

    Raises:
        ValueError: the reel is empty.
    """
    shots = iter(reel)
    first = next(shots, None)
    if first is None:
        raise ValueError("a film needs at least one shot")
    # SVT-AV1 reads its log level from the environment alone, and is talkative.
    os.environ.setdefault("SVT_LOG", "1")
    with writing(path, encoding.container, _muxing(encoding)) as out:
        return _Writer(out, encoding, first.picture, wave).run(first, shots)


def _muxing(encoding: Encoding) -> dict[str, str]:
    flags: list[str] = []
    if encoding.fragmented:
        flags += ["frag_keyframe", "empty_moov", "default_base_moof"]
    if encoding.index_first:
        flags.append("faststart")
    if encoding.tags or (encoding.phone and encoding.container == "mov"):
        flags.append("use_metadata_tags")
    options: dict[str, str] = {}
    if encoding.container in {"mp4", "mov", "3gp"}:
        options["video_track_timescale"] = str(_TICKS[encoding.container])
    if flags:
        options["movflags"] = "+".join(flags)
    if encoding.live:
        options["live"] = "1"
    return options


class _Writer:
    """One film being written."""

    def __init__(
        self, out: Muxer, encoding: Encoding, picture: Picture, wave: npt.NDArray[np.float32] | None = None
    ) -> None:
        self.out = out
        self.encoding = encoding
        self.tick = Fraction(1, _TICKS[encoding.container])
        turned = _turned(picture, encoding.rotation)
        self.size = (turned.shape[1], turned.shape[0])
        self.video = self._video()
        self.sound = (
            Sound(out, encoding.sound, seed=encoding.seed, late=encoding.fragmented, wave=wave)
            if encoding.sound
            else None
        )
        self.durations: dict[int, int] = {}
        self.strip = self._stripper()
        self._tag()

    def _stripper(self) -> PacketFilter | None:
        """Takes out the message in which the encoder names itself."""
        if not self.encoding.phone or self.encoding.codec != "libx264":
            return None
        return cast("PacketFilter", BitStreamFilterContext("filter_units=remove_types=6", self.video))

    def run(self, first: Shot, rest: Iterator[Shot]) -> Written:
        counts: list[int] = []
        moments: list[float | None] = []
        shot: Shot | None = first
        start = first.at
        while shot is not None:
            following = next(rest, None)
            count = round((shot.at - start) / self.tick)
            until = round((following.at - start) / self.tick) if following else count + self._usual()
            self.durations[count] = until - count
            counts.append(count)
            moments.append(shot.scene_at)
            self._encode(shot.picture, count)
            if self.sound:
                self.sound.fill(float(until * self.tick))
            shot = following
        self._mux(self._encoded(None))
        if self.sound:
            self.sound.finish()
        if self.strip:
            self._put(self.strip.filter(None))
        width, height = self.size
        base = (self.tick.numerator, self.tick.denominator)
        return Written(tuple(counts), self.durations[counts[-1]], base, width, height, tuple(moments))

    def _usual(self) -> int:
        return round(1 / self.encoding.rate / self.tick)

    def _encode(self, picture: Picture, count: int) -> None:
        frame = _frame(_turned(picture, self.encoding.rotation), self.encoding.pixel_format)
        frame.pts = count
        frame.time_base = self.tick
        self._mux(self._encoded(frame))

    def _encoded(self, frame: av.VideoFrame | None) -> Sequence[AnyPacket]:
        return cast("PictureStream", self.video).encode(frame)

    def _mux(self, packets: Sequence[AnyPacket]) -> None:
        for packet in packets:
            if packet.pts is not None and packet.pts in self.durations and packet.time_base == self.tick:
                packet.duration = self.durations[packet.pts]
            self._put(self.strip.filter(packet) if self.strip else [packet])

    def _put(self, packets: Sequence[AnyPacket]) -> None:
        for packet in packets:
            packet.stream = self.video
            self.out.mux(packet)

    def _video(self) -> VideoStream:
        asked = self.encoding
        stream = cast(
            "VideoStream", self.out.add_stream(asked.codec, rate=asked.rate, options=dict(asked.options))
        )
        stream.width, stream.height = self.size
        stream.pix_fmt = asked.pixel_format
        context = stream.codec_context
        context.time_base = self.tick
        context.gop_size = asked.key_every
        context.max_b_frames = asked.b_frames
        context.thread_count = 2 if asked.codec in {"libx264", "libvpx-vp9"} else 1
        # What cv2 converts to: BT.601, limited range.
        context.color_range, context.colorspace = 1, 6
        if asked.bit_rate:
            context.bit_rate = asked.bit_rate
        if asked.codec == "libx265" and asked.container in {"mp4", "mov"}:
            context.codec_tag = "hvc1"
        if asked.rotation:
            stream.set_display_rotation(-asked.rotation)
        if asked.codec == "libsvtav1":
            calm(context)
        return stream

    def _tag(self) -> None:
        asked = self.encoding
        self.out.metadata.update(asked.tags)
        if asked.recorded_at is not None:
            self.out.metadata["creation_time"] = asked.recorded_at.astimezone(UTC).strftime(
                "%Y-%m-%dT%H:%M:%S.000000Z"
            )
        if not asked.phone:
            return
        names = (
            (self.video, "Core Media Video"),
            (self.sound.stream if self.sound else None, "Core Media Audio"),
        )
        for stream, name in names:
            if stream is not None:
                stream.metadata["handler_name"] = name
        if asked.container == "mov":
            self.out.metadata["com.apple.quicktime.make"] = "Apple"
            self.out.metadata["com.apple.quicktime.model"] = "iPhone 15"
            self.out.metadata["com.apple.quicktime.software"] = "26.1"
            if asked.recorded_at is not None:
                self.out.metadata["com.apple.quicktime.creationdate"] = asked.recorded_at.strftime(
                    "%Y-%m-%dT%H:%M:%S%z"
                )


def _turned(picture: Picture, rotation: int) -> Picture:
    """The picture as the sensor stored it, so that `rotation` clockwise makes it upright."""
    return np.ascontiguousarray(np.rot90(picture, rotation // 90)) if rotation else picture


def _frame(picture: Picture, pixel_format: str) -> av.VideoFrame:
    if pixel_format == "yuv420p" and picture.shape[0] % 2 == 0 and picture.shape[1] % 2 == 0:
        planes = cast("Picture", cv2.cvtColor(picture, cv2.COLOR_RGB2YUV_I420))
        return av.VideoFrame.from_ndarray(planes, format="yuv420p")
    return av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(format=pixel_format)


def read(path: Path, scene_at: Sequence[float | None] = ()) -> Iterator[Shot]:
    """The reel of a film of ours, decoded: what someone starts from who edits a finished film."""
    with av.open(str(path)) as film:
        stream = film.streams.video[0]
        start: Fraction | None = None
        for index, frame in enumerate(film.decode(stream)):
            if frame.pts is None or frame.time_base is None:
                continue
            at = frame.pts * frame.time_base
            start = at if start is None else start
            planes = cast("Picture", frame.reformat(format="yuv420p").to_ndarray())
            picture = cast("Picture", cv2.cvtColor(planes, cv2.COLOR_YUV2RGB_I420))
            yield Shot(at - start, picture, scene_at[index] if index < len(scene_at) else None)


def loop(source: Path, path: Path, times: int) -> None:
    """Play a film `times` times over without encoding it again: packets copied, times moved on."""
    length = _length(source)
    with writing(path, "mp4", {"video_track_timescale": str(_TICKS["mp4"])}) as out:
        streams: dict[int, Stream] = {}
        for turn in range(times):
            with av.open(str(source)) as film:
                streams = streams or {s.index: out.add_stream_from_template(s) for s in film.streams}
                for packet in film.demux():
                    if packet.dts is None or packet.pts is None:
                        continue
                    shift = round(length * turn / packet.time_base)
                    packet.pts += shift
                    packet.dts += shift
                    packet.stream = streams[packet.stream.index]
                    out.mux(packet)


def _length(path: Path) -> Fraction:
    """How long the pictures of a film last, in seconds."""
    with av.open(str(path)) as film:
        stream = film.streams.video[0]
        ends = [(p.pts + (p.duration or 0)) * p.time_base for p in film.demux(stream) if p.pts is not None]
    return max(ends)
