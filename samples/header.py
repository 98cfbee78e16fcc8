"""The boxes of our own files, and headers that lie about their length."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final


def boxes(data: bytes, start: int = 0, end: int | None = None) -> Iterator[tuple[bytes, int, int]]:
    """The boxes of a file with those inside them: type, and where the content starts and ends."""
    at, stop = start, len(data) if end is None else end
    while at + 8 <= stop:
        size, kind = struct.unpack_from(">I4s", data, at)
        yield kind, at + 8, at + size
        if kind in {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts"}:
            yield from boxes(data, at + 8, at + size)
        at += max(size, 8)


_LENGTHS: Final = {b"mvhd": 16, b"mdhd": 16, b"tkhd": 20}
"""Where a header of version 0 keeps its length, from the start of its content."""
_DURATION: Final = b"\x44\x89\x88"
"""Matroska's element for the length: an eight-byte float in milliseconds follows."""


def timeless(data: bytes) -> bytes:
    """The MP4 with every length in its headers zero, and every frame shown for no time."""
    made = bytearray(data)
    for kind, start, _ in boxes(data):
        if kind in _LENGTHS:
            struct.pack_into(">I", made, start + _LENGTHS[kind], 0)
        elif kind == b"stts":
            (count,) = struct.unpack_from(">I", data, start + 4)
            for entry in range(count):
                struct.pack_into(">I", made, start + 12 + entry * 8, 0)
    return bytes(made)


def boastful(data: bytes, seconds: float) -> bytes:
    """The WebM with another length in its header."""
    made = bytearray(data)
    struct.pack_into(">d", made, data.index(_DURATION) + len(_DURATION), seconds * 1000)
    return bytes(made)
