"""What the clips of one source start from, where something is done to it, and what is said of the result."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import islice
from pathlib import Path

import av
import numpy as np

from samples import forge, generations, track
from samples.film import read, write
from samples.forge import Forged, Reel, Span
from samples.generations import Generation
from samples.track import Track
from samples.truth import Event, Sample, Truth, kept
from samples.visibility import steps
from tests.continuity.sources import Source

LENGTH = 9.0
"""Seconds of a forged film, where its source is longer and the forgery does not need more."""
MARGIN = 1.6
"""Seconds at both ends in which nothing is done."""
MESSENGER = 0.3
"""Share of the forged films and mishaps that were sent through a messenger afterwards."""
TICKS = 90_000
PAINTERS = ("take", "stage", "walk", "wrap", "handling", "footage", "generations", "track")
"""Modules that a source is made by."""

Draw = np.random.Generator


@dataclass(frozen=True)
class Made:
    """What a recipe made: a reel to be written as it says, and its sound."""

    generation: Generation
    track: Track | None
    events: tuple[Event, ...] = ()
    finish: str = "edited"


class Studio:
    """One source with all that its clips start from; keeps its decoded pictures."""

    def __init__(self, source: Source, folder: Path, stranger: Callable[[], Studio]) -> None:
        self.source = source
        self.folder = folder
        self._stranger = stranger

    @cached_property
    def original(self) -> Sample:
        """The source as a phone would have recorded it."""

        def make(path: Path) -> Truth:
            shots = self.source.shots()
            sound = self.source.track(float(shots[-1].at))
            made = generations.recorded(shots, sound=sound is not None, seed=self.source.seed)
            write(path, made.reel, made.encoding, sound.wave if sound else None)
            return described(path, self.source.name, "original", "recorded")

        name = f"{self.source.name}-original"
        return kept(self.folder, name, f"{name}.mp4", make, by=PAINTERS, also=written("sources"))

    @cached_property
    def reel(self) -> Reel:
        """Its pictures, decoded; they show the moments at which they are shown."""
        return [replace(shot, scene_at=float(shot.at)) for shot in read(self.original.path)]

    @cached_property
    def track(self) -> Track | None:
        """Its sound, decoded."""
        return track.own(self.original.path)

    @property
    def sounds(self) -> bool:
        return self.track is not None

    @cached_property
    def heard(self) -> Track:
        """Its sound, or that of a room where it has none."""
        return self.track or track.room(self.length + 5, self.source.seed)

    @property
    def length(self) -> float:
        return self.original.truth.duration.total_seconds()

    def stranger(self, seconds: float) -> Reel:
        """The beginning of another source, in the size of this one."""
        other = self._stranger().original.path
        rate = float(1 / forge.pace(self.reel))
        return generations.as_shots(list(islice(read(other), round(seconds * rate))), self.reel[0].picture)


Recipe = Callable[[Studio, Draw, Path], "Made | tuple[Event, ...] | None"]
"""Makes a clip: what is to be written, or the file and its events; None where the source cannot have it."""


def described(path: Path, source: str, kind: str, finish: str, events: Sequence[Event] = ()) -> Truth:
    """The truth of a finished clip, its events with their visibility."""
    seen = steps(path)
    with av.open(str(path)) as film:
        video = film.streams.video[0]
        sound = film.streams.audio[0].codec_context.name if film.streams.audio else None
        size, codec = (video.width, video.height), video.codec_context.name
    times = [round(at * TICKS) for at in seen.times]
    return Truth(
        name=f"{source}-{kind}",
        kind="video",
        about=f"{source}, {kind}",
        container=path.suffix[1:],
        video_codec=codec,
        audio_codec=sound,
        width=size[0],
        height=size[1],
        pts=tuple(times),
        time_base=(1, TICKS),
        last=times[-1] - times[-2],
        events=tuple(seen.visible(e, [o for o in events if o is not e]) for e in events),
        motion=kind,
        appearance=source,
        light=finish,
    )


@cache
def written(*names: str) -> str:
    """The digest of modules beside this one: what they make is made again when they change."""
    texts = [Path(__file__).with_name(f"{name}.py").read_bytes() for name in names]
    return hashlib.sha256(b"".join(texts)).hexdigest()[:12]


# Where things are done, and how they are written afterwards.


def window(studio: Studio, draw: Draw, need: float = 0.0) -> Reel:
    """A stretch of the source with room for a forgery of `need` seconds."""
    length = max(LENGTH, need + 2 * MARGIN + 1)
    if studio.length <= length:
        return studio.reel
    start = float(draw.uniform(0, studio.length - length))
    return forge.excerpt(studio.reel, Span(start, start + length))


def place(reel: Reel, draw: Draw, seconds: float) -> Span | None:
    """A stretch of so many seconds somewhere in the film, away from its ends."""
    total = float(reel[-1].at)
    margin = min(MARGIN, 0.28 * total)
    free = total - 2 * margin - seconds
    if free < 0:
        return None
    start = margin + float(draw.uniform(0, free))
    return Span(start, start + seconds)


def finished(
    studio: Studio,
    draw: Draw,
    forged: Forged | None,
    *,
    strange: bool = False,
    soft: float = 0.005,
    honest: bool = False,
) -> Made | None:
    if forged is None:
        return None
    reel, event = forged
    other = track.room(5, studio.source.seed + 1) if strange else None
    sound = track.follow(studio.track, reel, other, soft) if studio.track else None
    return sent(draw, reel, sound, (event,), honest=honest)


def sent(
    draw: Draw, reel: Reel, sound: Track | None, events: tuple[Event, ...], *, honest: bool = False
) -> Made:
    if draw.random() < MESSENGER:
        return Made(generations.messenger(reel, sound=sound is not None), sound, events, "messenger")
    way = generations.recorded if honest else generations.edited
    return Made(way(reel, sound=sound is not None), sound, events, "recorded" if honest else "edited")
