"""What is PostgreSQL's own; what it shares with the other stores is in `test_rows.py`."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from psycopg import sql

from storage import postgres
from storage.errors import BusyError, ReadOnlyError, StorageError, StorageFullError
from storage.ledger import verify
from storage.postgres import address, open_postgres, standing
from storage.sql import SqlRows
from storage.sqlstates import FORBIDDEN, LOST, UNUSABLE, meaning
from storage.tables import HEAD, VERSIONS, metadata
from tests.postgres import Postgres

MANY_TERMS = """
INSERT INTO documents SELECT 'one', 'c', n::text, 1, '{}', '', '' FROM generate_series(1, 500) n;
INSERT INTO terms SELECT 'one', 'c', t * 1000 + n, n::text
FROM generate_series(1, 500) n, generate_series(1, 20) t"""
REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture
def engine(database: str) -> Iterator[sa.Engine]:
    engine = open_postgres(database)
    yield engine
    engine.dispose()


@pytest.fixture
def rows(engine: sa.Engine) -> SqlRows:
    return SqlRows(engine)


def tell(database: str, statement: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(database, autocommit=True) as admin:
        done = admin.execute(statement)  # type: ignore[arg-type]
        return done.fetchall() if done.description else []


def refusing(database: str, sqlstate: str) -> None:
    """From now on the server refuses every new document for that reason."""
    tell(
        database,
        f"""CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'refused' USING ERRCODE = '{sqlstate}'; END $$""",
    )
    tell(database, "CREATE TRIGGER refuse BEFORE INSERT ON documents EXECUTE FUNCTION refuse()")


def test_a_unit_takes_the_lock_before_it_looks_and_a_reader_takes_none(
    engine: sa.Engine, rows: SqlRows, database: str, now: datetime
) -> None:
    held = """SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database
        WHERE locktype = 'advisory' AND datname = current_database()"""
    with rows.read("one") as reading:
        reading.get("k", "1")
        assert tell(database, held) == [(0,)]
    with rows.begin("one", now=now):
        assert tell(database, held) == [(1,)]
    assert tell(database, held) == [(0,)]


def test_a_transaction_says_how_it_wants_to_be_kept(
    engine: sa.Engine, rows: SqlRows, database: str, now: datetime
) -> None:
    name = engine.url.database
    tell(database, f'ALTER DATABASE "{name}" SET synchronous_commit = off')
    engine.dispose()

    def said(connection: sa.Connection, setting: str) -> object:
        return connection.exec_driver_sql(f"SHOW {setting}").scalar()

    with rows.begin("one", now=now) as unit:
        assert said(unit.connection, "synchronous_commit") == "on"
        assert said(unit.connection, "transaction_isolation") == "read committed"
        assert said(unit.connection, "idle_in_transaction_session_timeout") == "1min"
    with rows.read("one") as reading:
        assert said(reading.connection, "transaction_isolation") == "repeatable read"
        assert said(reading.connection, "transaction_read_only") == "on"


def test_texts_are_sorted_by_their_bytes_whatever_the_database_thinks(
    rows: SqlRows, database: str, now: datetime
) -> None:
    names = ["b", "B", "a", "A", "é", "_", "王"]
    assert tell(database, "SELECT 'a' < 'B'") == [(True,)]
    with rows.begin("one", now=now) as unit:
        for name in names:
            unit.add("k", name, {}, {"named": name})
            unit.append(name, "e", actor="x", detail={})
    with rows.read("one") as reading:
        assert [row.id for row in reading.find("k", newest_first=False).rows] == sorted(names)
        assert [row.id for row in reading.ranked("k", "named").rows] == sorted(names)
        assert reading.count("k", "named", "a") == 3
        assert list(reading.streams()) == sorted(names)


def test_a_page_or_a_rank_is_read_from_one_index_without_sorting(
    engine: sa.Engine, rows: SqlRows, database: str, now: datetime
) -> None:
    with rows.begin("one", now=now) as unit:
        for n in range(5):
            unit.add("k", str(n), {}, {"a": "b"})
        unit.connection.exec_driver_sql(MANY_TERMS)
    tell(database, "ANALYZE")
    said: list[tuple[str, Any]] = []
    sa.event.listen(engine, "before_cursor_execute", lambda *given: said.append((given[2], given[3])))
    with rows.read("one") as reading:
        after = reading.find("k", limit=2).next
        reading.find("k", after=after)
        reading.find("k", {"a": "b"}, after=after, newest_first=False)
        reading.ranked("k", "a", after=reading.ranked("k", "a", limit=2).next)
        reading.sharing("c", {1001, 1002})
    finds = said[1:]  # the first begins the transaction
    with engine.connect() as connection:
        # Five rows are read faster without an index; how it would go with many is the question.
        for kind in ("seqscan", "bitmapscan", "hashjoin", "mergejoin"):
            connection.exec_driver_sql(f"SET LOCAL enable_{kind} = off")
        for text, values in finds:
            steps = connection.exec_driver_sql(f"EXPLAIN {text}", values).scalars().all()
            plan = "\n".join(steps)
            assert "Seq Scan" not in plan, plan
            if "terms" in text:
                assert re.search(r"Index (Only )?Scan using terms_pkey", plan), plan
            else:
                assert "Sort" not in plan, plan
                assert "_in_order" in plan, plan


def test_migrations_make_the_tables_that_the_code_means(server: Postgres) -> None:
    engine = open_postgres(server.empty())
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSIONS})
        assert compare_metadata(context, metadata) == []
        assert context.get_current_revision() == HEAD
    engine.dispose()


def test_many_may_open_a_new_database_at_once(server: Postgres) -> None:
    code = (
        "import sys; from storage.postgres import open_postgres\n"
        "sys.stdin.readline(); open_postgres(sys.argv[1]).dispose()\n"
    )
    url = server.empty()
    children = [
        subprocess.Popen(
            [sys.executable, "-c", code, url],
            cwd=REPOSITORY,
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    told = [child.communicate("go\n") for child in children]
    assert [(child.returncode, each[1]) for child, each in zip(children, told, strict=True)] == [(0, "")] * 3


def test_processes_take_turns(rows: SqlRows, database: str, now: datetime) -> None:
    code = """
