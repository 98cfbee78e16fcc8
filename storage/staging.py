"""A file being received: locked while it lives, hashed while it is written, gone unless it is kept.

A draft holds an exclusive `flock` on its own file from birth to end. The kernel drops
the lock when the process dies, however it dies, so a sweeper that gets a lock knows
that nobody is writing: no ages, no process ids, no clock.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import secrets
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, final

from storage.blobs import Blob, Buffer, named
from storage.echo import NOTHING, Echo, Hash, Heard
from storage.errors import DigestMismatchError, ReadOnlyError, StorageError, StorageFullError

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
_FAILING: Final = frozenset({errno.EIO, errno.EROFS})
_UNSUPPORTED: Final = frozenset({errno.EINVAL, errno.ENOTSUP, errno.ENOTTY, errno.ENOSYS})
_SUFFIX: Final = ".part"


def flush(descriptor: int) -> None:
    """Have the device hold what was written; on macOS `fsync` alone stops at the drive's cache."""
    if hasattr(fcntl, "F_FULLFSYNC"):
        try:
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
        except OSError as error:
            if error.errno not in _UNSUPPORTED:
                raise
        else:
            return
    os.fsync(descriptor)


@dataclass(frozen=True)
class System:
    """The calls into the kernel on which the promises rest; a test hands in ones that fail."""

    write: Callable[[int, memoryview], int] = os.write
    flush: Callable[[int], None] = flush
    link: Callable[[Path, Path], None] = os.link


KERNEL: Final = System()


def translated(error: OSError) -> StorageError:
    """What this error of the operating system means to a person."""
    if error.errno in _FULL:
        return StorageFullError()
    if error.errno in _FAILING:
        return ReadOnlyError()
    if error.errno in {errno.EACCES, errno.EPERM}:
        return StorageError(
            "The storage folder may not be read or written; correct its owner or permissions."
        )
    return StorageError()


@final
class Draft:
    """A locked file in a staging folder, for one writer; or `found`, a whole file that its holder lends.

    Of a lent file its holder may have `heard` the beginning, or all of it.
    """

    def __init__(
        self, folder: Path, system: System = KERNEL, *, found: Path | None = None, heard: Heard = NOTHING
    ) -> None:
        self._system = system
        self._lent = found is not None
        self._hash: Hash = hashlib.sha256()
        self.size = 0
        """Bytes written so far."""
        self.broken = False
        """An operation failed; nothing that follows can be trusted."""
        self.failing = False
        """The device itself reported the error."""
        with self.guard():
            if found is None:
                self.path, self._descriptor = _locked(folder)
                self._echo = Echo(self._descriptor, system)
            else:
                self.path, self._descriptor = found, os.open(found, os.O_RDONLY | os.O_CLOEXEC)
                self._echo = Echo(self._descriptor, system, heard)
                self._take_up()

    @property
    def digest(self) -> str:
        return named(self._hash.hexdigest())

    def _take_up(self) -> None:
        """Hash what the device gives back, so that `settle` need not read it once more."""
        self.size = os.fstat(self._descriptor).st_size
        whole = self._echo.whole(self.size)
        if whole.size != self.size:
            raise OSError(errno.EIO, "read back fewer bytes than there are")
        self._hash = whole.hash

    def write(self, data: Buffer) -> int:
        view = memoryview(data).cast("B")
        rest = view
        with self.guard():
            while rest:
                rest = rest[self._system.write(self._descriptor, rest) :]
            self._hash.update(view)
            self.size += len(view)
            self._echo.follow(self.size)
        return len(view)

    def settle(self, mode: int) -> None:
        """Put the bytes on the device and read them back from there.

        Raises:
            StorageError: the device failed, or gave back something else.
        """
        with self.guard():
            os.fchmod(self._descriptor, mode)
            self._system.flush(self._descriptor)  # the mode too, whatever was flushed before
            self._echo.flushed = self.size
            whole = self._echo.whole(self.size)
            if (whole.size, named(whole.hash.hexdigest())) != (self.size, self.digest):
                raise OSError(errno.EIO, "read back other bytes than were written")

    @contextmanager
    def guard(self) -> Generator[None]:
        """Turn an error of the operating system into one of this room, and remember it.

        After a failed flush the kernel may have dropped the pages and would report
        success the next time, so nothing is ever tried twice.
        """
        try:
            yield
        except OSError as error:
            self.broken = True
            meaning = translated(error)
            self.failing = self.failing or isinstance(meaning, ReadOnlyError)
            raise meaning from error

    def discard(self) -> None:
        """Remove the file (not what was linked from it, nor what was lent) and let go of the lock."""
        self.broken = True
        if not self._lent:
            with suppress(OSError):  # a sweep removes it later
                self.path.unlink()
        self._echo.close()
        with suppress(OSError):
            os.close(self._descriptor)


@final
class Upload:
    """A `blobs.Staging` over a draft; `publish` is what the store does once the digest is accepted."""

    def __init__(self, draft: Draft, publish: Callable[[Draft], None]) -> None:
        self._draft = draft
        self._publish = publish
        self._done = False

    @property
    def size(self) -> int:
        return self._draft.size

    @property
    def digest(self) -> str:
        return self._draft.digest

    def write(self, data: Buffer, /) -> int:
        self._usable()
        return self._draft.write(data)

    def commit(self, expected: str | None = None) -> Blob:
        self._usable()
        self._done = True
        digest = self._draft.digest
        if expected is not None and expected != digest:
            raise DigestMismatchError(expected, digest)
        self._publish(self._draft)
        return Blob(digest, self._draft.size)

    def _usable(self) -> None:
        if self._done or self._draft.broken:
            raise ValueError("this staging was committed, has failed, or was left")


def hash_of(path: Path) -> str:
    """The digest of a file's bytes as the device gives them, where the system lets us ask for that."""
    with path.open("rb", buffering=0) as file:
        if hasattr(os, "posix_fadvise"):
            # Otherwise what was just written would be read from memory, which proves nothing.
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        return named(hashlib.file_digest(file, "sha256").hexdigest())


def make_folder(folder: Path, system: System = KERNEL) -> None:
    """Make a folder that only its owner enters, with its parents, and make their names durable."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir(mode=0o700, exist_ok=True)
        flush_folder(each.parent, system)


def flush_folder(folder: Path, system: System = KERNEL) -> None:
    """Make the names in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        system.flush(descriptor)
    except OSError as error:
        # Some network file systems cannot flush a folder; their server keeps names by itself.
        if error.errno not in _UNSUPPORTED:
            raise
    finally:
        os.close(descriptor)


def sweep(folder: Path) -> int:
    """Remove the drafts in a folder that no living process holds; returns how many."""
    swept = 0
    for path in sorted(folder.glob(f"*{_SUFFIX}")):
        try:
            descriptor = os.open(path, os.O_RDONLY)
        except FileNotFoundError:
            continue
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
            path.unlink()
            swept += 1
        except (BlockingIOError, FileNotFoundError):
            continue
        finally:
            os.close(descriptor)
    return swept


def _locked(folder: Path) -> tuple[Path, int]:
    """A new file with its lock held.

    A sweeper can come between the making and the locking; then the file has lost its
    name by the time the lock is ours, and another one is made.
    """
    while True:
        path = folder / f"{secrets.token_hex(16)}{_SUFFIX}"
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if os.fstat(descriptor).st_nlink:
                return path, descriptor
        except BaseException:
            os.close(descriptor)
            path.unlink(missing_ok=True)
            raise
        os.close(descriptor)
