from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from evidence.course import Jump, Manner, Reading, jumps, runs

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOLD, SLACK = timedelta(seconds=1), timedelta(seconds=0.6)


def seen(moments, *, phase: float = 0.0, late=lambda moment: 0.1, every: float = 0.2) -> list[Reading]:
    """Readings of a clock at the real moments of a film (s), one `every` seconds of presentation."""
    return [
        Reading(
            timedelta(seconds=n * every),
            NOON + timedelta(seconds=float(np.floor(moment + phase - late(moment)))),
        )
        for n, moment in enumerate(moments)
    ]


def found(readings: list[Reading]) -> tuple[Jump, ...]:
    return jumps(readings, hold=HOLD, slack=SLACK)


def lag(seed: int, most: float = 0.5):
    """How late the screen is in each second: a page over a bad network."""
    drawn = np.random.default_rng(seed).uniform(0, most, 100)
    return lambda moment: float(drawn[int(moment) % 100])


@pytest.mark.parametrize("seed", range(40))
def test_an_uncut_take_has_no_jump_however_late_the_screen_is(seed: int) -> None:
    draw = np.random.default_rng(seed)
    moments = np.arange(0, 60, 0.2) * (1 + draw.uniform(-1e-4, 1e-4))
    assert found(seen(moments, phase=draw.uniform(0, 1), late=lag(seed))) == ()


@pytest.mark.parametrize("seed", range(200))
def test_two_seconds_that_are_missing_are_always_found(seed: int) -> None:
    draw = np.random.default_rng(seed)
    removed = float(draw.choice([2.0, 2.0, 2.3, 3.0, 7.5, 60.0]))
    start = draw.uniform(1.4, 8)
    moments = [m if m < start else m + removed for m in np.arange(0, start + 4, 0.2)]
    got = found(seen(moments, phase=draw.uniform(0, 1), late=lag(seed)))
    assert [jump.manner for jump in got] == [Manner.AHEAD]
    assert got[0].least.total_seconds() <= removed <= got[0].most.total_seconds()
    assert got[0].start.total_seconds() - 1.2 <= start <= got[0].end.total_seconds() + 0.2


@pytest.mark.parametrize("seed", range(40))
def test_two_seconds_that_are_shown_twice_are_found(seed: int) -> None:
    draw = np.random.default_rng(seed)
    start = draw.uniform(4, 8)
    moments = [m if m < start else m - 2.0 for m in np.arange(0, start + 6, 0.2)]
    assert [jump.manner for jump in found(seen(moments, phase=draw.uniform(0, 1)))] == [Manner.BACK]


def test_a_screen_that_hangs_is_told_as_that_and_is_no_cut() -> None:
    moments = np.arange(0, 20, 0.2)
    hung = [5.0 if 5 < m < 10 else m for m in moments]
    got = found(seen(hung))
    assert [jump.manner for jump in got] == [Manner.STOOD]
    assert 5 <= got[0].start.total_seconds() < 7 < got[0].end.total_seconds() <= 10


def test_a_cut_while_the_screen_hangs_is_still_found() -> None:
    moments = np.arange(0, 20, 0.2)
    readings = seen([5.0 if 5 < m < 10 else m if m <= 5 else m + 4 for m in moments])
    assert [jump.manner for jump in found(readings)] == [Manner.STOOD, Manner.AHEAD]


def test_a_film_that_is_shown_slower_falls_back() -> None:
    got = found(seen(np.arange(0, 20, 0.2) * 0.5))
    assert got
    assert all(jump.manner is not Manner.AHEAD for jump in got)


def test_nothing_and_little_are_no_jump() -> None:
    assert found([]) == ()
    assert found(seen([0.0])) == ()
    assert not runs([])
    assert not runs(seen([0.2, 0.4]))
    assert runs(seen([0.2, 1.4]))
