"""What is printed from the app, in the reader's language."""

from __future__ import annotations

from api.words import Words
from evidence.printing import sheet as sheets


def sticker_sheet(sheet: int, words: Words) -> bytes:
    """The sheet of stickers of that number as a PDF.

    Raises:
        ValueError: there is no sheet of that number.
    """
    return sheets.draw(sheet, words.say(sheets.title(sheet)), words.say(sheets.instruction()))
