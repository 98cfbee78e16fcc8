"""What the device gives back of a file that grows: flushed and hashed in a thread beside the writing.

Whoever hashes what was sent proves what was sent. Here the bytes are put on the device, dropped from
memory and read again, so the digest is that of the stored film. Done piece by piece while more arrives,
little is left to do when the last byte is there.
"""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol, final

if TYPE_CHECKING:
    from storage.blobs import Buffer
    from storage.staging import System

STRIDE: Final = 32 << 20
"""Bytes after which the device is asked to hold what came."""
_PIECE: Final = 1 << 20
"""Bytes read at a time."""
_PAGE: Final = 4096
"""Bytes of a page of memory, or a part of one."""


class Hash(Protocol):
    """What `hashlib` makes, which has no public type."""

    def update(self, data: Buffer, /) -> None: ...
    def hexdigest(self) -> str: ...
    def copy(self) -> Hash: ...


@dataclass(frozen=True)
class Heard:
    """The first bytes of a file as the device gave them back."""

    size: int
    """How many."""
    hash: Hash
    """Of these; only ever copied."""


NOTHING: Final = Heard(0, hashlib.sha256())


@final
class Echo:
    """Follows one file through a descriptor that reads it; `close` before the descriptor goes."""

    def __init__(self, descriptor: int, system: System, heard: Heard = NOTHING) -> None:
        self._descriptor = descriptor
        self._system = system
        self._heard = heard
        self.flushed = -1
        """Bytes that the device holds for sure; at first nobody knows."""
        self._thread: ThreadPoolExecutor | None = None
        self._behind: Future[None] | None = None

    def follow(self, size: int) -> None:
        """The file has come to `size` bytes; from time to time they are listened to in the background.

        Raises:
            OSError: the device failed since.
        """
        if self._behind is not None and not self._behind.done():
            return
        self.wait()
        if max(size - self.flushed, self.flushed - self._heard.size) >= STRIDE:
            if self._thread is None:
                self._thread = ThreadPoolExecutor(1, thread_name_prefix="echo")
            self._behind = self._thread.submit(self._catch_up, size)

    def flush(self, size: int) -> None:
        """Have the device hold the first `size` bytes.

        Raises:
            OSError: it failed.
        """
        self.wait()
        if size != self.flushed:
            self._system.flush(self._descriptor)
            self.flushed = size

    def whole(self, size: int) -> Heard:
        """All of its `size` bytes, flushed and read back.

        Raises:
            OSError: the device failed.
        """
        self.flush(size)
        self._listen(size)
        return self._heard

    def cut(self, size: int) -> None:
        """The file was cut to `size` bytes, and the device holds that."""
        self.flushed = size
        if self._heard.size > size:
            self._heard = NOTHING

    @property
    def heard(self) -> Heard:
        """As far as it has come; ask when nothing goes on in the background."""
        return self._heard

    def wait(self) -> None:
        """Until nothing goes on in the background. Raises what went wrong there, each time."""
        if self._behind is not None:
            self._behind.result()

    def close(self) -> None:
        """End the thread; what went wrong in it was told or is told by nobody."""
        if self._thread is not None:
            self._thread.shutdown()

    def _catch_up(self, size: int) -> None:
        if size != self.flushed:
            self._system.flush(self._descriptor)
            self.flushed = size
        self._listen(size)

    def _listen(self, size: int) -> None:
        at, found = self._heard.size, self._heard.hash.copy()
        if at >= size:
            return
        if hasattr(os, "posix_fadvise"):
            # Otherwise what was just written would be read from memory, which proves nothing.
            os.posix_fadvise(self._descriptor, at - at % _PAGE, 0, os.POSIX_FADV_DONTNEED)
        while at < size:
            piece = os.pread(self._descriptor, min(_PIECE, size - at), at)
            if not piece:
                break
            found.update(piece)
            at += len(piece)
        self._heard = Heard(at, found)
