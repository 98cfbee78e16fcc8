"""A cue: one sign that speaks of a cut, how strongly, and how cues that agree become one event.

Cues of different kinds know nothing of each other: what the picture shows, what the sound
does, what the packets tell. Their strengths are on one scale, so that they can be summed: at 1 a
cue is by itself reason to doubt, at 2 to be certain. Weak ones count only where others stand beside them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from evidence.model import Saying

TOGETHER: Final = timedelta(seconds=0.12)
"""How far apart cues of one event lie at most: the sound of a join is a few pictures beside it."""
DOUBT: Final = 1.0
CERTAIN: Final = 2.0
STRONGEST: Final = 9.0
"""Where strengths end: beyond, more says nothing more."""


@dataclass(frozen=True)
class Cue:
    """One sign."""

    name: str
    """What it is, in one or two words; it names the measure in the finding."""
    kind: str
    """The code that an event gets in which it is the strongest cue, e.g. `cut`."""
    start: timedelta
    end: timedelta
    strength: float
    also: tuple[timedelta, timedelta] | None = None
    """Another stretch that it speaks of."""
    says: Saying | None = None
    """What it means where it is the strongest; None where that depends on the others."""


@dataclass(frozen=True)
class Event:
    """Cues that speak of one moment."""

    cues: tuple[Cue, ...]
    """The strongest first, at most one of each name."""

    @property
    def start(self) -> timedelta:
        """Where the strongest cue starts: the others only support it."""
        return self.cues[0].start

    @property
    def end(self) -> timedelta:
        return self.cues[0].end

    @property
    def kind(self) -> str:
        return self.cues[0].kind

    def has(self, *names: str) -> bool:
        """Whether one of these cues is among its own."""
        return any(cue.name in names for cue in self.cues)

    @property
    def strength(self) -> float:
        return min(STRONGEST, sum(cue.strength for cue in self.cues))


def events(cues: Iterable[Cue]) -> Iterator[Event]:
    """The events that cues come to, in order of time; whether they are enough is for others to say."""
    left = sorted(cues, key=lambda cue: -cue.strength)
    found: list[Event] = []
    while left:
        # By itself: a stretch that ends before it starts, as broken clocks make it, is near nothing.
        first, *others = left
        near = [cue for cue in others if _near(cue, first)]
        left = [cue for cue in others if not _near(cue, first)]
        named: dict[str, Cue] = {}
        for cue in (first, *near):
            named.setdefault(cue.name, cue)
        found.append(Event(tuple(named.values())))
    yield from sorted(found, key=lambda event: event.start)


def _near(cue: Cue, other: Cue) -> bool:
    return cue.start <= other.end + TOGETHER and other.start <= cue.end + TOGETHER
