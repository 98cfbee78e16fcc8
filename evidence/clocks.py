"""Times that a file carries about itself: what each says, in which zone, and what it can mean.

Phones write when a take began, containers when the file was closed or exported, photo
editors when they last saved, satellites when they were last heard. A time without a zone
is no moment but a stretch of up to 26 hours; so every reading is held as the stretch
`earliest` to `latest` in UTC, and is never made more exact than the file is.

Sources: EXIF 2.32 (DateTimeOriginal, OffsetTimeOriginal, GPSTimeStamp in UTC); QuickTime
File Format (`com.apple.quicktime.creationdate`); ISO/IEC 14496-12 (creation_time in UTC).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from evidence.timeline import ZERO

EASTMOST: Final = timedelta(hours=14)
"""The largest offset from UTC in use (Line Islands)."""
WESTMOST: Final = timedelta(hours=-12)
"""The smallest (Baker Island)."""
FIRST_PLAUSIBLE: Final = datetime(2005, 1, 1)  # noqa: DTZ001 - compared with the digits as written
"""Unset clocks start in 1904, 1970, 1980, 2000 or 2001; nobody films returns with them."""
FIX_AGE: Final = timedelta(minutes=5)
"""How old a satellite time may be and still tell a photo's zone."""
_QUARTER: Final = timedelta(minutes=15)
_LONGEST_TEXT: Final = 64
_YEARS: Final = (1900, 9000)
"""Moments that can be moved between zones without leaving the calendar."""

_TIME: Final = re.compile(
    r"(\d{4})[-:/](\d{2})[-:/](\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?"
    r" ?(?:(Z|UTC)|([+-])(\d{2}):?(\d{2}))?",
    re.ASCII,
)
_DAY: Final = re.compile(r"(\d{4})[-:/](\d{1,2})[-:/](\d{1,2})", re.ASCII)
_NUMBER: Final = re.compile(r"(\d{1,9})(?:\.\d+|/(\d{1,9}))?", re.ASCII)
_ZONE: Final = re.compile(r"(Z|UTC)|([+-])(\d{2}):?(\d{2})", re.ASCII)


class Means(StrEnum):
    """What a time in a file stands for."""

    RECORDED = "recorded"
    """The moment of the picture, or the start of the take."""
    WRITTEN = "written"
    """The moment the file was closed, exported or saved: the take is never later."""
    SATELLITE = "satellite"
    """The last satellite fix: UTC for certain, and maybe minutes old."""


@dataclass(frozen=True)
class Reading:
    """One time as one place in the file says it."""

    place: str
    """The tag that holds it, e.g. `exif:DateTimeOriginal`."""
    means: Means
    digits: datetime
    """As written, without its zone."""
    offset: timedelta | None
    """East of UTC; None where the file does not say."""

    @property
    def earliest(self) -> datetime:
        """The earliest moment in UTC that these digits can stand for."""
        return (self.digits - (EASTMOST if self.offset is None else self.offset)).replace(tzinfo=UTC)

    @property
    def latest(self) -> datetime:
        """The latest moment in UTC that these digits can stand for."""
        return (self.digits - (WESTMOST if self.offset is None else self.offset)).replace(tzinfo=UTC)

    @property
    def plausible(self) -> bool:
        """Whether a clock that somebody has set can have written it."""
        return self.digits >= FIRST_PLAUSIBLE

    @property
    def shown(self) -> str:
        """For people: the digits, to the second, and the zone as written."""
        digits = self.digits.isoformat(sep=" ", timespec="seconds")
        if self.offset is None:
            return digits
        minutes = round(self.offset.total_seconds() / 60)
        zone = f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
        return f"{digits} {'UTC' if minutes == 0 else zone}"


@dataclass(frozen=True)
class Recorded:
    """When the picture or the start of the take was, as exactly as the file tells."""

    by: Reading
    earliest: datetime | None
    """UTC; None where the file tells only a latest moment."""
    latest: datetime
    """UTC."""

    @property
    def exact(self) -> datetime | None:
        """The moment in UTC, where the file tells it with a zone."""
        return self.earliest if self.by.means is not Means.WRITTEN and self.earliest == self.latest else None


def parse(text: str) -> tuple[datetime, timedelta | None] | None:
    """The digits and the zone of a time as EXIF or ISO 8601 write it; None for anything else."""
    if len(text) > _LONGEST_TEXT or (found := _TIME.fullmatch(text.strip(" \0\t\r\n"))) is None:
        return None
    year, month, day, hour, minute, second, fraction, utc, sign, zone_hours, zone_minutes = found.groups()
    if not _YEARS[0] <= int(year) <= _YEARS[1]:
        return None
    micro = int((fraction or "0").ljust(6, "0")[:6])
    try:
        digits = datetime(  # noqa: DTZ001 - the zone is kept beside it, where there is one
            int(year), int(month), int(day), int(hour), int(minute), min(int(second or 0), 59), micro
        )
    except ValueError:
        return None
    return digits, _offset(utc, sign, zone_hours, zone_minutes)


def zone(text: str) -> timedelta | None:
    """The offset east of UTC of `+02:00`, `-0530` or `Z`; None for anything else."""
    found = _ZONE.fullmatch(text.strip(" \0\t\r\n")) if len(text) <= _LONGEST_TEXT else None
    return None if found is None else _offset(*found.groups())


