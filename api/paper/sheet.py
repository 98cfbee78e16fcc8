"""What stands on the pages of a dossier: words in one language, and which picture goes where.

The template lays these out and decides nothing. `tone` colours a line and chooses its sign; the
word beside it says the same, so that a black-and-white print loses nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from api.lanes import Strip
from api.proportions import size_of
from evidence.model import Outcome

Stills = Callable[[str], bytes | None]
"""Gives the bytes of a still by its digest, or None where they are gone."""

MOST_PICTURES: Final = 48
"""Pictures in one dossier: a film made to have thousands stays a file that can be mailed."""


@dataclass(frozen=True)
class Row:
    label: str
    value: str


@dataclass(frozen=True)
class Happened:
    """Something dated."""

    at: str
    what: str
    note: str


@dataclass(frozen=True)
class Picture:
    """A still by the name under which the typesetter finds it."""

    file: str
    wide: int
    high: int
    """Pixels."""


@dataclass(frozen=True)
class Shot:
    """A picture with its caption; `box` is the part to show large (left, top, right, bottom, as shares)."""

    picture: Picture
    caption: str
    box: tuple[float, float, float, float] | None = None


@dataclass(frozen=True)
class Ruling:
    """One requirement and what became of it."""

    id: str
    tone: Outcome
    word: str
    title: str
    firm: bool
    """Whether the platform demands it."""
    quote: str
    by: str
    reasons: tuple[str, ...]
    exhibits: str


@dataclass(frozen=True)
class Side:
    """One face of the parcel as the unfolding shows it."""

    face: str
    name: str
    tone: Outcome
    word: str
    times: str
    picture: Picture | None


@dataclass(frozen=True)
class Unfolded:
    tone: Outcome
    count: str
    says: str
    sides: tuple[Side, ...]
    depth: float
    height: float
    """Of the cells, the parcel's length being 1."""
    corners: tuple[Shot, ...]


@dataclass(frozen=True)
class Exhibited:
    """One film or photo with what was found in it."""

    id: str
    name: str
    kind: str
    tone: Outcome
    word: str
    lead: str
    facts: str
    strip: Strip | None
    unfolded: Unfolded | None
    label: Shot | None
    label_says: str
    shots: tuple[Shot, ...]
    """Of a photo: the whole and, where a person marked a place, that place. Of a film: its moments."""


@dataclass(frozen=True)
class Line:
    """One finding, or one thing that nobody verified."""

    tone: Outcome
    title: str
    says: str
    times: str = ""


@dataclass(frozen=True)
class Findings:
    """What was found in one exhibit."""

    id: str
    name: str
    lines: tuple[Line, ...]
    more: str


@dataclass(frozen=True)
class Filed:
    """One file of the evidence index; the digest in halves, so that it never leaves its column."""

    id: str
    what: str
    name: str
    size: str
    added: str
    brought_by: str
    path: str
    digest: tuple[str, str]


@dataclass(frozen=True)
class Seal:
    """What the footer says of the bundle; empty where the dossier is none's part."""

    digest: str
    """SHA-256 of the manifest of everything beside the dossier, 64 hexadecimal digits."""
    manifest: str
    """That manifest itself, which is attached to the PDF."""


@dataclass(frozen=True)
class Sheet:
    """Everything."""

    lang: str
    title: str
    case: str
    made: str
    tone: Outcome
    verdict: str
    counts: str
    claim: tuple[Row, ...]
    reason: str
    keys: tuple[Shot, ...]
    """The few pictures that tell most, for the first page."""
    happened: tuple[Happened, ...]
    rulings: tuple[Ruling, ...]
    source: str
    exhibits: tuple[Exhibited, ...]
    findings: tuple[Findings, ...]
    open: tuple[Line, ...]
    index: tuple[Filed, ...]
    sealed: str
    """The footer's words about the bundle."""
    labels: Mapping[str, str]
    """Headings and other fixed words by the names that the template has for them."""


class Pictures:
    """The stills that were chosen, each once, with the names under which they are laid out."""

    def __init__(self, stills: Stills) -> None:
        self._stills = stills
        self._named: dict[str, Picture | None] = {}
        self.files: dict[str, bytes] = {}
        """By file name."""

    def take(self, digest: str) -> Picture | None:
        """The picture of that digest; None where its bytes are gone, others, no picture, or one too many."""
        if digest not in self._named:
            self._named[digest] = self._taken(digest)
        return self._named[digest]

    def _taken(self, digest: str) -> Picture | None:
        if len(self.files) >= MOST_PICTURES:
            return None
        data = self._stills(digest)
        if data is None or f"sha256:{hashlib.sha256(data).hexdigest()}" != digest:
            return None
        size = size_of(data)
        if size is None or not data.startswith((b"\xff\xd8\xff", b"\x89PNG")):
            return None
        ending = "png" if data.startswith(b"\x89PNG") else "jpg"
        file = f"p{len(self.files) + 1}.{ending}"
        self.files[file] = data
        return Picture(file, *size)
