"""What a bucket with Object Lock keeps from being deleted, asked and told object by object.

Such a bucket keeps versions: a deletion by name only hides an object, and its bytes stay for good. So
what is to go is deleted version by version, and only after all of them were looked at, so that an object
that is locked stays wholly as it was. Everything is read from HEAD, which servers answer alike; what they
say where there is no lock differs (Ceph 16.2, moto and AWS have each their own).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, final

from storage import s3_proof
from storage.blobs import Lock
from storage.errors import LockedBlobError, MissingBlobError
from storage.s3_client import Client, translating


@final
class Locks:
    """The locks of one bucket; `digest` is what an object is called when something is wrong with it."""

    def __init__(self, client: Client, bucket: str) -> None:
        self._client = client
        self._bucket = bucket
        self._there: bool | None = None
        self._asking = threading.Lock()

    def there(self) -> bool:
        """Whether the bucket has Object Lock at all; asked once.

        Raises:
            StorageError: nobody answers.
        """
        with self._asking:
            if self._there is None:
                with translating():
                    self._there = s3_proof.lockable(self._client, self._bucket)
            return self._there

    def of(self, key: str, digest: str) -> Lock | None:
        """What keeps the object now; None where nothing does, or nothing is there."""
        if not self.there():
            return None
        return _latest([lock for _, lock in self._versions(key, digest) if lock is not None])

    def hold(self, key: str, digest: str, *, held: bool) -> bool:
        """Set or lift the legal hold; False where the bucket has none. Raises `MissingBlobError`."""
        if not self.there():
            return False
        status = {"Status": "ON" if held else "OFF"}
        with translating(digest):
            # moto breaks where nothing is there, so that is asked first.
            self._client.head_object(Bucket=self._bucket, Key=key)
            self._client.put_object_legal_hold(Bucket=self._bucket, Key=key, LegalHold=status)
        return True

    def keep(self, key: str, digest: str, until: datetime, mode: str) -> None:
        """Lock the object until then, unless it is locked for longer; a lock keeps the mode that it has.

        Raises:
            StorageError: the bucket has no Object Lock.
        """
        place = {"Bucket": self._bucket, "Key": key}
        with translating(digest):
            found = self._client.head_object(**place)
            there = found.get("ObjectLockRetainUntilDate")
            if there is not None and there >= until:
                return
            retention = {"Mode": found.get("ObjectLockMode") or mode, "RetainUntilDate": until}
            self._client.put_object_retention(**place, Retention=retention)

    def delete(self, key: str, digest: str) -> None:
        """Remove the object with all its versions.

        Raises:
            LockedBlobError: one of them is locked; all are as they were.
        """
        if not self.there():
            with suppress(MissingBlobError), translating(digest):
                self._client.delete_object(Bucket=self._bucket, Key=key)
            return
        versions = list(self._versions(key, digest))
        if lock := _latest([each for _, each in versions if each is not None]):
            raise LockedBlobError(digest, lock.until)
        for version, _ in versions:
            with suppress(MissingBlobError), translating(digest):
                self._client.delete_object(Bucket=self._bucket, Key=key, VersionId=version)

    def _versions(self, key: str, digest: str) -> Iterator[tuple[str, Lock | None]]:
        """All versions of an object with what locks each, the markers of deletions last."""
        markers: list[str] = []
        with translating(digest):
            pages = self._client.get_paginator("list_object_versions")
            for page in pages.paginate(Bucket=self._bucket, Prefix=key):
                for each in _named(page.get("Versions", ()), key):
                    yield each, self._lock(key, each)
                markers += _named(page.get("DeleteMarkers", ()), key)
        yield from ((each, None) for each in markers)

    def _lock(self, key: str, version: str) -> Lock | None:
        found = self._client.head_object(Bucket=self._bucket, Key=key, VersionId=version)
        until = found.get("ObjectLockRetainUntilDate")
        held = found.get("ObjectLockLegalHoldStatus") == "ON"
        # By the server's own clock, which is the one that counts.
        if until is not None and until <= parsedate_to_datetime(
            found["ResponseMetadata"]["HTTPHeaders"]["date"]
        ):
            until = None
        return Lock(until, held) if held or until else None


def _named(found: Any, key: str) -> list[str]:  # noqa: ANN401 - boto3 makes its answers at run time
    return [str(each["VersionId"]) for each in found if each["Key"] == key]


def _latest(locks: list[Lock]) -> Lock | None:
    if not locks:
        return None
    dates = [lock.until for lock in locks if lock.until is not None]
    return Lock(max(dates, default=None), any(lock.held for lock in locks))
