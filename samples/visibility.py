"""How far the joins of a forged film stand out in its pictures, measured on the finished file.

`visibility` is the mean grey difference of the step at the join over what is natural around it: the mean of
the natural steps between their median and their 95th percentile, within two seconds on either side. So 1 is
a step like a lively one of the film itself, and where it is below 1.5 the pictures show next to nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, cast

import av
import cv2
import numpy as np
import numpy.typing as npt

from samples.truth import Event

_SIDE: Final = 160
"""Long side of the pictures that are compared, pixels."""
_AROUND: Final = 2.0
"""Seconds on either side in which natural steps are looked for."""
_LEAST: Final = 0.25
"""Grey levels that a natural step has at least: a film that stands still would divide by zero."""
_GRADUAL: Final = frozenset({"fade", "morph"})
"""Kinds that are spread over all their steps, so that the strongest of them counts."""
_UNSEEN: Final = frozenset({"sound", "fan"})


@dataclass(frozen=True)
class Steps:
    """The pictures of a film and how much each differs from the one before."""

    times: tuple[float, ...]
    """Seconds since the first picture."""
    changes: npt.NDArray[np.float32]
    """Mean grey difference to the picture before; the first has 0."""

    def visible(self, event: Event, others: Sequence[Event] = ()) -> Event:
        """The event with its visibility."""
        if event.kind in _UNSEEN:
            return event
        times = np.asarray(self.times)
        joins = self._joins(event)
        near = (times >= event.start - _AROUND) & (times <= event.end + _AROUND)
        made = np.zeros(len(times), bool)
        for one in (event, *others):
            made |= self._joins(one)
        natural = self.changes[near & ~made & (np.arange(len(times)) > 0)]
        if not len(natural) or not joins.any():
            return event
        middle, high = np.quantile(natural, (0.5, 0.95))
        lively = natural[(natural >= middle) & (natural <= high)]
        usual = max(_LEAST, float(lively.mean()) if len(lively) else float(middle))
        return replace(event, visibility=round(float(self.changes[joins].max()) / usual, 2))

    def _joins(self, event: Event) -> npt.NDArray[np.bool_]:
        """The steps that were made: those into and out of the event, or all of them."""
        times = np.asarray(self.times)
        slack = 1e-3
        if event.kind in _GRADUAL:
            return (times > event.start + slack) & (times <= event.end + slack)
        found = np.zeros(len(times), bool)
        first = int(np.searchsorted(times, event.start - slack))
        last = int(np.searchsorted(times, event.end - slack))
        for n in {first, first + 1, last, last + 1} if last - first > 1 else {last}:
            found[min(n, len(times) - 1)] = True
        return found


def steps(path: Path) -> Steps:
    """Decode a film, small and in grey."""
    times: list[float] = []
    changes: list[float] = [0.0]
    before: npt.NDArray[np.uint8] | None = None
    with av.open(str(path)) as film:
        for frame in film.decode(video=0):
            if frame.pts is None or frame.time_base is None:
                continue
            times.append(float(frame.pts * frame.time_base))
            scale = min(1.0, _SIDE / max(frame.width, frame.height))
            size = max(1, round(frame.width * scale)), max(1, round(frame.height * scale))
            luma = cast("npt.NDArray[np.uint8]", frame.reformat(format="gray").to_ndarray())
            now = cast("npt.NDArray[np.uint8]", cv2.resize(luma, size, interpolation=cv2.INTER_AREA))
            if before is not None:
                changes.append(float(cv2.absdiff(before, now).mean()))
            before = now
    return Steps(tuple(at - times[0] for at in times), np.asarray(changes[: len(times)], np.float32))


def measured(path: Path, events: Iterable[Event]) -> tuple[Event, ...]:
    """The events of a finished film with their visibility."""
    known, seen = tuple(events), steps(path)
    return tuple(seen.visible(event, [other for other in known if other is not event]) for event in known)
