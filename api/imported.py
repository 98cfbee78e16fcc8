"""What is told of a table that was looked at or made into cases: row by row, and as a table again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Literal

from pydantic import BaseModel

from api import tables
from api.importing import Fate, Line
from api.words import Words, legible
from evidence.model import Saying, say

FATES: Final[Mapping[Fate, tuple[str, str, Saying]]] = {
    Fate.WRONG: ("fail", "✗", say("wrong")),
    Fate.TWICE: ("unsure", "?", say("twice in the table")),
    Fate.THERE: ("skipped", "–", say("there already")),
    Fate.NEW: ("pass", "✓", say("will be made")),
    Fate.MADE: ("pass", "✓", say("made")),
}
"""Tone, mark and word of each fate, the gravest first."""
_HEAD: Final = (
    say("row"),
    say("order number"),
    say("waybill number"),
    say("outcome"),
    say("case"),
    say("what is wrong"),
)


class Row(BaseModel):
    """One row, and what became of it."""

    row: int
    """As a spreadsheet counts: the first row below the head is 2."""
    order_number: str
    tracking_number: str
    outcome: Literal["new", "made", "there", "twice", "wrong"]
    """`new`: it is good, and would be made; `there`: a case has these numbers already; `twice`: an earlier
    row of the table has them."""
    case: str = ""
    troubles: dict[str, str] = {}
    """What is wrong, by column, in the language of `Accept-Language`."""


def shown(line: Line, told: Words) -> Row:
    return Row(
        row=line.number,
        order_number=legible(line.cells.get("order", ""), 80),
        tracking_number=legible(line.cells.get("waybill", ""), 80),
        outcome=line.fate.value,
        case=line.case,
        troubles={name: told.say(says) for name, says in line.troubles.items()},
    )


def result(lines: Iterable[Line], told: Words) -> str:
    """The result as CSV: each row with its case, or with what is wrong."""
    return tables.written([told.say(name) for name in _HEAD], (_cells(line, told) for line in lines))


def _cells(line: Line, told: Words) -> tuple[str, ...]:
    row = shown(line, told)
    outcome = told.text("not made yet") if line.fate is Fate.NEW else told.say(FATES[line.fate][2])
    wrong = " ".join(row.troubles.values())
    return (str(row.row), row.order_number, row.tracking_number, outcome, row.case, wrong)
