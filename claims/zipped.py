"""A bag in a zip, read and never unpacked; nothing in it is trusted.

The directory, the number of members and the ratio of packing are bounded before anything
is read, members that overlap or that another reader would see otherwise are refused, and
a zip that carries our mark is held to our layout byte by byte.
"""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import BinaryIO, Final

from claims import archive, bag
from claims.mismatch import Mismatch, NotABundleError, Wrong, mismatch
from claims.tree import CHUNK, MOST_FILES, UnreadableError, collisions, harm, strange_folders
from evidence.model import say

LARGEST_DIRECTORY: Final = 8 << 20
"""Bytes of a zip's directory."""
HIGHEST_RATIO: Final = 250
"""Of unpacked to packed bytes; JSON packs to a twentieth, a bomb to a thousandth."""
FREE_OF_RATIO: Final = 1 << 20
"""Unpacked bytes below which no ratio is asked."""

_ENDING: Final = 22
_LONGEST_COMMENT: Final = 0xFFFF
_LOCAL: Final = 30
_DESCRIPTOR: Final = 24
_ENCRYPTED: Final = 0x1
_UTF8: Final = 0x800
_UNIX: Final = 3
_UNREADABLE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    NotImplementedError,
    RuntimeError,
    ValueError,
    EOFError,
    OSError,
)
"""What the zip library raises on damaged archives."""


class DamagedError(Exception):
    """This was a bundle, and its zip cannot be read at all."""


class ZipTree:
    """A bag in a zip; `file` is seekable, at its beginning, and stays open as long as this is used.

    Raises:
        NotABundleError: this is no zip, or one that holds no bag.
        DamagedError: this was a bundle, and its zip cannot be read at all.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._zip = _opened(file)
        listed = self._zip.infolist()
        top = _top(info.filename for info in listed)
        self._infos: dict[str, zipfile.ZipInfo] = {}
        faults = list(_container(file, self._zip))
        folders: list[str] = []
        for info in listed:
            path = info.filename.removeprefix(top)
            refused = _refusal(info)
            if refused:
                faults.append(mismatch(Wrong.UNSAFE, info.orig_filename, "a plain file", refused))
            elif not info.filename.startswith(top):
                faults.append(mismatch(Wrong.ADDED, f"../{info.filename}"))
            elif info.is_dir():
                folders.append(path.rstrip("/"))
            elif path in self._infos:
                faults.append(mismatch(Wrong.UNSAFE, path, "one file", "two files of this name"))
            else:
                self._infos[path] = info
        faults.extend(collisions(self._infos))
        faults.extend(strange_folders(filter(None, folders), self._infos))
        self.faults: tuple[Mismatch, ...] = tuple(faults)

    @property
    def sizes(self) -> Mapping[str, int]:
        return {path: info.file_size for path, info in self._infos.items()}

    def chunks(self, path: str) -> Iterator[bytes]:
        info = self._infos[path]
        try:
            if info.compress_type == zipfile.ZIP_STORED:
                yield from self._stored(info)
                return
            with self._zip.open(info) as member:
                while chunk := member.read(CHUNK):
                    yield chunk
        except _UNREADABLE:
            raise UnreadableError("the zip is damaged here") from None

    def _stored(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        """The bytes as they lie there; a wrong checksum is told after the last of them."""
        header = _local_header(self._file, info)
        at = info.header_offset + header.length
        left, crc = info.file_size, 0
        while left:
            self._file.seek(at)
            chunk = self._file.read(min(CHUNK, left))
            if not chunk:
                raise UnreadableError("the zip ends too early")
            at += len(chunk)
            left -= len(chunk)
            crc = zlib.crc32(chunk, crc)
            yield chunk
        if crc != info.CRC:
            raise UnreadableError("the zip's own checksum does not fit")


def _opened(file: BinaryIO) -> zipfile.ZipFile:
    beginning = file.read(1 << 12)
    ours = f"/{bag.DECLARATION}".encode() in beginning and bag.BAGIT.encode() in beginning
    if not beginning.startswith(b"PK") and not ours:
        raise NotABundleError(say("This file is no zip file, so it is no bundle."))
    try:
        _bound_directory(file)
        return zipfile.ZipFile(file)
    except _UNREADABLE:
        if ours:
            raise DamagedError from None
        raise NotABundleError(say("This zip file is damaged, and nothing in it says bundle.")) from None


def _ending_record(file: BinaryIO) -> tuple[int, bytes]:
    """Where the archive's last record begins, and its bytes up to the end of the file."""
    size = file.seek(0, 2)
    start = max(0, size - _ENDING - _LONGEST_COMMENT)
    file.seek(start)
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _ENDING:
        raise zipfile.BadZipFile
    return start + at, tail[at:]


