"""The proportions of a parcel, read off its pictures: their sizes stand in their headers.

No pixel is looked at. A rectified view of the top is as wide as the parcel is long and as high as
it is deep; the views of its walls tell its height in the same way.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final

_EDGES: Final[Mapping[str, tuple[int, int]]] = {
    "top": (0, 1),
    "bottom": (0, 1),
    "front": (0, 2),
    "back": (0, 2),
    "left": (1, 2),
    "right": (1, 2),
}
"""What a view of each face is wide and high: 0 the parcel's length, 1 its depth, 2 its height."""

_USUAL: Final = (1.0, 0.75, 0.55)
"""What a parcel measures as long as nothing is known of it."""
_NARROW, _WIDE = 0.62, 1.6
_LOW, _HIGH = 0.45, 1.25
"""Beyond these a cell would hold no words; the picture in it keeps its own shape."""
_ROUNDS: Final = 24
_MOST_SEGMENTS: Final = 64


@dataclass(frozen=True)
class Proportions:
    """Of the cells of an unfolding, the length being 1."""

    depth: float
    height: float

    @property
    def rule(self) -> str:
        """The style rule that lays out an unfolding of these proportions."""
        columns = " ".join(f"minmax(0, {share:.3f}fr)" for share in (self.depth, 1, self.depth, 1))
        return f".net {{ --depth: {self.depth:.3f}; --height: {self.height:.3f}; --columns: {columns}; }}\n"


def proportions(sizes: Mapping[str, tuple[int, int]]) -> Proportions:
    """What fits the `(width, height)` of the rectified views by face best, within what can be read."""
    lengths = [math.log(share) for share in _USUAL]
    told = [(*_EDGES[face], math.log(wide / high)) for face, (wide, high) in sizes.items()]
    for _ in range(_ROUNDS):  # each edge in turn takes the mean of what the views say of it
        for edge in range(len(lengths)):
            said = [lengths[high] + ratio for wide, high, ratio in told if wide == edge]
            said += [lengths[wide] - ratio for wide, high, ratio in told if high == edge]
            if said:
                lengths[edge] = sum(said) / len(said)
    depth, height = (math.exp(length - lengths[0]) for length in lengths[1:])
    return Proportions(min(max(depth, _NARROW), _WIDE), min(max(height, _LOW), _HIGH))


def size_of(picture: bytes) -> tuple[int, int] | None:
    """Width and height of a JPEG or PNG in pixels, as its header says; None where it says none."""
    if picture.startswith(b"\x89PNG\r\n\x1a\n"):
        wide, high = int.from_bytes(picture[16:20]), int.from_bytes(picture[20:24])
    else:
        found = next((at for kind, at in islice(_segments(picture), _MOST_SEGMENTS) if _is_frame(kind)), None)
        if found is None:
            return None
        wide, high = (
            int.from_bytes(picture[found + 7 : found + 9]),
            int.from_bytes(picture[found + 5 : found + 7]),
        )
    return (wide, high) if wide and high else None


def _segments(jpeg: bytes) -> Iterator[tuple[int, int]]:
    """Kind and place of the segments of a JPEG's header (ITU T.81, B.1.1)."""
    at = 2
    while jpeg[at : at + 1] == b"\xff" and at + 4 <= len(jpeg):
        yield jpeg[at + 1], at
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4])


def _is_frame(kind: int) -> bool:
    """Whether a segment starts a frame: SOF0 to SOF15 but for the three that define tables."""
    return 0xC0 <= kind <= 0xCF and kind not in {0xC4, 0xC8, 0xCC}  # noqa: PLR2004 - markers of ITU T.81, table B.1
