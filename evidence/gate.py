"""The gate: what a file is by its bytes, before any library opens it.

1. Magic in the first bytes; names and extensions count for nothing.
2. A bounded walk over the headers: what contradicts itself, is cut off before its index,
   points to other files, is encrypted, or holds no pictures goes no further.

Only headers are read; a film of 4 GB takes milliseconds.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import BinaryIO, Final, Literal

from evidence.check import RefusedError
from evidence.container import boxes, chunks, ebml, jpeg, signatures
from evidence.model import say
from evidence.structure import Structure, Track

HEAD: Final = 4096
"""Bytes looked at for the magic; playlists and markup show themselves within them."""
SHORTEST: Final = 16
"""No film or photo is shorter."""

_JPEG: Final = b"\xff\xd8\xff"
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_HEIC: Final = frozenset({"heic", "heix", "heim", "heis", "hevc", "hevx"})
_AVIF: Final = frozenset({"avif", "avis"})
_STILLS: Final = frozenset({"mif1", "msf1", "miaf"})
_3GP: Final = ("3gp", "3g2", "3ge", "3gg", "3gr", "3gs", "3gh")
_BARE: Final = frozenset({"moov", "mdat", "wide", "free", "skip", "pnot"})
"""What a QuickTime file begins with that predates `ftyp`."""

Kind = Literal["video", "photo"]


@dataclass(frozen=True)
class Sniffed:
    """What the file is, and what its headers show; plain notes for those who come after."""

    kind: Kind
    container: str
    """`mov`, `mp4`, `3gp`, `webm`, `mkv`, `jpeg`, `png`, `webp`, `heic`."""
    size: int
    """Bytes."""
    missing: int = 0
    """Bytes that headers promise beyond the end of the file: it was cut off."""
    damaged: bool = False
    """Whether there are bytes where a header should be."""
    structure: Structure = field(default_factory=Structure)
    """How it is built."""


def sniff(file: BinaryIO) -> Sniffed:
    """What `file`, open for reading and seekable, is; leaves its position at 0.

    Raises:
        RefusedError: `refused.empty`, `.truncated`, `.not_media`, `.playlist`, `.no_pictures`,
            `.structure` or `.codec`, each with a sentence that says what to do.
    """
    try:
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        return _sniff(file, file.read(HEAD), size)
    finally:
        file.seek(0)


def _sniff(file: BinaryIO, head: bytes, size: int) -> Sniffed:
    if size == 0:
        raise RefusedError("refused.empty", say("The file is empty; send it again."))
    if size < SHORTEST:
        raise RefusedError(
            "refused.truncated",
            say("The file holds only {size} bytes; send the whole file again.", size=size),
        )
    if head.startswith(_JPEG):
        return Sniffed("photo", "jpeg", size, structure=jpeg.walk(file, size))
    if head.startswith(_PNG):
        return Sniffed("photo", "png", size, structure=chunks.png(file, size))
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        promised = 8 + int.from_bytes(head[4:8], "little")
        return Sniffed(
            "photo", "webp", size, missing=max(0, promised - size), structure=chunks.webp(file, size)
        )
    if head.startswith(ebml.MAGIC):
        return _matroska(ebml.walk(file, size), size)
    first = head[4:8].decode("latin-1")
    if first == "ftyp" or (first in _BARE and not head.startswith(b"<")):
        return _iso(boxes.walk(file, size), size)
    raise signatures.refusal(head)


def _iso(seen: boxes.Boxes, size: int) -> Sniffed:
    build = seen.structure
    container = _family(build.brands)
    kind: Kind = "photo" if container == "heic" else "video"
    if kind == "video":
        if not seen.index and build.trailing and not seen.data:
            raise boxes.contradiction(size - build.trailing)
        if not seen.index or not (seen.data or build.fragments):
            raise boxes.cut_short()
        if not any(track.handler == "vide" for track in build.tracks):
            raise signatures.sound("M4A" if container == "mp4" else container.upper())
    return Sniffed(kind, container, size, missing=seen.missing, structure=build)


def _family(brands: tuple[str, ...]) -> str:
    """The container that the brands stand for; an unknown brand with an index is taken for MP4."""
    major, known = (brands[0] if brands else "qt  "), set(brands)
    if major in _HEIC or (major in _STILLS and known & _HEIC):
        return "heic"
    if major in _AVIF or (major in _STILLS and known & _AVIF):
        raise signatures.picture("AVIF")
    if major in _STILLS:
        raise signatures.picture("HEIF")
    if major in {"crx ", "jp2 ", "jpx "}:
        raise signatures.picture("RAW" if major == "crx " else "JPEG 2000")
    if major == "qt  ":
        return "mov"
    return "3gp" if major.startswith(_3GP) else "mp4"


def _matroska(seen: ebml.Elements, size: int) -> Sniffed:
    if seen.doctype not in {"webm", "matroska"}:
        raise signatures.film("EBML")
    if not seen.tracks or not seen.clusters:
        raise boxes.contradiction(0) if seen.damaged else boxes.cut_short()
    if not any(kind == "vide" for kind, _ in seen.tracks):
        raise signatures.sound("WebM" if seen.doctype == "webm" else "MKA")
    return Sniffed(
        "video",
        "webm" if seen.doctype == "webm" else "mkv",
        size,
        missing=seen.missing,
        damaged=seen.damaged,
        structure=Structure(
            order=seen.order,
            tracks=tuple(Track(kind, (codec,)) for kind, codec in seen.tracks),
            fragments=seen.clusters,
            trailing=seen.trailing,
            words=seen.words,
        ),
    )
