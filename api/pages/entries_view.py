"""What a case says of goods, parcels, numbers, sums and terms, and the form that is open: part of its page.

A page holds one open form at most, so that it stays small with 500 items; links open the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Protocol
from urllib.parse import quote

from api.pages import sheets
from api.pages.case_view import address
from api.pages.changes_view import LOG, changes
from api.pages.entry import Entry, opened
from api.pages.sheets import Field
from api.pages.written import CURRENCY
from api.shops import KIND as SHOP
from api.telling import of
from api.words import Words, legible
from claims.case import Case, Direction
from claims.naming import GOODS
from claims.ruleset import Ruleset
from evidence.model import Saying, say

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


@dataclass(frozen=True)
class Asked:
    """A field as it is drawn."""

    name: str
    label: str
    kind: str
    value: str
    hint: str
    options: tuple[tuple[str, str], ...]
    required: bool
    currency: str = ""
    known: tuple[str, ...] = ()
    """Words that are proposed."""


@dataclass(frozen=True)
class Open:
    """The form that is open."""

    form: str
    title: str
    fields: tuple[Asked, ...]
    seen: str
    back: str
    place: str
    """Where on the page its things stand."""
    logged: bool
    """Whether the log of changes says who it was."""


def section(scene: Scene) -> Mapping[str, Any]:
    """What stands in the case by groups, the form that is open, and who changed what where that is asked."""
    case, told = scene.found.case, scene.told
    return {
        "groups": tuple(_groups(case, told, scene.found.ruleset.rules)),
        "filling": _open(scene),
        "changes": changes(scene.desk, case, scene.found.ruleset.rules, told) if scene.fill == LOG else None,
        "here": address(case),
        "signed": bool(scene.desk.caller.session),
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
            options = dict(_static(field, told)) | dict(_of_rules(field.name, rules, told))
            return options.get(written, written)
        case _:
            return written


def _static(field: Field, told: Words) -> Iterator[tuple[str, str]]:
    return ((key, told.say(says)) for key, says in field.options)


def _of_rules(name: str, rules: Ruleset, told: Words) -> Iterator[tuple[str, str]]:
    entries = {"reason_code": rules.reason, "procedure": rules.procedure}.get(name, ())
    return ((each.id, of(each.title, told)) for each in entries)


# the form that is open


_TITLES: Final[Mapping[str, Saying]] = {
    "goods": say("A line of the order"),
    "parcel": say("A parcel"),
    "case": say("Numbers and reason"),
    "sums": say("Sums"),
    "terms": say("Terms and liability"),
    "ticket": say("A work order"),
    "file": say("What this file is"),
    "beside": say("Something to be done beside the case"),
    "ended": say("It has ended"),
    "countdown": say("What the platform's own countdown shows"),
    "closing": say("Close the case"),
}


_NO_SHOP: Final = say("There is no shop on this platform yet; whoever runs Sixface adds one under Admin.")


def _open(scene: Scene) -> Open | None:
    case, rules, told = scene.found.case, scene.found.ruleset.rules, scene.told
    entry = opened(scene.fill, case, rules, scene.assessment.assessed_at)
    if entry is None:
        return None
    currency = case.amounts[0].currency if case.amounts else "USD" if told.lang == "en" else "CNY"
    texts = entry.texts(case.zone, currency)
    fields = tuple(_asked(each, texts, scene, entry) for each in entry.fields)
    return Open(
        entry.form,
        told.say(_TITLES[entry.sheet]),
        fields,
        entry.seen,
        scene.back,
        entry.place,
        entry.logged,
    )


def _asked(field: Field, texts: Mapping[str, str], scene: Scene, entry: Entry) -> Asked:
    told, rules = scene.told, scene.found.ruleset.rules
    options = tuple(_options(field, scene, entry))
    kind = field.kind if options or field.kind != "choice" or field.required else "line"
    if field.name == "shop" and not options:
        return Asked("shop", told.say(field.label), "none", "", told.say(_NO_SHOP), (), required=False)
    return Asked(
        name=field.name,
        label=told.say(field.label),
        kind=kind,
        value=texts[field.name],
        hint=told.say(field.hint) if field.hint else "",
        options=options,
        required=field.required,
        currency=texts.get(f"{field.name}{CURRENCY}", ""),
        known=tuple(_categories(rules, told)) if field.name == "category" else (),
    )


def _categories(rules: Ruleset, told: Words) -> Iterator[str]:
    """The words for categories that rules are found by: the platform's, then ours."""
    words = [word for each in rules.category for word in each.words]
    return iter(dict.fromkeys((*words, *(told.say(says) for says in GOODS.values()))))


def _options(field: Field, scene: Scene, entry: Entry) -> Iterable[tuple[str, str]]:
    """What can be chosen; what hangs on the ruleset, on the case or on the shops comes from there."""
    told, case, rules = scene.told, scene.found.case, scene.found.ruleset.rules
    if field.options or field.kind != "choice":
        return _static(field, told)
    beside = entry.sheet == "beside"
    procedures = ((p.id, of(p.title, told)) for p in rules.procedure if p.beside is beside)
    parcels = ((p.id, f"{p.id} · {legible(p.tracking_number, 40)}") for p in case.parcels)
    about = ((each.id, each.id) for each in (*case.tickets, *case.parcels, *case.subcases))
    found: Mapping[str, Iterable[tuple[str, str]]] = {
        "procedure": procedures,
        "reason_code": _of_rules("reason_code", rules, told),
        "shop": _shops(scene) if field.name == "shop" else (),
        "parcel": parcels,
        "ticket": ((each.id, each.id) for each in case.tickets),
        "clock": _clocks(rules, told),
        "about": about,
    }
    return found[field.name]


def _clocks(rules: Ruleset, told: Words) -> Iterator[tuple[str, str]]:
    for clock in rules.clock:
        yield clock.id, of(clock.title, told)
        for step in clock.steps:
            yield f"{clock.id}.{step.id}", f"{of(clock.title, told)} · {of(step.title, told)}"


def _shops(scene: Scene) -> list[tuple[str, str]]:
    platform, mine = scene.found.ruleset.rules.platform, scene.found.case.shop
    with scene.desk.read() as reading:
        rows = reading.find(SHOP, limit=_MOST_SHOPS).rows
    found = {str(row.id): row.body for row in rows if row.body["platform"] == platform}
    if mine:  # as it was copied, whatever became of it since
        found.setdefault(mine.id, {"name": mine.name})
    return [(name, legible(body.get("name") or name, 60)) for name, body in found.items()]
