from __future__ import annotations

import numpy as np
import pytest

from evidence.printing import sheet as sheets
from evidence.vision.stickers import read
from samples.box import Parcel
from samples.label import Waybill
from samples.pose import FACES
from samples.sticker import MODULES, SIDE, draw_sticker, stick, tag_of
from tests.evidence.fakes import FakeFrame


def seen(picture: np.ndarray) -> list[tuple[int, int]]:
    return sorted((mark.sheet, mark.number) for mark in read(FakeFrame(picture[:, :, 1])))


@pytest.mark.parametrize("sheet", [0, 7, 96])
def test_the_renderer_and_the_reader_number_alike(sheet: int) -> None:
    for number in range(1, 7):
        room = np.pad(draw_sticker(sheet, number, 8), ((40, 40), (40, 40), (0, 0)), constant_values=150)
        assert seen(room) == [(sheet, number)]
        word = sheets._tags()[tag_of(sheet, number)]
        code = draw_sticker(sheet, number, 1)[2:-2, 2:-2, 0].ravel() > 128
        assert int(word, 16) == int("".join(str(int(bit)) for bit in code), 2)
    assert (SIDE, len(FACES)) == (sheets.SIDE, sheets.STICKERS)


def test_each_face_carries_its_number_and_the_label_stays_whole() -> None:
    plain, stuck = (Parcel(waybill=Waybill("NW17"), sheet=sheet) for sheet in (None, 4))
    for number, face in enumerate(FACES, 1):
        assert seen(stuck.skin(face)) == [(4, number)]
    low = plain.skin("top").shape[0] * 0.56
    assert (plain.skin("top")[int(low) :] == stuck.skin("top")[int(low) :]).all()


def test_a_sticker_is_laid_where_and_how_it_is_asked_for() -> None:
    skin = np.full((400, 600, 3), 150, np.uint8)
    stick(skin, 2, 5, centre=(100, 70), turn=30, side=48)
    (mark,) = read(FakeFrame(skin[:, :, 1]))
    scale = np.linalg.norm(mark.quad[1] * (600, 400) - mark.quad[0] * (600, 400)) / 48
    assert mark.quad.mean(axis=0) * (600, 400) == pytest.approx((100 * scale, 70 * scale), abs=2)
    right = (mark.quad[1] - mark.quad[0]) * (600, 400)
    assert np.degrees(np.arctan2(-right[1], right[0])) == pytest.approx(30, abs=1.5)
    assert MODULES == 8
