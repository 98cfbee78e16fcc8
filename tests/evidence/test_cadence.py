from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.cadence import Cadence

TWENTIETH = timedelta(seconds=0.05)


def cadence(stamps):
    made = Cadence()
    for stamp in stamps:
        made.add(timedelta(seconds=stamp))
    return made


def pauses(stamps, times=5.0):
    return list(cadence(stamps).pauses(times=times, least=timedelta(seconds=0.15)))


def test_an_even_beat_has_no_pause():
    assert pauses([i / 30 for i in range(300)]) == []


def test_one_missing_second_is_the_one_pause():
    (pause,) = pauses([i / 30 + (i >= 100) for i in range(300)])
    assert pause.start == timedelta(seconds=99 / 30)
    assert pause.length.total_seconds() == pytest.approx(1 + 1 / 30, abs=1e-5)
    assert pause.score == pytest.approx(31, abs=0.1)
    assert pause.usual.total_seconds() == pytest.approx(1 / 30, abs=1e-5)


def test_a_beat_that_slows_down_has_no_pause():
    stamps, at = [0.0], 0.0
    for i in range(200):  # from 60 to 8 pictures a second, as light fades
        at += 1 / (60 - 52 * i / 200)
        stamps.append(at)
    assert pauses(stamps) == []


def test_the_same_pause_counts_in_a_quick_film_and_not_in_a_slow_one():
    quick = [i / 60 + 0.25 * (i >= 60) for i in range(120)]
    slow = [i / 10 + 0.25 * (i >= 60) for i in range(120)]
    assert len(pauses(quick)) == 1
    assert pauses(slow) == []


def test_a_pause_among_too_few_pictures_cannot_be_judged():
    assert pauses([0, 0.03, 0.06, 2.0, 2.03]) == []


def test_stamps_that_go_back_and_repeat_are_noted():
    made = cadence([0, 0.1, 0.1, 0.3, 0.2, 0.4])
    assert made.backward == [timedelta(seconds=0.2)]
    assert made.repeated == 1
    assert len(made) == 6
    assert made.at(3) == timedelta(seconds=0.3)


@given(st.lists(st.integers(-(10**15), 10**15), max_size=60))
def test_no_stamps_break_it(stamps):
    made = Cadence()
    for stamp in stamps:
        made.add(timedelta(microseconds=stamp))
    for pause in made.pauses(times=5, least=TWENTIETH):
        assert pause.start + pause.length == pause.end
        assert pause.length > 5 * pause.usual
