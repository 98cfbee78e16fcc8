"""clock: when was this recorded, and do the file's own clocks bear that out?

What it asks. A film or photo counts only when it was taken after the parcel was signed
for and before the time to complain ran out. The file carries clocks that speak to that:
QuickTime's creation date with its zone, the container's creation time, EXIF dates with or
without a zone, and satellite time.

How it decides. Each clock is held as the stretch of moments that its digits can stand
for; a photo time without a zone is 26 hours wide unless a satellite time narrows it.
- `clock.recorded`: pass when a clock tells the moment of recording; unsure when there is
  none, or only one that tells when the file was last written.
- `clock.agree`: pass when the other clocks fit the first; unsure when they contradict it.
- `clock.window`: pass when the recording lies within what the order allows, fail when it
  lies outside by more than phone clocks go wrong, unsure between. Skipped without an order.
- `clock.future`: fail or unsure when it would lie after the examination; else not said.
- `clock.reprocessed`: pass, as a fact, when other software or an export wrote the file again, so
  that its clocks may tell of that. Which software, and what that means, is `edited`'s to say.

What it cannot see. Tags are easily written, and phone clocks are sometimes wrong: clocks
that agree are an indication, and one that disagrees is never by itself a forgery.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import ClassVar

from evidence.check import Album, Check, Ending, Frame, Media
from evidence.clocks import Means, Reading, Recorded, apart, readings, recorded, written_again
from evidence.model import Finding, Measure, Outcome, Saying, rfc3339, say
from evidence.origin import by_camera, rewriter
from evidence.timeline import Instant


class Clock(Check):
    """Compares the times that a file carries with each other and with the order."""

    name: ClassVar[str] = "clock"
    version: ClassVar[int] = 2
    codes: ClassVar[Mapping[str, str]] = {
        "clock.recorded": "When the film or photo was recorded, and how that is known.",
        "clock.agree": "Whether the clocks in the file fit together.",
        "clock.window": "Whether the recording time lies in the window that the order allows.",
        "clock.future": "A clock in the file is later than the moment of the examination.",
        "clock.reprocessed": "The file was written again after the recording; by itself no sign of forgery.",
    }

    every: Instant = timedelta(days=1)
    """It reads tags, not pictures; one frame is as good as all."""
    apart: Instant = timedelta(minutes=2)
    """How far two clocks of one device may be apart and still agree."""
    fix_apart: Instant = timedelta(hours=1)
    """How far a satellite time may be from the recording: phones reuse an old fix."""
    slack: Instant = timedelta(minutes=5)
    """How far outside the order's window a recording may lie before it fails: phone clocks go wrong."""
    future: Instant = timedelta(days=1)
    """How far after the examination a recording may lie before it fails."""
    export: Instant = timedelta(seconds=10)
    """How long after the end of the take a file may be closed before that counts as an export."""

    def start(self, media: Media, album: Album) -> _Observer:  # noqa: ARG002 - it keeps no pictures
        return _Observer(self, media)


