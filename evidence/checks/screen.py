"""screen: is this a screenshot, or a photo of a screen, rather than a photo of the thing?

What it asks. Proof is a photo of the goods. A screenshot of a photo has lost its tags and its detail; a photo
of a screen may show anything.

How it decides. Both are hard to tell for certain, so the answer is pass or unsure, never fail.
- `screen.shot`: unsure when the file calls itself a screenshot; or when it names no camera, has the shape
  of a phone's screen, and large parts of it are exactly one colour, as drawn ones are. Else pass.
- `screen.lattice`: unsure when the whole picture carries a fine lattice in two directions, as a photo of a
  screen does (`evidence.vision.moire`). Cloth and printed dots can do the same. Else pass; skipped where
  the picture is too small to tell.

What it cannot see. A screen taken from so far that its pixels melt away, a good print, a screenshot that was
cropped. So its pass means "no sign".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import ClassVar, Final

import numpy as np
from pydantic import Field

from evidence.check import Album, Check, Ending, Frame, Media
from evidence.model import Finding, Measure, Outcome, say
from evidence.timeline import Instant
from evidence.vision import moire

_COMMENT: Final = "exif:usercomment"
_WORDS: Final = ("screenshot", "screen capture", "截屏", "截图")
_SHAPES: Final = (1.95, 2.4)
"""Long side over short side of phones' screens since 2017; cameras write 4:3, 3:2 and 16:9."""


class Screen(Check):
    """Looks for signs of a screen."""

    name: ClassVar[str] = "screen"
    version: ClassVar[int] = 1
    codes: ClassVar[Mapping[str, str]] = {
        "screen.shot": "Whether it looks like a screenshot.",
        "screen.lattice": "Whether it carries the lattice of a screen that was photographed.",
    }

    every: Instant = timedelta(days=1)
    side: int = Field(default=4096, ge=512, le=8192)
    """Long side of the view in which a lattice is looked for, pixels; bounds the memory."""
    lattice: float = Field(default=5.5, gt=1)
    """How many times its neighbourhood both peaks of a lattice have to reach."""
    drawn: float = Field(default=0.5, ge=0, le=1)
    """Share of neighbours of exactly one grey from which on a picture looks drawn."""

    def start(self, media: Media, album: Album) -> _Observer:  # noqa: ARG002 - it keeps no pictures
        return _Observer(self, media)


class _Observer:
    def __init__(self, check: Screen, media: Media) -> None:
        self._check = check
        self._media = media
        self._lattice = moire.Lattice(0.0, 0.0)
        self._flat = 0.0
        self._side = 0

    def see(self, frame: Frame, /) -> None:
        view = frame.gray(self._check.side)
        self._side = max(view.shape)
        if self._large:
            self._lattice = moire.lattice(view, enough=self._check.lattice)
        self._flat = float((np.diff(view[::8], axis=1) == 0).mean()) if view.shape[1] > 1 else 1.0

    @property
    def _large(self) -> bool:
        return self._side >= 4 * moire.TILE

    def conclude(self, ending: Ending, /) -> Iterable[Finding]:  # noqa: ARG002 - its look tells everything
        yield self._shot()
        yield self._rephotographed()

    def _shot(self) -> Finding:
        media = self._media
        tags = {name.casefold(): text for name, text in media.tags.items()}
        camera = any(tags.get(f"exif:{name}") for name in ("make", "model"))
        long, short = max(media.width, media.height), max(1, min(media.width, media.height))
        measures = [
            Measure(name="shape", value=round(long / short, 2)),
            Measure(
                name="one_colour", value=round(self._flat, 3), unit="of neighbours", limit=self._check.drawn
            ),
        ]
        named = any(word in tags.get(_COMMENT, "").casefold() for word in _WORDS)
        drawn = not camera and _SHAPES[0] <= long / short <= _SHAPES[1] and self._flat >= self._check.drawn
        if not (named or drawn):
            return Finding.of(
                "screen.shot", Outcome.PASS, say("No sign that it is a screenshot."), measures=measures
            )
        says = (
            say("The file calls itself a screenshot.")
            if named
            else say("It looks like a screenshot: the shape of a screen, plain colours, no camera.")
        )
        return Finding.of(
            "screen.shot",
            Outcome.UNSURE,
            says,
            advice=say("Send the photo itself, not a screenshot of it."),
            measures=measures,
        )

    def _rephotographed(self) -> Finding:
        measures = [
            Measure(
                name="lattice",
                value=round(self._lattice.strength, 2),
                unit="times its neighbourhood",
                limit=self._check.lattice,
            )
        ]
        if not self._large:
            return Finding.of(
                "screen.lattice",
                Outcome.SKIPPED,
                say("The picture is too small to tell whether a screen was photographed."),
            )
        if self._lattice.strength < self._check.lattice:
            return Finding.of(
                "screen.lattice",
                Outcome.PASS,
                say("No sign that a screen was photographed."),
                measures=measures,
            )
        return Finding.of(
            "screen.lattice",
            Outcome.UNSURE,
            say(
                "A fine lattice lies over the whole picture, as in a photo of a screen; cloth can "
                "do the same."
            ),
            advice=say("Take the photo of the thing itself, not of a screen or a print."),
            measures=[
                *measures,
                Measure(name="period", value=round(self._lattice.period, 1), unit="pixels"),
            ],
        )
