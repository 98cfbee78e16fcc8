"""Films with another edit list, and a file as the check `edited` sees it."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib import util
from pathlib import Path

from evidence import gate, manifest, profile
from evidence.check import Ending
from evidence.checks.edited import Edited
from evidence.decode import open_film
from evidence.model import Expectation, Finding
from evidence.photo import open_photo
from tests.evidence.fakes import FakeAlbum

Line = tuple[float, float, float]
"""Seconds of the take from where on, for how long, and how fast it is shown."""


def listed(data: bytes, lines: Sequence[Line]) -> bytes:
    """The MP4, whose index comes last, with this edit list for each of its tracks."""
    return b"".join(_anew(data, at, end, lines, 0) for at, end in _boxes(data, 0, len(data)))


def about(path: Path) -> list[Finding]:
    """What the check says of the file; a refusal is raised as it comes."""
    with path.open("rb") as file:
        sniffed = gate.sniff(file)
        record = manifest.read(file, sniffed) if sniffed.structure.manifest else None
        film = sniffed.kind == "video"
        source = (open_film if film else open_photo)(
            file,
            sniffed,
            limits=profile.load("unboxing" if film else "defect_photo").limits,
            expected=Expectation(),
            now=datetime(2026, 11, 21, tzinfo=UTC),
            provenance=record,
        )
        return list(Edited().start(source.media, FakeAlbum()).conclude(Ending()))


def has_reader() -> bool:
    """Whether the extra `provenance` is installed."""
    return util.find_spec("c2pa") is not None


def _boxes(data: bytes, at: int, end: int) -> Iterator[tuple[int, int]]:
    while at + 8 <= end:
        (size,) = struct.unpack_from(">I", data, at)
        yield at, at + size
        at += size


def _anew(data: bytes, at: int, end: int, lines: Sequence[Line], scale: int) -> bytes:
    kind, body = data[at + 4 : at + 8], data[at + 8 : end]
    if kind not in {b"moov", b"trak"}:
        return data[at:end]
    children = list(_boxes(data, at + 8, end))
    if kind == b"moov":
        (scale,) = struct.unpack_from(">I", data, data.index(b"mvhd", at) + 16)
    else:
        (ticks,) = struct.unpack_from(">I", data, data.index(b"mdhd", at) + 16)
        entries = b"".join(
            struct.pack(">IiI", round(length * scale), round(start * ticks), round(rate * 65536))
            for start, length, rate in lines
        )
        made = _box(b"edts", _box(b"elst", struct.pack(">II", 0, len(lines)) + entries))
        others = [data[a:e] for a, e in children if data[a + 4 : a + 8] != b"edts"]
        return _box(kind, others[0] + made + b"".join(others[1:]))
    body = b"".join(_anew(data, a, e, lines, scale) for a, e in children)
    return _box(kind, body)


def _box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(body), kind) + body
