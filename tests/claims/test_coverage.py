from __future__ import annotations

import importlib
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from claims.coverage import Row, by_code, page, rows
from claims.ruleset import load

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
RULES = SHARED / "RULES.md"
PUBLIC = {"B0": 8, "B1": 20, "B2": 7, "B3": 6, "B4": 13, "B5": 5, "B6": 1}
"""How many rows the tables of public pages hold."""
IDS = {"T": 27, "R": 18, "W": 36, "A": 6, "M": 21, "V": 7, "AF": 33, "G": 22, "C": 16}
"""How many rules of each series our notes hold."""
EVERY = [f"{series}-{n:02}" for series, last in IDS.items() for n in range(1, last + 1)]


PUBLISHED = [f"{table}-{n:02}" for table, last in PUBLIC.items() for n in range(1, last + 1)]


def carried() -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows():
        found[row.rule].append(row)
    return found


CARRIED = carried()


def test_there_are_as_many_rules_as_the_notes_hold() -> None:
    assert len(EVERY) == 186
    assert set(CARRIED) == {*EVERY, *PUBLISHED}, (
        "no rule without a carrier, and no carrier of an unknown rule"
    )


@pytest.mark.parametrize("rule", [*EVERY, *PUBLISHED])
def test_every_rule_is_carried_by_something_that_exists(rule: str) -> None:
    assert CARRIED[rule]
    for row in CARRIED[rule]:
        assert row.quotes[0]
        assert row.says
        assert exists(row), row.where


def exists(row: Row) -> bool:
    """Whether the entry or the piece of code is there, found another way than the table was drawn."""
    if row.how == "code":
        module, _, name = row.where.partition(":")
        return hasattr(importlib.import_module(module), name)
    if not row.where:
        return row.how == "left out"
    ruleset, kind, *path = row.where.split(".", 2)
    text = load(ruleset).text
    if kind == "left_out":
        return text.count("[[left_out]]") >= int(path[0])
    ladder, _, step = path[0].partition(".") if kind == "ladder" else ("", "", path[0])
    return f'id = "{step or ladder}"' in text and f"[[{kind}]]" in text


def test_what_is_left_out_says_why() -> None:
    left = {row.rule: row.says for rule in CARRIED.values() for row in rule if row.how == "left out"}
    assert {rule for rule in left if rule in EVERY} == {"R-12", "R-18", "W-30", "W-36", "M-16", "A-06"}
    assert all(len(reason) > 20 for reason in left.values())


def test_the_table_in_the_repository_is_the_one_that_is_drawn() -> None:
    text = (ROOT / "claims" / "COVERAGE.md").read_text("utf-8")
    assert text == page(rows()), "run: make coverage"
    assert sum(line.startswith("| ") for line in text.splitlines()) - 1 >= 150


def noted() -> Iterator[tuple[str, list[str]]]:
    """Each rule of the notes with its phrases."""
    for line in RULES.read_text("utf-8").splitlines():
        found = re.match(r"\| ((?:T|R|W|A|M|V|AF|G|C)-\d\d) \|", line)
        if found:
            yield found[1], re.findall("「([^」]*)」", line)


@pytest.mark.skipif(not RULES.exists(), reason="shared/RULES.md is not beside this checkout")
def test_every_phrase_of_the_notes_is_quoted_by_what_carries_its_rule() -> None:
    told = dict(noted())
    assert list(told) == EVERY or set(told) == set(EVERY)
    astray = {
        rule: lost
        for rule, phrases in told.items()
        if (lost := [phrase for phrase in phrases if not quoted(phrase, rule)])
    }
    assert astray == {}


def quoted(phrase: str, rule: str) -> bool:
    quotes = [quote for row in CARRIED[rule] for quote in row.quotes]
    return any(phrase in quote or quote in phrase for quote in quotes)


@pytest.mark.skipif(not SHARED.exists(), reason="shared/ is not beside this checkout")
def test_what_code_carries_is_quoted_from_its_source() -> None:
    for rule in (each for each in by_code() if each.file):
        text = (SHARED / "seeds" / rule.file).read_text("utf-8")
        assert [quote for quote in (rule.quote, *rule.quotes) if quote not in text] == []
