from __future__ import annotations

import pytest

from claims.clocks.described import described
from claims.revision import PARTS, Move, revised
from claims.ruleset import Ruleset, load, names, parse

RULES = """id = "mine"
version = 1
platform = "mine"
title = { zh = "我的", en = "Mine" }
[source]
title = "t"
read = 2026-11-20
trust = { zh = "无", en = "none" }
[[requirement]]
id = "R-1"
level = "must"
title = { zh = "单号", en = "Waybill" }
quote = "q"
met_by = [{ kind = "field", fields = ["tracking_number"] }]
[[clock]]
id = "answer"
title = { zh = "回复", en = "Answer" }
quote = "q"
starts = "return_requested"
stops = "replied"
kind = "wall_hours"
length = 24
"""


def rules(*changes: tuple[str, str]) -> Ruleset:
    text = RULES
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return parse(text, "mine").rules


def test_nothing_moves_between_equal_editions() -> None:
    for name in names():
        assert revised(load(name).rules, load(name).rules) == ()


def test_a_clock_that_is_longer_is_told_before_and_after() -> None:
    (found,) = revised(rules(), rules(("length = 24", "length = 48")))
    assert (found.part, found.id, found.move) == ("clock", "answer", Move.CHANGED)
    assert list(map(str, found.says)) == ["before: It lasts 24 hours.", "now: It lasts 48 hours."]


def test_added_and_removed_entries_are_read_out() -> None:
    without = rules((RULES[RULES.index("[[clock]]") :], ""))
    (added,) = revised(without, rules())
    (removed,) = revised(rules(), without)
    assert (added.move, removed.move) == (Move.ADDED, Move.REMOVED)
    assert added.says == removed.says
    assert "It starts with: return requested." in map(str, added.says)


def test_what_no_sentence_tells_is_named_as_its_field() -> None:
    first = (
        'title = { zh = "单号", en = "Waybill" }\nquote = "q"',
        'title = { zh = "单号", en = "Waybill" }\nquote = "p"',
    )
    (found,) = revised(rules(), rules(first))
    assert list(map(str, found.says)) == ["Its quote is another."]


def test_the_head_of_the_file_is_compared_too() -> None:
    (found,) = revised(rules(), rules(("version = 1", "version = 2"), ("2026-11-20", "2026-11-21")))
    assert found.part == "head"
    assert list(map(str, found.says)) == ["edition 1 → 2", "source read on 2026-11-20 → 2026-11-21"]


def test_requirements_and_clocks_come_first() -> None:
    found = [each.part for each in revised(load("ups").rules, load("tmall").rules)]
    rest = [part for part in found if part not in {"head", *PARTS}]
    assert found[0] == "head"
    assert found[-len(rest) :] == rest


@pytest.mark.parametrize("name", names())
def test_every_clock_that_ships_can_be_read_out(name: str) -> None:
    for clock in load(name).rules.clock:
        said = list(map(str, described(clock)))
        assert said[0].startswith(("It starts with", "Only for"))
        assert not any("{" in each for each in said)
