"""One form of a case that somebody has opened: its sheet, what it is about, and what stands there now.

A form is called by its sheet and by what it is about: `goods-L1`, `goods-new`, `parcel-return`, `terms`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast, get_args

from api.idempotency import fingerprint
from api.pages import written
from api.pages.sheets import SHEETS, TIMES, Field, Sheet, times
from claims.case import Case, Direction, Item, Parcel
from claims.ruleset import Ruleset

_NEW: Final = "new"
_PLACES: Final[Mapping[Sheet, str]] = {
    "goods": "goods",
    "parcel": "parcels",
    "case": "numbers",
    "sums": "sums",
    "terms": "terms",
    "ticket": "tickets",
    "file": "files",
    "beside": "beside",
    "ended": "beside",
    "countdown": "clocks",
    "closing": "end",
}
"""Where on the page it is seen that the sheet was saved."""
_GUARDED: Final = frozenset({"goods", "parcel", "case", "sums", "terms", "ticket", "file"})
"""Sheets that stand in place of what was there before."""
_BLANK: Final[Mapping[Sheet, Mapping[str, Any]]] = {
    "goods": {"quantity": Item.model_fields["quantity"].default},
    "parcel": {},
    "ticket": {"created_at": None},
    "beside": {"opened_at": None},
}
"""What a new one is proposed to be; None is now."""


@dataclass(frozen=True)
class Entry:
    """A form with what stands in the case."""

    form: str
    sheet: Sheet
    name: str
    """What it is about: an id, `new`, a direction; empty where there is one of its kind."""
    held: Mapping[str, Any]
    """The values that the case holds."""
    fields: tuple[Field, ...]
    now: datetime

    @property
    def place(self) -> str:
        return _PLACES[self.sheet]

    @property
    def times(self) -> frozenset[str]:
        """Of its fields, those that are events of the case."""
        return frozenset(kind.value for kinds in TIMES.values() for kind in kinds)

    @property
    def logged(self) -> bool:
        """Whether it changes facts, of which the log says who changed them."""
        return self.sheet in _GUARDED

    @property
    def guarded(self) -> bool:
        return self.sheet in _GUARDED and self.name != _NEW

    @property
    def seen(self) -> str:
        """A mark of what stands there, by which it is known whether it changed."""
        return fingerprint(held={name: str(value) for name, value in self.held.items()})[:16]

    def texts(self, zone: str, currency: str = "") -> dict[str, str]:
        """The values as the fields show them."""
        return written.shown(self.fields, self.held, zone, currency)


def opened(form: str, case: Case, rules: Ruleset | None, now: datetime) -> Entry | None:
    """The form of that name; None where there is none, as of a part that is gone.

    `rules` is the ruleset of the case; without it the form is not complete, and only compared.
    """
    sheet, _, name = form.partition("-")
    if sheet not in get_args(Sheet):
        return None
    known = cast("Sheet", sheet)
    held = _held(known, name, case, now)
    if held is None or (known == "countdown" and rules and not rules.clock):
        return None
    return Entry(form, known, name, held, _fields(known, held), now)


def _fields(sheet: Sheet, held: Mapping[str, Any]) -> tuple[Field, ...]:
    fields = SHEETS[sheet]
    if sheet == "ticket" and held.get("id"):  # its number is its name
        return tuple(each for each in fields if each.name != "id")
    if sheet == "parcel" and held.get("direction"):
        return (*fields, *times(Direction(held["direction"])))
    return fields


def _held(sheet: Sheet, name: str, case: Case, now: datetime) -> dict[str, Any] | None:
    new = _BLANK.get(sheet) if name == _NEW else None
    if new is not None:
        return {key: now if value is None else value for key, value in new.items()}
    match sheet:
        case "parcel":
            return _parcel(name, case)
        case "goods" | "ticket" | "file":
            return _one({"goods": case.items, "ticket": case.tickets, "file": case.exhibits}[sheet], name)
        case "ended":
            return {"at": now} if any(s.id == name and not s.closed_at for s in case.subcases) else None
        case _:
            return None if name else _of_case(sheet, case, now)


def _of_case(sheet: Sheet, case: Case, now: datetime) -> dict[str, Any] | None:
    match sheet:
        case "case":
            told = {field.name: getattr(case, field.name, "") for field in SHEETS["case"]}
            return told | {"shop": case.shop.id if case.shop else ""}
        case "sums":
            names = {field.name for field in SHEETS["sums"]}
            return {each.what: each.model_dump() for each in case.amounts if each.what in names}
        case "terms":
            return case.terms.model_dump()
        case "closing":
            return None if case.closed else {"at": now}
        case _:
            return {}


def _one(parts: tuple[Any, ...], name: str) -> dict[str, Any] | None:
    found = next((each for each in parts if each.id == name), None)
    return found.model_dump() if found else None


def _parcel(name: str, case: Case) -> dict[str, Any] | None:
    """By its id, or by its direction: the one that went that way last, else one to write down."""
    if name not in set(Direction):
        held = next((each for each in case.parcels if each.id == name), None)
        return _with_times(held.model_dump(), case, held) if held else None
    direction = Direction(name)
    last = case.parcel(direction)
    if last:
        return _with_times(last.model_dump(), case, last)
    number = case.tracking_number if direction is Direction.RETURN else ""
    return _with_times({"direction": direction, "tracking_number": number}, case, None)


def _with_times(told: dict[str, Any], case: Case, parcel: Parcel | None) -> dict[str, Any]:
    """With what happened on its way; that is known of the last parcel of a direction alone."""
    direction = Direction(told["direction"])
    if parcel and case.parcel(direction) != parcel:
        return told
    events = {kind.value: case.event(kind) for kind in TIMES[direction]}
    return told | {name: event.at for name, event in events.items() if event}
