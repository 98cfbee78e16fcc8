"""One pass over one file: every check sees the frames it asked for, then says what it found.

A check that breaks says so as an unsure finding and does not stop the others. A pass
on a film that was not seen to its end becomes unsure: what was not seen was not checked.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import Protocol, runtime_checkable

from evidence.check import Album, Check, Ending, Frame, Listener, Media, Observer, Sound
from evidence.model import Answer, Finding, Outcome, say
from evidence.timeline import ZERO

log = logging.getLogger(__name__)

Progress = Callable[[timedelta], None]
"""Told the presentation time of each frame that went by."""
Spent = Callable[[str, float], None]
"""Told the name of a check and the seconds that it took; for operators, and never part of a report."""


class Source(Protocol):
    """An opened file: facts first, then frames once, then how it ended."""

    @property
    def media(self) -> Media: ...

    def frames(self) -> Iterator[Frame]:
        """The frames in presentation order; to be walked once."""
        ...

    @property
    def ending(self) -> Ending:
        """How the walk ended; valid once `frames` is exhausted."""
        ...


@runtime_checkable
class Sounding(Source, Protocol):
    """A source that can be listened to; sound is decoded only if somebody asks before the first frame."""

    def listen(self) -> None: ...

    def heard(self) -> Iterator[Sound]:
        """The sound that was decoded since last asked."""
        ...


class _Seat:
    """One check, its observer, and when it wants the next frame."""

    def __init__(self, check: Check, media: Media, album: Album) -> None:
        self.check = check
        self.fault = ""
        self.seconds = 0.0
        """What it took so far, by a clock that is never set."""
        self._due = ZERO
        self._observer: Observer | None = None
        self._listener: Listener | None = None
        self._guarded(lambda: self._seat(media, album))

    def see(self, frame: Frame) -> None:
        observer = self._observer
        if self.fault or observer is None or frame.at < self._due:
            return
        if self.check.every:
            self._due = frame.at + self.check.every
        self._guarded(lambda: observer.see(frame))

    @property
    def listens(self) -> bool:
        return self._listener is not None

    def hear(self, sound: Sound) -> None:
        listener = self._listener
        if not self.fault and listener is not None:
            self._guarded(lambda: listener.hear(sound))

    def answer(self, ending: Ending) -> Answer:
        findings: list[Finding] = []
        observer = self._observer
        if not self.fault and observer is not None:
            self._guarded(lambda: findings.extend(observer.conclude(ending)))
        if self.fault or not findings:
            findings = [self._broken()]
        elif not ending.complete:
            findings = [_not_to_the_end(finding) for finding in findings]
        return Answer(
            check=self.check.name,
            version=self.check.version,
            settings=self.check.model_dump(mode="json"),
            findings=tuple(findings),
        )

    def _seat(self, media: Media, album: Album) -> None:
        self._observer = observer = self.check.start(media, album)
        self._listener = observer if isinstance(observer, Listener) else None

    def _guarded(self, act: Callable[[], None]) -> None:
        begun = time.perf_counter()
        try:
            act()
        except Exception as error:
            log.exception("check %s broke", self.check.name)
            self.fault = type(error).__name__
        self.seconds += time.perf_counter() - begun

    def _broken(self) -> Finding:
        return Finding.of(
            f"{self.check.name}.broken",
            Outcome.UNSURE,
            say(
                "The check {check} broke while looking ({fault}); its question is open.",
                check=self.check.name,
                fault=self.fault or "it said nothing",
            ),
            advice=say("Have a person look at this point, and report the fault with this file."),
        )


def _not_to_the_end(finding: Finding) -> Finding:
    if finding.outcome is not Outcome.PASS:
        return finding
    return finding.model_copy(update={"outcome": Outcome.UNSURE})


def _pass_on(source: Sounding, listeners: Iterable[_Seat]) -> None:
    for sound in source.heard():
        for seat in listeners:
            seat.hear(sound)


def examine(
    source: Source,
    checks: Iterable[Check],
    album: Album,
    progress: Progress = lambda _: None,
    spent: Spent = lambda _name, _seconds: None,
) -> tuple[Answer, ...]:
    """Walk `source` once and return one answer per check, in the order of `checks`."""
    seats = [_Seat(check, source.media, album) for check in checks]
    listeners = [seat for seat in seats if seat.listens]
    sounding = source if listeners and isinstance(source, Sounding) else None
    if sounding:
        sounding.listen()
    for frame in source.frames():
        for seat in seats:
            seat.see(frame)
        if sounding:
            _pass_on(sounding, listeners)
        progress(frame.at)
    if sounding:
        _pass_on(sounding, listeners)
    answers = tuple(seat.answer(source.ending) for seat in seats)
    for seat in seats:
        spent(seat.check.name, seat.seconds)
    return answers
