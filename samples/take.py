"""Filming a scene: the reel written to a file, and its truth drawn from the scene."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from samples.film import Encoding, Shot, Written, render, steady, write
from samples.pose import FACES
from samples.scene import FRONTAL, Scene, View
from samples.truth import Event, FaceTruth, Moment, Pair, PhaseTruth, Truth

_LEAST: float = 0.004
"""Share of the picture from which on a face is large enough to be counted as shown."""
_NAMES: dict[str, str] = {
    "libx264": "h264",
    "libx265": "hevc",
    "libvpx-vp9": "vp9",
    "libsvtav1": "av1",
    "libopus": "opus",
    "libopencore_amrnb": "amr_nb",
    "matroska": "mkv",
}


@dataclass(frozen=True)
class Take:
    """How one scene is filmed."""

    scene: Scene
    encoding: Encoding = field(default_factory=Encoding)
    times: tuple[Fraction, ...] = ()
    """When each picture is taken; a constant rate for the length of the story where empty."""
    about: str = ""
    follow: bool = False
    """Whether the truth says for every frame where the box is."""

    def film(self, path: Path) -> Truth:
        """Render, encode, and say what is true."""
        times = self.times or steady(self.encoding.rate, self.scene.story.duration)
        return self.develop(path, render(self.scene, times))

    def develop(self, path: Path, reel: Iterable[Shot], events: Sequence[Event] = ()) -> Truth:
        """Encode a reel of this scene, as it was taken or forged."""
        written = write(path, reel, self.encoding)
        return describe(
            self.scene, written, self.encoding, about=self.about, events=events, follow=self.follow
        )


def describe(
    scene: Scene,
    written: Written,
    encoding: Encoding,
    *,
    about: str,
    events: Sequence[Event] = (),
    follow: bool = False,
) -> Truth:
    """The truth of a written film of a scene; what the film shows follows from the moments it holds."""
    seconds = [float(Fraction(count * written.time_base[0], written.time_base[1])) for count in written.pts]
    views = [None if at is None else scene.view(at) for at in written.scene_at]
    waybill = scene.parcel.waybill
    return Truth(
        name="",
        kind="video",
        about=about,
        container=_NAMES.get(encoding.container, encoding.container),
        video_codec=_NAMES.get(encoding.codec, encoding.codec),
        audio_codec=_NAMES.get(encoding.sound, encoding.sound) if encoding.sound else None,
        width=written.width,
        height=written.height,
        rotation=encoding.rotation,
        pts=written.pts,
        time_base=written.time_base,
        last=written.last,
        faces=_faces(scene, seconds, views),
        phases=_phases(scene, seconds, written.scene_at),
        events=tuple(events),
        moments=tuple(_moment(view) for view in views if view) if follow else (),
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
    return Moment((x, y, z), (a, b, c, d), corners, view.shut)


def _faces(scene: Scene, seconds: Sequence[float], views: Sequence[View | None]) -> tuple[FaceTruth, ...]:
    """When each face of the closed parcel is turned to the camera and large enough."""
    least = _LEAST * scene.rig.width * scene.rig.height
    found: list[FaceTruth] = []
    for number, face in enumerate(FACES, 1):
        angles = [
            next((v.angle for v in view.faces if v.face == face and v.pixels >= least), None)
            if view and view.shut
            else None
            for view in views
        ]
        shown = [angle is not None and angle <= FRONTAL for angle in angles]
        when = _runs(seconds, shown)
        if when:
            best, at = min((a, t) for a, t in zip(angles, seconds, strict=True) if a is not None)
            found.append(FaceTruth(face, number, when, at, round(best, 2)))
    return tuple(found)


def _phases(
    scene: Scene, seconds: Sequence[float], moments: Sequence[float | None]
) -> tuple[PhaseTruth, ...]:
    return tuple(
        PhaseTruth(name, *span)
        for name, start, end in scene.story.phases
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
