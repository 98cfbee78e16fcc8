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
from storage.echo import NOTHING, Echo, Heard
from storage.errors import BusyError, ReadOnlyError, StorageError
from storage.staging import KERNEL, System

WAIT: Final = 5.0
"""Seconds that a second writer waits for the first to let go."""
_STEP: Final = 0.02
"""Seconds between two looks at the lock."""
_REMEMBERED: Final = 256
"""Uploads of which it is remembered how far they were read back; of the others it is done again."""
_NAME: Final = re.compile(r"[a-z0-9_]{1,64}", re.ASCII)


@final
class Spool:
    """A folder of half-received files, made if need be; names are chosen by us."""

    def __init__(self, folder: Path, system: System = KERNEL) -> None:
        self._folder = folder.absolute()
        self._system = system
        self._failing = False
        self._heard: dict[str, tuple[tuple[int, int], Heard]] = {}
        # By name: which file it was, and what was read back of it.
        self._held: dict[str, Spooled] = {}
        # Those that a writer of this process holds.

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
        file = Spooled(path, descriptor, self._system, self._recall(name, descriptor))
        try:
            file.flush()
            self._held[name] = file
            yield file
        finally:
            self._held.pop(name, None)
            try:
                file.flush()
                self._remember(name, descriptor, file)
            finally:
                self._failing = self._failing or file.failing
                file.close()
                os.close(descriptor)

    def size(self, name: str) -> int:
        """Bytes of the file, whether somebody writes or not; 0 where there is no such file."""
        try:
            return self._path(name).stat().st_size
        except FileNotFoundError:
            return 0

    def safe(self, name: str) -> int | None:
        """Bytes that will stay of a file to which a writer of this process appends right now.

        The writer is not disturbed. None where there is none, also where one of another process writes.

        Raises:
            StorageError: the device failed.
        """
        writer = self._held.get(name)
        if writer is None:
            return None
        try:
            descriptor = os.open(self._path(name), os.O_RDONLY | os.O_CLOEXEC)
            try:
                size = os.fstat(descriptor).st_size
                self._system.flush(descriptor)
            finally:
                os.close(descriptor)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise staging.translated(error) from error
        return size if writer.floor is None else min(size, writer.floor)

    def remove(self, name: str) -> None:
        """Remove the file; no error where there is none. Whoever still writes to it writes for nobody."""
        self._heard.pop(name, None)
        try:
            self._path(name).unlink(missing_ok=True)
        except OSError as error:
            raise staging.translated(error) from error

    def names(self) -> Iterator[str]:
        """Every file in the spool, ascending."""
        with suppress(FileNotFoundError):
            yield from sorted(path.name for path in self._folder.iterdir() if _NAME.fullmatch(path.name))

    def _recall(self, name: str, descriptor: int) -> Heard:
        """What an earlier writer in this process read back; nothing where it may be another file."""
        which, heard = self._heard.pop(name, (None, NOTHING))
        found = os.fstat(descriptor)
        return heard if which == (found.st_dev, found.st_ino) and heard.size <= found.st_size else NOTHING

    def _remember(self, name: str, descriptor: int, file: Spooled) -> None:
        found = os.fstat(descriptor)
        if found.st_nlink and not file.failing:
            self._heard[name] = (found.st_dev, found.st_ino), file.heard
            while len(self._heard) > _REMEMBERED:
                self._heard.pop(next(iter(self._heard)), None)

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

    def __init__(self, path: Path, descriptor: int, system: System, heard: Heard = NOTHING) -> None:
        self.path = path
        self.failing = False
        """The device failed; what it holds is not known."""
        self.size = os.fstat(descriptor).st_size
        """Bytes on the disk."""
        self.floor: int | None = None
        """Bytes that will stay where what follows may be cut off again; None where all will."""
        self._lock = descriptor
        self._system = system
        self._echo = Echo(descriptor, system, heard)
        self._writing = -1

    @property
    def heard(self) -> Heard:
        """What was read back so far, for whoever stores it. Nothing of it is read again."""
        return self._echo.heard

    def write(self, data: Buffer) -> None:
        """Append; what was written before an error stays, and counts.

        Raises:
            StorageFullError: there is no space for all of it.
            StorageError: the device failed.
        """
        rest = memoryview(data).cast("B")
        try:
            if self._writing < 0:
                self._writing = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
            while rest:
                done = self._system.write(self._writing, rest)
                self.size += done
                rest = rest[done:]
        except OSError as error:
            raise self._meaning(error) from error
        with self._flushing():
            self._echo.follow(self.size)

    def flush(self) -> None:
        """Have the device hold all of it.

        Raises:
            StorageError: it failed; the file is cut back to what it is known to hold.
        """
        if not self.failing:
            with self._flushing():
                self._echo.flush(self.size)

    @contextmanager
    def _flushing(self) -> Generator[None]:
        try:
            yield
        except OSError as error:
            if self._echo.flushed >= 0:
                with suppress(OSError):
                    os.truncate(self.path, self._echo.flushed)
                    self.size = self._echo.flushed
            raise self._meaning(error) from error

    def cut(self, size: int) -> None:
        """Drop what follows the first `size` bytes.

        Raises:
            StorageError: the device failed.
        """
        try:
            self._echo.wait()
            os.truncate(self.path, size)
            self._system.flush(self._lock)
        except OSError as error:
            raise self._meaning(error) from error
        self._echo.cut(size)
        self.size = size

    def close(self) -> None:
        """Let go of what is not the lock's."""
        self._echo.close()
        if self._writing >= 0:
            os.close(self._writing)
            self._writing = -1

    def head(self, most: int) -> bytes:
        """The first bytes of it."""
        return os.pread(self._lock, most, 0)

    def _meaning(self, error: OSError) -> StorageError:
        self.failing = self.failing or error.errno in {errno.EIO, errno.EROFS}
        return staging.translated(error)
