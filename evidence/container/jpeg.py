"""A bounded walk over the segments of a JPEG, up to its first scan; no picture data is read.

Layout: ITU-T T.81, B.1; what the application segments hold: EXIF 2.32, the XMP Specification
part 3, and the C2PA specification (a JUMBF superbox, ISO/IEC 19566-5, split over APP11 segments).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final

from evidence.container.box import number, read
from evidence.structure import Structure

MAX_SEGMENTS: Final = 2048
"""Segments looked at: a record of origin with pictures of its ingredients takes a few dozen."""
MAX_WORDS: Final = 64 * 1024
"""Bytes kept of one kind of text; a segment holds no more."""

_START_OF_SCAN: Final = 0xDA
_ALONE: Final = frozenset({0x01, 0xD8, *range(0xD0, 0xD8)})
"""Markers without a length."""
_END: Final = 0xD9
_FILL: Final = 0xFF
_COMMENT: Final = 0xFE
_APP1: Final = 0xE1
_APP11: Final = 0xEB

_KINDS: Final = (
    (0xE0, b"JFIF\0", "JFIF"),
    (_APP1, b"Exif\0", "Exif"),
    (_APP1, b"http://ns.adobe.com/xap/1.0/\0", "XMP"),
    (0xE2, b"ICC_PROFILE\0", "ICC"),
    (0xE2, b"MPF\0", "MPF"),
    (_APP11, b"JP", "JUMBF"),
    (0xED, b"Photoshop 3.0\0", "Photoshop"),
    (0xEE, b"Adobe", "Adobe"),
)
"""Segments whose owner is known: marker, how they begin, name."""
_C2PA: Final = bytes.fromhex("63327061 00110010 800000aa 00389b71")
"""The kind of superbox that a record of origin is, as its description says."""
_WORDS: Final = {"XMP": "xmp", "Photoshop": "resources", "comment": "comment"}


def walk(file: BinaryIO, size: int) -> Structure:
    """The segments before the first scan, their texts, and where a record of origin lies."""
    order: list[str] = []
    words: dict[str, str] = {}
    record = _Record()
    for marker, start, end in _segments(file, size):
        kind, begins = _kind(marker, read(file, start, 40))
        if kind and kind not in order:
            order.append(kind)
        if kind == "JUMBF":
            record.add(file, start, end)
        elif kind in _WORDS:
            raw = read(file, start + begins, min(end - start - begins, MAX_WORDS))
            words.setdefault(_WORDS[kind], raw.decode("utf-8", "replace"))
    return Structure(order=tuple(order), words=words, manifest=tuple(record.parts))


def _segments(file: BinaryIO, size: int) -> Iterator[tuple[int, int, int]]:
    """Marker, start and end of the content of each segment before the first scan, as far as they add up."""
    position = 2
    for _ in range(MAX_SEGMENTS):
        head = read(file, position, 4)
        if head[:1] != b"\xff" or len(head) < 4:  # noqa: PLR2004 - marker and length
            return
        marker = head[1]
        if marker == _FILL or marker in _ALONE:
            position += 1 if marker == _FILL else 2
            continue
        start, end = position + 4, position + 2 + number(head[2:])
        if marker in {_START_OF_SCAN, _END} or not start <= end <= size:
            return
        yield marker, start, end
        position = end


def _kind(marker: int, content: bytes) -> tuple[str, int]:
    """The name of a segment, empty where it is of no interest, and how many bytes name it."""
    if marker == _COMMENT:
        return "comment", 0
    for known, begins, name in _KINDS:
        if marker == known and content.startswith(begins):
            return name, len(begins)
    return "", 0


class _Record:
    """The pieces of the first record of origin."""

    def __init__(self) -> None:
        self.parts: list[tuple[int, int]] = []
        self._number = b""

    def add(self, file: BinaryIO, start: int, end: int) -> None:
        """Take the piece in one segment: after `JP` the superbox's number, and the piece's in the sequence.

        Every piece repeats the superbox's header, which counts only in the first.
        """
        which, body = read(file, start + 2, 2), start + 8
        head = read(file, body, 40)
        if head[4:8] != b"jumb":
            return
        inside = 16 if number(head[:4]) == 1 else 8
        if not self.parts and head[inside + 8 : inside + 24] == _C2PA:
            self._number = which
            self.parts.append((body, end))
        elif self.parts and which == self._number and body + inside < end:
            self.parts.append((body + inside, end))
