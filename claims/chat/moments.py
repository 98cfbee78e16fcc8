"""When it was said, as exports write it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from claims.value import FIRST_YEAR, LAST_YEAR

_DAY: Final = r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
_TIME: Final = r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?"
_OFFSET: Final = r"(?: ?(Z|[+-]\d{2}:?\d{2}))?"
_PARTS: Final = re.compile(rf"{_DAY}[ T]*{_TIME}{_OFFSET}")

WRITTEN: Final = re.sub(r"\((?!\?)", "(?:", _PARTS.pattern)
"""A moment in a line of text, as an expression without groups."""

_SECONDS: Final = 100_000_000_000
"""Epoch times above this are milliseconds: in seconds it would be the year 5138."""


def moment_of(written: object, zone: str) -> datetime | None:
    """The moment in UTC; one without an offset is in `zone`. None where it cannot be read."""
    if isinstance(written, int | float) and not isinstance(written, bool):
        return _from_epoch(written)
    if not isinstance(written, str):
        return None
    text = written.strip()
    if re.fullmatch(r"\d{9,14}", text):
        return _from_epoch(int(text))
    found = _PARTS.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, fraction, offset = found.groups()
    micro = int((fraction or "").ljust(6, "0") or 0)
    try:
        naive = datetime(int(year), int(month), int(day), int(hour), int(minute), int(second or 0), micro)  # noqa: DTZ001 - the zone follows
    except ValueError:
        return None
    if offset:
        made = datetime.fromisoformat(f"{naive.isoformat()}{'+00:00' if offset == 'Z' else offset}")
    else:
        made = naive.replace(tzinfo=ZoneInfo(zone))
    return _near(made)


def _from_epoch(number: float) -> datetime | None:
    seconds = number / 1000 if abs(number) > _SECONDS else number
    try:
        return _near(datetime.fromtimestamp(seconds, UTC))
    except (ValueError, OverflowError, OSError):
        return None


def _near(moment: datetime) -> datetime | None:
    return moment.astimezone(UTC) if FIRST_YEAR < moment.year < LAST_YEAR else None
