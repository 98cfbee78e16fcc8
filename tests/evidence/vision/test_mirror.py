from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from evidence.vision.mirror import Seam, mirrored


@pytest.fixture(scope="module")
def take():
    """A film in which the picture wanders from one state to another, small."""
    draw = np.random.default_rng(2)
    walk = np.cumsum(draw.normal(0, 2, (120, 12, 20)), axis=0) + 128
    return (walk + draw.normal(0, 0.3, walk.shape)).astype(np.float32)


def seam(film, place):
    return Seam(
        timedelta(seconds=(place - 1) / 30), timedelta(seconds=place / 30), film[place - 1], film[place]
    )


def test_what_runs_backwards_fits_crosswise(take):
    film = np.concatenate((take[:40], take[40:90][::-1], take[90:]))
    first, second = seam(film, 40), seam(film, 90)
    assert list(mirrored([first, second])) == [(first, second)]


def test_two_cuts_do_not(take):
    film = np.concatenate((take[:30], take[50:80], take[100:]))
    assert list(mirrored([seam(film, 30), seam(film, 60)])) == []


def test_what_comes_and_goes_again_fits_straight(take):
    film = np.concatenate((take[:40], take[40:60] + 60, take[60:]))
    assert list(mirrored([seam(film, 40), seam(film, 60)])) == []


def test_a_picture_of_another_size_fits_nothing(take):
    small = seam(take[:, :8], 90)
    assert list(mirrored([seam(take, 40), small])) == []


def test_joins_far_apart_are_not_compared(take):
    film = np.concatenate((take[:40], take[40:90][::-1], take[90:]))
    late = seam(film, 90)
    late = Seam(late.start + timedelta(minutes=2), late.end + timedelta(minutes=2), late.before, late.after)
    assert list(mirrored([seam(film, 40), late])) == []
