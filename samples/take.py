"""Filming a scene: the reel written to a file, and its truth drawn from the scene."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Protocol

from samples.film import Encoding, Shot, Written, render, steady, write
from samples.label import Waybill
from samples.paint import Picture
from samples.pose import FACES, Rig
from samples.scene import FRONTAL, View
from samples.story import Span
from samples.truth import Event, FaceTruth, Moment, Pair, PhaseTruth, Truth

_LEAST: float = 0.004
"""Share of the picture from which on a face is large enough to be counted as shown."""
_HIDDEN: float = 0.4
"""Share of a face that may be hidden while it is shown."""
_NAMES: dict[str, str] = {
    "libx264": "h264",
    "libx265": "hevc",
    "libvpx-vp9": "vp9",
    "libsvtav1": "av1",
    "libopus": "opus",
    "libopencore_amrnb": "amr_nb",
    "matroska": "mkv",
}


class World(Protocol):
    """What can be filmed: a `Scene` or a `Stage`."""

    @property
    def rig(self) -> Rig: ...
    @property
    def duration(self) -> float: ...
    @property
    def phases(self) -> tuple[Span, ...]: ...
    @property
    def waybill(self) -> Waybill | None: ...
    def picture(self, at: float, *, index: int = 0) -> Picture: ...
    def views(self, at: float) -> tuple[View, ...]: ...


@dataclass(frozen=True)
class Take:
    """How one scene is filmed."""

    scene: World
    encoding: Encoding = field(default_factory=Encoding)
    times: tuple[Fraction, ...] = ()
    """When each picture is taken; a constant rate for the length of the story where empty."""
    about: str = ""
    follow: bool = False
    """Whether the truth says for every frame where the box is."""
    motion: str = ""
    appearance: str = ""
    light: str = ""

    def film(self, path: Path) -> Truth:
        """Render, encode, and say what is true."""
        times = self.times or steady(self.encoding.rate, self.scene.duration)
        return self.develop(path, render(self.scene, times))

    def develop(self, path: Path, reel: Iterable[Shot], events: Sequence[Event] = ()) -> Truth:
        """Encode a reel of this scene, as it was taken or forged."""
        written = write(path, reel, self.encoding)
        return self.describe(written, events)

    def describe(self, written: Written, events: Sequence[Event] = ()) -> Truth:
        """The truth of a written film; what the film shows follows from the moments it holds."""
        scene, encoding = self.scene, self.encoding
        seconds = [
            float(Fraction(count * written.time_base[0], written.time_base[1])) for count in written.pts
        ]
        views = [() if at is None else scene.views(at) for at in written.scene_at]
        waybill = scene.waybill
        return Truth(
            name="",
            kind="video",
            about=self.about,
            container=_NAMES.get(encoding.container, encoding.container),
            video_codec=_NAMES.get(encoding.codec, encoding.codec),
            audio_codec=_NAMES.get(encoding.sound, encoding.sound) if encoding.sound else None,
            width=written.width,
            height=written.height,
            rotation=encoding.rotation,
            pts=written.pts,
            time_base=written.time_base,
            last=written.last,
            faces=shown_faces(scene, seconds, views),
            phases=_phases(scene, seconds, written.scene_at),
            events=tuple(events),
            moments=tuple(_moment(seen[0]) for seen in views if seen) if self.follow else (),
            motion=self.motion,
            appearance=self.appearance,
            light=self.light,
            recorded_at=encoding.recorded_at.isoformat() if encoding.recorded_at else None,
            tracking_number=waybill.tracking_number if waybill else None,
            order_number=(waybill.order_number.replace(" ", "") or None) if waybill else None,
        )


def _moment(view: View) -> Moment:
    def short(numbers: Iterable[float], digits: int) -> tuple[float, ...]:
        return tuple(round(n, digits) for n in numbers)

    x, y, z = short(view.centre, 1)
    a, b, c, d = short(view.rotation, 5)
    corners = tuple((round(u, 1), round(v, 1)) for u, v in view.corners)
    return Moment((x, y, z), (a, b, c, d), corners, view.shut, view.box)


def shown_faces(
    scene: World, seconds: Sequence[float], views: Sequence[tuple[View, ...]]
) -> tuple[FaceTruth, ...]:
    """When each face of each closed box is turned to the camera, large, free and sharp enough."""
    least = _LEAST * scene.rig.width * scene.rig.height
    found: list[FaceTruth] = []
    for box in sorted({view.box for seen in views for view in seen}):
        ours = [next((view for view in seen if view.box == box), None) for seen in views]
        for number, face in enumerate(FACES, 1):
            angles = [_angle(view, face, least) for view in ours]
            shown = [angle is not None and angle <= FRONTAL for angle in angles]
            when = _runs(seconds, shown)
            if when:
                best, at = min((a, t) for a, t in zip(angles, seconds, strict=True) if a is not None)
                found.append(FaceTruth(face, number, when, at, round(best, 2), box))
    return tuple(found)


def _angle(view: View | None, face: str, least: float) -> float | None:
    """How far from head-on a face is, where it can be told at all."""
    if view is None or not view.shut or not view.sharp:
        return None
    enough = (v.angle for v in view.faces if v.face == face and v.pixels >= least and v.hidden <= _HIDDEN)
    return next(enough, None)


def _phases(
    scene: World, seconds: Sequence[float], moments: Sequence[float | None]
) -> tuple[PhaseTruth, ...]:
    return tuple(
        PhaseTruth(name, *span)
        for name, start, end in scene.phases
        for span in _runs(seconds, [at is not None and start <= at < end for at in moments])
    )


def _runs(seconds: Sequence[float], held: Sequence[bool]) -> tuple[Pair, ...]:
    """The stretches of frames for which something held, from the first frame's time to the last one's."""
    runs: list[Pair] = []
    start: float | None = None
    last = 0.0
    for at, yes in zip(seconds, held, strict=True):
        if yes and start is None:
            start = at
        if not yes and start is not None:
            runs.append((start, last))
            start = None
        last = at
    if start is not None:
        runs.append((start, last))
    return tuple(runs)
