"""Sealing: what is planned goes as one bag into one zip.

`plan` says what goes in, `write` streams it. The bytes of the zip follow from the plan and
the blobs alone: no clock, no machine, no order of a dictionary plays a part.

    BundleError
    ├── UnmetError      the ruleset is not met, and nobody said to seal all the same
    └── SpoiledError    a stored file is not what its name says; the output is to be removed
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final, Protocol

from claims import archive, bag
from claims.contents import BundleError, Member, Plan, UnmetError, made, plan
from evidence.model import say

__all__ = [
    "BundleError",
    "Member",
    "Plan",
    "Progress",
    "SealedBundle",
    "Sink",
    "SpoiledError",
    "UnmetError",
    "plan",
    "write",
]

CHUNK: Final = 1 << 20
"""Bytes held at a time while copying."""

_HEX: Final = len("sha256:")


class Sink(Protocol):
    """Where the zip goes; it is never read and never rewound."""

    def write(self, data: bytes, /) -> object: ...


class SpoiledError(BundleError):
    """A stored file is not what its name says; what was written so far is to be removed."""

    def __init__(self, digest: str) -> None:
        super().__init__(
            say("The stored file {digest} has changed, so the bundle was not sealed.", digest=digest)
        )
        self.digest = digest


@dataclass(frozen=True)
class SealedBundle:
    """What was written."""

    digest: str
    """Of the zip."""
    size: int
    """Bytes of the zip."""
    folder: str
    files: int
    payload_bytes: int
    incomplete: tuple[str, ...]
    dossier: bool = False
    """Whether the case as a PDF is in it."""


Progress = Callable[[int, int], None]
"""Told the bytes copied so far and the bytes to copy."""


def write(
    planned: Plan,
    open_blob: Callable[[str], BinaryIO],
    out: Sink,
    progress: Progress = lambda _done, _total: None,
) -> SealedBundle:
    """Write the zip of `planned` to `out`, holding one chunk at a time.

    `open_blob` is called twice for each blob: once for its size and checksum, which stand
    before its bytes, and once to copy it while its SHA-256 is held against its name.

    Raises:
        SpoiledError: a blob is not what its digest says; `out` is then to be thrown away.
    """
    payload = [_measured(member, open_blob) for member in planned.payload]
    total = sum(sized.entry.size for sized in payload)
    info = (*planned.info, (bag.OXUM, f"{total}.{len(payload)}"))
    manifest = bag.manifest({s.member.path: s.member.digest[_HEX:] for s in payload})
    tags = [
        *planned.tags,
        made(bag.INFO, bag.info(info).encode()),
        made(bag.MANIFEST, manifest.encode()),
    ]
    seal = bag.manifest({tag.path: tag.digest[_HEX:] for tag in tags}).encode()
    tags.append(made(bag.TAG_MANIFEST, seal))
    if planned.signer:
        tags.append(made(bag.SIGNATURE, planned.signer.sign(seal)))
    everything = [*(_measured(tag, open_blob) for tag in tags), *payload]
    ordered = sorted(everything, key=lambda s: (s.member.path != bag.DECLARATION, s.member.path))
    listed = [archive.Entry(f"{planned.folder}/{s.entry.name}", s.entry.size, s.entry.crc) for s in ordered]
    tally = _Tally(out, progress, sum(entry.size for entry in listed))
    for sized, entry in zip(ordered, listed, strict=True):
        tally.head(archive.local_header(entry))
        _copy(sized, open_blob, tally)
    tally.head(archive.directory(listed))
    return SealedBundle(
        digest=tally.digest,
        size=tally.size,
        folder=planned.folder,
        files=len(listed),
        payload_bytes=total,
        incomplete=planned.incomplete,
        dossier=any(member.path == bag.DOSSIER for member in planned.payload),
    )


@dataclass(frozen=True)
class _Sized:
    """A member whose size and checksum are known."""

    member: Member
    entry: archive.Entry


class _Tally:
    """The output, with the digest, the size and the progress of what went there."""

    def __init__(self, out: Sink, progress: Progress, total: int) -> None:
        self._out = out
        self._progress = progress
        self._total = total
        self._done = 0
        self._hash = hashlib.sha256()
        self.size = 0

    def head(self, data: bytes) -> None:
        self._out.write(data)
        self._hash.update(data)
        self.size += len(data)

    def content(self, data: bytes) -> None:
        self.head(data)
        self._done += len(data)
        self._progress(self._done, self._total)

    @property
    def digest(self) -> str:
        return f"sha256:{self._hash.hexdigest()}"


def _measured(member: Member, open_blob: Callable[[str], BinaryIO]) -> _Sized:
    size = crc = 0
    for chunk in _chunks(member, open_blob):
        size += len(chunk)
        crc = zlib.crc32(chunk, crc)
    if member.size not in {None, size}:
        raise SpoiledError(member.digest)
    return _Sized(member, archive.Entry(member.path, size, crc))


def _copy(sized: _Sized, open_blob: Callable[[str], BinaryIO], tally: _Tally) -> None:
    size = crc = 0
    found = hashlib.sha256()
    for chunk in _chunks(sized.member, open_blob):
        tally.content(chunk)
        found.update(chunk)
        size += len(chunk)
        crc = zlib.crc32(chunk, crc)
    as_planned = (size, crc) == (sized.entry.size, sized.entry.crc)
    if not as_planned or sized.member.digest != f"sha256:{found.hexdigest()}":
        raise SpoiledError(sized.member.digest)


def _chunks(member: Member, open_blob: Callable[[str], BinaryIO]) -> Iterator[bytes]:
    if member.content is not None:
        yield member.content
        return
    with open_blob(member.digest) as blob:
        while chunk := blob.read(CHUNK):
            yield chunk