def _offset(utc: str | None, sign: str | None, hours: str | None, minutes: str | None) -> timedelta | None:
    if utc:
        return ZERO
    if not (sign and hours and minutes):
        return None
    offset = timedelta(hours=int(hours), minutes=int(minutes)) * (-1 if sign == "-" else 1)
    return offset if WESTMOST <= offset <= EASTMOST else None


def readings(tags: Mapping[str, str]) -> tuple[Reading, ...]:
    """Every time that can be read from `tags`, the most telling first; a photo's zone is filled from its fix.

    `tags` are `place:name` -> text as in `evidence.check.Media`; names are compared without case.
    """
    folded = {name.casefold(): text for name, text in tags.items()}
    found = [*_quicktime(folded), *_exif(folded), *_container(folded)]
    fix = _satellite(folded)
    if fix is not None:
        found = [_with_zone_of(fix, reading) for reading in found]
        at = sum(reading.means is Means.RECORDED for reading in found)
        found.insert(at, fix)
    return tuple(found)


def recorded(
    found: tuple[Reading, ...], *, duration: timedelta = ZERO, by_camera: bool = False
) -> Recorded | None:
    """When the take began or the photo was made; None where no plausible clock speaks.

    Args:
        found: as `readings` gives them.
        duration: of the film, presentation time; a camera closes its container when the take ends.
        by_camera: whether the camera itself wrote the container. Otherwise an export may
            have, and its time is only the latest one possible.
    """
    for reading in found:
        if not reading.plausible:
            continue
        if reading.means is not Means.WRITTEN:
            return Recorded(by=reading, earliest=reading.earliest, latest=reading.latest)
        closed_by_camera = by_camera and reading.place.endswith(":creation_time")
        earliest = reading.earliest - duration if closed_by_camera else None
        return Recorded(by=reading, earliest=earliest, latest=reading.latest)
    return None


def apart(one: Reading, other: Reading) -> tuple[timedelta, timedelta]:
    """By how much `other` surely lies before and after `one`; one of them is negative."""
    same_device = one.place.startswith("exif:") and other.place.startswith("exif:")
    if same_device and (one.offset is None or other.offset is None):
        return one.digits - other.digits, other.digits - one.digits
    return one.earliest - other.latest, other.earliest - one.latest


def written_again(taken: Reading, found: tuple[Reading, ...], after: timedelta) -> Reading | None:
    """The first clock that says the file was written more than `after` later than `taken`."""
    return next((r for r in found if r.means is Means.WRITTEN and apart(taken, r)[1] > after), None)


def _quicktime(tags: Mapping[str, str]) -> Iterator[Reading]:
    yield from _reading(tags, "container:com.apple.quicktime.creationdate", Means.RECORDED)
    yield from _reading(tags, "container:date", Means.RECORDED)


def _exif(tags: Mapping[str, str]) -> Iterator[Reading]:
    for stamp, suffix, means in (
        ("DateTimeOriginal", "Original", Means.RECORDED),
        ("DateTimeDigitized", "Digitized", Means.RECORDED),
        ("DateTime", "", Means.WRITTEN),
    ):
        for reading in _reading(tags, f"exif:{stamp}", means):
            offset = zone(tags.get(f"exif:offsettime{suffix}".casefold(), ""))
            yield reading if offset is None else replace(reading, offset=offset)


def _container(tags: Mapping[str, str]) -> Iterator[Reading]:
    for place in ("container", "video"):
        for reading in _reading(tags, f"{place}:creation_time", Means.WRITTEN):
            # The container's clock counts UTC whether or not the reader wrote the Z.
            yield replace(reading, offset=reading.offset or ZERO)
            return


def _reading(tags: Mapping[str, str], place: str, means: Means) -> Iterator[Reading]:
    parsed = parse(tags.get(place.casefold(), ""))
    if parsed is not None:
        yield Reading(place, means, *parsed)


def _satellite(tags: Mapping[str, str]) -> Reading | None:
    day = _DAY.fullmatch(tags.get("gps:gpsdatestamp", "")[:_LONGEST_TEXT].strip(" \0"))
    numbers = _NUMBER.findall(tags.get("gps:gpstimestamp", "")[:_LONGEST_TEXT])
    if day is None or len(numbers) != 3:  # noqa: PLR2004 - hours, minutes, seconds
        return None
    try:
        hour, minute, second = (int(whole) // int(part or 1) for whole, part in numbers)
        year, month, date = (int(part) for part in day.groups())
        digits = datetime(year, month, date, hour, minute, min(second, 59))  # noqa: DTZ001 - kept beside it
    except (ValueError, ZeroDivisionError):
        return None
    fix = Reading("gps:GPSTimeStamp", Means.SATELLITE, digits, ZERO)
    return fix if fix.plausible and year <= _YEARS[1] else None


def _with_zone_of(fix: Reading, reading: Reading) -> Reading:
    """`reading` with the zone that a satellite fix at about the same moment leaves for it."""
    if reading.offset is not None or reading.means is not Means.RECORDED:
        return reading
    ahead = reading.digits - fix.digits
    offset = round(ahead / _QUARTER) * _QUARTER
    if abs(ahead - offset) > FIX_AGE or not WESTMOST <= offset <= EASTMOST:
        return reading
    return replace(reading, offset=offset)
