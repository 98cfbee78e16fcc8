from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from api import examination, intake
from api.caller import CLI, WORKER
from api.desk import Desk, Wiring
from api.errors import MissingItemError, StoppedError, SupersededError
from api.examination import MOST_STARTS, ROOM, Watch, cancel, examine, explain, give_up
from api.idempotency import Claim
from api.intake import Offer
from api.item import KIND, Item, State, find
from evidence.fault import FaultError
from evidence.model import Report, say
from evidence.spawn import Progress
from storage.errors import StorageError, StorageFullError
from storage.memory import MemoryBlobs


@pytest.fixture
def desk(idle: Wiring) -> Desk:
    return idle.desk(WORKER)


def received(desk: Desk, file: Path) -> Item:
    with intake.opened(desk.wiring) as upload:
        upload.write(file.read_bytes())
        return intake.receive(desk, upload, Offer(file.name), Claim(None, "", "")).item


def log_of(desk: Desk, item: Item) -> list[str]:
    with desk.read() as reading:
        return [entry.event for entry in reading.entries(item.stream)]


def broken(code: str) -> type:
    class Broken:
        def __init__(self, *_: object, **__: object) -> None: ...

        def wait(self, _: Callable[[Progress], None]) -> Report:
            raise FaultError(code, say("It broke."))

        def kill(self) -> None: ...

    return Broken


def test_a_film_becomes_a_report_and_its_stills_are_held(desk: Desk, film: Path) -> None:
    item = received(desk, film)
    done = examine(desk, item.id)
    assert done.state is State.REPORTED
    with desk.read() as reading:
        row = reading.get("report", item.id)
        assert row is not None
        report = Report.model_validate(row.body)
        assert reading.get("progress", item.id) is None
        held = {each.id for each in reading.find("blob").rows}
    assert report.verdict is done.verdict
    assert held == {item.digest, *(still.digest for still in report.stills)} == set(desk.blobs.digests())
    assert list(desk.wiring.work.iterdir()) == []
    assert examine(desk, item.id) == done
    assert log_of(desk, item) == ["evidence.received", "examination.begun", "examination.reported"]


