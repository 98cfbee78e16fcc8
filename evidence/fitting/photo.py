"""A photo that has to fit: one child, which searches quality and size."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

from evidence.fault import broke
from evidence.fitting import workshop
from evidence.fitting.wish import Bounds, Encode, Made


def fit(photo: Path, bounds: Bounds, place: Path) -> Made:
    """Make a JPEG of `photo` at `place`, upright and without metadata.

    Raises:
        RefusedError: it is no photo, or would not be readable within `bounds`.
        FaultError: the child broke.
    """
    what = workshop.done(photo, Encode(bounds=bounds, name=place.name), place.parent)
    digest, size = workshop.digest_of(place)
    if what is None or size > bounds.bytes:
        raise broke()
    return Made(
        digest=digest,
        bytes=size,
        what=what,
        program=f"Pillow {metadata.version('pillow')}",
        settings=what.settings,
    )
