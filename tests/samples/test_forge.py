from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from samples import forge
from samples.film import Shot
from samples.forge import Span


def reel(count: int = 100, rate: int = 25, start: int = 0) -> list[Shot]:
    return [
        Shot(Fraction(n, rate), np.full((8, 8, 3), (start + n) % 256, np.uint8), n / rate)
        for n in range(count)
    ]


def values(shots: list[Shot]) -> list[int]:
    return [int(shot.picture[0, 0, 0]) for shot in shots]


def gaps(shots: list[Shot]) -> set[Fraction]:
    return {b.at - a.at for a, b in pairwise(shots)}


def test_a_cut_takes_out_and_closes_up() -> None:
    made, event = forge.cut(reel(), Span(1, 2))
    assert values(made) == [*range(25), *range(50, 100)]
    assert gaps(made) == {Fraction(1, 25)}
    assert (event.start, event.end, event.missing) == pytest.approx((0.96, 1.0, 1.0))


def test_an_insert_puts_in_and_moves_back() -> None:
    made, event = forge.insert(reel(), 2, reel(10, start=200))
    assert values(made) == [*range(50), *range(200, 210), *range(50, 100)]
    assert gaps(made) == {Fraction(1, 25)}
    assert all(shot.scene_at is None for shot in made[50:60])
    assert event.end == pytest.approx(2.4)


def test_a_gap_moves_the_clock_and_a_drop_the_pictures() -> None:
    made, event = forge.gap(reel(), 2, 1.5)
    assert values(made) == list(range(100))
    assert max(gaps(made)) == Fraction(1, 25) + Fraction(3, 2)
    assert event.end - event.start == pytest.approx(1.54)
    made, event = forge.drop(reel(), Span(1, 2))
    assert len(made) == 75
    assert max(gaps(made)) == Fraction(26, 25)
    assert event.missing == pytest.approx(1.04)


def test_a_freeze_repeats_one_picture_to_the_bit() -> None:
    made, event = forge.freeze(reel(), Span(1, 2))
    assert values(made) == [*range(25), *[25] * 25, *range(50, 100)]
    assert (event.start, event.end) == pytest.approx((1.0, 2.0))


def test_black_reverse_repeat_speed() -> None:
    assert values(forge.black(reel(), Span(1, 1.2))[0])[24:31] == [24, 4, 4, 4, 4, 4, 30]
    assert values(forge.reverse(reel(), Span(1, 1.2))[0])[24:31] == [24, 29, 28, 27, 26, 25, 30]
    twice, event = forge.repeat(reel(), Span(1, 1.2))
    assert values(twice)[24:36] == [24, 25, 26, 27, 28, 29, 25, 26, 27, 28, 29, 30]
    assert (event.start, event.end) == pytest.approx((1.2, 1.4))
    quick, event = forge.speed(reel(), Span(1, 2), 5)
    assert values(quick)[24:31] == [24, 25, 30, 35, 40, 45, 50]
    assert gaps(quick) == {Fraction(1, 25)}
