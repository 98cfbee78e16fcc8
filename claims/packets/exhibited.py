"""The numbers of the exhibits: by them a letter points at what lies beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from claims.packets.plan import Dropped, Plan
from claims.packets.shown import Shown


def numbered(planned: Plan) -> Mapping[str, int]:
    """Which number each exhibit has in this packet, in the order in which it is shown; by its id.

    Where the channel takes text alone, all of them are numbered: they are sent another way.
    """
    shown: Iterable[Shown | Dropped] = (each for piece in planned.pieces for each in piece.shown)
    if planned.packet.text_only:
        shown = planned.dropped
    numbers: dict[str, int] = {}
    for each in shown:
        numbers.setdefault(each.exhibit, len(numbers) + 1)
    return numbers
