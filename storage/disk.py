"""Blobs in a folder: `blobs/ab/cd/<hex>`, read-only, with `staging/` beside them on the same file system.

The order that survives a power cut:
1. stream into a locked draft, hashing;
2. flush the draft to the device;
3. read it back from the device and hash it again;
4. link it to its name, which fails where the name exists, so nothing is ever overwritten;
5. flush the folders that lead to the name;
6. only then does `commit` return.
"""

from __future__ import annotations

import errno
from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import BinaryIO, Final, final

from storage import staging
from storage.blobs import Blob, Lock, Staging, Worm, hex_of, named
from storage.echo import NOTHING, Heard
from storage.errors import MissingBlobError, ReadOnlyError
from storage.staging import KERNEL, Draft, System, Upload

_READ_ONLY: Final = 0o400
_NO_LINKS: Final = frozenset({errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK})


@final
class DiskBlobs:
    """A `blobs.Blobs` in the folder `root`, which is made if need be; one per process and folder is enough.

    Raises:
        StorageError: the folder cannot be made.
    """

    def __init__(self, root: Path, *, system: System = KERNEL) -> None:
        self._blobs = root.absolute() / "blobs"
        self._staging = root.absolute() / "staging"
        self._system = system
        self._failing = False
        with _translating():
            staging.make_folder(self._blobs, system)
            staging.make_folder(self._staging, system)

    def stage(self) -> AbstractContextManager[Staging]:
        return self._receiving(None)

    def adopt(self, path: Path, heard: Heard = NOTHING) -> AbstractContextManager[Staging]:
        return self._receiving(path, heard)

    @contextmanager
    def _receiving(self, found: Path | None, heard: Heard = NOTHING) -> Generator[Staging]:
        if self._failing:
            raise ReadOnlyError
        draft = Draft(self._staging, self._system, found=found, heard=heard)
        try:
            yield Upload(draft, self._publish)
        finally:
            self._failing = self._failing or draft.failing
            draft.discard()

    def open(self, digest: str) -> BinaryIO:
        with _translating(digest):
            return self._path(digest).open("rb")

    @contextmanager
    def local(self, digest: str) -> Generator[Path]:
        path = self._path(digest)
        if self.stat(digest) is None:
            raise MissingBlobError(digest)
        yield path

    def stat(self, digest: str) -> Blob | None:
        try:
            with _translating(digest):
                return Blob(digest, self._path(digest).stat().st_size)
        except MissingBlobError:
            return None

    def delete(self, digest: str) -> None:
        try:
            with _translating(digest):
                path = self._path(digest)
                path.unlink()
                staging.flush_folder(path.parent, self._system)
        except MissingBlobError:
            return

    def digests(self) -> Iterator[str]:
        for path in _entries(self._blobs, 2):
            digest = named(path.name)
            if hex_of(digest):
                yield digest

    def link(self, digest: str, *, disposition: str) -> str | None:  # noqa: ARG002 - there is none
        if hex_of(digest) is None:
            raise MissingBlobError(digest)
        return None

    def worm(self) -> Worm:
        return Worm.ABSENT

    def lock(self, digest: str) -> Lock | None:  # noqa: ARG002 - a file system has none
        return None

    def hold(self, digest: str, *, held: bool) -> bool:  # noqa: ARG002 - likewise
        return False

    def renew(self, digest: str) -> None:
        """Nothing to lock it with."""

    def sweep(self) -> int:
        with _translating():
            return staging.sweep(self._staging)

    def _publish(self, draft: Draft) -> None:
        """Steps 2 to 5 of the module's order."""
        if self._failing:
            raise ReadOnlyError
        path = self._path(draft.digest)
        with draft.guard():
            draft.settle(_READ_ONLY)
            for folder in (path.parent.parent, path.parent):
                folder.mkdir(mode=0o700, exist_ok=True)
            self._place(draft, path)
            # Also where the blob was there already: whoever made its name may not have come this far.
            for folder in (path.parent, path.parent.parent, self._blobs):
                staging.flush_folder(folder, self._system)

    def _place(self, draft: Draft, path: Path) -> None:
        while not _link(draft.path, path, self._system):
            try:
                intact = staging.hash_of(path) == draft.digest
            except FileNotFoundError:
                continue  # deleted since
            except OSError:
                intact = False
            if not intact:
                # The stored copy has rotted; to keep it would lose the good one that we hold.
                draft.path.replace(path)
            return

    def _path(self, digest: str) -> Path:
        digits = hex_of(digest)
        if digits is None:
            raise MissingBlobError(digest)
        return self._blobs / digits[:2] / digits[2:4] / digits


def _link(draft: Path, path: Path, system: System) -> bool:
    """Give the draft its name; False where the name is taken."""
    try:
        system.link(draft, path)
    except FileExistsError:
        return False
    except OSError as error:
        # A file system without hard links; a rename can only replace equal bytes, which were just checked.
        if error.errno not in _NO_LINKS:
            raise
        if path.exists():
            return False
        draft.rename(path)
    return True


def _entries(folder: Path, depth: int) -> Iterator[Path]:
    try:
        paths = sorted(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return
    for path in paths:
        if depth:
            yield from _entries(path, depth - 1)
        else:
            yield path


@contextmanager
def _translating(digest: str | None = None) -> Generator[None]:
    try:
        yield
    except FileNotFoundError as error:
        if digest is None:
            raise staging.translated(error) from error
        raise MissingBlobError(digest) from error
    except OSError as error:
        raise staging.translated(error) from error
