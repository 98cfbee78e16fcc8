"""What a case says of goods, parcels, numbers, sums and terms, with links to the forms: part of its page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Protocol
from urllib.parse import quote

from api.pages import sheets
from api.pages.case_view import address
from api.pages.changes_view import LOG, changes
from api.pages.entry import Entry, opened
from api.pages.filling_view import of_rules, options
from api.pages.sheets import Field
from api.pages.written import CURRENCY
from api.words import Words, legible
from claims.case import Case, Direction
from claims.ruleset import Ruleset

if TYPE_CHECKING:
    from api.pages.case_page import Scene

_MOST: Final = 50
"""Rows of one group on the page; the API has them all."""
_MOST_SHOPS: Final = 100
_EVER: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""Any moment: what stands in a case hangs on none."""


_USUAL: Final[Mapping[str, tuple[str, ...]]] = {
    "perishable": ("", "no"),
    "gift": ("", "no"),
    "priority": ("", "0"),
    "locale": tuple(sheets.LOCALES),
}
"""What is not worth a line, as it is so unless somebody says otherwise; of other fields, what is empty."""


@dataclass(frozen=True)
class Row:
    """One thing that the case holds: what it is called, what is said of it, the form that says otherwise."""

    form: str
    title: str
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Group:
    """Things of one kind."""

    place: str
    title: str
    rows: tuple[Row, ...]
    new: str
    """The form for one more; empty where there is one of its kind."""
    add: str
    more: int = 0


def section(scene: Scene) -> Mapping[str, Any]:
    """What stands in the case by groups, the form that is open, and who changed what where that is asked."""
    case, told = scene.found.case, scene.told
    return {
        "groups": tuple(_groups(case, told, scene.found.ruleset.rules)),
        "changes": changes(scene.desk, case, scene.found.ruleset.rules, told) if scene.fill == LOG else None,
        "here": address(case),
    }


class Linking(Protocol):
    """Where a form is opened: its address."""

    def __call__(self, form: str, field: str = "", back: str = "") -> str: ...


def linking(case: Case) -> Linking:
    """The addresses of the forms of that case."""

    def link(form: str, field: str = "", back: str = "") -> str:
        more = f"&back={quote(back, safe='')}" if back else ""
        place = f"{form}-{field}" if field else form
        return f"{address(case)}?fill={quote(form, safe='')}{more}#{quote(place, safe='')}"

    return link


def _groups(case: Case, told: Words, rules: Ruleset) -> Iterator[Group]:
    add = told.text("Add a line")
    goods = [_row(f"goods-{i.id}", i.title or i.sku or i.id, case, told, rules) for i in case.items]
    yield _group("goods", told.text("Goods"), goods, "goods-new", add)
    yield _group(
        "parcels",
        told.text("Parcels"),
        _parcels(case, told, rules),
        "parcel-new",
        told.text("Another parcel"),
    )
    one = told.text("Numbers and reason")
    yield _group("numbers", one, [_row("case", one, case, told, rules)])
    sums = told.text("Sums")
    yield _group("sums", sums, [_row("sums", sums, case, told, rules)])
    terms = told.text("Terms and liability")
    yield _group("terms", terms, [_row("terms", terms, case, told, rules)])
    tickets = [_row(f"ticket-{t.id}", t.id, case, told, rules) for t in case.tickets]
    yield _group("tickets", told.text("Work orders"), tickets, "ticket-new", told.text("Add a work order"))


def _group(place: str, title: str, rows: list[Row], new: str = "", add: str = "") -> Group:
    return Group(place, title, tuple(rows[:_MOST]), new, add, max(0, len(rows) - _MOST))


def _parcels(case: Case, told: Words, rules: Ruleset) -> list[Row]:
    """Every parcel, and the way to the buyer and back even where nobody has said anything of it."""
    rows: list[Row] = []
    for direction in Direction:
        mine = [each for each in case.parcels if each.direction is direction]
        title = told.say(sheets.DIRECTIONS[direction])
        rows += [_row(f"parcel-{each.id}", title, case, told, rules) for each in mine]
        if not mine and direction is not Direction.RESHIP:
            rows.append(_row(f"parcel-{direction.value}", title, case, told, rules))
    return rows


def _row(form: str, title: str, case: Case, told: Words, rules: Ruleset) -> Row:
    entry = opened(form, case, rules, _EVER)
    facts = _facts(entry, case, told, rules) if entry else ()
    return Row(form, legible(title, 80), tuple(each for each in facts if legible(each[1], 80) != title))


def _facts(entry: Entry, case: Case, told: Words, rules: Ruleset) -> Iterator[tuple[str, str]]:
    """What is said, by the names of the fields."""
    texts = entry.texts(case.zone)
    for field in entry.fields:
        if texts[field.name] in _USUAL.get(field.name, ("",)):
            continue
        written = texts[field.name]
        yield told.say(field.label), legible(_said(field, written, texts, told, rules), 200)


def _said(field: Field, written: str, texts: Mapping[str, str], told: Words, rules: Ruleset) -> str:
    match field.kind:
        case "money":
            return f"{written} {texts[f'{field.name}{CURRENCY}']}"
        case "truth":
            return told.text("yes") if written == "yes" else told.text("no")
        case "grams":
            return told.text("{grams} g", grams=told.number(int(written)))
        case "moment":
            return written.replace("T", " ")
        case "choice":
            known = dict(options(field, told)) | dict(of_rules(field.name, rules, told))
            return known.get(written, written)
        case _:
            return written
