from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from storage.errors import StorageError, StorageFullError
from storage.ledger import Wrong, verify
from storage.rows import Shared
from storage.sql import SqlRows, migrate, open_sqlite
from storage.tables import HEAD, VERSIONS, metadata

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "rows.db"


@pytest.fixture
def engine(path: Path) -> Iterator[sa.Engine]:
    engine = open_sqlite(path)
    yield engine
    engine.dispose()


def pragma(connection: sa.Connection, name: str) -> object:
    return connection.exec_driver_sql(f"PRAGMA {name}").scalar()


def edit(path: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(path)) as admin:
        admin.execute(statement, values)
        admin.commit()


def test_every_commit_is_on_the_device_before_it_returns(engine: sa.Engine) -> None:
    for _ in range(2):  # on every connection, not only on the first
        with engine.connect() as one, engine.connect().execution_options(sixface_reads=True) as two:
            for connection in (two, one):
                assert pragma(connection, "synchronous") == 2
                assert pragma(connection, "fullfsync") == 1
                assert pragma(connection, "journal_mode") == "wal"
                assert pragma(connection, "foreign_keys") == 1
                assert pragma(connection, "busy_timeout") == 10_000
                connection.rollback()
        engine.dispose()


def test_writers_take_the_lock_as_they_begin_and_readers_do_not(engine: sa.Engine, now: datetime) -> None:
    said: list[str] = []
    sa.event.listen(engine, "before_cursor_execute", lambda *given: said.append(given[2]))
    rows = SqlRows(engine)
    with rows.begin("one", now=now) as unit:
        unit.add("k", "1", {})
    assert next(each for each in said if not each.startswith("PRAGMA")) == "BEGIN IMMEDIATE"
    said.clear()
    with rows.read("one") as reading:
        reading.get("k", "1")
    assert said[0] == "BEGIN DEFERRED"


def test_a_writer_gets_in_between_the_writes_of_another_process(
    path: Path, engine: sa.Engine, now: datetime
) -> None:
    other = open_sqlite(path)  # an engine of its own has turns of its own
    rows, others = SqlRows(engine), SqlRows(other)
    begun, done = threading.Event(), threading.Event()

    def busy() -> None:
        for number in range(200):
            with others.begin("one", now=now) as unit:
                unit.add("k", f"theirs-{number}", {})
                begun.set()
                time.sleep(0.008)
            time.sleep(0.002)
        done.set()

    thread = threading.Thread(target=busy)
    thread.start()
    try:
        begun.wait(10)
        with rows.begin("one", now=now) as unit:
            unit.add("k", "ours", {})
        assert not done.is_set()
    finally:
        thread.join()
        other.dispose()


def test_file_and_folder_are_their_owners(path: Path, engine: sa.Engine, now: datetime) -> None:
    with SqlRows(engine).begin("one", now=now) as unit:
        unit.add("k", "1", {})
    assert path.parent.stat().st_mode & 0o777 == 0o700
    kept = {each.name: each.stat().st_mode & 0o777 for each in path.parent.iterdir()}
    assert kept == {"rows.db": 0o600, "rows.db-wal": 0o600, "rows.db-shm": 0o600}


def test_a_folder_that_was_there_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    open_sqlite(tmp_path / "rows.db").dispose()
    assert tmp_path.stat().st_mode & 0o777 == 0o755


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


def test_migrations_make_the_tables_that_the_code_means(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSIONS})
        assert compare_metadata(context, metadata) == []
        assert context.get_current_revision() == HEAD
    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


def test_migrating_again_changes_nothing(path: Path, engine: sa.Engine, now: datetime) -> None:
    with SqlRows(engine).begin("one", now=now) as unit:
        added = unit.add("k", "1", {"a": 1})
    migrate(engine)
    again = open_sqlite(path)
    with SqlRows(again).read("one") as reading:
        assert reading.get("k", "1") == added
    again.dispose()


def test_an_empty_database_of_another_is_migrated_beside_it(path: Path) -> None:
    path.parent.mkdir()
    edit(path, "CREATE TABLE neighbours (id INTEGER)")
    engine = open_sqlite(path)
    assert {"neighbours", "documents", "facets", "terms", "ledger"} <= set(
        sa.inspect(engine).get_table_names()
    )
    engine.dispose()


