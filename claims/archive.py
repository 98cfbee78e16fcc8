"""One zip, written in one way: stored members, fixed dates and attributes, in a given order.

The bytes follow from the names and the contents alone, so the same members always make
the same archive, on any machine and with any version of Python or zlib. The comment at
its end says that it is one of ours, and `is_canonical` holds such an archive to the
layout byte by byte, headers included. Sizes beyond 4 GiB use zip64. Layout: PKWARE
APPNOTE 6.3.10, sections 4.3.7, 4.3.12, 4.3.14 to 4.3.16 and 4.5.3.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import BinaryIO, Final

COMMENT: Final = b"sixface bundle 1"
"""Marks an archive of this layout; one packed anew by another tool does not carry it."""

_PLAIN: Final = 20
_ZIP64: Final = 45
_UNIX: Final = 3
_DATE: Final = (1980 - 1980) << 9 | 1 << 5 | 1
"""1 January 1980, the first day that the format knows."""
_MODE: Final = 0o100644 << 16
_FULL: Final = 0xFFFFFFFF
_MANY: Final = 0xFFFF


@dataclass(frozen=True)
class Entry:
    """One member: its name, its size in bytes, and the CRC-32 of its bytes."""

    name: str
    size: int
    crc: int


def local_header(entry: Entry) -> bytes:
    """What stands before the bytes of a member."""
    name = entry.name.encode("ascii")
    large = entry.size >= _FULL
    size = _FULL if large else entry.size
    extra = struct.pack("<HHQQ", 1, 16, entry.size, entry.size) if large else b""
    version = _ZIP64 if large else _PLAIN
    fixed = struct.pack(
        "<4s5H3L2H", b"PK\x03\x04", version, 0, 0, 0, _DATE, entry.crc, size, size, len(name), len(extra)
    )
    return fixed + name + extra


def directory(entries: Iterable[Entry]) -> bytes:
    """What stands after the last member: one record for each, and the end of the archive."""
    records: list[bytes] = []
    offset = 0
    for entry in entries:
        records.append(_record(entry, offset))
        offset += len(local_header(entry)) + entry.size
    body = b"".join(records)
    return body + _ending(len(records), len(body), offset)


def _record(entry: Entry, offset: int) -> bytes:
    name = entry.name.encode("ascii")
    wide = [value for value in (entry.size, entry.size, offset) if value >= _FULL]
    extra = struct.pack(f"<HH{len(wide)}Q", 1, 8 * len(wide), *wide) if wide else b""
    version = _ZIP64 if wide else _PLAIN
    size, place = min(entry.size, _FULL), min(offset, _FULL)
    versions = (_UNIX << 8 | version, version)
    fixed = struct.pack(
        "<4s6H3L5H2L",
        *(b"PK\x01\x02", *versions, 0, 0, 0, _DATE),
        *(entry.crc, size, size, len(name), len(extra), 0, 0, 0, _MODE, place),
    )
    return fixed + name + extra


def _ending(count: int, size: int, offset: int) -> bytes:
    wide = count >= _MANY or size >= _FULL or offset >= _FULL
    counted, sized, placed = min(count, _MANY), min(size, _FULL), min(offset, _FULL)
    last = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, counted, counted, sized, placed, len(COMMENT))
    if not wide:
        return last + COMMENT
    large = struct.pack(
        "<4sQ2H2L4Q", b"PK\x06\x06", 44, _UNIX << 8 | _ZIP64, _ZIP64, 0, 0, count, count, size, offset
    )
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, offset + size, 1)
    return large + locator + last + COMMENT


def is_canonical(archive: BinaryIO, entries: Iterable[Entry]) -> bool:
    """Whether every byte of `archive` outside its members' contents is as this module writes it."""
    listed = list(entries)
    offset = 0
    try:
        for entry in listed:
            header = local_header(entry)
            archive.seek(offset)
            if archive.read(len(header)) != header:
                return False
            offset += len(header) + entry.size
        tail = directory(listed)
    except UnicodeEncodeError:
        return False
    archive.seek(offset)
    return archive.read(len(tail) + 1) == tail
