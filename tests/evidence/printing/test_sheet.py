from __future__ import annotations

import re

import cv2
import numpy as np
import pytest

from api.printing import sticker_sheet
from api.words import LANGS, words
from evidence.printing import sheet as sheets
from evidence.printing.page import HEIGHT, WIDTH, unheld
from evidence.vision.stickers import read
from tests.evidence.fakes import FakeFrame

SCALE = 4
RECTANGLE = re.compile(rb"^([01]) g ([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+) re f$", re.MULTILINE)


def painted(pdf: bytes) -> np.ndarray:
    """The rectangles of the page, four pixels a millimetre."""
    page = np.full((round(HEIGHT * SCALE), round(WIDTH * SCALE)), 255, np.uint8)
    for found in RECTANGLE.findall(pdf):
        grey, x, y, wide, high = (float(part) for part in found)
        left, top, right, bottom = (
            round(each * SCALE) for each in (x, HEIGHT - y - high, x + wide, HEIGHT - y)
        )
        page[top:bottom, left:right] = round(grey * 255)
    return page


@pytest.mark.parametrize("sheet", [0, 3, sheets.SHEETS - 1])
def test_the_printed_sheet_is_read_as_its_own_number(sheet: int) -> None:
    marks = read(FakeFrame(painted(sticker_sheet(sheet, words("zh")))))
    assert {(mark.sheet, mark.number) for mark in marks} == {(sheet, number) for number in range(1, 7)}
    for mark in marks:
        row, column = divmod(mark.number - 1, 2)
        middle = mark.quad.mean(axis=0)
        assert (middle[0] > 0.5) == bool(column)
        assert int((middle[1] - 0.1) * 3.4) == row
        assert mark.quad[0][1] < mark.quad[3][1]  # printed upright: the arrow says so
        side = np.linalg.norm(mark.quad[1] - mark.quad[0]) * WIDTH
        assert side == pytest.approx(sheets.SIDE, abs=0.6)


def test_the_words_are_those_of_the_family() -> None:
    family = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_APRILTAG_36h11)
    for tag in range(0, sheets.SHEETS * 6, 17):
        code = cv2.aruco.generateImageMarker(family, tag, 8)[1:7, 1:7].ravel() > 0
        assert int(sheets._tags()[tag], 16) == int("".join(str(int(bit)) for bit in code), 2)
    assert len(sheets._tags()) == sheets.SHEETS * 6


def test_it_is_the_same_byte_for_byte_and_a_well_formed_file() -> None:
    one, two = (sheets.draw(5, "Heading", "Words") for _ in range(2))
    assert one == two != sheets.draw(6, "Heading", "Words")
    start = int(one.rsplit(b"startxref\n", 1)[1].split()[0])
    assert one[start:].startswith(b"xref\n")
    for number, line in enumerate(one[start:].split(b"trailer")[0].splitlines()[3:], 1):
        assert one[int(line.split()[0]) :].startswith(f"{number} 0 obj".encode())


def test_all_that_is_written_on_it_can_be_drawn() -> None:
    for lang in LANGS:
        told = words(lang)
        assert unheld(told.say(sheets.title(3)) + told.say(sheets.instruction())) == set()
    assert unheld("".join(map("".join, sheets.NAMES))) == set()


@pytest.mark.parametrize("sheet", [-1, sheets.SHEETS])
def test_there_is_no_sheet_beyond_the_last(sheet: int) -> None:
    with pytest.raises(ValueError, match="numbered"):
        sheets.draw(sheet, "", "x")
