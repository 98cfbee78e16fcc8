r"""History by link: entries of a stream, each holding the hash of the one before. Pure.

The line of an entry is its canonical JSON: the members `actor`, `at`, `detail`,
`event`, `previous`, `seq`, `stream`; keys sorted by code point, no spaces, UTF-8, all
else escaped as `json.dumps` does it, no floats (their texts differ between writers:
give a number as an integer in a small unit, or as text). It holds no line break, so
one entry is one line. Its digest is the SHA-256 of that line and the line feed after
it, and the next entry carries it as `previous`. So with a stream printed to a file:

    sed -n 3p custody.jsonl | sha256sum      the digest of entry 3, as in entry 4's "previous"
    tail -n 1 custody.jsonl | sha256sum      the head, which pins the whole stream

Line `N` of an unaltered stream `S` ends, byte for byte, in
`,"previous":"<digest of line N-1>","seq":N,"stream":"S"}`. No text inside `detail` can
pass for that: the top level closes the line, and a quote within a text is escaped.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from itertools import pairwise
from typing import Any, Final, cast

from pydantic import BaseModel, ConfigDict

GENESIS: Final = "sha256:" + "0" * 64
"""The `previous` of a stream's first entry."""


@dataclass(frozen=True)
class Entry:
    """One event in a stream, linked to the one before."""

    stream: str
    seq: int
    """1 for the first."""
    at: datetime
    """When, in UTC, to the microsecond."""
    event: str
    actor: str
    """Who or what did it."""
    detail: Mapping[str, Any]
    """JSON without floats."""
    previous: str
    """The digest of the entry before, or `GENESIS`."""
    digest: str
    """As it was recorded; `verify` compares it with what the rest hashes to."""

    @property
    def line(self) -> str:
        """The canonical JSON, without the line feed that the digest also covers."""
        return canonical(
            {
                "actor": self.actor,
                "at": stamp(self.at),
                "detail": self.detail,
                "event": self.event,
                "previous": self.previous,
                "seq": self.seq,
                "stream": self.stream,
            }
        )


@dataclass(frozen=True)
class Head:
    """How far a stream had come when somebody wrote it down elsewhere."""

    seq: int
    digest: str


