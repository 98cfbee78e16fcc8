"""mask: a copy of a photo that can be handed out, with personal data and faces covered.

What it does. It judges nothing: it keeps one still, the copy. The original is never touched, and the copy
carries no metadata at all, so neither place nor time nor camera.

How it covers. With one grey, which leaves nothing to restore.
- On paper that bears a bar code, all that is on the paper (names, phone numbers, address lines, and
  everything else in print), save the codes, whose numbers prove which parcel it is.
- Faces of people, as far as OpenCV's shipped detectors find them.
- Every box that a person marked (`expect.marks.hide`).
- `mask.copy`: skipped, as it answers no question; says how much was covered, and its still is the copy.
  Unsure where no waybill was found and nothing marked, so that a person looks before the copy leaves the
  house.

What it cannot see. Handwriting and print elsewhere (a letter, a screen, a delivery note without a code),
a waybill whose code is out of sight, a face that is small, turned or half covered; number plates. The
codes stay readable, and carriers' web pages may tell more to whoever has the number: mark them as well
where that matters. A person looks at every copy.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np
from pydantic import Field

from evidence.check import Album, Check, Ending, Frame, Media
from evidence.model import Finding, Measure, Outcome, say
from evidence.timeline import Instant

if TYPE_CHECKING:
    from evidence.check import Plane
    from evidence.marks import Box

_SOUGHT: Final = 1600
"""Long side of the view in which print and faces are sought, pixels."""
_GREY: Final = 96


class Mask(Check):
    """Makes the copy."""

    name: ClassVar[str] = "mask"
    version: ClassVar[int] = 1
    codes: ClassVar[Mapping[str, str]] = {
        "mask.copy": "The copy with personal data and faces covered, and how much was covered.",
    }

    every: Instant = timedelta(days=1)
    side: int = Field(default=1280, ge=320, le=1280)
    """Long side of the copy, pixels: an album keeps no larger one."""
    labels: bool = True
    """Whether print on waybills is covered."""
    people: bool = True
    """Whether faces are covered."""

    def start(self, media: Media, album: Album) -> _Observer:
        return _Observer(self, media, album)


class _Observer:
    def __init__(self, check: Mask, media: Media, album: Album) -> None:
        self._check = check
        self._album = album
        marks = media.expected.marks
        self._marked: tuple[Box, ...] = marks.hide if marks else ()
        self._still = ""
        self._counts = {"codes": 0, "faces": 0}
        self._share = 0.0

    def see(self, frame: Frame, /) -> None:
        from evidence.vision import private  # noqa: PLC0415 - it brings OpenCV, which no other photo needs

        view = frame.gray(_SOUGHT)
        covered = np.zeros(view.shape, np.uint8)
        if self._check.labels:
            found = private.codes(frame, _SOUGHT)
            self._counts["codes"] = len(found)
            covered |= private.print_around(view, found)
        people = private.faces(view) if self._check.people else []
        self._counts["faces"] = len(people)
        for left, top, right, bottom in (*people, *self._marked):
            height, width = view.shape
            rows = slice(int(top * height), int(np.ceil(bottom * height)))
            covered[rows, int(left * width) : int(np.ceil(right * width))] = 255
        self._still = self._album.keep(Covered(frame, covered), "copy", side=self._check.side)
        self._share = float((covered > 0).mean())

    def conclude(self, ending: Ending, /) -> Iterable[Finding]:  # noqa: ARG002 - its look tells everything
        counts = self._counts
        measures = [
            Measure(name="waybill_codes", value=counts["codes"], unit="codes"),
            Measure(name="faces", value=counts["faces"], unit="faces"),
            Measure(name="marked", value=len(self._marked), unit="places"),
            Measure(name="covered", value=round(self._share, 3), unit="of the picture"),
        ]
        stills = [self._still] if self._still else []
        look = say(
            "Look at the copy before it leaves the house, and cover what should not be seen with --hide."
        )
        if self._check.labels and not (counts["codes"] or self._marked):
            yield Finding.of(
                "mask.copy",
                Outcome.UNSURE,
                say(
                    "No waybill was found, so none is covered; {faces} faces are. The copy has no metadata.",
                    faces=counts["faces"],
                ),
                advice=look,
                measures=measures,
                stills=stills,
            )
            return
        yield Finding.of(
            "mask.copy",
            Outcome.SKIPPED,
            say(
                "Covered: the print about {codes} codes, {faces} faces and {places} marked places. "
                "The copy has no metadata.",
                codes=counts["codes"],
                faces=counts["faces"],
                places=len(self._marked),
            ),
            advice=look,
            measures=measures,
            stills=stills,
        )


@dataclass(frozen=True)
class Covered:
    """A frame whose colours are covered where `mask`, `(h, w)` of any size, is not 0; a `check.Frame`."""

    of: Frame
    mask: Plane

    @property
    def index(self) -> int:
        return self.of.index

    @property
    def at(self) -> timedelta:
        return self.of.at

    @property
    def key(self) -> bool:
        return self.of.key

    @property
    def corrupt(self) -> bool:
        return self.of.corrupt

    @property
    def width(self) -> int:
        return self.of.width

    @property
    def height(self) -> int:
        return self.of.height

    def gray(self, side: int) -> Plane:
        return self._over(self.of.gray(side))

    def rgb(self, side: int) -> Plane:
        return self._over(self.of.rgb(side))

    def _over(self, view: Plane) -> Plane:
        """A pixel is covered where any of the mask's pixels that it stands for is."""
        height, width = view.shape[:2]
        high, wide = self.mask.shape
        sums = np.pad(np.cumsum(np.cumsum(self.mask > 0, 0, np.int64), 1), ((1, 0), (1, 0)))
        (top, bottom), (left, right) = _spans(height, high), _spans(width, wide)
        within = sums[bottom][:, right] - sums[top][:, right] - sums[bottom][:, left] + sums[top][:, left]
        shown = view.copy()
        shown[within > 0] = _GREY
        shown.setflags(write=False)
        return shown


def _spans(pixels: int, cells: int) -> tuple[list[int], list[int]]:
    """From which cell of the mask up to which each pixel of a view stands."""
    return (
        [pixel * cells // pixels for pixel in range(pixels)],
        [-(-(pixel + 1) * cells // pixels) for pixel in range(pixels)],
    )
