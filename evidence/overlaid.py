"""What the clocks that a camera drew into its film come to: the time they say, and whether the file agrees.

A drawn clock can be set, and anybody can draw one: it proves little by itself, and every sentence says so.
Two things it does well. Where it jumps while the film runs on, a stretch is missing or was put in
(`unsteady`); and where the file itself tells no time, it is the next best word on when the film was made.
Its digits have no zone, so it stands for a stretch of 26 hours, as an EXIF date without a zone does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from typing import Final

from evidence.clocks import EASTMOST, WESTMOST, Means, Reading, Recorded
from evidence.model import Finding, Measure, Outcome, rfc3339, say
from evidence.pace import Told, pace
from evidence.unsteady import Overlay, against, left_course, off_pace

PLACE: Final = "picture"
"""Where a drawn clock stands, as tags name their places."""
_QUARTER: Final = timedelta(minutes=15)


class Overlaid:
    """All drawn clocks of one film, the one read most often first.

    Args:
        overlays: as they were read.
        taken: when the film began by the file's own clocks.
        now: the moment of the examination.
        apart: how far the file's clock and a drawn one may be apart and still agree.
    """

    def __init__(
        self, overlays: Sequence[Overlay], taken: Recorded | None, now: datetime | None, apart: timedelta
    ) -> None:
        self._overlays = overlays
        self._taken = taken
        self._now = now
        self._apart = apart

    @property
    def recorded(self) -> Recorded | None:
        """When the film began by the first clock, where its day is known; it can be set."""
        moments = _moments(self._overlays[0], self._taken, self._now) if self._overlays else ()
        if len(moments) != 1:
            return None
        reading = Reading(PLACE, Means.RECORDED, moments[0].replace(microsecond=0), None)
        return Recorded(reading, reading.earliest, reading.latest) if reading.plausible else None

    def findings(self) -> Iterator[Finding]:
        """Everything that the clocks say."""
        for overlay in self._overlays:
            yield self._shown(overlay)
            yield from left_course(overlay)
            yield from off_pace(overlay)
        yield from self._agreement()
        yield from against(self._overlays)

    def _shown(self, overlay: Overlay) -> Finding:
        first, last = overlay.told[0], overlay.told[-1]
        moments = _moments(overlay, self._taken, self._now)
        values = {"first": _of_day(first.shown), "last": _of_day(last.shown)}
        if len(moments) == 1:
            values = {
                "first": _moment(moments[0], first.at),
                "last": _moment(moments[0], last.at, last, first),
            }
        found = pace(overlay.told)
        measures = [
            Measure(name="shown_first", value=values["first"]),
            Measure(name="shown_last", value=values["last"]),
            Measure(name="readings", value=len(overlay.told), unit="readings"),
            Measure(name="sampled", value=overlay.sampled, unit="frames"),
        ]
        if found is not None:
            measures.append(Measure(name="rate", value=round(found.rate, 3), unit="s/s", limit=1))
        says = (
            say(
                "A clock drawn into the picture runs from {first} to {last}. It can be set, so that it "
                "proves little by itself.",
                **values,
            )
            if len(moments) == 1
            else say(
                "A clock drawn into the picture runs from {first} to {last}; its day is {one} or {other}. It "
                "can be set, so that it proves little by itself.",
                **values,
                one=moments[0].date().isoformat(),
                other=moments[-1].date().isoformat(),
            )
            if moments
            else say(
                "A clock drawn into the picture runs from {first} to {last}; its day was not read. It can be "
                "set, so that it proves little by itself.",
                **values,
            )
        )
        return Finding.of("clock.overlay", Outcome.PASS, says, when=overlay.when, measures=measures)

    def _agreement(self) -> Iterator[Finding]:
        drawn, taken = self.recorded, self._taken
        if drawn is None or taken is None:
            return
        shown, by = drawn.by.digits, taken.by
        if taken.earliest is None:
            if drawn.by.earliest > taken.latest + self._apart:
                yield self._contradiction(drawn, drawn.by.earliest - taken.latest, hours=False)
            return
        start = taken.earliest.replace(tzinfo=None)
        if by.means is Means.RECORDED:
            start = by.digits
        off = shown - start
        whole = round(off / _QUARTER) * _QUARTER
        fits = abs(off - whole) <= self._apart and WESTMOST <= whole <= EASTMOST
        if abs(off) <= self._apart or (by.means is Means.WRITTEN and fits):
            yield Finding.of(
                "clock.overlay_agree",
                Outcome.PASS,
                say(
                    "The clock in the picture and the file's own clock fit: {shown} and {when}.",
                    shown=drawn.by.shown,
                    when=by.shown,
                ),
                measures=[Measure(name="offset", value=round(off.total_seconds()), unit="s")],
            )
            return
        yield self._contradiction(drawn, off, hours=fits)

    def _contradiction(self, drawn: Recorded, off: timedelta, *, hours: bool) -> Finding:
        taken = self._taken
        when = taken.by.shown if taken is not None else ""
        says = (
            say(
                "The clock in the picture says {shown}, the file {when}: they are whole hours or quarters "
                "apart, as with another zone or summer time.",
                shown=drawn.by.shown,
                when=when,
            )
            if hours
            else say(
                "The clock in the picture says {shown}, the file {when}: one of them was wrong.",
                shown=drawn.by.shown,
                when=when,
            )
        )
        return Finding.of(
            "clock.overlay_agree",
            Outcome.UNSURE,
            says,
            advice=say("Ask which clock was wrong; the carrier's scan and the chat can settle the time."),
            measures=[
                Measure(
                    name="offset",
                    value=round(off.total_seconds()),
                    unit="s",
                    limit=round(self._apart.total_seconds()),
                )
            ],
        )


def _moments(overlay: Overlay, taken: Recorded | None, now: datetime | None) -> tuple[datetime, ...]:
    """The digits that it showed when the film began, without a zone; of two possible days the likelier."""
    first = overlay.told[0]
    begun = [
        datetime.combine(day, time()) + timedelta(seconds=first.shown - first.at) for day in overlay.days
    ]
    known = taken.latest if taken is not None else None
    if known is not None and len(begun) > 1:
        return (min(begun, key=lambda at: abs(at - known.replace(tzinfo=None))),)
    if now is not None and len(begun) > 1:
        past = [at for at in begun if at + WESTMOST <= now.replace(tzinfo=None)]
        return tuple(past or begun)
    return tuple(begun)


def unread() -> Finding:
    """Of a film in which a clock runs that could not be read."""
    return Finding.of(
        "clock.overlay",
        Outcome.SKIPPED,
        say("A clock runs in the picture, but its figures are too small or too faint to be read surely."),
        advice=say("Set the clock of the camera larger, and with a dark edge around its figures."),
    )


def unproven(finding: Finding, drawn: Recorded | None) -> Finding:
    """What the file's own clock left open, told with the drawn clock's word: it fails, and never passes."""
    if drawn is None or finding.outcome is Outcome.SKIPPED:
        return finding
    if finding.code == "clock.recorded":
        return Finding.of(
            finding.code,
            Outcome.UNSURE,
            say(
                "The file carries no recording time; the clock drawn into the picture says {when}, and such "
                "a clock can be set.",
                when=drawn.by.shown,
            ),
            advice=say("Send the original file from the camera, or prove the time in another way."),
            measures=[
                Measure(name="shown", value=drawn.by.digits.isoformat(sep=" ")),
                Measure(name="not_earlier_than", value=rfc3339(drawn.by.earliest)),
                Measure(name="not_later_than", value=rfc3339(drawn.by.latest)),
                Measure(name="clock", value=PLACE),
            ],
        )
    if finding.outcome is not Outcome.PASS:
        return finding
    return Finding.of(
        finding.code,
        Outcome.UNSURE,
        say(
            "In time by the clock drawn into the picture, {when}; such a clock can be set.",
            when=drawn.by.shown,
        ),
        advice=say("Send the original file from the camera, or prove the time in another way."),
        measures=finding.measures,
    )


def _of_day(shown: int) -> str:
    return str(time(shown // 3600 % 24, shown // 60 % 60, shown % 60))


def _moment(begun: datetime, at: float, last: Told | None = None, first: Told | None = None) -> str:
    moment = begun + timedelta(seconds=at)
    if last is not None and first is not None:
        moment = begun + timedelta(seconds=first.at + last.shown - first.shown)
    return moment.isoformat(sep=" ", timespec="seconds")
