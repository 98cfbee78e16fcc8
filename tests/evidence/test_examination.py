from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from evidence.check import Album, Check, Ending, Frame, Media
from evidence.examination import examine
from evidence.model import Finding, Outcome, say

MEDIA = Media(kind="video", container="mp4", size=1, width=2, height=2)


@dataclass(frozen=True)
class Tick:
    """A frame of which only the time matters."""

    index: int
    at: timedelta


class Film:
    media = MEDIA

    def __init__(self, times: Iterable[float], *, complete: bool = True) -> None:
        self.times = [timedelta(seconds=t) for t in times]
        self.ending = Ending(frames=len(self.times), complete=complete)

    def frames(self) -> Iterator[Tick]:
        for index, at in enumerate(self.times):
            yield Tick(index, at)


class Seen:
    def __init__(self) -> None:
        self.at: list[float] = []

    def see(self, frame: Frame) -> None:
        self.at.append(frame.at.total_seconds())

    def conclude(self, ending: Ending) -> Iterable[Finding]:
        yield Finding.of("watch.all", Outcome.PASS, say("{at}", at=repr(self.at)))
        yield Finding.of("watch.fail", Outcome.FAIL, say("always"))


class Watch(Check):
    name: ClassVar[str] = "watch"
    version: ClassVar[int] = 1

    def start(self, media: Media, album: Album) -> Seen:
        return Seen()


class Mute(Seen):
    def conclude(self, ending: Ending) -> Iterable[Finding]:
        return []


class Silent(Watch):
    name: ClassVar[str] = "silent"

    def start(self, media: Media, album: Album) -> Mute:
        return Mute()


class Fragile(Seen):
    def see(self, frame: Frame) -> None:
        raise RuntimeError("no picture of that kind was foreseen")


class Breaking(Watch):
    name: ClassVar[str] = "breaking"

    def start(self, media: Media, album: Album) -> Fragile:
        return Fragile()


def outcomes(answer) -> list[str]:
    return [f"{f.code}={f.outcome}" for f in answer.findings]


def test_each_check_sees_the_frames_it_asked_for_on_an_uneven_clock() -> None:
    times = [0, 0.01, 0.4, 0.5, 0.61, 1.9, 1.95, 2.5]
    every, half = examine(Film(times), [Watch(), Watch(every=timedelta(seconds=0.5))], album=None)
    assert every.findings[0].says == repr([float(t) for t in times])
    assert half.findings[0].says == repr([0.0, 0.5, 1.9, 2.5])
    assert half.settings == {"every": 0.5}


def test_a_broken_check_is_unsure_and_does_not_stop_the_others() -> None:
    broken, whole = examine(Film([0, 1]), [Breaking(), Watch()], album=None)
    assert outcomes(broken) == ["breaking.broken=unsure"]
    assert "RuntimeError" in broken.findings[0].says
    assert outcomes(whole) == ["watch.all=pass", "watch.fail=fail"]


def test_a_check_that_says_nothing_leaves_its_question_open() -> None:
    (silent,) = examine(Film([0]), [Silent()], album=None)
    assert outcomes(silent) == ["silent.broken=unsure"]


def test_a_pass_on_a_film_not_seen_to_its_end_becomes_unsure() -> None:
    (answer,) = examine(Film([0, 1], complete=False), [Watch()], album=None)
    assert outcomes(answer) == ["watch.all=unsure", "watch.fail=fail"]


def test_progress_follows_presentation_time() -> None:
    told: list[timedelta] = []
    examine(Film([0, 0.5]), [], album=None, progress=told.append)
    assert told == [timedelta(0), timedelta(seconds=0.5)]
