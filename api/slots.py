"""Stable names for workers on one machine: whoever holds the lock of a slot bears its name.

A name is that of the slot and of the place, which is the data folder, so that workers of several
machines never bear the same one. A lock goes with the process that holds it, however that ends, so
a name is free as soon as its bearer is dead, and the next bearer knows that nobody else works under it.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import tempfile
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from api.errors import NoSlotError
from storage import staging

MOST: Final = 64
"""Workers on one machine."""


@contextmanager
def taken(folder: Path) -> Generator[str]:
    """The first free slot, held until the block is left.

    Raises:
        NoSlotError: there are more workers here than makes sense.
        StorageError: the folder cannot be written.
    """
    place = _place(folder)
    for number in range(1, MOST + 1):
        with suppress(BlockingIOError), _locked(folder, number):
            yield _name(number, place)
            return
    raise NoSlotError(MOST)


@contextmanager
def orphaned(folder: Path) -> Generator[tuple[str, ...]]:
    """The slots that were used and that nobody holds; they are held until the block is left.

    Raises:
        StorageError: the folder cannot be written.
    """
    known = sorted(int(path.stem) for path in folder.glob("*.lock") if path.stem.isdigit())
    place = _place(folder)
    names: list[str] = []
    held: list[int] = []
    try:
        for number in known:
            with suppress(BlockingIOError):
                held.append(_lock(folder, number))
                names.append(_name(number, place))
        yield tuple(names)
    finally:
        for handle in held:
            os.close(handle)


def ours(folder: Path, name: str) -> bool:
    """Whether that is a name of this place, so that its lock says who is alive."""
    return name.endswith(f"@{_place(folder)}")


@contextmanager
def _locked(folder: Path, number: int) -> Generator[None]:
    handle = _lock(folder, number)
    try:
        yield
    finally:
        os.close(handle)


@contextmanager
def _telling() -> Generator[None]:
    """Let a disk that is full or fails be told as the storage tells it."""
    try:
        yield
    except BlockingIOError:  # Somebody holds the lock, which is no failure.
        raise
    except OSError as error:
        raise staging.translated(error) from error


@_telling()
def _lock(folder: Path, number: int) -> int:
    handle = os.open(folder / f"{number}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise
    return handle


def _name(number: int, place: str) -> str:
    return f"worker-{number}@{place}"


@_telling()
def _place(folder: Path) -> str:
    """What tells this folder from that of every other machine; drawn when it is first asked for."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "place"
    with suppress(FileNotFoundError):
        return file.read_text("ascii").strip()
    with tempfile.NamedTemporaryFile("w", dir=folder, encoding="ascii") as drawn:
        drawn.write(secrets.token_hex(6))
        drawn.flush()
        with suppress(FileExistsError):  # Somebody else was faster.
            os.link(drawn.name, file)
    return file.read_text("ascii").strip()
