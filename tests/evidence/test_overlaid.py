"""`overlaid` and `unsteady`: drawn clocks as numbers; films of them are in `checks/test_clock_overlay`."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from evidence.clocks import Means, Reading, Recorded
from evidence.model import Finding
from evidence.overlaid import Overlaid, unread
from evidence.pace import Told
from evidence.unsteady import Overlay, left_course

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
APART = timedelta(minutes=2)


def told(*, begun: float = 45_000.4, moved: int = 0, late: float = 0.0) -> tuple[Told, ...]:
    """Readings of 20 s; at 10 s the clock moves, or is late from then on."""
    moments = [n * 0.3 for n in range(66)]
    return tuple(Told(at, int(begun + at + (moved - late if at >= 10 else 0))) for at in moments)


def found(*overlays: Overlay, taken: Recorded | None = None) -> dict[str, Finding]:
    return {f.code: f for f in Overlaid(overlays, taken, NOW, APART).findings()}


def by_file(text: str, *, means: Means = Means.RECORDED, hours: int = 8) -> Recorded:
    reading = Reading("container:date", means, datetime.fromisoformat(text), timedelta(hours=hours))
    return Recorded(reading, reading.earliest, reading.latest)


@pytest.mark.parametrize(
    ("days", "text"),
    [
        ((date(2026, 11, 19),), "2026-11-19 12:30:00"),
        ((date(2026, 12, 1), date(2026, 1, 12)), "2026-01-12 12:30:00"),
        ((date(2026, 7, 1), date(2026, 1, 7)), "12:30:00"),
        ((), "12:30:00"),
    ],
)
def test_a_day_is_told_where_there_is_one_that_can_be(days: tuple[date, ...], text: str) -> None:
    shown = found(Overlay(told(), days=days))["clock.overlay"]
    assert {m.name: m.value for m in shown.measures}["shown_first"] == text
    assert shown.outcome == "pass"
    assert "can be set" in shown.says


def test_of_two_days_the_files_own_is_taken() -> None:
    overlay = Overlay(told(), days=(date(2026, 7, 1), date(2026, 1, 7)))
    agreed = found(overlay, taken=by_file("2026-01-07T12:30:05"))["clock.overlay_agree"]
    assert agreed.outcome == "pass"


@pytest.mark.parametrize(
    ("taken", "outcome"),
    [
        (by_file("2026-11-19T12:30:05"), "pass"),
        (by_file("2026-11-19T04:30:05", means=Means.WRITTEN, hours=0), "pass"),
        (by_file("2026-11-19T04:37:05", means=Means.WRITTEN, hours=0), "unsure"),
        (by_file("2026-11-19T11:30:05"), "unsure"),
        (by_file("2026-11-18T12:30:05"), "unsure"),
    ],
)
def test_it_is_held_against_the_files_clock(taken: Recorded, outcome: str) -> None:
    overlay = Overlay(told(), days=(date(2026, 11, 19),))
    assert found(overlay, taken=taken)["clock.overlay_agree"].outcome == outcome


def test_a_film_that_was_closed_before_its_clock_contradicts_it() -> None:
    reading = by_file("2026-11-10T04:30:05", means=Means.WRITTEN, hours=0)
    closed = Recorded(reading.by, None, reading.latest)
    overlay = Overlay(told(), days=(date(2026, 11, 19),))
    assert found(overlay, taken=closed)["clock.overlay_agree"].outcome == "unsure"
    later = Recorded(reading.by, None, NOW)
    assert "clock.overlay_agree" not in found(overlay, taken=later)


@pytest.mark.parametrize(
    ("moved", "outcome"), [(2, "fail"), (30, "fail"), (-4, "fail"), (3600, "unsure"), (-7200, "unsure")]
)
def test_what_a_jump_comes_to(moved: int, outcome: str) -> None:
    (jump,) = left_course(Overlay(told(moved=moved)))
    assert jump.outcome == outcome


@pytest.mark.parametrize("late", [0.3, 0.5])
def test_a_clock_that_is_drawn_late_has_not_jumped(late: float) -> None:
    assert list(left_course(Overlay(told(late=late)))) == []


def test_a_clock_that_nobody_could_read_is_said_to_run() -> None:
    assert unread().outcome == "skipped"
    assert unread().advice
