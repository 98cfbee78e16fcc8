"""The index of a film (`moov`): its tracks with their edit lists, and what it says of its maker.

A walk with a budget: depth and count are capped, a size must fit into its parent, and of each
table a few entries are read. What does not add up is refused.
Layout: ISO/IEC 14496-12, and Apple's QuickTime File Format.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, Final

from evidence.check import RefusedError
from evidence.container.box import HEADER, Box, contradiction, header, number, read, text
from evidence.metadata import printable
from evidence.model import say
from evidence.structure import Edit, Track

MAX_DEPTH: Final = 8
"""A sample table sits at depth 6 in every file a camera writes."""
MAX_INNER: Final = 20_000
"""Boxes inside the index; a phone writes fewer than 200."""
MAX_TRACKS: Final = 32
MAX_ENTRIES: Final = 64
"""Entries read of one small table (edit list, sample descriptions, data references)."""
MAX_EDITS: Final = 1000
"""Entries that an edit list may have: FFmpeg's work grows with entries times pictures."""
MAX_WORDS: Final = 64 * 1024
"""Bytes read of one place that holds text; an editor's whole note of a project takes a tenth."""
MAX_HANDLER: Final = 64
"""Characters kept of a handler's name."""

_CONTAINERS: Final = frozenset({"moov", "trak", "edts", "mdia", "minf", "dinf", "stbl", "mvex"})
_ENCRYPTED: Final = frozenset({"encv", "enca", "drmi", "drms"})
_DATA_HANDLERS: Final = frozenset({"", "alis", "url "})
"""QuickTime gives each track a second handler, for where its data lies."""


@dataclass
class Movie:
    """What the index holds; filled by the walk."""

    timescale: int = 0
    """Ticks a second."""
    tracks: tuple[Track, ...] = ()
    words: dict[str, str] = field(default_factory=dict[str, str])
    """See `evidence.structure.Structure.words`."""


@dataclass
class _Notes:
    """One track while it is walked."""

    handler: str = ""
    name: str = ""
    codecs: tuple[str, ...] = ()
    edits: tuple[Edit, ...] = ()
    more_edits: bool = False
    clock: tuple[int, int] = (0, 0)
    lead: int = 0


def movie(file: BinaryIO, moov: Box) -> Movie:
    """The index in `moov`.

    Raises:
        RefusedError: `refused.structure` where sizes contradict each other or the film lies
            elsewhere, `refused.codec` where it is encrypted.
    """
    return _Index(file).movie(moov)


