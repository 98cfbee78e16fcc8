from __future__ import annotations

from datetime import timedelta

import cv2
import numpy as np
import pytest

from evidence.vision.search import FULL, Search
from tests.evidence.fakes import FakeFrame, film
from tests.evidence.vision import labelled

PACE, REST = timedelta(seconds=0.2), timedelta(seconds=0.5)


def looked(
    pictures: list[np.ndarray], *, keen: bool = True, often: bool = True, rate: float = 30.0
) -> tuple[Search, list]:
    """The search and every look that was one, with its frame."""
    search = Search(PACE, REST)
    looks = [(frame, search.look(frame, keen=keen, often=often)) for frame in film(pictures, rate=rate)]
    return search, [(frame, look) for frame, look in looks if look is not None]


def texts(looks: list) -> list[set[str]]:
    return [{symbol.text for symbol in look.symbols} for _, look in looks]


LABEL = labelled.laid(labelled.waybill(), turn=25)
PLAIN = labelled.laid(np.full((10, 10), 150, np.uint8))


def test_a_label_in_sight_is_read_at_every_far_look_and_needs_no_close_one() -> None:
    search, looks = looked([LABEL] * 31)
    assert texts(looks) == [{labelled.NUMBER}] * 6
    assert (search.far, search.close) == (6, 0)


def test_once_there_is_enough_looks_are_rarer_and_still_read() -> None:
    search, looks = looked([LABEL] * 31, keen=False)
    assert texts(looks) == [{labelled.NUMBER}] * 3
    assert search.far == 3


def test_once_another_code_is_well_known_looks_are_rarer_but_still_of_the_whole_picture() -> None:
    elsewhere = np.roll(LABEL, LABEL.shape[1] // 3, axis=1)
    search, looks = looked([LABEL] * 15 + [elsewhere] * 16, often=False)
    assert texts(looks) == [{labelled.NUMBER}] * 3
    assert search.far == 3


def test_a_picture_without_anything_is_looked_at_from_far_only() -> None:
    search, looks = looked([PLAIN] * 31)
    assert texts(looks) == [set()] * 6
    assert search.close == 0
    assert all(not look.alike for _, look in looks)


def blurred(strength: int) -> np.ndarray:
    """The label smeared across its bars: still a code to look at, but none to read."""
    upright = labelled.laid(labelled.waybill(scale=4.0))
    return cv2.blur(upright, (strength, 1))


def test_what_is_blurred_is_looked_at_closely_until_it_is_sharp() -> None:
    sharp = labelled.laid(labelled.waybill(scale=4.0))
    pictures = [blurred(9)] * 8 + [sharp] + [blurred(9)] * 4
    search, looks = looked(pictures)
    assert labelled.NUMBER in set().union(*texts(looks))
    assert search.close > 4
    (seen,) = (frame for frame, look in looks if look.symbols)
    assert seen.index == 8
    assert looks[0][1].alike


def test_a_place_that_stays_unread_is_left_alone_for_longer_and_longer() -> None:
    search, looks = looked([blurred(9)] * 180)
    assert search.close <= 12 + 2 * search.far
    gaps = np.diff([frame.index for frame, _ in looks])
    assert gaps.max() >= 5, "some far looks follow each other without close ones"
    assert search.close < 72


def test_small_codes_are_found_by_deep_looks() -> None:
    small = labelled.laid(labelled.waybill(), width=1920, height=1080, scale=0.56, turn=15)
    search, looks = looked([small] * 15)
    assert labelled.NUMBER in set().union(*texts(looks))
    assert search.far >= 2


def test_matrix_codes_are_read_in_the_picture_and_beside_a_bar_code() -> None:
    alone = labelled.laid(labelled.code("JD-77-1", "QRCode", scale=8), turn=40)
    _, looks = looked([alone] * 2)
    assert texts(looks)[0] == {"JD-77-1"}
    label = labelled.waybill(scale=4.0)
    other = labelled.code("JD-77-1", "DataMatrix", scale=3)
    label[4 : 4 + other.shape[0], 590 - other.shape[1] : 590] = other
    _, looks = looked([labelled.laid(label, turn=-50)] * 2)
    assert texts(looks)[0] == {labelled.NUMBER, "JD-77-1"}


def test_symbols_lie_in_the_pixels_of_the_look() -> None:
    large = cv2.resize(LABEL, (3840, 2160), interpolation=cv2.INTER_CUBIC)
    _, looks = looked([large])
    look = looks[0][1]
    assert look.view.shape == (FULL * 9 // 16, FULL)
    middle = look.symbols[0].quad.mean(axis=0) * 1280 / FULL
    assert middle == pytest.approx((632, 376), abs=12)


def test_times_that_repeat_or_turn_back_do_no_harm() -> None:
    search = Search(PACE, REST)
    for at in (0.0, 0.0, 0.5, 0.1, 0.1, 0.9):
        search.look(FakeFrame(LABEL, at=timedelta(seconds=at)), keen=True)
    assert search.far == 3


def test_the_same_film_gives_the_same_looks() -> None:
    pictures = [blurred(9)] * 20 + [LABEL] * 5
    one, other = looked(pictures), looked(pictures)
    assert [f.index for f, _ in one[1]] == [f.index for f, _ in other[1]]
    assert texts(one[1]) == texts(other[1])
