from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claims.assessment import Countdown
from claims.case import Case
from claims.clocks.calendar import CalendarError, Calendars, read, shipped
from claims.clocks.countdown import countdowns, seen
from claims.clocks.hours import business_end
from claims.clocks.lengths import months_end, natural_end, working_end
from claims.vocabulary.clock import Clock
from tests.claims.clock_examples import EXAMPLES, Example


def at(text: str, zone: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def counted(example: Example, calendars: Calendars | None = None) -> Countdown:
    more = dict(example.more)
    told: dict[str, Any] = {
        "id": "c1",
        "platform": "x",
        "zone": example.zone,
        "site": example.site,
        "shop": more.pop("shop", None),
        "events": [{"kind": "ticket_created", "at": at(example.start, example.zone)}],
    }
    clock = Clock.model_validate(
        {
            "id": "reply",
            "title": {"zh": "回复", "en": "reply"},
            "quote": "q",
            "starts": "ticket_created",
            "kind": example.kind,
            "length": example.length,
            **more,
        }
    )
    case = Case.model_validate(told)
    (found,) = countdowns(clock, seen(case, datetime(2026, 1, 1, tzinfo=UTC), calendars))
    return found


def test_there_are_examples_enough() -> None:
    assert len({(e.kind, e.length, e.start, e.zone, e.site, str(e.more)) for e in EXAMPLES}) >= 60


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: f"{e.kind}: {e.why}")
def test_due_as_counted_by_hand(example: Example) -> None:
    found = counted(example)
    shown = found.due_at and f"{found.due_at.astimezone(ZoneInfo(example.zone)):%Y-%m-%d %H:%M}"
    assert shown == example.due


def test_an_hour_that_comes_twice_is_meant_the_first_time() -> None:
    found = natural_end(at("2026-10-31 01:30", "America/New_York"), 1, "America/New_York")
    assert found == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


# what is not known is said


def says(found: Countdown) -> str:
    return " ".join(str(note) for note in found.notes)


def test_a_year_whose_days_off_are_not_published_is_provisional() -> None:
    example = Example("", "working_days", 1, "2027-02-04 10:00", None, more={"calendars": ["site"]})
    assert "not published" in says(counted(example))
    over = Example("", "working_days", 2, "2026-12-31 10:00", None, more={"calendars": ["site"]})
    assert "not published" in says(counted(over))
    known = Example("", "working_days", 1, "2026-02-13 10:00", None, more={"calendars": ["site"]})
    assert says(counted(known)) == ""


@pytest.mark.parametrize("site", ["eu", "mars"])
def test_a_site_without_a_list_of_holidays_says_so(site: str) -> None:
    example = Example(
        "", "working_days", 1, "2026-11-20 10:00", None, "Europe/Berlin", site, {"calendars": ["site"]}
    )
    assert site in says(counted(example))


def test_what_a_government_moves_can_be_written_down() -> None:
    table = read(
        """
        [[override]]
        market = "cn"
        day = 2026-11-21
        works = true
        source = "a notice"
        read = 2026-11-20

        [[override]]
        market = "cn"
        day = 2026-11-23
        works = false
        """
    )
    own = Calendars(shipped().table, table)
    example = Example("", "working_days", 2, "2026-11-20 18:00", None, more={"calendars": ["site"]})
    found = counted(example, own)
    assert found.due_at is not None
    assert found.due_at.astimezone(ZoneInfo("Asia/Shanghai")).date() == date(2026, 11, 24)
    assert own.digest != shipped().digest


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "[[market]]\nid = 1",
        "[[override]]\nmarket = 'cn'\nday = 'soon'\nworks = true",
        "[[market]]\nid = 'aa'\ncountry = ''\nzone = 'Mars/Olympus'",
        "[[market]]\nid='aa'\ncountry=''\nzone='UTC'\nalso=['bb']\n[[market]]\nid='bb'\ncountry=''\nzone='UTC'",
        "#" * 300_000,
    ],
)
def test_a_table_that_cannot_be_used_is_told(text: str) -> None:
    with pytest.raises(CalendarError):
        read(text)


def test_a_calendar_without_working_days_leaves_the_end_unknown() -> None:
    days = "\n".join(
        f"[[override]]\nmarket = 'zz'\nday = {date(2026, 1, 1) + timedelta(days=n)}\nworks = false"
        for n in range(3800)
    )
    table = read(f"[[market]]\nid = 'zz'\ncountry = ''\nzone = 'UTC'\n{days}")
    example = Example("", "working_days", 1, "2026-01-05 10:00", None, "UTC", "zz", {"calendars": ["site"]})
    assert counted(example, Calendars(shipped().table, table)).state.value == "unknown"


def test_every_market_that_ships_can_be_asked() -> None:
    for market in shipped().table.market:
        calendar = shipped().of(market.id)
        assert calendar.known == bool(market.country)
        assert calendar.after(date(2026, 6, 1), 5) > date(2026, 6, 5)
        assert all(shipped().of(name).market == market for name in market.also)


