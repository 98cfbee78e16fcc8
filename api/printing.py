"""What is printed from the app, in the reader's language."""

from __future__ import annotations

from api.stations import Slip
from api.words import Words
from evidence.printing import sheet as sheets
from evidence.printing import slip as slips


def sticker_sheet(sheet: int, words: Words) -> bytes:
    """The sheet of stickers of that number as a PDF.

    Raises:
        ValueError: there is no sheet of that number.
    """
    return sheets.draw(sheet, words.say(sheets.title(sheet)), words.say(sheets.instruction()))


def case_slip(slip: Slip, words: Words) -> bytes:
    """The slip of a case as a PDF."""
    told = words.say(slips.instruction(f"{slip.at:%Y-%m-%d %H:%M} UTC"))
    return slips.draw(slip.text, words.say(slips.title(slip.name)), told)
