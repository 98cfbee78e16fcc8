"""Bytes by hash: the port that every blob store fills (disk, memory, S3).

A blob is write-once under the SHA-256 that we compute ourselves. It exists wholly or
not at all: it is staged, checked, and only then appears under its digest. One
contract suite, `tests/storage/test_blobs.py`, holds all adapters to these words.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, Final, Protocol, cast

from storage.echo import NOTHING, Heard
from storage.errors import (
    DamagedBlobError,
    DigestMismatchError,
    LockedBlobError,
    MissingBlobError,
    ReadOnlyError,
    StorageError,
    StorageFullError,
)

__all__ = [
    "CHUNK",
    "Blob",
    "Blobs",
    "Buffer",
    "DamagedBlobError",
    "DigestMismatchError",
    "Lock",
    "LockedBlobError",
    "MissingBlobError",
    "ReadOnlyError",
    "Staging",
    "StorageError",
    "StorageFullError",
    "Worm",
    "damaged",
    "hex_of",
    "named",
]

Buffer = bytes | bytearray | memoryview

CHUNK: Final = 1 << 20
"""Bytes read at a time."""

_DIGEST: Final = re.compile(r"sha256:([0-9a-f]{64})", re.ASCII)


@dataclass(frozen=True)
class Blob:
    """Bytes that are stored: their name and their length."""

    digest: str
    """`sha256:` and 64 lower-case hexadecimal digits."""
    size: int
    """Bytes."""


class Worm(StrEnum):
    """Whether what is stored can be deleted or overwritten before its date."""

    PROVEN = "proven"
    """It was tried on this very store, and every try was refused."""
    ABSENT = "absent"
    """It can be, or that it cannot was not shown."""


@dataclass(frozen=True)
class Lock:
    """What keeps the store itself from deleting a blob, whoever asks."""

    until: datetime | None
    """Until when at least; None where no date is set."""
    held: bool
    """Whether a legal hold is on it, which has no end of its own."""


class Staging(Protocol):
    """Bytes on their way in; nobody else sees them before `commit` returns."""

    @property
    def size(self) -> int:
        """Bytes written so far."""
        ...

    @property
    def digest(self) -> str:
        """The digest of the bytes written so far."""
        ...

    def write(self, data: Buffer, /) -> int:
        """Append; returns the length of `data`.

        Raises:
            StorageFullError: there is no space for it.
            StorageError: the store failed; this staging accepts nothing more.
        """
        ...

    def commit(self, expected: str | None = None) -> Blob:
        """Store the bytes for good; when it returns, they survive a power cut.

        Committing bytes that are stored already is no error and never rewrites them.

        Raises:
            DigestMismatchError: `expected` is given and is not their digest; nothing is stored.
            StorageFullError: there is no space; nothing is stored.
            StorageError: the store failed; nothing was acknowledged.
            ValueError: this staging was committed, has failed, or was left.
        """
        ...


class Blobs(Protocol):
    """A store of bytes by hash, safe for several threads and processes."""

    def stage(self) -> AbstractContextManager[Staging]:
        """Receive a new blob; leaving without a commit leaves nothing."""
        ...

    def adopt(self, path: Path, heard: Heard = NOTHING) -> AbstractContextManager[Staging]:
        """Receive the bytes of a whole file on the store's own device, without a second copy if it can.

        Of what the caller has `heard` from the device already, nothing is read again. The caller holds
        the file, writes no more to it, and removes its name once the commit is acknowledged; the
        stored blob may be that very file under another name.

        Raises:
            StorageError: the file cannot be read.
        """
        ...

    def open(self, digest: str) -> BinaryIO:
        """The bytes, readable and seekable; the caller closes it.

        Raises:
            MissingBlobError: no blob has this digest (also when it is no digest at all).
        """
        ...

    def local(self, digest: str) -> AbstractContextManager[Path]:
        """A path on this machine with these bytes, to be read only, and only inside the block.

        Raises:
            MissingBlobError: no blob has this digest.
            DamagedBlobError: a copy was fetched and is not what its name says.
        """
        ...

    def stat(self, digest: str) -> Blob | None:
        """The blob, or None where no blob has this digest."""
        ...

    def delete(self, digest: str) -> None:
        """Remove the blob; no error where there is none.

        Raises:
            LockedBlobError: the store keeps it; nothing was changed.
        """
        ...

    def lock(self, digest: str) -> Lock | None:
        """What keeps the store from deleting the blob; None where nothing does, or it is not there."""
        ...

    def hold(self, digest: str, *, held: bool) -> bool:
        """Have the store keep the blob until it is let go again; False where the store cannot.

        Raises:
            MissingBlobError: no blob has this digest, and the store could.
        """
        ...

    def renew(self, digest: str) -> None:
        """Lock the blob as if it were stored now, where the store locks what it stores; never shorter.

        Raises:
            MissingBlobError: no blob has this digest, and the store locks.
        """
        ...

    def digests(self) -> Iterator[str]:
        """Every digest in the store, ascending."""
        ...

    def link(self, digest: str, *, disposition: str) -> str | None:
        """A URL of the store's own that downloads the blob for a few minutes, or None where it has none.

        `disposition` is what its `Content-Disposition` will say.

        Raises:
            MissingBlobError: the text is no digest; a link to a blob that is not there may be made.
        """
        ...

    def worm(self) -> Worm:
        """Whether stored blobs are locked, tried once for each process."""
        ...

    def sweep(self) -> int:
        """Remove what killed processes left half-received, never what is alive; returns how many."""
        ...


def named(hexadecimal: str) -> str:
    """The digest with these 64 digits."""
    return f"sha256:{hexadecimal}"


def hex_of(digest: str) -> str | None:
    """The 64 digits of a digest, or None where the text is none; so no other text ever becomes a path."""
    match = _DIGEST.fullmatch(digest)
    return match[1] if match else None


def damaged(blobs: Blobs) -> Iterator[str]:
    """Read every blob and yield the digests of those that no longer hash to their name.

    A blob that is deleted meanwhile is passed over.
    """
    for digest in blobs.digests():
        try:
            with blobs.open(digest) as stream:
                found = hashlib.file_digest(cast("io.BufferedIOBase", stream), "sha256").hexdigest()
        except MissingBlobError:
            continue
        if named(found) != digest:
            yield digest
