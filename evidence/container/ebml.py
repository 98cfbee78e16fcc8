"""A bounded walk over the elements of a WebM or Matroska file.

Like `evidence.container.boxes`, it reads headers only, trusts no size, and caps every count.
Layout: RFC 8794 (EBML) and RFC 9559 (Matroska). A browser's recorder writes segments
and clusters of unknown size, since it cannot go back; then only the last cluster
tells whether the file ends where it should.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO, Final

MAX_ELEMENTS: Final = 100_000
MAX_TRACKS: Final = 32
TAIL: Final = 16 * 1024 * 1024
"""Bytes searched from the end for the last cluster; at 20 Mbit/s they hold six seconds."""
SHOWN: Final = 32
MAX_HEADER: Final = 4096
"""Bytes that an EBML header may take; it takes about 40."""
MAX_TEXT: Final = 256
"""Bytes read of a text; an application's name with its versions takes about 60."""

MAGIC: Final = b"\x1a\x45\xdf\xa3"
_CLUSTER: Final = b"\x1f\x43\xb6\x75"

_NAMES: Final = {
    0x18538067: "Segment",
    0x114D9B74: "SeekHead",
    0x1549A966: "Info",
    0x1654AE6B: "Tracks",
    0x1F43B675: "Cluster",
    0x1C53BB6B: "Cues",
    0x1254C367: "Tags",
    0x1941A469: "Attachments",
    0x1043A770: "Chapters",
    0xEC: "Void",
    0xBF: "CRC-32",
}
_DOCTYPE: Final = 0x4282
_TRACK: Final = 0xAE
_TRACK_TYPE: Final = 0x83
_CODEC: Final = 0x86
_TIMESTAMP: Final = 0xE7
_APPLICATIONS: Final = {0x4D80: "muxer", 0x5741: "writer"}
_KINDS: Final = {1: "vide", 2: "soun", 17: "text"}


@dataclass(frozen=True)
class Element:
    """One element; `end` is the first byte after it as it claims, None where its size is unknown."""

    id: int
    start: int
    body: int
    end: int | None


@dataclass(frozen=True)
class Elements:
    """What the walk saw; plain notes."""

    doctype: str = ""
    order: tuple[str, ...] = ()
    """Kinds of elements in the segment in their order, repeats left out."""
    tracks: tuple[tuple[str, str], ...] = ()
    """(`vide` or `soun`, codec id such as `V_VP9`)."""
    clusters: int = 0
    live: bool = False
    """Whether sizes were left unknown, as a recorder does that cannot go back."""
    missing: int = 0
    """Bytes that headers promise beyond the end of the file; 1 where only the last block shows it."""
    damaged: bool = False
    """Whether the walk met bytes that are no element."""
    trailing: int = 0
    """Bytes after the segment."""
    words: Mapping[str, str] = field(default_factory=dict[str, str])
    """`muxer` and `writer`: the applications that name themselves."""


@dataclass
class _Notes:
    order: list[str] = field(default_factory=list[str])
    words: dict[str, str] = field(default_factory=dict[str, str])
    tracks: tuple[tuple[str, str], ...] = ()
    clusters: int = 0
    live: bool = False
    missing: int = 0
    damaged: bool = False


def walk(file: BinaryIO, size: int) -> Elements:
    """Walk the header, then the segment's children as far as their sizes are known."""
    header = element(file, 0, size)
    if header is None or header.end is None or header.end > min(size, MAX_HEADER):
        return Elements(damaged=True)
    doctype = next((_text(file, e) for e in _children(file, header) if e.id == _DOCTYPE), "")
    segment = element(file, header.end, size)
    if segment is None or _NAMES.get(segment.id) != "Segment":
        return Elements(doctype=doctype, damaged=header.end < size, missing=int(header.end >= size))
    notes = _Notes(live=segment.end is None, missing=max(0, (segment.end or 0) - size))
    _segment(file, segment, min(segment.end or size, size), notes)
    return Elements(
        doctype=doctype,
        order=tuple(notes.order),
        tracks=notes.tracks,
        clusters=notes.clusters,
        live=notes.live,
        missing=notes.missing,
        damaged=notes.damaged,
        trailing=max(0, size - segment.end) if segment.end else 0,
        words=notes.words,
    )


