"""camera: do a photo's tags about its camera fit each other, its picture and its place?

What it asks. EXIF names the camera, its software, the size it wrote, the zone and the place. Who writes
these by hand, or lays them over another picture, often leaves two that cannot both be true.

How it decides. Only from tags; photos only. What contradicts is unsure, never a fail: people travel, repair
and convert their phones' photos.
- `camera.device`: pass, as a fact, when a camera names itself; unsure when two of its names are those of
  different devices (lens, host or firmware against model), or when its system is older than the photo can be;
  skipped when none is named, as a messenger leaves it.
- `camera.size`: pass when the picture has the size that the camera noted, or the same shape in a smaller
  size; unsure when its shape is another one: it was cropped. Skipped without a note.
- `camera.zone`: pass when the clock's zone fits the longitude, unsure when they are more than
  `zone_apart` apart. Skipped where one of them is missing.
- `camera.place`: said only where the file tells where it was taken, as a fact: the place itself is not
  repeated.
- `camera.live`: said only where the photo has a moving part: as a fact, so that both are kept.

What it cannot see. Tags that were forged with care, or dropped. The clocks themselves are `clock`'s,
editing software is `edited`'s.

Source of the years: Apple's major systems appear as betas in June of the year before their number's season:
iOS N in 2006 + N up to 18, in N + 1999 from 26 on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import ClassVar, Final

from pydantic import Field

from evidence.check import Album, Check, Ending, Frame, Media
from evidence.clocks import Means, parse, readings, zone
from evidence.model import Finding, Measure, Outcome, Saying, say
from evidence.timeline import Instant

_SAME_SHAPE: Final = 0.015
"""How far two shapes may differ and still be the same: rounding to whole blocks of a small picture."""
_LAST_YEARLESS: Final = 18
"""The last of Apple's systems that was not named after its year."""
_BETA: Final = 6
"""The month in which the first betas appear."""
_DEGREES_AN_HOUR: Final = 15.0
_APPLE: Final = ("iphone", "ipad")
_SAMSUNG: Final = re.compile(r"([A-Z]\d{3,4}[A-Z0-9]?)[A-Z0-9]{6,}", re.ASCII)
_SYSTEM: Final = re.compile(r"(\d{1,2})(?:\.\d{1,2}){0,3}", re.ASCII)
_MOVING: Final = re.compile(r"(?:MotionPhoto|MicroVideo)(?:=\"|>)1")


class Camera(Check):
    """Holds what a photo says of its camera against itself."""

    name: ClassVar[str] = "camera"
    version: ClassVar[int] = 1
    codes: ClassVar[Mapping[str, str]] = {
        "camera.device": "Which camera names itself, and whether its names fit together.",
        "camera.size": "Whether the picture has the size or shape that the camera noted.",
        "camera.zone": "Whether the clock's zone fits the place.",
        "camera.place": "The file tells where it was taken.",
        "camera.live": "The photo has a moving part.",
    }

    every: Instant = timedelta(days=1)
    """It reads tags, not pictures; one frame is as good as all."""
    zone_apart: float = Field(default=4.5, gt=0, le=12)
    """Hours that a zone may be from the sun's time; western China keeps Beijing's time, three hours off."""

    def start(self, media: Media, album: Album) -> _Observer:  # noqa: ARG002 - it keeps no pictures
        return _Observer(self, media)


