"""sharpness: is there enough to see: in focus, lit, without glare, and not too small?

What it asks. Whether a person, or a later check, can tell from this photo or film what
they are meant to tell from it.

How it decides. A photo is looked at once, a film every half second.
- `sharpness.blur`: the width of the picture's edges (`evidence.vision.focus`), as a share
  of its long side, so that resolution does not matter. The sharper parts decide: a soft
  background is no fault. Noise does not count as sharpness.
- `sharpness.exposure`: whether the lighter parts are light and the darker ones dark enough.
- `sharpness.glare`: how much of the picture is burnt out to plain white.
- `sharpness.size`: how many pixels the short side has.
A photo fails when it is clearly bad and is unsure when it is poor. A film passes when at
least half of the looks are good, fails when four in five are clearly bad, and is unsure
between: an unboxing is full of movement.

What it cannot see. Whether the right thing is sharp: a crisp table behind a blurred label
passes here. That is for the checks that read labels and follow the parcel.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from typing import ClassVar, Final

from pydantic import Field

from evidence.check import Album, Check, Ending, Frame, Media
from evidence.model import Finding, Measure, Outcome, Saying, say
from evidence.timeline import Instant, Timeline
from evidence.vision import focus
from evidence.vision.ranks import quantile

_MOST_LOOKS: Final = 20_000
"""Looks at a film that are remembered: nearly three hours of them."""
_STILLS: Final = 3
"""Blurred pictures of a film that are kept as examples."""
_BURNT: Final = 253
"""Grey levels, of 255, from which on nothing is to be seen in the white."""


class Sharpness(Check):
    """Measures blur, light and size."""

    name: ClassVar[str] = "sharpness"
    version: ClassVar[int] = 1
    codes: ClassVar[Mapping[str, str]] = {
        "sharpness.blur": "How wide edges are.",
        "sharpness.exposure": "Whether it is lit well enough.",
        "sharpness.glare": "How much is burnt out to white.",
        "sharpness.size": "How many pixels the short side has.",
    }

    every: Instant = timedelta(seconds=0.5)
    side: int = Field(default=400, ge=100, le=1600)
    """Long side of the film's pictures that are measured, pixels."""
    photo_side: int = Field(default=800, ge=100, le=1600)
    """Long side at which a photo is measured, pixels."""
    soft: float = 1.4
    """From what blur on a picture is poor, thousandths of its long side."""
    blurred: float = 3.0
    """From what blur on it is bad, thousandths of its long side."""
    dim: float = 80.0
    """A picture whose lighter parts do not reach this is poor, grey levels of 255."""
    dark: float = 45.0
    """A picture whose lighter parts do not reach this is bad, grey levels of 255."""
    pale: float = 190.0
    """A picture whose darker parts are above this is poor, grey levels of 255."""
    flat: float = 25.0
    """A picture whose lighter and darker parts are closer than this is poor, grey levels of 255."""
    glare: float = 0.25
    """From what share of burnt-out white on a picture is poor, 0 to 1."""
    burnt: float = 0.6
    """From what share of burnt-out white on it is bad, 0 to 1."""
    enough_side: int = 240
    """A short side below this is poor, pixels."""
    least_side: int = 160
    """A short side below this is bad, pixels."""
    good_share: float = 0.5
    """A film passes with at least this share of good looks, 0 to 1."""
    bad_share: float = 0.8
    """A film fails with at least this share of bad looks, 0 to 1."""

    def start(self, media: Media, album: Album) -> _Observer:
        return _Observer(self, media, album)


@dataclass(frozen=True)
class _Look:
    at: timedelta
    blur: float | None
    low: float
    high: float
    burnt: float


