"""How long a period is: from its start to its end, in every way in which platforms count.

Where a source leaves room the earlier end is taken, since acting early costs nothing: a day ends at
the time of day of its start, of several calendars the one with fewer days off counts, and a time that
the clocks of a zone show twice is meant the first time.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from claims.case import Case
from claims.clocks.calendar import Calendar, CalendarError, Calendars
from claims.clocks.hours import business_end, is_open, midnight
from claims.value import LAST_YEAR
from claims.vocabulary.clock import Clock, Kind

_WEEKENDS: Final = "weekends"
_UNITS: Final = {"wall_minutes": timedelta(minutes=1), "wall_hours": timedelta(hours=1)}
HOME: Final = "cn"
"""The market of the staff of a case without a shop."""


@dataclass(frozen=True)
class End:
    """When a period ends, and what has to be said about that."""

    at: datetime | None
    """UTC; None where nobody knows."""
    calendar: str = ""
    """The market whose days off decided; empty where none took part."""
    provisional: bool = False
    """Whether it rests on a year whose days off are not published yet."""
    unlisted: bool = False
    """Whether the site's holidays are not known here, so that weekends alone were left out."""


UNKNOWN: Final = End(None)


@dataclass(frozen=True)
class Counting:
    """What a length is counted with."""

    case: Case
    calendars: Calendars

    @property
    def home(self) -> str:
        return self.case.shop.home if self.case.shop else HOME

    @property
    def site(self) -> str:
        return self.case.site or (self.case.shop.site if self.case.shop else "")

    def named(self, name: str) -> tuple[Calendar, str]:
        """The calendar that a ruleset names, and the zone in which its days begin.

        The days of the site are those of the case's zone; the days of any other market are its own.
        """
        if name == "site":
            return self.calendars.of(self.site or self.home), self.case.zone
        found = self.calendars.of(self.home if name == "home" else name)
        return found, found.zone


def end_of(clock: Clock, length: int | None, kind: Kind, start: datetime, counting: Counting) -> End:
    """When `length` units of `kind` have passed since `start`."""
    start = start.astimezone(UTC)  # hours pass, whatever the clock on the wall shows
    if kind == "office_hours":
        return _office(clock, length, start, counting)
    if length is None or kind in {"platform", "promised"}:
        return UNKNOWN
    if kind in _UNITS:
        return End(start + length * _UNITS[kind])
    if kind == "natural_days":
        return End(natural_end(start, length, counting.case.zone, clock.day))
    if kind == "calendar_months":
        return End(months_end(start, length, counting.case.zone, clock.day))
    return _of_calendars(clock, kind, length, start, counting)


def natural_end(start: datetime, days: int, zone: str, day: str = "same_time") -> datetime:
    """The same time of day so many days later in `zone`, or the end of that day; in UTC."""
    there = start.astimezone(ZoneInfo(zone))
    if day == "end_of_day":
        return midnight(there.date() + timedelta(days=days + 1), zone)
    return (there + timedelta(days=days)).astimezone(UTC)


def months_end(start: datetime, months: int, zone: str, day: str = "same_time") -> datetime | None:
    """The day of the same number so many months later in `zone`, or the last of a month that has no such day.

    Counted from the start and not month by month, so that 31 January and two months is 31 March. None in
    a year that no claim is about. Source of the rule: Civil Code of China, article 202; Regulation (EEC,
    Euratom) 1182/71, article 3(2)(c).
    """
    there = start.astimezone(ZoneInfo(zone))
    year, month = divmod(there.year * 12 + there.month - 1 + months, 12)
    if year > LAST_YEAR:
        return None
    last = date(year, month + 1, min(there.day, monthrange(year, month + 1)[1]))
    if day == "end_of_day":
        return midnight(last + timedelta(days=1), zone)
    return datetime.combine(last, there.time().replace(fold=0), ZoneInfo(zone)).astimezone(UTC)


def working_end(
    start: datetime, days: int, calendar: Calendar, zone: str, day: str = "same_time"
) -> datetime:
    """The end of the period of so many working days after `start`, in UTC.

    A period that starts on a day off begins with the next working day, so it ends with the last of
    its days. One that starts on a working day ends on the last of its days at the same time, or where
    `day` is `end_of_day` at that day's midnight.

    Raises:
        CalendarError: the calendar has too few working days.
    """
    there = start.astimezone(ZoneInfo(zone))
    last = calendar.after(there.date(), days)
    if day == "end_of_day" or not calendar.works(there.date()):
        return midnight(last + timedelta(days=1), zone)
    return datetime.combine(last, there.time(), ZoneInfo(zone)).astimezone(UTC)


def _of_calendars(clock: Clock, kind: Kind, length: int, start: datetime, counting: Counting) -> End:
    """The earliest end of those by the calendars that the clock names; weekends alone where it names none."""
    ends = [
        _by(calendar, zone, clock, _Period(kind, length, start))
        for calendar, zone in _named(clock.calendars, counting)
    ]
    known = [end for end in ends if end.at is not None]
    return min(known, key=lambda end: end.at or start) if known else UNKNOWN


def _named(names: Iterable[str], counting: Counting) -> Iterable[tuple[Calendar, str]]:
    listed = [counting.named(name) for name in names]
    return listed or [(counting.calendars.of(_WEEKENDS), counting.case.zone)]


@dataclass(frozen=True)
class _Period:
    kind: Kind
    length: int
    start: datetime


def _by(calendar: Calendar, zone: str, clock: Clock, period: _Period) -> End:
    start, length = period.start, period.length
    try:
        if period.kind == "working_days":
            at = working_end(start, length, calendar, zone, clock.day)
        else:
            at = business_end(start, timedelta(hours=length), calendar, zone)
    except (CalendarError, OverflowError):
        at = None
    if at is None or at.year > LAST_YEAR:
        return UNKNOWN
    first, last = (moment.astimezone(ZoneInfo(zone)).date() for moment in (start, at))
    return End(
        at,
        calendar.market.id,
        provisional=calendar.provisional(first) or calendar.provisional(last),
        unlisted=not calendar.known and bool(clock.calendars),
    )


def _office(clock: Clock, length: int | None, start: datetime, counting: Counting) -> End:
    """`length` hours where the shop is open, else `outside` hours; the fewer of both where nobody knows."""
    shop = counting.case.shop
    staffed = is_open(shop, start, counting.calendars.of(shop.home)) if shop else None
    both = {True: length, False: clock.outside}
    told = [hours for hours in both.values() if hours is not None]
    hours = min(told, default=None) if staffed is None else both[staffed]
    return UNKNOWN if hours is None else End(start + timedelta(hours=hours))
