"""What a bucket promises beyond keeping bytes: locks, holds, links, tags, encryption; on a real server."""

from __future__ import annotations

import hashlib
import os
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from storage.blobs import Worm
from storage.errors import LockedBlobError, StorageError
from storage.s3 import Keeping, S3Blobs
from storage.s3_client import connect
from storage.s3_proof import Proof, prove
from tests.buckets import Server, fresh_bucket


def keep(blobs: S3Blobs, data: bytes) -> str:
    with blobs.stage() as staging:
        staging.write(data)
        return staging.commit().digest


def key_of(data: bytes) -> str:
    digits = hashlib.sha256(data).hexdigest()
    return f"sha256/{digits[:2]}/{digits[2:4]}/{digits}"


def store(server: Server, bucket: str, tmp_path: Path, keeping: Keeping) -> tuple[S3Blobs, Any]:
    client: Any = server.client()
    return S3Blobs(bucket, "", client, staging=tmp_path / "staging", keeping=keeping), client


def test_a_bucket_that_keeps_its_locks_is_proven(ceph: Server, tmp_path: Path) -> None:
    bucket = fresh_bucket(ceph, lockable=True)
    blobs, client = store(ceph, bucket, tmp_path, Keeping())
    proof = blobs.prove()
    assert proof.failed == ()
    assert set(proof.tried) == {
        "lock",
        "wrong_checksum",
        "deletion",
        "bypass",
        "shortening",
        "overwriting",
    }
    assert blobs.worm() is Worm.PROVEN
    assert list(blobs.digests()) == []
    left = client.list_object_versions(Bucket=bucket)["Versions"]
    assert {each["Key"].split("/")[0] for each in left} == {"proof"}


def test_an_ordinary_bucket_is_not(ceph: Server, tmp_path: Path) -> None:
    bucket = fresh_bucket(ceph)
    blobs, client = store(ceph, bucket, tmp_path, Keeping())
    assert blobs.prove() == Proof({"lock": False})
    assert blobs.worm() is Worm.ABSENT
    assert "Contents" not in client.list_objects_v2(Bucket=bucket)


def test_a_server_that_only_says_so_is_not_believed(moto: Server) -> None:
    proof = prove(moto.client(), fresh_bucket(moto, lockable=True), "proof/", now=datetime.now(UTC))
    assert proof.worm is Worm.ABSENT
    assert "wrong_checksum" in proof.failed


def test_nobody_deletes_a_locked_original_before_its_date(ceph: Server, tmp_path: Path) -> None:
    bucket = fresh_bucket(ceph, lockable=True)
    blobs, client = store(ceph, bucket, tmp_path, Keeping(lock_days=30))
    digest = keep(blobs, b"abc")
    place = {"Bucket": bucket, "Key": key_of(b"abc")}
    found = client.get_object_retention(**place)["Retention"]
    assert found["Mode"] == "COMPLIANCE"
    assert timedelta(days=29) < found["RetainUntilDate"] - datetime.now(UTC) <= timedelta(days=30)
    version = client.head_object(**place)["VersionId"]
    with pytest.raises(ClientError, match="AccessDenied"):
        client.delete_object(**place, VersionId=version, BypassGovernanceRetention=True)
    assert keep(blobs, b"abc") == digest  # once more: the lock is renewed, the object is not
    assert client.head_object(**place)["VersionId"] == version
    with pytest.raises(LockedBlobError):
        blobs.delete(digest)
    assert client.get_object(**place)["Body"].read() == b"abc"


def test_locks_without_object_lock_are_an_error_in_words(ceph: Server, tmp_path: Path) -> None:
    blobs, _ = store(ceph, fresh_bucket(ceph), tmp_path, Keeping(lock_days=1))
    with pytest.raises(StorageError, match="Object Lock"):
        keep(blobs, b"abc")


@pytest.mark.parametrize("kind", ["moto", "ceph"])
def test_a_link_downloads_as_an_attachment_for_a_while(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str
) -> None:
    server: Server = request.getfixturevalue(kind)
    bucket = fresh_bucket(server)
    blobs, _ = store(server, bucket, tmp_path, Keeping())
    data = os.urandom(10_000)
    url = blobs.link(keep(blobs, data), disposition='attachment; filename="a.mp4"')
    assert url is not None
    assert "X-Amz-Expires=300" in url
    with urllib.request.urlopen(url) as answer:  # noqa: S310 - our own server
        assert answer.read() == data
        assert answer.headers["content-disposition"] == 'attachment; filename="a.mp4"'
        assert answer.headers["content-type"] == "application/octet-stream"
    if kind == "ceph":
        for wrong in (url.replace("attachment", "inline"), url.partition("?")[0]):
            with pytest.raises(urllib.error.HTTPError, match="403"):
                urllib.request.urlopen(wrong)  # noqa: S310 - our own server


