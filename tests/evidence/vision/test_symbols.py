from __future__ import annotations

import numpy as np
import pytest

from evidence.vision import symbols
from tests.evidence.vision import labelled

EVERYTHING = (*symbols.LINEAR, *symbols.STACKED, *symbols.MATRIX)
KINDS = [
    ("Code128", "NW1402938475610", "Code 128", True),
    ("Code39", "ABC-12345", "Code 39", False),
    ("Code93", "ABC-12345", "Code 93", True),
    ("ITF", "12345678901231", "ITF", False),
    ("Codabar", "A1234567B", "Codabar", False),
    ("EAN13", "4006381333931", "EAN-13", True),
    ("EAN8", "96385074", "EAN-8", False),
    ("QRCode", "https://a.example/NW1402938475610", "QR Code", True),
    ("DataMatrix", "NW1402938475610", "Data Matrix", True),
    ("Aztec", "NW1402938475610", "Aztec", True),
    ("PDF417", "NW1402938475610", "PDF417", True),
]


@pytest.mark.parametrize(("written", "text", "symbology", "checked"), KINDS)
def test_each_symbology_is_read_and_known_for_what_it_is(
    written: str, text: str, symbology: str, *, checked: bool
) -> None:
    (symbol,) = symbols.decoded(labelled.code(text, written), EVERYTHING)
    assert symbol.text.strip("AB*") == text.strip("AB*")
    assert symbol.symbology == symbology
    assert symbol.checked is checked
    assert symbol.retail is symbology.startswith("EAN")
    assert not symbol.gs1


def test_the_corners_are_those_of_the_code_as_it_is_read() -> None:
    piece = labelled.bars(module=3, height=90)
    (symbol,) = symbols.decoded(np.pad(piece, 20, constant_values=labelled.PAPER), symbols.LINEAR)
    left, right = 20 + 30, 20 + piece.shape[1] - 30
    assert symbol.quad[:, 0] == pytest.approx([left, right, right, left], abs=4)
    assert symbol.quad[0, 1] < symbol.quad[3, 1]
    (turned,) = symbols.decoded(np.pad(piece, 20, constant_values=labelled.PAPER)[::-1, ::-1], symbols.LINEAR)
    assert turned.quad[0, 0] > turned.quad[1, 0]
    assert symbol.length == pytest.approx(right - left, abs=8)


def test_a_gs1_code_says_so_and_keeps_its_separators() -> None:
    (symbol,) = symbols.decoded(labelled.gs1("42022153", "9101026837331000039521"), symbols.LINEAR)
    assert symbol.gs1
    assert symbol.text == "42022153\x1d9101026837331000039521"


def test_a_code_that_lies_down_is_read_where_asked_for() -> None:
    lying = np.ascontiguousarray(np.rot90(labelled.code("NW1402938475610", "Code128")))
    assert symbols.decoded(lying, symbols.LINEAR) == []
    assert len(symbols.decoded(lying, symbols.LINEAR, turned=True)) == 1


def test_short_words_of_symbologies_without_check_are_taken_for_chance() -> None:
    assert symbols.decoded(labelled.code("1234", "ITF"), symbols.LINEAR) == []
    assert symbols.decoded(labelled.code("AB12", "Code39"), symbols.LINEAR) == []
    assert len(symbols.decoded(labelled.code("AB12", "Code128"), symbols.LINEAR)) == 1


def test_the_words_of_a_code_are_bounded() -> None:
    (symbol,) = symbols.decoded(labelled.code("9" * 4000, "QRCode", scale=3), symbols.MATRIX)
    assert len(symbol.text) == symbols.LONGEST


def test_a_symbol_can_be_named_in_a_larger_view() -> None:
    (symbol,) = symbols.decoded(labelled.code("NW1402938475610", "QRCode"), symbols.MATRIX)
    assert symbol.scaled(2.0).quad == pytest.approx(symbol.quad * 2 + 0.5)
    assert symbol.scaled(2.0).text == symbol.text
