"""Films: one pass over the pictures of a file that the gate let through.

1. FFmpeg is opened with its doors shut (`evidence.vision.ffmpeg`), on the best video
   stream; its sound is decoded beside it if somebody listens (`evidence.sound.decoding`), other
   streams are skipped by the demuxer. Each packet is noted (`evidence.bitstream`).
2. Packets go to the decoder one by one, so a bad one costs itself and not the film.
3. Each picture carries its exact time (`evidence.ticks`), also where the film repeats or
   turns back its time: that is for the checks to judge.
4. What the file promised and what came out are compared: a film that ends early does
   not pass for whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, BinaryIO, Final

import av.error

from evidence.bounds import require_pixels, require_size
from evidence.check import Ending, Media, RefusedError, Sound
from evidence.container.boxes import cut_short
from evidence.demux import Demux, words
from evidence.gate import Sniffed
from evidence.metadata import captured_at, made_with
from evidence.model import Expectation, MediaFacts, say
from evidence.profile import Limits
from evidence.provenance import Provenance
from evidence.sound.decoding import Hearing
from evidence.ticks import Ticks
from evidence.vision import ffmpeg
from evidence.vision.picture import Picture, Scaler

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

MAX_BARREN: Final = 300
"""Packets in a row that give an error and no picture, before the rest is given up."""


def open_film(
    file: BinaryIO,
    sniffed: Sniffed,
    *,
    limits: Limits,
    expected: Expectation,
    now: datetime,
    provenance: Provenance | None = None,
    stations: bytes = b"",
) -> Film:
    """Open the film and decode its first picture; the rest is decoded while `frames` is walked.

    Args:
        file: seekable, and open as long as the film is walked.
        sniffed: what the gate said of `file`.
        limits: `bytes` and `pixels` are held here, `frames` and `duration` during the walk.
        expected: what the order says, passed on to the checks.
        now: the moment of the examination.
        provenance: the file's record of origin, passed on to the checks.
        stations: public keys of station clocks, in PEM, passed on to the checks.

    Raises:
        RefusedError: `refused.too_large`, `.no_pictures`, `.codec`, `.too_many_pixels`, `.too_long`
            or `.structure`.
    """
    require_size(sniffed.size, limits)
    container = ffmpeg.open_container(file, sniffed, limits.pixels)
    try:
        stream = ffmpeg.best_stream(container)
        require_pixels(stream.codec_context.width, stream.codec_context.height, limits)
        _require_length(container, stream, limits)
        return Film(
            container,
            stream,
            sniffed,
            limits=limits,
            expected=expected,
            now=now,
            provenance=provenance,
            stations=stations,
        )
    except RefusedError:
        container.close()
        raise


def _require_length(container: InputContainer, stream: VideoStream, limits: Limits) -> None:
    """Refuse at once what claims to be too long, where the index of its pictures bears that out."""
    claimed = timedelta(microseconds=min(container.duration or 0, 10**15))
    base = stream.time_base
    if claimed <= limits.duration or not base or not len(stream.index_entries):
        return
    first, last = stream.index_entries[0], stream.index_entries[len(stream.index_entries) - 1]
    if (last.timestamp - first.timestamp) * base > Fraction(limits.duration.total_seconds()):
        raise _too_long(limits)


def _undecodable() -> RefusedError:
    return RefusedError(
        "refused.no_pictures",
        say("Not one picture of this film can be decoded; send the original file again."),
    )


def _too_long(limits: Limits) -> RefusedError:
    return RefusedError(
        "refused.too_long",
        say(
            "The film lasts longer than {limit} minutes; send the one take that shows the unboxing.",
            limit=round(limits.duration.total_seconds() / 60, 1),
        ),
    )


class Film:
    """One opened film; an `examination.Source`."""

    def __init__(
        self,
        container: InputContainer,
        stream: VideoStream,
        sniffed: Sniffed,
        *,
        limits: Limits,
        expected: Expectation,
        now: datetime,
        provenance: Provenance | None,
        stations: bytes,
    ) -> None:
        self._container = container
        self._stream = stream
        self._sniffed = sniffed
        self._limits = limits
        self._ticks = Ticks(stream.time_base, ffmpeg.rate(stream))
        self._promised = self._count = self._corrupt = 0
        sound = ffmpeg.sound_stream(container)
        ffmpeg.prepare(container, stream, sound, limits.pixels)
        self._hearing = Hearing(sound, limits.duration)
        self._demux = Demux(container, stream, self._hearing, sniffed)
        self._pictures = self._decode()
        self._first = next(self._pictures, None)
        if self._first is None:
            raise cut_short() if sniffed.missing else _undecodable()
        require_pixels(self._first.width, self._first.height, limits)
        self._trc = self._first.color_trc
        self._orientation = ffmpeg.orientation(self._first, stream)
        self._media = replace(self._described(self._first, expected, now, provenance), stations=stations)

    @property
    def media(self) -> Media:
        return self._media

    @property
    def transfer(self) -> int:
        """How light is written in the pictures, as ITU-T H.273 (8.2) counts it; 2 where none is said."""
        return int(self._trc)

    @property
    def ending(self) -> Ending:
        """How the walk ended; valid once `frames` is exhausted."""
        errors = self._demux.errors
        error = errors[0] if errors else self._shortfall()
        return Ending(
            frames=self._count,
            duration=self._ticks.end,
            corrupt=self._corrupt,
            complete=not error,
            error=error,
            packets=self._demux.table,
        )

    def listen(self) -> None:
        """Decode the sound too; to be asked before the walk."""
        self._hearing.listen()

    def heard(self) -> Iterator[Sound]:
        """The sound that was decoded since last asked; nothing where nobody asked to listen."""
        return self._hearing.heard(self._demux.table.origin)

    def facts(self) -> MediaFacts:
        """What the file is, as decoded; valid once `frames` is exhausted."""
        media = self._media
        return MediaFacts(
            kind="video",
            container=media.container,
            video_codec=media.video_codec,
            audio_codec=media.audio_codec,
            width=media.width,
            height=media.height,
            rotation=media.rotation,
            duration=self._ticks.end,
            frames=self._count,
            created_at=captured_at(media.tags),
            encoder=made_with(media.tags),
        )

    def frames(self) -> Iterator[Picture]:
        """The pictures in the order of their presentation, once.

        A picture that somebody holds keeps its pixels (3 MB at 1080p): hold few.

        Raises:
            RefusedError: `refused.too_many_frames`, `.too_long` or `.too_many_pixels`, where the
                film turns out to be beyond the limits.
        """
        scaler = Scaler()
        if self._hearing.stream and not self._hearing.listening:
            ffmpeg.skip(self._hearing.stream)
            self._hearing.close()
        try:
            first, self._first = self._first, None
            if first is not None:
                yield self._shown(first, scaler)
                del first
                for frame in self._pictures:
                    yield self._shown(frame, scaler)
        finally:
            self._promised = len(self._stream.index_entries)
            self._hearing.finish()
            self._container.close()

    def _shown(self, frame: VideoFrame, scaler: Scaler) -> Picture:
        require_pixels(frame.width, frame.height, self._limits)
        if self._count >= self._limits.frames:
            raise RefusedError(
                "refused.too_many_frames",
                say(
                    "The film has more than {limit} pictures; send a shorter one, or film at 30 a second.",
                    limit=self._limits.frames,
                ),
            )
        self._demux.shown(frame.pts, frame.pict_type)
        at, told = self._ticks.at(frame.pts, frame.duration)
        if at > self._limits.duration:
            raise _too_long(self._limits)
        picture = Picture(frame, scaler, self._orientation, index=self._count, at=at, told=told)
        self._count += 1
        self._corrupt += picture.corrupt
        return picture

    def _decode(self) -> Iterator[VideoFrame]:
        barren = 0
        for packet in self._demux.packets():
            if packet.is_corrupt:  # cut off by the end of the file; the decoder would drop good pictures
                self._demux.note("a packet is incomplete")
                continue
            try:
                frames = packet.decode()
            except av.error.FFmpegError as error:
                self._demux.note(words(error))
                barren += 1
                if barren > MAX_BARREN:
                    return
                continue
            barren = 0 if frames else barren
            yield from frames
        try:
            # PyAV's hints leave the type of the packet open.
            yield from self._stream.decode(None)  # pyright: ignore[reportUnknownMemberType]
        except av.error.FFmpegError as error:
            self._demux.note(words(error))

    def _shortfall(self) -> str:
        """What the file promised and did not hold; empty where it held everything."""
        if self._sniffed.missing:
            return f"the file ends at least {self._sniffed.missing} bytes early"
        if self._sniffed.damaged:
            return "there are bytes where a header should be"
        if self._sniffed.container not in {"webm", "mkv"} and self._demux.read < self._promised:
            return f"{self._demux.read} of {self._promised} packets are there"
        return ""

    def _described(
        self, first: VideoFrame, expected: Expectation, now: datetime, provenance: Provenance | None
    ) -> Media:
        container, stream = self._container, self._stream
        sound = next(iter(container.streams.audio), None)
        claimed = container.duration
        return Media(
            kind="video",
            container=self._sniffed.container,
            size=self._sniffed.size,
            width=first.width,
            height=first.height,
            rotation=self._orientation.rotation,
            video_codec=ffmpeg.codec(stream),
            audio_codec=(ffmpeg.codec(sound) or "unknown") if sound else None,
            pixel_format=first.format.name,
            duration=timedelta(microseconds=min(claimed, 10**15)) if claimed and claimed > 0 else None,
            frame_rate=ffmpeg.rate(stream),
            tags=ffmpeg.tags(container, stream),
            structure=self._sniffed.structure,
            provenance=provenance,
            expected=expected,
            now=now,
        )
