from __future__ import annotations

import cv2
import numpy as np
import pytest
import zxingcpp

from evidence.check import Ending
from evidence.checks.mask import Covered, Mask
from evidence.marks import Marks
from evidence.model import Expectation
from tests.evidence.fakes import FakeAlbum, World, described, film, watched

NUMBER = "YT1234567890123"
GREY = 96


class Kept(FakeAlbum):
    """Remembers the pictures themselves."""

    def __init__(self):
        super().__init__()
        self.pictures = []

    def keep(self, frame, what, *, face=None, side=1280, quad=None):
        self.pictures.append(frame.rgb(side))
        return super().keep(frame, what)


@pytest.fixture(scope="module")
def scene():
    """A dark table with a white waybill: lines of print, a bar code, more lines."""
    picture = (World(9, width=1600, height=1200).seen(200, 200) * 0.35).astype(np.uint8)
    picture[250:950, 400:1200] = 235
    bars = zxingcpp.create_barcode(NUMBER, zxingcpp.BarcodeFormat.Code128)
    drawn = np.array(bars.to_image(scale=4, add_quiet_zones=False))
    drawn = np.resize(drawn[drawn.shape[0] // 2], (130, drawn.shape[1]))
    left = 800 - drawn.shape[1] // 2
    picture[560:690, left : left + drawn.shape[1]] = np.where(drawn > 127, 235, 20)
    for row, text in (
        (330, "ZHANG SAN 138 0013 8000"),
        (420, "12 Lake Road, Hangzhou"),
        (850, "Seller: Mill 7"),
    ):
        cv2.putText(picture, text, (440, row), cv2.FONT_HERSHEY_SIMPLEX, 1.4, 20, 3)
    return picture


def copied(picture, **marks):
    album = Kept()
    media = described("photo", expected=Expectation(marks=Marks(**marks)))
    (finding,) = watched(Mask(), film([picture]), media=media, ending=Ending(frames=1), album=album)
    return finding, album.pictures[0]


def test_print_on_the_waybill_is_covered_and_its_code_stays_readable(scene):
    finding, copy = copied(scene)
    assert finding.outcome == "skipped"
    scale = copy.shape[1] / scene.shape[1]
    for row in (315, 405, 835):
        line = copy[int((row - 25) * scale) : int((row + 25) * scale), int(440 * scale) : int(1000 * scale)]
        assert (line == GREY).all()
    assert [code.text for code in zxingcpp.read_barcodes(np.ascontiguousarray(copy))] == [NUMBER]
    assert (copy[:100] != GREY).any()


def test_a_turned_waybill_is_covered_too(scene):
    turn = cv2.getRotationMatrix2D((800, 600), 31, 0.9)
    _, copy = copied(cv2.warpAffine(scene, turn, (1600, 1200), borderValue=40))
    x, y = (turn @ np.array([600, 405, 1])) * copy.shape[1] / 1600
    assert (copy[int(y) - 8 : int(y) + 8, int(x) - 8 : int(x) + 8] == GREY).all()


def test_without_a_waybill_a_person_is_asked(scene):
    finding, copy = copied(scene[:240])
    assert finding.outcome == "unsure"
    assert "No waybill" in finding.says
    assert (copy != GREY).any()


def test_what_was_marked_is_covered_whatever_it_is(scene):
    _, copy = copied(scene, hide=[(0.0, 0.0, 0.2, 0.2)])
    assert (copy[: int(0.19 * copy.shape[0]), : int(0.19 * copy.shape[1])] == GREY).all()


def test_the_original_frame_stays_as_it_was(scene):
    before = scene.copy()
    copied(scene, hide=[(0.0, 0.0, 1.0, 1.0)])
    assert (scene == before).all()


@pytest.mark.parametrize("side", [7, 50, 333, 1600])
def test_a_cover_hides_every_pixel_that_it_touches_at_any_size(side):
    (frame,) = film([np.full((1200, 1600), 200, np.uint8)])
    mask = np.zeros((75, 100), np.uint8)
    mask[30, 40] = 255
    view = Covered(frame, mask).rgb(side)
    height, width = view.shape[:2]
    assert (view[int(30.5 / 75 * height), int(40.5 / 100 * width)] == GREY).all()
    assert (view == GREY).mean() < 0.1
