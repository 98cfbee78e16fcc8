"""What the checks of one film leave for one another, since none of them knows the others."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from evidence.check import Media
    from evidence.timeline import Timeline
    from evidence.vision.eyes import Network


@dataclass
class Notes:
    """Of one film; what nobody left is None or false."""

    eyes: Network | None = None
    """What looks for the box and the opened carton."""
    faces_proven: bool = False
    """Whether all six faces were proven already, so that only the opening is still looked for."""
    waybill: Callable[[], Timeline] | None = None
    """Asked when the film is over: when a waybill could be read."""


_OF: Final[dict[int, Notes]] = {}


def notes_of(media: Media) -> Notes:
    """The notes on a film; they go when it does."""
    key = id(media)
    if key not in _OF:
        _OF[key] = Notes()
        weakref.finalize(media, _OF.pop, key, None)
    return _OF[key]
