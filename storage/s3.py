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
import threading
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Final, cast, final

from boto3.s3.transfer import TransferConfig

from storage import s3_proof, staging
from storage.blobs import CHUNK, Blob, Buffer, Lock, Staging, Worm, hex_of, named
from storage.echo import NOTHING, Heard
from storage.errors import DamagedBlobError, MissingBlobError, StorageError
from storage.s3_client import Body, Client, translating
from storage.s3_locks import Locks
from storage.staging import Draft, Upload

_PART: Final = 16 << 20
"""Bytes in one part; ten thousand parts, S3's limit, make 160 GiB."""
_LINK: Final = timedelta(minutes=5)
"""How long a link to a download may be used; a download that has begun goes on."""


class LockMode(StrEnum):
    """How an object is locked."""

    GOVERNANCE = "GOVERNANCE"
    """Whoever has a special permission may lift it."""
    COMPLIANCE = "COMPLIANCE"
    """Nobody may, not the owner of the account either."""


@dataclass(frozen=True)
class Keeping:
    """How objects are kept in the bucket."""

    encryption: str = ""
    """`AES256` or `aws:kms`; empty leaves it to the bucket."""
    kms_key: str = ""
    """With `aws:kms`: which key; empty means the bucket's own."""
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    lock_days: int = 0
    """Days from its storing on in which an object cannot be deleted; 0 leaves it to the bucket."""
    lock_mode: LockMode = LockMode.COMPLIANCE

    @property
    def options(self) -> dict[str, Any]:
        """For the calls that write an object; tags come afterwards, since a server loses them with parts."""
        given = {
            "ServerSideEncryption": self.encryption,
            "SSEKMSKeyId": self.kms_key,
        }
        return {name: value for name, value in given.items() if value}

    @property
    def tagging(self) -> dict[str, Any]:
        """The tags as the call that sets them takes them."""
        return {"TagSet": [{"Key": name, "Value": value} for name, value in self.tags.items()]}


def _now() -> datetime:
    return datetime.now(UTC)