class _Observer:
    def __init__(self, check: Clock, media: Media) -> None:
        self._check = check
        self._media = media

    def see(self, frame: Frame, /) -> None:
        """Nothing in the picture matters here."""

    def conclude(self, ending: Ending, /) -> Iterable[Finding]:
        media = self._media
        found = readings(media.tags)
        own = by_camera(media.tags, media.structure.words)
        taken = recorded(found, duration=ending.duration, by_camera=own)
        yield _when_recorded(taken, found)
        if taken is not None:
            yield self._agreement(taken, found)
            yield from self._reprocessing(taken, found, ending)
            yield from self._future(taken)
        yield self._window(taken)

    def _agreement(self, taken: Recorded, found: tuple[Reading, ...]) -> Finding:
        others = [r for r in found if r is not taken.by and r.plausible]
        against = [r for r in others if self._contradicts(taken.by, r)]
        measures = [Measure(name="clocks", value=len(others) + 1, unit="clocks")]
        if against:
            return Finding.of(
                "clock.agree",
                Outcome.UNSURE,
                say(
                    "Two clocks in the file contradict each other: {one} in {place}, {other} in {elsewhere}.",
                    one=taken.by.shown,
                    place=taken.by.place,
                    other=against[0].shown,
                    elsewhere=against[0].place,
                ),
                advice=say("Ask which clock was wrong; the carrier's scan and the chat can settle the time."),
                measures=measures,
            )
        if not others:
            return Finding.of(
                "clock.agree",
                Outcome.SKIPPED,
                say("The file carries one clock, so there is nothing to compare it with."),
                measures=measures,
            )
        return Finding.of(
            "clock.agree",
            Outcome.PASS,
            say("The {count} clocks in the file fit together.", count=len(others) + 1),
            measures=measures,
        )

    def _contradicts(self, one: Reading, other: Reading) -> bool:
        before, after = apart(one, other)
        match other.means:
            case Means.WRITTEN:  # a file may be saved long after, never before
                return before > self._check.apart
            case Means.SATELLITE:
                return max(before, after) > self._check.fix_apart
            case Means.RECORDED:
                return max(before, after) > self._check.apart

    def _reprocessing(self, taken: Recorded, found: tuple[Reading, ...], ending: Ending) -> Iterator[Finding]:
        later = written_again(taken.by, found, ending.duration + self._check.export)
        if later is not None:
            says = say(
                "The file was written again at {written}, as saving, sharing or an export does; "
                "by itself that is no sign of forgery.",
                written=later.shown,
            )
        elif rewriter(self._media.tags, self._media.structure.words) is not None:
            says = say(
                "Other software wrote the file again, so its clock may tell the time of that; "
                "by itself that is no sign of forgery."
            )
        else:
            return
        yield Finding.of(
            "clock.reprocessed",
            Outcome.PASS,
            says,
            advice=say("Keep the file as the camera wrote it, if it still exists: it is the stronger proof."),
            measures=[Measure(name="written_at", value=later.shown)] if later else (),
        )

    def _future(self, taken: Recorded) -> Iterator[Finding]:
        now = self._media.now
        if now is None or taken.earliest is None or taken.earliest <= now + self._check.slack:
            return
        far = taken.earliest > now + self._check.future
        yield Finding.of(
            "clock.future",
            Outcome.FAIL if far else Outcome.UNSURE,
            say(
                "The recording time {when} lies after this examination; the camera's clock was wrong.",
                when=taken.by.shown,
            ),
            advice=say("Set the camera's date and time by the network, and prove the time in another way."),
            measures=[_moment("recorded_at", taken.earliest, limit=now)],
        )

    def _window(self, taken: Recorded | None) -> Finding:
        window = _Window.of(self._media)
        if window is None:
            return _window_finding(
                Outcome.SKIPPED, say("No order was given to compare the recording time with.")
            )
        if taken is None:
            return _window_finding(
                Outcome.UNSURE,
                say("Without a recording time nobody can tell whether it was in time."),
                advice=say("Send the original file from the camera, or prove the time in another way."),
            )
        return window.holds(taken, self._check.slack)


