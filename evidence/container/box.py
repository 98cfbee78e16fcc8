"""One box of an ISO base media file: its header, read without trust, and the refusals that go with it.

Layout: ISO/IEC 14496-12, 4.2; a size of 0 means to the end of what it lies in, 1 that eight bytes follow.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO, Final

from evidence.check import RefusedError
from evidence.model import say

HEADER: Final = 8
"""Bytes of the shortest header."""
_LARGE_HEADER: Final = 16


@dataclass(frozen=True)
class Box:
    """One box: its kind and where its payload lies; `end` is the first byte after it, as it claims."""

    kind: str
    start: int
    body: int
    end: int


def header(file: BinaryIO, position: int, limit: int) -> Box | None:
    """The box at `position`; None where the bytes there are no box header."""
    head = read(file, position, _LARGE_HEADER)
    length, kind = int.from_bytes(head[:4], "big"), text(head[4:8])
    if length == 0:
        return Box(kind, position, position + HEADER, limit) if any(head[4:8]) else None
    if length != 1:
        return Box(kind, position, position + HEADER, position + length) if length >= HEADER else None
    length = int.from_bytes(head[8:], "big")
    if len(head) < _LARGE_HEADER or length < _LARGE_HEADER:
        return None
    return Box(kind, position, position + _LARGE_HEADER, position + length)


def read(file: BinaryIO, position: int, length: int) -> bytes:
    """At most `length` bytes from `position` on."""
    file.seek(position)
    return file.read(max(0, length))  # a negative length would read it all


def text(raw: bytes) -> str:
    """A code of four letters, one character a byte."""
    return raw.decode("latin-1")


def number(raw: bytes, *, signed: bool = False) -> int:
    """A number as these files write it: the most significant byte first."""
    return int.from_bytes(raw, "big", signed=signed)


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
