"""How a worker puts right what was left; that it works at all is in `test_serving.py`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from api import intake, worker
from api.caller import HTTP
from api.dbos_jobs import DbosJobs
from api.desk import Wiring
from api.idempotency import Claim
from api.intake import Offer
from api.item import Item
from api.jobs import Job
from api.settings import Settings
from api.wiring import embedded


@pytest.fixture
def store(settings: Settings) -> Iterator[Wiring]:
    made = embedded(settings)
    yield made
    made.close()


def received(wiring: Wiring, file: Path) -> Item:
    with intake.opened(wiring) as upload:
        upload.write(file.read_bytes())
        return intake.receive(wiring.desk(HTTP), upload, Offer("a"), Claim(None, "", "")).item


def test_an_item_that_no_job_speaks_for_is_queued_again(
    store: Wiring, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(store.jobs, DbosJobs)
    spoken = received(store, photo)
    with monkeypatch.context() as patched:
        patched.setattr(DbosJobs, "enqueue", lambda *_, **__: None)
        silent = received(store, photo)
    assert store.jobs.waits(Job("default", spoken.id))
    assert not store.jobs.waits(Job("default", silent.id))
    worker._queue_again(store, store.jobs, "default")
    assert store.jobs.waits(Job("default", silent.id))
    store.jobs.enqueue = None  # type: ignore[assignment]
    worker._queue_again(store, store.jobs, "default")


def test_a_blob_that_nobody_needs_is_swept(store: Wiring, photo: Path) -> None:
    kept = received(store, photo)
    with store.blobs.stage() as staging:
        staging.write(b"its process died before the row was written")
        staging.commit()
    store.sweep()
    assert list(store.blobs.digests()) == [kept.digest]
