"""The drill: what was backed up comes back, what was changed does not pass, and what objects alone give."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.app import create_app
from api.backup import back_up, place_of
from api.caller import CLI
from api.desk import Wiring
from api.errors import BackupError
from api.restoring import rebuild, restore
from api.settings import Settings
from api.wiring import blobs_of
from storage.sql import SqlRows, open_sqlite
from tests.api.conftest import Run, Stage, Waiting


def wired(settings: Settings) -> Wiring:
    engine = open_sqlite(settings.database_file)
    rows, work = SqlRows(engine), settings.data / "work"
    return Wiring(settings, blobs_of(settings), rows, Waiting(), work, release=engine.dispose)


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


def test_on_the_terminal(sixface: Run, tmp_path: Path) -> None:
    sixface("case", "new", "--ruleset", "tmall_unboxing")
    assert sixface("backup", tmp_path / "b").returncode == 0
    done = sixface("restore", tmp_path / "b", "--data", tmp_path / "new", "--lang", "en")
    assert (done.returncode, "0 faults were found" in done.stdout) == (0, True)
    assert sixface("restore", tmp_path / "b", "--data", tmp_path / "new").returncode == 65
    assert sixface("restore", tmp_path / "b", "--rebuild", "--data", tmp_path / "third").returncode == 0
    assert sixface("restore", tmp_path, "--data", tmp_path / "fourth").returncode == 65
