from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from claims.assessment import Ticking
from claims.case import Case, Event, EventKind
from claims.clocks.countdown import countdown
from claims.clocks.sentences import local
from claims.ruleset import Clock

START = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


def clock(kind: str = "wall_hours", length: object = 48) -> Clock:
    return Clock.model_validate(
        {
            "id": "evidence",
            "title": {"zh": "举证期", "en": "evidence period"},
            "quote": "q",
            "starts": "evidence_requested",
            "stops": "filed",
            "due": "evidence_due",
            "kind": kind,
            "length": length,
        }
    )


def case(*events: tuple[EventKind, datetime]) -> Case:
    made = tuple(Event(kind=kind, at=at) for kind, at in events)
    return Case(id="c", platform="tmall", zone="Asia/Shanghai", events=made)


REQUESTED = (EventKind.EVIDENCE_REQUESTED, START)


@pytest.mark.parametrize(
    ("kind", "length", "hours"), [("wall_minutes", 30, 0.5), ("wall_hours", 48, 48), ("natural_days", 7, 168)]
)
def test_lengths_are_counted_in_their_unit(kind: str, length: int, hours: float) -> None:
    found = countdown(clock(kind, length), case(REQUESTED), START)
    assert found.due_at == START + timedelta(hours=hours)


def test_natural_days_keep_the_time_of_day_where_clocks_are_turned() -> None:
    before = datetime(2026, 10, 24, 10, 0, tzinfo=UTC)  # noon in Berlin, the day before winter time
    there = case((EventKind.EVIDENCE_REQUESTED, before)).model_copy(update={"zone": "Europe/Berlin"})
    for kind, length, hours in (("natural_days", 1, 25), ("wall_hours", 24, 24)):
        assert countdown(clock(kind, length), there, START).due_at == before + timedelta(hours=hours)


def test_a_blank_length_is_unknown_and_never_invented() -> None:
    found = countdown(clock(length=""), case(REQUESTED), START + timedelta(days=900))
    assert (found.state, found.due_at, found.due_from) == (Ticking.UNKNOWN, None, None)
    assert found.advice is not None


@pytest.mark.parametrize(
    ("after", "filed", "state"),
    [
        (timedelta(hours=1), None, Ticking.RUNNING),
        (timedelta(hours=48), None, Ticking.RUNNING),
        (timedelta(hours=48, seconds=1), None, Ticking.LATE),
        (timedelta(hours=90), timedelta(hours=3), Ticking.MET),
        (timedelta(hours=90), timedelta(hours=49), Ticking.LATE),
        (timedelta(hours=1), timedelta(hours=3), Ticking.RUNNING),
    ],
)
def test_it_runs_is_met_or_late(after: timedelta, filed: timedelta | None, state: Ticking) -> None:
    events = [REQUESTED] + ([(EventKind.FILED, START + filed)] if filed else [])
    found = countdown(clock(), case(*events), START + after)
    assert found.state is state
    assert found.due_at == START + timedelta(hours=48)
    assert found.due_from == "ruleset"


def test_the_time_that_the_platform_shows_wins() -> None:
    due = START + timedelta(hours=5)
    for length in ("", 48):
        found = countdown(clock(length=length), case(REQUESTED, (EventKind.EVIDENCE_DUE, due)), START)
        assert (found.due_at, found.due_from, found.state) == (due, "platform", Ticking.RUNNING)
        assert found.reason.values == {"due": "2026-11-21 23:00 (Asia/Shanghai)"}


def test_without_a_start_it_waits() -> None:
    assert countdown(clock(), case(), START).state is Ticking.WAITING


def test_times_are_said_in_the_zone_of_the_case() -> None:
    assert local(START, "America/New_York") == "2026-11-21 05:00 (America/New_York)"