import sys
from datetime import UTC, datetime
from storage.sql import SqlRows
from storage.postgres import open_postgres
rows = SqlRows(open_postgres(sys.argv[1]))
for _ in range(60):
    with rows.begin("one", now=datetime.now(UTC)) as unit:
        row = unit.get("k", "counter")
        unit.replace("k", "counter", {"n": row.body["n"] + 1}, version=row.version)
        unit.append("counter", "incremented", actor=sys.argv[2], detail={})
"""
    with rows.begin("one", now=now) as unit:
        unit.add("k", "counter", {"n": 0})
    children = [
        subprocess.Popen([sys.executable, "-c", code, database, str(n)], cwd=REPOSITORY) for n in range(2)
    ]
    assert [child.wait() for child in children] == [0, 0]
    with rows.read("one") as reading:
        row = reading.get("k", "counter")
        entries = reading.entries("counter")
    assert row
    assert row.body == {"n": 120}
    assert len(entries) == 120
    assert verify(entries) == []


def test_a_full_disk_keeps_nothing_of_the_unit_and_goes_on(
    rows: SqlRows, database: str, now: datetime
) -> None:
    refusing(database, "53100")

    def overfill() -> None:
        with rows.begin("one", now=now) as unit:
            unit.append("s", "early", actor="x", detail={})
            unit.add("k", "1", {})

    with pytest.raises(StorageFullError):
        overfill()
    tell(database, "DROP TRIGGER refuse ON documents")
    with rows.begin("one", now=now) as unit:
        assert unit.entries("s") == ()
        unit.add("k", "1", {})


def test_a_unit_that_goes_on_after_a_failure_is_not_taken_for_kept(
    rows: SqlRows, database: str, now: datetime
) -> None:
    def swallow() -> None:
        with rows.begin("one", now=now) as unit:
            unit.append("s", "early", actor="x", detail={})
            with pytest.raises(sa.exc.DBAPIError):
                unit.connection.exec_driver_sql("SELECT 1 / 0")

    with pytest.raises(StorageError, match="cannot be used"):
        swallow()
    with rows.begin("one", now=now) as unit:
        assert unit.entries("s") == ()


def test_a_connection_that_is_cut_keeps_nothing_and_the_next_unit_has_another(
    rows: SqlRows, database: str, now: datetime
) -> None:
    cut = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE application_name = 'sixface' AND datname = current_database()"""

    def lose() -> None:
        with rows.begin("one", now=now) as unit:
            unit.append("s", "early", actor="x", detail={})
            tell(database, cut)
            unit.append("s", "late", actor="x", detail={})

    with pytest.raises(StorageError, match="cannot be reached"):
        lose()
    with rows.begin("one", now=now) as unit:
        assert unit.entries("s") == ()


