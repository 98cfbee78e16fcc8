from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

from evidence.ticks import MOST, Ticks

MS = timedelta(milliseconds=1)


def test_times_count_from_the_first_picture_and_are_exact():
    ticks = Ticks(Fraction(1, 90_000), None)
    assert ticks.at(9_000, 3_003) == (timedelta(0), True)
    assert ticks.at(9_000 + 3_003, 3_003) == (timedelta(microseconds=33_367), True)
    assert ticks.end == timedelta(microseconds=66_733)


def test_a_thousand_hours_in_odd_ticks_do_not_drift():
    base = Fraction(1001, 30_000)
    ticks = Ticks(base, None)
    ticks.at(0, 1)
    at, _ = ticks.at(108_000_000, 1)
    assert abs(Fraction(at / timedelta(microseconds=1)) - 108_000_000 * base * 1_000_000) <= Fraction(1, 2)


def test_times_that_repeat_turn_back_or_start_below_zero_are_kept():
    ticks = Ticks(Fraction(1, 1000), None)
    assert [ticks.at(t, 10)[0] / MS for t in (-20, -10, -10, -30, 40)] == [0, 10, 10, -10, 60]
    assert ticks.end == 70 * MS


def test_a_picture_without_a_time_follows_the_one_before_and_says_so():
    ticks = Ticks(Fraction(1, 1000), Fraction(25))
    assert ticks.at(None) == (timedelta(0), False)
    assert ticks.at(None) == (40 * MS, False)
    assert ticks.at(100, 30) == (100 * MS, True)
    assert ticks.at(None, 30) == (130 * MS, False)
    assert ticks.end == 160 * MS


def test_without_a_length_the_rate_or_the_last_step_stands_in():
    rated = Ticks(Fraction(1, 1000), Fraction(50))
    rated.at(0)
    assert rated.end == 20 * MS
    stepped = Ticks(Fraction(1, 1000), None)
    stepped.at(0)
    assert stepped.end == timedelta(0)
    stepped.at(33)
    assert stepped.end == 66 * MS


def test_a_length_in_decoding_order_does_not_stretch_the_end():
    ticks = Ticks(Fraction(1, 1000), None)
    for at, length in ((0, 105), (33, 66), (70, 35), (105, 550)):
        ticks.at(at, length)
    assert ticks.end == (105 + 35) * MS


def test_a_long_last_picture_of_a_truthful_film_is_believed():
    ticks = Ticks(Fraction(1, 1000), None)
    for at, length in ((0, 33), (33, 37), (70, 2000)):
        ticks.at(at, length)
    assert ticks.end == 2070 * MS


def test_absurd_numbers_stay_within_the_calendar():
    ticks = Ticks(Fraction(1, 1), Fraction(1, 1 << 40))
    ticks.at(0)
    at, told = ticks.at(1 << 62, 1 << 62)
    assert at == timedelta(microseconds=MOST)
    assert told
    assert ticks.at(-(1 << 62))[0] == -timedelta(microseconds=MOST)


def test_a_missing_time_base_is_survived():
    assert Ticks(None, None).at(5) == (timedelta(0), True)
    assert Ticks(Fraction(0), Fraction(0)).at(5) == (timedelta(0), True)