class Wrong(StrEnum):
    """What can be wrong with a stream."""

    EDITED = "edited"
    """The entry does not hash to its recorded digest."""
    UNLINKED = "unlinked"
    """The entry does not continue the one before: one of the two was replaced."""
    DROPPED = "dropped"
    """Entries are missing from here up to the next one that is there."""
    SWAPPED = "swapped"
    """The entry stands after a later one."""
    FORKED = "forked"
    """More than one entry has this number."""
    FOREIGN = "foreign"
    """The entry belongs to another stream, or its number to none."""
    TRUNCATED = "truncated"
    """The stream ends before the known head."""
    REWRITTEN = "rewritten"
    """The entry at the known head is not the one that was known."""


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong, and where."""

    wrong: Wrong
    seq: int
    """The number of the entry concerned; of the first one concerned where several are missing."""
    place: int
    """Its place in the sequence that was verified, from 0; the length of it where the entry is missing."""


class _Line(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    actor: str
    at: str
    detail: dict[str, Any]
    event: str
    previous: str
    seq: int
    stream: str


def stamp(moment: datetime) -> str:
    """UTC as text of fixed width, so that texts sort as times do: `2026-11-21T08:11:02.000000Z`.

    Raises:
        ValueError: `moment` carries no zone.
    """
    if moment.utcoffset() is None:
        raise ValueError("a wall time must carry a zone")
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def unstamp(text: str) -> datetime:
    """The reverse of `stamp`.

    Raises:
        ValueError: the text is no time, or carries no zone.
    """
    moment = datetime.fromisoformat(text)
    if moment.utcoffset() is None:
        raise ValueError("a wall time must carry a zone")
    return moment.astimezone(UTC)


def canonical(value: object) -> str:
    """The one JSON text of a value; half a surrogate pair, which no file can carry, becomes U+FFFD.

    Raises:
        TypeError: the value is not JSON, or holds a float.
    """
    _refuse_floats(value)
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def digest_of(line: str) -> str:
    """The digest of a line, given without its line feed."""
    return "sha256:" + hashlib.sha256(line.encode() + b"\n").hexdigest()


def chain(
    last: Entry | None, *, stream: str, at: datetime, event: str, actor: str, detail: Mapping[str, Any]
) -> Entry:
    """The entry that continues `last`, or begins the stream.

    Raises:
        TypeError: `detail` is not JSON, or holds a float.
        ValueError: `at` carries no zone, `last` is of another stream, or a text is no text.
    """
    if last is not None and last.stream != stream:
        raise ValueError("an entry continues its own stream only")
    seq, previous = (last.seq + 1, last.digest) if last else (1, GENESIS)
    entry = Entry(stream, seq, at, event, actor, detail, previous, digest="")
    # What is hashed is what will be read back: tuples as lists, keys as texts, mended texts, a copy.
    entry = parse(entry.line)
    return replace(entry, digest=digest_of(entry.line))


def parse(line: str, digest: str | None = None) -> Entry:
    """The entry that a line tells, with the digest recorded beside it, or the line's own.

    Raises:
        ValueError: the line is not an entry.
    """
    try:
        told = _Line.model_validate_json(line)
        entry = Entry(
            stream=told.stream,
            seq=told.seq,
            at=unstamp(told.at),
            event=told.event,
            actor=told.actor,
            detail=told.detail,
            previous=told.previous,
            digest=digest or digest_of(line),
        )
        canonical(entry.detail)
    except (ValueError, TypeError, OverflowError) as error:
        raise ValueError("this line is not an entry of a ledger") from error
    return entry


def verify(entries: Iterable[Entry], *, head: Head | None = None) -> list[Fault]:
    """Everything that is wrong with a stream, in the order of place; an empty list if nothing is.

    `entries` are in the order in which they were kept, from the first on. Without a
    `head` a stream that was cut at its end cannot be told from a shorter one, and one that
    was forged whole, or prolonged, not from a true one: only a head kept elsewhere tells.
    """
    found = list(entries)
    places: dict[int, list[int]] = {}
    for place, entry in enumerate(found):
        places.setdefault(entry.seq, []).append(place)
    faults = [
        *_faults_within(found),
        *_faults_between(found, places),
        *_faults_of_count(places),
        *_faults_of_head(found, places, head),
    ]
    return sorted(faults, key=lambda fault: (fault.place, fault.seq, fault.wrong))


def export(entries: Iterable[Entry]) -> str:
    """JSON lines, each ended by a line feed; to be written as UTF-8."""
    return "".join(f"{entry.line}\n" for entry in entries)


def _faults_within(found: list[Entry]) -> Iterable[Fault]:
    for place, entry in enumerate(found):
        if digest_of(entry.line) != entry.digest:
            yield Fault(Wrong.EDITED, entry.seq, place)
        if entry.stream != found[0].stream or entry.seq < 1:
            yield Fault(Wrong.FOREIGN, entry.seq, place)


def _faults_between(found: list[Entry], places: Mapping[int, list[int]]) -> Iterable[Fault]:
    for place, (before, entry) in enumerate(pairwise(found), start=1):
        if entry.seq < before.seq:
            yield Fault(Wrong.SWAPPED, entry.seq, place)
    for place, entry in enumerate(found):
        if entry.seq == 1:
            linked = entry.previous == GENESIS
        else:
            # Where the one before is missing, that is the fault, and it is told as such.
            earlier = places.get(entry.seq - 1)
            linked = earlier is None or entry.previous in {found[each].digest for each in earlier}
        if not linked:
            yield Fault(Wrong.UNLINKED, entry.seq, place)


def _faults_of_count(places: Mapping[int, list[int]]) -> Iterable[Fault]:
    for seq, twins in places.items():
        for place in twins[1:]:
            yield Fault(Wrong.FORKED, seq, place)
    for before, seq in pairwise([0, *sorted(places)]):
        if seq > before + 1:
            yield Fault(Wrong.DROPPED, before + 1, places[seq][0])


def _faults_of_head(
    found: list[Entry], places: Mapping[int, list[int]], head: Head | None
) -> Iterable[Fault]:
    if head is None:
        return
    if not found or max(places) < head.seq:
        yield Fault(Wrong.TRUNCATED, max(places, default=0) + 1, len(found))
    elif head.seq in places and all(found[place].digest != head.digest for place in places[head.seq]):
        yield Fault(Wrong.REWRITTEN, head.seq, places[head.seq][0])


def _refuse_floats(value: object) -> None:
    if isinstance(value, float):
        raise TypeError("a ledger holds no floats: give the number as an integer in a small unit, or as text")
    if isinstance(value, Mapping):
        for each in cast("Mapping[object, object]", value).values():
            _refuse_floats(each)
    elif isinstance(value, list | tuple):
        for each in cast("list[object]", value):
            _refuse_floats(each)
