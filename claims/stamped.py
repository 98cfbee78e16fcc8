"""A sealed bundle with time stamps beside its seal: the same zip, with a few members more at its end.

Stamps are made after the sealing, over the tag manifest, which pins everything. No manifest lists them, so
nothing of what was sealed changes: the zip is copied byte for byte up to its directory.
"""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from collections.abc import Sequence
from typing import BinaryIO

from claims import archive, bag
from claims.bundle import CHUNK, Sink


def seal_of(sealed: BinaryIO) -> bytes:
    """The tag manifest of a bundle of ours, which is what gets stamped."""
    with zipfile.ZipFile(sealed) as opened:
        return opened.read(f"{_folder(opened)}/{bag.TAG_MANIFEST}")


def write(sealed: BinaryIO, stamps: Sequence[bytes], out: Sink) -> str:
    """Copy the zip to `out` with these stamps; returns the digest of what was written. Flat memory."""
    with zipfile.ZipFile(sealed) as opened:
        folder, end = _folder(opened), opened.start_dir
        listed = [archive.Entry(info.filename, info.file_size, info.CRC) for info in opened.infolist()]
    found = hashlib.sha256()

    def put(data: bytes) -> None:
        out.write(data)
        found.update(data)

    sealed.seek(0)
    while end and (chunk := sealed.read(min(CHUNK, end))):
        put(chunk)
        end -= len(chunk)
    for number, stamp in enumerate(stamps, start=1):
        entry = archive.Entry(f"{folder}/{bag.stamp_name(number)}", len(stamp), zlib.crc32(stamp))
        put(archive.local_header(entry) + stamp)
        listed.append(entry)
    put(archive.directory(listed))
    return f"sha256:{found.hexdigest()}"


def _folder(opened: zipfile.ZipFile) -> str:
    return opened.namelist()[0].partition("/")[0]
