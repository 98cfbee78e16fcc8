"""Cases out of a table: every row looked at before anything is made, then each good one made once.

A row is a case. It is bound to platform, order and waybill: a row whose numbers a case of that platform
has already makes nothing, so that the same table can be sent twice, in parts, or after a crash. Nothing
of the table is stored but the cases. What goes out again as CSV can start no formula.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from api import cases
from api.drafting import Draft
from api.errors import ApiError
from api.idempotency import Claim
from api.words import words
from claims.case import Case, EventKind, Sum, TicketReason
from claims.change import UnfitError
from claims.chat.moments import moment_of
from claims.naming import EVENTS
from claims.ruleset import Ruleset, RulesetError
from evidence.model import Saying, say

if TYPE_CHECKING:
    from api.desk import Desk
    from storage.rows import Reading

_ZONE: Final = "Asia/Shanghai"
_WORTH: Final = Decimal(10) ** 13
"""More than any parcel is worth."""


class Fate(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    """It is good; its case would be made."""
    MADE = "made"
    THERE = "there"
    """A case has these numbers already."""
    TWICE = "twice"
    """An earlier row of the table has them."""
    WRONG = "wrong"


@dataclass(frozen=True)
class Line:
    """One row of the table, and what becomes of it."""

    number: int
    """As a spreadsheet counts: the first row below the head is 2."""
    cells: Mapping[str, str]
    fate: Fate
    troubles: Mapping[str, Saying] = field(default_factory=dict[str, Saying])
    """What is wrong, by column."""
    case: str = ""
    draft: Draft | None = None
    platform: str = ""

    @property
    def name(self) -> str:
        """The numbers by which it makes one case."""
        return "\n".join((self.platform, self.cells.get("order", ""), self.cells.get("waybill", "")))


def looked_at(desk: Desk, rows: Sequence[Mapping[str, str]], ruleset: str = "") -> list[Line]:
    """Every row by itself and beside the others; `ruleset` is that of rows which name none."""
    found: list[Line] = []
    seen: dict[str, int] = {}
    rules: dict[str, Ruleset | None] = {}
    for number, cells in enumerate(rows, 2):
        if not cells:
            continue
        line = _looked(desk, number, cells, ruleset, rules)
        if line.fate is Fate.NEW and line.name in seen:
            trouble = say("The numbers are those of row {row}.", row=seen[line.name])
            line = Line(number, cells, Fate.TWICE, {"order": trouble})
        elif line.fate is Fate.NEW:
            seen[line.name] = number
        found.append(line)
    return found


def held_against(desk: Desk, lines: Sequence[Line]) -> list[Line]:
    """The lines, with the cases that have their numbers already."""
    with desk.read() as reading:
        return [_held(reading, line) for line in lines]


def _held(reading: Reading, line: Line) -> Line:
    if line.fate is Fate.NEW and (case := _there(reading, line)):
        return Line(line.number, line.cells, Fate.THERE, case=case, platform=line.platform)
    return line


def made(desk: Desk, lines: Sequence[Line]) -> Iterator[Line]:
    """The lines with their cases; what is new is made, each row in a transaction of its own."""
    for line in held_against(desk, lines):
        if line.fate is not Fate.NEW or line.draft is None:
            yield line
            continue
        try:
            case = cases.open_case(desk, line.draft, _claim(line)).body["id"]
        except (ApiError, UnfitError) as error:
            yield Line(line.number, line.cells, Fate.WRONG, {"": error.says})
        else:
            yield Line(line.number, line.cells, Fate.MADE, case=case, platform=line.platform)


def _claim(line: Line) -> Claim:
    """Bound to the numbers alone: two who send the same table at once make one case."""
    key = hashlib.sha256(line.name.encode()).hexdigest()
    return Claim(f"row-{key}", "POST /v1/imports", key)


def _there(reading: Reading, line: Line) -> str:
    """The case of that platform with the same numbers; empty where there is none."""
    numbers = {"order_number": line.cells.get("order", ""), "tracking_number": line.cells.get("waybill", "")}
    for row in reading.find(cases.KIND, numbers).rows:
        case = Case.model_validate(row.body["case"])
        if case.platform == line.platform:
            return case.id
    return ""


def _looked(
    desk: Desk, number: int, cells: Mapping[str, str], ruleset: str, known: dict[str, Ruleset | None]
) -> Line:
    troubles: dict[str, Saying] = {}
    rules = _rules(desk, cells.get("platform") or ruleset, known)
    if rules is None:
        troubles["platform"] = say("No ruleset is called so; see the list of platforms.")
    if not (cells.get("order") or cells.get("waybill")):
        troubles["order"] = say("Write the order number or the waybill number.")
    told = _told(cells, rules, troubles)
    draft: Draft | None = None
    if not troubles:
        try:
            draft = Draft.model_validate(told)
        except ValidationError as error:
            place = error.errors(include_url=False, include_input=False)[0]["loc"]
            column = _BACK.get(str(place[0]) if place else "", "")
            troubles[column] = say("This is not as it should be; look at it again.")
    fate = Fate.WRONG if troubles else Fate.NEW
    return Line(number, cells, fate, troubles, draft=draft, platform=rules.platform if rules else "")


_BACK: Final = {
    "order_number": "order",
    "tracking_number": "waybill",
    "reason_code": "code",
    "shop_id": "shop",
    "tickets": "ticket",
    "amounts": "value",
    "events": "event",
} | {name: name for name in ("reason", "site", "zone")}
"""The column that a part of a draft came from."""


def _rules(desk: Desk, name: str, known: dict[str, Ruleset | None]) -> Ruleset | None:
    """By id, former id, or the title in either language."""
    wanted = name.strip().casefold()
    if not known:
        for each in desk.rulebook.names():
            try:
                rules = desk.rulebook.get(each).rules
            except RulesetError:
                continue
            called = (each, *rules.formerly, rules.title.zh, rules.title.en)
            known |= dict.fromkeys((one.casefold() for one in called), rules)
    return known.get(wanted)


def _told(cells: Mapping[str, str], rules: Ruleset | None, troubles: dict[str, Saying]) -> dict[str, Any]:
    """The draft that a row tells; what cannot be goes into `troubles`."""
    zone = cells.get("zone") or _ZONE
    try:
        ZoneInfo(zone)
    except (OSError, LookupError, ValueError):
        troubles["zone"] = say("There is no such time zone; write one such as Asia/Shanghai.")
        zone = _ZONE
    code = _code(cells.get("code", ""), rules, troubles)
    told: dict[str, Any] = {
        "ruleset": rules.id if rules else "",
        "order_number": cells.get("order", ""),
        "tracking_number": cells.get("waybill", ""),
        "reason": cells.get("reason", ""),
        "reason_code": code,
        "site": cells.get("site", ""),
        "shop_id": cells.get("shop", ""),
        "zone": zone,
        "amounts": amounts(cells, troubles),
    }
    if kind := _event(cells.get("event", ""), troubles):
        at = moment_of(cells.get("at", ""), zone)
        if at is None:
            troubles["at"] = say("Write the time as 2026-11-20 10:03.")
        told["events"] = [{"kind": kind, "at": at}]
    if ticket := cells.get("ticket"):
        created = moment_of(cells.get("ticket_at", ""), zone)
        if created is None:
            troubles["ticket_at"] = say("Write the time as 2026-11-20 10:03.")
        told["tickets"] = [{"id": ticket, "created_at": created, **_reason(cells, troubles)}]
    return told


def _code(written: str, rules: Ruleset | None, troubles: dict[str, Saying]) -> str:
    """The reason by its id or its title."""
    if not written or rules is None:
        return ""
    wanted = written.casefold()
    for reason in rules.reason:
        if wanted in {reason.id, reason.title.zh.casefold(), reason.title.en.casefold()}:
            return reason.id
    if rules.reason:
        known = ", ".join(reason.id for reason in rules.reason)
        troubles["code"] = say(
            "This platform knows no {name}; choose one of: {known}.", name=written, known=known
        )
    return written


def _event(written: str, troubles: dict[str, Saying]) -> str:
    """What happened, by its name in the API or as the pages call it."""
    if not written:
        return ""
    found = _events().get(written.casefold())
    if found is None:
        troubles["event"] = say("No such event is known; write one such as return_delivered.")
    return found or ""


@cache
def _events() -> Mapping[str, str]:
    """Kinds by all that they are called."""
    chinese = words("zh")
    return {
        name.casefold(): kind.value
        for kind in EventKind
        for name in (kind.value, EVENTS[kind].text, chinese.say(EVENTS[kind]))
    }


def _reason(cells: Mapping[str, str], troubles: dict[str, Saying]) -> dict[str, str]:
    written = cells.get("ticket_reason", "")
    if written and written not in set(TicketReason):
        known = ", ".join(TicketReason)
        troubles["ticket_reason"] = say("Choose one of: {known}.", known=known)
    return {"reason": written or TicketReason.OTHER.value}


def amounts(cells: Mapping[str, str], troubles: dict[str, Saying]) -> list[dict[str, Any]]:
    """The value of the goods, where it is told; what cannot be goes into `troubles`."""
    written = cells.get("value", "").replace(",", "").lstrip("¥￥$€£ ")
    if not written:
        return []
    try:
        value = Decimal(written)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or not 0 <= value < _WORTH or round(value, 4) != value:
        troubles["value"] = say("Write the sum in digits, such as 128.50.")
        return []
    currency = cells.get("currency", "").upper() or "CNY"
    if len(currency) != 3 or not (currency.isascii() and currency.isalpha()):  # noqa: PLR2004 - ISO 4217
        troubles["currency"] = say("Write the currency in three letters, such as CNY.")
    return [{"what": Sum.GOODS, "value": value, "currency": currency}]
