"""The timeline of a film as rows to draw: one lane a check, and lanes for steps and faces.

Only geometry and words; the template draws. Places are percent of the film's length, so that one
drawing serves a phone and a desk without a script.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from api.facts import FACE_NAMES
from api.reading import Reading, Remark, Section
from api.unfolding import face_of
from api.words import Words
from evidence.model import Outcome, Report, Saying, say
from evidence.timeline import ZERO, Span

_STEPS: Final = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)
"""Seconds between two ticks that people count in."""
_MOST_TICKS: Final = 6
_PIN: Final = 1.2
"""Percent; what is narrower is drawn as a pin, so that one frame of a long film can be seen."""
_LABEL: Final = 13.0
"""Percent that a time label takes on a phone."""

_TIMELESS: Final = frozenset({"clock", "duplicate"})
"""Checks of the file rather than of a moment in it; their empty lane would say nothing."""
_FACE: Final = "six_faces.face"
_PHASES: Final[dict[str, Saying]] = {
    "phases.sealed": say("Sealed"),
    "phases.label": say("Waybill"),
    "phases.faces": say("Faces"),
    "phases.opening": say("Opening"),
    "phases.contents": say("Contents"),
}


@dataclass(frozen=True)
class Event:
    """One stretch of a lane; `x` and `width` in percent of the film."""

    x: float
    width: float
    pin: bool
    at: float
    """Seconds at which it begins."""
    outcome: Outcome
    anchor: str
    hover: str


@dataclass(frozen=True)
class Mark:
    """A time written under a lane or on the axis."""

    x: float
    text: str
    side: str
    """`start`, `middle` or `end`: how the text stands to `x`, so that none leaves the drawing."""


@dataclass(frozen=True)
class Lane:
    """One row."""

    title: str
    outcome: Outcome
    events: tuple[Event, ...]
    marks: tuple[Mark, ...]
    note: str = ""
    """Says what an empty row means."""
    head: bool = False
    """Whether lanes of its own steps or faces follow."""
    inner: bool = False
    """Whether this is one of those."""
    anchor: str = ""
    """Names it within a page; empty where nothing leads to it."""


@dataclass(frozen=True)
class Strip:
    """All rows over one axis."""

    lanes: tuple[Lane, ...]
    ticks: tuple[Mark, ...]


def strip(report: Report, reading: Reading, words: Words) -> Strip | None:
    """The timeline of a film; None for a photo and where no length is known."""
    length = report.media.duration or _end(report)
    if report.media.kind != "video" or length <= ZERO:
        return None
    rows: list[Lane] = []
    for section in reading.sections:
        if section.outcome is not Outcome.SKIPPED and section.check not in _TIMELESS:
            rows.extend(_lanes(section, length, words))
    rows.extend(
        Lane(question.title, Outcome.SKIPPED, (), (), words.text("not checked"))
        for question in reading.opens
        if question.check not in _TIMELESS
    )
    return Strip(tuple(rows), tuple(_ticks(length, words)))


def _end(report: Report) -> timedelta:
    ends = (span.end for finding in report.findings() for span in finding.when.spans)
    return max(ends, default=ZERO)


def _lanes(section: Section, length: timedelta, words: Words) -> Iterator[Lane]:
    """The lane of a check; steps and faces get lanes of their own below it, since they overlap."""
    below = [r for r in section.remarks if r.when and (r.code == _FACE or r.code in _PHASES)]
    timed = [r for r in section.remarks if r.when and r not in below]
    note = "" if timed or below else words.text("the whole film")
    yield _lane(section.title, section.outcome, timed, length, words, note=note, head=bool(below))
    for number, remark in enumerate((r for r in below if r.code == _FACE), 1):
        face = face_of(remark)
        title = words.say(FACE_NAMES[face]) if face else words.text("Face {number}", number=number)
        lane = _lane(title, remark.outcome, [remark], length, words, inner=True)
        yield replace(lane, anchor=f"lane-{remark.anchor}")
    for code, name in _PHASES.items():
        for remark in (r for r in below if r.code == code):
            yield _lane(words.say(name), remark.outcome, [remark], length, words, inner=True)


def _lane(
    title: str,
    outcome: Outcome,
    remarks: Sequence[Remark],
    length: timedelta,
    words: Words,
    *,
    note: str = "",
    head: bool = False,
    inner: bool = False,
) -> Lane:
    events = [_event(span, remark, length, words) for remark in remarks for span in remark.when.spans]
    # Calm ones first, so that what counts is drawn over them.
    calm = (Outcome.SKIPPED, Outcome.PASS, Outcome.UNSURE, Outcome.FAIL)
    events.sort(key=lambda event: (calm.index(event.outcome), event.x))
    marks = tuple(_marks(remarks, length, words))
    return Lane(title, outcome, tuple(events), marks, note=note, head=head, inner=inner)


def _event(span: Span, remark: Remark, length: timedelta, words: Words) -> Event:
    x = _percent(span.start, length)
    width = max(_percent(span.end, length) - x, 0.0)
    return Event(
        x=round(x, 3),
        width=round(width, 3),
        pin=width < _PIN,
        at=span.start.total_seconds(),
        outcome=remark.outcome,
        anchor=remark.anchor,
        hover=f"{words.span(span)}  {remark.says}",
    )


def _percent(at: timedelta, length: timedelta) -> float:
    return min(max(at / length * 100, 0.0), 100.0)


def _marks(remarks: Iterable[Remark], length: timedelta, words: Words) -> Iterator[Mark]:
    """The times of what counts, as many as fit beside each other."""
    counts = (Outcome.FAIL, Outcome.UNSURE)
    starts = sorted(span.start for r in remarks if r.outcome in counts for span in r.when.spans)
    free = -_LABEL
    for start in starts:
        x = _percent(start, length)
        if x - free >= _LABEL:
            yield _mark(x, words.clock(start))
            free = x


def _ticks(length: timedelta, words: Words) -> Iterator[Mark]:
    seconds = length.total_seconds()
    step = next((s for s in _STEPS if seconds / s <= _MOST_TICKS), _STEPS[-1])
    step = max(step, int(seconds / _MOST_TICKS / _STEPS[-1]) * _STEPS[-1])
    at = timedelta(0)
    while _percent(at, length) < 100 - _LABEL / 2:
        yield _mark(_percent(at, length), words.clock(at))
        at += timedelta(seconds=step)
    yield Mark(100.0, words.clock(length), "end")


def _mark(x: float, text: str) -> Mark:
    edge = _LABEL / 2
    side = "start" if x < edge else "end" if x > 100 - edge else "middle"
    return Mark(round(x, 3), text, side)
