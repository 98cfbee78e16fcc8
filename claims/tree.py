"""The files of a bag as they lie there, and those of an unpacked one.

Nothing here is trusted: links are not followed, only plain files are opened, and what
could harm is told and left alone.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, Protocol

from claims import bag
from claims.mismatch import Mismatch, NotABundleError, Wrong, mismatch
from evidence.model import say

CHUNK: Final = 1 << 20
MOST_FILES: Final = 20_000


class UnreadableError(Exception):
    """A file is listed and cannot be read to its end."""


class Tree(Protocol):
    """What lies there."""

    @property
    def sizes(self) -> Mapping[str, int]:
        """Bytes of every plain file, by its path within the bag."""
        ...

    @property
    def faults(self) -> tuple[Mismatch, ...]:
        """What was wrong at first sight."""
        ...

    def chunks(self, path: str) -> Iterator[bytes]:
        """The bytes of a file in pieces.

        Raises:
            UnreadableError: they end early or cannot be read.
        """
        ...


def harm(path: str) -> str:
    """Why unpacking a file of this name could do harm; empty where it could not."""
    if path.startswith("/") or re.match(r"[A-Za-z]:", path):
        return "an absolute name"
    if ".." in path.split("/"):
        return "a name that steps out of the folder"
    if "\\" in path:
        return "a name with a backslash"
    if any(ord(c) < ord(" ") for c in path):
        return "a name with control characters"
    return ""


def collisions(paths: Iterable[str]) -> Iterator[Mismatch]:
    """Names that fall on one another where upper and lower case are the same."""
    seen: dict[str, str] = {}
    for path in paths:
        other = seen.setdefault(path.casefold(), path)
        if other != path:
            found = f"it differs from {other} in upper and lower case only"
            yield mismatch(Wrong.UNSAFE, path, "one file", found)


def strange_folders(folders: Iterable[str], files: Iterable[str]) -> Iterator[Mismatch]:
    """Folders that hold no file."""
    needed = {str(parent) for path in files for parent in Path(path).parents}
    yield from (mismatch(Wrong.ADDED, f"{folder}/") for folder in sorted(folders) if folder not in needed)


class FolderTree:
    """An unpacked bag."""

    def __init__(self, place: Path) -> None:
        self._root = place if _is_marked(place) else _inner(place)
        self._sizes: dict[str, int] = {}
        faults: list[Mismatch] = []
        folders: list[str] = []
        for path, entry in _walk(self._root):
            status = entry.stat(follow_symlinks=False)
            if stat.S_ISDIR(status.st_mode):
                folders.append(path)
            elif stat.S_ISREG(status.st_mode):
                self._sizes[path] = status.st_size
            else:
                what = "a link" if stat.S_ISLNK(status.st_mode) else "no plain file"
                faults.append(mismatch(Wrong.UNSAFE, path, "a plain file", what))
        faults.extend(collisions(self._sizes))
        faults.extend(strange_folders(folders, self._sizes))
        self.faults = tuple(faults)

    @property
    def sizes(self) -> Mapping[str, int]:
        return self._sizes

    def chunks(self, path: str) -> Iterator[bytes]:
        try:
            descriptor = os.open(self._root / path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            with open(descriptor, "rb", buffering=0) as file:  # noqa: PTH123 - of a descriptor
                while chunk := file.read(CHUNK):
                    yield chunk
        except OSError as error:
            raise UnreadableError(error.strerror or "it cannot be read") from None


def _is_marked(folder: Path) -> bool:
    return any((folder / mark).is_file() for mark in bag.MARKS)


def _inner(place: Path) -> Path:
    inside = list(place.iterdir())
    if len(inside) == 1 and not inside[0].is_symlink() and _is_marked(inside[0]):
        return inside[0]
    raise NotABundleError(
        say("This folder is no bundle; give the zip file, or the folder that holds bagit.txt.")
    )


def _walk(root: Path) -> Iterator[tuple[str, os.DirEntry[str]]]:
    waiting = [""]
    count = 0
    while waiting:
        folder = waiting.pop()
        with os.scandir(root / folder) as entries:
            for entry in sorted(entries, key=lambda e: e.name):
                count += 1
                if count > MOST_FILES:
                    raise NotABundleError(
                        say("This folder holds more than {most} files; no bundle does.", most=MOST_FILES)
                    )
                path = f"{folder}/{entry.name}" if folder else entry.name
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(path)
                yield path, entry
