"""What only S3 can do wrong. The server is moto's: fine for plumbing, no proof of any server's integrity."""

from __future__ import annotations

import hashlib
import io
import os
import socket
import warnings
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from storage.blobs import DamagedBlobError, MissingBlobError, damaged, named
from storage.errors import StorageError, StorageFullError
from storage.s3 import S3Blobs
from storage.s3_client import connect


def digest_of(data: bytes) -> str:
    return named(hashlib.sha256(data).hexdigest())


def keep(blobs: S3Blobs, data: bytes) -> str:
    with blobs.stage() as staging:
        staging.write(data)
        return staging.commit().digest


def key_of(data: bytes) -> str:
    digits = hashlib.sha256(data).hexdigest()
    return f"kept/here/sha256/{digits[:2]}/{digits[2:4]}/{digits}"


class Spy:
    """A client that counts its calls and can be told to do something else."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.calls: list[str] = []
        self.instead: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Any:
        real = self.instead.get(name, getattr(self.client, name))

        def call(*args: Any, **kwargs: Any) -> Any:
            self.calls.append(name)
            return real(*args, **kwargs)

        return call


@pytest.fixture
def spy(s3_client: Any) -> Spy:
    return Spy(s3_client)


@pytest.fixture
def blobs(spy: Spy, bucket: str, tmp_path: Path) -> S3Blobs:
    return S3Blobs(bucket, "/kept/here/", spy, staging=tmp_path / "staging")


@pytest.fixture
def staged(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "staging"
    assert list((tmp_path / "staging").iterdir()) == []


def flipped(data: bytes) -> bytes:
    return bytes([data[0] ^ 1]) + data[1:]


@pytest.mark.usefixtures("staged")
def test_the_key_is_the_hash_and_our_hash_is_kept_beside_it(blobs: S3Blobs, spy: Spy, bucket: str) -> None:
    keep(blobs, b"abc")
    found = spy.client.head_object(Bucket=bucket, Key=key_of(b"abc"))
    assert found["Metadata"] == {"sha256": hashlib.sha256(b"abc").hexdigest()}
    assert [each["Key"] for each in spy.client.list_objects_v2(Bucket=bucket)["Contents"]] == [key_of(b"abc")]


def test_no_prefix_is_no_slash(spy: Spy, bucket: str, tmp_path: Path) -> None:
    keep(S3Blobs(bucket, "", spy, staging=tmp_path), b"abc")
    [found] = spy.client.list_objects_v2(Bucket=bucket)["Contents"]
    assert found["Key"] == key_of(b"abc").removeprefix("kept/here/")


def test_a_large_file_goes_in_parts_and_comes_back_whole(blobs: S3Blobs, spy: Spy, bucket: str) -> None:
    data = os.urandom(18 << 20)
    digest = keep(blobs, data)
    assert "-" in spy.client.head_object(Bucket=bucket, Key=key_of(data))["ETag"]  # it was multipart
    with blobs.open(digest) as stream:
        assert hashlib.file_digest(stream, "sha256").hexdigest() == digest.removeprefix("sha256:")


def test_what_is_there_is_read_back_and_not_sent_again(blobs: S3Blobs, spy: Spy) -> None:
    keep(blobs, b"abc")
    assert spy.calls == ["head_object", "upload_file", "head_object", "get_object"]
    spy.calls.clear()
    keep(blobs, b"abc")
    assert spy.calls == ["head_object", "get_object"]


@pytest.mark.parametrize("rotten", [b"abd", b"ab", b"", b"abcd"])
def test_what_rotted_in_the_bucket_is_found_and_healed(
    blobs: S3Blobs, spy: Spy, bucket: str, rotten: bytes
) -> None:
    kept = keep(blobs, b"other")
    digest = keep(blobs, b"abc")
    spy.client.put_object(Bucket=bucket, Key=key_of(b"abc"), Body=rotten)
    assert list(damaged(blobs)) == [digest]
    with pytest.raises(DamagedBlobError), blobs.local(digest):
        pass
    assert keep(blobs, b"abc") == digest
    assert list(damaged(blobs)) == []
    assert list(blobs.digests()) == sorted([kept, digest])


@pytest.mark.usefixtures("staged")
def test_bytes_that_come_back_otherwise_are_caught_before_the_acknowledgement(
    blobs: S3Blobs, spy: Spy
) -> None:
    def get_object(**request: str) -> dict[str, Any]:
        return {"Body": io.BytesIO(flipped(spy.client.get_object(**request)["Body"].read()))}

    spy.instead["get_object"] = get_object
    with pytest.raises(DamagedBlobError):
        keep(blobs, b"abc")


@pytest.mark.usefixtures("staged")
def test_an_upload_that_stores_too_little_is_caught(blobs: S3Blobs, spy: Spy) -> None:
    def upload_file(file: str, bucket: str, key: str, **_: Any) -> None:
        spy.client.put_object(Bucket=bucket, Key=key, Body=Path(file).read_bytes()[:-1])

    spy.instead["upload_file"] = upload_file
    with pytest.raises(DamagedBlobError):
        keep(blobs, b"abc")


def test_a_blob_deleted_while_it_is_read_back_is_not_acknowledged(
    blobs: S3Blobs, spy: Spy, bucket: str
) -> None:
    def get_object(**request: str) -> Any:
        spy.client.delete_object(Bucket=bucket, Key=request["Key"])
        return spy.client.get_object(**request)

    spy.instead["get_object"] = get_object
    for data in (b"abc", b""):
        with pytest.raises(DamagedBlobError):
            keep(blobs, data)


@pytest.mark.usefixtures("staged")
def test_a_server_that_is_not_there_is_told_in_one_sentence(bucket: str, tmp_path: Path) -> None:
    with socket.socket() as taken:  # bound, and nobody listens
        taken.bind(("127.0.0.1", 0))
        client = connect(
            endpoint=f"http://127.0.0.1:{taken.getsockname()[1]}",
            region="us-east-1",
            access_key="any",
            secret_key="any",
        )
        blobs = S3Blobs(bucket, "p", client, staging=tmp_path / "staging")
        for act in (
            lambda: keep(blobs, b"abc"),
            lambda: blobs.open(digest_of(b"abc")),
            lambda: blobs.stat(digest_of(b"abc")),
            lambda: blobs.delete(digest_of(b"abc")),
            lambda: list(blobs.digests()),
        ):
            with pytest.raises(StorageError, match="check its address") as caught:
                act()
            assert "\n" not in str(caught.value)
            assert not isinstance(caught.value, MissingBlobError)


@pytest.mark.usefixtures("staged")
def test_a_bucket_that_is_not_there_is_no_missing_blob(spy: Spy, tmp_path: Path) -> None:
    blobs = S3Blobs("nobody-made-this", "p", spy, staging=tmp_path / "staging")
    with pytest.raises(StorageError, match="bucket"):
        keep(blobs, b"abc")
    with pytest.raises(StorageError, match="bucket"):
        list(blobs.digests())


@pytest.mark.parametrize(
    ("code", "error"),
    [("QuotaExceeded", StorageFullError), ("AccessDenied", StorageError), ("503", StorageError)],
)
@pytest.mark.usefixtures("staged")
def test_what_the_server_refuses_is_understood(
    blobs: S3Blobs, spy: Spy, bucket: str, code: str, error: type[StorageError]
) -> None:
    def refuse(**_: Any) -> None:
        raise ClientError({"Error": {"Code": code, "Message": "no"}}, "PutObject")

    original = spy.client.put_object
    spy.client.put_object = refuse  # below upload_file, which wraps what it meets
    try:
        with pytest.raises(StorageError) as caught:
            keep(blobs, b"abc")
    finally:
        spy.client.put_object = original
    assert type(caught.value) is error


class Cut(io.BytesIO):
    """An answer whose connection breaks after three bytes."""

    def read(self, amount: int | None = -1, /) -> bytes:
        if self.tell() >= 3:
            from botocore.exceptions import ResponseStreamingError  # noqa: PLC0415 - only here

            raise ResponseStreamingError(error="cut")
        return super().read(3)


def test_a_connection_that_breaks_is_an_error_and_never_an_end(blobs: S3Blobs, spy: Spy) -> None:
    digest = keep(blobs, b"0123456789")
    spy.instead["get_object"] = lambda **_: {"Body": Cut(b"0123456789")}
    with blobs.open(digest) as stream, pytest.raises(StorageError):
        stream.read()
    with pytest.raises(StorageError), blobs.local(digest):
        pass


def test_an_answer_that_ends_early_is_an_error_and_never_an_end(blobs: S3Blobs, spy: Spy) -> None:
    digest = keep(blobs, b"0123456789")
    spy.instead["get_object"] = lambda **_: {"Body": io.BytesIO(b"0123")}
    with blobs.open(digest) as stream, pytest.raises(DamagedBlobError):
        stream.read()


def test_reading_in_order_is_one_request_and_a_seek_one_more(blobs: S3Blobs, spy: Spy) -> None:
    data = os.urandom(5 << 20)
    digest = keep(blobs, data)
    spy.calls.clear()
    with blobs.open(digest) as stream:
        while stream.read(100_000):
            pass
        assert spy.calls.count("get_object") == 1
        stream.seek(4 << 20)
        assert stream.read(10) == data[4 << 20 :][:10]
        assert spy.calls.count("get_object") == 2
    assert stream.closed


def test_broken_uploads_are_ended_by_age_and_whole_files_stay(blobs: S3Blobs, spy: Spy, bucket: str) -> None:
    digest = keep(blobs, b"abc")
    spy.client.create_multipart_upload(Bucket=bucket, Key=key_of(b"never finished"))
    spy.client.create_multipart_upload(Bucket=bucket, Key="somebody/elses")
    begun = spy.client.list_multipart_uploads(Bucket=bucket)["Uploads"][0]["Initiated"]
    assert blobs.abort_uploads(now=begun + timedelta(hours=23)) == 0
    assert blobs.abort_uploads(now=begun + timedelta(hours=25)) == 1
    assert blobs.abort_uploads(now=begun + timedelta(hours=25)) == 0
    assert [each["Key"] for each in spy.client.list_multipart_uploads(Bucket=bucket)["Uploads"]] == [
        "somebody/elses"
    ]
    assert list(blobs.digests()) == [digest]


def test_foreign_objects_in_the_bucket_are_no_blobs(blobs: S3Blobs, spy: Spy, bucket: str) -> None:
    digest = keep(blobs, b"abc")
    for key in (
        "a",
        "kept/here/sha256/readme",
        key_of(b"x").replace("/here/", "/there/"),
        key_of(b"y") + "/z",
    ):
        spy.client.put_object(Bucket=bucket, Key=key, Body=b"x")
    misplaced = key_of(b"z").split("/")
    spy.client.put_object(Bucket=bucket, Key="/".join([*misplaced[:3], "zz", *misplaced[4:]]), Body=b"z")
    assert list(blobs.digests()) == [digest]


def test_many_pages_of_digests(blobs: S3Blobs, spy: Spy, bucket: str) -> None:
    class Short:
        def paginate(self, **request: Any) -> Any:
            pages = spy.client.get_paginator("list_objects_v2")
            return pages.paginate(**request, PaginationConfig={"PageSize": 2})

    spy.instead["get_paginator"] = lambda _: Short()
    names = [str(n).encode() for n in range(7)]
    for name in names:
        spy.client.put_object(Bucket=bucket, Key=key_of(name), Body=name)
    assert list(blobs.digests()) == sorted(map(digest_of, names))


def test_a_full_disk_here_is_told_as_such(spy: Spy, bucket: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StorageError):
        S3Blobs(bucket, "p", spy, staging=tmp_path / "file" / "staging")


def test_a_client_is_made_without_a_word_to_anybody() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        connect(
            endpoint="http://127.0.0.1:1",
            region="us-east-1",
            access_key="a",
            secret_key="b",
            path_style=False,
        )
