"""Spells: stretches of pictures in a row over which something holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Spell:
    """Positions `first` to `last`, both included."""

    first: int
    last: int

    def __len__(self) -> int:
        return self.last - self.first + 1


def spells(holds: Iterable[bool]) -> Iterator[Spell]:
    """The longest stretches over which `holds` is true, in order."""
    first: int | None = None
    position = -1
    for position, here in enumerate(holds):
        if here and first is None:
            first = position
        elif not here and first is not None:
            yield Spell(first, position - 1)
            first = None
    if first is not None:
        yield Spell(first, position)