class _Index:
    """The walk through one `moov`, with its budget."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._budget = MAX_INNER

    def movie(self, moov: Box) -> Movie:
        found, tracks = Movie(), list[Track]()
        for box in self._children(moov):
            match box.kind:
                case "cmov" | "rmra":
                    raise _points_elsewhere()
                case "mvhd":
                    found.timescale, _ = _clock(self._file, box)
                case "trak":
                    tracks.append(self._track(box))
                case "udta" | "meta":
                    self._words(box, found.words)
                case kind if kind in _CONTAINERS:
                    for _ in self._descend(box, depth=2):
                        pass
                case _:
                    pass
            if len(tracks) > MAX_TRACKS:
                raise contradiction(box.start)
        found.tracks = tuple(tracks)
        return found

    def _track(self, trak: Box) -> Track:
        notes = _Notes()
        for box in self._descend(trak, depth=2):
            self._note(box, notes)
        timescale, length = notes.clock
        return Track(
            notes.handler,
            notes.codecs,
            notes.edits,
            notes.more_edits,
            notes.name,
            timescale,
            length,
            notes.lead,
        )

    def _note(self, box: Box, notes: _Notes) -> None:
        match box.kind:
            case "hdlr" if notes.handler in _DATA_HANDLERS:
                notes.handler = text(read(self._file, box.body + 8, 4))
                notes.name = _name(read(self._file, box.body + 24, min(box.end - box.body - 24, 256)))
            case "mdhd":
                notes.clock = _clock(self._file, box)
            case "stsd" if not notes.codecs:
                notes.codecs = self._descriptions(box)
            case "elst" if not notes.edits:
                notes.edits, count = _edits(self._file, box)
                notes.more_edits = count > MAX_ENTRIES
                if count > MAX_EDITS:
                    raise _too_many_edits(count)
            case "ctts" if not notes.lead:
                notes.lead = _lead(self._file, box)
            case "dref":
                self._require_self_contained(box)
            case _:
                pass

    def _words(self, box: Box, words: dict[str, str]) -> None:
        """Keep the text of a place for metadata, unparsed: writers build it as they please."""
        raw = read(self._file, box.body, min(box.end - box.body, MAX_WORDS))
        words["movie"] = (words.get("movie", "") + raw.decode("utf-8", "replace"))[:MAX_WORDS]
        packet = raw.find(b"XMP_")
        if packet >= 0:
            words.setdefault("xmp", raw[packet + 4 :].decode("utf-8", "replace"))

    def _descend(self, parent: Box, depth: int) -> Iterator[Box]:
        if depth > MAX_DEPTH:
            raise contradiction(parent.start)
        for box in self._children(parent):
            yield box
            if box.kind in _CONTAINERS:
                yield from self._descend(box, depth + 1)

    def _children(self, parent: Box, skip: int = 0) -> Iterator[Box]:
        position = parent.body + skip
        while parent.end - position >= HEADER:
            self._budget -= 1
            box = header(self._file, position, parent.end)
            if box is None and not any(read(self._file, position, HEADER)):
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
            flags = read(self._file, entry.body, 4)
            if flags[-1:] != b"\x01" and entry.end - entry.body > len(flags):
                raise _points_elsewhere()


def _points_elsewhere() -> RefusedError:
    return RefusedError(
        "refused.structure",
        say(
            "The film keeps its pictures in another file or a hidden index; send the original from the phone."
        ),
    )


def _too_many_edits(count: int) -> RefusedError:
    return RefusedError(
        "refused.structure",
        say(
            "The film's edit list has {count} entries, and at most {limit} are read; "
            "send the take as the camera wrote it.",
            count=count,
            limit=MAX_EDITS,
        ),
    )


def _clock(file: BinaryIO, box: Box) -> tuple[int, int]:
    """Ticks a second, and the length in ticks, of a header (`mvhd` or `mdhd`)."""
    body = read(file, box.body, min(box.end - box.body, 32))
    if body[:1] == b"\x01":
        return number(body[20:24]), number(body[24:32])
    return number(body[12:16]), number(body[16:20])


def _name(raw: bytes) -> str:
    """A handler's name: to the first zero, and in QuickTime after a byte that counts it."""
    counted = raw[:1] and raw[0] == len(raw.rstrip(b"\0")) - 1
    return printable(raw[bool(counted) :].split(b"\0", 1)[0].decode("utf-8", "replace"), MAX_HANDLER)


def _lead(file: BinaryIO, ctts: Box) -> int:
    """By how much the first sample is shown later than it is decoded; never less than nothing."""
    body = read(file, ctts.body, min(ctts.end - ctts.body, 16))
    return max(0, number(body[12:16], signed=body[:1] == b"\x01"))


def _edits(file: BinaryIO, box: Box) -> tuple[tuple[Edit, ...], int]:
    """The first entries of an edit list, and how many there are."""
    head = read(file, box.body, 8)
    wide = 8 if head[:1] == b"\x01" else 4
    step = 2 * wide + 4
    there = min(number(head[4:]), max(0, box.end - box.body - 8) // step)
    body = read(file, box.body + 8, min(there, MAX_ENTRIES) * step)
    edits = (
        Edit(
            number(body[i : i + wide]),
            number(body[i + wide : i + 2 * wide], signed=True),
            number(body[i + 2 * wide : i + step], signed=True) / 65536,
        )
        for i in range(0, len(body) - step + 1, step)
    )
    return tuple(edits), there
