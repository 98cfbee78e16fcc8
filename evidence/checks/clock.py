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

A clock that the camera drew into a film, as watermark cameras and recorders do, is read three times a second
once it was seen to run (`vision/ticker`); no extra is needed for it.
- `clock.overlay`: what it says, as a fact. It can be set: where the file itself tells no time it
  answers in `clock.recorded` and `clock.window`, which it can fail and never lets pass.
- `clock.overlay_jump`: fail for each place where it leaves the film's time; unsure where it only stood still,
  or moved by whole hours.
- `clock.overlay_rate`: unsure where it runs surely faster or slower than the film.
- `clock.overlay_agree`: pass where the file's own clock fits it, unsure where they contradict each other.
- `clock.overlay_two`: whether a second one in the picture runs together with the first.

What it cannot see. Tags are easily written, and phone clocks are sometimes wrong: clocks
that agree are an indication, and one that disagrees is never by itself a forgery. A signed code
proves that a film is not older, never that it is not younger: who films another film of a station
is found by the examination's time and by the file's own clock, if at all. Cuts are found where
codes are in sight a second before and after. A drawn clock is read where its figures stand in one
place, are at least eight pixels high and stand out in brightness or colour; one without seconds is not
read, nor is one in a photo. Whoever cuts a film can draw its clock anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from evidence.attested import Attested, Bracket, Shown
from evidence.check import Album, Check, Ending, Frame, Media
from evidence.clocks import Means, Reading, Recorded, apart, readings, recorded, written_again
from evidence.model import Finding, Measure, Outcome, say
from evidence.origin import by_camera, rewriter
from evidence.overlaid import Overlaid, unproven, unread
from evidence.taken import when_recorded
from evidence.timeline import Instant
from evidence.vision.lookout import Lookout, in_photo
from evidence.window import Window, measured, window_finding

if TYPE_CHECKING:
    from evidence.vision.ticker import Ticker


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
        "clock.overlay": "What a clock that the camera drew into the picture says; it can be set.",
        "clock.overlay_agree": "Whether the clock in the picture and the file's own clock fit together.",
        "clock.overlay_jump": "The clock in the picture leaves the film's time: a cut, or it stood still.",
        "clock.overlay_rate": "The clock in the picture runs faster or slower than the film.",
        "clock.overlay_two": "Whether two clocks in the picture keep the same time.",
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

    drawn: bool = True
    """Whether clocks that a camera drew into its film are looked for."""

    def start(self, media: Media, album: Album) -> _Observer:
        return _Observer(self, media, album)


class _Observer:
    def __init__(self, check: Clock, media: Media, album: Album) -> None:
        self._check = check
        self._media = media
        self._attested = Attested(media.stations)
        self._lookout = Lookout()
        self._ticker = _ticker(album) if check.drawn and media.kind == "video" else None

    def see(self, frame: Frame, /) -> None:
        """Look for signed codes and drawn clocks; nothing else in the picture matters here."""
        if frame.corrupt:
            return
        if self._ticker is not None:
            self._ticker.see(frame)
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
        overlays = () if self._ticker is None else self._ticker.overlays()
        drawn = Overlaid(overlays, taken, media.now, self._check.apart)
        word = drawn.recorded if taken is None else None
        yield _attested_by(believed, unproven(when_recorded(taken, found), word))
        if taken is not None:
            yield self._agreement(taken, found)
            yield from self._reprocessing(taken, found, ending)
            yield from self._future(taken)
        proven = list(self._stations_window(believed))
        in_time = any(finding.outcome is Outcome.PASS for finding in proven)
        window = unproven(self._window(word), word) if word is not None else self._window(taken)
        yield _attested_by(believed if in_time else None, window)
        yield from self._attested.findings(asked)
        yield from proven
        yield from drawn.findings()
        if self._ticker is not None and self._ticker.clocks and not overlays:
            yield unread()

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


def _ticker(album: Album) -> Ticker:
    from evidence.vision import ticker  # noqa: PLC0415 - a photo does without

    return ticker.Ticker(album)


def _attested_by(believed: Shown | None, finding: Finding) -> Finding:
    """What the file's own clock left open, where a station answers for it."""
    if believed is None or finding.outcome is not Outcome.UNSURE:
        return finding
    return finding.model_copy(update={"outcome": Outcome.SKIPPED})
