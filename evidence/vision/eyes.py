"""One pair of eyes for one film: closed box and opened carton, looked for once for all checks that ask."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Protocol

from evidence.vision.crispness import softness
from evidence.vision.cuboid import fit
from evidence.vision.notes import notes_of
from evidence.vision.perception import Perceiver

if TYPE_CHECKING:
    from evidence.check import Frame, Media
    from evidence.vision.sight import Sight

_SOFT_SIDE: Final = 400
"""Long side of the pictures in which the sharpness of the box is told, pixels."""


@dataclass(frozen=True)
class Look:
    """What one picture showed."""

    at: timedelta
    sight: Sight | None
    """The closed box."""
    opened: float
    """How much of the picture an opened carton takes, 0 to 1."""


class Eyes(Protocol):
    """What tells the box in one picture."""

    @property
    def weights(self) -> str:
        """SHA-256 of the network's weights, hexadecimal; empty before the first look."""
        ...

    def look(self, frame: Frame, within: timedelta = ...) -> Look:
        """The box in a picture, or, where that is younger than `within`, in the one looked at last."""
        ...


class Network:
    """The network and the fit; loaded with the first picture."""

    def __init__(self) -> None:
        self._perceiver: Perceiver | None = None
        self._last: Look | None = None

    @property
    def weights(self) -> str:
        return self._perceiver.weights if self._perceiver else ""

    def look(self, frame: Frame, within: timedelta = timedelta(0)) -> Look:
        last = self._last
        if last is not None and timedelta(0) <= frame.at - last.at <= within:
            return last
        self._perceiver = self._perceiver or Perceiver()
        maps = self._perceiver.look(frame)
        sight = None if maps is None else fit(maps, frame.at)
        if sight is not None:
            sight = replace(sight, blur=softness(frame.gray(_SOFT_SIDE), sight) or 0.0)
        self._last = Look(frame.at, sight, self._perceiver.opened)
        return self._last


def eyes_of(media: Media) -> Network:
    """The eyes that all checks of this film share."""
    notes = notes_of(media)
    notes.eyes = notes.eyes or Network()
    return notes.eyes