def test_a_database_of_the_first_version_keeps_its_rows_and_gets_terms(path: Path, now: datetime) -> None:
    path.parent.mkdir()
    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    config.set_main_option("path_separator", "os")
    old = sa.create_engine(f"sqlite:///{path}")
    with old.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    old.dispose()
    with closing(sqlite3.connect(path)) as admin, admin:
        row = ("one", "k", "1", 1, "{}", *2 * ["2026-11-21T08:11:02.345678Z"])
        admin.execute("INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    engine = open_sqlite(path)
    with SqlRows(engine).begin("one", now=now) as unit:
        unit.replace("k", "1", {"n": 2}, version=1, terms={7})
        assert unit.sharing("k", {7}) == (Shared("1", 1),)
    engine.dispose()


def test_a_migration_that_fails_leaves_nothing(path: Path) -> None:
    path.parent.mkdir()
    edit(path, "CREATE TABLE ledger (in_the_way INTEGER)")  # the last table of the first version
    with pytest.raises(StorageError):
        open_sqlite(path)
    with closing(sqlite3.connect(path)) as admin:
        assert admin.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall() == [
            ("ledger",)
        ]


def test_a_database_of_a_newer_version_is_refused_in_one_sentence(path: Path, engine: sa.Engine) -> None:
    engine.dispose()
    edit(path, "UPDATE storage_version SET version_num = 'from the future'")
    with pytest.raises(StorageError, match="newer version"):
        open_sqlite(path)


@pytest.mark.parametrize(
    "content", [b"not a database, but long enough to be read as one" * 100, b"SQLite format 3\0"]
)
def test_what_is_no_database_is_refused_in_one_sentence(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(StorageError) as caught:
        open_sqlite(path)
    assert "\n" not in str(caught.value)
    assert path.read_bytes() == content


def test_a_path_that_is_no_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for path in (tmp_path, tmp_path / "file" / "rows.db"):
        with pytest.raises(StorageError):
            open_sqlite(path)


def test_many_may_open_a_new_database_at_once(path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from storage.sql import open_sqlite\n"
        "sys.stdin.readline(); open_sqlite(Path(sys.argv[1])).dispose()\n"
    )
    children = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(path)],
            cwd=REPOSITORY,
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    told = [child.communicate("go\n") for child in children]
    assert [(child.returncode, each[1]) for child, each in zip(children, told, strict=True)] == [(0, "")] * 3


def test_many_threads_may_open_a_new_database_at_once(path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        for engine in pool.map(lambda _: open_sqlite(path), range(8)):
            engine.dispose()


def test_processes_take_turns(path: Path, engine: sa.Engine, now: datetime) -> None:
    code = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from storage.sql import SqlRows, open_sqlite
rows = SqlRows(open_sqlite(Path(sys.argv[1])))
for _ in range(60):
    with rows.begin("one", now=datetime.now(UTC)) as unit:
        row = unit.get("k", "counter")
        unit.replace("k", "counter", {"n": row.body["n"] + 1}, version=row.version)
        unit.append("counter", "incremented", actor=sys.argv[2], detail={})
"""
    rows = SqlRows(engine)
    with rows.begin("one", now=now) as unit:
        unit.add("k", "counter", {"n": 0})
    children = [
        subprocess.Popen([sys.executable, "-c", code, str(path), str(n)], cwd=REPOSITORY) for n in range(2)
    ]
    assert [child.wait() for child in children] == [0, 0]
    with rows.read("one") as reading:
        row = reading.get("k", "counter")
        entries = reading.entries("counter")
    assert row
    assert row.body == {"n": 120}
    assert len(entries) == 120
    assert verify(entries) == []


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


def test_opening_an_existing_database_needs_no_alembic(path: Path, engine: sa.Engine) -> None:
    code = (
        "import sys; from pathlib import Path; from storage.sql import open_sqlite\n"
        "open_sqlite(Path(sys.argv[1])).dispose(); print('alembic' in sys.modules)\n"
    )
    told = subprocess.check_output([sys.executable, "-c", code, str(path)], cwd=REPOSITORY, text=True)
    assert told == "False\n"


def test_times_sort_in_the_database_as_they_do_outside(engine: sa.Engine, now: datetime) -> None:
    rows = SqlRows(engine)
    moments = [now, now.replace(microsecond=0), now + timedelta(days=400), now.replace(year=1970)]
    for n, moment in enumerate(moments):
        with rows.begin("one", now=moment) as unit:
            unit.add("k", str(n), {})
    with rows.read("one") as reading:
        page = reading.find("k", newest_first=False)
    assert [row.created_at for row in page.rows] == sorted(moments)
