"""phases: does the film show the procedure that platforms ask for, in its order?

What it asks. The film has to begin with the parcel still closed, show it from all sides,
show how it is opened, and go on until the contents have been seen.

How it decides. The network that finds the closed box also knows an opened carton when it
sees one. A few looks a second (`evidence.vision.procedure`) make a coarse line of time:
- `phases.sealed`: pass when a closed parcel is seen at the film's beginning and nothing open
  before. Fail when an open carton is seen first. Unsure when the closed parcel comes late
  or is not seen.
- `phases.label`: pass when a waybill could be read before the opening, as the check `label` tells;
  unsure when only later or never.
- `phases.faces`: when the closed parcel was turned about, before the opening. Which faces were
  seen is for `six_faces`; here it is only unsure when it was hardly turned.
- `phases.opening`: pass when the parcel goes from closed to open in sight. Fail when a film that
  follows the closed parcel ends before it is opened. Unsure when the moment was not seen.
- `phases.contents`: pass when the film goes on after the opening for long enough to take something
  out; fail when it breaks off at once.

What it cannot see. Whether tape was cut and glued again before the recording, and what a
hand does inside. Bags and envelopes are neither closed boxes nor cartons to it: unsure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from evidence.check import Album, Check, Ending, Frame, Media
from evidence.model import Finding, Measure, Outcome, say
from evidence.timeline import ZERO, Instant, Timeline, clock
from evidence.vision.notes import notes_of
from evidence.vision.procedure import Procedure

if TYPE_CHECKING:
    from evidence.vision.eyes import Eyes


class Phases(Check):
    """Follows the procedure from the sealed parcel to the contents."""

    name: ClassVar[str] = "phases"
    version: ClassVar[int] = 1
    codes: ClassVar[Mapping[str, str]] = {
        "phases.sealed": "Whether the film begins with a closed parcel, and until when it stays closed.",
        "phases.label": "Whether and when the waybill could be read before the parcel was opened.",
        "phases.faces": "When the closed parcel was turned about before it was opened.",
        "phases.opening": "Whether and when the parcel is opened in the film.",
        "phases.contents": "Whether the film goes on after the opening.",
    }

    every: Instant = timedelta(seconds=0.2)
    """The least time between two looks."""
    calm: Instant = timedelta(seconds=0.4)
    """The same while the closed parcel is in sight, once all its faces were proven."""
    lead: Instant = timedelta(seconds=4)
    """How late after the film's start the closed parcel may first be seen."""
    around: float = Field(default=150.0, ge=0)
    """How far it is turned in all before that counts as being shown around, degrees."""
    unseen: Instant = timedelta(seconds=20)
    """How long before the opening the closed parcel may have been seen last: hands and a knife hide it."""
    inspection: Instant = timedelta(seconds=3)
    """How long the film has to go on after the opening."""
    broken_off: Instant = timedelta(seconds=1)
    """A film that goes on for less breaks off."""
    glimpses: int = Field(default=5, ge=1)
    """Looks that have to see the closed parcel before anything is said of it."""
    mostly: float = Field(default=0.7, ge=0, le=1)
    """In what share of the looks the closed parcel is seen in a film that follows it, 0 to 1."""

    def start(self, media: Media, album: Album) -> _Observer:
        from evidence.vision.eyes import eyes_of  # noqa: PLC0415 - its network takes a while to load

        return _Observer(self, media, album, eyes_of(media))


