"""The alarms as a calendar that any calendar program can subscribe to: iCalendar, RFC 5545.

Written by ourselves: one kind of entry with times in UTC needs no library. Text is escaped and
folded at 75 octets (3.1, 3.3.11); whatever a user wrote stays text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final

from claims.clocks.board import Alarm, order
from claims.language import Lang
from claims.vocabulary.quoted import Words

PRODUCT: Final = "-//Sixface//Deadlines 1//EN"
_LINE: Final = 75
"""Octets of a line, without its end (3.1)."""
_AHEAD: Final = "-PT2H"
"""How long before an alarm is due the calendar program reminds of it."""
_NAME: Final = Words(zh="售后时限", en="Claim deadlines")
_ORDER: Final = Words(zh="订单", en="Order")


def feed(found: Iterable[Alarm], made_at: datetime, lang: Lang) -> str:
    """The text of the calendar; alarms whose end nobody knows are left out."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escaped(_NAME.of(lang))}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
    ]
    for alarm in sorted(found, key=order):
        if alarm.due_at is not None:
            lines += _entry(alarm, alarm.due_at, made_at, lang)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in folded(line))


def _entry(alarm: Alarm, due: datetime, made_at: datetime, lang: Lang) -> Iterator[str]:
    title = alarm.title.of(lang)
    named = f"{_ORDER.of(lang)} {alarm.order_number}" if alarm.order_number else alarm.case_id
    told = [words.of(lang) for words in (alarm.todo, alarm.missed) if words]
    yield "BEGIN:VEVENT"
    yield f"UID:{alarm.id}@sixface"
    yield f"DTSTAMP:{_utc(made_at)}"
    yield f"DTSTART:{_utc(due)}"
    yield f"SUMMARY:{escaped(f'{title} · {named}')}"
    yield f"DESCRIPTION:{escaped(chr(10).join([*told, alarm.case_id]))}"
    yield f"CATEGORIES:{escaped(alarm.platform or 'sixface')}"
    yield f"PRIORITY:{1 if alarm.severity == 'red' else 5}"
    yield "STATUS:CONFIRMED"
    yield "TRANSP:TRANSPARENT"
    yield "BEGIN:VALARM"
    yield "ACTION:DISPLAY"
    yield f"DESCRIPTION:{escaped(title)}"
    yield f"TRIGGER:{_AHEAD}"
    yield "END:VALARM"
    yield "END:VEVENT"


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def escaped(text: str) -> str:
    """`text` as a value of type TEXT (3.3.11), without the signs that no line may hold."""
    plain = "".join(c for c in text if c == "\n" or c.isprintable())
    for sign in ("\\", ";", ","):
        plain = plain.replace(sign, f"\\{sign}")
    return plain.replace("\n", "\\n")


def folded(line: str) -> Iterator[str]:
    """The line in pieces of at most 75 octets, each after the first with a blank before it (3.1)."""
    piece, size = "", 0
    for letter in line:
        width = len(letter.encode())
        if size + width > _LINE:
            yield piece
            piece, size = " ", 1
        piece, size = piece + letter, size + width
    yield piece
