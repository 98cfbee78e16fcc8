"""FFmpeg with its doors shut: bytes in, one demuxer, listed decoders, no second file.

A playlist renamed to `.mp4` makes a stock FFmpeg open other local files. Here it gets no
name and no protocol, is told which demuxer to use, and asking for another file is an error.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any, BinaryIO, Final, NoReturn, cast

import av
import av.error
from av.sidedata.sidedata import Type
from av.stream import Discard, Disposition

from evidence.admitted import DECODERS, DEMUXERS, FORMATS, SOUND, VIDEO
from evidence.check import RefusedError
from evidence.container.boxes import cut_short
from evidence.gate import Sniffed
from evidence.metadata import printable, tidy
from evidence.model import say
from evidence.vision.orientation import Orientation

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

_NO_FILM: Final = Disposition.attached_pic | Disposition.timed_thumbnails | Disposition.still_image

MAX_STREAMS: Final = 16
"""A probe of more takes 654 MB instead of 54; a phone writes at most eight."""
PROBE: Final = 5_000_000
"""Bytes, and microseconds of film, that FFmpeg may read to learn what the streams are."""
BUFFER: Final = 256 * 1024
LARGE: Final = 2560 * 1440
"""Pixels above which two decoder threads must do: each holds several pictures."""
_OUTPUT_CORRUPT: Final = 1 << 3
"""AV_CODEC_FLAG_OUTPUT_CORRUPT: damaged pictures come out, marked, instead of leaving a hole."""


class _Bytes:
    """A file without its name: FFmpeg would see it, and it is the user's."""

    def __init__(self, file: BinaryIO) -> None:
        self.read = file.read
        self.seek = file.seek
        self.tell = file.tell


def open_container(file: BinaryIO, sniffed: Sniffed, pixels: int) -> InputContainer:
    """Open `file`, which the gate found to be a `sniffed.container`; no picture may be above `pixels`.

    Raises:
        RefusedError: `refused.truncated` or `refused.structure`, FFmpeg makes nothing of it.
    """
    file.seek(0)
    try:
        return av.open(
            _Bytes(file),
            "r",
            format=DEMUXERS.get(sniffed.container, "mov"),
            options={
                "format_whitelist": FORMATS,
                "protocol_whitelist": "none",
                "codec_whitelist": DECODERS,
                "max_streams": str(MAX_STREAMS),
                "max_pixels": str(_padded(pixels)),
                "probesize": str(PROBE),
                "analyzeduration": str(PROBE),
            },
            metadata_errors="replace",
            buffer_size=BUFFER,
            io_open=_refuse_to_open,
        )
    except (av.error.FFmpegError, OSError, ValueError) as error:
        if sniffed.missing:
            raise cut_short() from error
        raise RefusedError(
            "refused.structure",
            say("The film cannot be opened: its index makes no sense. Send the original file again."),
        ) from error


def _refuse_to_open(*_: object) -> NoReturn:
    message = "a film has no business with other files"
    raise PermissionError(message)


def _padded(pixels: int) -> int:
    """Room for the decoder's padding to whole blocks; the displayed size is held exactly later."""
    return pixels + pixels // 8 + 64 * 64


def best_stream(container: InputContainer) -> VideoStream:
    """The film among the streams: no cover picture, the default one first, then the largest.

    Raises:
        RefusedError: `refused.no_pictures`, there is none; `refused.codec`, none that is decoded.
    """
    films = [s for s in container.streams.video if not s.disposition & _NO_FILM]
    if not films:
        raise RefusedError(
            "refused.no_pictures",
            say("The file holds sound or a cover picture, but no film; send the film itself."),
        )
    readable = [s for s in films if codec(s) in VIDEO]
    if not readable:
        raise RefusedError(
            "refused.codec",
            say(
                "The pictures are coded as {codec}, which is not read; "
                "film with the phone's camera app (H.264 or HEVC) and send that file.",
                codec=codec(films[0]) or "?",
            ),
        )
    return max(readable, key=lambda s: (bool(s.disposition & Disposition.default), _area(s)))


def _area(stream: VideoStream) -> int:
    return stream.codec_context.width * stream.codec_context.height


def codec(stream: object) -> str:
    """The codec of a stream by its usual name, e.g. `av1` whoever decodes it; empty where unknown."""
    # PyAV gives streams without a decoder no context, against its own type hints.
    context = getattr(stream, "codec_context", None)
    return "" if context is None else printable(context.codec.canonical_name, 32)


def sound_stream(container: InputContainer) -> AudioStream | None:
    """The sound among the streams: a decodable one, the default one first; None in a silent film."""
    sounds = [s for s in container.streams.audio if codec(s) in SOUND]
    return max(sounds, key=lambda s: bool(s.disposition & Disposition.default), default=None)


def prepare(container: InputContainer, stream: VideoStream, sound: AudioStream | None, pixels: int) -> None:
    """Set the decoder of `stream` up, and have the demuxer skip all streams but it and `sound`."""
    wanted = {stream.index, sound.index} if sound else {stream.index}
    for other in container.streams:
        if other.index not in wanted:
            other.discard = Discard.all
    context = stream.codec_context
    context.thread_type = "AUTO"  # pyright: ignore[reportAttributeAccessIssue] - its setter takes a name
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    context.thread_count = min(processors, 2 if _area(stream) > LARGE else 4)
    context.flags |= _OUTPUT_CORRUPT
    context.options = {"max_pixels": str(_padded(pixels))}


def skip(stream: AudioStream) -> None:
    """Have the demuxer skip that stream from now on."""
    stream.discard = Discard.all


def orientation(frame: VideoFrame, stream: VideoStream) -> Orientation:
    """From the display matrix that comes with the picture, else from an old `rotate` tag."""
    # PyAV's hint says TypedDict; at run time it is a mapping from kinds to buffers.
    extra = cast("Mapping[Type, Any]", frame.side_data)
    matrix = extra.get(Type.DISPLAYMATRIX)
    if matrix is not None:
        return Orientation.of_matrix(bytes(matrix))
    told = next((text for name, text in stream.metadata.items() if name.casefold() == "rotate"), "")
    try:
        return Orientation.of_degrees(float(told[:16]))
    except (ValueError, OverflowError):
        return Orientation()


def tags(container: InputContainer, stream: VideoStream) -> dict[str, str]:
    """The metadata of the container, the film and the first sound, as `place:name` -> text."""
    found = tidy("container", container.metadata) | tidy("video", stream.metadata)
    sound = next(iter(container.streams.audio), None)
    return found | tidy("audio", sound.metadata) if sound else found


def rate(stream: VideoStream) -> Fraction | None:
    """Pictures a second as the file claims; None where it claims none."""
    return stream.average_rate or None
