"""The small words that all values of a claim are spelled with: moments, zones, ids, lines, texts."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from evidence.model import Utc

FIRST_YEAR: Final = 1990
LAST_YEAR: Final = 2200
LINE_BYTES: Final = 1500
"""Of a line in UTF-8: cases are found by some of them, and an index of a database holds no more."""


class Value(BaseModel):
    """A frozen value in which every field is known."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _is_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (OSError, LookupError, ValueError):
        message = f"{name!r} is no time zone; write an IANA name such as Asia/Shanghai"
        raise ValueError(message) from None
    return name


def _is_near(moment: datetime) -> datetime:
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        message = f"the year {moment.year} cannot be right; write a date between {FIRST_YEAR} and {LAST_YEAR}"
        raise ValueError(message)
    return moment


Moment = Annotated[Utc, AfterValidator(_is_near)]
"""An aware wall time in a year that a claim can be about, so that no sum of it overflows."""

Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
"""A name that is safe in a path: it goes into the bundle's folder."""

Zone = Annotated[str, Field(max_length=64), AfterValidator(_is_zone)]
"""An IANA time zone."""


def _is_kept(text: str) -> str:
    if "\0" in text or len(text.encode()) > LINE_BYTES:
        message = f"a line has no NUL and at most {LINE_BYTES} bytes"
        raise ValueError(message)
    return text


Line = Annotated[str, Field(max_length=512), AfterValidator(_is_kept)]
"""A short text of the user's: data, never a path or a template."""

Text = Annotated[str, Field(max_length=16_384)]
"""A long text of the user's."""

Name = Annotated[Line, Field(min_length=1)]
"""A short text that says something."""
