"""What the order allows: the stretch of time in which a recording has to lie, and where one lies.

A recording's time is either what the file's own clocks say, or what the signed clock of a station in
the picture proves (`evidence.attested`); both are held against the same bounds.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from evidence.attested import Shown
from evidence.clocks import Recorded
from evidence.model import Expectation, Finding, Measure, Outcome, Saying, rfc3339, say


class Window:
    """What the order allows: from the latest of its lower bounds to its upper bound."""

    def __init__(self, after: datetime | None, early: Saying, before: datetime | None) -> None:
        self._after = after
        self._early = early
        self._before = before

    @classmethod
    def of(cls, order: Expectation) -> Window | None:
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
            return window_finding(
                Outcome.FAIL,
                Saying(text=self._early.text, values={"when": shown, "bound": _shown(after)}),
                advice=say(
                    "Check that this is the film of this parcel and that the camera's clock was right."
                ),
                measures=[measured("recorded_at", taken.latest, limit=after)],
            )
        if before is not None and taken.earliest is not None and taken.earliest > before + slack:
            return window_finding(
                Outcome.FAIL,
                say(
                    "Recorded at {when}, after the last moment allowed, {bound}.",
                    when=shown,
                    bound=_shown(before),
                ),
                advice=say("Look for an earlier recording of this parcel, or ask for an extension."),
                measures=[measured("recorded_at", taken.earliest, limit=before)],
            )
        late_enough = after is None or (taken.earliest is not None and taken.earliest >= after)
        if late_enough and (before is None or taken.latest <= before):
            moment = taken.latest if taken.earliest is None else taken.earliest
            return window_finding(
                Outcome.PASS,
                say("Recorded at {when}, within the time that the order allows.", when=shown),
                measures=[measured("recorded_at", moment, limit=after or before)],
            )
        return self._open(taken)

    def attested(self, shown: Shown, slack: timedelta, *, proven: bool, now: datetime | None) -> Finding:
        """Whether the codes of a station bear out that the recording lies in the window.

        Args:
            shown: the station's codes.
            slack: how far clocks may be apart.
            proven: whether the station is believed.
            now: the moment of the examination.
        """
        after, before = self._after, self._before
        if after is not None and shown.last < after - slack:
            return _of_station(
                Outcome.FAIL,
                say(
                    "The newest code of station {name} is from {when}, before the first moment allowed, "
                    "{bound}.",
                    name=shown.name,
                    when=rfc3339(shown.last),
                    bound=rfc3339(after),
                ),
                say(
                    "Check that this is the film of this parcel, and that it shows the station's own screen."
                ),
                measured("shown", shown.last, limit=after),
            )
        if before is not None and shown.first > before + slack:
            return _of_station(
                Outcome.FAIL,
                say(
                    "The codes of station {name} begin at {when}, after the last moment allowed, {bound}.",
                    name=shown.name,
                    when=rfc3339(shown.first),
                    bound=rfc3339(before),
                ),
                say("Look for an earlier recording of this parcel, or ask for an extension."),
                measured("shown", shown.first, limit=before),
            )
        late_enough = after is None or shown.first >= after
        if proven and late_enough and (before is None or (now is not None and now <= before)):
            return _of_station(
                Outcome.PASS,
                say("The signed clock proves it: recorded within the time that the order allows."),
                None,
                measured("shown", shown.first, limit=after or before),
            )
        return _of_station(
            Outcome.SKIPPED,
            say("The station's codes leave open whether it was in time; the file's own clock has to tell."),
            None,
            measured("shown", shown.first, limit=after or before),
        )

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
        return window_finding(
            Outcome.UNSURE,
            says,
            advice=say("Send the original file from the camera, or prove the time in another way."),
        )


def window_finding(
    outcome: Outcome, says: Saying, *, advice: Saying | None = None, measures: Iterable[Measure] = ()
) -> Finding:
    return Finding.of("clock.window", outcome, says, advice=advice, measures=measures)


def measured(name: str, at: datetime, *, limit: datetime | None = None) -> Measure:
    return Measure(name=name, value=rfc3339(at), limit=None if limit is None else rfc3339(limit))


def _shown(at: datetime) -> str:
    return f"{rfc3339(at)[:19].replace('T', ' ')} UTC"


def _of_station(outcome: Outcome, says: Saying, advice: Saying | None, measure: Measure) -> Finding:
    return Finding.of("clock.station_window", outcome, says, advice=advice, measures=[measure])
