from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from api.auditing import Audit, audit
from api.caller import CLI
from api.desk import Wiring
from api.settings import Settings
from tests.api.conftest import Run
from tests.api.wired import wired


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data")


@pytest.fixture
def idle(settings: Settings) -> Wiring:
    return wired(settings)


@pytest.fixture
def kept(taker: httpx.Client, idle: Wiring, film: Path, photo: Path) -> Wiring:
    for file in (film, photo):
        with file.open("rb") as opened:
            assert taker.post("/v1/evidence", files={"file": (file.name, opened)}).status_code == 201
    return idle


def codes(found: Audit) -> set[tuple[str, str]]:
    return {(fault.code, fault.where) for fault in found.faults}


def test_what_is_as_it_was_is_said_to_be(kept: Wiring, film: Path, photo: Path) -> None:
    found = audit(kept.desk(CLI))
    assert found == Audit(2, film.stat().st_size + photo.stat().st_size, 2, 2, ())
    again = audit(kept.desk(CLI))
    assert (again.logs, again.entries) == (3, 3)  # that somebody looked is an entry too


def test_one_flipped_bit_is_found_in_one_pass(kept: Wiring, sixface: Run) -> None:
    one, two = kept.blobs.digests()
    path = next((kept.settings.data / "blobs").rglob(one.removeprefix("sha256:")))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.chmod(0o600)
    path.write_bytes(content)
    kept.blobs.delete(two)
    assert codes(audit(kept.desk(CLI))) == {("damaged", one), ("missing", two)}
    done = sixface("audit", "--data", kept.settings.data, "--json")
    assert done.returncode == 1
    assert {fault["code"] for fault in json.loads(done.stdout)["faults"]} == {"damaged", "missing"}
    done = sixface("audit", "--data", kept.settings.data, "--lang", "zh")
    assert one in done.stdout
    assert done.returncode == 1


def test_an_edited_or_dropped_entry_is_found(kept: Wiring) -> None:
    with kept.rows.read("default") as reading:
        first, _ = reading.streams()
    with closing(sqlite3.connect(kept.settings.database_file)) as database:
        database.execute(
            "UPDATE ledger SET line = replace(line, 'received', 'invented') WHERE stream = ?",
            (first,),
        )
        database.commit()
    assert {where for _, where in codes(audit(kept.desk(CLI)))} == {first}


def test_files_of_nobody_are_no_fault(kept: Wiring) -> None:
    with kept.blobs.stage() as staging:
        staging.write(b"loose")
        staging.commit()
    assert audit(kept.desk(CLI)).faults == ()
