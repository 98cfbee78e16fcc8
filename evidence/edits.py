"""What an edit list leaves out: the stretches of a take that a file holds and players do not show.

Editors trim and cut films without encoding them again by writing a list of what to show
(ISO/IEC 14496-12, 8.6.6; Apple's QuickTime File Format). Cameras and encoders write one line,
which skips the lead that pictures stored out of order need; such a lead is no trim.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Final

from evidence.structure import EMPTY_EDIT, Track
from evidence.timeline import ZERO

LONGEST: Final = timedelta(days=1)
"""More than any film lasts; larger claims are cut to it."""


@dataclass(frozen=True)
class LeftOut:
    """What one track's edit list leaves out, in the take's own time."""

    before: timedelta = ZERO
    """Between the first picture of the take and the first that is shown."""
    after: timedelta = ZERO
    """Between the last that is shown and the end of the take."""
    jumps: tuple[timedelta, ...] = ()
    """From where each line stops to where the next goes on; below zero where it goes back."""
    bent: int = 0
    """Lines played at another speed, or that hold one picture."""


def left_out(track: Track, timescale: int) -> LeftOut:
    """What the edit list of `track` leaves out; nothing where there is no list or it cannot be timed.

    Args:
        track: as its index describes it.
        timescale: ticks a second of the film, in which the list counts lengths.
    """
    shown = [edit for edit in track.edits if edit.start > EMPTY_EDIT]
    if not shown or timescale <= 0 or track.timescale <= 0:
        return LeftOut()
    media = Fraction(track.lead + track.length, track.timescale)
    spans = [
        (
            start := Fraction(edit.start, track.timescale),
            start + Fraction(edit.length, timescale) if edit.length else max(media, start),
        )
        for edit in shown
    ]
    last = spans[-1][1]
    return LeftOut(
        before=_time(max(Fraction(0), spans[0][0] - Fraction(track.lead, track.timescale))),
        after=_time(max(Fraction(0), media - last)) if track.length and not track.more_edits else ZERO,
        jumps=tuple(_time(later - end) for (_, end), (later, _) in pairwise(spans)),
        bent=sum(edit.rate != 1 for edit in shown),
    )


def _time(seconds: Fraction) -> timedelta:
    """As a time to the microsecond, at most `LONGEST` either way."""
    bound = Fraction(LONGEST.total_seconds())
    return timedelta(microseconds=round(max(-bound, min(bound, seconds)) * 1_000_000))
