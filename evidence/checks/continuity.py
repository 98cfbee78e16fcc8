"""continuity: is this one uncut take?

What it asks. An unboxing proves something only if nothing was taken out of it or put in.

How it decides. Every picture is looked at, small and in grey, and held against the film
itself: its own noise, shake and speed set what is normal.
- `continuity.cut`: a step from one picture to the next that changes more than the steps
  around it allow, and not only in brightness (`evidence.vision.breaks`). Fail when that
  is strong and over a good part of the picture; unsure when it is weaker or local, since
  a quick hand can do it too.
- `continuity.gap`: a pause between pictures far longer than the pauses around it
  (`evidence.cadence`), so a variable frame rate makes none. Fail from a second on.
- `continuity.freeze`: the same picture for over a second in a film that otherwise has
  noise. In a film whose still scenes repeat anyway nothing is said.
- `continuity.black`: a dark, empty picture between others. Fail when it comes and goes in
  one step; unsure when it could be a hand over the lens.
- `continuity.splice`: time runs backwards, or the size of the picture changes; unsure.
- `continuity.take`: pass when none of these was found.

What it cannot see. Joins that hide in the film's own movement or between two like
pictures, cross-fades, changes of speed, cuts of the sound, a cut behind a covered lens, and
what a re-encoding has wiped out. So its pass means "no cut found", never "proved uncut".
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from itertools import islice
from statistics import fmean
from typing import ClassVar, Final

import cv2
from pydantic import Field

from evidence.cadence import Cadence
from evidence.check import Album, Check, Ending, Frame, Media
from evidence.model import Finding, Measure, Outcome, Saying, say
from evidence.timeline import ZERO, Instant, Span, Timeline, clock
from evidence.vision.breaks import FEWEST, Break, Breaks
from evidence.vision.spells import spells
from evidence.vision.standstill import STILL_FILM, standstills

MOST: Final = 64
"""Findings of one code; a film with more is not helped by a longer list."""
_ABRUPT: Final = 4.0
"""How many times the steps before it an abrupt step changes."""


class Continuity(Check):
    """Looks at every picture for signs that the film is not one take."""

    name: ClassVar[str] = "continuity"
    version: ClassVar[int] = 1
    codes: ClassVar[Mapping[str, str]] = {
        "continuity.cut": "Pictures that do not join: something was cut out or put in. Once per event.",
        "continuity.gap": "A pause between pictures far longer than the usual one. Once per event.",
        "continuity.freeze": "The same picture for longer than a camera repeats one. Once per event.",
        "continuity.black": "A dark, empty picture between others. Once per event.",
        "continuity.splice": "Time runs backwards or the size of the picture changes. Once per event.",
        "continuity.take": "No such event was found; or the film is too short to tell.",
    }

    side: int = Field(default=160, ge=32, le=640)
    """Long side of the pictures that are compared, pixels."""
    doubt: float = Field(default=1.8, gt=1)
    """From how many times the allowed change on a step is reported."""
    certain: float = Field(default=2.2, gt=1)
    """From how many times the allowed change on a break is a fail, if it is also wide."""
    certain_share: float = Field(default=0.3, ge=0, le=1)
    """From what part of the picture on a break is wide, 0 to 1."""
    pause_times: float = Field(default=5.5, gt=1)
    """From how many usual pauses on a pause between pictures is a gap."""
    pause_least: Instant = timedelta(seconds=0.15)
    """The shortest gap that is reported."""
    pause_certain: Instant = timedelta(seconds=1)
    """The shortest gap that is a fail."""
    freeze: Instant = timedelta(seconds=1)
    """How long one picture may stand."""
    quiet: float = Field(default=0.05, gt=0)
    """Up to what mean change two pictures always count as the same, grey levels of 255."""
    quiet_share: float = Field(default=0.05, ge=0, le=1)
    """Up to what share of the film's usual change they do too: a standing picture settles while coded."""
    black: Instant = timedelta(seconds=0.3)
    """How long the picture may be dark and empty."""
    dark: float = 24.0
    """Up to what mean a picture is dark, grey levels of 255."""
    empty: float = 6.0
    """Up to what standard deviation a picture is empty, grey levels of 255."""

    def start(self, media: Media, album: Album) -> _Observer:  # noqa: ARG002 - the pictures tell everything
        return _Observer(self, album)


