"""Who changed which fact of a case, from what to what: as its custody log holds it, for whoever asks."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from api import cases, custody, withholding
from api.pages import sheets
from api.words import Words, legible
from claims.case import Case

if TYPE_CHECKING:
    from api.desk import Desk

LOG: Final = "log"
"""The name under which it is opened, as though it were a form."""
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


def changes(desk: Desk, case: Case, told: Words) -> tuple[Logged, ...]:
    """The changes of facts, the latest first."""
    return tuple(_logged(desk, case, told))


def _logged(desk: Desk, case: Case, told: Words) -> Iterator[Logged]:
    with desk.read() as reading:
        noted = [each for each in reading.entries(cases.stream_of(case.id)) if cases.CHANGED in each.detail]
        for each in reversed(noted[-_MOST:]):
            detail = withholding.revealed(reading, each.detail)
            by = detail.get("by")
            names = [legible(by, 80)] if isinstance(by, str) and by else []
            who = " · ".join((*names, custody.who(each, told)))
            yield Logged(told.moment(each.at), who, tuple(_changes(detail, told)))


def _changes(detail: Mapping[str, Any], told: Words) -> Iterator[Changed]:
    text = detail[cases.CHANGED]
    for part, fact, before, after in json.loads(text) if isinstance(text, str) else ():
        label = sheets.label(part, fact)
        name = told.say(label) if label else legible(fact, 60)
        shelf, _, called = part.partition("/")
        where = f"{legible(called, 40)} · {name}" if called and shelf != "events" else name
        yield Changed(where, _value(part, fact, before, told), _value(part, fact, after, told))


def _value(part: str, fact: str, value: str, told: Words) -> str:
    if says := sheets.chosen(part, fact, value):
        return told.say(says)
    try:
        return told.moment(datetime.fromisoformat(value)) if value[10:11] == "T" else legible(value, 200)
    except ValueError:
        return legible(value, 200)
