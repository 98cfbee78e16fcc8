"""How rows are found: by facets, by terms, in pages and ranks; part of the one contract of all row stores."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from storage.rows import (
    LIMIT,
    TERMS,
    Cursor,
    CursorError,
    Page,
    Rows,
    Shared,
)
from tests.storage.test_rows import add, ids_of, walk


def test_rows_are_found_by_the_terms_they_share(rows: Rows, now: datetime) -> None:
    with rows.begin("one", now=now) as unit:
        for id_, terms in {"a": {1, 2, 3}, "b": {3, 4}, "c": {3, 2**63 - 1}, "d": set[int]()}.items():
            unit.add("evidence", id_, {}, terms=terms)
        unit.add("case", "a", {}, terms={1, 2, 3})
        assert unit.sharing("evidence", [2, 3, 9]) == (Shared("a", 2), Shared("b", 1), Shared("c", 1))
    with rows.read("one") as reading:
        assert reading.sharing("evidence", [3, 3, 4, 2**63 - 1], limit=2) == (Shared("b", 2), Shared("c", 2))
        assert reading.sharing("case", [1]) == (Shared("a", 1),)
        assert reading.sharing("evidence", [8]) == reading.sharing("evidence", []) == ()
        with pytest.raises(ValueError, match="page"):
            reading.sharing("evidence", [1], limit=LIMIT + 1)


def test_terms_are_replaced_or_stay_and_go_with_their_row(rows: Rows, now: datetime) -> None:
    with rows.begin("one", now=now) as unit:
        unit.add("evidence", "a", {}, terms={1, 2})
        unit.replace("evidence", "a", {"n": 2}, version=1)
        assert unit.sharing("evidence", [1]) == (Shared("a", 1),)
        unit.replace("evidence", "a", {"n": 3}, version=2, terms={2, 3})
        assert unit.sharing("evidence", [1]) == ()
        assert unit.sharing("evidence", [2, 3]) == (Shared("a", 2),)
        unit.remove("evidence", "a")
        assert unit.sharing("evidence", [1, 2, 3]) == ()
        unit.add("evidence", "a", {})
        assert unit.sharing("evidence", [1, 2, 3]) == ()


def test_terms_of_another_tenant_are_never_met(rows: Rows, now: datetime) -> None:
    for tenant in ("one", "two"):
        with rows.begin(tenant, now=now) as unit:
            unit.add("evidence", f"of-{tenant}", {}, terms={1, 2})
            assert unit.sharing("evidence", [1, 2]) == (Shared(f"of-{tenant}", 2),)
    with rows.read("three") as reading:
        assert reading.sharing("evidence", [1, 2]) == ()


@pytest.mark.parametrize("terms", [[-1], [2**63], range(TERMS + 1)])
def test_terms_out_of_range_or_too_many_are_refused(rows: Rows, now: datetime, terms: list[int]) -> None:
    with rows.begin("one", now=now) as unit:
        with pytest.raises(ValueError, match="terms"):
            unit.add("evidence", "a", {}, terms=terms)
        unit.add("evidence", "b", {})
        with pytest.raises(ValueError, match="terms"):
            unit.replace("evidence", "b", {}, version=1, terms=terms)
        with pytest.raises(ValueError, match="terms"):
            unit.sharing("evidence", terms)


def test_facets_find_rows_that_have_all_of_them(rows: Rows, now: datetime) -> None:
    with rows.begin("one", now=now) as unit:
        unit.add("evidence", "a", {}, {"colour": "red", "size": "big"})
        unit.add("evidence", "b", {}, {"colour": "red", "size": "small"})
        unit.add("evidence", "c", {}, {"colour": "blue", "size": "big"})
        unit.add("evidence", "d", {}, {"colour": ""})
        unit.add("case", "e", {}, {"colour": "red", "size": "big"})

    def found(**facets: str) -> list[str]:
        with rows.read("one") as reading:
            return ids_of(reading.find("evidence", facets, newest_first=False))

    assert found() == ["a", "b", "c", "d"]
    assert found(colour="red") == ["a", "b"]
    assert found(size="big") == ["a", "c"]
    assert found(colour="red", size="big") == ["a"]
    assert found(colour="") == ["d"]
    assert found(colour="green") == found(colour="red", shape="round") == found(colour="RED") == []


def test_facets_stay_unless_given_anew(rows: Rows, now: datetime) -> None:
    add(rows, now, "e1", colour="red", size="big")
    with rows.begin("one", now=now) as unit:
        unit.replace("evidence", "e1", {}, version=1)
        assert ids_of(unit.find("evidence", {"colour": "red", "size": "big"})) == ["e1"]
        unit.replace("evidence", "e1", {}, version=2, facets={"colour": "blue"})
        assert ids_of(unit.find("evidence", {"colour": "blue"})) == ["e1"]
        assert ids_of(unit.find("evidence", {"colour": "red"})) == []
        assert ids_of(unit.find("evidence", {"size": "big"})) == []
        unit.replace("evidence", "e1", {}, version=3, facets={})
        assert ids_of(unit.find("evidence", {"colour": "blue"})) == []


@pytest.mark.parametrize("newest_first", [True, False])
@pytest.mark.parametrize("facets", [{}, {"colour": "red"}, {"colour": "red", "size": "big"}])
@pytest.mark.parametrize("limit", [1, 7, 50])
def test_pages_cover_all_in_order(
    rows: Rows,
    now: datetime,
    limit: int,
    facets: dict[str, str],
    newest_first: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    # Three rows share each time, so the id decides within it.
    with_times = [(f"e{n:02}", now + timedelta(microseconds=n // 3)) for n in range(20)]
    for id_, at in reversed(with_times):
        add(rows, at, id_, colour="red", size="big")
    add(rows, now, "other", colour="blue")
    with rows.begin("one", now=now) as unit:
        unit.remove("evidence", "other")
    expected = sorted((id_ for id_, _ in with_times), reverse=newest_first)
    assert walk(rows, limit, newest_first=newest_first, **facets) == expected


@pytest.mark.parametrize("newest_first", [True, False])
def test_pages_meet_each_row_once_while_others_are_added_and_removed(
    rows: Rows,
    now: datetime,
    newest_first: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    ids = [f"e{n}" for n in range(9)]
    for n, id_ in enumerate(ids):
        add(rows, now + timedelta(seconds=n), id_)
    found: list[str] = []
    after = None
    for n in range(3):
        with rows.read("one") as reading:
            page = reading.find("evidence", after=after, limit=3, newest_first=newest_first)
        found += [id_ for id_ in ids_of(page) if id_ in ids]
        after = page.next
        add(rows, now + timedelta(seconds=100 + n), f"new{n}")
        with rows.begin("one", now=now) as unit:
            unit.remove("evidence", found[-1])  # the very row that the cursor stands on
    assert found == (ids[::-1] if newest_first else ids)


def test_a_page_that_is_just_full_is_the_last(rows: Rows, now: datetime) -> None:
    add(rows, now, "a", "b")
    with rows.read("one") as reading:
        assert reading.find("evidence", limit=2).next is None
        assert reading.find("evidence", limit=1).next is not None
        assert reading.find("case") == Page((), None)


@pytest.mark.parametrize("after", ["", "x", "!!!", "bnVsbA", "W10", "WyIiLCIiXQ", "é", "WzEsMl0", "[]"])
def test_a_cursor_of_nobodys_making_is_refused(rows: Rows, after: str) -> None:
    with rows.read("one") as reading, pytest.raises(CursorError):
        reading.find("evidence", after=after)


def test_a_cursor_says_where_it_stands(now: datetime) -> None:
    cursor = Cursor(now, "e1")
    assert Cursor.parse(str(cursor)) == cursor
    assert str(cursor).isascii()
    assert not set(str(cursor)) & set("+/=&?# ")


@pytest.mark.parametrize("limit", [-1, 0, LIMIT + 1])
def test_a_page_is_bounded(rows: Rows, limit: int) -> None:
    with rows.read("one") as reading, pytest.raises(ValueError, match="page"):
        reading.find("evidence", limit=limit)


def ranked(rows: Rows, limit: int, tenant: str = "one") -> list[str]:
    found: list[str] = []
    after = None
    while True:
        with rows.read(tenant) as reading:
            page = reading.ranked("alarm", "due", after=after, limit=limit)
        assert len(page.rows) <= limit
        found += ids_of(page)
        after = page.next
        if after is None:
            return found


@pytest.mark.parametrize("limit", [1, 2, 50])
def test_rows_are_ranked_by_the_value_of_a_facet(rows: Rows, now: datetime, limit: int) -> None:
    values = {"a": "3", "b": "1", "c": "2", "d": "1", "e": "", "f": "unknown"}
    with rows.begin("one", now=now) as unit:
        for id_, value in values.items():
            unit.add("alarm", id_, {}, {"due": value, "colour": "red"})
        unit.add("alarm", "without", {}, {"colour": "red"})
        unit.add("case", "other", {}, {"due": "0"})
    with rows.begin("two", now=now) as unit:
        unit.add("alarm", "strange", {}, {"due": "0"})
    assert ranked(rows, limit) == ["e", "b", "d", "c", "a", "f"]
    assert ranked(rows, limit, "two") == ["strange"]
    with rows.read("one") as reading:
        counts = [reading.count("alarm", "due", below) for below in (None, "", "1", "2", "u", "v")]
        assert counts == [6, 0, 1, 3, 5, 6]
        assert reading.count("alarm", "colour") == 7
        assert reading.count("alarm", "none") == 0


def test_a_rank_follows_its_row(rows: Rows, now: datetime) -> None:
    with rows.begin("one", now=now) as unit:
        unit.add("alarm", "a", {}, {"due": "1"})
        unit.add("alarm", "b", {}, {"due": "2"})
        unit.replace("alarm", "a", {}, version=1, facets={"due": "3"})
        unit.add("alarm", "c", {}, {"due": "4"})
        unit.remove("alarm", "c")
    assert ranked(rows, 50) == ["b", "a"]


OF_A_LIST = str(Cursor(datetime(2026, 1, 1, tzinfo=UTC), "x"))


@pytest.mark.parametrize("after", ["", "x", "bm90", OF_A_LIST, "é", "[]"])
def test_a_rank_of_somebodys_making_is_refused(rows: Rows, after: str) -> None:
    with rows.read("one") as reading, pytest.raises(CursorError):
        reading.ranked("alarm", "due", after=after)
    with rows.read("one") as reading, pytest.raises(ValueError, match="page"):
        reading.ranked("alarm", "due", limit=LIMIT + 1)
