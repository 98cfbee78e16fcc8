"""clock: when was this recorded, and do the file's own clocks bear that out?

What it asks. A film or photo counts only when it was taken after the parcel was signed
for and before the time to complain ran out. The file carries clocks that speak to that:
QuickTime's creation date with its zone, the container's creation time, EXIF dates with or
without a zone, and satellite time. The picture may carry one as well: a station clock or a slip
whose codes the service has signed.

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

- `clock.station`: pass when the signed codes of a station ran with the film and either the
  examination followed within a day or the file's clock agrees; unsure when they stand still, are
  of another time, or lie ahead. It then answers for a missing recording time.
- `clock.station_jump`: fail for each place where the codes leave the film's own time: something is
  missing, or was put in; unsure where the screen only stood still.
- `clock.station_window`: fail when the newest code is older, or the oldest newer, than the order allows;
  pass when codes and examination both lie within; otherwise skipped.
- `clock.station_agree`: unsure when the file's own clock contradicts the codes.
- `clock.slip`: a slip printed once for a case is in sight; the recording is not older. Where a slip was
  printed for this case: fail where only that of another case is in sight, unsure where both are, or, in
  a film, none. A slip says which film was made for which case, so a film of another case is told by it.
- `clock.station_unproven`: codes that no known key signed; they count for nothing.

What it cannot see. Tags are easily written, and phone clocks are sometimes wrong: clocks
that agree are an indication, and one that disagrees is never by itself a forgery. A signed code
proves that a film is not older, never that it is not younger: who films another film of a station
is found by the examination's time and by the file's own clock, if at all. Cuts are found where
codes are in sight a second before and after.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import ClassVar

from evidence.attested import Attested, Bracket, Shown
from evidence.check import Album, Check, Ending, Frame, Media
from evidence.clocks import Means, Reading, Recorded, apart, readings, recorded, written_again
from evidence.model import Finding, Measure, Outcome, say
from evidence.origin import by_camera, rewriter
from evidence.timeline import Instant
from evidence.vision.lookout import Lookout, in_photo
from evidence.window import Window, measured, window_finding


class Clock(Check):
    """Compares the times that a file carries with each other and with the order."""

    name: ClassVar[str] = "clock"
    version: ClassVar[int] = 4
    codes: ClassVar[Mapping[str, str]] = {
        "clock.recorded": "When the film or photo was recorded, and how that is known.",
        "clock.agree": "Whether the clocks in the file fit together.",
        "clock.window": "Whether the recording time lies in the window that the order allows.",
        "clock.future": "A clock in the file is later than the moment of the examination.",
        "clock.reprocessed": "The file was written again after the recording; by itself no sign of forgery.",
        "clock.station": "Between which moments it was recorded, by a station's signed codes in the picture.",
        "clock.station_agree": "The file's own clock contradicts the station in the picture.",
        "clock.station_jump": "The station's codes leave the film's own time: a cut, or a screen that hung.",
        "clock.station_unproven": "Codes in the picture that no known station signed.",
        "clock.station_window": "Whether the station's codes lie in the window that the order allows.",
        "clock.slip": "A slip printed once for a case: that of this case, of another, or missing.",
    }

    every: Instant = timedelta(0)
    """It decides itself which pictures it looks at, since signed codes change every second."""
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
    fresh: Instant = timedelta(days=1)
    """How long after its codes the examination vouches that a film with a station is no replay."""

    def start(self, media: Media, album: Album) -> _Observer:  # noqa: ARG002 - it keeps no pictures
        return _Observer(self, media)


class _Observer:
    def __init__(self, check: Clock, media: Media) -> None:
        self._check = check
        self._media = media
        self._attested = Attested(media.stations)
        self._lookout = Lookout()

    def see(self, frame: Frame, /) -> None:
        """Look for signed codes; nothing else in the picture matters here."""
        if frame.corrupt:
            return
        found = self._lookout.look(frame) if self._media.kind == "video" else in_photo(frame)
        if found:
            self._attested.see(frame.at, dict.fromkeys(symbol.text for symbol in found))

    def conclude(self, ending: Ending, /) -> Iterable[Finding]:
        media = self._media
        found = readings(media.tags)
        own = by_camera(media.tags, media.structure.words)
        taken = recorded(found, duration=ending.duration, by_camera=own)
        asked = Bracket(
            media.now, taken, self._check.slack, self._check.fresh, media.kind == "video", media.expected.slip
        )
        believed = self._attested.believed(asked)
        yield _attested_by(believed, _when_recorded(taken, found))
        if taken is not None:
            yield self._agreement(taken, found)
            yield from self._reprocessing(taken, found, ending)
            yield from self._future(taken)
        proven = list(self._stations_window(believed))
        in_time = any(finding.outcome is Outcome.PASS for finding in proven)
        yield _attested_by(believed if in_time else None, self._window(taken))
        yield from self._attested.findings(asked)
        yield from proven

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
            measures=[measured("recorded_at", taken.earliest, limit=now)],
        )

    def _window(self, taken: Recorded | None) -> Finding:
        window = Window.of(self._media.expected)
        if window is None:
            return window_finding(
                Outcome.SKIPPED, say("No order was given to compare the recording time with.")
            )
        if taken is None:
            return window_finding(
                Outcome.UNSURE,
                say("Without a recording time nobody can tell whether it was in time."),
                advice=say("Send the original file from the camera, or prove the time in another way."),
            )
        return window.holds(taken, self._check.slack)

    def _stations_window(self, believed: Shown | None) -> Iterator[Finding]:
        window = Window.of(self._media.expected)
        if window is None:
            return
        for shown in self._attested.stations:
            yield window.attested(shown, self._check.slack, proven=shown is believed, now=self._media.now)


def _attested_by(believed: Shown | None, finding: Finding) -> Finding:
    """What the file's own clock left open, where a station answers for it."""
    if believed is None or finding.outcome is not Outcome.UNSURE:
        return finding
    return finding.model_copy(update={"outcome": Outcome.SKIPPED})


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
            measures=[measured("not_later_than", taken.latest), place],
        )
    if taken.by.offset is None:
        return Finding.of(
            "clock.recorded",
            Outcome.PASS,
            say("Recorded at {when}, in a zone that the file does not name.", when=taken.by.shown),
            advice=say("Switch location on in the camera: then the file also names its zone."),
            measures=[
                measured("not_earlier_than", taken.earliest),
                measured("not_later_than", taken.latest),
                place,
            ],
        )
    return Finding.of(
        "clock.recorded",
        Outcome.PASS,
        say("Recorded at {when}.", when=taken.by.shown),
        measures=[measured("recorded_at", taken.earliest), place],
    )
