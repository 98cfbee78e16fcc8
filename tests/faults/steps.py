"""Every step by which a process changes what lasts: named, counted, and on request its last.

A step is one call that writes, flushes, names or locks a file in the data folder, one statement sent to a
database, or one piece of bytes that SQLite itself writes within such a statement. Its name is the call,
the part that its file plays, and which time that is: `fsync draft 1`.

A process that is told to die at a step is killed by SIGKILL just before it, or, at a step that writes
bytes, with half of them written. Or the call fails there as the kernel would have it fail; where the disk
is full, so does all that needs space from then on.

What only reads is no step: a death there is the same as one at the step that follows.

The hooks stay for the life of the process, so this is for processes of their own. They need `/proc`, and
for the bytes of SQLite a `libsqlite3` that is shared.
"""

from __future__ import annotations

import ctypes
import errno
import os
import re
import signal
import sys
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePath
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import event

from storage import staging

KINDS: Final = {
    "create": "names",
    "open": "names",
    "link": "names",
    "unlink": "names",
    "rename": "names",
    "mkdir": "names",
    "rmdir": "names",
    "chmod": "names",
    "truncate": "bytes",
    "write": "bytes",
    "fsync": "flushes",
    "flock": "locks",
    "sql": "statements",
    "begin": "statements",
    "commit": "commits",
    "rollback": "commits",
    "pwrite": "bytes of SQLite",
    "ftruncate": "bytes of SQLite",
}
"""Which column of the table a call belongs to."""

NEED_SPACE: Final = frozenset({"create", "link", "mkdir", "write", "fsync", "pwrite"})
"""Calls that fail on a full disk; a flush is among them, since space may be looked for only then."""
CAN_BREAK: Final = frozenset({"write", "fsync"})
"""Calls through which a device reports that it failed."""

_AUDITED: Final = {
    "os.link": "link",
    "os.remove": "unlink",
    "os.rename": "rename",
    "os.mkdir": "mkdir",
    "os.rmdir": "rmdir",
    "os.chmod": "chmod",
    "os.truncate": "truncate",
    "fcntl.flock": "flock",
}
_WRITING: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_ROOMS: Final = {"blobs": "blob", "staging": "draft", "uploads": "upload", "work": "work", "workers": "slot"}
_PART: Final = re.compile(r"(?<=\.(?:key|pem))\.[0-9a-f]{8}$")
"""What a key is called by beside its name while it is written: another one each time."""
_CHANGE: Final = re.compile(
    r"\s*(INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM|CREATE \w+|ALTER TABLE|DROP \w+)\s+"
    r'(?:CONCURRENTLY\s+)?(?:IF (?:NOT )?EXISTS\s+)?([\w."]+)',
    re.IGNORECASE,
)
_OTHER: Final = re.compile(
    r"\s*(BEGIN IMMEDIATE|BEGIN ISOLATION LEVEL READ COMMITTED|SAVEPOINT|RELEASE|ROLLBACK TO)", re.IGNORECASE
)


@dataclass(frozen=True, order=True)
class Step:
    """One step of one run."""

    call: str
    what: str
    turn: int
    """The how-manieth of that name, from 1."""
    torn: bool = False
    """Half of the bytes were written."""

    @property
    def kind(self) -> str:
        return KINDS[self.call]

    def __str__(self) -> str:
        return f"{self.call} {self.what} {self.turn}{' torn' if self.torn else ''}"


class Counting:
    """What one process counts; it may be told where to die, or where to fail with an error number."""

    def __init__(self, folder: Path, last: Step | None = None, code: int | None = None) -> None:
        """`folder` is the data folder; at `last` the process is killed, or the call fails with `code`."""
        self.seen: list[Step] = []
        self.failed = False
        """Whether it came to that."""
        self._folder = str(folder.absolute())
        self._last = last
        self.code = code
        self._turns: Counter[tuple[str, str]] = Counter()
        self._lock = threading.Lock()

    def file(self, call: str, place: object) -> Step | None:
        """A call on a path or a descriptor; None where that is outside."""
        what = role(_path(place), self._folder)
        return self.take(call, what) if what else None

    def take(self, call: str, what: str) -> Step:
        """The step that comes now; it may be the last."""
        with self._lock:
            self._turns[call, what] += 1
            step = Step(call, what, self._turns[call, what])
            self.seen.append(step)
        if step == self._last and self.code is None:
            _die()
        full = self.code == errno.ENOSPC and self.failed and call in NEED_SPACE
        if self.code is not None and (step == self._last or full):
            self.failed = True
            raise OSError(self.code, os.strerror(self.code))
        return step

    def tears(self, step: Step | None) -> bool:
        last = self._last
        return last is not None and last.torn and step == Step(last.call, last.what, last.turn)


_counting: Counting | None = None


def count(counting: Counting | None) -> None:
    """Have this process count from now on, or no more."""
    global _counting  # noqa: PLW0603 - hooks belong to the process
    _counting = counting


