"""What the samples use of PyAV's writing side, with the types that its stubs leave open."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any, BinaryIO, Protocol, TypeAlias, cast

import av
from av.audio.codeccontext import AudioCodecContext
from av.packet import Packet
from av.stream import Stream

AnyPacket: TypeAlias = "Packet[Any]"


class SoundStream(Protocol):
    """A sound track being written."""

    @property
    def codec_context(self) -> AudioCodecContext: ...
    @property
    def metadata(self) -> dict[str, str]: ...
    def encode(self, frame: av.AudioFrame | None) -> Sequence[AnyPacket]: ...


class PictureStream(Protocol):
    """The encoding of a picture track."""

    def encode(self, frame: av.VideoFrame | None) -> Sequence[AnyPacket]: ...


class PacketFilter(Protocol):
    """A bitstream filter."""

    def filter(self, packet: AnyPacket | None) -> Sequence[AnyPacket]: ...


class Muxer(Protocol):
    """A file being written."""

    @property
    def metadata(self) -> dict[str, str]: ...
    def add_stream(
        self,
        codec_name: str,
        rate: Fraction | int | None = None,
        options: dict[str, str] | None = None,
        **more: str,
    ) -> object: ...
    def add_stream_from_template(self, template: Stream) -> Stream: ...
    def mux(self, packets: AnyPacket | Sequence[AnyPacket]) -> None: ...


@contextmanager
def writing(to: Path | BinaryIO, container: str, options: Mapping[str, str]) -> Generator[Muxer]:
    """A file to be muxed into, closed at the end; without random identifiers or this library's name."""
    # The same recipe has to give the same bytes, and a phone's film must not name another encoder.
    chosen = {"fflags": "+bitexact", **options}
    target = str(to) if isinstance(to, Path) else to
    with av.open(target, "w", format=container, options=chosen) as out:
        yield cast("Muxer", out)
