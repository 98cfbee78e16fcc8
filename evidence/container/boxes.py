"""A bounded walk over the boxes of an ISO base media file (MP4, MOV, 3GP, HEIC).

It reads headers only and never the pictures. No number from the file becomes an
allocation or an unbounded loop: sizes must fit into the parent, depth and count are
capped, and what does not add up is refused. Layout: ISO/IEC 14496-12, and Apple's
QuickTime File Format for files without an `ftyp` box.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, Final

from evidence.check import RefusedError
from evidence.model import say

MAX_DEPTH: Final = 8
"""A sample table sits at depth 6 in every file a camera writes."""
MAX_INNER: Final = 20_000
"""Boxes inside the index; a phone writes fewer than 200."""
MAX_OUTER: Final = 100_000
"""Top-level boxes looked at; a recorder that writes a fragment a second needs 14,400 for two hours."""
MAX_TRACKS: Final = 32
MAX_ENTRIES: Final = 64
"""Entries read of one small table (edit list, sample descriptions, data references)."""
SHOWN: Final = 32
"""Top-level kinds kept as a note."""

_CONTAINERS: Final = frozenset({"moov", "trak", "edts", "mdia", "minf", "dinf", "stbl", "mvex"})
_KNOWN: Final = frozenset(
    {"ftyp", "styp", "moov", "moof", "mdat", "mfra", "meta", "free", "skip", "wide", "uuid", "sidx", "udta"}
)
"""Kinds that belong at the top level; only these are believed when they promise more than there is."""
_ENCRYPTED: Final = frozenset({"encv", "enca", "drmi", "drms"})
_DATA_HANDLERS: Final = frozenset({"", "alis", "url "})
"""QuickTime gives each track a second handler, for where its data lies."""
_HEADER: Final = 8
_LARGE_HEADER: Final = 16


@dataclass(frozen=True)
class Box:
    """One box: its kind and where its payload lies; `end` is the first byte after it, as it claims."""

    kind: str
    start: int
    body: int
    end: int


@dataclass(frozen=True)
class Track:
    """One track as the index describes it."""

    handler: str
    """`vide`, `soun`, `meta`, ...; empty where the file does not say."""
    codecs: tuple[str, ...] = ()
    """Four-letter codes of its sample descriptions, e.g. `avc1`."""
    edits: tuple[tuple[int, int], ...] = ()
    """The edit list as (length in movie time, start in media time); -1 is an empty edit."""
    scale: int = 0
    """Ticks a second of its media time; 0 where the file does not say."""


@dataclass(frozen=True)
class Boxes:
    """What the walk saw; plain notes, useful to checks that compare files with what devices write."""

    brands: tuple[str, ...] = ()
    """Major brand first, then the compatible ones."""
    order: tuple[str, ...] = ()
    """Top-level kinds in their order, repeats left out, the first `SHOWN` of them."""
    tracks: tuple[Track, ...] = ()
    scale: int = 0
    """Ticks a second of movie time; 0 where the file does not say."""
    fragments: int = 0
    """Movie fragments (`moof`) at the top level."""
    index: bool = False
    """Whether there is a `moov`."""
    data: bool = False
    """Whether there are samples (`mdat`)."""
    trailing: int = 0
    """Bytes after the last box that are no box."""
    missing: int = 0
    """Bytes that the last box promises beyond the end of the file."""
    walked: bool = True
    """False where the walk stopped at `MAX_OUTER`."""


@dataclass
class _Notes:
    brands: tuple[str, ...] = ()
    order: list[str] = field(default_factory=list[str])
    tracks: tuple[Track, ...] = ()
    scale: int = 0
    fragments: int = 0
    index: bool = False
    data: bool = False


def walk(file: BinaryIO, size: int) -> Boxes:
    """Walk the top level and, where it is whole, the index.

    Raises:
        RefusedError: `refused.structure` where sizes contradict each other or the film lies
            elsewhere, `refused.codec` where it is encrypted, `refused.truncated` where the index is cut off.
    """
    notes = _Notes()
    position, outer, missing = 0, 0, 0
    while size - position >= _HEADER and outer < MAX_OUTER:
        box = _header(file, position, size)
        if box is None or not _plausible(box.kind):
            break
        missing = max(0, box.end - size)
        if missing and box.kind not in _KNOWN:
            missing = 0
            break  # bytes that somebody appended, not a box
        outer += 1
        _note(file, box, notes, whole=not missing)
        position = min(box.end, size)
    return Boxes(
        brands=notes.brands,
        order=tuple(notes.order),
        tracks=notes.tracks,
        scale=notes.scale,
        fragments=notes.fragments,
        index=notes.index,
        data=notes.data,
        trailing=size - position if outer < MAX_OUTER else 0,
        missing=missing,
        walked=outer < MAX_OUTER,
    )


def _note(file: BinaryIO, box: Box, notes: _Notes, *, whole: bool) -> None:
    if box.kind not in notes.order and len(notes.order) < SHOWN:
        notes.order.append(box.kind)
    match box.kind:
        case "ftyp" if not notes.brands:
            notes.brands = _brands(file, box)
        case "moof":
            notes.fragments += 1
        case "mdat":
            notes.data = True
        case "moov" if not whole:
            raise cut_short()
        case "moov" if not notes.index:
            notes.index = True
            index = _Index(file)
            notes.tracks = index.tracks(box)
            notes.scale = index.scale
        case _:
            pass


def cut_short() -> RefusedError:
    """The refusal of a film that ends before anything in it can be shown."""
    return RefusedError(
        "refused.truncated",
        say(
            "The film breaks off before its first picture can be read; "
            "send the original file from the phone again."
        ),
    )


def contradiction(offset: int) -> RefusedError:
    """The refusal of a file whose headers do not fit into each other."""
    return RefusedError(
        "refused.structure",
        say(
            "The file contradicts itself at byte {offset}; send the original from the camera, unconverted.",
            offset=offset,
        ),
    )


class _Index:
    """The walk through one `moov`, with its budget."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._budget = MAX_INNER
        self.scale = 0

    def tracks(self, moov: Box) -> tuple[Track, ...]:
        tracks: list[Track] = []
        for box in self._children(moov):
            if box.kind in {"cmov", "rmra"}:
                raise _points_elsewhere()
            if box.kind == "mvhd":
                self.scale = _scale(self._file, box)
            if box.kind == "trak":
                tracks.append(self._track(box))
            elif box.kind in _CONTAINERS:
                for _ in self._descend(box, depth=2):
                    pass
            if len(tracks) > MAX_TRACKS:
                raise contradiction(box.start)
        return tuple(tracks)

    def _track(self, trak: Box) -> Track:
        handler, codecs, edits, scale = "", (), (), 0
        for box in self._descend(trak, depth=2):
            match box.kind:
                case "hdlr" if handler in _DATA_HANDLERS:
                    handler = _text(_read(self._file, box.body + 8, 4))
                case "mdhd":
                    scale = _scale(self._file, box)
                case "stsd" if not codecs:
                    codecs = self._descriptions(box)
                case "elst" if not edits:
                    edits = _edits(self._file, box)
                case "dref":
                    self._require_self_contained(box)
                case _:
                    pass
        return Track(handler, codecs, edits, scale)

    def _descend(self, parent: Box, depth: int) -> Iterator[Box]:
        if depth > MAX_DEPTH:
            raise contradiction(parent.start)
        for box in self._children(parent):
            yield box
            if box.kind in _CONTAINERS:
                yield from self._descend(box, depth + 1)

    def _children(self, parent: Box, skip: int = 0) -> Iterator[Box]:
        position = parent.body + skip
        while parent.end - position >= _HEADER:
            self._budget -= 1
            box = _header(self._file, position, parent.end)
            if box is None and not any(_read(self._file, position, _HEADER)):
                return  # QuickTime ends some lists with zeros
            if box is None or box.end > parent.end or self._budget < 0:
                raise contradiction(position)
            yield box
            position = box.end

    def _descriptions(self, stsd: Box) -> tuple[str, ...]:
        codecs: list[str] = []
        for entry in self._children(stsd, skip=8):
            if entry.kind in _ENCRYPTED:
                raise RefusedError(
                    "refused.codec",
                    say(
                        "The film is copy-protected, so its pictures cannot be read; send an unprotected one."
                    ),
                )
            codecs.append(entry.kind)
            if len(codecs) == MAX_ENTRIES:
                break
        return tuple(codecs)

    def _require_self_contained(self, dref: Box) -> None:
        for entry in self._children(dref, skip=8):
            flags = _read(self._file, entry.body, 4)
            if flags[-1:] != b"\x01" and entry.end - entry.body > len(flags):
                raise _points_elsewhere()


