"""When a film or photo was recorded by the file's own clocks, in words."""

from __future__ import annotations

from evidence.clocks import Reading, Recorded
from evidence.model import Finding, Measure, Outcome, say
from evidence.window import measured


def when_recorded(taken: Recorded | None, found: tuple[Reading, ...]) -> Finding:
    """`clock.recorded`: the moment by the first clock that tells one, or that there is none."""
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
