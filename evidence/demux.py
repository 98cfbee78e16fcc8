"""The packets of a film on their way to its decoder: noted, counted, and read past errors.

Pictures are yielded; sound goes to whoever listens; each packet leaves a row in the table of
`evidence.bitstream`, and key packets tell with what settings they were coded.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, cast

import av.error

from evidence.bitstream import Packets, Skip, skips
from evidence.container.units import Settings, Units
from evidence.gate import Sniffed
from evidence.metadata import printable
from evidence.vision import ffmpeg

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.packet import Packet
    from av.video.stream import VideoStream

    from evidence.sound.decoding import Hearing

MAX_READS: Final = 50
"""Errors of the container that are read past."""
MAX_LOGGED: Final = 3
_KINDS: Final = "?IPB"
"""By FFmpeg's numbers of picture types."""

log = logging.getLogger(__name__)


class Demux:
    """Reads the packets of `stream`, and of the sound that `hearing` wants, from an opened container."""

    def __init__(
        self, container: InputContainer, stream: VideoStream, hearing: Hearing, sniffed: Sniffed
    ) -> None:
        self._container = container
        self._stream = stream
        self._hearing = hearing
        self._units = Units(ffmpeg.codec(stream), stream.codec_context.extradata or b"")
        self._settings = Settings()
        self.table = Packets(stream.time_base)
        self.table.skips = _skips(sniffed, stream.index)
        self.read = 0
        """Packets of the film that came."""
        self.errors: list[str] = []
        """The first few, in FFmpeg's words."""

    def packets(self) -> Iterator[Packet[VideoStream]]:
        """The film's packets in the order of the file; those of the sound are passed on."""
        streams = [s for s in (self._stream, self._hearing.stream) if s is not None]
        for _ in range(MAX_READS):
            try:
                for packet in self._container.demux(*streams):
                    # The packet that ends a stream carries no number of its own.
                    if packet.stream.index != self._stream.index:
                        self._hearing.take(cast("Packet[AudioStream]", packet))
                        continue
                    # FFmpeg takes an empty packet for the end of the film; ours comes after the last.
                    self.read += packet.dts is not None
                    if packet.size:
                        film = cast("Packet[VideoStream]", packet)
                        self._record(film)
                        yield film
            except av.error.FFmpegError as error:
                self.note(words(error))
            else:
                return

    def shown(self, stamp: int | None, kind: int) -> None:
        """Note that a picture of that stamp came out of the decoder, of FFmpeg's picture type `kind`."""
        self.table.shown(stamp, _KINDS[kind] if 0 <= kind < len(_KINDS) else "?")

    def note(self, error: str) -> None:
        """Keep an error in its words."""
        if len(self.errors) < MAX_LOGGED:
            self.errors.append(error)
            log.warning("packet %d: %s", self.read, error)

    def _record(self, packet: Packet[VideoStream]) -> None:
        if packet.is_discard:  # the edit list leaves it out: decoded for those after it, never shown
            return
        table = self.table
        table.note(packet.pts, packet.dts, packet.size, key=packet.is_keyframe)
        if packet.has_sidedata("new_extradata"):
            table.change("header")
        if not packet.is_keyframe:
            return
        settings = self._units.settings(memoryview(packet))
        before, self._settings = self._settings, settings if settings.sets else self._settings
        if settings.sets and settings.sets != before.sets and (before.sets or len(table) > 1):
            table.change("sets")
        if settings.note and len(table) > 1:
            table.change("note")


def words(error: av.error.FFmpegError) -> str:
    """What FFmpeg says, fit to be shown."""
    return printable(error.strerror or type(error).__name__, 200)


def _skips(sniffed: Sniffed, index: int) -> tuple[Skip, ...]:
    tracks = sniffed.structure.tracks
    films = [track for track in tracks if track.handler == "vide"]
    if not films:
        return ()
    ours = tracks[index] if index < len(tracks) and tracks[index].handler == "vide" else films[0]
    edits = [(edit.length, edit.start) for edit in ours.edits]
    return skips(edits, sniffed.structure.timescale, ours.timescale)
