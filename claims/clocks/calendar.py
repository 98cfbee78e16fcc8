"""Days off by market: public holidays, weekends, the weekend days that a government makes working days.

The days come from the library `holidays`, which is loaded when a calendar is first asked, and from a
table of overrides that anybody can write. What no list tells is said: a market that is not known here
has weekends and nothing else, and a year whose list is not published yet is provisional.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from importlib import resources
from typing import Final

from pydantic import Field, ValidationError, model_validator

from claims.value import Line, Value, Zone
from evidence.model import say

LARGEST: Final = 256 * 1024
"""Bytes of a table of overrides."""
_WEEKEND: Final = frozenset({5, 6})
"""Saturday and Sunday, where no list says otherwise."""
_LONGEST: Final = 3660
"""Days within which a working day has to come; ten years."""


class Market(Value):
    """One market: its country as ISO 3166 writes it, the zone of its days, and what else it is called."""

    id: str = Field(pattern=r"^[a-z]{2,12}$")
    country: str = Field(pattern=r"^([A-Z]{2})?$")
    zone: Zone
    known_through: int | None = None
    """The last year whose moved days are published; None where the rules of the country tell all."""
    also: tuple[str, ...] = ()


class Override(Value):
    """One day that is not as the list says, with where that stands."""

    market: str = Field(pattern=r"^[a-z]{2,12}$")
    day: date
    works: bool
    source: Line = ""
    read: date | None = None


class Table(Value):
    """The file `calendars.toml`, or a user's own `calendar.toml`."""

    market: tuple[Market, ...] = ()
    override: tuple[Override, ...] = Field(default=(), max_length=5000)

    @model_validator(mode="after")
    def _names_markets_once(self) -> Table:
        names = [name for market in self.market for name in (market.id, *market.also)]
        if len(set(names)) != len(names):
            raise ValueError("two markets have the same name; each may be used once")
        return self


class CalendarError(Exception):
    """A table of days off cannot be used; `says` tells what is wrong with it."""

    def __init__(self, why: str) -> None:
        self.says = say("The calendar of days off cannot be used: {why}.", why=why)
        super().__init__(str(self.says))


@dataclass(frozen=True)
class Calendar:
    """The days off of one market."""

    market: Market
    known: bool
    """Whether there is a list of its holidays; without one, weekends alone are days off."""
    moved: Mapping[date, bool] = field(default_factory=dict[date, bool])
    """Days that an override tells: whether they are worked."""

    @property
    def zone(self) -> str:
        return self.market.zone

    def works(self, day: date) -> bool:
        """Whether that day is a working day."""
        told = self.moved.get(day)
        if told is not None:
            return told
        off, weekend, worked = _days(self.market.country, day.year)
        return day in worked or (day.weekday() not in weekend and day not in off)

    def provisional(self, day: date) -> bool:
        """Whether the days that are moved in that year are not published yet."""
        last = self.market.known_through
        return last is not None and day.year > last and day not in self.moved

    def after(self, day: date, count: int) -> date:
        """The `count`th working day after `day`.

        Raises:
            CalendarError: there is none within ten years.
        """
        left = count
        for ahead in range(1, _LONGEST + count * 7):
            here = day + timedelta(days=ahead)
            left -= self.works(here)
            if left == 0:
                return here
        message = f"the calendar {self.market.id} has no working day after {day.isoformat()}"
        raise CalendarError(message)


@dataclass(frozen=True)
class Calendars:
    """All markets, with a user's own overrides after ours."""

    table: Table
    own: Table = field(default_factory=Table)

    def of(self, name: str) -> Calendar:
        """The calendar of the market of that name; of one that is not known, weekends alone."""
        wanted = name.strip().casefold()
        markets = (*self.own.market, *self.table.market)
        found = next((m for m in markets if wanted == m.id or wanted in m.also), None)
        market = found or Market(id="weekends", country="", zone="UTC")
        moved = {
            each.day: each.works
            for each in (*self.table.override, *self.own.override)
            if each.market == market.id
        }
        return Calendar(market, bool(market.country), moved)

    @property
    def digest(self) -> str:
        """A short name of all that is known about days off; it changes when any of it does."""
        text = f"{self.table.model_dump_json()}{self.own.model_dump_json()}{_version()}"
        return hashlib.sha256(text.encode()).hexdigest()[:16]


@cache
def shipped() -> Calendars:
    """The calendars that ship with the package."""
    text = resources.files("claims").joinpath("clocks", "calendars.toml").read_text("utf-8")
    return Calendars(read(text))


def read(text: str) -> Table:
    """The table written in `text`.

    Raises:
        CalendarError: it is none.
    """
    if len(text) > LARGEST:
        raise CalendarError(f"the calendar is larger than {LARGEST // 1024} KiB")
    try:
        return Table.model_validate(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise CalendarError(f"this is not TOML: {error}") from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ", ".join(str(part) for part in first["loc"])
        raise CalendarError(f"{where}: {first['msg']}") from None


_Days = tuple[frozenset[date], frozenset[int], frozenset[date]]


@cache
def _days(country: str, year: int) -> _Days:
    """Holidays, days of the week without work (0 is Monday), and weekend days with work."""
    if not country:
        return frozenset(), _WEEKEND, frozenset()
    # A tenth of a second to import, which a case without working days does not need.
    from holidays import country_holidays  # noqa: PLC0415

    found = country_holidays(country, years=year)
    worked: Sequence[date] = tuple(getattr(found, "weekend_workdays", ()))
    weekend = frozenset(getattr(found, "weekend", _WEEKEND))
    return frozenset(found), weekend, frozenset(day for day in worked if day.year == year)


@cache
def _version() -> str:
    from importlib.metadata import version  # noqa: PLC0415

    return version("holidays")
