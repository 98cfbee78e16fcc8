"""What is true of a sample, because we made it: written beside it as JSON.

Times are exact: `pts` counts ticks of `time_base` since the first frame. This module
knows no pixels, so that whoever only reads samples needs no pixel library.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from fractions import Fraction
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Final, Literal, cast

Kind = Literal["video", "photo", "neither"]
COUNTS: Final = 0.4
"""Seconds in all for which a face has to be shown to count."""
Pair = tuple[float, float]
"""Start and end in seconds of the film."""
INNOCENT: Final = frozenset(
    {
        "flash",
        "exposure",
        "balance",
        "hand",
        "pan",
        "shake",
        "entrance",
        "person",
        "focus",
        "fan",
    }
)
"""Kinds of events that happen in honest films too."""


@dataclass(frozen=True)
class Event:
    """Something that was done to a film, or happens in it, at a known time."""

    kind: str
    """`cut`, `jump`, `insert`, `gap`, `drop`, `freeze`, `black`, `speed`, `reverse`, `repeat`, `splice`;
    `matched`, `pause`, `fade`, `morph`, `pan_jump`, `hand_jump`, `sound`; the kinds of `INNOCENT`."""
    start: float
    """Seconds: the last frame before it."""
    end: float
    """Seconds: the first frame after it; for a cut, one frame later than `start`."""
    missing: float = 0.0
    """Seconds of the scene that were taken out."""
    visibility: float | None = None
    """How far the join stands out in the pictures, see `samples.visibility`; None where not measured."""

    @property
    def innocent(self) -> bool:
        """Whether it happens in honest films too."""
        return self.kind in INNOCENT


@dataclass(frozen=True)
class FaceTruth:
    """When one face of the closed parcel was shown, within 60 degrees of head-on."""

    face: str
    number: int
    when: tuple[Pair, ...]
    best_at: float
    """Seconds: where it is seen the most frontally."""
    best_angle: float
    """Degrees from head-on at that time."""
    box: int = 1
    """Which box it is a face of; the names are those of that box as it was built."""

    @property
    def lasting(self) -> float:
        """Seconds for which it was shown in all."""
        return sum(end - start for start, end in self.when)


@dataclass(frozen=True)
class PhaseTruth:
    """One part of the procedure."""

    phase: str
    start: float
    end: float


@dataclass(frozen=True)
class Moment:
    """Where the box is in one frame; see `samples.scene.View`."""

    centre: tuple[float, float, float]
    rotation: tuple[float, float, float, float]
    corners: tuple[Pair, ...]
    shut: bool
    box: int = 1
    """Which box: the one with the lowest number that is there."""


@dataclass(frozen=True)
class Truth:
    """Everything known of one sample by its construction."""

    name: str
    kind: Kind
    about: str
    """One sentence: what it is for."""
    container: str = ""
    video_codec: str | None = None
    audio_codec: str | None = None
    width: int = 0
    """Pixels as coded, before `rotation`."""
    height: int = 0
    rotation: int = 0
    """Degrees clockwise that make the picture upright."""
    orientation: int | None = None
    """Of a photo: its EXIF orientation, 1 to 8."""
    pts: tuple[int, ...] = ()
    time_base: tuple[int, int] = (1, 90_000)
    last: int = 0
    """How long the last frame is shown, in ticks."""
    faces: tuple[FaceTruth, ...] = ()
    phases: tuple[PhaseTruth, ...] = ()
    events: tuple[Event, ...] = ()
    moments: tuple[Moment, ...] = ()
    """One for each frame, where the box is followed."""
    motion: str = ""
    """One word for how the box is shown, e.g. `held`, `walked`."""
    appearance: str = ""
    """One word for what it looks like, e.g. `plain`, `printed`."""
    light: str = ""
    """One word for light and picture quality, e.g. `dim`, `crushed`."""
    recorded_at: str | None = None
    """RFC 3339, with the zone of the place."""
    tracking_number: str | None = None
    order_number: str | None = None
    expected: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """Code of a finding -> the outcomes that are right."""
    refusals: tuple[str, ...] = ()
    """The refusals that are right; empty for a file that must be examined."""
    shown_name: str | None = None
    """What a user would call the file: data, never a path."""

    @property
    def frames(self) -> int:
        return len(self.pts)

    @property
    def times(self) -> tuple[timedelta, ...]:
        """When each frame is shown, since the first one, rounded to microseconds."""
        return tuple(_ticks(count, self.time_base) for count in self.pts)

    @property
    def duration(self) -> timedelta:
        """From the first frame to the end of the last one's display."""
        return _ticks(self.pts[-1] + self.last, self.time_base) if self.pts else timedelta(0)

    @property
    def boxes(self) -> Mapping[int, tuple[str, ...]]:
        """Box -> its faces that were shown for at least `COUNTS` seconds in all."""
        numbers = dict.fromkeys(face.box for face in self.faces)
        return {
            box: tuple(f.face for f in self.faces if f.box == box and f.lasting >= COUNTS) for box in numbers
        }

    @property
    def shown(self) -> int:
        """How many faces one and the same box showed: the most that any of them did."""
        return max(map(len, self.boxes.values()), default=0)

    @property
    def recorded(self) -> datetime | None:
        return datetime.fromisoformat(self.recorded_at) if self.recorded_at else None

    @property
    def one_take(self) -> bool:
        """Whether the film is a single uncut take, so that no continuity finding may fail."""
        return all(event.innocent for event in self.events)

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Truth:
        """The truth as `to_json` wrote it.

        Raises:
            TypeError: it was written by another version of this module.
        """
        found = cast("dict[str, Any]", _tuples(json.loads(text)))
        makers: dict[str, Callable[..., Any]] = {
            "faces": FaceTruth,
            "phases": PhaseTruth,
            "events": Event,
            "moments": Moment,
        }
        for name, make in makers.items():
            found[name] = tuple(make(**part) for part in found[name])
        return cls(**found)


