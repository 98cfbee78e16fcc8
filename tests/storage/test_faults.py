"""After any crash: nothing acknowledged is lost, nothing is half visible, nothing stays behind."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import threading
from pathlib import Path

from storage.blobs import damaged, named
from storage.disk import DiskBlobs
from storage.ledger import verify
from storage.sql import SqlRows, open_sqlite

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]
KILLS = int(os.environ.get("SIXFACE_KILLS", "24"))


def rows_of(rows: SqlRows) -> dict[str, str]:
    found: dict[str, str] = {}
    after = None
    while True:
        with rows.read("one") as reading:
            page = reading.find("evidence", after=after, limit=500)
        found.update({row.id: row.body["digest"] for row in page.rows})
        after = page.next
        if after is None:
            return found


def test_killed_at_any_moment_it_keeps_its_word(tmp_path: Path) -> None:
    notes = tmp_path / "acknowledged"
    subprocess.run(
        [sys.executable, HERE / "crashing.py", tmp_path, notes, str(KILLS), "20261121"],
        check=True,
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
    )
    lines = notes.read_text().splitlines()
    acknowledged = dict(line.split() for line in lines)
    assert len(acknowledged) == len(lines) >= KILLS

    blobs = DiskBlobs(tmp_path / "store")
    engine = open_sqlite(tmp_path / "data" / "rows.db")
    rows = SqlRows(engine)
    kept = rows_of(rows)
    digests = set(blobs.digests())

    assert acknowledged.items() <= kept.items()  # nothing acknowledged is lost
    assert set(kept.values()) <= digests  # no row without its blob
    assert list(damaged(blobs)) == []  # no blob that is half there
    with rows.read("one") as reading:
        entries = reading.entries("custody")
        assert all(
            [row.id for row in reading.find("evidence", {"digest": digest}).rows] == [id_]
            for id_, digest in kept.items()
        )
    assert verify(entries) == []
    assert sorted(entry.detail["digest"] for entry in entries) == sorted(
        kept.values()
    )  # row and entry together

    staging = tmp_path / "store" / "staging"
    assert blobs.sweep() == 0 or not list(staging.iterdir())
    assert list(staging.iterdir()) == []
    for orphan in digests - set(kept.values()):  # stored, and never acknowledged: to be deleted at leisure
        blobs.delete(orphan)
    assert set(blobs.digests()) == set(kept.values())
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    engine.dispose()


def test_readers_never_see_a_blob_that_is_half_there(tmp_path: Path) -> None:
    blobs = DiskBlobs(tmp_path)
    pieces = [os.urandom(300_000) for _ in range(12)]
    names = {named(hashlib.sha256(data).hexdigest()): data for data in pieces}
    done = threading.Event()
    seen: list[bool] = []

    def look() -> None:
        while not done.is_set():
            for digest in blobs.digests():
                with blobs.open(digest) as stream:
                    seen.append(stream.read() == names[digest])

    reader = threading.Thread(target=look)
    reader.start()
    try:
        for data in pieces:
            with blobs.stage() as staging:
                staging.write(data)
                staging.commit()
    finally:
        done.set()
        reader.join()
    assert seen
    assert all(seen)
