"""The form of a case that is open: its fields as they are drawn, and what can be chosen; part of its page.

A page holds one open form at most, so that it stays small with 500 items; links open the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from api.pages.entry import Entry, opened
from api.pages.sheets import Field
from api.pages.written import CURRENCY
from api.shops import KIND as SHOP
from api.telling import of
from api.words import Words, legible
from claims.naming import GOODS
from claims.ruleset import Ruleset
from evidence.model import Saying, say

if TYPE_CHECKING:
    from api.pages.case_page import Scene

_MOST_SHOPS: Final = 100

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
    """The form that is open, if one is."""
    return {"filling": _open(scene)}


def options(field: Field, told: Words) -> Iterator[tuple[str, str]]:
    """What can be chosen in a field on every case, with its names."""
    return ((key, told.say(says)) for key, says in field.options)


def of_rules(name: str, rules: Ruleset, told: Words) -> Iterator[tuple[str, str]]:
    """What the ruleset gives to choose for a fact of the case."""
    entries = {"reason_code": rules.reason, "procedure": rules.procedure}.get(name, ())
    return ((each.id, of(each.title, told)) for each in entries)


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
    found = tuple(_options(field, scene, entry))
    kind = field.kind if found or field.kind != "choice" or field.required else "line"
    if field.name == "shop" and not found:
        return Asked("shop", told.say(field.label), "none", "", told.say(_NO_SHOP), (), required=False)
    return Asked(
        name=field.name,
        label=told.say(field.label),
        kind=kind,
        value=texts[field.name],
        hint=told.say(field.hint) if field.hint else "",
        options=found,
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
        return options(field, told)
    beside = entry.sheet == "beside"
    procedures = ((p.id, of(p.title, told)) for p in rules.procedure if p.beside is beside)
    parcels = ((p.id, f"{p.id} · {legible(p.tracking_number, 40)}") for p in case.parcels)
    about = ((each.id, each.id) for each in (*case.tickets, *case.parcels, *case.subcases))
    found: Mapping[str, Iterable[tuple[str, str]]] = {
        "procedure": procedures,
        "reason_code": of_rules("reason_code", rules, told),
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
