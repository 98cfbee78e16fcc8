"""The drill: what was backed up comes back, what was changed does not pass, and what objects alone give."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from api.app import create_app
from api.backup import back_up, place_of
from api.caller import CLI
from api.dbos_jobs import DbosJobs
from api.desk import Wiring
from api.errors import BackupError
from api.jobs import Job
from api.restoring import rebuild, restore
from api.settings import Settings
from api.wiring import embedded, engine_of
from api.worker import put_right
from storage import snapshot
from tests.api.conftest import Run, Stage
from tests.api.wired import wired
from tests.buckets import Server, fresh_bucket
from tests.postgres import Postgres


@pytest.fixture
def wiring(tmp_path: Path) -> Iterator[Wiring]:
    made = wired(Settings(data=tmp_path / "data"))
    yield made
    made.close()


@pytest.fixture
def items(wiring: Wiring, stage: Stage, film: Path, photo: Path) -> list[dict[str, Any]]:
    stage.app = create_app(wiring)
    with httpx.Client(base_url=stage.url, timeout=30) as client:
        client.post("/v1/cases", json={"ruleset": "tmall_unboxing"})
        return [
            client.post("/v1/evidence", files={"file": (file.name, file.read_bytes())}).json()
            for file in (film, photo)
        ]


@pytest.fixture
def kept(wiring: Wiring, items: list[dict[str, Any]], tmp_path: Path) -> Path:
    (wiring.settings.data / "station.key").write_text("secret")
    found = back_up(wiring.desk(CLI), tmp_path / "backup")
    assert (found.objects, found.copied, found.listed, found.wrong) == (2, 2, 0, ())
    return tmp_path / "backup"


def test_a_backup_comes_back_as_it_was(
    kept: Path, items: list[dict[str, Any]], stage: Stage, film: Path, tmp_path: Path
) -> None:
    assert {path.name for path in kept.iterdir()} == {
        "sixface.db", "objects", "ledger", "data", "manifest.json", "SHA256SUMS",
    }  # fmt: skip
    done = subprocess.run(["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=kept, check=False)
    assert done.returncode == 0
    settings = Settings(data=tmp_path / "new")
    found = restore(kept, settings)
    assert (found.files, found.faults) == (2, ())
    assert (settings.data / "station.key").read_text() == "secret"
    back = wired(settings)
    stage.app = create_app(back)
    with httpx.Client(base_url=stage.url, timeout=30) as client:
        assert client.get(items[0]["links"]["original"]).content == film.read_bytes()
        assert client.get(items[1]["links"]["self"]).json()["name"] == items[1]["name"]
        assert len(client.get("/v1/cases").json()["items"]) == 1
    back.close()
    with pytest.raises(BackupError, match="already"):
        restore(kept, settings)


def test_a_later_backup_copies_what_is_new(wiring: Wiring, kept: Path, stage: Stage, photo: Path) -> None:
    with httpx.Client(base_url=stage.url, timeout=30) as client:
        content = photo.read_bytes() + b"more"
        client.post("/v1/evidence", files={"file": ("b.jpg", content)})
    again = back_up(wiring.desk(CLI), kept)
    assert (again.objects, again.copied) == (3, 1)


@pytest.mark.parametrize("what", ["sixface.db", "manifest.json", "SHA256SUMS", "object", "ledger", "cut"])
def test_a_backup_that_changed_is_not_restored(
    kept: Path, items: list[dict[str, Any]], tmp_path: Path, what: str
) -> None:
    file = kept / what
    if what == "object":
        file = place_of(kept, items[0]["digest"])
        file.chmod(0o600)
    if what == "ledger":
        file = next((kept / "ledger").iterdir())
    if what == "cut":
        (kept / "SHA256SUMS").unlink()
    else:
        data = bytearray(file.read_bytes())
        data[len(data) // 2] ^= 1
        file.write_bytes(data)
    settings = Settings(data=tmp_path / "new")
    if what == "SHA256SUMS":
        file.write_text("")
    with pytest.raises(BackupError):
        restore(kept, settings)
    assert not settings.database_file.exists()


def test_what_is_missing_in_the_store_is_told(
    wiring: Wiring, items: list[dict[str, Any]], tmp_path: Path
) -> None:
    wiring.blobs.delete(items[0]["digest"])
    assert back_up(wiring.desk(CLI), tmp_path / "b").wrong == (items[0]["digest"],)


def test_objects_and_logs_alone_give_the_files_back(
    kept: Path, items: list[dict[str, Any]], film: Path, tmp_path: Path
) -> None:
    for name in ("sixface.db", "manifest.json", "SHA256SUMS"):
        (kept / name).unlink()
    broken = next(path for path in (kept / "ledger").iterdir() if items[1]["id"] in path.name)
    broken.write_text(broken.read_text() * 2)
    settings = Settings(data=tmp_path / "new")
    made = rebuild(kept, settings)
    assert (made.objects, made.items, made.missing) == (2, 1, ())
    assert made.broken == (f"evidence/{items[1]['id']}",)
    back = wired(settings)
    with back.rows.read("default") as reading:
        row = reading.get("evidence", items[0]["id"])
        assert row is not None
        assert (row.body["digest"], row.body["state"], row.body["name"]) == (
            items[0]["digest"],
            "received",
            "restored",
        )
        log = [entry.event for entry in reading.entries(f"evidence/{items[0]['id']}")]
    assert log == ["evidence.received", "evidence.rebuilt"]
    with back.blobs.open(items[0]["digest"]) as stored:
        assert stored.read() == film.read_bytes()
    back.close()


def test_other_folders_are_left_alone(wiring: Wiring, items: list[dict[str, Any]], tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("dear")
    with pytest.raises(BackupError, match="something else"):
        back_up(wiring.desk(CLI), tmp_path / "full")


def everything(settings: Settings) -> dict[str, Any]:
    """All rows and logs, whatever database they are in."""
    engine = engine_of(settings)
    try:
        with engine.connect() as reading:
            tables = snapshot.tables.metadata.sorted_tables
            return {table.name: sorted(map(repr, reading.execute(sa.select(table)))) for table in tables}
    finally:
        engine.dispose()


@pytest.fixture
def moved(server: Postgres, tmp_path: Path) -> Settings:
    """Another place, with an empty database on a server."""
    return Settings(data=tmp_path / "new", database=SecretStr(server.empty()))


def test_a_deployment_moves_to_postgresql_and_back(
    wiring: Wiring, kept: Path, moved: Settings, tmp_path: Path
) -> None:
    assert restore(kept, moved).faults == ()
    assert not moved.database_file.exists()
    assert not list(moved.data.glob("*.part*"))
    there, here = everything(moved), everything(wiring.settings)
    assert {name: rows for name, rows in there.items() if name != "ledger"} == {
        name: rows for name, rows in here.items() if name != "ledger"
    }
    assert [line for line in there["ledger"] if "'audit'" not in line] == here["ledger"]
    with closing(embedded(moved, queue=False)) as opened:
        found = back_up(opened.desk(CLI), tmp_path / "again")
    assert (found.objects, found.copied, found.wrong) == (2, 2, ())
    back = Settings(data=tmp_path / "back")
    assert restore(tmp_path / "again", back).faults == ()
    assert everything(back)["documents"] == here["documents"]
    with pytest.raises(BackupError, match="holds something"):
        restore(kept, Settings(data=tmp_path / "third", database=moved.database))


def test_what_waited_is_queued_again_where_it_was_moved_to(
    kept: Path, items: list[dict[str, Any]], film: Path, moved: Settings, stage: Stage
) -> None:
    restore(kept, moved)
    with closing(embedded(moved)) as opened:
        assert isinstance(opened.jobs, DbosJobs)
        assert not opened.jobs.waits(Job("default", items[0]["id"]))
        put_right(opened)  # as the worker does
        assert all(opened.jobs.waits(Job("default", each["id"])) for each in items)
        stage.app = create_app(opened)
        with httpx.Client(base_url=stage.url, timeout=30) as client:
            assert client.get(items[0]["links"]["original"]).content == film.read_bytes()
            assert len(client.get("/v1/cases").json()["items"]) == 1


def test_objects_of_a_bucket_are_listed_and_read_back_when_restored(
    moto: Server, film: Path, stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", moto.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", moto.secret_key)
    bucket = fresh_bucket(moto)
    where = {"s3_bucket": bucket, "s3_endpoint": moto.endpoint, "s3_region": "us-east-1"}
    made = wired(Settings(data=tmp_path / "data", storage="s3", **where))
    stage.app = create_app(made)
    with httpx.Client(base_url=stage.url, timeout=30) as client:
        files = {"file": ("f.mp4", film.read_bytes())}
        item = client.post("/v1/evidence", files=files).json()
    kept = back_up(made.desk(CLI), tmp_path / "b")
    assert (kept.objects, kept.copied, kept.listed, kept.wrong) == (1, 0, 1, ())
    assert not place_of(tmp_path / "b", item["digest"]).exists()
    found = restore(tmp_path / "b", Settings(data=tmp_path / "new", storage="s3", **where))
    assert (found.files, found.faults) == (1, ())
    digits = item["digest"].removeprefix("sha256:")
    place = {"Bucket": bucket, "Key": f"sha256/{digits[:2]}/{digits[2:4]}/{digits}"}
    moto.client().put_object(**place, Body=bytes(item["size"]))  # other bytes, as many
    found = restore(tmp_path / "b", Settings(data=tmp_path / "rotten", storage="s3", **where))
    assert [fault.code for fault in found.faults] == ["damaged"]
    moto.client().delete_object(**place)
    with pytest.raises(BackupError, match="neither"):
        restore(tmp_path / "b", Settings(data=tmp_path / "gone", storage="s3", **where))
    assert back_up(made.desk(CLI), tmp_path / "c").wrong == (item["digest"],)
    made.close()


def test_on_the_terminal(sixface: Run, tmp_path: Path) -> None:
    sixface("case", "new", "--ruleset", "tmall_unboxing")
    assert sixface("backup", tmp_path / "b").returncode == 0
    done = sixface("restore", tmp_path / "b", "--data", tmp_path / "new", "--lang", "en")
    assert (done.returncode, "0 faults were found" in done.stdout) == (0, True)
    assert sixface("restore", tmp_path / "b", "--data", tmp_path / "new").returncode == 65
    assert sixface("restore", tmp_path / "b", "--rebuild", "--data", tmp_path / "third").returncode == 0
    assert sixface("restore", tmp_path, "--data", tmp_path / "fourth").returncode == 65
