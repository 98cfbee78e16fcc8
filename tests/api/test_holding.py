from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from api.holding import hold, let_go, release
from storage.errors import MissingBlobError
from storage.memory import MemoryBlobs, MemoryRows

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def blob(blobs: MemoryBlobs, data: bytes) -> str:
    with blobs.stage() as staging:
        staging.write(data)
        return staging.commit().digest


def test_what_is_held_stays_and_what_is_not_goes() -> None:
    blobs, rows = MemoryBlobs(), MemoryRows()
    kept, loose = blob(blobs, b"kept"), blob(blobs, b"loose")
    with rows.begin("t", now=NOW) as unit:
        hold(blobs, unit, kept)
        hold(blobs, unit, kept)
    assert release(blobs, rows, ["t"], now=NOW) == 1
    assert list(blobs.digests()) == [kept]
    with rows.begin("t", now=NOW) as unit, pytest.raises(MissingBlobError):
        hold(blobs, unit, loose)


def test_what_is_taken_up_meanwhile_is_not_removed() -> None:
    blobs, rows = MemoryBlobs(), MemoryRows()
    loose = blob(blobs, b"loose")

    class Slow(MemoryBlobs):
        pass

    listed = blobs.digests

    def digests() -> object:
        yield from listed()
        with rows.begin("t", now=NOW) as unit:
            hold(blobs, unit, loose)

    blobs.digests = digests
    assert release(blobs, rows, ["t"], now=NOW) == 0
    assert blobs.stat(loose) is not None


def test_what_another_tenant_holds_stays() -> None:
    blobs, rows = MemoryBlobs(), MemoryRows()
    shared, loose = blob(blobs, b"shared"), blob(blobs, b"loose")
    with rows.begin("b", now=NOW) as unit:
        hold(blobs, unit, shared)
    assert let_go(blobs, rows, ["a", "b"], [shared, loose], now=NOW) == 1
    assert release(blobs, rows, ["a", "b"], now=NOW) == 0
    assert list(blobs.digests()) == [shared]


def test_what_the_store_keeps_longer_goes_later() -> None:
    rows, day = MemoryRows(), [0]
    blobs = MemoryBlobs(locked_for=timedelta(days=2), clock=lambda: NOW + timedelta(days=day[0]))
    loose = blob(blobs, b"loose")
    assert release(blobs, rows, ["t"], now=NOW) == 0
    assert list(blobs.digests()) == [loose]
    day[0] = 3
    assert release(blobs, rows, ["t"], now=NOW) == 1
