"""A bounded walk over the boxes of an ISO base media file (MP4, MOV, 3GP, HEIC).

It reads headers only and never the pictures. No number from the file becomes an
allocation or an unbounded loop: sizes must fit into the parent, depth and count are
capped, and what does not add up is refused. Layout: ISO/IEC 14496-12, and Apple's
QuickTime File Format for files without an `ftyp` box. The index is `container.movie`'s.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import BinaryIO, Final

from evidence.container.box import HEADER, Box, contradiction, cut_short, header, number, read, text
from evidence.container.movie import MAX_ENTRIES, Movie, movie
from evidence.structure import Structure

__all__ = ["Boxes", "contradiction", "cut_short", "walk"]

MAX_OUTER: Final = 100_000
"""Top-level boxes looked at; a recorder that writes a fragment a second needs 14,400 for two hours."""
SHOWN: Final = 32
"""Top-level kinds kept as a note."""
MAX_PACKET: Final = 256 * 1024
"""Bytes read of an XMP packet at the top level; an editor's history of a project takes about 100 kB."""

_KNOWN: Final = frozenset(
    {"ftyp", "styp", "moov", "moof", "mdat", "mfra", "meta", "free", "skip", "wide", "uuid", "sidx", "udta"}
)
"""Kinds that belong at the top level; only these are believed when they promise more than there is."""
_XMP: Final = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
"""Whose `uuid` box holds an XMP packet (XMP Specification, part 3)."""
_C2PA: Final = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
"""Whose `uuid` box holds a signed record of origin (C2PA specification, embedding)."""
_PURPOSES: Final = (b"manifest", b"original", b"update")
"""What a C2PA box says that it holds where it holds the record itself."""


@dataclass(frozen=True)
class Boxes:
    """What the walk saw."""

    structure: Structure = field(default_factory=Structure)
    index: bool = False
    """Whether there is a `moov`."""
    data: bool = False
    """Whether there are samples (`mdat`)."""
    missing: int = 0
    """Bytes that the last box promises beyond the end of the file."""
    walked: bool = True
    """False where the walk stopped at `MAX_OUTER`."""


@dataclass
class _Notes:
    brands: tuple[str, ...] = ()
    minor: int = 0
    order: list[str] = field(default_factory=list[str])
    movie: Movie | None = None
    packet: str = ""
    manifest: tuple[tuple[int, int], ...] = ()
    fragments: int = 0
    data: bool = False

    def structure(self, trailing: int) -> Structure:
        found = self.movie or Movie()
        return Structure(
            order=tuple(self.order),
            brands=self.brands,
            minor=self.minor,
            timescale=found.timescale,
            tracks=found.tracks,
            fragments=self.fragments,
            trailing=trailing,
            words={**found.words, **({"xmp": self.packet} if self.packet else {})},
            manifest=self.manifest,
        )


def walk(file: BinaryIO, size: int) -> Boxes:
    """Walk the top level and, where it is whole, the index.

    Raises:
        RefusedError: `refused.structure` where sizes contradict each other or the film lies
            elsewhere, `refused.codec` where it is encrypted, `refused.truncated` where the index is cut off.
    """
    notes = _Notes()
    position, outer, missing = 0, 0, 0
    while size - position >= HEADER and outer < MAX_OUTER:
        box = header(file, position, size)
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
        structure=notes.structure(size - position if outer < MAX_OUTER else 0),
        index=notes.movie is not None,
        data=notes.data,
        missing=missing,
        walked=outer < MAX_OUTER,
    )


def _note(file: BinaryIO, box: Box, notes: _Notes, *, whole: bool) -> None:
    if box.kind not in notes.order and len(notes.order) < SHOWN:
        notes.order.append(box.kind)
    match box.kind:
        case "ftyp" if not notes.brands:
            notes.brands, notes.minor = _brands(file, box)
        case "moof":
            notes.fragments += 1
        case "mdat":
            notes.data = True
        case "moov" if not whole:
            raise cut_short()
        case "moov" if notes.movie is None:
            notes.movie = movie(file, box)
        case "uuid" if whole:
            _note_private(file, box, notes)
        case _:
            pass


def _note_private(file: BinaryIO, box: Box, notes: _Notes) -> None:
    """Note a box of somebody's own kind, where its owner is known."""
    owner, start = read(file, box.body, 16), box.body + 16
    if owner == _XMP and not notes.packet:
        notes.packet = read(file, start, min(box.end - start, MAX_PACKET)).decode("utf-8", "replace")
    elif owner == _C2PA and not notes.manifest:
        # After version and flags: the purpose, a zero, and where its hash tree lies.
        purpose = read(file, start + 4, min(box.end - start - 4, 32)).split(b"\0", 1)[0]
        content = start + 4 + len(purpose) + 1 + 8
        if purpose in _PURPOSES and content < box.end:
            notes.manifest = ((content, box.end),)


def _brands(file: BinaryIO, box: Box) -> tuple[tuple[str, ...], int]:
    body = read(file, box.body, min(box.end - box.body, 8 + 4 * MAX_ENTRIES))
    compatible = (text(body[i : i + 4]) for i in range(8, len(body) - 3, 4))
    return tuple(dict.fromkeys([text(body[:4]), *compatible])), number(body[4:8])


def _plausible(kind: str) -> bool:
    return len(kind) == 4 and kind.isprintable()  # noqa: PLR2004 - a box kind has four letters
