from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from storage.errors import StorageError
from storage.ledger import verify
from storage.rows import Shared
from storage.sql import SqlRows, migrate, open_sqlite
from storage.tables import HEAD, VERSIONS, metadata
from tests.storage.probing import edit, pragma

REPOSITORY = Path(__file__).resolve().parents[2]


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


def test_opening_an_existing_database_needs_no_alembic(path: Path, engine: sa.Engine) -> None:
    code = (
        "import sys; from pathlib import Path; from storage.sql import open_sqlite\n"
        "open_sqlite(Path(sys.argv[1])).dispose(); print('alembic' in sys.modules)\n"
    )
    told = subprocess.check_output([sys.executable, "-c", code, str(path)], cwd=REPOSITORY, text=True)
    assert told == "False\n"
