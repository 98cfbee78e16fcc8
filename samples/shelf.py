"""All samples by name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from samples import footage, forgeries, hostile, photo
from samples.truth import Entry


@cache
def catalogue() -> Mapping[str, Entry]:
    """Every sample's maker, by name: films, bad input, photos."""
    return {
        entry.name: entry
        for room in (footage.entries, forgeries.entries, hostile.entries, photo.entries)
        for entry in room()
    }