def _points_elsewhere() -> RefusedError:
    return RefusedError(
        "refused.structure",
        say(
            "The film keeps its pictures in another file or a hidden index; send the original from the phone."
        ),
    )


def _header(file: BinaryIO, position: int, limit: int) -> Box | None:
    """The box at `position`; None where the bytes there are no box header."""
    head = _read(file, position, _LARGE_HEADER)
    length, kind = int.from_bytes(head[:4], "big"), _text(head[4:8])
    if length == 0:
        return Box(kind, position, position + _HEADER, limit) if any(head[4:8]) else None
    if length != 1:
        return Box(kind, position, position + _HEADER, position + length) if length >= _HEADER else None
    length = int.from_bytes(head[8:], "big")
    if len(head) < _LARGE_HEADER or length < _LARGE_HEADER:
        return None
    return Box(kind, position, position + _LARGE_HEADER, position + length)


def _brands(file: BinaryIO, box: Box) -> tuple[str, ...]:
    body = _read(file, box.body, min(box.end - box.body, 8 + 4 * MAX_ENTRIES))
    compatible = (_text(body[i : i + 4]) for i in range(8, len(body) - 3, 4))
    return tuple(dict.fromkeys([_text(body[:4]), *compatible]))


def _edits(file: BinaryIO, box: Box) -> tuple[tuple[int, int], ...]:
    head = _read(file, box.body, 8)
    wide = 8 if head[:1] == b"\x01" else 4
    step = 2 * wide + 4
    count = min(int.from_bytes(head[4:], "big"), MAX_ENTRIES, (box.end - box.body - 8) // step)
    body = _read(file, box.body + 8, max(0, count) * step)
    return tuple(
        (
            int.from_bytes(body[i : i + wide], "big"),
            int.from_bytes(body[i + wide : i + 2 * wide], "big", signed=True),
        )
        for i in range(0, len(body) - step + 1, step)
    )


def _scale(file: BinaryIO, box: Box) -> int:
    """Ticks a second, as a `mvhd` or `mdhd` box says."""
    head = _read(file, box.body, min(24, box.end - box.body))
    place = 20 if head[:1] == b"\x01" else 12
    return int.from_bytes(head[place : place + 4], "big")


def _plausible(kind: str) -> bool:
    return len(kind) == 4 and kind.isprintable()  # noqa: PLR2004 - a box kind has four letters


def _text(raw: bytes) -> str:
    return raw.decode("latin-1")


def _read(file: BinaryIO, position: int, length: int) -> bytes:
    file.seek(position)
    return file.read(length)