class _Observer:
    def __init__(self, check: Camera, media: Media) -> None:
        self._check = check
        self._media = media
        self._tags = {name.casefold(): text for name, text in media.tags.items()}

    def see(self, frame: Frame, /) -> None:
        """Nothing in the picture matters here."""

    def conclude(self, ending: Ending, /) -> Iterable[Finding]:  # noqa: ARG002 - how it ended says nothing
        yield self._device()
        yield self._size()
        yield self._zone()
        yield from self._place()
        yield from self._live()

    def _tag(self, name: str) -> str:
        return self._tags.get(f"exif:{name}".casefold(), "")

    def _device(self) -> Finding:
        make, model = self._tag("Make"), self._tag("Model")
        device = model if model.casefold().startswith(make.casefold()) else f"{make} {model}".strip()
        if not device:
            return _found(
                "device",
                Outcome.SKIPPED,
                say("No camera names itself in the file, as after sending it by a messenger."),
            )
        named = [Measure(name="device", value=device)]
        other = _other_device(
            model, (self._tag("LensModel"), self._tag("HostComputer"), self._tag("Software"))
        )
        if other:
            says = say("The file names two devices: {device}, and {other}.", device=device, other=other)
        elif self._too_new(make):
            says = say(
                "The system {software} did not exist yet when the photo says that it was taken.",
                software=self._tag("Software"),
            )
        else:
            return _found("device", Outcome.PASS, say("Taken with {device}.", device=device), measures=named)
        return _found(
            "device",
            Outcome.UNSURE,
            says,
            advice=say("Ask for the photo as the phone wrote it, and have a person compare both."),
            measures=named,
        )

    def _too_new(self, make: str) -> bool:
        """Whether an iPhone's system is of a later year than the photo."""
        system = _SYSTEM.fullmatch(self._tag("Software"))
        taken = parse(self._tag("DateTimeOriginal"))
        if make.casefold() != "apple" or system is None or taken is None:
            return False
        number = int(system[1])
        year = 2006 + number if number <= _LAST_YEARLESS else 1999 + number
        return taken[0] < datetime(year, _BETA, 1)  # noqa: DTZ001 - the digits as written

    def _size(self) -> Finding:
        noted = [_whole(self._tag(name)) for name in ("PixelXDimension", "PixelYDimension")]
        if not all(noted):
            return _found("size", Outcome.SKIPPED, say("The camera noted no size of the picture."))
        wide, high = sorted(noted, reverse=True)
        long, short = sorted((self._media.width, self._media.height), reverse=True)
        measures = [
            Measure(name="long_side", value=long, unit="pixels", limit=wide),
            Measure(name="short_side", value=short, unit="pixels", limit=high),
        ]
        if (long, short) == (wide, high):
            return _found(
                "size",
                Outcome.PASS,
                say("The picture has the size that the camera noted."),
                measures=measures,
            )
        if abs(long / short / (wide / high) - 1) <= _SAME_SHAPE:
            return _found(
                "size",
                Outcome.PASS,
                say("The picture was made smaller or larger as a whole since it was taken."),
                advice=say("Keep the photo as the camera wrote it, if it still exists: it shows more."),
                measures=measures,
            )
        return _found(
            "size",
            Outcome.UNSURE,
            say(
                "The camera noted {wide} x {high} pixels, and the picture has another shape: it was cropped.",
                wide=wide,
                high=high,
            ),
            advice=say("Send the photo as the camera wrote it, without cropping or retouching."),
            measures=measures,
        )

    def _zone(self) -> Finding:
        east, offset = self._east(), self._offset()
        if east is None or offset is None:
            return _found(
                "zone", Outcome.SKIPPED, say("The file does not tell both its zone and where it was taken.")
            )
        hours = offset.total_seconds() / 3600
        apart = abs((hours - east / _DEGREES_AN_HOUR + 12) % 24 - 12)
        measures = [Measure(name="apart", value=round(apart, 1), unit="h", limit=self._check.zone_apart)]
        if apart <= self._check.zone_apart:
            return _found("zone", Outcome.PASS, say("The clock's zone fits the place."), measures=measures)
        return _found(
            "zone",
            Outcome.UNSURE,
            say(
                "The clock's zone and the place in the file are {hours:.0f} hours apart.",
                hours=round(apart),
            ),
            advice=say("Ask where the photo was taken; a phone that travels may keep the zone of its home."),
            measures=measures,
        )

    def _offset(self) -> timedelta | None:
        written = zone(self._tag("OffsetTimeOriginal")) if self._tag("OffsetTimeOriginal") else None
        if written is not None:
            return written
        return next((r.offset for r in readings(self._media.tags) if r.means is Means.RECORDED), None)

    def _east(self) -> float | None:
        """Degrees east, where the file tells them."""
        parts = [_number(part) for part in self._tags.get("gps:gpslongitude", "").split()]
        if not 1 <= len(parts) <= 3 or None in parts:  # noqa: PLR2004 - degrees, minutes, seconds
            return None
        degrees = sum((part or 0.0) / 60**place for place, part in enumerate(parts))
        west = self._tags.get("gps:gpslongituderef", "E").strip().upper().startswith("W")
        return (-degrees if west else degrees) if degrees <= 180 else None  # noqa: PLR2004 - half a turn

    def _place(self) -> Iterator[Finding]:
        if self._tags.get("gps:gpslatitude") and self._tags.get("gps:gpslongitude"):
            yield _found(
                "place",
                Outcome.PASS,
                say("The file tells where it was taken; the report does not repeat it."),
                advice=say(
                    "Before it leaves the house, make a copy without it: sixface mask FILE. "
                    "The original stays as it is."
                ),
            )

    def _live(self) -> Iterator[Finding]:
        content = self._tag("ContentIdentifier")
        if content:
            yield _found(
                "live",
                Outcome.PASS,
                say("This is a Live Photo; its short film is a file of its own beside it."),
                advice=say("Keep both files: the film shows the seconds around the picture."),
                measures=[Measure(name="content", value=content)],
            )
        elif _MOVING.search(self._media.structure.words.get("xmp", "")):
            yield _found(
                "live",
                Outcome.PASS,
                say("The photo holds a short film of the seconds around it, which is not examined."),
                advice=say("Send the file as it is: a copy may lose the film."),
            )


def _other_device(model: str, names: Iterable[str]) -> str:
    """The one of `names` that is another device of the same make; empty where all fit."""
    ours = model.casefold()
    for name in names:
        theirs = name.casefold()
        firmware = _SAMSUNG.fullmatch(name) if ours.startswith("sm-") else None
        if firmware is not None and not theirs.startswith(ours.removeprefix("sm-")[:4]):
            return firmware[0]
        apple = ours.startswith(_APPLE) and theirs.startswith(_APPLE)
        if apple and theirs != ours and not theirs.startswith((f"{ours} back", f"{ours} front")):
            return name
    return ""


def _whole(text: str) -> int:
    number = _number(text)
    return int(number) if number else 0


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value < 1e6 else None  # noqa: PLR2004 - no side of a picture and no degree is larger


def _found(
    code: str,
    outcome: Outcome,
    says: Saying,
    *,
    advice: Saying | None = None,
    measures: Iterable[Measure] = (),
) -> Finding:
    return Finding.of(f"camera.{code}", outcome, says, advice=advice, measures=measures)
