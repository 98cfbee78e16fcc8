"""Bounded walks over the chunks of a PNG and of a WebP; no picture data is read.

Layout: the PNG Specification (Third Edition), 5.3, and RFC 9649; records of origin: the C2PA specification.
"""

from __future__ import annotations

from typing import BinaryIO, Final

from evidence.container.box import number, read, text
from evidence.structure import Structure

MAX_CHUNKS: Final = 100_000
"""A PNG of 100 megapixels cut into chunks of 8 kB has 40,000."""
MAX_WORDS: Final = 64 * 1024
"""Bytes kept of one kind of text."""
SHOWN: Final = 32
"""Kinds of chunks kept as a note."""

_PNG_HEADER: Final = 8
_WEBP_HEADER: Final = 12
_PACKET: Final = b"XML:com.adobe.xmp\0"
_FIELDS_OF_PACKET: Final = 2
"""Bytes after the keyword of an international text: whether and how it is packed."""


def png(file: BinaryIO, size: int) -> Structure:
    """The chunks of a PNG, its texts, and where a record of origin lies."""
    order: list[str] = []
    words: dict[str, str] = {}
    manifest: tuple[tuple[int, int], ...] = ()
    position, trailing = _PNG_HEADER, 0
    for _ in range(MAX_CHUNKS):
        head = read(file, position, 8)
        kind, start = text(head[4:8]), position + 8
        end = start + number(head[:4])
        if not _plausible(kind) or end > size:
            break
        _add(order, kind)
        if kind in {"tEXt", "iTXt"}:
            _keep(words, read(file, start, min(end - start, MAX_WORDS)))
        elif kind == "caBX" and not manifest:
            manifest = ((start, end),)
        position = end + 4
        if kind == "IEND":
            trailing = max(0, size - position)
            break
    return Structure(order=tuple(order), trailing=trailing, words=words, manifest=manifest)


def webp(file: BinaryIO, size: int) -> Structure:
    """The chunks of a WebP, its XMP packet, and where a record of origin lies."""
    order: list[str] = []
    words: dict[str, str] = {}
    manifest: tuple[tuple[int, int], ...] = ()
    promised = 8 + int.from_bytes(read(file, 4, 4), "little")
    position, limit = _WEBP_HEADER, min(size, promised)
    for _ in range(MAX_CHUNKS):
        head = read(file, position, 8)
        kind, start = text(head[:4]), position + 8
        end = start + int.from_bytes(head[4:8], "little")
        if not _plausible(kind) or end > limit:
            break
        _add(order, kind)
        if kind == "XMP ":
            words.setdefault("xmp", read(file, start, min(end - start, MAX_WORDS)).decode("utf-8", "replace"))
        elif kind == "C2PA" and not manifest:
            manifest = ((start, end),)
        position = end + (end - start) % 2
    return Structure(order=tuple(order), trailing=max(0, size - promised - 1), words=words, manifest=manifest)


def _plausible(kind: str) -> bool:
    return len(kind) == 4 and kind.isprintable()  # noqa: PLR2004 - a chunk's kind has four letters


def _add(order: list[str], kind: str) -> None:
    if kind not in order and len(order) < SHOWN:
        order.append(kind)


def _keep(words: dict[str, str], content: bytes) -> None:
    """Keep a text of a PNG: the XMP packet, or keyword and value."""
    if content.startswith(_PACKET):
        packed = content[len(_PACKET) : len(_PACKET) + 1]
        body = content[len(_PACKET) + _FIELDS_OF_PACKET :]
        if packed == b"\0":
            words.setdefault("xmp", body.decode("utf-8", "replace"))
        return
    keyword, _, value = content.partition(b"\0")
    if keyword == b"Software":
        words.setdefault("writer", value.strip(b"\0").decode("utf-8", "replace"))
        return
    said = content.replace(b"\0", b" ").decode("utf-8", "replace")
    words["comment"] = f"{words.get('comment', '')} {said}".strip()[:MAX_WORDS]
