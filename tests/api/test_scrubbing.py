"""Everything is read back in its time, by one worker at a time, and what has rotted is told everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from api import scrubbing
from api.app import create_app
from api.caller import WORKER
from api.desk import Wiring
from api.holding import hold
from api.settings import Settings
from storage.disk import DiskBlobs
from storage.memory import MemoryRows
from tests.api.conftest import Moving, Stage, Waiting


@pytest.fixture
def wiring(tmp_path: Path, clock: Moving) -> Wiring:
    settings = Settings(data=tmp_path / "data", scrub_days=10)
    return Wiring(settings, DiskBlobs(settings.data), MemoryRows(), Waiting(), tmp_path / "work", clock)


@pytest.fixture
def stored(wiring: Wiring) -> list[str]:
    """Ten files of equal size."""
    made: list[str] = []
    for number in range(10):
        with wiring.blobs.stage() as staging:
            staging.write(bytes([number]) * 1000)
            made.append(staging.commit().digest)
        desk = wiring.desk(WORKER)
        with desk.begin() as unit:
            hold(wiring.blobs, unit, made[-1])
            desk.note(unit, f"thing/{number}", "thing.made")
    return made


@pytest.fixture
def client(wiring: Wiring, stage: Stage) -> Iterator[httpx.Client]:
    stage.app = create_app(wiring)
    with httpx.Client(base_url=stage.url, timeout=30) as made:
        yield made


def standing(wiring: Wiring) -> scrubbing.Scrub:
    with wiring.rows.read("default") as reading:
        found = scrubbing.standing(reading)
    assert found is not None
    return found


def events(wiring: Wiring) -> list[str]:
    with wiring.rows.read("default") as reading:
        return [entry.event for entry in reading.entries("audit")]


def test_a_pass_takes_its_days_and_ends_with_the_logs(
    client: httpx.Client, wiring: Wiring, clock: Moving, stored: list[str]
) -> None:
    assert client.get("/readyz").json()["scrub"] == "none yet"
    read = []
    for day in range(10):
        clock.ahead = timedelta(days=day, hours=1)
        read.append(scrubbing.go_on(wiring))
    assert read == [1] * 10
    last = standing(wiring).last
    assert last is not None
    assert (last.files, last.size, last.logs, last.entries, last.faults) == (10, 10_000, 10, 10, 0)
    assert events(wiring) == ["scrub.made"]
    assert client.get("/readyz").json()["scrub"] == "ok"
    assert scrubbing.go_on(wiring) == 0, "the next pass begins when the days are over"
    clock.ahead = timedelta(days=11)
    assert scrubbing.go_on(wiring) == 1


def test_one_changed_byte_is_found_and_told(
    client: httpx.Client, wiring: Wiring, clock: Moving, stored: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    digits = stored[3].removeprefix("sha256:")
    file = wiring.settings.data / "blobs" / digits[:2] / digits[2:4] / digits
    file.chmod(0o600)
    file.write_bytes(b"\x03" * 999 + b"\x02")
    wiring.blobs.delete(stored[5])
    for day in range(12):
        clock.ahead = timedelta(days=day)
        scrubbing.go_on(wiring)
    last = standing(wiring).last
    assert last is not None
    assert last.told == (("damaged", stored[3]), ("missing", stored[5]))
    assert events(wiring)[:3] == ["scrub.fault", "scrub.fault", "scrub.made"]
    assert [each.levelname for each in caplog.records if "scrub: " in each.message] == ["CRITICAL"] * 2
    assert client.get("/readyz").json()["scrub"] == "2 faults"
    assert "sixface_scrub_faults 2.0" in client.get("/metrics").text


def test_two_workers_do_not_read_one_file_at_once(
    wiring: Wiring, clock: Moving, stored: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    inner: list[int] = []
    before = scrubbing.auditing.read_back

    def reading(*given: Any) -> Any:
        if not inner:
            inner.append(scrubbing.go_on(wiring))
        return before(*given)

    monkeypatch.setattr(scrubbing.auditing, "read_back", reading)
    assert scrubbing.go_on(wiring) == 1
    assert inner == [0]


def test_it_can_be_left_out(wiring: Wiring, stored: list[str]) -> None:
    settings = wiring.settings.model_copy(update={"scrub_days": 0})
    off = Wiring(settings, wiring.blobs, wiring.rows, wiring.jobs, wiring.work, wiring.clock)
    assert scrubbing.go_on(off) == 0
    with wiring.rows.read("default") as reading:
        assert scrubbing.standing(reading) is None
