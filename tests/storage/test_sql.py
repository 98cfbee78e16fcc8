from __future__ import annotations

import re
import sqlite3
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from storage.errors import StorageError, StorageFullError
from storage.ledger import Wrong, verify
from storage.sql import SqlRows
from tests.storage.probing import edit, pragma


def test_every_statement_names_the_tenant(engine: sa.Engine, now: datetime) -> None:
    said: list[tuple[str, Any]] = []
    sa.event.listen(engine, "before_cursor_execute", lambda *given: said.append((given[2], given[3])))
    rows = SqlRows(engine)
    with rows.begin("the-tenant", now=now) as unit:
        unit.add("k", "1", {}, {"a": "b", "c": "d"})
        unit.replace("k", "1", {}, version=1, facets={"a": "e"})
        unit.replace("k", "1", {}, version=2, terms={1, 2})
        unit.append("s", "e", actor="x", detail={})
        unit.append("s", "e", actor="x", detail={})
        unit.remove("k", "1")
    with rows.read("the-tenant") as reading:
        reading.get("k", "1")
        reading.find("k")
        reading.find("k", {"a": "b", "c": "d"})
        reading.sharing("k", {1, 2})
        reading.ranked("k", "a")
        reading.count("k", "a")
        reading.entries("s")
    touching = [(text, values) for text, values in said if re.search(r"documents|facets|terms|ledger", text)]
    assert len(touching) == 22
    for text, values in touching:
        tables = len(re.findall(r"(?:FROM|JOIN|INTO|UPDATE) (?:documents|facets|terms|ledger)", text))
        for row in values if isinstance(values, list) else [values]:
            assert list(row).count("the-tenant") == tables, text


def test_a_page_or_a_rank_is_read_from_one_index_without_sorting(engine: sa.Engine, now: datetime) -> None:
    said: list[tuple[str, Any]] = []
    rows = SqlRows(engine)
    with rows.begin("one", now=now) as unit:
        for n in range(5):
            unit.add("k", str(n), {}, {"a": "b"})
    with rows.read("one") as reading:
        after = reading.find("k", limit=2).next
    sa.event.listen(engine, "before_cursor_execute", lambda *given: said.append((given[2], given[3])))
    with rows.read("one") as reading:
        for facets in ({}, {"a": "b"}):
            for newest_first in (True, False):
                reading.find("k", facets, after=after, newest_first=newest_first)
        rest = reading.ranked("k", "a", limit=2).next
        reading.ranked("k", "a", after=rest)
        reading.count("k", "a", "z")
    finds = list(said)
    assert len(finds) == 8  # the first begins the transaction
    with engine.connect() as connection:
        for text, values in finds[1:]:
            plan = " / ".join(
                row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values)
            )
            assert "SCAN" not in plan, plan
            assert "TEMP B-TREE" not in plan, plan
            assert "_in_order" in plan, plan


def test_terms_are_looked_up_one_by_one(engine: sa.Engine, now: datetime) -> None:
    """Not by walking all terms of the tenant, which are millions."""
    rows = SqlRows(engine)
    with rows.begin("one", now=now) as unit:
        unit.add("k", "1", {}, terms={1, 2})
    said: list[tuple[str, Any]] = []
    sa.event.listen(engine, "before_cursor_execute", lambda *given: said.append((given[2], given[3])))
    with rows.read("one") as reading:
        reading.sharing("k", {1, 2})
    text, values = said[-1]
    with engine.connect() as connection:
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values)]
    assert any("PRIMARY KEY (tenant=? AND kind=? AND term=?)" in step for step in plan), plan


def bounded(engine: sa.Engine) -> None:
    """Let the database grow by no more than 40 pages from here on."""
    with engine.connect() as connection:
        pages = pragma(connection, "page_count")

    def on_connect(connection: sqlite3.Connection, _: object) -> None:
        connection.execute(f"PRAGMA max_page_count={pages + 40}")  # type: ignore[operator]

    engine.dispose()
    sa.event.listen(engine, "connect", on_connect)


