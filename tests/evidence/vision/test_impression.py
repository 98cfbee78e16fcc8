from __future__ import annotations

import cv2
import numpy as np
import pytest

from evidence.imprint import distance, turned
from evidence.vision.impression import LEAST, impression
from tests.evidence.fakes import World

LAID = (
    lambda p: p,
    lambda p: p[:, ::-1],
    lambda p: p[::-1],
    lambda p: p[::-1, ::-1],
    lambda p: p.T,
    lambda p: p.T[::-1],
    lambda p: p.T[:, ::-1],
    lambda p: p.T[::-1, ::-1],
)


@pytest.fixture(scope="module")
def picture() -> np.ndarray:
    return World(3, width=160, height=90).seen(40, 30, noise=0)


@pytest.mark.parametrize("way", range(8))
def test_a_picture_laid_another_way_has_one_of_the_eight_imprints(way: int, picture: np.ndarray) -> None:
    plain = impression(picture)
    laid = impression(np.ascontiguousarray(LAID[way](picture)))
    assert plain
    assert laid
    assert min(distance(laid.bits, each) for each in turned(plain.bits)) <= 2  # rounding at zero
    assert laid.strength == pytest.approx(plain.strength, rel=1e-3)


def test_light_and_scale_hardly_move_it(picture: np.ndarray) -> None:
    plain = impression(picture)
    assert plain
    smaller = cv2.resize(picture, (96, 54), interpolation=cv2.INTER_AREA)
    for other in (picture // 2 + 60, smaller, cv2.GaussianBlur(picture, (0, 0), 1)):
        seen = impression(other)
        assert seen
        assert distance(plain.bits, seen.bits) <= 8


def test_other_pictures_are_far(picture: np.ndarray) -> None:
    plain = impression(picture)
    assert plain
    for seed in range(10, 20):
        seen = impression(World(seed, width=160, height=90).seen(40, 30, noise=0))
        assert seen
        assert min(distance(seen.bits, each) for each in turned(plain.bits)) > 60


def test_strength_is_that_of_what_can_be_seen(picture: np.ndarray) -> None:
    plain, faint = impression(picture), impression(picture // 20)
    assert plain
    assert faint
    assert plain.strength > 5 * faint.strength
    flat = impression(np.full((90, 160), 128, np.uint8))
    assert flat
    assert flat.strength == pytest.approx(0, abs=1e-3)


def test_what_is_too_small_for_its_frequencies_has_none() -> None:
    assert impression(np.zeros((LEAST - 1, 160), np.uint8)) is None
    assert impression(np.zeros((LEAST, LEAST), np.uint8)) is not None
