"""The numbers of the exhibits: by them a letter points at what lies beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from claims.packets.plan import Plan
from claims.packets.shown import Shown


def numbered(planned: Plan) -> Mapping[str, int]:
    """Which number each exhibit has in this packet, in the order in which it is shown; by its id."""
    return _counted(each for piece in planned.pieces for each in piece.shown)


def _counted(every: Iterable[Shown]) -> dict[str, int]:
    numbers: dict[str, int] = {}
    for each in every:
        numbers.setdefault(each.exhibit, len(numbers) + 1)
    return numbers
