"""How a file is built, as the bounded walks over its headers saw it: facts for checks, and no bytes.

Nothing here is believed: sizes, times and texts are what the file says of itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

EMPTY_EDIT: Final = -1
"""The start of an edit that shows nothing for its length (ISO/IEC 14496-12, 8.6.6)."""


@dataclass(frozen=True)
class Edit:
    """One line of an edit list: what a player shows next of a track."""

    length: int
    """In the film's ticks; 0 means to the end."""
    start: int
    """In the track's ticks, or `EMPTY_EDIT`."""
    rate: float = 1.0
    """How fast it is played; 0 holds one picture."""


@dataclass(frozen=True)
class Track:
    """One track as the index describes it."""

    handler: str
    """`vide`, `soun`, `meta`, ...; empty where the file does not say."""
    codecs: tuple[str, ...] = ()
    """Four-letter codes of its sample descriptions, e.g. `avc1`; in Matroska the codec's id."""
    edits: tuple[Edit, ...] = ()
    more_edits: bool = False
    """Whether its edit list is longer than was read."""
    name: str = ""
    """What the writer calls its handler, e.g. `Core Media Video`; printable, and data."""
    timescale: int = 0
    """Ticks a second of the track; 0 where unknown."""
    length: int = 0
    """Of its media in ticks, as its header claims."""
    lead: int = 0
    """Ticks until its first sample is shown: room for pictures that are stored out of order."""


@dataclass(frozen=True)
class Structure:
    """The build of one file; empty where its kind has no such thing."""

    order: tuple[str, ...] = ()
    """Kinds of boxes, elements, segments or chunks at the top level in their order, repeats left out."""
    brands: tuple[str, ...] = ()
    """Major brand first, then the compatible ones."""
    minor: int = 0
    """The version that goes with the major brand."""
    timescale: int = 0
    """Ticks a second of the film as a whole; 0 where unknown."""
    tracks: tuple[Track, ...] = ()
    fragments: int = 0
    """Movie fragments or clusters."""
    trailing: int = 0
    """Bytes after the end of the media."""
    words: Mapping[str, str] = field(default_factory=dict[str, str])
    """Text that metadata holds, by place: `movie` (a film's `udta` and `meta`), `xmp`, `comment`,
    `resources` (Photoshop's), `muxer` and `writer` (Matroska's applications). Raw, and cut to size."""
    manifest: tuple[tuple[int, int], ...] = ()
    """Where a signed record of origin (C2PA) lies: stretches of bytes, from and to, that make one JUMBF
    superbox together; empty where there is none."""

    @property
    def fragmented(self) -> bool:
        """Whether an MP4 is written in fragments, as browsers record it."""
        return "moof" in self.order