def _segment(file: BinaryIO, segment: Element, limit: int, notes: _Notes) -> None:
    position = segment.body
    for _ in range(MAX_ELEMENTS):
        if position >= limit:
            return
        child = element(file, position, limit)
        if child is None:
            notes.damaged = True
            return
        name = _NAMES.get(child.id, f"{child.id:X}")
        if name not in notes.order and len(notes.order) < SHOWN:
            notes.order.append(name)
        if name == "Tracks" and child.end is not None and child.end <= limit:
            notes.tracks = tuple(_tracks(file, child))
        elif name == "Info" and child.end is not None and child.end <= limit:
            notes.words |= {
                _APPLICATIONS[e.id]: _text(file, e) for e in _children(file, child) if e.id in _APPLICATIONS
            }
        notes.clusters += name == "Cluster"
        if child.end is None:
            notes.live = True
            notes.missing = max(notes.missing, int(_ends_inside_a_block(file, limit)))
            return
        notes.missing = max(notes.missing, child.end - limit)
        position = child.end


def element(file: BinaryIO, position: int, limit: int) -> Element | None:
    """The element at `position`; None where the bytes there, before `limit`, are none."""
    file.seek(position)
    head = file.read(min(12, max(0, limit - position)))
    width = _width(head[:1], longest=4)
    length = _width(head[width : width + 1], longest=8) if width else 0
    if not length or len(head) < width + length:
        return None
    value = int.from_bytes(head[width : width + length], "big")
    unknown = (1 << 7 * length) - 1
    value &= unknown
    body = position + width + length
    end = None if value == unknown else body + value
    return Element(int.from_bytes(head[:width], "big"), position, body, end)


def _width(first: bytes, longest: int) -> int:
    """How many bytes a number takes, told by the leading zeros of its first one; 0 where it is none."""
    if not first:
        return 0
    width = 9 - first[0].bit_length()
    return width if width <= longest else 0


def _children(file: BinaryIO, parent: Element) -> Iterator[Element]:
    position, limit = parent.body, parent.end or parent.body
    for _ in range(MAX_HEADER):
        child = element(file, position, limit) if position < limit else None
        if child is None or child.end is None or child.end > limit:
            return
        yield child
        position = child.end


def _tracks(file: BinaryIO, tracks: Element) -> Iterator[tuple[str, str]]:
    entries = (entry for entry in _children(file, tracks) if entry.id == _TRACK)
    for entry, _ in zip(entries, range(MAX_TRACKS), strict=False):
        kind, codec = "", ""
        for item in _children(file, entry):
            if item.id == _TRACK_TYPE:
                kind = _KINDS.get(ord(_text(file, item)[-1:] or "\0"), "")
            elif item.id == _CODEC:
                codec = _text(file, item)
        yield kind, codec


def _ends_inside_a_block(file: BinaryIO, size: int) -> bool:
    """Whether the blocks of the last cluster of unknown size run over the end of the file."""
    start = max(0, size - TAIL)
    file.seek(start)
    tail = file.read(size - start)
    found = len(tail)
    while (found := tail.rfind(_CLUSTER, 0, found)) >= 0:
        cluster = element(file, start + found, size)
        first = element(file, cluster.body, size) if cluster else None
        if cluster and first and first.id == _TIMESTAMP:
            return _overruns(file, cluster.body, size)
    return False


def _overruns(file: BinaryIO, position: int, size: int) -> bool:
    for _ in range(MAX_ELEMENTS):
        if position >= size:
            return position > size
        child = element(file, position, size)
        if child is None:
            return True
        position = child.body if child.end is None else child.end
    return False


def _text(file: BinaryIO, item: Element) -> str:
    file.seek(item.body)
    return (
        file.read(min((item.end or item.body) - item.body, MAX_TEXT)).decode("utf-8", "replace").rstrip("\0")
    )
