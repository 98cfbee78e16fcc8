"""Worked examples of due times, counted by hand on a paper calendar; each says how.

Moments are local to the zone of the example. 2026: 20 November is a Friday. China works on the
Saturdays 14 and 28 February, 9 May, 10 October and on the Sundays 4 January and 20 September, and
rests 1 to 3 January, 15 to 23 February, 4 to 6 April, 1 to 5 May, 19 June, 25 to 27 September and
1 to 7 October (State Council, 4 November 2025). Clocks are turned on 8 March and 1 November in New
York, on 29 March and 25 October in Europe.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

SHANGHAI, NEW_YORK, BERLIN, TOKYO = "Asia/Shanghai", "America/New_York", "Europe/Berlin", "Asia/Tokyo"
OFFICE = {
    "id": "s1",
    "hours": [{"days": ["mon", "tue", "wed", "thu", "fri"], "opens": "09:00", "closes": "18:00"}],
}
LATE_SHIFT = {"id": "s1", "hours": [{"days": ["mon"], "opens": "20:00", "closes": "00:00"}]}


class Example(NamedTuple):
    why: str
    kind: str
    length: int | str
    start: str
    due: str | None
    zone: str = SHANGHAI
    site: str = "cn"
    more: Mapping[str, Any] = MappingProxyType({})
    """Further fields of the clock; `shop` is one of the case."""


def cn(why: str, length: int, start: str, due: str, **more: Any) -> Example:
    """Working days in China."""
    return Example(why, "working_days", length, start, due, more={"calendars": ["site"], **more})


def us(why: str, length: int, start: str, due: str, **more: Any) -> Example:
    """Working days in the United States, counted in New York."""
    return Example(why, "working_days", length, start, due, NEW_YORK, "us", {"calendars": ["site"], **more})


def office(why: str, length: int | str, start: str, due: str | None, shop: Any = OFFICE) -> Example:
    """So many hours while the shop is open, 24 while it is closed."""
    return Example(why, "office_hours", length, start, due, more={"outside": 24, "shop": shop})


def months(why: str, length: int, start: str, due: str, zone: str = SHANGHAI, **more: Any) -> Example:
    """Months of the calendar."""
    return Example(why, "calendar_months", length, start, due, zone, "cn", more)


MONTHS = [
    months(
        "nine months: the same day of the month, whatever lies between",
        9,
        "2026-02-11 10:00",
        "2026-11-11 10:00",
    ),
    months(
        "31 January and a month: February has no 31st, so its last day",
        1,
        "2026-01-31 10:00",
        "2026-02-28 10:00",
    ),
    months("the same in a leap year", 1, "2028-01-31 10:00", "2028-02-29 10:00"),
    months(
        "two months from 31 January count from the start: 31 March, not 28",
        2,
        "2026-01-31 10:00",
        "2026-03-31 10:00",
    ),
    months("31 August and six months: the end of February", 6, "2026-08-31 10:00", "2027-02-28 10:00"),
    Example(
        "and 180 days from there are a day less: 30+31+30+31+31+27",
        "natural_days",
        180,
        "2026-08-31 10:00",
        "2027-02-27 10:00",
    ),
    months("a leap day and a year: 2029 has none", 12, "2028-02-29 10:00", "2029-02-28 10:00"),
    months("a leap day and four years: it is there again", 48, "2028-02-29 10:00", "2032-02-29 10:00"),
    months(
        "28 February of a plain year stays the 28th in a leap year, which then is not the last day",
        24,
        "2026-02-28 10:00",
        "2028-02-28 10:00",
    ),
    months("over the turn of the year", 2, "2026-12-15 23:59", "2027-02-15 23:59"),
    months("30 November and three months: the 30th is missing", 3, "2026-11-30 08:00", "2027-02-28 08:00"),
    months(
        "until the end of the day: midnight after the 15th",
        2,
        "2026-12-15 10:00",
        "2027-02-16 00:00",
        day="end_of_day",
    ),
    months(
        "the day is that of the zone: in Shanghai it is already the 31st, and April has 30",
        1,
        "2026-03-31 01:00",
        "2026-04-30 01:00",
    ),
    months(
        "the same moment is the 30th in New York, so 30 April",
        1,
        "2026-03-30 13:00",
        "2026-04-30 13:00",
        NEW_YORK,
    ),
    months(
        "the same time on the wall, although the clocks were turned between",
        1,
        "2026-02-20 09:00",
        "2026-03-20 09:00",
        NEW_YORK,
    ),
    months(
        "02:30 does not exist on 8 March in New York: the moment is 03:30 there",
        1,
        "2026-02-08 02:30",
        "2026-03-08 03:30",
        NEW_YORK,
    ),
    months(
        "01:30 comes twice on 1 November: the first is meant",
        1,
        "2026-10-01 01:30",
        "2026-11-01 01:30",
        NEW_YORK,
    ),
    Example(
        "so many months that no claim is about them", "calendar_months", 900_000, "2026-10-01 01:30", None
    ),
]
WALL = [
    Example("a day later at the same time, weekend or not", "wall_hours", 24, "2026-11-20 18:00", "2026-11-21 18:00"),
    Example("Friday 18:00 and two days: Sunday 18:00", "wall_hours", 48, "2026-11-20 18:00", "2026-11-22 18:00"),
    Example("three minutes over midnight", "wall_minutes", 3, "2026-11-20 23:58", "2026-11-21 00:01"),
    Example("over New Year", "wall_hours", 24, "2026-12-31 23:30", "2027-01-01 23:30"),
    Example("into a leap day", "wall_hours", 24, "2028-02-28 12:00", "2028-02-29 12:00"),
    Example("over the end of a February without one", "wall_hours", 24, "2026-02-28 12:00", "2026-03-01 12:00"),
    Example("an hour is left out in the night, so 24 h end an hour later on the wall", "wall_hours", 24, "2026-03-07 20:00", "2026-03-08 21:00", NEW_YORK),
    Example("an hour comes twice, so 24 h end an hour earlier on the wall", "wall_hours", 24, "2026-10-31 20:00", "2026-11-01 19:00", NEW_YORK),
    Example("00:30 and 4 h; 02:00 to 03:00 comes twice", "wall_hours", 4, "2026-10-25 00:30", "2026-10-25 03:30", BERLIN),
    Example("01:00 and 2 h; 02:00 to 03:00 is left out", "wall_hours", 2, "2026-03-29 01:00", "2026-03-29 04:00", BERLIN),
    Example("China turns no clocks", "wall_hours", 24, "2026-03-28 20:00", "2026-03-29 20:00"),
]  # fmt: skip

NATURAL = [
    Example("7 days after the carrier's sign-for, to the minute", "natural_days", 7, "2026-11-12 11:47", "2026-11-19 11:47"),
    Example("read as whole days: to the end of the 7th", "natural_days", 7, "2026-11-12 11:47", "2026-11-20 00:00", more={"day": "end_of_day"}),
    Example("30 days from 31 January pass the short month: 2 March", "natural_days", 30, "2026-01-31 10:00", "2026-03-02 10:00", NEW_YORK, "us"),
    Example("60 days from New Year: 31 + 28 = 59, so 2 March", "natural_days", 60, "2026-01-01 00:00", "2026-03-02 00:00"),
    Example("30 days from 1 February of a common year: 3 March", "natural_days", 30, "2026-02-01 09:00", "2026-03-03 09:00"),
    Example("30 days from 1 February of a leap year: 2 March", "natural_days", 30, "2028-02-01 09:00", "2028-03-02 09:00"),
    Example("a year from a leap day: 365 days, so 28 February", "natural_days", 365, "2028-02-29 09:00", "2029-02-28 09:00"),
    Example("holidays count: Golden Week is seven days like any other", "natural_days", 7, "2026-09-30 15:00", "2026-10-07 15:00"),
    Example("the time of day stays where an hour is left out", "natural_days", 7, "2026-03-05 10:00", "2026-03-12 10:00", NEW_YORK, "us"),
    Example("the time of day stays where an hour comes twice", "natural_days", 7, "2026-10-30 10:00", "2026-11-06 10:00", NEW_YORK, "us"),
    Example("02:30 does not exist that night: the moment is shown as 03:30", "natural_days", 1, "2026-03-07 02:30", "2026-03-08 03:30", NEW_YORK, "us"),
    Example("01:30 comes twice that night: the first one", "natural_days", 1, "2026-10-31 01:30", "2026-11-01 01:30", NEW_YORK, "us"),
    Example("it is already the 13th in Shanghai when it is 20:00 on the 12th in London", "natural_days", 7, "2026-11-13 04:00", "2026-11-21 00:00", more={"day": "end_of_day"}),
]  # fmt: skip

WORKING = [
    cn("Monday to Tuesday", 1, "2026-11-16 10:00", "2026-11-17 10:00"),
    cn("Friday evening to Monday evening", 1, "2026-11-20 18:00", "2026-11-23 18:00"),
    cn("Saturday starts nothing; Monday is the day, and it ends at its midnight", 1, "2026-11-21 12:00", "2026-11-24 00:00"),
    cn("a minute before Monday is still Sunday", 1, "2026-11-22 23:59", "2026-11-24 00:00"),
    cn("three days over a weekend: Mon, Tue, Wed", 3, "2026-11-20 18:00", "2026-11-25 18:00"),
    cn("read as whole days: to the end of Monday", 1, "2026-11-20 18:00", "2026-11-24 00:00", day="end_of_day"),
    cn("read as whole days from a Saturday: the same", 1, "2026-11-21 12:00", "2026-11-24 00:00", day="end_of_day"),
    cn("the Saturday before Spring Festival is worked", 1, "2026-02-13 18:00", "2026-02-14 18:00"),
    cn("from that Saturday: the 15th to the 23rd rest, so Tuesday the 24th", 1, "2026-02-14 10:00", "2026-02-24 10:00"),
    cn("three days: Sat 14, Tue 24, Wed 25", 3, "2026-02-13 10:00", "2026-02-25 10:00"),
    cn("asked on New Year's Day itself: the day is Tuesday the 24th, to its end", 1, "2026-02-17 09:00", "2026-02-25 00:00"),
    cn("the Saturday after the festival is worked too", 1, "2026-02-27 16:00", "2026-02-28 16:00"),
    cn("and from it to Monday", 1, "2026-02-28 16:00", "2026-03-02 16:00"),
    cn("the eve of Golden Week: 1 to 7 October rest, so Thursday the 8th", 1, "2026-09-30 17:00", "2026-10-08 17:00"),
    cn("Friday before the Saturday that is worked for Golden Week", 1, "2026-10-09 17:00", "2026-10-10 17:00"),
    cn("that Saturday to Monday", 1, "2026-10-10 17:00", "2026-10-12 17:00"),
    cn("a Saturday off before a Sunday that is worked: to that Sunday's end", 1, "2026-09-19 12:00", "2026-09-21 00:00"),
    cn("Mid-Autumn Friday rests: Thursday to Monday", 1, "2026-09-24 12:00", "2026-09-28 12:00"),
    cn("May 1 to 5 rest: Thursday to Wednesday", 1, "2026-04-30 18:00", "2026-05-06 18:00"),
    cn("Friday to the Saturday that is worked for May", 1, "2026-05-08 18:00", "2026-05-09 18:00"),
    cn("Tomb-Sweeping: Sat 4, Sun 5, Mon 6 rest: Friday to Tuesday", 1, "2026-04-03 11:00", "2026-04-07 11:00"),
    cn("New Year's Eve: 1 to 3 January rest, and Sunday the 4th is worked", 1, "2025-12-31 10:00", "2026-01-04 10:00"),
    cn("2025: a Saturday off, then Sunday 28 September is worked", 1, "2025-09-27 12:00", "2025-09-29 00:00"),
    cn("2025: Golden Week has eight days, 1 to 8 October", 1, "2025-09-30 12:00", "2025-10-09 12:00"),
    cn("2025: Saturday 11 October is worked", 1, "2025-10-10 12:00", "2025-10-11 12:00"),
    cn("2025: Sunday 26 January is worked for Spring Festival", 1, "2025-01-24 12:00", "2025-01-26 12:00"),
    cn("2025: 28 January to 4 February rest; two days: Wed 5, Thu 6", 2, "2025-01-27 12:00", "2025-02-06 12:00"),
    cn("a leap day is a Thursday like any other", 1, "2024-02-28 10:00", "2024-02-29 10:00"),
    us("the day before Thanksgiving to the Friday after it", 1, "2026-11-25 15:00", "2026-11-27 15:00"),
    us("asked on Thanksgiving: Friday is the day, to its end", 1, "2026-11-26 15:00", "2026-11-28 00:00"),
    us("4 July is a Saturday, so Friday the 3rd rests: Thursday to Monday", 1, "2026-07-02 15:00", "2026-07-06 15:00"),
    us("Christmas is a Friday: Thursday to Monday", 1, "2026-12-24 15:00", "2026-12-28 15:00"),
    us("Veterans Day is a Wednesday: Tuesday to Thursday", 1, "2026-11-10 09:00", "2026-11-12 09:00"),
    us("a weekend in which an hour is left out: still 15:00", 1, "2026-03-06 15:00", "2026-03-09 15:00"),
    us("a weekend in which an hour comes twice: still 15:00", 1, "2026-10-30 15:00", "2026-11-02 15:00"),
    us("Friday 21:00 in New York is Saturday in Shanghai; New York's days count", 1, "2026-11-20 21:00", "2026-11-23 21:00"),
    us("the same instant by China's days: Saturday there, so to the end of Monday there, 11:00 here", 1, "2026-11-20 21:00", "2026-11-23 11:00", calendars=["cn"]),
    us("whose day it is, nobody says: the earlier of both", 1, "2026-11-20 21:00", "2026-11-23 11:00", calendars=["site", "home"]),
    us("Golden Week frees China alone: the site's day ends first", 1, "2026-09-30 10:00", "2026-10-01 10:00", calendars=["site", "home"]),
    us("Thanksgiving frees the site alone: China's Friday 04:00 is Thursday 15:00 here", 1, "2026-11-25 15:00", "2026-11-26 15:00", calendars=["site", "home"]),
    us("no calendar named: weekends alone, so Thanksgiving is a day", 1, "2026-11-25 15:00", "2026-11-26 15:00", calendars=[]),
    Example("Good Friday and Easter Monday: Thursday to Tuesday", "working_days", 1, "2026-04-02 10:00", "2026-04-07 10:00", BERLIN, "de", {"calendars": ["site"]}),
    Example("two days before Christmas: Thu 24, Mon 28", "working_days", 2, "2026-12-23 10:00", "2026-12-28 10:00", BERLIN, "de", {"calendars": ["site"]}),
    Example("Japan rests 3 to 6 May: Friday 1 to Thursday 7", "working_days", 1, "2026-05-01 10:00", "2026-05-07 10:00", TOKYO, "jp", {"calendars": ["site"]}),
    Example("many countries, no common list: Good Friday is a day", "working_days", 1, "2026-04-02 10:00", "2026-04-03 10:00", BERLIN, "eu", {"calendars": ["site"]}),
    Example("a site that nobody knows has weekends", "working_days", 1, "2026-11-20 18:00", "2026-11-23 18:00", SHANGHAI, "mars", {"calendars": ["site"]}),
]  # fmt: skip

BUSINESS = [
    Example("Fri 14 h, Mon 24 h, Tue 10 h", "business_hours", 48, "2026-11-20 10:00", "2026-11-24 10:00", NEW_YORK, "us", {"calendars": []}),
    Example("no weekend between: two days", "business_hours", 48, "2026-11-16 09:00", "2026-11-18 09:00", NEW_YORK, "us", {"calendars": []}),
    Example("from a Saturday: all of Monday and Tuesday", "business_hours", 48, "2026-11-21 12:00", "2026-11-25 00:00", NEW_YORK, "us", {"calendars": []}),
    Example("a minute of Friday and 59 of Monday", "business_hours", 1, "2026-11-20 23:59", "2026-11-23 00:59", NEW_YORK, "us", {"calendars": []}),
    Example("Thu 14 h, Fri 24 h, Mon 10 h; the hour that comes twice is on Sunday", "business_hours", 48, "2026-10-29 10:00", "2026-11-02 10:00", NEW_YORK, "us", {"calendars": []}),
    Example("a holiday counts where no calendar is named", "business_hours", 24, "2026-11-25 10:00", "2026-11-26 10:00", NEW_YORK, "us", {"calendars": []}),
    Example("and does not where one is: Wed 14 h, Fri 10 h", "business_hours", 24, "2026-11-25 10:00", "2026-11-27 10:00", NEW_YORK, "us", {"calendars": ["site"]}),
    Example("ending at midnight is ending on Friday", "business_hours", 14, "2026-11-20 10:00", "2026-11-21 00:00", NEW_YORK, "us", {"calendars": []}),
]  # fmt: skip

OFFICE_HOURS = [
    office("Monday morning, two hours", 2, "2026-11-16 10:00", "2026-11-16 12:00"),
    office("shortly before closing, two hours all the same", 2, "2026-11-16 17:30", "2026-11-16 19:30"),
    office("at closing time it is closed: a day", 2, "2026-11-16 18:00", "2026-11-17 18:00"),
    office("before opening: a day", 2, "2026-11-16 08:59", "2026-11-17 08:59"),
    office("on a Saturday: a day", 2, "2026-11-21 12:00", "2026-11-22 12:00"),
    office("a Saturday that is worked has Friday's hours", 2, "2026-02-14 10:00", "2026-02-14 12:00"),
    office("a holiday on a Thursday is closed", 2, "2026-10-01 10:00", "2026-10-02 10:00"),
    office("open until midnight", 2, "2026-11-16 23:30", "2026-11-17 01:30", LATE_SHIFT),
    office("nobody wrote the hours down: the fewer", 2, "2026-11-21 12:00", "2026-11-21 14:00", {"id": "s1"}),
    office("X is blank, and the shop is open: unknown", "", "2026-11-16 10:00", None),
    office("X is blank, and the shop is closed: the day is known", "", "2026-11-16 20:00", "2026-11-17 20:00"),
]  # fmt: skip

EXAMPLES = [*MONTHS, *WALL, *NATURAL, *WORKING, *BUSINESS, *OFFICE_HOURS]
