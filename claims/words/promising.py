"""What a text promises: a day, a time or a sum, found beside a word of promising.

What is found is a proposal. A person says whether it is a promise and by when it is due, since a
machine that guesses would make obligations that nobody took on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Final
from zoneinfo import ZoneInfo

from claims.words.lexicon import lexicon
from claims.words.plain import found, pieces, plain

MOST: Final = 20
"""Promises that are proposed for one text."""

_NUMBERS: Final = {**{sign: n for n, sign in enumerate("一二三四五六七八九十", start=1)}, "两": 2}
_COUNT: Final = r"(\d{1,3}|[一两二三四五六七八九十]|二十四|四十八|七十二)"
_LARGE: Final = {"二十四": 24, "四十八": 48, "七十二": 72}
_SPAN: Final = re.compile(
    rf"{_COUNT} ?个? ?(小时|分钟|天|日|工作日|周"
    r"|hours?|h|minutes?|min|days?|business days?|working days?|weeks?)"
)
_NAMED: Final = re.compile(r"(今天|今日|今晚|明天|明日|后天|本周内|this week|today|tonight|tomorrow)")
_DATE: Final = re.compile(
    r"(?<!\d)(?:(?P<year>\d{4})[-/.年](?P<month>\d{1,2})[-/.月]|(?P<bare>\d{1,2})[月/])(?P<day>\d{1,2})日?(?!\d)"
)
_SUM: Final = re.compile(
    r"(?:(¥|￥|\$|€|£|usd|cny|rmb|eur|gbp) ?(\d{1,7}(?:\.\d{1,2})?))"
    r"|(?:(\d{1,7}(?:\.\d{1,2})?) ?(元|块|美元|美金|欧元|英镑|usd|cny|rmb|eur|gbp|dollars?|euros?))"
)
_CURRENCY: Final = {
    "¥": "CNY", "￥": "CNY", "cny": "CNY", "rmb": "CNY", "元": "CNY", "块": "CNY",
    "$": "USD", "usd": "USD", "美元": "USD", "美金": "USD", "dollar": "USD", "dollars": "USD",
    "€": "EUR", "eur": "EUR", "欧元": "EUR", "euro": "EUR", "euros": "EUR",
    "£": "GBP", "gbp": "GBP", "英镑": "GBP",
}  # fmt: skip
_DAYS: Final = {
    **dict.fromkeys(("今天", "今日", "今晚", "today", "tonight"), 0),
    **dict.fromkeys(("明天", "明日", "tomorrow"), 1),
    "后天": 2,
}


@dataclass(frozen=True)
class Proposal:
    """Something that may be a promise."""

    text: str
    """The part of the text."""
    due_at: datetime | None = None
    """UTC; the end of the day where only a day is named. None where only a sum is promised."""
    amount: Decimal | None = None
    currency: str = ""


def proposals(text: str, at: datetime, zone: str) -> tuple[Proposal, ...]:
    """What `text`, said at that moment, may promise; days are those of `zone`."""
    made: list[Proposal] = []
    for piece in pieces(text):
        if not found(piece, lexicon().promising):
            continue
        due = _due(plain(piece), at, zone)
        amount, currency = _sum(plain(piece))
        if due or amount is not None:
            made.append(Proposal(piece.strip()[:500], due, amount, currency))
        if len(made) == MOST:
            break
    return tuple(made)


def _due(piece: str, at: datetime, zone: str) -> datetime | None:
    there = at.astimezone(ZoneInfo(zone))
    date = _DATE.search(piece)
    if date:
        return _on(date, there, zone)
    span = _SPAN.search(piece)
    if span:
        return _after(_counted(span[1]), span[2], at)
    named = _NAMED.search(piece)
    if named:
        ahead = _DAYS.get(named[1], 6 - there.weekday())
        return _end_of(there + timedelta(days=ahead), zone)
    return None


def _counted(written: str) -> int:
    return int(written) if written.isdecimal() else _LARGE.get(written, _NUMBERS.get(written, 0))


def _after(count: int, unit: str, at: datetime) -> datetime:
    """Working days are taken for days, the earlier end."""
    if unit.startswith(("分", "min")):
        length = timedelta(minutes=count)
    elif unit in {"小时", "h"} or unit.startswith("hour"):
        length = timedelta(hours=count)
    elif unit == "周" or unit.startswith("week"):
        length = timedelta(weeks=count)
    else:
        length = timedelta(days=count)
    return (at + length).astimezone(UTC)


def _end_of(day: datetime, zone: str) -> datetime:
    return datetime.combine(day.date(), time(23, 59), ZoneInfo(zone)).astimezone(UTC)


def _on(date: re.Match[str], there: datetime, zone: str) -> datetime | None:
    try:
        day = there.replace(
            year=int(date["year"] or there.year),
            month=int(date["month"] or date["bare"]),
            day=int(date["day"]),
        )
    except ValueError:
        return None
    if date["year"] is None and day.date() < there.date() - timedelta(days=180):
        day = day.replace(year=day.year + 1)  # in December "1月5日" is the next one
    return _end_of(day, zone)


def _sum(piece: str) -> tuple[Decimal | None, str]:
    told = _SUM.search(piece)
    if told is None:
        return None, ""
    sign, number = (told[1], told[2]) if told[1] else (told[4], told[3])
    try:
        return Decimal(number), _CURRENCY[sign]
    except (InvalidOperation, KeyError):
        return None, ""
