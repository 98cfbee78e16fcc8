"""What somebody wrote on a sheet, as values of a claim; and values of a claim as they stand on a sheet.

An empty field says nothing, and takes back what was said. What cannot be read is told in one sentence beside
its field, all of a sheet at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from api.pages.plain_form import WrongError, local
from api.pages.sheets import Field
from claims.chat.moments import moment_of
from claims.value import FIRST_YEAR, LAST_YEAR
from evidence.model import Saying, say

_MOST_LINE: Final = 512
"""Characters, as `claims.value.Line`."""
_MOST_TEXT: Final = 16_384
"""Characters, as `claims.value.Text`."""
_MOST_COUNT: Final = 100_000
_MOST_GRAMS: Final = 100_000_000
_MOST_WORTH: Final = 10**12
_GRAMS: Final = re.compile(r"([0-9]+(?:[.,][0-9]+)?)\s*(kg|g|公斤|千克|克)?", re.IGNORECASE)
_KILO: Final = frozenset({"kg", "公斤", "千克"})
_TRUTHS: Final = {"yes": True, "no": False}
CURRENCY: Final = "_currency"
"""Behind the name of a sum stands that of its currency."""


def read(fields: Iterable[Field], sent: Mapping[str, str], zone: str) -> dict[str, Any]:
    """The values by name; None where nothing was written.

    Raises:
        WrongError: some cannot be read, each with its sentence.
    """
    found: dict[str, Any] = {}
    troubles: dict[str, Saying] = {}
    for field in fields:
        written = sent.get(field.name, "")
        if field.required and not written:
            troubles[field.name] = say("This is needed; fill it in.")
            continue
        value = _value(field, written, sent, zone) if written else None
        if isinstance(value, Saying):
            troubles[field.name] = value
        else:
            found[field.name] = value
    if troubles:
        raise WrongError(troubles)
    return found


def _value(field: Field, written: str, sent: Mapping[str, str], zone: str) -> Any:  # noqa: ANN401, PLR0911 - by kind
    """The value, or what is wrong with it."""
    match field.kind:
        case "count":
            return _count(written)
        case "grams":
            return _grams(written)
        case "money":
            return _money(field.name, written, sent.get(f"{field.name}{CURRENCY}", ""))
        case "day":
            return _day(written)
        case "moment":
            return _moment(written, zone)
        case "truth":
            return _TRUTHS.get(written, say("Choose yes or no."))
        case "choice" if field.options and written not in dict(field.options):
            return say("Choose one of these.")
        case "text":
            return _short_enough(written, _MOST_TEXT)
        case _:
            return _short_enough(" ".join(written.split()), _MOST_LINE)


def _short_enough(written: str, most: int) -> str | Saying:
    if len(written) > most:
        return say("This is too long; at most {most} characters.", most=most)
    return written


def _count(written: str) -> int | Saying:
    number = int(written) if written.isascii() and written.isdecimal() and len(written) < 10 else -1  # noqa: PLR2004
    if not 0 <= number <= _MOST_COUNT:
        return say("Write a whole number from 0 to {most}.", most=_MOST_COUNT)
    return number


def _grams(written: str) -> int | Saying:
    found = _GRAMS.fullmatch(written)
    number = Decimal(found[1].replace(",", ".")) if found else Decimal(-1)
    grams = number * 1000 if found and (found[2] or "").casefold() in _KILO else number
    if grams != int(grams) or not 0 < grams <= _MOST_GRAMS:
        return say("Write the weight in grams, such as 1250, or with its unit, such as 1.25 kg.")
    return int(grams)


def _money(name: str, written: str, currency: str) -> dict[str, Any] | Saying:
    try:
        value = Decimal(written.replace(",", "").lstrip("¥￥$€£ "))
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or not 0 <= value < _MOST_WORTH or round(value, 4) != value:
        return say("Write the sum in digits, such as 128.50.")
    code = currency.upper()
    if not re.fullmatch(r"[A-Z]{3}", code):
        return say("Write the currency in three letters, such as CNY.")
    return {"what": name, "value": value, "currency": code}


def _day(written: str) -> date | Saying:
    try:
        found = date.fromisoformat(written)
    except ValueError:
        return say("Write the day as 2026-11-20.")
    if not FIRST_YEAR < found.year < LAST_YEAR:
        return say("That year cannot be right; look at it again.")
    return found


def _moment(written: str, zone: str) -> datetime | Saying:
    return moment_of(written, zone) or say("Write the time as 2026-11-20 10:03.")


def shown(fields: Iterable[Field], held: Mapping[str, Any], zone: str, currency: str) -> dict[str, str]:
    """The values as fields show them; `currency` is proposed where a sum has none yet."""
    found: dict[str, str] = {}
    for field in fields:
        value = held.get(field.name)
        if field.kind == "money":
            sum_: Mapping[str, Any] = value or {}
            found[field.name] = _digits(sum_.get("value"))
            found[f"{field.name}{CURRENCY}"] = str(sum_.get("currency") or currency)
        else:
            found[field.name] = _text(value, zone)
    return found


def _digits(value: object) -> str:
    return "" if value is None else f"{Decimal(str(value)).normalize():f}"


def _text(value: object, zone: str) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return local(value, zone)
        case _:
            return str(value)