# properties

MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2026, 12, 20), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
ZONES = st.sampled_from(["Asia/Shanghai", "America/New_York", "Europe/Berlin", "Australia/Sydney", "UTC"])
MARKETS = st.sampled_from(["cn", "us", "de", "jp", "eu"])
DAYS = st.integers(1, 20)


@given(MOMENTS, DAYS, MARKETS, ZONES)
def test_a_working_day_ends_on_a_working_day_or_at_its_midnight(
    start: datetime, days: int, market: str, zone: str
) -> None:
    calendar = shipped().of(market)
    end = working_end(start, days, calendar, zone)
    there = end.astimezone(ZoneInfo(zone))
    last = (end - timedelta(microseconds=1)).astimezone(ZoneInfo(zone)).date()
    assert end > start
    assert calendar.works(there.date()) or (there.hour, there.minute) == (0, 0)
    assert calendar.works(last) or calendar.works(there.date())


@given(MOMENTS, DAYS, MARKETS, ZONES)
def test_more_days_end_later_and_whole_days_end_last(
    start: datetime, days: int, market: str, zone: str
) -> None:
    calendar = shipped().of(market)
    end = working_end(start, days, calendar, zone)
    assert working_end(start, days + 1, calendar, zone) > end
    assert working_end(start, days, calendar, zone, "end_of_day") >= end


@given(MOMENTS, st.timedeltas(timedelta(0), timedelta(days=9)), DAYS, MARKETS, ZONES)
def test_starting_later_never_ends_a_day_earlier(
    start: datetime, later: timedelta, days: int, market: str, zone: str
) -> None:
    calendar = shipped().of(market)
    first, second = (working_end(moment, days, calendar, zone) for moment in (start, start + later))
    # an hour that is left out or comes twice moves the wall, never the day
    assert second >= first - timedelta(hours=1)


@given(MOMENTS, DAYS, MARKETS, ZONES)
def test_a_period_holds_exactly_its_working_days(start: datetime, days: int, market: str, zone: str) -> None:
    calendar = shipped().of(market)
    first = start.astimezone(ZoneInfo(zone)).date()
    end = working_end(start, days, calendar, zone, "end_of_day") - timedelta(microseconds=1)
    last = end.astimezone(ZoneInfo(zone)).date()
    worked = [n for n in range(1, (last - first).days + 1) if calendar.works(first + timedelta(days=n))]
    assert len(worked) == days


@given(MOMENTS, st.integers(1, 400), ZONES)
def test_a_natural_day_keeps_the_time_on_the_wall(start: datetime, days: int, zone: str) -> None:
    there = start.astimezone(ZoneInfo(zone))
    end = natural_end(start, days, zone).astimezone(ZoneInfo(zone))
    assert (end.replace(tzinfo=None) - there.replace(tzinfo=None)) in {
        timedelta(days=days),
        timedelta(days=days, hours=1),  # the hour that is left out
    }


@given(MOMENTS, st.integers(1, 200), MARKETS, ZONES)
@settings(deadline=None)
def test_business_hours_are_the_hours_of_working_days(
    start: datetime, hours: int, market: str, zone: str
) -> None:
    calendar = shipped().of(market)
    end = business_end(start, timedelta(hours=hours), calendar, zone)
    assert end is not None
    assert end >= start + timedelta(hours=hours)
    # minute by minute would be the truth; a step of a quarter of an hour is near it
    step, here, worked = timedelta(minutes=15), start, timedelta(0)
    while here < end:
        if calendar.works(here.astimezone(ZoneInfo(zone)).date()):
            worked += min(step, end - here)
        here += step
    assert abs(worked - timedelta(hours=hours)) <= timedelta(hours=hours / 4 + 1)


@given(MOMENTS, st.integers(1, 100), ZONES)
def test_a_day_off_more_never_ends_a_period_earlier(start: datetime, days: int, zone: str) -> None:
    weekends, holidays = shipped().of("eu"), shipped().of("us")
    assert working_end(start, days, weekends, zone) <= working_end(start, days, holidays, zone)


@given(MOMENTS, st.integers(1, 60), ZONES)
def test_so_many_months_later_is_that_month_and_never_a_later_day_of_it(
    start: datetime, months: int, zone: str
) -> None:
    end = months_end(start, months, zone)
    assert end is not None
    first, last = (moment.astimezone(ZoneInfo(zone)) for moment in (start, end))
    assert (last.year * 12 + last.month) - (first.year * 12 + first.month) == months
    assert last.day <= first.day
    if last.day < first.day:
        assert (last + timedelta(days=1)).day == 1, "only where the month has no such day"
    whole = months_end(start, months, zone, "end_of_day")
    assert whole is not None
    assert timedelta(0) <= whole - end <= timedelta(days=1, hours=1)
