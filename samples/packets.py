"""Films that are cut and joined without being encoded again: packets copied, times moved.

Pictures can only be left out from one key frame to another, and what is left is to the bit what
the camera wrote. `skipping` does not even touch the packets: it changes what the index says is shown.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final, cast

import av
from av.packet import Packet
from av.stream import Stream

from samples.film import Format
from samples.header import boxes
from samples.muxing import AnyPacket, Muxer, writing

_SCALE: Final = 90_000
"""Ticks a second of the pictures in what is written."""


@dataclass(frozen=True)
class Piece:
    """A stretch of a file, in seconds since its first picture; it has to begin at a key frame."""

    path: Path
    start: float = 0.0
    end: float = float("inf")


def key_frames(path: Path) -> tuple[float, ...]:
    """When the key frames of a film are shown, in seconds since its first picture."""
    with av.open(str(path)) as film:
        shown = [(p.pts * p.time_base, p.is_keyframe) for p in film.demux(video=0) if p.pts is not None]
    first = min(at for at, _ in shown)
    return tuple(sorted(float(at - first) for at, key in shown if key))


def joined(pieces: Sequence[Piece], path: Path, container: Format = "mp4") -> tuple[float, ...]:
    """Copy stretches one after the other into one film; when each of them begins there, in seconds.

    A stretch that was encoded with other settings than the first takes its settings along in its key frames.
    """
    options = {"video_track_timescale": str(_SCALE)} if container in {"mp4", "mov"} else {}
    starts: list[Fraction] = []
    with writing(path, container, options) as out:
        streams: dict[str, Stream] = {}
        settings = b""
        end = Fraction(0)
        for piece in pieces:
            with av.open(str(piece.path)) as film:
                chosen = [s for s in film.streams if s.type in {"video", "audio"}]
                streams = streams or {s.type: out.add_stream_from_template(s) for s in chosen}
                own = film.streams.video[0].codec_context.extradata or b""
                settings = settings or own
                starts.append(end)
                taken = _taken(film.demux(chosen), piece)
                end += _copied(taken, out, streams, end, b"" if own == settings else _parameters(own))
    return tuple(map(float, starts))


def _taken(packets: Iterable[AnyPacket], piece: Piece) -> list[AnyPacket]:
    """The packets of a stretch, their times since its beginning."""
    whole = [p for p in packets if p.pts is not None and p.dts is not None]
    first = min(_at(p) for p in whole if p.stream.type == "video")
    start, end = (Fraction(s).limit_denominator(1_000_000) for s in (piece.start, min(piece.end, 1e6)))
    slack = Fraction(1, 1000)
    left = [p for p in whole if start - slack <= _at(p) - first < end - slack]
    begun = min(_at(p) for p in left if p.stream.type == "video")
    for packet in left:
        _shift(packet, -begun)
    return left


def _shift(packet: AnyPacket, by: Fraction) -> None:
    """Move the times of a packet by so many seconds."""
    ticks = round(by / packet.time_base)
    packet.pts, packet.dts = cast("int", packet.pts) + ticks, cast("int", packet.dts) + ticks


def _at(packet: AnyPacket) -> Fraction:
    return cast("int", packet.pts) * packet.time_base


def _copied(
    packets: Sequence[AnyPacket], out: Muxer, streams: dict[str, Stream], start: Fraction, parameters: bytes
) -> Fraction:
    """Write the packets with `start` (s) added to their times; how long their pictures last (s)."""
    ends = [_at(p) + (p.duration or 0) * p.time_base for p in packets if p.stream.type == "video"]
    for packet in packets:
        stream = streams.get(packet.stream.type)
        if stream is None:
            continue
        ours = packet
        if parameters and packet.stream.type == "video" and packet.is_keyframe:
            ours = cast("AnyPacket", Packet(parameters + bytes(packet)))
            ours.is_keyframe = True
            ours.time_base, ours.duration = packet.time_base, packet.duration
            ours.pts, ours.dts = packet.pts, packet.dts
        _shift(ours, start)
        ours.stream = stream
        out.mux(ours)
    return max(ends)


def _parameters(extradata: bytes) -> bytes:
    """The parameter sets of an `avcC` record, each behind its length as in a sample."""
    found, at = b"", 6
    for several in (extradata[5] & 31, None):
        count = extradata[at] if several is None else several
        at += several is None
        for _ in range(count):
            (size,) = struct.unpack_from(">H", extradata, at)
            found += struct.pack(">I", size) + extradata[at + 2 : at + 2 + size]
            at += 2 + size
    return found


def skipping(data: bytes, shown: Sequence[tuple[float, float]]) -> bytes:
    """An MP4 whose edit lists show only these stretches (s); its index has to come after the pictures."""
    scale = _movie_scale(data)
    (moov,) = _inside(data, b"moov", 0, len(data))
    parts: list[bytes] = []
    for kind, start, end in _children(data, *moov):
        body = data[start:end]
        parts.append(_box(kind, _edited(data, start, end, shown, scale) if kind == b"trak" else body))
    return data[: moov[0] - 8] + _box(b"moov", b"".join(parts)) + data[moov[1] :]


def _edited(data: bytes, start: int, end: int, shown: Sequence[tuple[float, float]], scale: int) -> bytes:
    """The content of a track with its edit list anew."""
    header = next(at for kind, at, _ in boxes(data, start, end) if kind == b"mdhd")
    (ticks,) = struct.unpack_from(">I", data, header + 12)
    lists = [at for kind, at, _ in boxes(data, start, end) if kind == b"elst"]
    # What an encoder needs to start, before the first sound: it stays left out.
    late = struct.unpack_from(">i", data, lists[0] + 12)[0] if lists else 0
    entries = b"".join(
        struct.pack(">Iihh", round((to - since) * scale), late + round(since * ticks), 1, 0)
        for since, to in shown
    )
    made = _box(b"edts", _box(b"elst", struct.pack(">II", 0, len(shown)) + entries))
    kept = [_box(kind, data[a:b]) for kind, a, b in _children(data, start, end) if kind != b"edts"]
    return kept[0] + made + b"".join(kept[1:])


def _movie_scale(data: bytes) -> int:
    header = next(at for kind, at, _ in boxes(data) if kind == b"mvhd")
    return int(struct.unpack_from(">I", data, header + 12)[0])


def _children(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """The boxes right inside a stretch: type, and where the content starts and ends."""
    inner = start
    for kind, first, last in boxes(data, start, end):
        if first - 8 == inner:
            yield kind, first, last
            inner = last


def _inside(data: bytes, wanted: bytes, start: int, end: int) -> list[tuple[int, int]]:
    return [(first, last) for kind, first, last in _children(data, start, end) if kind == wanted]


def _box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content) + 8) + kind + content