def _bound_directory(file: BinaryIO) -> None:
    at, record = _ending_record(file)
    count, size = struct.unpack("<HL", record[10:16])
    file.seek(max(0, at - 20))
    locator = file.read(20)
    if locator.startswith(b"PK\x06\x07"):
        file.seek(struct.unpack("<Q", locator[8:16])[0])
        large = file.read(56)
        if large.startswith(b"PK\x06\x06"):
            count, size = struct.unpack("<QQ", large[32:48])
    if count > MOST_FILES or size > LARGEST_DIRECTORY:
        raise NotABundleError(
            say("This zip file holds more than {most} files; no bundle does.", most=MOST_FILES)
        )


def _top(names: Iterable[str]) -> str:
    """The folder that holds the bag, with its slash; empty where the bag is not in a folder."""
    tops: set[str] = set()
    for name in names:
        folder, slash, rest = name.partition("/")
        if not slash and folder in bag.MARKS:
            return ""
        if rest in bag.MARKS:
            tops.add(folder + slash)
    if not tops:
        raise NotABundleError(say("This zip file holds no bundle: there is no bagit.txt in it."))
    return min(tops)


def _refusal(info: zipfile.ZipInfo) -> str:
    """Why a member is not read; empty for a plain one."""
    mode = stat.S_IFMT(info.external_attr >> 16) if info.create_system == _UNIX else 0
    allowed = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
    claimed = f"it claims to unpack from {info.compress_size} to {info.file_size} bytes"
    reasons = {
        harm(info.orig_filename): True,
        "a link or a device": mode not in {0, stat.S_IFREG, stat.S_IFDIR},
        "it is encrypted": info.flag_bits & _ENCRYPTED,
        "it is packed in a way that no bundle uses": info.compress_type not in allowed,
        "a folder with bytes of its own": info.is_dir() and info.file_size,
        claimed: info.file_size > max(FREE_OF_RATIO, HIGHEST_RATIO * info.compress_size),
    }
    return next((reason for reason, holds in reasons.items() if reason and holds), "")


def _container(file: BinaryIO, opened: zipfile.ZipFile) -> Iterator[Mismatch]:
    """What is wrong with the zip around its members' contents."""
    listed = opened.infolist()
    if opened.comment == archive.COMMENT:
        entries = [archive.Entry(info.orig_filename, info.file_size, info.CRC) for info in listed]
        if not archive.is_canonical(file, entries):
            yield mismatch(Wrong.ARCHIVE, "", "headers as they were sealed", "other headers or added bytes")
    elif opened.comment:
        yield mismatch(Wrong.ARCHIVE, "", "no comment", opened.comment.decode("ascii", "backslashreplace"))
    else:
        yield from _packed_anew(file, listed, opened.start_dir)


def _packed_anew(file: BinaryIO, listed: list[zipfile.ZipInfo], directory: int) -> Iterator[Mismatch]:
    """A zip made by another tool from an unpacked bag: no byte before, behind or twice, no second name."""
    at, record = _ending_record(file)
    if len(record) != _ENDING or at < directory:
        yield mismatch(Wrong.ARCHIVE, "", "the end of the zip", "bytes behind it")
    places: list[tuple[int, int]] = []
    for info in sorted(listed, key=lambda i: i.header_offset):
        try:
            header = _local_header(file, info)
        except UnreadableError:
            yield mismatch(Wrong.ARCHIVE, "", f"the header of {info.filename}", "something else")
            continue
        if header.name != info.orig_filename:
            yield mismatch(Wrong.ARCHIVE, "", f"the name {info.filename}", f"also {header.name}")
        places.append((info.header_offset, info.header_offset + header.length + info.compress_size))
    if places and places[0][0] != 0:
        yield mismatch(Wrong.ARCHIVE, "", "the first file at the beginning", "bytes before it")
    for (_, end), (start, _) in pairwise([*places, (directory, directory)]):
        if not 0 <= start - end <= _DESCRIPTOR:
            found = "files that overlap" if start < end else "bytes between files"
            yield mismatch(Wrong.ARCHIVE, "", "one file after the other", found)


class _Header:
    """What stands before a member's bytes."""

    def __init__(self, name: str, length: int) -> None:
        self.name = name
        self.length = length


def _local_header(file: BinaryIO, info: zipfile.ZipInfo) -> _Header:
    file.seek(info.header_offset)
    fixed = file.read(_LOCAL)
    if len(fixed) < _LOCAL or not fixed.startswith(b"PK\x03\x04"):
        raise UnreadableError("the zip is damaged here")
    flags = struct.unpack("<H", fixed[6:8])[0]
    name, extra = struct.unpack("<HH", fixed[26:])
    encoding = "utf-8" if flags & _UTF8 else "cp437"
    return _Header(file.read(name).decode(encoding, "backslashreplace"), _LOCAL + name + extra)
