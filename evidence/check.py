"""The contract of a check: a frozen value that asks one question of a pass over one file.

A check is one file in `evidence/checks/`. It is configured by a profile, recorded in
the report, and has never met the other checks. State lives in its observer, which
lives for one pass.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, Literal, Protocol, runtime_checkable

from pydantic import BaseModel, ConfigDict

from evidence.bitstream import Packets
from evidence.model import Expectation, Finding, Saying
from evidence.provenance import Provenance
from evidence.structure import Structure
from evidence.timeline import ZERO, Instant

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Plane = npt.NDArray[np.uint8]
    """`(height, width)` for grey, `(height, width, 3)` for RGB; upright, read-only."""
    Samples = npt.NDArray[np.float32]
    """`(n,)`, mono, full scale is -1 to 1."""
    Corners = npt.NDArray[np.float64]
    """`(4, 2)` shares of width and height, clockwise as seen from outside; may lie a little outside."""


class RefusedError(Exception):
    """No answer can be given: the file is not media, is hostile, or is over a limit."""

    def __init__(self, code: str, says: Saying) -> None:
        super().__init__(str(says))
        self.code = code
        self.says = says


@dataclass(frozen=True)
class Media:
    """What is known of a file before its pictures are decoded."""

    kind: Literal["video", "photo"]
    container: str
    """`mov`, `mp4`, `3gp`, `webm`, `mkv`, `jpeg`, `png`, `webp`, `heic`."""
    size: int
    """Bytes."""
    width: int
    height: int
    """Pixels as coded, before `rotation`."""
    rotation: int = 0
    """Degrees clockwise that make the picture upright: 0, 90, 180 or 270."""
    video_codec: str | None = None
    audio_codec: str | None = None
    pixel_format: str | None = None
    duration: timedelta | None = None
    """As the container claims; it may lie, and a recorder's stream claims none."""
    frame_rate: Fraction | None = None
    """Average frames a second as the container claims; it may lie."""
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    """Metadata as `place:name` -> text, e.g. `container:com.apple.quicktime.creationdate`,
    `video:handler_name`, `audio:language`, `exif:DateTimeOriginal`, `gps:GPSDateStamp`."""
    structure: Structure = field(default_factory=Structure)
    """How the file is built."""
    thumbnail: Plane | None = None
    """The small picture that a photo carries of itself, grey, turned as the photo is; None without one."""
    provenance: Provenance | None = None
    """The signed record of origin that the file carries; None where it carries none."""
    expected: Expectation = field(default_factory=Expectation)
    stations: bytes = b""
    """Public keys of the station clocks that are believed, in PEM; empty for none."""
    now: datetime | None = None
    """The moment of the examination, in UTC; never read from the machine's clock by a check."""


class Frame(Protocol):
    """One picture. Views are made on first request, memoised for the other checks, and read-only."""

    @property
    def index(self) -> int:
        """0 for the first frame."""
        ...

    @property
    def at(self) -> timedelta:
        """Presentation time since the first frame."""
        ...

    @property
    def key(self) -> bool:
        """Whether this is a key frame of the stream."""
        ...

    @property
    def corrupt(self) -> bool:
        """Whether the decoder marked it as damaged."""
        ...

    @property
    def width(self) -> int:
        """Pixels, upright."""
        ...

    @property
    def height(self) -> int:
        """Pixels, upright."""
        ...

    def gray(self, side: int) -> Plane:
        """Luma, upright, full range 0 to 255, shape `(h, w)`, long side scaled down to `side` (never up)."""
        ...

    def rgb(self, side: int) -> Plane:
        """Colour, upright, shape `(h, w, 3)`, long side scaled down to `side` (never up)."""
        ...


@dataclass(frozen=True)
class Sound:
    """A piece of the film's sound, mixed to mono and thinned out."""

    at: timedelta
    """Presentation time of its first sample since the first picture; may lie before it or turn back."""
    rate: int
    """Samples a second."""
    samples: Samples
    """Up to about half a second."""


class Album(Protocol):
    """Where observers keep pictures; only those that a finding names stay in the report."""

    def keep(
        self,
        frame: Frame,
        what: str,
        *,
        face: int | None = None,
        side: int = 1280,
        quad: Corners | None = None,
    ) -> str:
        """Keep the frame as a JPEG still of kind `what` (one word), long side `side`; returns its digest.

        With `quad` it shows the flat surface with these corners head-on, the first of
        them at the upper left; a quad that cannot be a flat surface shows what is around it.
        """
        ...


@dataclass(frozen=True)
class Ending:
    """How the pass over the file ended."""

    frames: int = 0
    duration: timedelta = ZERO
    """From the first frame to the end of the last one's display."""
    corrupt: int = 0
    """Frames that the decoder marked as damaged."""
    complete: bool = True
    """Whether the file was decoded to its last byte without an error."""
    error: str = ""
    """The decoder's own words where it was not; data, not to be trusted."""
    packets: Packets = field(default_factory=Packets)
    """How the film lies in its file, packet by packet; empty for photos."""


class Observer(Protocol):
    """The state of one check during one pass."""

    def see(self, frame: Frame, /) -> None:
        """Look at one frame; frames come in presentation order, thinned to the check's `every`."""
        ...

    def conclude(self, ending: Ending, /) -> Iterable[Finding]:
        """Say what was found, after the last frame; at least one finding."""
        ...


@runtime_checkable
class Listener(Observer, Protocol):
    """An observer that also wants the film's sound."""

    def hear(self, sound: Sound, /) -> None:
        """Hear the next piece.

        All of it comes, thinned by no `every`, between the pictures that the file stores around
        it: up to about a second before or after those shown with it. Broken sound is missing.
        """
        ...


class Check(BaseModel):
    """One question, fully configured: frozen, comparable, recorded in the report.

    `name` is the first part of all its codes and the key of its table in a profile.
    `version` moves when a change can change verdicts.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: ClassVar[str]
    version: ClassVar[int]
    codes: ClassVar[Mapping[str, str]] = {}
    """What each of its codes is about, in one sentence; a code is never renamed."""

    every: Instant = ZERO
    """The least presentation time between two frames it sees; zero means every frame."""

    @abstractmethod
    def start(self, media: Media, album: Album) -> Observer:
        """A fresh observer for one pass over `media`."""
