"""A bounded look at a record of origin before a library parses it: do its boxes add up?

Layout: ISO/IEC 19566-5 (JUMBF): superboxes `jumb` hold a description `jumd` and other boxes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO, Final

from evidence.container.box import number, read

MAX_BYTES: Final = 16 * 1024 * 1024
"""A record with pictures of ten ingredients takes about one megabyte."""
MAX_BOXES: Final = 10_000
"""A record with ten ingredients takes about 500."""
MAX_DEPTH: Final = 12
"""Store, manifest, assertions, assertion, content: five."""
_HEADER: Final = 8
_WIDE_HEADER: Final = 16


def sound(file: BinaryIO, parts: Sequence[tuple[int, int]]) -> bool:
    """Whether the stretches of bytes make one superbox, bounded in size, count and depth, that adds up."""
    if sum(end - start for start, end in parts) > MAX_BYTES:
        return False
    raw = b"".join(read(file, start, end - start) for start, end in parts)
    waiting, count = [(0, len(raw), 1)], 0
    while waiting:
        position, limit, depth = waiting.pop()
        while limit - position >= _HEADER:
            kind, body, end = _box(raw, position, limit)
            count += 1
            if end is None or end > limit or count > MAX_BOXES or depth > MAX_DEPTH:
                return False
            if kind == b"jumb":
                waiting.append((body, end, depth + 1))
            elif depth == 1:
                return False
            position = end
    return count > 0


def _box(raw: bytes, position: int, limit: int) -> tuple[bytes, int, int | None]:
    """Kind, start and end of the box at `position`; no end where its size makes no sense."""
    length, kind = number(raw[position : position + 4]), raw[position + 4 : position + 8]
    body = position + _HEADER
    if length == 0:
        return kind, body, limit
    if length == 1:
        length, body = number(raw[body : body + 8]), position + _WIDE_HEADER
    return kind, body, position + length if length >= body - position else None
