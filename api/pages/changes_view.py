"""Who changed which fact of a case, from what to what: as its custody log holds it, for whoever asks."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from api import cases, custody, withholding
from api.pages import sheets
from api.telling import of
from api.words import Words, legible
from claims.case import Case
from claims.ruleset import Ruleset

if TYPE_CHECKING:
    from api.desk import Desk

LOG: Final = "log"
"""The name under which it is opened, as though it were a form."""
_TITLED: Final = frozenset({"reason_code", "procedure"})
"""Facts that are named by ids of the ruleset."""
Titles = Mapping[str, str]
_MOST: Final = 50
"""Presses that are told, the latest; all of them are in the log."""


@dataclass(frozen=True)
class Changed:
    """One fact."""

    fact: str
    before: str
    after: str


@dataclass(frozen=True)
class Logged:
    """What somebody changed at once."""

    at: str
    who: str
    changes: tuple[Changed, ...]
    """Empty where they were erased from the log."""


def changes(desk: Desk, case: Case, rules: Ruleset, told: Words) -> tuple[Logged, ...]:
    """The changes of facts, the latest first; what the ruleset has a title for is called so."""
    entries = (*rules.reason, *rules.procedure)
    return tuple(_logged(desk, case, {each.id: of(each.title, told) for each in entries}, told))


def _logged(desk: Desk, case: Case, titles: Titles, told: Words) -> Iterator[Logged]:
    with desk.read() as reading:
        noted = [each for each in reading.entries(cases.stream_of(case.id)) if cases.CHANGED in each.detail]
        for each in reversed(noted[-_MOST:]):
            detail = withholding.revealed(reading, each.detail)
            by = detail.get("by")
            names = [legible(by, 80)] if isinstance(by, str) and by else []
            who = " · ".join((*names, custody.who(each, told)))
            yield Logged(told.moment(each.at), who, tuple(_changes(detail, titles, told)))


def _changes(detail: Mapping[str, Any], titles: Titles, told: Words) -> Iterator[Changed]:
    text = detail[cases.CHANGED]
    for part, fact, before, after in json.loads(text) if isinstance(text, str) else ():
        label = sheets.label(part, fact)
        name = told.say(label) if label else legible(fact, 60)
        shelf, _, called = part.partition("/")
        where = f"{legible(called, 40)} · {name}" if called and shelf != "events" else name
        yield Changed(where, *(_value(part, fact, each, titles, told) for each in (before, after)))


def _value(part: str, fact: str, value: str, titles: Titles, told: Words) -> str:
    if fact in _TITLED and value in titles:
        return titles[value]
    if says := sheets.chosen(part, fact, value):
        return told.say(says)
    try:
        return told.moment(datetime.fromisoformat(value)) if value[10:11] == "T" else legible(value, 200)
    except ValueError:
        return legible(value, 200)
