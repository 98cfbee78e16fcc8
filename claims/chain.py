"""Custody chains as JSON lines: whether each line still hangs on the one before.

A line is the canonical JSON of one entry, and the SHA-256 of the line with its line feed
is what the next line carries as `previous`; so a line ends, byte for byte, in
`,"previous":"sha256:…","seq":N,"stream":"S"}`. The chain cannot see that its end was cut
off: whoever keeps it notes its length and its head elsewhere, here in `bag-info.txt`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, cast

GENESIS: Final = "sha256:" + "0" * 64
"""What the first line carries as `previous`."""

LONGEST: Final = 1 << 20
"""Bytes of one line; an entry is an event, not a document."""

_MEMBERS: Final = frozenset({"actor", "at", "detail", "event", "previous", "seq", "stream"})


@dataclass(frozen=True)
class Head:
    """How long a chain is, and the digest of its last line."""

    count: int
    digest: str

    def __str__(self) -> str:
        return f"{self.count} {self.digest}"


EMPTY: Final = Head(0, GENESIS)


@dataclass(frozen=True)
class Break:
    """A line (from 1) that does not hang on the one before."""

    line: int
    expected: str
    found: str


def follow(lines: Iterable[bytes]) -> tuple[Head, tuple[Break, ...]]:
    """The head of a chain given as lines with their line feeds, and every break in it."""
    head = EMPTY
    breaks: list[Break] = []
    stream: str | None = None
    for number, line in enumerate(lines, start=1):
        entry = _entry(line)
        if entry is None:
            breaks.append(Break(number, "an entry on a line of its own", "something else"))
        else:
            stream = stream if stream is not None else str(entry["stream"])
            breaks.extend(_unlinked(number, line, entry, head, stream))
        head = Head(number, f"sha256:{hashlib.sha256(line).hexdigest()}")
    return head, tuple(breaks)


def _entry(line: bytes) -> dict[str, Any] | None:
    if not line.endswith(b"\n") or len(line) > LONGEST:
        return None
    try:
        told: object = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict):
        return None
    entry = cast("dict[str, Any]", told)
    return entry if entry.keys() == _MEMBERS else None


def _unlinked(number: int, line: bytes, entry: dict[str, Any], head: Head, stream: str) -> Iterable[Break]:
    if entry["previous"] != head.digest:
        yield Break(number, head.digest, str(entry["previous"]))
    elif entry["seq"] != number or entry["stream"] != stream:
        found = f"number {entry['seq']} of {entry['stream']}"
        yield Break(number, f"number {number} of {stream}", found)
    elif not line.endswith(_ending(head.digest, number, stream)):
        yield Break(number, "the entry in its canonical form", "another form of it")


def _ending(previous: str, number: int, stream: str) -> bytes:
    name = json.dumps(stream, ensure_ascii=False)
    text = f',"previous":"{previous}","seq":{number},"stream":{name}}}\n'
    return text.encode("utf-8", "backslashreplace")