@final
class S3Blobs:
    """A `blobs.Blobs` in `bucket`, under keys that start with `prefix`.

    `staging` is a folder on this machine with room for the largest file, made if need be.
    The bucket must exist. `clock` tells from when on locks count.
    """

    def __init__(
        self,
        bucket: str,
        prefix: str,
        client: Client,
        *,
        staging: Path,
        keeping: Keeping = Keeping(),
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self._keeping = keeping
        self._clock = clock
        self._worm: Worm | None = None
        self._proving = threading.Lock()
        self._bucket = bucket
        self._prefix = f"{prefix.strip('/')}/sha256/".lstrip("/")
        self._client = client
        self._locks = Locks(client, bucket)
        self._staging = staging.absolute()
        self._transfer = TransferConfig(
            multipart_threshold=_PART, multipart_chunksize=_PART, max_concurrency=4
        )
        _make(staging)

    def stage(self) -> AbstractContextManager[Staging]:
        return self._receiving(None)

    def adopt(self, path: Path, heard: Heard = NOTHING) -> AbstractContextManager[Staging]:
        return self._receiving(path, heard)

    @contextmanager
    def _receiving(self, found: Path | None, heard: Heard = NOTHING) -> Generator[Staging]:
        draft = Draft(self._staging, found=found, heard=heard)
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

    def link(self, digest: str, *, disposition: str) -> str | None:
        with translating(digest):
            return self._client.generate_presigned_url(
                "get_object",
                Params={
                    "Bucket": self._bucket,
                    "Key": self._key(digest),
                    "ResponseContentDisposition": disposition,
                    "ResponseContentType": "application/octet-stream",
                },
                ExpiresIn=int(_LINK.total_seconds()),
            )

    def worm(self) -> Worm:
        with self._proving:
            if self._worm is None:
                try:
                    proof = self.prove()
                except StorageError:  # not known now; asked again next time
                    return Worm.ABSENT
                self._worm = proof.worm
            return self._worm

    def prove(self) -> s3_proof.Proof:
        """Try on the bucket whether what is locked stays. Raises `StorageError` where it cannot be tried."""
        place = f"{self._prefix.removesuffix('sha256/')}proof/"
        return s3_proof.prove(self._client, self._bucket, place, now=self._clock())

    def rehearse(self) -> None:
        """Write, read back and delete a small object as blobs are kept.

        Raises:
            StorageError: it did not work; the sentence says what to do.
        """
        place = f"{self._prefix.removesuffix('sha256/')}proof/"
        s3_proof.rehearse(self._client, self._bucket, place, self._keeping.options, self._keeping.tagging)

    def lock(self, digest: str) -> Lock | None:
        return None if hex_of(digest) is None else self._locks.of(self._key(digest), digest)

    def hold(self, digest: str, *, held: bool) -> bool:
        return self._locks.hold(self._key(digest), digest, held=held)

    def renew(self, digest: str) -> None:
        if self._keeping.lock_days:
            until = self._clock() + timedelta(days=self._keeping.lock_days)
            self._locks.keep(self._key(digest), digest, until, self._keeping.lock_mode.value)

    def stat(self, digest: str) -> Blob | None:
        try:
            with translating(digest):
                found = self._client.head_object(Bucket=self._bucket, Key=self._key(digest))
        except MissingBlobError:
            return None
        return Blob(digest, int(found["ContentLength"]))

    def delete(self, digest: str) -> None:
        if hex_of(digest) is not None:
            self._locks.delete(self._key(digest), digest)

    def digests(self) -> Iterator[str]:
        with translating():
            pages = self._client.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self._bucket, Prefix=self._prefix):
                for each in page.get("Contents", ()):
                    digest = named(str(each["Key"]).rpartition("/")[2])
                    if hex_of(digest) and self._key(digest) == each["Key"]:
                        yield digest

    def sweep(self) -> int:
        """Remove local drafts that no process holds.

        Parts of broken uploads stay in the bucket, unseen: no lock tells which are alive
        on another machine. `abort_uploads` removes those that are older than any upload lasts.
        """
        try:
            swept = staging.sweep(self._staging)
        except OSError as error:
            raise staging.translated(error) from error
        return swept + self.abort_uploads(now=self._clock())

    def abort_uploads(self, *, now: datetime, older_than: timedelta = timedelta(days=1)) -> int:
        """End the multipart uploads begun longer ago than that, by whomever; returns how many."""
        ended = 0
        with translating():
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
            self._seal(blob)
            return
        with draft.guard(), translating():
            self._client.upload_file(
                str(draft.path),
                self._bucket,
                self._key(blob.digest),
                ExtraArgs={
                    "Metadata": {"sha256": blob.digest.removeprefix("sha256:")},
                    "ContentType": "application/octet-stream",
                    **self._keeping.options,
                },
                Config=self._transfer,
            )
        if not self._holds(blob):
            # It is left where it is: another process may have stored the right bytes there since.
            raise DamagedBlobError(blob.digest)
        self._seal(blob)

    def _seal(self, blob: Blob) -> None:
        """Tag and lock what was read back and found right; a lock that is there is never shortened."""
        place = {"Bucket": self._bucket, "Key": self._key(blob.digest)}
        if self._keeping.tags:
            with translating(blob.digest):
                self._client.put_object_tagging(**place, Tagging=self._keeping.tagging)
        self.renew(blob.digest)

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
        with translating(digest):
            window = {"Range": f"bytes={start}-"} if start else {}
            answer = self._client.get_object(Bucket=self._bucket, Key=self._key(digest), **window)
            return cast("Body", answer["Body"])

    def _chunks(self, digest: str) -> Iterator[bytes]:
        body = self._body(digest)
        try:
            with translating(digest):
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
        with translating(self._blob.digest):
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
