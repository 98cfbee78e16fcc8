"""Where a clock that a camera drew into its film leaves the film's own time, in words.

A jump while the film runs on is a cut, or something that was put in. A clock that only stood still, one
that moved by
whole hours and one of a pace of its own have innocent reasons as well, and go to a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from evidence.course import Jump, Manner
from evidence.model import Finding, Measure, Outcome, Saying, say
from evidence.pace import Told, off_course, pace, stands
from evidence.timeline import Timeline, clock

_MOST_JUMPS: Final = 20
_HOUR: Final = timedelta(hours=1)
_SURELY: Final = timedelta(seconds=0.7)
"""What has to be missing at the least before a jump fails: a phone that is busy draws its clock late."""
_BESIDE: Final = timedelta(seconds=2)
"""How near a still lies to its jump, and how exactly whole hours are told."""
_APART: Final = timedelta(seconds=2)
"""By how much two clocks of one picture may leave each other: each is a second uncertain."""
_ASK: Final = say("Ask for the film as the camera wrote it, in one take.")


@dataclass(frozen=True)
class Overlay:
    """One drawn clock, as it was read."""

    told: tuple[Told, ...]
    """In the film's order; at least one."""
    alone: tuple[Told, ...] = ()
    """What each picture says by itself."""
    days: tuple[date, ...] = ()
    """Beside it; two where month and day may be either, none where it was not read."""
    sampled: int = 0
    """Pictures that were looked at."""
    stills: tuple[tuple[float, str], ...] = ()
    """Presentation time and digest."""

    @property
    def when(self) -> Timeline:
        return Timeline.of((_seconds(self.told[0].at), _seconds(self.told[-1].at)))


def left_course(overlay: Overlay) -> Iterator[Finding]:
    found = list(off_course(overlay.told))[:_MOST_JUMPS]
    for jump in found:
        hours = round(jump.most / _HOUR) * _HOUR
        zoned = hours >= _HOUR and jump.least - _BESIDE <= hours <= jump.most + _BESIDE
        yield Finding.of(
            "clock.overlay_jump",
            Outcome.UNSURE if zoned or jump.manner is Manner.STOOD or jump.least < _SURELY else Outcome.FAIL,
            _zoned(jump) if zoned else _jumped(jump),
            advice=_ASK,
            when=Timeline.of((jump.start, jump.end)),
            measures=[
                Measure(name="least", value=round(jump.least.total_seconds(), 1), unit="s"),
                Measure(name="most", value=round(jump.most.total_seconds(), 1), unit="s"),
            ],
            stills=_near(overlay.stills, jump.start, jump.end),
        )
    for start, end in stands(overlay.alone):
        if not any(jump.start <= _seconds(end) and _seconds(start) <= jump.end for jump in found):
            stood = Jump(Manner.STOOD, _seconds(start), _seconds(end), _seconds(0), _seconds(end - start))
            yield Finding.of(
                "clock.overlay_jump",
                Outcome.UNSURE,
                _jumped(stood),
                advice=_ASK,
                when=Timeline.of((stood.start, stood.end)),
                measures=[Measure(name="stood", value=round(end - start, 1), unit="s", limit=1)],
            )


def _near(stills: Iterable[tuple[float, str]], start: timedelta, end: timedelta) -> list[str]:
    near = (digest for at, digest in stills if start - _BESIDE <= _seconds(at) <= end + _BESIDE)
    return list(dict.fromkeys(near))


def _jumped(jump: Jump) -> Saying:
    at, least, most = clock(jump.end), jump.least.total_seconds(), jump.most.total_seconds()
    match jump.manner:
        case Manner.AHEAD:
            return say(
                "The clock in the picture jumps ahead at {at} while the film runs on: {least:.1f} to "
                "{most:.1f} s of the take are missing.",
                at=at,
                least=least,
                most=most,
            )
        case Manner.BACK:
            return say(
                "The clock in the picture falls back at {at} while the film runs on: {least:.1f} to "
                "{most:.1f} s were put in or shown twice.",
                at=at,
                least=least,
                most=most,
            )
        case Manner.STOOD:
            return say(
                "The clock in the picture stands still until {at} while the film runs on; the camera was "
                "busy, or the clock was drawn on later.",
                at=at,
            )


def _zoned(jump: Jump) -> Saying:
    return say(
        "The clock in the picture moves by whole hours at {at}, as with summer time or another zone, or "
        "a stretch as long as that is missing.",
        at=clock(jump.end),
    )


def off_pace(overlay: Overlay) -> Iterator[Finding]:
    found = pace(overlay.told)
    if found is None or not found.off:
        return
    yield Finding.of(
        "clock.overlay_rate",
        Outcome.UNSURE,
        say(
            "The clock in the picture counts {rate:.2f} seconds in each second of the film; the film "
            "may have been made slower or faster.",
            rate=found.rate,
        ),
        advice=_ASK,
        when=overlay.when,
        measures=[
            Measure(name="rate", value=round(found.rate, 3), unit="s/s", limit=1),
            Measure(name="error", value=round(found.limit, 3), unit="s/s"),
        ],
    )


def against(overlays: Sequence[Overlay]) -> Iterator[Finding]:
    """Whether the first clock and each other one keep the same time, whatever they are set to."""
    for other in overlays[1:]:
        shown = {told.at: told.shown for told in other.told}
        apart = [(told.at, told.shown - shown[told.at]) for told in overlays[0].told if told.at in shown]
        if not apart:
            continue
        least, most = min(off for _, off in apart), max(off for _, off in apart)
        leave = timedelta(seconds=most - least) > _APART
        yield Finding.of(
            "clock.overlay_two",
            Outcome.UNSURE if leave else Outcome.PASS,
            say("Two clocks are drawn into the picture, and they do not keep the same time.")
            if leave
            else say("Two clocks are drawn into the picture, and they run together."),
            advice=_ASK if leave else None,
            when=Timeline.of((_seconds(apart[0][0]), _seconds(apart[-1][0]))),
            measures=[
                Measure(name="leave", value=most - least, unit="s", limit=round(_APART.total_seconds()))
            ],
        )


def _seconds(at: float) -> timedelta:
    return timedelta(seconds=at)