def role(path: str | None, folder: str) -> str | None:
    """The part that a file plays in the data folder; None for one outside, or one that holds nothing."""
    if path is None or not f"{path}/".startswith(f"{folder}/"):
        return None
    parts = PurePath(path[len(folder) :].strip("/")).parts
    if not parts:
        return "data folder"
    room = _PART.sub("", parts[0])
    if room.startswith("sixface.db"):
        return {"-wal": "database log", "-shm": None}.get(room.removeprefix("sixface.db"), "database")
    if room not in _ROOMS:
        return room
    depth = 4 if room == "blobs" else 2
    return _ROOMS[room] if len(parts) >= depth else f"{_ROOMS[room]} folder"


def install() -> None:
    """Put the hooks into this process; once, before it opens anything."""
    sys.addaudithook(_audited)
    fsync, write = os.fsync, staging.KERNEL.write

    def flushing(descriptor: int) -> None:
        if _counting is not None:
            _counting.file("fsync", descriptor)
        fsync(descriptor)

    def writing(descriptor: int, data: memoryview) -> int:
        if _counting is not None and _counting.tears(_counting.file("write", descriptor)):
            write(descriptor, data[: len(data) // 2])
            _die()
        return write(descriptor, data)

    os.fsync = flushing
    object.__setattr__(staging.KERNEL, "write", writing)
    event.listen(sa.Engine, "before_cursor_execute", _executing)
    event.listen(sa.Engine, "commit", lambda _: _ending("commit"))
    event.listen(sa.Engine, "rollback", lambda _: _ending("rollback"))
    _listen_to_sqlite()


def _audited(name: str, given: tuple[Any, ...]) -> None:
    if _counting is None:
        return
    if name == "open" and isinstance(given[2], int) and given[2] & _WRITING:
        _counting.file("create" if given[2] & os.O_CREAT else "open", given[0])
    elif name in _AUDITED:
        # A link and a rename are named by where they lead.
        _counting.file(_AUDITED[name], given[1] if name in {"os.link", "os.rename"} else given[0])


def _executing(_connection: object, _cursor: object, statement: str, *_: object) -> None:
    if _counting is None:
        return
    if found := _CHANGE.match(statement):
        table = found[2].lower().replace('"', "")
        _counting.take("sql", f"{found[1].upper()} {table}")
    elif found := _OTHER.match(statement):
        _counting.take("sql", found[1].upper())


def _ending(how: str) -> None:
    # A transaction that only read is rolled back as well; that changes nothing.
    if _counting is not None and how == "commit":
        _counting.take(how, "transaction")


def _path(place: object) -> str | None:
    if isinstance(place, int):
        try:
            return str(Path(f"/proc/self/fd/{place}").readlink())
        except OSError:
            return None
    return os.path.abspath(os.fsdecode(place)) if isinstance(place, str | bytes | os.PathLike) else None  # noqa: PTH100 - hooks may not raise audit events


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class _Vfs(ctypes.Structure):
    """`sqlite3_vfs`, as far as it is needed. Source: sqlite3.h."""

    _fields_ = (
        ("version", ctypes.c_int),
        ("file_bytes", ctypes.c_int),
        ("most_path", ctypes.c_int),
        ("next", ctypes.c_void_p),
        ("name", ctypes.c_char_p),
        ("data", ctypes.c_void_p),
        ("calls", ctypes.c_void_p * 13),
        (
            "set_system_call",
            ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p),
        ),
        ("get_system_call", ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p)),
    )


_PWRITE: Final = ctypes.CFUNCTYPE(
    ctypes.c_ssize_t, ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int64, use_errno=True
)
_FTRUNCATE: Final = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.c_int64, use_errno=True)
_kept: list[object] = []
"""What SQLite calls must outlive the call that handed it over."""


def _listen_to_sqlite() -> bool:
    """Have SQLite write through us; False where its library cannot be reached."""
    import sqlite3  # noqa: F401, PLC0415 - loads the library

    mapped = Path("/proc/self/maps").read_text().splitlines()
    shared = next((line.split()[-1] for line in mapped if "libsqlite3" in line), None)
    if shared is None:
        return False
    library = ctypes.CDLL(shared)
    library.sqlite3_vfs_find.restype = ctypes.c_void_p
    place = library.sqlite3_vfs_find(None)
    vfs = _Vfs.from_address(place)
    wrap: list[tuple[str, Any, Callable[..., Any]]] = [
        ("pwrite", _PWRITE, _pwriting),
        ("pwrite64", _PWRITE, _pwriting),
        ("ftruncate", _FTRUNCATE, _truncating),
    ]
    for name, shape, through in wrap:
        if address := vfs.get_system_call(place, name.encode()):
            call = shape(partial(through, shape(address)))
            _kept.append(call)
            vfs.set_system_call(place, name.encode(), ctypes.cast(call, ctypes.c_void_p))
    return True


def _pwriting(real: Callable[..., int], descriptor: int, data: int, size: int, offset: int) -> int:
    try:
        if _counting is not None and _counting.tears(_counting.file("pwrite", descriptor)):
            real(descriptor, data, size // 2, offset)
            _die()
    except OSError as error:
        ctypes.set_errno(error.errno or 0)
        return -1
    return real(descriptor, data, size, offset)


def _truncating(real: Callable[..., int], descriptor: int, size: int) -> int:
    if _counting is not None:
        _counting.file("ftruncate", descriptor)
    return real(descriptor, size)
