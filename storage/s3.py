"""Blobs in a bucket: `<prefix>sha256/ab/cd/<hex>`, on any server that speaks S3.

Bytes are staged on this machine and hashed; the upload goes straight to the key that
their hash names, so whoever else writes there writes the same bytes. Then the object
is read back whole and hashed again before `commit` returns. Nothing rests on
checksums that the server reports (a multipart one is a hash of hashes) nor on
conditional writes (servers differ).
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Final, Protocol, cast, final

import boto3
from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from storage import staging
from storage.blobs import CHUNK, Blob, Buffer, Staging, hex_of, named
from storage.errors import DamagedBlobError, MissingBlobError, StorageError, StorageFullError
from storage.staging import Draft, Upload

_PART: Final = 16 << 20
"""Bytes in one part; ten thousand parts, S3's limit, make 160 GiB."""
_MISSING: Final = frozenset({"404", "NoSuchKey", "NotFound"})
_FULL: Final = frozenset({"QuotaExceeded", "InsufficientCapacity", "InsufficientStorage", "507"})
_UNREACHABLE: Final = (
    "The object storage did not answer as it should; check its address, bucket and credentials."
)


class Body(Protocol):
    """The bytes of an answer, as they arrive."""

    def read(self, amount: int, /) -> bytes: ...
    def close(self) -> None: ...


class Client(Protocol):
    """The calls of a boto3 S3 client that this store makes; there are no others."""

    def head_object(self, **request: str) -> Mapping[str, Any]: ...
    def get_object(self, **request: str) -> Mapping[str, Any]: ...
    def delete_object(self, **request: str) -> Mapping[str, Any]: ...
    def upload_file(self, file: str, bucket: str, key: str, /, **options: Any) -> None: ...  # noqa: ANN401 - of many kinds
    def get_paginator(self, name: str, /) -> Any: ...  # noqa: ANN401 - botocore makes its class at run time
    def abort_multipart_upload(self, **request: str) -> Mapping[str, Any]: ...


def connect(
    *,
    endpoint: str | None = None,
    region: str | None = None,
    access_key: str | None = None,
    secret_key: str | None = None,
    path_style: bool = True,
) -> Client:
    """A client with bounded waits; keys that are not given are found the way boto3 finds them.

    `path_style` suits servers of one's own (`https://server/bucket/key`); AWS answers to it too.
    """
    config = Config(
        connect_timeout=5,
        read_timeout=60,
        retries={"mode": "standard", "max_attempts": 3},
        s3={"addressing_style": "path" if path_style else "virtual"},
        # The checksums that boto3 adds unasked are refused by older servers, and we keep our own.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    make = cast("Callable[..., Client]", boto3.client)  # pyright: ignore[reportUnknownMemberType] - it has no types
    return make(
        "s3",
        endpoint_url=endpoint,
        region_name=region,
        aws_access_key_id=access_key,
        aws_secret_access_key=secret_key,
        config=config,
    )


@final
class S3Blobs:
    """A `blobs.Blobs` in `bucket`, under keys that start with `prefix`.

    `staging` is a folder on this machine with room for the largest file, made if need be.
    The bucket must exist.
    """

    def __init__(self, bucket: str, prefix: str, client: Client, *, staging: Path) -> None:
        self._bucket = bucket
        self._prefix = f"{prefix.strip('/')}/sha256/".lstrip("/")
        self._client = client
        self._staging = staging.absolute()
        self._transfer = TransferConfig(
            multipart_threshold=_PART, multipart_chunksize=_PART, max_concurrency=4
        )
        _make(staging)

    def stage(self) -> AbstractContextManager[Staging]:
        return self._receiving(None)

    def adopt(self, path: Path) -> AbstractContextManager[Staging]:
        return self._receiving(path)

    @contextmanager
    def _receiving(self, found: Path | None) -> Generator[Staging]:
        draft = Draft(self._staging, found=found)
        try:
            yield Upload(draft, self._publish)
        finally:
            draft.discard()

    def open(self, digest: str) -> BinaryIO:
        blob = self.stat(digest)
        if blob is None:
            raise MissingBlobError(digest)
        return io.BufferedReader(_Remote(blob, partial(self._body, digest)), CHUNK)

    @contextmanager
    def local(self, digest: str) -> Generator[Path]:
        draft = Draft(self._staging)
        try:
            for chunk in self._chunks(digest):
                draft.write(chunk)
            if draft.digest != digest:
                raise DamagedBlobError(digest)
            yield draft.path
        finally:
            draft.discard()

    def stat(self, digest: str) -> Blob | None:
        try:
            with _translating(digest):
                found = self._client.head_object(Bucket=self._bucket, Key=self._key(digest))
        except MissingBlobError:
            return None
        return Blob(digest, int(found["ContentLength"]))

    def delete(self, digest: str) -> None:
        with suppress(MissingBlobError), _translating(digest):
            self._client.delete_object(Bucket=self._bucket, Key=self._key(digest))

    def digests(self) -> Iterator[str]:
        with _translating():
            pages = self._client.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self._bucket, Prefix=self._prefix):
                for each in page.get("Contents", ()):
                    digest = named(str(each["Key"]).rpartition("/")[2])
                    if hex_of(digest) and self._key(digest) == each["Key"]:
                        yield digest

    def sweep(self) -> int:
        """Remove local drafts that no process holds.

        Parts of broken uploads stay in the bucket, unseen: no lock tells which are alive
        on another machine. `abort_uploads` removes those before a date.
        """
        try:
            return staging.sweep(self._staging)
        except OSError as error:
            raise staging.translated(error) from error

    def abort_uploads(self, *, now: datetime, older_than: timedelta = timedelta(days=1)) -> int:
        """End the multipart uploads begun longer ago than that, by whomever; returns how many."""
        ended = 0
        with _translating():
            pages = self._client.get_paginator("list_multipart_uploads")
            for page in pages.paginate(Bucket=self._bucket, Prefix=self._prefix):
                for each in page.get("Uploads", ()):
                    if each["Initiated"] < now - older_than:
                        self._client.abort_multipart_upload(
                            Bucket=self._bucket, Key=each["Key"], UploadId=each["UploadId"]
                        )
                        ended += 1
        return ended

    def _publish(self, draft: Draft) -> None:
        blob = Blob(draft.digest, draft.size)
        if self._holds(blob):
            return
        with draft.guard(), _translating():
            self._client.upload_file(
                str(draft.path),
                self._bucket,
                self._key(blob.digest),
                ExtraArgs={
                    "Metadata": {"sha256": blob.digest.removeprefix("sha256:")},
                    "ContentType": "application/octet-stream",
                },
                Config=self._transfer,
            )
        if not self._holds(blob):
            # It is left where it is: another process may have stored the right bytes there since.
            raise DamagedBlobError(blob.digest)

    def _holds(self, blob: Blob) -> bool:
        """Whether the bucket gives back exactly these bytes, all of them read and hashed."""
        if self.stat(blob.digest) != blob:
            return False
        found = hashlib.sha256()
        try:
            for chunk in self._chunks(blob.digest):
                found.update(chunk)
        except MissingBlobError:  # deleted since
            return False
        return named(found.hexdigest()) == blob.digest

    def _body(self, digest: str, start: int = 0) -> Body:
        """The bytes from `start` on, which must be before the end."""
        with _translating(digest):
            window = {"Range": f"bytes={start}-"} if start else {}
            answer = self._client.get_object(Bucket=self._bucket, Key=self._key(digest), **window)
            return cast("Body", answer["Body"])

    def _chunks(self, digest: str) -> Iterator[bytes]:
        body = self._body(digest)
        try:
            with _translating(digest):
                while chunk := body.read(CHUNK):
                    yield chunk
        finally:
            body.close()

    def _key(self, digest: str) -> str:
        digits = hex_of(digest)
        if digits is None:
            raise MissingBlobError(digest)
        return f"{self._prefix}{digits[:2]}/{digits[2:4]}/{digits}"