@pytest.mark.parametrize("size", [1000, 17 << 20])
def test_tags_are_on_every_object(ceph: Server, tmp_path: Path, size: int) -> None:
    bucket = fresh_bucket(ceph)
    blobs, client = store(ceph, bucket, tmp_path, Keeping(tags={"kind": "evidence", "owner": "a b"}))
    data = os.urandom(size)
    keep(blobs, data)
    found = client.get_object_tagging(Bucket=bucket, Key=key_of(data))["TagSet"]
    assert {each["Key"]: each["Value"] for each in found} == {"kind": "evidence", "owner": "a b"}


def test_encryption_is_asked_for_and_looked_at(moto: Server, tmp_path: Path) -> None:
    bucket = fresh_bucket(moto)
    blobs, client = store(moto, bucket, tmp_path, Keeping(encryption="AES256"))
    blobs.rehearse()
    keep(blobs, b"abc")
    assert client.head_object(Bucket=bucket, Key=key_of(b"abc"))["ServerSideEncryption"] == "AES256"
    blobs, client = store(moto, bucket, tmp_path, Keeping(encryption="aws:kms", kms_key="k"))
    keep(blobs, b"abcd")
    found = client.head_object(Bucket=bucket, Key=key_of(b"abcd"))
    assert (found["ServerSideEncryption"], found["SSEKMSKeyId"]) == ("aws:kms", "k")


def test_encryption_that_a_server_does_not_do_is_told(ceph: Server, tmp_path: Path) -> None:
    blobs, _ = store(ceph, fresh_bucket(ceph), tmp_path, Keeping(encryption="aws:kms", kms_key="none"))
    with pytest.raises(StorageError):
        blobs.rehearse()


@pytest.mark.parametrize("kind", ["moto", "ceph"])
def test_a_rehearsal_leaves_nothing(request: pytest.FixtureRequest, tmp_path: Path, kind: str) -> None:
    server: Server = request.getfixturevalue(kind)
    bucket = fresh_bucket(server)
    blobs, client = store(server, bucket, tmp_path, Keeping(tags={"a": "b"}))
    blobs.rehearse()
    assert "Contents" not in client.list_objects_v2(Bucket=bucket)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"secret_key": "other"}, "credentials"),
        ({"access_key": "nobody"}, "credentials"),
        ({"bucket": "nobody-made-this"}, "SIXFACE_S3_BUCKET"),
        ({"endpoint": "http://127.0.0.1:9"}, "Nobody answers"),
    ],
)
def test_what_is_wrong_is_told_in_words(
    ceph: Server, tmp_path: Path, wrong: dict[str, str], sentence: str
) -> None:
    given = {"endpoint": ceph.endpoint, "access_key": ceph.access_key, "secret_key": ceph.secret_key}
    bucket = wrong.get("bucket", fresh_bucket(ceph))
    client = connect(region="us-east-1", **{**given, **{k: v for k, v in wrong.items() if k != "bucket"}})
    blobs = S3Blobs(bucket, "", client, staging=tmp_path)
    with pytest.raises(StorageError, match=sentence):
        list(blobs.digests())
    with pytest.raises(StorageError, match=sentence):
        blobs.rehearse()
    assert blobs.worm() is Worm.ABSENT


def test_an_address_that_is_none_is_told() -> None:
    with pytest.raises(StorageError, match="no URL"):
        connect(endpoint="nowhere", region="us-east-1", access_key="a", secret_key="b")


def test_broken_uploads_are_ended_at_start(ceph: Server, tmp_path: Path) -> None:
    bucket = fresh_bucket(ceph)
    client: Any = ceph.client()
    client.create_multipart_upload(Bucket=bucket, Key=key_of(b"never finished"))
    late = S3Blobs(
        bucket, "", client, staging=tmp_path, clock=lambda: datetime.now(UTC) + timedelta(hours=25)
    )
    assert S3Blobs(bucket, "", client, staging=tmp_path).sweep() == 0
    assert late.sweep() == 1
    assert late.sweep() == 0
