"""Whether a bucket keeps what it promises, tried on the bucket itself: documentation and servers differ.

A small object is locked for `_LOCKED`, and then everything is tried that must not work. Only when all of
it was refused, and the object still reads back as it was, are locks proven. The objects of earlier proofs
are removed once their locks have run out.

A conditional write (If-None-Match) is not among them: with Object Lock a bucket keeps versions, so an
overwriting only adds one, and Ceph 16.2 ignores the condition there. The locked version must read as it was.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from botocore.exceptions import ClientError

from storage.blobs import Worm
from storage.errors import StorageError
from storage.s3_client import Client, code_of, status_of, translating

_LOCKED: Final = timedelta(minutes=20)
"""Longer than clocks may differ: a server refuses requests that are off by 15 minutes."""
_KEPT: Final = (
    b"This object shows whether the bucket keeps what is locked. It may be deleted once it can be.\n"
)
_OTHER: Final = b"Overwritten.\n"


@dataclass(frozen=True)
class Proof:
    """What was tried, and whether the bucket behaved."""

    tried: Mapping[str, bool]
    """By name: `lock`, `wrong_checksum`, `deletion`, `bypass`, `shortening`, `overwriting`."""

    @property
    def worm(self) -> Worm:
        return Worm.PROVEN if self.tried and all(self.tried.values()) else Worm.ABSENT

    @property
    def failed(self) -> tuple[str, ...]:
        """What the bucket let happen, or could not do."""
        return tuple(name for name, well in self.tried.items() if not well)


def prove(client: Client, bucket: str, prefix: str, *, now: datetime) -> Proof:
    """Try it.

    Raises:
        StorageError: nobody answered, so nothing is known.
    """
    try:
        with translating():
            return Proof(dict(_tries(client, bucket, prefix, now)))
    finally:
        with suppress(StorageError, ClientError):
            _tidy(client, bucket, prefix)


def rehearse(
    client: Client, bucket: str, prefix: str, options: Mapping[str, Any], tagging: Mapping[str, Any]
) -> None:
    """Write a small object with these options and tags, read it back, look at its encryption, delete it.

    Raises:
        StorageError: something of it did not work.
    """
    key = f"{prefix}{secrets.token_hex(8)}"
    with translating():
        client.put_object(Bucket=bucket, Key=key, Body=_KEPT, **options)
        try:
            if tagging["TagSet"]:
                client.put_object_tagging(Bucket=bucket, Key=key, Tagging=tagging)
            found = client.get_object(Bucket=bucket, Key=key)
            if found["Body"].read() != _KEPT:
                raise StorageError("The object storage gave back other bytes than were written.")
            wanted = options.get("ServerSideEncryption")
            if wanted and found.get("ServerSideEncryption") != wanted:
                raise StorageError(
                    "The object storage does not encrypt as SIXFACE_S3_ENCRYPTION asks; choose another."
                )
        finally:
            client.delete_object(Bucket=bucket, Key=key)


def _tries(client: Client, bucket: str, prefix: str, now: datetime) -> Iterator[tuple[str, bool]]:
    there = lockable(client, bucket)
    yield "lock", there
    if not there:
        return
    key = f"{prefix}{secrets.token_hex(8)}"
    place = {"Bucket": bucket, "Key": key}
    yield "wrong_checksum", _refused(client.put_object, **place, Body=_KEPT, ContentMD5=_md5(_OTHER))
    until = now + _LOCKED
    lock = {"ObjectLockMode": "COMPLIANCE", "ObjectLockRetainUntilDate": until}
    version = client.put_object(**place, Body=_KEPT, ContentMD5=_md5(_KEPT), **lock).get("VersionId")
    if not version:
        yield "versions", False
        return
    kept = {**place, "VersionId": str(version)}
    yield "deletion", _refused(client.delete_object, **kept)
    yield "bypass", _refused(client.delete_object, **kept, BypassGovernanceRetention=True)
    shorter = {"Mode": "COMPLIANCE", "RetainUntilDate": until - _LOCKED / 2}
    yield "shortening", _refused(client.put_object_retention, **kept, Retention=shorter)
    with suppress(ClientError):  # refused or a version of its own: both leave the first one as it was
        client.put_object(**place, Body=_OTHER)
    yield "overwriting", client.get_object(**kept)["Body"].read() == _KEPT


def lockable(client: Client, bucket: str) -> bool:
    """Whether the bucket says that it has Object Lock. Raises `ClientError` where there is no bucket."""
    try:
        found = client.get_object_lock_configuration(Bucket=bucket)
    except ClientError as error:
        if code_of(error) == "NoSuchBucket":
            raise
        return False
    return found.get("ObjectLockConfiguration", {}).get("ObjectLockEnabled") == "Enabled"


def _refused(call: Callable[..., object], **request: object) -> bool:
    try:
        call(**request)
    except ClientError as error:
        # A server that breaks has refused nothing.
        return 400 <= status_of(error) < 500  # noqa: PLR2004 - the range of refusals in HTTP
    return False


def _md5(data: bytes) -> str:
    return base64.b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode()


def _tidy(client: Client, bucket: str, prefix: str) -> None:
    """Remove what earlier proofs left; what is still locked refuses."""
    with translating():
        for page in client.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix):
            for each in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
                with suppress(ClientError):
                    client.delete_object(Bucket=bucket, Key=each["Key"], VersionId=each["VersionId"])