@dataclass(frozen=True)
class Sample:
    """A file and what is true of it."""

    path: Path
    truth: Truth

    @property
    def name(self) -> str:
        return self.truth.name


@dataclass(frozen=True)
class Entry:
    """One sample of the catalogue: called with a folder it makes the sample there, or finds it."""

    name: str
    file: str
    draw: Callable[[Path, Path], Truth]
    """Makes the file at the first path; the second is the folder, for the samples it starts from."""
    about: str = ""
    heavy: bool = False
    """Whether it costs more than a few seconds, so that it is only made when asked for by name."""

    def __call__(self, folder: Path) -> Sample:
        return kept(folder, self.name, self.file, lambda path: self._drawn(path, folder))

    def _drawn(self, path: Path, folder: Path) -> Truth:
        return replace(self.draw(path, folder), name=self.name, about=self.about)


def _ticks(count: int, time_base: tuple[int, int]) -> timedelta:
    seconds = Fraction(count * time_base[0], time_base[1])
    return timedelta(microseconds=round(seconds * 1_000_000))


def _tuples(value: Any) -> Any:  # noqa: ANN401 - whatever JSON held
    if isinstance(value, list):
        return tuple(_tuples(part) for part in cast("list[Any]", value))
    if isinstance(value, dict):
        return {name: _tuples(part) for name, part in cast("dict[str, Any]", value).items()}
    return value


@cache
def recipe(*modules: str) -> str:
    """The digest of our sources: samples made by other sources are made again.

    Where `modules` of this package are named, only they and what they import of ours count.
    """
    folder = Path(__file__).parent
    sources = {path.stem: path for path in folder.glob("*.py")}
    waiting, chosen = list(modules or sources), set[str]()
    while waiting:
        name = waiting.pop()
        if name in sources and name not in chosen:
            chosen.add(name)
            waiting += _IMPORTED.findall(sources[name].read_text("utf-8"))
    digest = hashlib.sha256()
    for name in sorted(chosen):
        digest.update(sources[name].name.encode() + b"\0" + sources[name].read_bytes())
    return digest.hexdigest()


_IMPORTED: Final = re.compile(r"^from samples\.(\w+) import", re.MULTILINE)


def kept(
    folder: Path,
    name: str,
    file: str,
    make: Callable[[Path], Truth],
    *,
    by: Sequence[str] = (),
    also: str = "",
) -> Sample:
    """The sample `file` in `folder`, made by `make(path)` unless it is there already.

    Beside it lies `NAME.truth.json` with the key of what made it and the digest of what
    was made; both have to fit for the sample to be used again. Nothing half-made stays.
    `by` names the modules of this package that make it, where the others do not matter;
    `also` is whatever else it is made of.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path, note = folder / file, folder / f"{name}.truth.json"
    key = recipe(*by) + also
    found = _found(path, note, key)
    if found is not None:
        return Sample(path, found)
    room = Path(mkdtemp(prefix=f".{name}-", dir=folder))
    try:
        truth = make(room / file)
        memo = {"recipe": key, "digest": _digest(room / file), "truth": json.loads(truth.to_json())}
        (room / "note").write_text(json.dumps(memo, ensure_ascii=False, separators=(",", ":")), "utf-8")
        note.unlink(missing_ok=True)
        os.replace(room / file, path)  # noqa: PTH105 - a move over an older file, on every system
        os.replace(room / "note", note)  # noqa: PTH105 - likewise
    finally:
        shutil.rmtree(room, ignore_errors=True)
    return Sample(path, truth)


def _found(path: Path, note: Path, key: str) -> Truth | None:
    try:
        memo = cast("dict[str, Any]", json.loads(note.read_text("utf-8")))
        if memo["recipe"] == key and memo["digest"] == _digest(path):
            return Truth.from_json(json.dumps(memo["truth"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return None


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
