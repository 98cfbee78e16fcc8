from __future__ import annotations

from datetime import timedelta

import pytest

from evidence.model import MOST_BEATS
from evidence.rhythm import FEWEST, Rhythm, agreement
from evidence.timeline import Span
from tests.evidence.copies import beats


def seconds(value: float) -> timedelta:
    return timedelta(seconds=value)


def within(start: float, end: float) -> Span:
    return Span(start=seconds(start), end=seconds(end))


def test_a_digit_stands_for_a_fifth_of_a_second_and_grows_with_the_change() -> None:
    rhythm = Rhythm()
    for at, change in ((0.2, 0.0), (0.4, 1.0), (0.9, 8.0), (1.0, 255.0)):
        rhythm.note(seconds(at), change)
    assert str(rhythm) == "006ccf"


def test_time_that_turns_back_is_left_out_and_hours_have_an_end() -> None:
    rhythm = Rhythm()
    rhythm.note(seconds(1.0), 1.0)
    rhythm.note(seconds(0.4), 9.0)
    assert str(rhythm) == "666666"
    rhythm.note(seconds(1_000_000), 0.0)
    assert len(str(rhythm)) == MOST_BEATS


def test_a_copy_agrees_wherever_it_was_cut_out() -> None:
    whole = beats(1, 200)
    told = agreement(whole[60:140], whole, within(2, 12), [seconds(12.2)])
    assert told == pytest.approx(1.0, abs=0.01)  # but for the smoothing at its ends


def test_two_takes_do_not_agree() -> None:
    told = [
        agreement(beats(2 * n, 100), beats(2 * n + 1, 100), within(2, 16), [seconds(0)]) for n in range(1, 40)
    ]
    assert max(each for each in told if each is not None) < 0.55


def test_too_little_says_nothing() -> None:
    short = beats(1, FEWEST - 1)
    assert agreement(short, short, within(0, 10), [seconds(0)]) is None
    assert agreement("3" * 200, "3" * 200, within(0, 30), [seconds(0)]) is None
    assert agreement("", beats(1, 100), within(0, 10), [seconds(0)]) is None
    assert agreement(beats(1, 100), beats(1, 100), within(0, 10), []) is None
    assert agreement(beats(1, 100), beats(1, 100), within(0, 10), [seconds(10_000)]) is None
