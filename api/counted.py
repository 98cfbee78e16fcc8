"""Counts of cases on a terminal, as plain tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from api.outlook import Counted
from api.telling import of
from api.words import Words, legible
from claims.outcomes import ByReason, ByWarning, Ended, Given, Outcomes
from claims.tally import Count
from evidence.model import Saying, say

_WIDEST: Final = 60
"""Characters of a name."""
_TALLIES: Final[Mapping[str, Saying]] = {
    "reasons": say("Reasons"),
    "classes": say("Classes"),
    "carriers": say("Carriers"),
    "items": say("Items"),
    "platforms": say("Platforms"),
    "outcomes": say("Outcomes"),
}


def show_tally(found: Counted, words: Words, out: Console) -> None:
    """Print how many cases there are, and what they have in common."""
    counts = found.tally
    out.print(Text(words.text("{count} cases, {open} of them open.", count=counts.cases, open=counts.open)))
    for name, title in _TALLIES.items():
        listed: Iterable[Count] = getattr(counts, name)
        rows = [(legible(each.name, _WIDEST), str(each.cases)) for each in listed]
        if rows:
            _table(out, [words.say(title), words.text("Cases")], rows)
    weeks = [(w.week, str(w.asked), str(w.in_time), str(w.late), str(w.waiting)) for w in found.weeks]
    if weeks:
        asked = [words.text("Week"), words.text("Questions"), words.text("In time")]
        _table(out, [*asked, words.text("Late"), words.text("Waiting")], weeks)
    if found.coverable:
        told = words.text(
            "Of {by_hand} refunds by hand, a ceiling of {below} {currency} would have covered {covered}.",
            by_hand=found.coverable.by_hand,
            below=str(found.coverable.below),
            currency=found.coverable.currency,
            covered=found.coverable.covered,
        )
        out.print(Text(told))


def show_outcomes(found: Outcomes, words: Words, out: Console) -> None:
    """Print how refusals and appeals ended, by reason and by warning."""
    if not found.argued:
        out.print(Text(words.text("Nobody has refused or appealed yet.")))
        return
    ends = [words.text("Won"), words.text("Partly"), words.text("Lost"), words.text("Open")]
    heads = [words.text("Platform"), words.text("Reason")]
    _table(out, [*heads, *ends], [(*_own(row), *_ends(row)) for row in found.reasons])
    warned = [(*_own(row), _warning(row, words), *_ends(row)) for row in found.warnings]
    _table(out, [*heads, words.text("Warning that stood"), *ends], warned)
    if found.given:
        ended = dict(zip((Ended.WON, Ended.PARTLY, Ended.LOST, Ended.OPEN), ends, strict=True))
        why = [
            (*_own(row), ended[row.ended], legible(row.because, _WIDEST), str(row.count))
            for row in found.given
        ]
        _table(out, [*heads, words.text("Ended"), words.text("Because"), words.text("Cases")], why)
    told = words.text(
        "A case stands in the row of each of its warnings. These are counts of your own cases, no proof."
    )
    out.print(Text(told, style="dim"))


def _own(row: ByReason | Given) -> tuple[str, str]:
    return legible(row.platform, _WIDEST), legible(row.reason, _WIDEST) or "-"


def _ends(row: ByReason) -> tuple[str, ...]:
    return tuple(str(number) for number in (row.won, row.partly, row.lost, row.open))


def _warning(row: ByWarning, words: Words) -> str:
    if row.warning is None:
        return words.text("nobody looked")
    if not row.warning:
        return words.text("none stood")
    return f"{row.warning} {of(row.title, words)}" if row.title else legible(row.warning, _WIDEST)


def _table(out: Console, heads: Iterable[str], rows: Iterable[tuple[str, ...]]) -> None:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for head in heads:
        table.add_column(Text(head), overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    out.print(table)
