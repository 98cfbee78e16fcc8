"""The font of the dossier: where it lies, and which characters it can show.

PDF/A forbids a character without a glyph, so the typesetter refuses a text that holds one. What
the font lacks (emoji, Hebrew, rare signs) is therefore replaced before, by a sign that is seen.
The character map is read here because no library for it is installed: OpenType 1.9, `cmap`,
formats 4 and 12.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

_WHEEL: Final = "zhplot"
_FILE: Final = "fonts/NotoSansSC-Regular.ttf"
LACKING: Final = "□"
"""Stands for what the font lacks; the font has it (U+25A1)."""

_TABLES: Final = 12
"""Bytes before the list of tables; each entry has 16."""
_UNICODE: Final = {(3, 10): 12, (3, 1): 4, (0, 4): 12, (0, 3): 4}
"""Platform and encoding of a map of Unicode, with the format that it comes in."""


@dataclass(frozen=True)
class Coverage:
    """Characters in ranges that do not overlap, by their code points."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]
    """The last of each range."""

    def has(self, letter: str) -> bool:
        place = bisect_right(self.starts, ord(letter)) - 1
        return place >= 0 and ord(letter) <= self.ends[place]


def folder() -> Path | None:
    """Where the font lies; None where its wheel is not installed. The wheel itself is not imported."""
    spec = find_spec(_WHEEL)
    places = spec.submodule_search_locations if spec else None
    found = next((Path(place) / _FILE for place in places or ()), None)
    return found.parent if found and found.is_file() else None


@cache
def coverage(fonts: Path) -> Coverage:
    """What the font in that folder can show.

    Raises:
        ValueError: the file has no character map of Unicode.
    """
    data = (fonts / Path(_FILE).name).read_bytes()
    ranges: list[tuple[int, int]] = []
    for start, end in sorted(_ranges(data)):
        if ranges and start <= ranges[-1][1] + 1:
            ranges[-1] = (ranges[-1][0], max(end, ranges[-1][1]))
        else:
            ranges.append((start, end))
    return Coverage(tuple(start for start, _ in ranges), tuple(end for _, end in ranges))


def _ranges(data: bytes) -> Iterator[tuple[int, int]]:
    base = _table(data, b"cmap")
    (count,) = struct.unpack_from(">H", data, base + 2)
    records = [struct.unpack_from(">HHL", data, base + 4 + 8 * n) for n in range(count)]
    for platform, encoding, offset in records:
        kind = _UNICODE.get((platform, encoding))
        (found,) = struct.unpack_from(">H", data, base + offset)
        if kind == found:
            yield from (_segments if kind == 4 else _groups)(data, base + offset)  # noqa: PLR2004 - the format


def _table(data: bytes, name: bytes) -> int:
    (count,) = struct.unpack_from(">H", data, 4)
    for n in range(count):
        tag, _, offset, _ = struct.unpack_from(">4sLLL", data, _TABLES + 16 * n)
        if tag == name:
            return offset
    message = f"the font has no table {name.decode()}"
    raise ValueError(message)


def _groups(data: bytes, at: int) -> Iterator[tuple[int, int]]:
    """Format 12: groups of 32-bit numbers."""
    (count,) = struct.unpack_from(">L", data, at + 12)
    for n in range(count):
        start, end, _ = struct.unpack_from(">LLL", data, at + 16 + 12 * n)
        yield start, end


def _segments(data: bytes, at: int) -> Iterator[tuple[int, int]]:
    """Format 4: segments of 16-bit numbers; a range may hold characters that it maps to no glyph."""
    (twice,) = struct.unpack_from(">H", data, at + 6)
    count = twice // 2
    ends = struct.unpack_from(f">{count}H", data, at + 14)
    starts = struct.unpack_from(f">{count}H", data, at + 16 + twice)
    deltas = struct.unpack_from(f">{count}H", data, at + 16 + 2 * twice)
    places = at + 16 + 3 * twice
    offsets = struct.unpack_from(f">{count}H", data, places)
    for n, (start, end, delta, offset) in enumerate(zip(starts, ends, deltas, offsets, strict=True)):
        for letter in range(start, end + 1):
            glyph = letter
            if offset:
                (glyph,) = struct.unpack_from(">H", data, places + 2 * n + offset + 2 * (letter - start))
            if glyph and (glyph + delta) % 0x10000:
                yield letter, letter
