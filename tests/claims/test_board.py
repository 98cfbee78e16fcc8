from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.clocks.board import Alarm, Urgency, alarms, digest, looks_of, next_look, urgency
from claims.clocks.feed import escaped, feed, folded
from claims.shop import Shop
from tests.claims.test_standing import BOTH, DAY, FRIDAY, HOUR, HOURS, case, clocks, rules, ticket

WORDS = {"zh": "回复工单", "en": "Answer the ticket"}


def alarm(name: str, hours: float | None, **more: Any) -> Alarm:
    due = None if hours is None else FRIDAY + hours * HOUR
    told = {
        "id": name,
        "case_id": "case_1",
        "clock": "c",
        "title": WORDS,
        "zone": "UTC",
        "due_at": due,
        **more,
    }
    return Alarm.model_validate(told)


def test_a_case_puts_on_the_board_what_is_to_be_done() -> None:
    made = case(tickets=[ticket()], order_number="17", priority=3)
    (found,) = alarms(made, clocks(made, rules(DAY, HOURS, **BOTH)).values())
    assert (found.clock, found.about, found.due_at, found.rivals) == (
        "hours",
        "T1",
        FRIDAY + 24 * HOUR,
        ("day",),
    )
    assert (found.order_number, found.priority, found.case_id) == ("17", 3, "c1")
    again = alarms(made, clocks(made, rules(DAY, HOURS, **BOTH), FRIDAY + 90 * HOUR).values())
    assert again[0].id == found.id
    closed = case(tickets=[ticket()], events=[{"kind": "closed", "at": FRIDAY}])
    assert alarms(closed, clocks(closed, rules(HOURS)).values()) == ()


@pytest.mark.parametrize(
    ("now", "looks"),
    [
        ("2026-11-20T00:59:59", "2026-11-20T01:00:00"),  # 08:59:59 in Shanghai: 09:00
        ("2026-11-20T01:00:00", "2026-11-20T10:00:00"),  # 09:00: 18:00
        ("2026-11-20T10:00:00", "2026-11-21T01:00:00"),  # 18:00: 09:00 of the next day
        ("2026-11-20T18:00:00", "2026-11-21T01:00:00"),  # 02:00 at night
    ],
)
def test_somebody_looks_in_the_morning_and_in_the_evening_of_the_warehouse(now: str, looks: str) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    zone, times = looks_of(None)
    assert (zone, times) == ("Asia/Shanghai", (time(9), time(18)))
    assert next_look(moment, zone, times) == datetime.fromisoformat(looks).replace(tzinfo=UTC)
    assert looks_of(Shop(id="s", warehouse_zone="UTC", digests=(time(7),))) == ("UTC", (time(7),))


def test_what_is_due_before_somebody_looks_again_is_due_now() -> None:
    # 18:00 in Shanghai; the next look is at 09:00, fifteen hours later
    found = [alarm("a", 16), alarm("b", 14), alarm("c", -1), alarm("d", None), alarm("e", -5), alarm("f", 0)]
    made = digest(found, FRIDAY, "Asia/Shanghai", (time(9), time(18)))
    assert made.next_at == FRIDAY + 15 * HOUR
    assert [a.id for a in made.late] == ["e", "c"]
    assert [a.id for a in made.now] == ["f", "b"]
    assert [a.id for a in made.unknown] == ["d"]
    assert made.later == 1
    assert urgency(found[0], FRIDAY + 17 * HOUR, FRIDAY + 18 * HOUR) is Urgency.LATE


@given(st.lists(st.one_of(st.none(), st.integers(-100, 100))), st.integers(0, 100))
def test_a_digest_forgets_nothing(hours: list[int | None], passed: int) -> None:
    found = [alarm(f"a{n}", each) for n, each in enumerate(hours)]
    made = digest(found, FRIDAY + passed * HOUR, "America/New_York", (time(9), time(18)))
    assert len(made.late) + len(made.now) + len(made.unknown) + made.later == len(found)


# the calendar


def unfolded(text: str) -> list[str]:
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "\n" not in text.replace("\r\n", "")
    return text.replace("\r\n ", "").split("\r\n")


def test_a_calendar_holds_every_alarm_with_an_end() -> None:
    odd = alarm("a2", 2, order_number="1,2;3\\4\r\nBEGIN:VEVENT\x07", platform="temu", missed=WORDS)
    lines = unfolded(feed([alarm("a1", 30), odd, alarm("a3", None)], FRIDAY, "zh"))
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == 2
    assert [line for line in lines if line.startswith("UID")] == ["UID:a2@sixface", "UID:a1@sixface"]
    assert "DTSTART:20261120T120000Z" in lines
    assert "DTSTAMP:20261120T100000Z" in lines
    assert "SUMMARY:回复工单 · 订单 1\\,2\\;3\\\\4\\nBEGIN:VEVENT" in lines
    english = unfolded(feed([odd], FRIDAY, "en"))
    assert any(line.startswith("SUMMARY:Answer the ticket · Order") for line in english)
    assert unfolded(feed([], FRIDAY, "zh"))[-2] == "END:VCALENDAR"


@given(st.text(max_size=400))
def test_any_text_stays_one_value_on_short_lines(text: str) -> None:
    line = f"SUMMARY:{escaped(text)}"
    pieces = list(folded(line))
    assert all(len(piece.encode()) <= 75 for piece in pieces)
    assert pieces[0] + "".join(piece[1:] for piece in pieces[1:]) == line
    assert "\n" not in line
    assert "\r" not in line


def test_a_calendar_of_a_year_is_small() -> None:
    text = feed([alarm(f"a{n}", n) for n in range(1000)], FRIDAY + timedelta(days=1), "zh")
    assert len(text.encode()) < 600_000
