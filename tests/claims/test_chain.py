from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from claims.chain import EMPTY, GENESIS, follow
from storage import ledger


def lines(text: str) -> io.BytesIO:
    return io.BytesIO(text.encode("utf-8", "surrogatepass"))


def test_a_chain_of_the_ledger_holds() -> None:
    last, kept = None, []
    details: list[dict[str, Any]] = [{"a": 1}, {"text": 'x","previous":"y\0\u2028😀', "n": None}, {}]
    for detail in details:
        last = ledger.chain(
            last,
            stream='case:"1"',
            at=datetime(2026, 11, 21, tzinfo=UTC),
            event="e",
            actor="李",
            detail=detail,
        )
        kept.append(last)
    head, breaks = follow(lines(ledger.export(kept)))
    assert breaks == ()
    assert last is not None
    assert (head.count, head.digest) == (3, last.digest)
    assert GENESIS == ledger.GENESIS


def test_an_empty_chain_has_the_empty_head() -> None:
    assert follow([]) == (EMPTY, ())


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda rows: [rows[1], rows[0], rows[2]], 1),
        (lambda rows: [rows[0], rows[2]], 2),
        (lambda rows: rows[1:], 1),
        (lambda rows: [rows[0], rows[0], *rows[1:]], 2),
        (lambda rows: [rows[0].replace("li@", "xi@"), *rows[1:]], 2),
        (lambda rows: [rows[0], rows[1].replace('{"actor"', '{ "actor"'), rows[2]], 3),
        (lambda rows: [rows[0], rows[1].replace('"seq":2', '"seq":7'), rows[2]], 2),
        (lambda rows: [rows[0], rows[1].replace('"stream":"s"', '"stream":"t"'), rows[2]], 2),
        (lambda rows: [rows[0], "\n", *rows[1:]], 2),
        (lambda rows: [rows[0], "[" * 100_000 + "\n", *rows[1:]], 2),
        (lambda rows: [rows[0], "7\n", *rows[1:]], 2),
        (lambda rows: [*rows[:2], rows[2].rstrip("\n")], 3),
        (lambda rows: [*rows[:2], rows[2].replace(',"stream"', ', "stream"')], 3),
        (lambda rows: [*rows[:2], rows[2].replace('{"actor"', '{"extra":1,"actor"')], 3),
    ],
)
def test_any_change_breaks_it_at_its_line(
    make_chain: Callable[..., str], change: Callable[[list[str]], list[str]], line: int
) -> None:
    rows = make_chain("s", {"n": 1}, {"n": 2}, {"n": 3}).splitlines(keepends=True)
    changed = change(list(rows))
    assert changed != rows
    _, breaks = follow(lines("".join(changed)))
    assert breaks
    assert breaks[0].line == line


def test_what_no_link_can_show_shows_in_the_head(make_chain: Callable[..., str]) -> None:
    rows = make_chain("s", {"n": 1}, {"n": 2}).splitlines(keepends=True)
    whole, _ = follow(lines("".join(rows)))
    for changed in (rows[:1], [rows[0], rows[1].replace("li@", "xi@")]):
        head, breaks = follow(lines("".join(changed)))
        assert breaks == ()
        assert head != whole