class _Observer:
    def __init__(self, check: Phases, media: Media, album: Album, eyes: Eyes) -> None:
        self._check, self._media, self._album = check, media, album
        self._procedure = Procedure()
        self._eyes = eyes
        self._opened_still: str | None = None

    def see(self, frame: Frame, /) -> None:
        if self._procedure.opening.at is not None:
            self._procedure.last = frame.at
            return
        if self._calm and frame.at - self._procedure.last < self._check.calm:
            return
        look = self._eyes.look(frame, within=self._check.every / 2)
        self._procedure.see(look.at, look.sight, look.opened)
        if self._procedure.opening.at is not None:
            self._opened_still = self._album.keep(frame, "opened")

    @property
    def _calm(self) -> bool:
        """Whether nothing is to be missed by looking less often: the last look saw the closed parcel."""
        closed = self._procedure.closed
        at_rest = bool(closed) and closed[-1] == self._procedure.last
        return at_rest and notes_of(self._media).faces_proven

    def conclude(self, ending: Ending, /) -> Iterable[Finding]:
        if self._media.kind == "photo":
            yield Finding.of(
                "phases.sealed", Outcome.SKIPPED, say("A photo cannot show how a parcel is opened.")
            )
            return
        self._procedure.opening.finish()
        yield self._sealed()
        yield self._label()
        yield from self._faces()
        yield self._opening(ending)
        yield from self._contents(ending)

    def _sealed(self) -> Finding:
        procedure, opened_at = self._procedure, self._procedure.opening.at
        measures = [Measure(name="looks", value=procedure.looks, unit="pictures")]
        if len(procedure.closed) < self._check.glimpses:
            if opened_at is not None and not procedure.closed:
                return Finding.of(
                    "phases.sealed",
                    Outcome.FAIL,
                    say("The film begins with an open carton; the sealed parcel is never seen."),
                    advice=say("Look for a film that begins before the parcel was opened."),
                    when=Timeline.of((ZERO, opened_at)),
                    measures=measures,
                    stills=[self._opened_still] if self._opened_still else (),
                )
            return Finding.of(
                "phases.sealed",
                Outcome.UNSURE,
                say("Neither a closed nor an open parcel was seen for long enough to tell."),
                advice=say("Begin with the closed parcel, large in the picture and in good light."),
                measures=measures,
            )
        first, last = procedure.closed[0], procedure.closed[-1]
        late = Measure(
            name="first_seen",
            value=round(first.total_seconds(), 2),
            unit="s",
            limit=self._check.lead.total_seconds(),
        )
        if first > self._check.lead:
            return Finding.of(
                "phases.sealed",
                Outcome.UNSURE,
                say(
                    "The closed parcel is first seen at {at}; what was before is not known.", at=clock(first)
                ),
                advice=say("Show the closed parcel from the first second on."),
                when=Timeline.of((first, last)),
                measures=[*measures, late],
            )
        return Finding.of(
            "phases.sealed",
            Outcome.PASS,
            say("The film begins with the closed parcel, seen until {at}.", at=clock(last)),
            when=Timeline.of((first, last)),
            measures=[*measures, late],
        )

    def _label(self) -> Finding:
        ask = notes_of(self._media).waybill
        if ask is None:
            return Finding.of("phases.label", Outcome.SKIPPED, say("No waybill was looked for."))
        opened = self._procedure.opening.at
        spans = [(one.start, one.end) for one in ask().spans if opened is None or one.start < opened]
        if spans:
            says = say("The waybill can be read from {at} on.", at=clock(spans[0][0]))
            return Finding.of("phases.label", Outcome.PASS, says, when=Timeline.of(*spans))
        says = (
            say("No waybill could be read.")
            if opened is None
            else say("No waybill could be read before the parcel was opened.")
        )
        advice = say("Hold the waybill of the closed parcel to the camera for two seconds, large and still.")
        return Finding.of("phases.label", Outcome.UNSURE, says, advice=advice)

    def _faces(self) -> Iterator[Finding]:
        procedure = self._procedure
        if len(procedure.closed) < self._check.glimpses:
            return
        turned = Measure(
            name="turned", value=round(procedure.turned), unit="degrees", limit=self._check.around
        )
        spans = procedure.showings()
        if procedure.turned < self._check.around or not spans:
            yield Finding.of(
                "phases.faces",
                Outcome.UNSURE,
                say("The closed parcel was hardly turned before it was opened."),
                advice=say("Turn the closed parcel so that all its six sides are seen, then open it."),
                when=Timeline.of(*spans),
                measures=[turned],
            )
            return
        yield Finding.of(
            "phases.faces",
            Outcome.PASS,
            say(
                "The closed parcel is turned about between {start} and {end}.",
                start=clock(spans[0].start),
                end=clock(spans[-1].end),
            ),
            when=Timeline.of(*spans),
            measures=[turned],
        )

    def _opening(self, ending: Ending) -> Finding:
        procedure, check = self._procedure, self._check
        opened_at, closed_at = procedure.opening.at, procedure.opening.closed_at
        film_again = say(
            "Film the opening itself: leave the parcel in the picture while it is cut and opened."
        )
        if opened_at is None:
            followed = procedure.looks and len(procedure.closed) >= check.mostly * procedure.looks
            at_the_end = bool(procedure.closed) and procedure.last - procedure.closed[-1] <= 2 * check.every
            if followed and at_the_end and ending.complete:
                return Finding.of(
                    "phases.opening",
                    Outcome.FAIL,
                    say("The film ends with the parcel still closed."),
                    advice=say("Send the whole film, with the opening and the contents, without a cut."),
                )
            return Finding.of(
                "phases.opening",
                Outcome.UNSURE,
                say("No moment was found at which the parcel is opened."),
                advice=film_again,
            )
        if closed_at is None or opened_at - closed_at > check.unseen:
            return Finding.of(
                "phases.opening",
                Outcome.UNSURE,
                say("From {at} on the carton is open; how it was opened is not seen.", at=clock(opened_at)),
                advice=film_again,
                when=Timeline.of((closed_at or opened_at, opened_at)),
                stills=[self._opened_still] if self._opened_still else (),
            )
        return Finding.of(
            "phases.opening",
            Outcome.PASS,
            say("The parcel is opened in the film, at {at}.", at=clock(opened_at)),
            when=Timeline.of((closed_at, opened_at)),
            stills=[self._opened_still] if self._opened_still else (),
        )

    def _contents(self, ending: Ending) -> Iterator[Finding]:
        opened_at = self._procedure.opening.at
        if opened_at is None:
            return
        left = max(ZERO, ending.duration - opened_at)
        measure = Measure(
            name="after",
            value=round(left.total_seconds(), 2),
            unit="s",
            limit=self._check.inspection.total_seconds(),
        )
        seconds = round(left.total_seconds(), 1)
        show = say("Send the whole film: take everything out, and show it and the empty carton.")
        when = Timeline.of((opened_at, opened_at + left))
        if left >= self._check.inspection:
            yield Finding.of(
                "phases.contents",
                Outcome.PASS,
                say("The film goes on for {seconds} s after the opening.", seconds=seconds),
                when=when,
                measures=[measure],
            )
        elif left < self._check.broken_off:
            yield Finding.of(
                "phases.contents",
                Outcome.FAIL,
                say("The film breaks off as the parcel is opened; the contents are not seen."),
                advice=show,
                when=when,
                measures=[measure],
            )
        else:
            yield Finding.of(
                "phases.contents",
                Outcome.UNSURE,
                say("The film ends {seconds} s after the opening; that may be too short.", seconds=seconds),
                advice=show,
                when=when,
                measures=[measure],
            )
