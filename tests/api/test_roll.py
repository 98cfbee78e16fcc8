"""Who is at work is told by whether their rows change, and never by comparing clocks of two machines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from api.roll import HEARTBEAT, LOST, Roll
from storage.memory import MemoryRows
from storage.rows import Rows

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
WRONG = NOW - timedelta(days=3)
"""The clock of another machine."""


class Ticks:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def passes(self, time: timedelta) -> None:
        self.now += time.total_seconds()


@pytest.fixture
def rows() -> Rows:
    return MemoryRows()


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


@pytest.fixture
def roll(rows: Rows, ticks: Ticks) -> Roll:
    return Roll(rows, ticks)


def test_who_beats_is_not_silent_however_wrong_its_clock(roll: Roll, rows: Rows, ticks: Ticks) -> None:
    other = Roll(rows)
    for _ in range(20):
        other.beat("far", WRONG)
        assert roll.silent(()) == ()
        ticks.passes(HEARTBEAT)


def test_who_stops_beating_falls_silent_after_a_while(roll: Roll, rows: Rows, ticks: Ticks) -> None:
    Roll(rows).beat("far", NOW + timedelta(days=3))
    assert roll.silent(()) == ()
    ticks.passes(LOST - HEARTBEAT)
    assert roll.silent(()) == ()
    ticks.passes(HEARTBEAT)
    assert roll.silent(()) == ("far",)
    Roll(rows).beat("far", NOW)
    assert roll.silent(()) == ()


def test_whoever_looks_for_the_first_time_waits_before_it_judges(roll: Roll, rows: Rows) -> None:
    Roll(rows).beat("long dead", WRONG)
    assert roll.silent(["never on the roll"]) == ()


def test_who_has_jobs_and_was_never_on_the_roll_is_silent_too(roll: Roll, ticks: Ticks) -> None:
    assert roll.silent(["unknown"]) == ()
    ticks.passes(LOST)
    assert roll.silent(["unknown"]) == ("unknown",)
    assert roll.silent(()) == ()


def test_a_worker_that_was_struck_may_come_back(roll: Roll, rows: Rows, ticks: Ticks) -> None:
    frozen = Roll(rows)
    frozen.beat("far", NOW)
    roll.silent(())
    ticks.passes(LOST)
    assert roll.silent(()) == ("far",)
    roll.strike("far", NOW)
    roll.strike("far", NOW)  # as two do at the same time
    assert roll.silent(()) == ()
    frozen.beat("far", NOW)
    assert roll.silent(()) == ()


def test_a_worker_is_there_as_long_as_it_is_heard_of(roll: Roll) -> None:
    assert not roll.alive(NOW)
    roll.beat("worker-1", NOW)
    roll.beat("worker-1", NOW + timedelta(seconds=1))
    assert roll.alive(NOW + timedelta(seconds=1) + LOST / 2)
    assert not roll.alive(NOW + timedelta(seconds=2) + LOST)