def test_whoever_is_frozen_with_the_lock_loses_it_and_cannot_commit(
    database: str, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "IDLE", 1)
    frozen = open_postgres(database)
    monkeypatch.undo()
    other = open_postgres(database)

    def freeze() -> None:
        with SqlRows(frozen).begin("one", now=now) as unit:
            unit.append("s", "frozen", actor="x", detail={})
            with SqlRows(other).begin("one", now=now) as later:  # waits until the server ends the first
                assert later.append("s", "other", actor="x", detail={}).seq == 1

    with pytest.raises(StorageError, match="cannot be reached"):
        freeze()
    for each in (frozen, other):
        each.dispose()
    engine = open_postgres(database)
    with SqlRows(engine).read("one") as reading:
        assert [entry.event for entry in reading.entries("s")] == ["other"]
    engine.dispose()


def test_a_database_that_only_reads_says_so(rows: SqlRows, engine: sa.Engine, now: datetime) -> None:
    name = engine.url.database
    with engine.connect() as connection:
        connection.exec_driver_sql(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
        connection.commit()
    engine.dispose()
    with pytest.raises(ReadOnlyError, match="takes no changes"), rows.begin("one", now=now) as unit:
        unit.add("k", "1", {})
    with rows.read("one") as reading:
        assert reading.get("k", "1") is None


def test_what_users_typed_stays_out_of_errors(rows: SqlRows, database: str, now: datetime) -> None:
    refusing(database, "XX000")
    with pytest.raises(StorageError) as caught, rows.begin("one", now=now) as unit:
        unit.add("k", "1", {"secret": "x" * 1000})
    error: BaseException | None = caught.value
    while error is not None:
        assert "xxx" not in str(error)
        error = error.__cause__ or error.__context__


def test_a_newer_database_is_refused_in_one_sentence(engine: sa.Engine, database: str) -> None:
    tell(database, "UPDATE storage_version SET version_num = 'from the future'")
    with pytest.raises(StorageError, match="newer version"):
        open_postgres(database)


def test_a_database_that_cannot_hold_every_text_is_refused(server: Postgres) -> None:
    name = "latin"
    server.tell(
        sql.SQL(
            "CREATE DATABASE {} TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C' LOCALE_PROVIDER libc"
        ).format(sql.Identifier(name))
    )
    with pytest.raises(StorageError, match="UTF-8"):
        open_postgres(server.url(name))


def test_what_cannot_be_reached_is_told_in_one_sentence(server: Postgres, tmp_path: Path) -> None:
    for url in (f"postgresql://x@/x?host={tmp_path}", server.url("absent")):
        with pytest.raises(StorageError) as caught:
            open_postgres(url, wait=1)
        assert str(caught.value) == LOST


@pytest.mark.parametrize(
    "url",
    ["", "x", "sqlite:///x", "postgresql://user:s3cret@host", "postgresql://user:s3cret@host:port/name"],
)
def test_what_is_no_address_is_refused_without_telling_the_password(url: str) -> None:
    with pytest.raises(StorageError, match="cannot be read") as caught:
        address(url)
    assert caught.value.__cause__ is None
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg", "postgresql+psycopg2"])
def test_every_spelling_of_an_address_is_taken(scheme: str) -> None:
    made = address(f"{scheme}://user:word@host:5433/name")
    assert made.render_as_string(hide_password=False) == "postgresql+psycopg://user:word@host:5433/name"


@pytest.mark.parametrize(
    ("sqlstate", "kind", "sentence"),
    [
        ("55P03", BusyError, BusyError.sentence),
        ("53300", BusyError, BusyError.sentence),
        ("53100", StorageFullError, StorageFullError.sentence),
        ("08006", StorageError, LOST),
        (None, StorageError, LOST),
        ("42501", StorageError, FORBIDDEN),
        ("XX001", StorageError, UNUSABLE),
    ],
)
def test_a_refusal_has_a_meaning(sqlstate: str | None, kind: type[StorageError], sentence: str) -> None:
    found = meaning(sqlstate)
    assert (type(found), str(found)) == (kind, sentence)


def test_a_server_says_what_it_is(engine: sa.Engine) -> None:
    found = standing(engine)
    assert re.fullmatch(r"\d+(\.\d+)?", found.version)
    assert not found.safe  # the tests' own server is not
