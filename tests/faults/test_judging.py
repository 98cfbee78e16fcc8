"""That the judge sees what is wrong: a store is made right, then broken in one way at a time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from api.desk import Wiring
from api.settings import Settings
from tests.faults.judging import Wrong, doubled, judged
from tests.faults.places import SqlitePlace
from tests.faults.scenes import Stage, sent

PLACE = SqlitePlace()


@pytest.fixture
def stage(tmp_path: Path, film: Path, photo: Path) -> Iterator[Stage]:
    assert film.parent == photo.parent
    made = Stage(PLACE.settings(tmp_path / "data"), film.parent)
    yield made
    made.wiring.close()


@pytest.fixture
def item(stage: Stage) -> str:
    return sent(stage, stage.photo, "photo.jpg", "key")


def change(wiring: Wiring, statement: str) -> None:
    with wiring.rows.begin("default", now=datetime.now(UTC)) as unit:
        unit.connection.exec_driver_sql(statement)  # type: ignore[attr-defined]


def blob_of(wiring: Wiring) -> Path:
    [digest] = wiring.blobs.digests()
    with wiring.blobs.local(digest) as path:
        path.chmod(0o600)
        return path


def no_file(wiring: Wiring) -> None:
    blob_of(wiring).unlink()


def half_a_file(wiring: Wiring) -> None:
    path = blob_of(wiring)
    path.write_bytes(path.read_bytes()[:-1])


def another_file(wiring: Wiring) -> None:
    with wiring.blobs.stage() as staging:
        staging.write(b"nobody's")
        staging.commit()


def a_draft(wiring: Wiring) -> None:
    (wiring.settings.data / "staging" / "x.part").write_bytes(b"x")


def a_spool_file(wiring: Wiring) -> None:
    with wiring.spool.held("up_x") as file:
        file.write(b"x")


def a_work_folder(wiring: Wiring) -> None:
    (wiring.settings.data / "work" / "1-x").mkdir(parents=True)


BROKEN: dict[str, tuple[str | Callable[[Wiring], None], str]] = {
    "its row": ("delete from documents where kind = 'evidence'", "lost"),
    "its file": (no_file, "lost"),
    "half its file": (half_a_file, "half-visible"),
    "its hold": ("delete from documents where kind = 'blob'", "half-visible"),
    "its log": ("delete from ledger", "half-visible"),
    "its job": ("delete from workflow_status", "half-visible"),
    "a word of its log": ("update ledger set line = replace(line, 'http', 'HTTP')", "chain"),
    "its state": ("update documents set body = replace(body, 'received\"', 'reported\"')", "half-visible"),
    "a file of nobody": (another_file, "orphan"),
    "a draft": (a_draft, "orphan"),
    "a spool file": (a_spool_file, "orphan"),
    "a work folder": (a_work_folder, "orphan"),
}


def found(stage: Stage, item: str) -> list[Wrong]:
    with stage.wiring.rows.read("default") as reading:
        row = reading.get("evidence", item)
    digest = row.body["digest"] if row else "sha256:" + "0" * 64
    return judged(stage.wiring, PLACE, [("item", item, digest)])


def test_a_sound_store_is_found_sound(stage: Stage, item: str) -> None:
    assert found(stage, item) == []
    assert list(doubled(stage.wiring, {"evidence": 1})) == []


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_missing_or_too_much_is_found(stage: Stage, item: str, what: str) -> None:
    how, kind = BROKEN[what]
    how(stage.wiring) if callable(how) else change(stage.wiring, how)
    wrong = found(stage, item)
    assert kind in {each.kind for each in wrong}, json.dumps([each.says for each in wrong])


def test_a_wish_granted_twice_is_found(stage: Stage, item: str) -> None:
    assert sent(stage, stage.photo, "photo.jpg", "key") == item
    sent(stage, stage.photo, "photo.jpg", "another key")
    assert [each.kind for each in doubled(stage.wiring, {"evidence": 1})] == ["doubled"]


def test_what_was_told_of_an_upload_is_held_against_the_disk(stage: Stage) -> None:
    from tests.faults.scenes import upload  # noqa: PLC0415 - its only use

    told: list[tuple[str, ...]] = []
    stage.told = lambda *what: told.append(what)
    upload(stage)
    assert [each[0] for each in told] == ["upload", "offset", "offset", "offset", "item"]
    assert judged(stage.wiring, PLACE, told) == []
    assert [w.kind for w in judged(stage.wiring, PLACE, [("upload", "up_0")])] == ["lost"]


def test_settings_are_those_of_a_deployment(tmp_path: Path) -> None:
    assert isinstance(PLACE.settings(tmp_path), Settings)
