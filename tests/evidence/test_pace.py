"""`pace`: clocks as numbers, so that their pace and every jump are known."""

from __future__ import annotations

import pytest

from evidence.course import Manner
from evidence.pace import Told, off_course, pace, stands


def shown(
    rate: float = 1.0, *, seconds: float = 20.0, begun: float = 45_000.4, step: float = 0.3
) -> list[Told]:
    return [Told(n * step, int(begun + rate * n * step)) for n in range(round(seconds / step))]


def moved(told: list[Told], at: float, by: int) -> list[Told]:
    return [Told(one.at, one.shown + (by if one.at >= at else 0)) for one in told]


@pytest.mark.parametrize("rate", [0.9, 0.97, 1.0, 1.03, 1.1])
def test_the_pace_of_a_clock_is_told_and_no_jump(rate: float) -> None:
    told = shown(rate, seconds=40)
    found = pace(told)
    assert found is not None
    assert abs(found.rate - rate) < 0.01
    assert found.off == (rate != 1.0)
    assert off_course(told) == ()


@pytest.mark.parametrize("begun", [45_000.0, 45_000.4, 45_000.97])
@pytest.mark.parametrize("by", [2, 3, 10, 4000])
def test_a_jump_is_found_and_changes_no_pace(begun: float, by: int) -> None:
    told = moved(shown(begun=begun), 8.2, by)
    found = pace(told)
    assert found is not None
    assert not found.off
    (jump,) = off_course(told)
    assert jump.manner is Manner.AHEAD
    assert jump.least.total_seconds() <= by <= jump.most.total_seconds()
    assert abs(jump.end.total_seconds() - 8.2) < 0.5


def test_a_jump_of_a_clock_that_runs_fast_is_found_where_it_is() -> None:
    (jump,) = off_course(moved(shown(1.1, seconds=40), 20.0, 5))
    assert abs(jump.end.total_seconds() - 20.0) < 0.7


def test_one_that_falls_back_and_runs_on_was_put_in() -> None:
    (jump,) = off_course(moved(shown(), 8.0, -3))
    assert jump.manner is Manner.BACK


def test_too_short_a_film_has_no_pace() -> None:
    assert pace(shown(seconds=4)) is None
    assert pace([]) is None
    assert off_course([]) == ()


def test_a_reading_that_stays_is_told_once() -> None:
    told = [Told(one.at, min(one.shown, 45_005)) if one.at < 9 else one for one in shown()]
    ((start, end),) = stands(told)
    assert 4.4 <= start <= 5.0
    assert 8.5 <= end <= 9.0
    assert stands(shown()) == []