def test_a_full_database_keeps_nothing_of_the_unit_and_goes_on(engine: sa.Engine, now: datetime) -> None:
    rows = SqlRows(engine)
    bounded(engine)

    def overfill() -> None:
        with rows.begin("one", now=now) as unit:
            unit.append("s", "early", actor="x", detail={})
            unit.add("k", "early", {})
            unit.add("k", "large", {"x": "x" * 1_000_000})

    with pytest.raises(StorageFullError):
        overfill()
    with rows.begin("one", now=now) as unit:
        assert unit.find("k").rows == ()
        assert unit.entries("s") == ()
        unit.add("k", "small", {})


def test_a_unit_that_goes_on_after_a_full_disk_keeps_nothing_either(engine: sa.Engine, now: datetime) -> None:
    rows = SqlRows(engine)
    bounded(engine)

    def stubborn() -> None:
        with rows.begin("one", now=now) as unit:
            unit.add("k", "early", {})
            with pytest.raises(sa.exc.OperationalError):
                unit.add("k", "large", {"x": "x" * 1_000_000})
            with pytest.raises(sa.exc.PendingRollbackError):
                unit.add("k", "late", {})

    with pytest.raises(StorageError):
        stubborn()
    with rows.read("one") as reading:
        assert reading.find("k").rows == ()


def test_a_swallowed_full_disk_alone_is_told_at_the_end(engine: sa.Engine, now: datetime) -> None:
    rows = SqlRows(engine)
    bounded(engine)

    def swallow() -> None:
        with rows.begin("one", now=now) as unit:
            unit.add("k", "early", {})
            with pytest.raises(sa.exc.OperationalError):
                unit.append("s", "e", actor="x", detail={"x": "x" * 1_000_000})

    with pytest.raises(StorageError):
        swallow()
    with rows.read("one") as reading:
        assert reading.find("k").rows == ()


def test_what_users_typed_stays_out_of_errors(engine: sa.Engine, now: datetime) -> None:
    rows = SqlRows(engine)
    bounded(engine)
    with pytest.raises(StorageFullError) as caught, rows.begin("one", now=now) as unit:
        unit.add("k", "1", {"secret": "x" * 1_000_000})
    error: BaseException | None = caught.value
    while error is not None:
        assert "xxx" not in str(error)
        error = error.__cause__ or error.__context__


def test_an_edited_row_of_the_ledger_shows(path: Path, engine: sa.Engine, now: datetime) -> None:
    rows = SqlRows(engine)
    with rows.begin("one", now=now) as unit:
        for n in range(9):
            unit.append("s", "seen", actor="x", detail={"n": n})
    edit(path, """UPDATE ledger SET line = replace(line, '"n":1', '"n":7') WHERE seq = 2""")
    edit(path, "UPDATE ledger SET line = 'beyond reading' WHERE seq = 4")
    edit(path, "UPDATE ledger SET line = '' , digest = '' WHERE seq = 5")
    edit(path, "DELETE FROM ledger WHERE seq = 7")
    edit(path, "UPDATE ledger SET seq = 100 WHERE seq = 9")
    with rows.read("one") as reading:
        faults = verify(reading.entries("s"))
    told = {(fault.wrong, fault.seq) for fault in faults}
    assert {(Wrong.EDITED, 2), (Wrong.EDITED, 4), (Wrong.EDITED, 5), (Wrong.DROPPED, 7)} <= told
    assert not any(fault.seq in {1, 3} for fault in faults)


def test_swapped_rows_of_the_ledger_show(path: Path, engine: sa.Engine, now: datetime) -> None:
    rows = SqlRows(engine)
    with rows.begin("one", now=now) as unit:
        for n in range(4):
            unit.append("s", "seen", actor="x", detail={"n": n})
    for old, new in ((2, 99), (3, 2), (99, 3)):
        edit(path, "UPDATE ledger SET seq = ? WHERE seq = ?", new, old)
    with rows.read("one") as reading:
        faults = verify(reading.entries("s"))
    assert [(fault.wrong, fault.seq, fault.place) for fault in faults] == [(Wrong.SWAPPED, 2, 2)]


def test_times_sort_in_the_database_as_they_do_outside(engine: sa.Engine, now: datetime) -> None:
    rows = SqlRows(engine)
    moments = [now, now.replace(microsecond=0), now + timedelta(days=400), now.replace(year=1970)]
    for n, moment in enumerate(moments):
        with rows.begin("one", now=moment) as unit:
            unit.add("k", str(n), {})
    with rows.read("one") as reading:
        page = reading.find("k", newest_first=False)
    assert [row.created_at for row in page.rows] == sorted(moments)