class _Observer:
    def __init__(self, check: Continuity, album: Album) -> None:
        self._check = check
        self._album = album
        self._breaks = Breaks(least=check.doubt, side=check.side)
        self._cadence = Cadence()
        self._changes = array("f")
        """Mean change of the step that leads to each picture; the first has none."""
        self._keys = array("b")
        """1 where a picture is a key frame."""
        self._dark = array("b")
        """1 where a picture is dark and empty."""
        self._stills: dict[tuple[timedelta, timedelta], tuple[str, str]] = {}
        self._size: tuple[int, int] | None = None
        self._resized: list[timedelta] = []

    def see(self, frame: Frame, /) -> None:
        self._cadence.add(frame.at)
        size = frame.width, frame.height
        if self._size not in {None, size} and len(self._resized) < MOST:
            self._resized.append(frame.at)
        self._size = size
        self._keep(self._breaks.see(frame))
        mean, spread = (float(value[0, 0]) for value in cv2.meanStdDev(frame.gray(self._check.side)))
        self._dark.append(mean <= self._check.dark and spread <= self._check.empty)
        self._changes.append(self._breaks.change)
        self._keys.append(frame.key)

    def conclude(self, ending: Ending, /) -> Iterable[Finding]:
        for late in self._breaks.finish():
            self._keep(late)
        lasting = [*self._freezes(), *self._blacks()]
        explained = [span for finding in lasting for span in finding.when.spans]
        found = [*self._cuts(explained), *self._gaps(), *lasting, *self._splices()]
        if found:
            yield from found
        else:
            yield self._take(ending)

    def _keep(self, found: tuple[Break, Frame, Frame] | None) -> None:
        if found is not None and len(self._stills) < MOST:
            join, before, after = found
            pair = self._album.keep(before, "before"), self._album.keep(after, "after")
            self._stills[join.start, join.end] = pair

    def _cuts(self, explained: list[Span]) -> Iterator[Finding]:
        check = self._check
        for join in self._breaks.found()[:MOST]:
            span = _span(join.start, join.end)
            if any(span.overlaps(other) for other in explained):
                continue
            certain = join.strength >= check.certain and join.share >= check.certain_share
            says = (
                say("The film breaks at {at}: the pictures before and after do not join.", at=clock(join.end))
                if certain
                else say(
                    "Something changes in one step at {at}: a cut, or a very quick movement.",
                    at=clock(join.end),
                )
            )
            yield _event(
                "continuity.cut",
                says,
                span,
                certain=certain,
                advice=say("Compare the two stills; if scenes were joined, send the whole original take."),
                measures=(
                    _score(
                        join.strength, "times the allowed change", check.certain if certain else check.doubt
                    ),
                    Measure(
                        name="share",
                        value=round(join.share, 3),
                        unit="of the picture",
                        limit=check.certain_share,
                    ),
                ),
                stills=self._stills.get((join.start, join.end), ()),
            )

    def _gaps(self) -> Iterator[Finding]:
        check = self._check
        pauses = self._cadence.pauses(times=check.pause_times, least=check.pause_least)
        for pause in islice(pauses, MOST):
            yield _event(
                "continuity.gap",
                say(
                    "For {seconds} s from {at} there is no picture.",
                    seconds=round(pause.length.total_seconds(), 2),
                    at=clock(pause.start),
                ),
                _span(pause.start, pause.end),
                certain=pause.length >= check.pause_certain,
                advice=say(
                    "Send the original file; if the recorder stumbled, say so and show what followed."
                ),
                measures=(
                    _score(pause.score, "usual pauses", check.pause_times),
                    Measure(name="usual", value=round(pause.usual.total_seconds(), 4), unit="s"),
                ),
            )

    def _freezes(self) -> Iterator[Finding]:
        check = self._check
        found = standstills(
            self._changes,
            self._keys,
            self._cadence.at,
            least=check.freeze,
            quiet=check.quiet,
            quiet_share=check.quiet_share,
        )
        for still in islice(found, MOST):
            seconds = still.length.total_seconds()
            yield _event(
                "continuity.freeze",
                say(
                    "The picture stands still for {seconds} s from {at}.",
                    seconds=round(seconds, 2),
                    at=clock(still.start),
                ),
                _span(still.start, still.end),
                certain=still.certain,
                advice=say("Watch what changed across the standstill; send the original take if it was cut."),
                measures=(
                    _score(seconds, "s", check.freeze.total_seconds()),
                    Measure(
                        name="elsewhere",
                        value=round(still.elsewhere, 3),
                        unit="of the other pictures",
                        limit=STILL_FILM,
                    ),
                ),
            )

    def _blacks(self) -> Iterator[Finding]:
        check, cadence, changes = self._check, self._cadence, self._changes
        for spell in spells(bool(dark) for dark in self._dark):
            after = spell.last + 1
            if spell.first == 0 or after == len(changes):
                continue  # before the first picture and after the last nothing can be missing
            length = cadence.at(after) - cadence.at(spell.first)
            if length < check.black:
                continue
            certain = _is_abrupt(changes[spell.first], changes[max(1, spell.first - 3) : spell.first])
            certain &= _is_abrupt(changes[after], changes[after + 1 : after + 4])
            says = (
                say(
                    "The film is black for {seconds} s from {at}.",
                    seconds=round(length.total_seconds(), 2),
                    at=clock(cadence.at(spell.first)),
                )
                if certain
                else say(
                    "For {seconds} s from {at} the picture is dark and empty: a covered lens, or an edit.",
                    seconds=round(length.total_seconds(), 2),
                    at=clock(cadence.at(spell.first)),
                )
            )
            yield _event(
                "continuity.black",
                says,
                _span(cadence.at(spell.first), cadence.at(after)),
                certain=certain,
                advice=say("Check that parcel and scene are the same before and after."),
                measures=(_score(length.total_seconds(), "s", check.black.total_seconds()),),
            )

    def _splices(self) -> Iterator[Finding]:
        for at in self._cadence.backward:
            yield _event(
                "continuity.splice",
                say("The film's own time runs backwards at {at}.", at=clock(at)),
                _span(at, at),
                certain=False,
                advice=say("Send the file as the camera wrote it, not one that was joined or converted."),
                measures=(),
            )
        for at in self._resized:
            yield _event(
                "continuity.splice",
                say("The size of the picture changes at {at}, as where two films are joined.", at=clock(at)),
                _span(at, at),
                certain=False,
                advice=say("Send the file as the camera wrote it, not one that was joined or converted."),
                measures=(),
            )

    def _take(self, ending: Ending) -> Finding:
        pictures = len(self._cadence)
        measures = [
            Measure(name="pictures", value=pictures, unit="pictures"),
            Measure(name="repeated_stamps", value=self._cadence.repeated, unit="pictures"),
        ]
        if pictures <= 2 * FEWEST:
            return Finding.of(
                "continuity.take",
                Outcome.UNSURE,
                say("With {pictures} pictures the film is too short to look for cuts.", pictures=pictures),
                advice=say("Send the whole take."),
                measures=measures,
            )
        return Finding.of(
            "continuity.take",
            Outcome.PASS,
            say("No cut, gap, freeze or black was found in {pictures} pictures.", pictures=pictures),
            when=Timeline.of((ZERO, max(ending.duration, ZERO))),
            measures=measures,
        )


def _event(
    code: str,
    says: Saying,
    span: Span,
    *,
    certain: bool,
    advice: Saying,
    measures: Iterable[Measure],
    stills: Iterable[str] = (),
) -> Finding:
    return Finding.of(
        code,
        Outcome.FAIL if certain else Outcome.UNSURE,
        says,
        advice=advice,
        when=Timeline.of(span),
        measures=measures,
        stills=stills,
    )


def _score(value: float, unit: str, limit: float) -> Measure:
    return Measure(name="score", value=round(value, 3), unit=unit, limit=limit)


def _span(one: timedelta, other: timedelta) -> Span:
    """From the earlier to the later: a damaged film's time may run backwards."""
    return Span(start=min(one, other), end=max(one, other))


def _is_abrupt(change: float, beside: Iterable[float]) -> bool:
    """Whether a step of that change stands out from the steps on its other side."""
    usual = list(beside)
    return bool(usual) and change >= _ABRUPT * max(1.0, fmean(usual))