@final
class _Remote(io.RawIOBase):
    """A blob read over one request as long as it is read in order; a seek begins another."""

    def __init__(self, blob: Blob, begin: Callable[[int], Body]) -> None:
        super().__init__()
        self._blob = blob
        self._begin = begin
        self._position = 0
        self._body: Body | None = None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._blob.size}[whence]
        if start + offset < 0:
            raise ValueError("a position before the start")
        if start + offset != self._position:
            self._drop()
        self._position = start + offset
        return self._position

    def tell(self) -> int:
        return self._position

    def readinto(self, buffer: Buffer, /) -> int:  # pyright: ignore[reportIncompatibleMethodOverride]
        view = memoryview(buffer).cast("B")
        if self._position >= self._blob.size or not view:
            return 0
        if self._body is None:
            self._body = self._begin(self._position)
        with _translating(self._blob.digest):
            data = self._body.read(len(view))
        if not data:
            raise DamagedBlobError(self._blob.digest)
        view[: len(data)] = data
        self._position += len(data)
        return len(data)

    def close(self) -> None:
        self._drop()
        super().close()

    def _drop(self) -> None:
        if self._body is not None:
            self._body.close()
            self._body = None


def _make(folder: Path) -> None:
    try:
        staging.make_folder(folder)
    except OSError as error:
        raise staging.translated(error) from error


@contextmanager
def _translating(digest: str | None = None) -> Generator[None]:
    try:
        yield
    except (ClientError, BotoCoreError, Boto3Error) as error:
        raise _meaning(error, digest) from error


def _meaning(error: Exception, digest: str | None) -> StorageError:
    # An upload that fails is raised as another error, with the server's answer behind it.
    answer = error if isinstance(error, ClientError) else error.__context__
    code = ""
    if isinstance(answer, ClientError):
        code = str(cast("Mapping[str, Any]", answer.response).get("Error", {}).get("Code", ""))
    if code in _FULL:
        return StorageFullError()
    if digest is not None and code in _MISSING:
        return MissingBlobError(digest)
    return StorageError(_UNREACHABLE)
