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
from claims.signature import Signer


def seal_of(sealed: BinaryIO) -> bytes:
    """The tag manifest of a bundle of ours, which is what gets stamped."""
    with zipfile.ZipFile(sealed) as opened:
        return opened.read(f"{_folder(opened)}/{bag.TAG_MANIFEST}")


def write(sealed: BinaryIO, stamps: Sequence[bytes], out: Sink, signer: Signer | None = None) -> str:
    """Copy the zip to `out` with these stamps; returns the digest of what was written. Flat memory.

    Where the bundle is signed, `signer` has to be who signed it, and signs each stamp too.
    """
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
    beside: list[tuple[str, bytes]] = []
    for number, stamp in enumerate(stamps, start=1):
        name = bag.stamp_name(number)
        beside.append((name, stamp))
        if signer:
            beside.append((bag.countersigned_name(name), signer.sign(stamp)))
    for name, content in beside:
        entry = archive.Entry(f"{folder}/{name}", len(content), zlib.crc32(content))
        put(archive.local_header(entry) + content)
        listed.append(entry)
    put(archive.directory(listed))
    return f"sha256:{found.hexdigest()}"


def _folder(opened: zipfile.ZipFile) -> str:
    return opened.namelist()[0].partition("/")[0]
