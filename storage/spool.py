"""Files that arrive over several requests: how far each has come is the bytes on the disk, and nothing else.

A counter beside a file can disagree with it after a crash; the length of the file cannot.
Before an offset is told, what it counts is flushed, so it never goes back. Only appends
are made, and file systems in use on Linux (ext4 in its default mode, XFS, Btrfs) record a
longer file only once its bytes are written, so a power cut leaves no hole at the end.

One writer at a time: the file is held by `flock`, which the kernel releases when a
process dies, however it dies.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, final

from storage import staging
from storage.blobs import Buffer
from storage.errors import BusyError, ReadOnlyError, StorageError
from storage.staging import KERNEL, System

WAIT: Final = 5.0
"""Seconds that a second writer waits for the first to let go."""
_STEP: Final = 0.02
"""Seconds between two looks at the lock."""
_STRIDE: Final = 64 << 20
"""Bytes after which the device is asked to hold what came, so that the last flush is not the whole film's."""
_NAME: Final = re.compile(r"[a-z0-9_]{1,64}", re.ASCII)


@final
class Spool:
    """A folder of half-received files, made if need be; names are chosen by us."""

    def __init__(self, folder: Path, system: System = KERNEL) -> None:
        self._folder = folder.absolute()
        self._system = system
        self._failing = False

    @contextmanager
    def held(self, name: str, *, wait: float = WAIT) -> Generator[Spooled]:
        """The file of that name, for this writer alone; an empty one where there is none.

        Raises:
            BusyError: somebody else held it all the time.
            StorageError: it cannot be made or read.
        """
        if self._failing:
            raise ReadOnlyError
        path = self._path(name)
        try:
            staging.make_folder(self._folder, self._system)
            descriptor = self._locked(path, wait)
        except OSError as error:
            raise staging.translated(error) from error
        file = Spooled(path, descriptor, self._system)
        try:
            file.flush()
            yield file
        finally:
            try:
                file.flush()
            finally:
                self._failing = self._failing or file.failing
                os.close(descriptor)

    def size(self, name: str) -> int:
        """Bytes on the disk, whether somebody writes or not; 0 where there is no such file."""
        try:
            return self._path(name).stat().st_size
        except FileNotFoundError:
            return 0

    def remove(self, name: str) -> None:
        """Remove the file; no error where there is none. Whoever still writes to it writes for nobody."""
        try:
            self._path(name).unlink(missing_ok=True)
        except OSError as error:
            raise staging.translated(error) from error

    def names(self) -> Iterator[str]:
        """Every file in the spool, ascending."""
        with suppress(FileNotFoundError):
            yield from sorted(path.name for path in self._folder.iterdir() if _NAME.fullmatch(path.name))

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise ValueError("a name in the spool has 1 to 64 of a-z, 0-9 and _")
        return self._folder / name

    def _locked(self, path: Path, wait: float) -> int:
        until = time.monotonic() + wait
        while True:
            fresh = not path.exists()
            # A whole file was made read-only by the store; it can still be locked and read.
            descriptor = os.open(path, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if os.fstat(descriptor).st_nlink:  # else it was removed before it was ours
                    if fresh:
                        staging.flush_folder(self._folder, self._system)
                    return descriptor
            except BlockingIOError as error:
                if time.monotonic() > until:
                    os.close(descriptor)
                    raise BusyError from error
                time.sleep(_STEP)
            except BaseException:
                os.close(descriptor)
                raise
            os.close(descriptor)


@final
class Spooled:
    """A file in the spool, held by its one writer."""

    def __init__(self, path: Path, descriptor: int, system: System) -> None:
        self.path = path
        self.failing = False
        """The device failed; what it holds is not known."""
        self.size = os.fstat(descriptor).st_size
        """Bytes on the disk."""
        self._flushed = -1
        # What the device holds for sure; at first nobody knows.
        self._lock = descriptor
        self._system = system

    def write(self, data: Buffer) -> None:
        """Append; what was written before an error stays, and counts.

        Raises:
            StorageFullError: there is no space for all of it.
            StorageError: the device failed.
        """
        rest = memoryview(data).cast("B")
        try:
            descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
            try:
                while rest:
                    done = self._system.write(descriptor, rest)
                    self.size += done
                    rest = rest[done:]
            finally:
                os.close(descriptor)
        except OSError as error:
            raise self._meaning(error) from error
        if self.size - self._flushed >= _STRIDE:
            self.flush()

    def flush(self) -> None:
        """Have the device hold all of it.

        Raises:
            StorageError: it failed; the file is cut back to what it is known to hold.
        """
        if self.failing or self.size == self._flushed:
            return
        try:
            self._system.flush(self._lock)
        except OSError as error:
            if self._flushed >= 0:
                with suppress(OSError):
                    os.truncate(self.path, self._flushed)
            raise self._meaning(error) from error
        self._flushed = self.size

    def cut(self, size: int) -> None:
        """Drop what follows the first `size` bytes.

        Raises:
            StorageError: the device failed.
        """
        try:
            os.truncate(self.path, size)
            self._system.flush(self._lock)
        except OSError as error:
            raise self._meaning(error) from error
        self.size = self._flushed = size

    def head(self, most: int) -> bytes:
        """The first bytes of it."""
        return os.pread(self._lock, most, 0)

    def _meaning(self, error: OSError) -> StorageError:
        self.failing = self.failing or error.errno in {errno.EIO, errno.EROFS}
        return staging.translated(error)
