"""Whether a shop is open, and counting the hours of working days."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from claims.clocks.calendar import Calendar
from claims.shop import Opening, Shop

_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LONGEST: Final = 3660
"""Days that a count of hours may take; ten years."""


def is_open(shop: Shop, moment: datetime, calendar: Calendar) -> bool | None:
    """Whether somebody works there then; None where no hours are written down.

    On a day off nobody does. On a weekend day that the calendar makes a working day the hours of
    Friday hold, where the shop names none for that day.
    """
    if not shop.hours:
        return None
    there = moment.astimezone(ZoneInfo(shop.zone))
    if not calendar.works(there.date()):
        return False
    lines = [line for line in shop.hours if _DAYS[there.weekday()] in line.days]
    if not lines and there.weekday() >= _DAYS.index("sat"):
        lines = [line for line in shop.hours if "fri" in line.days]
    return any(_within(line, there.time()) for line in lines)


def _within(line: Opening, at: time) -> bool:
    return line.opens <= at and (line.closes == time(0) or at < line.closes)


def midnight(day: date, zone: str) -> datetime:
    """The moment, in UTC, at which that day begins in that zone."""
    return datetime.combine(day, time(0), ZoneInfo(zone)).astimezone(UTC)


def business_end(start: datetime, length: timedelta, calendar: Calendar, zone: str) -> datetime | None:
    """When so much time of working days has passed after `start`, each of them from midnight to midnight."""
    left = length
    here = start.astimezone(UTC)
    for _ in range(_LONGEST):
        day = here.astimezone(ZoneInfo(zone)).date()
        ends = midnight(day + timedelta(days=1), zone)
        if calendar.works(day):
            if left <= ends - here:
                return here + left
            left -= ends - here
        here = ends
    return None
