from __future__ import annotations

import cv2
import numpy as np
import pytest

from evidence.vision.barcodes import beside, changes, linear
from evidence.vision.bars import Stripes, find
from tests.evidence.vision import labelled


def texts(picture: np.ndarray) -> set[str]:
    return {s.text for stripes in find(picture) if (s := linear(picture, stripes)) is not None}


@pytest.mark.parametrize("turn", range(-170, 190, 20))
def test_a_label_is_read_at_any_angle(turn: int) -> None:
    assert texts(labelled.laid(labelled.waybill(), turn=turn)) == {labelled.NUMBER}


@pytest.mark.parametrize("scale", [0.55, 0.8, 1.4])
def test_a_label_is_read_near_and_far(scale: float) -> None:
    """At 0.55 a module has 1.4 pixels."""
    picture = labelled.laid(labelled.waybill(), width=1600, height=900, scale=scale, turn=33)
    assert texts(picture) == {labelled.NUMBER}


@pytest.mark.parametrize("lean", [-0.3, 0.3])
def test_a_label_is_read_askew(lean: float) -> None:
    assert texts(labelled.laid(labelled.waybill(), turn=20, lean=lean)) == {labelled.NUMBER}


def test_sharpening_reads_what_is_blurred() -> None:
    picture = labelled.laid(labelled.bars(module=3, height=90), noise=1)
    blurred = cv2.blur(picture, (5, 1))
    assert texts(blurred) == {labelled.NUMBER}


@pytest.mark.parametrize("turn", [0, 25, 180, 205])
def test_the_corners_begin_at_the_upper_left_of_the_code(turn: float) -> None:
    piece = labelled.bars(module=2, height=80)
    picture = labelled.laid(piece, turn=turn)
    symbol = next(s for stripes in find(picture) if (s := linear(picture, stripes)) is not None)
    turned = np.radians(turn)
    along = np.array([np.cos(turned), np.sin(turned)])
    start = np.array([640, 360]) - along * (piece.shape[1] / 2 - 20)
    assert float(np.linalg.norm(symbol.quad[[0, 3]].mean(axis=0) - start)) < 10
    down = symbol.quad[3] - symbol.quad[0]
    assert float(down @ (-along[1], along[0])) > 20


@pytest.mark.parametrize(
    ("kind", "symbology"), [("QRCode", "QR Code"), ("PDF417", "PDF417"), ("DataMatrix", "Data Matrix")]
)
def test_what_lies_beside_a_bar_code_is_read_however_the_label_is_turned(kind: str, symbology: str) -> None:
    label = labelled.waybill()
    other = labelled.code("JD-77-1", kind, scale=2)
    high, wide = other.shape
    label[4 : 4 + high, 440 - wide : 440] = other
    picture = labelled.laid(label, turn=33)
    symbol = next(s for stripes in find(picture) if (s := linear(picture, stripes)) is not None)
    (found,) = beside(picture, symbol)
    assert (found.text, found.symbology) == ("JD-77-1", symbology)
    turned = np.radians(33)
    rows = np.array([[np.cos(turned), -np.sin(turned)], [np.sin(turned), np.cos(turned)]])
    middle = rows @ (440 - wide / 2 - 225, 4 + high / 2 - 150) + (640, 360)
    assert found.quad.mean(axis=0) == pytest.approx(middle, abs=6)


def test_a_code_has_many_changes_and_plain_paper_none() -> None:
    picture = labelled.laid(labelled.bars(module=2, height=80))
    stripes = find(picture)[0]
    assert changes(picture, stripes) > 60
    assert changes(np.full((720, 1280), 200, np.uint8), stripes) == 0


@pytest.mark.parametrize("where", [(-500.0, -500.0), (5000.0, 10.0), (0.0, 719.0)])
def test_a_candidate_beyond_the_border_is_read_as_nothing(where: tuple[float, float]) -> None:
    picture = labelled.laid(labelled.bars())
    stripes = Stripes(*where, 0.3, 60, 20)
    assert linear(picture, stripes) is None
    assert changes(picture, stripes) < 20
