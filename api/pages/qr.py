"""A QR code as a shape that a page draws itself: no picture is fetched, and none is kept."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from evidence.printing.qr import modules


@dataclass(frozen=True)
class Code:
    """One code, ready to be drawn; leave four white modules around it."""

    side: int
    """Modules of each side."""
    path: str
    """The dark ones as an SVG path, one module for one unit."""


def drawn(text: str) -> Code:
    """The code of a text."""
    rows = modules(text)
    return Code(len(rows), "".join(_bars(number, row) for number, row in enumerate(rows)))


def _bars(number: int, row: str) -> str:
    """The dark modules of a row: those side by side as one bar, so that no seam shows between them."""
    bars, at = "", 0
    for dark, run in groupby(row):
        length = len([*run])
        bars += f"M{at} {number}h{length}v1h-{length}z" if dark == "1" else ""
        at += length
    return bars
