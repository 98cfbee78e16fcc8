"""The one-time slip of a case: a signed code on paper, to lie beside the parcel while it is filmed."""

from __future__ import annotations

from typing import Final

from evidence.model import Saying, say
from evidence.printing.page import WIDTH, Page, folded
from evidence.printing.qr import modules

SIDE: Final = 100.0
"""Of the code, millimetres."""
_LEFT: Final = 20.0
_TOP: Final = 270.0
_SMALL: Final = 4.2


def title(case: str) -> Saying:
    """The heading of a slip."""
    return say("Slip for case {case}", case=case)


def instruction(at: str) -> Saying:
    """What to do with it; `at` is when it was issued, as people write it."""
    return say(
        "Issued at {at}. Lay it beside the closed parcel, whole and flat in the picture, and film one take. "
        "The code proves that the film is not older. Use it once, for this case.",
        at=at,
    )


def draw(code: str, heading: str, words: str) -> bytes:
    """The slip as a PDF, A4; the same arguments give the same bytes."""
    page = Page()
    page.write(_LEFT, _TOP, heading, 6)
    lines = folded(words, WIDTH - 2 * _LEFT, _SMALL)
    for row, line in enumerate(lines):
        page.write(_LEFT, _TOP - 9 - row * 6, line, _SMALL)
    rows = modules(code)
    module = SIDE / len(rows)
    left, top = (WIDTH - SIDE) / 2, _TOP - 22 - len(lines) * 6
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            # A run of dark modules is one rectangle: between two of them printers leave a hair.
            run = len(row) - x - len(row[x:].lstrip(row[x]))
            if row[x] == "1":
                page.fill(left + x * module, top - (y + 1) * module, run * module, module)
            x += run
    return page.pdf()