def test_progress_is_told_to_the_listener_and_to_other_processes(
    desk: Desk, long_film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(examination, "BETWEEN_PROGRESS", 0.0)
    item = received(desk, long_film)
    seen: list[Progress] = []
    rows: list[object] = []

    def listen(progress: Progress) -> None:
        seen.append(progress)
        with desk.read() as reading:
            rows.append(reading.get("progress", item.id))

    examine(desk, item.id, Watch(listen))
    assert [each.at for each in seen] == sorted(each.at for each in seen)
    assert any(rows)


def test_what_is_done_by_somebody_else_meanwhile_has_no_progress_left(
    desk: Desk, long_film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(examination, "BETWEEN_PROGRESS", 0.0)
    item = received(desk, long_film)
    done = threading.Event()

    def listen(_: Progress) -> None:
        if not done.is_set():
            done.set()
            give_up(desk, item.id)

    examine(desk, item.id, Watch(listen))
    assert done.is_set()
    with desk.read() as reading:
        assert reading.get("progress", item.id) is None


def test_what_breaks_twice_cannot_be_told(desk: Desk, film: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examination, "Child", broken("fault.killed"))
    item = received(desk, film)
    done = examine(desk, item.id)
    assert (done.state, done.faults) == (State.UNVERIFIABLE, 2)
    assert str(explain(done)).endswith("have a person look at the original.")
    assert log_of(desk, item)[-2:] == ["examination.broke", "examination.unverifiable"]


@pytest.mark.parametrize("when", ["before it begins", "while the child writes"])
def test_a_full_disk_is_no_answer_about_the_file(
    idle: Wiring, film: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    free = [ROOM, 0, 0] if when == "while the child writes" else [0]
    full = replace(idle, space=lambda _: free.pop(0)).desk(WORKER)
    item = received(full, film)
    with monkeypatch.context() as patched:
        patched.setattr(examination, "Child", broken("fault.full"))
        with pytest.raises(StorageFullError):
            examine(full, item.id)
    with full.read() as reading:
        left, _ = find(reading, item.id)
    assert not left.state.final
    assert left.faults == 0
    assert examine(idle.desk(WORKER), item.id).state is State.REPORTED


def test_a_work_folder_that_cannot_be_made_is_told_as_what_it_is(desk: Desk, film: Path) -> None:
    item = received(desk, film)
    desk.wiring.work.parent.mkdir(parents=True, exist_ok=True)
    desk.wiring.work.write_text("a file where the folder should be")
    with pytest.raises(StorageError):
        examine(desk, item.id)


def test_what_is_begun_too_often_cannot_be_told(
    desk: Desk, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Dying:
        def __init__(self, *_: object, **__: object) -> None:
            raise KeyboardInterrupt

    monkeypatch.setattr(examination, "Child", Dying)
    item = received(desk, film)
    for _ in range(MOST_STARTS):
        with pytest.raises(KeyboardInterrupt):
            examine(desk, item.id)
    assert examine(desk, item.id).state is State.UNVERIFIABLE


def test_a_stop_leaves_the_item_for_the_next_time(desk: Desk, long_film: Path) -> None:
    item = received(desk, long_film)
    watch = Watch()
    begun = threading.Event()
    watch.listener = lambda _: begun.set()
    threading.Thread(target=lambda: begun.wait(20) and watch.stop()).start()
    with pytest.raises(StoppedError):
        examine(desk, item.id, watch)
    assert begun.is_set()
    with desk.read() as reading:
        left, _ = find(reading, item.id)
    assert (left.state, left.faults) == (State.EXAMINING, 0)
    assert examine(desk, item.id).state is State.REPORTED


def test_a_watch_that_was_stopped_before_lets_nothing_start(desk: Desk, film: Path) -> None:
    watch = Watch()
    watch.stop()
    item = received(desk, film)
    with pytest.raises(StoppedError):
        examine(desk, item.id, watch)


def test_bytes_that_changed_in_the_store_are_no_evidence(desk: Desk, film: Path) -> None:
    item = received(desk, film)
    assert isinstance(desk.blobs, MemoryBlobs)
    data = bytearray(film.read_bytes())
    data[len(data) // 2] ^= 1
    desk.blobs._held[item.digest] = bytes(data)
    assert examine(desk, item.id).state is State.UNVERIFIABLE


def test_the_first_answer_stands(desk: Desk, film: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    item = received(desk, film)
    real = examination.Child

    class Late(real):
        def wait(self, progress: Callable[[Progress], None] | None = None) -> Report:
            report = super().wait(progress)
            give_up(desk, item.id)
            return report

    monkeypatch.setattr(examination, "Child", Late)
    assert examine(desk, item.id).state is State.UNVERIFIABLE
    with desk.read() as reading:
        assert reading.get("report", item.id) is None


class Faster:
    """Somebody else, who acts on the item while its examination runs."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
        real = examination.Child

        class Slow(real):
            def wait(self, progress: Callable[[Progress], None] | None = None) -> Report:
                monkeypatch.setattr(examination, "Child", real)
                act()
                return super().wait(progress)

        monkeypatch.setattr(examination, "BETWEEN_PROGRESS", 0.0)
        monkeypatch.setattr(examination, "Child", Slow)


def test_a_run_that_another_one_has_overtaken_ends_with_the_answer_of_that(
    desk: Desk, long_film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = received(desk, long_film)
    Faster(monkeypatch, lambda: examine(desk, item.id))
    done = examine(desk, item.id)
    assert (done.state, done.starts) == (State.REPORTED, 2)
    assert log_of(desk, item) == ["evidence.received", *2 * ["examination.begun"], "examination.reported"]
    with desk.read() as reading:
        assert reading.get("progress", item.id) is None


def test_a_run_gives_way_to_one_that_began_later(
    desk: Desk, long_film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = received(desk, long_film)
    Faster(monkeypatch, lambda: examination._begin(examination._Exam(desk, Watch()), item.id))
    with pytest.raises(SupersededError):
        examine(desk, item.id)
    assert "examination.reported" not in log_of(desk, item)


def test_the_faults_of_a_run_that_was_taken_over_do_not_count(
    desk: Desk, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = received(desk, film)
    exam = examination._Exam(desk, Watch())
    frozen = examination._begin(exam, item.id)
    examination._begin(exam, item.id)
    with pytest.raises(SupersededError):
        examination._faulted(exam, frozen, FaultError("fault.killed", say("It broke.")))
    with desk.read() as reading:
        assert find(reading, item.id)[0].faults == 0


def test_what_is_cancelled_ends_wherever_it_runs(
    desk: Desk, long_film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = received(desk, long_film)
    Faster(monkeypatch, lambda: cancel(desk, item.id))
    done = examine(desk, item.id)
    assert done.state is State.REFUSED
    assert str(explain(done)).startswith("The check was cancelled")
    assert log_of(desk, item)[-1] == "examination.refused"
    assert cancel(desk, item.id) == done
    assert examine(desk, item.id) == done


def test_what_is_not_there_cannot_be_examined(desk: Desk) -> None:
    with pytest.raises(MissingItemError):
        examine(desk, "ev_none")


def test_the_name_of_the_actor_is_in_the_log(desk: Desk, photo: Path) -> None:
    item = received(desk.wiring.desk(CLI), photo)
    examine(desk, item.id)
    with desk.read() as reading:
        actors = [entry.actor for entry in reading.entries(item.stream)]
        assert len(reading.find(KIND, {"state": "reported"}).rows) == 1
    assert actors == ["cli", "worker", "worker"]
