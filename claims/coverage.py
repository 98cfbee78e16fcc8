"""Which rule of our sources is carried by what: an entry of a ruleset, a piece of code, or a reason why not.

Drawn from the rulesets and from `carried.toml` into `COVERAGE.md` (`make coverage`); nothing outside the
package is read.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final, Literal

from claims.ruleset import Ruleset, load, names
from claims.value import Value
from claims.vocabulary.clock import Clock
from claims.vocabulary.quoted import Quoted, RuleId
from claims.vocabulary.wording import LeftOut

How = Literal["data", "code", "left out"]

SERIES: Final = ("T", "R", "W", "A", "M", "V", "AF", "G", "C", "B0", "B1", "B2", "B3", "B4", "B5", "B6")
"""Of the ids in our notes: Temu, reception, Whatnot, Taobao, Tmall, films, appeals, general, disputes; then
public pages by table and row: what they change, films, appeals, Whatnot, cards, carriers, retention."""


class ByCode(Value):
    """A rule that code carries."""

    id: RuleId
    file: str = ""
    """Of the source, where we hold it."""
    quote: str
    quotes: tuple[str, ...] = ()
    by: tuple[str, ...]
    """As `module:name`; empty where nothing carries it, and `how` says why."""
    how: str


class _Carried(Value):
    rule: tuple[ByCode, ...]


@dataclass(frozen=True)
class Row:
    """One rule and one thing that carries it."""

    rule: str
    how: How
    where: str
    """E.g. `temu.clock.work_order`, `claims.clocks.board:digest`."""
    quotes: tuple[str, ...]
    says: str
    badge: str = ""


@cache
def by_code() -> tuple[ByCode, ...]:
    """The rules that code carries."""
    text = resources.files("claims").joinpath("carried.toml").read_text("utf-8")
    return _Carried.model_validate(tomllib.loads(text)).rule


@cache
def rows() -> tuple[Row, ...]:
    """Every rule with everything that carries it, in the order of the ids."""
    found = [row for name in names() for row in _of(load(name).rules)]
    found += [
        Row(rule.id, "code" if where else "left out", where, (rule.quote, *rule.quotes), rule.how)
        for rule in by_code()
        for where in rule.by or ("",)
    ]
    return tuple(sorted(found, key=lambda row: (*_order(row.rule), row.how, row.where)))


def _of(rules: Ruleset) -> Iterator[Row]:
    for place, entry in rules.entries():
        for rule in entry.carries:
            yield Row(
                rule,
                "left out" if isinstance(entry, LeftOut) else "data",
                f"{rules.id}.{_spoken(place, entry, rules)}",
                (entry.quote, *entry.quotes, *_missed(entry)),
                _says(entry),
                entry.badge or "",
            )


def _missed(entry: Quoted) -> tuple[str, ...]:
    """The words that say what happens when a clock is missed."""
    return (entry.missed_quote,) if isinstance(entry, Clock) and entry.missed_quote else ()


def _spoken(place: Sequence[str | int], entry: Quoted, rules: Ruleset) -> str:
    kind, number = str(place[0]), int(place[1])
    own = str(getattr(entry, "id", "")) or str(number + 1)
    if len(place) > 2:  # noqa: PLR2004 - a step stands in its ladder
        return f"ladder.{rules.ladder[number].id}.{own}"
    return f"{kind}.{own}"


def _says(entry: Quoted) -> str:
    return f"{entry.title.en}: {entry.why.en}" if isinstance(entry, LeftOut) else entry.title.en


def _order(rule: str) -> tuple[int, int, str]:
    parts = re.fullmatch(r"([A-Z]+\d?)-(\d+)", rule)
    if parts is None or parts[1] not in SERIES:
        return len(SERIES), 0, rule
    return SERIES.index(parts[1]), int(parts[2]), rule


def page(told: Iterable[Row]) -> str:
    """The table as Markdown: one line a rule, with all that carries it."""
    grouped: dict[str, list[Row]] = {}
    for row in told:
        grouped.setdefault(row.rule, []).append(row)
    lines = [
        "# Which rule is carried by what",
        "",
        "Drawn by `make coverage` from the rulesets and `carried.toml`; do not edit. *data*: an entry of a",
        "ruleset, as `ruleset.kind.id`; *code*: a function or value; *left out*: with the reason.",
        "",
        f"{len(grouped)} rules, {sum(len(each) for each in grouped.values())} carriers.",
        "",
        "| rule | how | carried by | the source's words | what it becomes |",
        "|---|---|---|---|---|",
    ]
    for rule, mine in grouped.items():
        how = ", ".join(dict.fromkeys(row.how for row in mine))
        where = "<br>".join(f"`{row.where}`" for row in mine if row.where)
        quotes = "<br>".join(dict.fromkeys(f"「{row.quotes[0]}」" for row in mine))
        says = "<br>".join(dict.fromkeys(row.says for row in mine))
        lines.append(f"| {rule} | {how} | {where} | {_cell(quotes)} | {_cell(says)} |")
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    print(page(rows()), end="")  # noqa: T201 - the page is what this prints
