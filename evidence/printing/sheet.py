"""The sheet of six stickers: which tag is which, and the page to print.

Sticker `n` (1 to 6: top, front, right, back, left, bottom) of sheet `k` shows tag `6 k + n - 1` of
the AprilTag family 36h11; `tags.txt` holds the family's words, a sheet a line, each nine hexadecimal
digits that are its 36 modules row by row, 1 for white.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Final

from evidence.model import Saying, say
from evidence.printing.page import WIDTH, Page, folded, span

STICKERS: Final = 6
SHEETS: Final = 97
"""As many as the family's 587 tags allow."""
NAMES: Final = (
    ("top", "顶面"),
    ("front", "正面"),
    ("right", "右面"),
    ("back", "背面"),
    ("left", "左面"),
    ("bottom", "底面"),
)
SIDE: Final = 60.0
"""Of the black square, millimetres."""

_CODE: Final = 6
_MODULE: Final = SIDE / (_CODE + 2)
_CELL: Final = (84.0, 86.0)
_COLUMNS: Final = 2
_LEFT: Final = (WIDTH - _COLUMNS * _CELL[0]) / 2
_BOTTOM: Final = 7.0
_TOP: Final = _BOTTOM + _CELL[1] * STICKERS / _COLUMNS
_SMALL: Final = 3.6


def title(sheet: int) -> Saying:
    """The heading of a sheet."""
    return say("Stickers for the six faces, sheet {sheet}", sheet=sheet)


def instruction() -> Saying:
    """What to do with it."""
    return say(
        "Print at 100 %, cut along the dashed lines, and stick one on each face of the closed parcel "
        "before you film, flat and where no hand will cover it. One sheet for one parcel."
    )


def draw(sheet: int, heading: str, words: str) -> bytes:
    """The sheet as a PDF, A4; the same arguments give the same bytes.

    Raises:
        ValueError: there is no sheet of that number.
    """
    if not 0 <= sheet < SHEETS:
        message = f"sheets are numbered 0 to {SHEETS - 1}, not {sheet}"
        raise ValueError(message)
    page = Page()
    page.write(_LEFT, _TOP + 19, heading, 6)
    for row, line in enumerate(folded(words, WIDTH - 2 * _LEFT, _SMALL)):
        page.write(_LEFT, _TOP + 11.5 - row * 5, line, _SMALL)
    for number in range(1, STICKERS + 1):
        row, column = divmod(number - 1, _COLUMNS)
        _sticker(page, sheet, number, _LEFT + column * _CELL[0], _TOP - (row + 1) * _CELL[1])
    for column in range(_COLUMNS + 1):
        x = _LEFT + column * _CELL[0]
        page.dash(x, _BOTTOM, x, _TOP)
    for row in range(STICKERS // _COLUMNS + 1):
        y = _BOTTOM + row * _CELL[1]
        page.dash(_LEFT, y, _LEFT + _COLUMNS * _CELL[0], y)
    return page.pdf()


def _sticker(page: Page, sheet: int, number: int, x: float, y: float) -> None:
    """One sticker with its lower left corner there; around the code a module stays white."""
    left, bottom = x + (_CELL[0] - SIDE) / 2, y + 17
    page.fill(left, bottom, SIDE, SIDE)
    word = int(_tags()[STICKERS * sheet + number - 1], 16)
    for place in range(_CODE * _CODE):
        if word >> (_CODE * _CODE - 1 - place) & 1:
            row, column = divmod(place, _CODE)
            corner = left + (column + 1) * _MODULE, bottom + SIDE - (row + 2) * _MODULE
            page.fill(*corner, _MODULE, _MODULE, grey=1)
    english, chinese = NAMES[number - 1]
    page.write(left, y + 3.2, str(number), 7)
    page.write(left + 7, y + 3.4, f"{chinese} {english}", 5)
    label = f"{sheet}-{number}"
    page.write(left + SIDE - span(label, 3), y + 3.4, label, 3)
    tip = x + _CELL[0] - 2.7, bottom + SIDE
    page.shape(tip, (tip[0] + 1.7, tip[1] - 4), (tip[0] - 1.7, tip[1] - 4))
    page.fill(tip[0] - 0.4, tip[1] - 14, 0.8, 10.5)


@cache
def _tags() -> tuple[str, ...]:
    return tuple(resources.files("evidence").joinpath("printing", "tags.txt").read_text("ascii").split())
