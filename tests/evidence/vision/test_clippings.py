from __future__ import annotations

from datetime import timedelta

import cv2
import numpy as np
import pytest

from evidence.vision.barcodes import linear
from evidence.vision.bars import Stripes, find
from evidence.vision.clippings import Clippings
from tests.evidence.vision import labelled


def seconds(value: float) -> timedelta:
    return timedelta(seconds=value)


PICTURE = labelled.laid(labelled.waybill(), turn=130)
WHERE = next(stripes for stripes in find(PICTURE) if linear(PICTURE, stripes))


def test_a_cutting_stands_upright_and_holds_the_label() -> None:
    clippings = Clippings(4)
    clippings.offer(seconds(1), PICTURE, WHERE)
    (one,) = clippings.best
    upright = find(one.picture)[0]
    assert abs(np.degrees(upright.angle)) < 4
    assert one.picture.shape[1] > WHERE.length * 1.2


def test_the_best_are_held_and_spread_over_the_film() -> None:
    clippings = Clippings(3)
    soft = cv2.GaussianBlur(PICTURE, (0, 0), 4)
    for n, picture in enumerate((soft, PICTURE, soft, soft, PICTURE, PICTURE)):
        clippings.offer(seconds(n), picture, WHERE)
    assert [clipping.at for clipping in clippings.best] == [seconds(1), seconds(4), seconds(5)]


def test_of_one_moment_the_sharper_picture_is_held() -> None:
    clippings = Clippings(3)
    clippings.offer(seconds(1.0), cv2.GaussianBlur(PICTURE, (0, 0), 4), WHERE)
    clippings.offer(seconds(1.3), PICTURE, WHERE)
    clippings.offer(seconds(1.5), cv2.GaussianBlur(PICTURE, (0, 0), 4), WHERE)
    assert [clipping.at for clipping in clippings.best] == [seconds(1.3)]


def test_a_cutting_is_small_however_large_the_label_is() -> None:
    clippings = Clippings(1)
    clippings.offer(seconds(0), np.zeros((2160, 3840), np.uint8), Stripes(1900, 1000, 0.2, 3500, 900))
    assert clippings.best[0].picture.shape[1] <= 900


@pytest.mark.parametrize("most", [0])
def test_none_are_held_where_none_are_wanted(most: int) -> None:
    clippings = Clippings(most)
    clippings.offer(seconds(1), PICTURE, WHERE)
    assert clippings.best == []
