"""subject: is the part of the photo that matters sharp, large enough and free of glare?

What it asks. `sharpness` asks of the picture as a whole; a crisp table behind a blurred defect passes
there. This check asks of one place.

How it decides. The place is what a person marked (`expect.marks.subject`); without a mark, what looks like
a bar code in a photo of a waybill (`bars`), else the middle half of the picture, which is a guess and
makes no fail.
- `subject.blur`: width of the edges there, as `sharpness.blur`; pass below `soft`, unsure from there on,
  fail from `blurred` on where the place was marked. Unsure when there is hardly an edge.
- `subject.glare`: share of the place that is burnt out to white.
- `subject.size`: pixels of the place's short side.

What it cannot see. Whether the marked place shows the defect, and which defect.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar, Final

from pydantic import Field

from evidence.check import Album, Check, Ending, Frame, Media
from evidence.model import Finding, Measure, Outcome, Saying, say
from evidence.timeline import Instant
from evidence.vision import focus

if TYPE_CHECKING:
    from evidence.check import Plane
    from evidence.marks import Box

_BURNT: Final = 253
"""Grey levels, of 255, from which on nothing is to be seen in the white."""
_MIDDLE: Final = (0.25, 0.25, 0.75, 0.75)
_ROOM: Final = 0.15
"""Of a code's length, that is looked at around it."""
_DETAIL: Final = 1600
"""Long side of the view, pixels, of which the place is a part."""


class Subject(Check):
    """Measures one place of a photo."""

    name: ClassVar[str] = "subject"
    version: ClassVar[int] = 1
    codes: ClassVar[Mapping[str, str]] = {
        "subject.blur": "How wide edges are in the place that matters.",
        "subject.glare": "How much of that place is burnt out to white.",
        "subject.size": "How many pixels that place has.",
    }

    every: Instant = timedelta(days=1)
    seek_code: bool = False
    """Whether a bar code is the place, where nothing was marked."""
    soft: float = Field(default=2.0, gt=0)
    """From what blur on the place is poor, pixels in a picture of 1600 on its long side."""
    blurred: float = Field(default=4.5, gt=0)
    """From what blur on it is bad, in the same pixels."""
    glare: float = Field(default=0.25, ge=0, le=1)
    """From what share of burnt-out white on it is poor."""
    burnt: float = Field(default=0.6, ge=0, le=1)
    """From what share on it is bad."""
    enough: int = Field(default=200, ge=1)
    """A short side of the place below this is poor, pixels of the photo."""

    def start(self, media: Media, album: Album) -> _Observer:
        return _Observer(self, media, album)


class _Observer:
    def __init__(self, check: Subject, media: Media, album: Album) -> None:
        self._check = check
        self._album = album
        marks = media.expected.marks
        self._box: Box = marks.subject if marks and marks.subject else _MIDDLE
        self._marked = marks is not None and marks.subject is not None
        self._code = False
        self._view: Plane | None = None
        self._pixels = 0
        self._still = ""

    def see(self, frame: Frame, /) -> None:
        if not self._marked and self._check.seek_code:
            found = _code(frame.gray(_DETAIL))
            self._code, self._box = found is not None, found or self._box
        left, top, right, bottom = self._box
        # The place alone at the photo's own scale, or at what 1600 of the whole would give it.
        view = frame.gray(_DETAIL)
        height, width = view.shape
        self._view = view[
            int(top * height) : int(bottom * height) + 1, int(left * width) : int(right * width) + 1
        ]
        self._pixels = round(min((right - left) * frame.width, (bottom - top) * frame.height))
        if self._marked or self._code:
            self._still = self._album.keep(frame, "subject", side=1280)

    def conclude(self, ending: Ending, /) -> Iterable[Finding]:  # noqa: ARG002 - its look tells everything
        if self._view is None or not self._view.size:
            yield self._found("blur", Outcome.UNSURE, say("No picture could be looked at."))
            return
        yield self._blur(self._view)
        yield self._glare(self._view)
        yield self._size()

    @property
    def _worst(self) -> Outcome:
        """What is said of a clearly bad place: a guessed one may be the wrong one."""
        return Outcome.FAIL if self._marked else Outcome.UNSURE

    def _blur(self, view: Plane) -> Finding:
        check = self._check
        share = focus.blur(view)
        advice = say("Tap on what matters to focus, hold still, and go as near as the camera still focuses.")
        if share is None:
            says = say("Where it matters hardly an edge is to be seen.")
            return self._found("blur", Outcome.UNSURE, says, advice=advice)
        width = share * max(view.shape) / 1000
        measure = Measure(name="blur", value=round(width, 2), unit="pixels at 1600", limit=check.soft)
        if width < check.soft:
            return self._found("blur", Outcome.PASS, say("It is sharp where it matters."), measures=[measure])
        bad = width >= check.blurred
        says = say("It is blurred where it matters.") if bad else say("It is soft where it matters.")
        outcome = self._worst if bad else Outcome.UNSURE
        return self._found("blur", outcome, says, advice=advice, measures=[measure])

    def _glare(self, view: Plane) -> Finding:
        burnt = float((view >= _BURNT).mean())
        measure = Measure(name="burnt", value=round(burnt, 3), unit="of the place", limit=self._check.glare)
        if burnt < self._check.glare:
            return self._found(
                "glare", Outcome.PASS, say("Nothing glares where it matters."), measures=[measure]
            )
        return self._found(
            "glare",
            self._worst if burnt >= self._check.burnt else Outcome.UNSURE,
            say("Light burns out the place that matters."),
            advice=say("Turn off the lamp of the camera, or tilt the parcel until the glare is gone."),
            measures=[measure],
        )

    def _size(self) -> Finding:
        measure = Measure(name="short_side", value=self._pixels, unit="pixels", limit=self._check.enough)
        if self._pixels >= self._check.enough:
            return self._found(
                "size", Outcome.PASS, say("It is large enough where it matters."), measures=[measure]
            )
        return self._found(
            "size",
            Outcome.UNSURE,
            say("What matters has only {pixels} pixels on its short side.", pixels=self._pixels),
            advice=say("Take another photo from nearer by, and keep this one as the wide view."),
            measures=[measure],
        )

    def _found(
        self,
        code: str,
        outcome: Outcome,
        says: Saying,
        *,
        advice: Saying | None = None,
        measures: Iterable[Measure] = (),
    ) -> Finding:
        where = "marked" if self._marked else "code" if self._code else "middle"
        return Finding.of(
            f"subject.{code}",
            outcome,
            says,
            advice=advice,
            measures=[*measures, Measure(name="place", value=where)],
            stills=[self._still] if self._still else [],
        )


def _code(view: Plane) -> Box | None:
    """About what looks most like a bar code, as shares of the picture."""
    from evidence.vision import bars  # noqa: PLC0415 - it brings OpenCV, and most photos need none

    found = bars.find(view, 1)
    if not found:
        return None
    height, width = view.shape
    reach = found[0].length * (0.5 + _ROOM)
    left, right = max(0.0, found[0].x - reach) / width, min(1.0, (found[0].x + reach) / width)
    top, bottom = max(0.0, found[0].y - reach) / height, min(1.0, (found[0].y + reach) / height)
    return left, top, right, bottom
