"""duplicate: by which pictures is this file found again, if it is used a second time?

What it asks. A film or photo that backs one claim must not quietly back another one. Whether it
was used before cannot be seen in the file alone, so this check only takes the imprints by which
whoever keeps many files finds it again (`api.recognising`); it judges nothing, and no verdict
hangs on it.

How it decides.
- Of a film it takes the calmest picture of each second, at most 64: where there are more, each
  stands for two seconds, four, and so on. A picture that is too dark, flat or blurred to be told
  from others is passed over, and so is one like the picture before it.
- Of each it keeps the signs of the 252 lowest frequencies (`evidence.imprint`), which survive
  encoding again, scaling, brightness, mirrors, quarter turns and a crop of about 2 %.
- `duplicate.imprints` carries them in its `footage`. It is skipped, as it answers no question.
- `duplicate.exact`, `duplicate.footage` and `duplicate.likeness` are said beside the report, of
  two files: the same bytes; several pictures on one time line; or one that looks like the other
  (`evidence.recurrence` has the limits and their reasons).

What it cannot see. Black or blurred borders that were put around the picture, crops beyond a few
percent, large inserted text, a film played at another speed, less than about four seconds of a
long film, or a scene staged anew. Two boxes of one make that move in exactly the same way, as only
machines and renderers move them, are one film to it, unless other codes were read on them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import ClassVar

from pydantic import Field

from evidence.check import Album, Check, Ending, Frame, Media
from evidence.imprint import hexadecimal
from evidence.model import MOST_IMPRINTS, Finding, Footage, Imprint, Measure, Outcome, say
from evidence.timeline import Instant
from evidence.vision.moments import Moments


class Duplicate(Check):
    """Takes the imprints by which a file is found again."""

    name: ClassVar[str] = "duplicate"
    version: ClassVar[int] = 1
    codes: ClassVar[Mapping[str, str]] = {
        "duplicate.imprints": "The pictures by which this file is found again; judges nothing.",
        "duplicate.exact": "Beside the report: the same bytes were sent before.",
        "duplicate.footage": "Beside the report: key pictures of an earlier film, on one time line.",
        "duplicate.likeness": "Beside the report: it looks like an earlier file; a person compares them.",
    }

    every: Instant = timedelta(seconds=0.2)
    """The least time between two looks for a calm picture."""
    side: int = Field(default=160, ge=64, le=640)
    """Long side of the pictures looked at, pixels."""
    most: int = Field(default=MOST_IMPRINTS, ge=1, le=MOST_IMPRINTS)
    """Imprints at most."""
    faint: float = Field(default=6.0, ge=0)
    """The median frequency below which a picture is too dark, flat or blurred, grey levels."""

    def start(self, media: Media, album: Album) -> _Observer:  # noqa: ARG002 - no picture is kept
        return _Observer(self, media)


class _Observer:
    def __init__(self, check: Duplicate, media: Media) -> None:
        self._check = check
        self._media = media
        self._moments = Moments(side=check.side, most=check.most, least=check.faint)

    def see(self, frame: Frame, /) -> None:
        self._moments.see(frame)

    def conclude(self, ending: Ending, /) -> Iterable[Finding]:  # noqa: ARG002 - what was seen is told
        moments = self._moments.finish()
        if not moments:
            says = say("No picture is distinct enough to be found again; the same file still is.")
        elif self._media.kind == "video":
            says = say(
                "{count} key pictures were noted, so that this film is found again.", count=len(moments)
            )
        else:
            says = say("The picture was noted, so that it is found again.")
        yield Finding.of(
            "duplicate.imprints",
            Outcome.SKIPPED,
            says,
            measures=[
                Measure(name="imprints", value=len(moments), unit="pictures", limit=self._check.most),
            ],
            footage=Footage(
                kind=self._media.kind,
                imprints=tuple(Imprint(at=each.at, bits=hexadecimal(each.bits)) for each in moments),
                rhythm=str(self._moments.rhythm),
            ),
        )
