from __future__ import annotations

from datetime import timedelta

import pytest

from evidence.vision.blackouts import Limits, blackouts

LIMITS = Limits(24, 6, timedelta(seconds=0.3), timedelta(seconds=0.1))


def at(place):
    return timedelta(seconds=place / 30)


def found(means, spreads, changes=None):
    changes = changes or [1.0] * len(means)
    return list(blackouts(changes, means, spreads, at, LIMITS))


def stretch(value, first, last, usual, count=60):
    return [value if first <= i <= last else usual for i in range(count)]


def test_nothing_in_a_film_that_can_be_seen():
    assert found([110] * 60, [50] * 60) == []
    assert found([], []) == []


def test_black_that_comes_and_goes_in_one_step_is_certain():
    means, spreads = stretch(16, 20, 34, 110), stretch(1, 20, 34, 50)
    changes = [95.0 if i in {20, 35} else 1.0 for i in range(60)]
    (it,) = found(means, spreads, changes)
    assert (it.start, it.end, it.black, it.certain) == (at(20), at(35), True, True)
    (slow,) = found(means, spreads)
    assert not slow.certain


def test_a_covered_lens_is_neither_black_nor_certain():
    (it,) = found(stretch(45, 20, 24, 110), stretch(5, 20, 24, 50), [60.0] * 60)
    assert (it.start, it.end, it.black, it.certain) == (at(20), at(25), False, False)


@pytest.mark.parametrize(
    ("mean", "spread"),
    [(75, 33), (45, 50), (110, 5), (180, 15)],
    ids=["other exposure", "dark with contrast", "out of focus", "a flash"],
)
def test_what_is_only_dark_or_only_empty_is_none(mean, spread):
    assert found(stretch(mean, 20, 24, 110), stretch(spread, 20, 24, 50)) == []


def test_two_pictures_are_too_few():
    assert found(stretch(45, 20, 21, 110), stretch(5, 20, 21, 50)) == []


@pytest.mark.parametrize(("first", "last"), [(0, 10), (45, 59)])
def test_at_the_ends_of_a_film_nothing_can_be_missing(first, last):
    assert found(stretch(16, first, last, 110), stretch(1, first, last, 50)) == []