class _Window:
    """What the order allows: from the latest of its lower bounds to its upper bound."""

    def __init__(self, after: datetime | None, early: Saying, before: datetime | None) -> None:
        self._after = after
        self._early = early
        self._before = before

    @classmethod
    def of(cls, media: Media) -> _Window | None:
        order = media.expected
        lower = [
            (order.not_before, say("Recorded at {when}, before the first moment allowed, {bound}.")),
            (order.delivered_at, say("Recorded at {when}, before the parcel was delivered at {bound}.")),
            (order.received_at, say("Recorded at {when}, before the parcel was received at {bound}.")),
        ]
        given = [(at, words) for at, words in lower if at is not None]
        if not given and order.not_after is None:
            return None
        after, early = max(given, key=lambda pair: pair[0]) if given else (None, lower[0][1])
        return cls(after, early, order.not_after)

    def holds(self, taken: Recorded, slack: timedelta) -> Finding:
        after, before, shown = self._after, self._before, taken.by.shown
        if after is not None and taken.latest < after - slack:
            return _window_finding(
                Outcome.FAIL,
                Saying(text=self._early.text, values={"when": shown, "bound": _shown(after)}),
                advice=say(
                    "Check that this is the film of this parcel and that the camera's clock was right."
                ),
                measures=[_moment("recorded_at", taken.latest, limit=after)],
            )
        if before is not None and taken.earliest is not None and taken.earliest > before + slack:
            return _window_finding(
                Outcome.FAIL,
                say(
                    "Recorded at {when}, after the last moment allowed, {bound}.",
                    when=shown,
                    bound=_shown(before),
                ),
                advice=say("Look for an earlier recording of this parcel, or ask for an extension."),
                measures=[_moment("recorded_at", taken.earliest, limit=before)],
            )
        late_enough = after is None or (taken.earliest is not None and taken.earliest >= after)
        if late_enough and (before is None or taken.latest <= before):
            moment = taken.latest if taken.earliest is None else taken.earliest
            return _window_finding(
                Outcome.PASS,
                say("Recorded at {when}, within the time that the order allows.", when=shown),
                measures=[_moment("recorded_at", moment, limit=after or before)],
            )
        return self._open(taken)

    def _open(self, taken: Recorded) -> Finding:
        if taken.earliest is None:
            says = say("The file was last written at {when}; it may be older than that.", when=taken.by.shown)
        elif taken.by.offset is None:
            says = say(
                "Recorded at {when} in an unnamed zone: it may be in time or not.", when=taken.by.shown
            )
        else:
            says = say(
                "Recorded at {when}, too close to the limit to tell by a camera's clock.", when=taken.by.shown
            )
        return _window_finding(
            Outcome.UNSURE,
            says,
            advice=say("Send the original file from the camera, or prove the time in another way."),
        )


def _when_recorded(taken: Recorded | None, found: tuple[Reading, ...]) -> Finding:
    original = say("Send the original file from the camera: chat apps and editors drop its clock.")
    if taken is None:
        says = (
            say("The camera's clock was not set: it says {when}.", when=found[0].shown)
            if found
            else say("The file carries no recording time.")
        )
        return Finding.of("clock.recorded", Outcome.UNSURE, says, advice=original)
    place = Measure(name="clock", value=taken.by.place)
    if taken.earliest is None:
        return Finding.of(
            "clock.recorded",
            Outcome.UNSURE,
            say("The file only says when it was last written: {when}.", when=taken.by.shown),
            advice=original,
            measures=[_moment("not_later_than", taken.latest), place],
        )
    if taken.by.offset is None:
        return Finding.of(
            "clock.recorded",
            Outcome.PASS,
            say("Recorded at {when}, in a zone that the file does not name.", when=taken.by.shown),
            advice=say("Switch location on in the camera: then the file also names its zone."),
            measures=[
                _moment("not_earlier_than", taken.earliest),
                _moment("not_later_than", taken.latest),
                place,
            ],
        )
    return Finding.of(
        "clock.recorded",
        Outcome.PASS,
        say("Recorded at {when}.", when=taken.by.shown),
        measures=[_moment("recorded_at", taken.earliest), place],
    )


def _window_finding(
    outcome: Outcome, says: Saying, *, advice: Saying | None = None, measures: Iterable[Measure] = ()
) -> Finding:
    return Finding.of("clock.window", outcome, says, advice=advice, measures=measures)


def _moment(name: str, at: datetime, *, limit: datetime | None = None) -> Measure:
    return Measure(name=name, value=rfc3339(at), limit=None if limit is None else rfc3339(limit))


def _shown(at: datetime) -> str:
    return f"{rfc3339(at)[:19].replace('T', ' ')} UTC"