class _Observer:
    def __init__(self, check: Sharpness, media: Media, album: Album) -> None:
        self._check = check
        self._media = media
        self._album = album
        self._looks: list[_Look] = []
        self._stills: list[str] = []

    def see(self, frame: Frame, /) -> None:
        if len(self._looks) >= _MOST_LOOKS:
            return
        film = self._media.kind == "video"
        picture = frame.gray(self._check.side if film else self._check.photo_side)
        few = picture[::4, ::4]
        low, high = quantile(few, 0.05), quantile(few, 0.95)
        look = _Look(frame.at, focus.blur(picture), low, high, float((few >= _BURNT).mean()))
        self._looks.append(look)
        if film and len(self._stills) < _STILLS and (look.blur or 0.0) >= self._check.blurred:
            self._stills.append(self._album.keep(frame, "blurred"))

    def conclude(self, ending: Ending, /) -> Iterable[Finding]:  # noqa: ARG002 - its looks tell everything
        if not self._looks:
            yield Finding.of(
                "sharpness.blur",
                Outcome.UNSURE,
                say("No picture could be looked at."),
                advice=say("Send the original file again."),
            )
            return
        yield self._blur()
        yield self._exposure()
        yield self._glare()
        yield self._size()

    def _blur(self) -> Finding:
        check = self._check
        told = [look for look in self._looks if look.blur is not None]
        if not told:
            return Finding.of(
                "sharpness.blur",
                Outcome.UNSURE,
                say("There is hardly an edge to be seen: a plain surface, or far out of focus."),
                advice=say("Hold still, tap on the parcel to focus, and have its edges in the picture."),
                measures=[Measure(name="looks", value=len(self._looks), unit="looks")],
            )
        widths = [look.blur or 0.0 for look in told]
        return self._judged(
            "blur",
            told,
            good=lambda look: (look.blur or 0.0) < check.soft,
            bad=lambda look: (look.blur or 0.0) >= check.blurred,
            sayings=(
                say("The picture is sharp."),
                say("The picture is soft."),
                say("The picture is blurred."),
            ),
            advice=say("Hold still, tap on the parcel to focus, and wipe the lens."),
            measure=Measure(
                name="blur",
                value=round(median(widths), 2),
                unit="thousandths of the long side",
                limit=check.soft,
            ),
            stills=self._stills,
        )

    def _exposure(self) -> Finding:
        check = self._check
        lights = median(look.high for look in self._looks)
        pale = median(look.low for look in self._looks) > check.pale
        poor = (
            say("The picture is too bright.")
            if pale
            else say("The picture is dim.")
            if lights < check.dim
            else say("The picture is flat, as through fog or against the light.")
        )
        return self._judged(
            "exposure",
            self._looks,
            good=lambda look: (
                look.high >= check.dim and look.low <= check.pale and look.high - look.low >= check.flat
            ),
            bad=lambda look: look.high < check.dark,
            sayings=(say("The picture is well lit."), poor, say("The picture is too dark.")),
            advice=say("Take it again where it is brighter, with the light behind you."),
            measure=Measure(name="lights", value=round(lights), unit="grey levels", limit=check.dim),
        )

    def _glare(self) -> Finding:
        check = self._check
        return self._judged(
            "glare",
            self._looks,
            good=lambda look: look.burnt < check.glare,
            bad=lambda look: look.burnt >= check.burnt,
            sayings=(
                say("Hardly anything is burnt out."),
                say("A good part of the picture is burnt out to white."),
                say("Most of the picture is burnt out to white."),
            ),
            advice=say("Turn off the lamp of the camera, or tilt the parcel until the glare is gone."),
            measure=Measure(
                name="burnt",
                value=round(median(look.burnt for look in self._looks), 3),
                unit="of the picture",
                limit=check.glare,
            ),
        )

    def _size(self) -> Finding:
        check, media = self._check, self._media
        short = min(media.width, media.height)
        measures = [Measure(name="short_side", value=short, unit="pixels", limit=check.enough_side)]
        if short >= check.enough_side:
            says = say("The short side has {pixels} pixels, enough to see details.", pixels=short)
            return Finding.of("sharpness.size", Outcome.PASS, says, measures=measures)
        return Finding.of(
            "sharpness.size",
            Outcome.FAIL if short < check.least_side else Outcome.UNSURE,
            say("The short side has {pixels} pixels, too few to see details.", pixels=short),
            advice=say("Send the original, not a preview or a screenshot."),
            measures=measures,
        )

    def _judged(
        self,
        code: str,
        looks: Sequence[_Look],
        *,
        good: Callable[[_Look], bool],
        bad: Callable[[_Look], bool],
        sayings: tuple[Saying, Saying, Saying],
        advice: Saying,
        measure: Measure,
        stills: Iterable[str] = (),
    ) -> Finding:
        """One finding over all looks: pass, unsure or fail, said with the first, second or third saying."""
        check = self._check
        good_share = sum(map(good, looks)) / len(looks)
        outcome, says = Outcome.UNSURE, sayings[1]
        if good_share >= check.good_share:
            outcome, says = Outcome.PASS, sayings[0]
        elif sum(map(bad, looks)) / len(looks) >= check.bad_share:
            outcome, says = Outcome.FAIL, sayings[2]
        passed = outcome is Outcome.PASS
        share = Measure(
            name="good_looks", value=round(good_share, 3), unit="of the looks", limit=check.good_share
        )
        return Finding.of(
            f"sharpness.{code}",
            outcome,
            says,
            advice=None if passed else advice,
            when=None if passed else self._times(look.at for look in looks if not good(look)),
            measures=[measure, share] if len(looks) > 1 else [measure],
            stills=() if passed else stills,
        )

    def _times(self, moments: Iterable[timedelta]) -> Timeline:
        if self._media.kind == "photo":
            return Timeline()
        return Timeline.of(*((at, at + self._check.every) for at in moments))
