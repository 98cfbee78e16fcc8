"""What a store that locks keeps, whoever asks: one contract for memory, moto and Ceph."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage.blobs import Blobs, Lock, LockedBlobError, MissingBlobError, named
from storage.memory import MemoryBlobs
from storage.s3 import Keeping, LockMode, S3Blobs
from tests.buckets import Server, fresh_bucket

ABSENT = named("0" * 64)
SECOND = timedelta(seconds=1)

Open = Callable[..., Blobs]


@pytest.fixture(params=["memory", "moto", "ceph"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Open:
    """Opens the same store again, with other days in which it locks, or at another time."""
    if request.param == "memory":
        made = MemoryBlobs(locked_for=timedelta(0))

        def again(days: int = 0, ahead: timedelta = timedelta(0)) -> Blobs:
            made._locked_for, made._clock = timedelta(days=days), lambda: datetime.now(UTC) + ahead
            return made

        return again
    server: Server = request.getfixturevalue(request.param)
    bucket = fresh_bucket(server, lockable=True)

    def opened(days: int = 0, ahead: timedelta = timedelta(0), mode: LockMode = LockMode.COMPLIANCE) -> Blobs:
        keeping = Keeping(lock_days=days, lock_mode=mode)
        clock = lambda: datetime.now(UTC) + ahead  # noqa: E731 - short
        return S3Blobs(bucket, "", server.client(), staging=tmp_path / "s", keeping=keeping, clock=clock)

    return opened


def keep(blobs: Blobs, data: bytes = b"abc") -> str:
    with blobs.stage() as staging:
        staging.write(data)
        return staging.commit().digest


def days_left(lock: Lock | None) -> float:
    assert lock is not None
    assert lock.until is not None
    return (lock.until - datetime.now(UTC)) / timedelta(days=1)


def test_what_nothing_locks_goes_wholly(store: Open) -> None:
    blobs = store()
    digest = keep(blobs)
    assert blobs.lock(digest) is None
    assert blobs.lock(ABSENT) is None
    assert blobs.lock("no digest") is None
    blobs.delete(digest)
    blobs.delete(digest)
    assert list(blobs.digests()) == []
    if isinstance(blobs, S3Blobs):  # no version is left below a marker
        versions = blobs._client.get_paginator("list_object_versions").paginate(Bucket=blobs._bucket)
        assert [page for page in versions if "Versions" in page or "DeleteMarkers" in page] == []
    assert keep(blobs) == digest


def test_a_lock_is_told_and_its_blob_stays_as_it_was(store: Open) -> None:
    blobs = store(days=30)
    digest = keep(blobs)
    assert 29.9 < days_left(blobs.lock(digest)) <= 30
    with pytest.raises(LockedBlobError, match="locked") as caught:
        blobs.delete(digest)
    assert caught.value.until == blobs.lock(digest).until  # type: ignore[union-attr]
    assert list(blobs.digests()) == [digest]
    with blobs.open(digest) as opened:
        assert opened.read() == b"abc"


def test_a_lock_is_renewed_and_never_shortened(store: Open) -> None:
    digest = keep(store(days=30))
    assert keep(store(days=2)) == digest  # sent again after the days were set lower
    store(days=2).renew(digest)
    assert 29.9 < days_left(store().lock(digest)) <= 30
    store(days=30, ahead=timedelta(days=5)).renew(digest)
    assert 34.9 < days_left(store().lock(digest)) <= 35
    store().renew(digest)  # no days are set, so nothing is locked anew
    assert 34.9 < days_left(store().lock(digest)) <= 35
    with pytest.raises(MissingBlobError):
        store(days=1).renew(ABSENT)


def test_a_hold_stands_until_it_is_lifted(store: Open) -> None:
    blobs = store()
    digest = keep(blobs)
    for _ in range(2):
        assert blobs.hold(digest, held=True)
    assert blobs.lock(digest) == Lock(None, held=True)
    with pytest.raises(LockedBlobError):
        blobs.delete(digest)
    assert blobs.stat(digest)
    for _ in range(2):
        assert blobs.hold(digest, held=False)
    assert blobs.lock(digest) is None
    blobs.delete(digest)
    assert blobs.stat(digest) is None
    with pytest.raises(MissingBlobError):
        blobs.hold(digest, held=True)


def test_a_store_without_locks_says_so(blobs: Blobs) -> None:
    digest = keep(blobs)
    assert not blobs.hold(digest, held=True)
    assert blobs.lock(digest) is None
    blobs.renew(digest)
    blobs.delete(digest)
    assert blobs.stat(digest) is None


def test_a_lock_keeps_the_mode_that_it_has(ceph: Server, tmp_path: Path) -> None:
    """A server refuses to change it, and storing the same bytes again must not fail for that."""
    bucket, client = fresh_bucket(ceph, lockable=True), ceph.client()

    def opened(mode: LockMode, days: int) -> S3Blobs:
        return S3Blobs(bucket, "", client, staging=tmp_path, keeping=Keeping(lock_days=days, lock_mode=mode))

    digest = keep(opened(LockMode.GOVERNANCE, 2))
    stricter = opened(LockMode.COMPLIANCE, 5)
    assert keep(stricter) == digest
    assert 4.9 < days_left(stricter.lock(digest)) <= 5


def test_an_older_version_that_is_locked_keeps_all(ceph: Server, tmp_path: Path) -> None:
    bucket, client = fresh_bucket(ceph, lockable=True), ceph.client()
    blobs = S3Blobs(bucket, "", client, staging=tmp_path, keeping=Keeping(lock_days=2))
    digest = keep(blobs)
    digits = digest.removeprefix("sha256:")
    client.put_object(Bucket=bucket, Key=f"sha256/{digits[:2]}/{digits[2:4]}/{digits}", Body=b"other")
    with pytest.raises(LockedBlobError):
        blobs.delete(digest)
