from __future__ import annotations

import numpy as np
import pytest

from evidence.vision.ladder import FIRST, climb, glance
from tests.evidence.fakes import FakeFrame
from tests.evidence.vision import labelled


def steps(picture: np.ndarray, *, enough: int = 10**6) -> list:
    """The steps that are taken until a code was read in so many."""
    taken: list = []
    taken.extend(climb(FakeFrame(picture), lambda: sum(bool(s.symbols) for s in taken) >= enough))
    return taken


def texts(found) -> set[str]:
    return {symbol.text for step in found for symbol in step.symbols}


@pytest.mark.parametrize("turn", [0, 90, 180])
def test_an_upright_label_is_read_at_a_glance(turn: int) -> None:
    step = glance(FakeFrame(labelled.laid(labelled.waybill(scale=4.5), turn=turn)))
    assert texts([step]) == {labelled.NUMBER}
    assert step.view == (FIRST, FIRST * 9 // 16)


def test_a_turned_label_is_read_by_the_first_step() -> None:
    taken = steps(labelled.laid(labelled.waybill(), turn=38), enough=1)
    assert len(taken) == 1
    assert texts(taken) == {labelled.NUMBER}


def test_a_small_label_in_a_large_photo_is_read_by_a_later_step() -> None:
    picture = labelled.laid(labelled.waybill(), width=4032, height=3024, scale=0.6, turn=-33, at=(3000, 900))
    taken = steps(picture, enough=1)
    assert texts(taken) == {labelled.NUMBER}
    assert len(taken) > 2


def test_every_step_has_a_name_of_its_own() -> None:
    taken = steps(labelled.laid(labelled.waybill(), width=2500, height=1800))
    names = [step.way for step in taken]
    assert len(set(names)) == len(names) == 8
    assert texts(taken) == {labelled.NUMBER}


def test_a_photo_smaller_than_a_step_is_not_looked_at_twice() -> None:
    taken = steps(labelled.laid(np.zeros((4, 4), np.uint8), width=640, height=480))
    assert [step.way for step in taken] == ["bars 960", "matrix 960", "all 1.0", "all 2.0"]
    assert texts(taken) == set()


@pytest.mark.parametrize(
    ("kind", "symbology"),
    [
        ("QRCode", "QR Code"),
        ("DataMatrix", "Data Matrix"),
        ("Aztec", "Aztec"),
        ("PDF417", "PDF417"),
        ("ITF", "ITF"),
    ],
)
def test_every_symbology_is_read(kind: str, symbology: str) -> None:
    text = "12345678901231"
    taken = steps(labelled.laid(labelled.code(text, kind, scale=5)))
    assert {(s.text, s.symbology) for step in taken for s in step.symbols} == {(text, symbology)}
