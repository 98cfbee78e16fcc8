"""Blobs and rows in memory, held to the same contract: for tests, and for a run that keeps nothing."""

from __future__ import annotations

import copy
import hashlib
import io
import tempfile
import threading
from collections.abc import Callable, Collection, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, final

from storage.blobs import Blob, Buffer, Lock, Staging, Worm, hex_of, named
from storage.echo import NOTHING, Heard
from storage.errors import (
    BusyError,
    ConflictError,
    DigestMismatchError,
    ExistsError,
    LockedBlobError,
    MissingBlobError,
    MissingRowError,
)
from storage.ledger import Entry, chain
from storage.rows import (
    WAIT,
    Cursor,
    Page,
    Rank,
    Reading,
    Row,
    Shared,
    Unit,
    checked,
    checked_facets,
    checked_limit,
    checked_terms,
    plain,
    utc,
)


@final
class MemoryBlobs:
    """A `blobs.Blobs` that forgets.

    With `locked_for` it locks what it stores for that time (also none) and can hold it, as a bucket does.
    """

    def __init__(
        self,
        *,
        locked_for: timedelta | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._held: dict[str, bytes] = {}
        self._locked_for = locked_for
        self._clock = clock
        self._locks: dict[str, Lock] = {}

    @contextmanager
    def stage(self) -> Generator[Staging]:
        staging = _MemoryStaging(self._held, self.renew)
        try:
            yield staging
        finally:
            staging.close()

    @contextmanager
    def adopt(self, path: Path, heard: Heard = NOTHING) -> Generator[Staging]:  # noqa: ARG002 - read anew
        with self.stage() as staging:
            staging.write(path.read_bytes())
            yield staging

    def open(self, digest: str) -> BinaryIO:
        return io.BytesIO(self._bytes(digest))

    @contextmanager
    def local(self, digest: str) -> Generator[Path]:
        data = self._bytes(digest)
        with tempfile.NamedTemporaryFile(prefix="sixface-") as file:
            file.write(data)
            file.flush()
            yield Path(file.name)

    def stat(self, digest: str) -> Blob | None:
        data = self._held.get(digest)
        return None if data is None else Blob(digest, len(data))

    def delete(self, digest: str) -> None:
        if lock := self.lock(digest):
            raise LockedBlobError(digest, lock.until)
        self._held.pop(digest, None)
        self._locks.pop(digest, None)

    def lock(self, digest: str) -> Lock | None:
        found = self._locks.get(digest, Lock(None, held=False))
        until = found.until if found.until and found.until > self._clock() else None
        return Lock(until, found.held) if until or found.held else None

    def hold(self, digest: str, *, held: bool) -> bool:
        if self._locked_for is None:
            return False
        self._bytes(digest)
        self._locks[digest] = replace(self._locks[digest], held=held)
        return True

    def renew(self, digest: str) -> None:
        if self._locked_for is not None:
            self._bytes(digest)
            now = self._clock()
            found = self._locks.get(digest, Lock(now, held=False))
            self._locks[digest] = Lock(max(found.until or now, now + self._locked_for), found.held)

    def digests(self) -> Iterator[str]:
        yield from sorted(self._held)

    def link(self, digest: str, *, disposition: str) -> str | None:  # noqa: ARG002 - there is none
        if hex_of(digest) is None:
            raise MissingBlobError(digest)
        return None

    def worm(self) -> Worm:
        return Worm.ABSENT if self._locked_for is None else Worm.PROVEN

    def sweep(self) -> int:
        return 0

    def _bytes(self, digest: str) -> bytes:
        try:
            return self._held[digest]
        except KeyError:
            raise MissingBlobError(digest) from None


@final
class _MemoryStaging:
    def __init__(self, held: dict[str, bytes], renew: Callable[[str], None]) -> None:
        self._held = held
        self._renew = renew
        self._data = bytearray()
        self._open = True

    @property
    def size(self) -> int:
        return len(self._data)

    @property
    def digest(self) -> str:
        return named(hashlib.sha256(self._data).hexdigest())

    def write(self, data: Buffer, /) -> int:
        self._usable()
        view = memoryview(data).cast("B")
        self._data += view
        return len(view)

    def commit(self, expected: str | None = None) -> Blob:
        self._usable()
        self._open = False
        if expected is not None and expected != self.digest:
            raise DigestMismatchError(expected, self.digest)
        self._held.setdefault(self.digest, bytes(self._data))
        self._renew(self.digest)
        return Blob(self.digest, self.size)

    def close(self) -> None:
        self._open = False

    def _usable(self) -> None:
        if not self._open:
            raise ValueError("this staging was committed, has failed, or was left")


@dataclass(frozen=True)
class _Kept:
    row: Row
    facets: Mapping[str, str]
    terms: frozenset[int]


@dataclass(frozen=True)
class _State:
    """All that one tenant has; a unit works on a copy."""

    rows: dict[tuple[str, str], _Kept] = field(default_factory=dict[tuple[str, str], _Kept])
    ledger: dict[str, tuple[Entry, ...]] = field(default_factory=dict[str, tuple[Entry, ...]])

    def copy(self) -> _State:
        return _State(dict(self.rows), dict(self.ledger))


@final
class MemoryRows:
    """A `rows.Rows` that forgets. `wait` is in seconds."""

    def __init__(self, *, wait: float = WAIT) -> None:
        self._tenants: dict[str, _State] = {}
        self._turn = threading.Lock()
        self._wait = wait

    @contextmanager
    def begin(self, tenant: str, *, now: datetime) -> Generator[Unit]:
        checked("tenant", tenant)
        moment = utc(now)
        if not self._turn.acquire(timeout=self._wait):
            raise BusyError
        try:
            state = self._tenants.get(tenant, _State()).copy()
            yield _MemoryUnit(state, moment)
            self._tenants[tenant] = state
        finally:
            self._turn.release()

    @contextmanager
    def read(self, tenant: str) -> Generator[Reading]:
        yield _MemoryReading(self._tenants.get(checked("tenant", tenant), _State()))


class _MemoryReading:
    def __init__(self, state: _State) -> None:
        self._state = state

    def get(self, kind: str, id: str) -> Row | None:  # noqa: A002 - the name of the column
        kept = self._state.rows.get((kind, id))
        return _copied(kept.row) if kept else None

    def find(
        self,
        kind: str,
        facets: Mapping[str, str] = {},
        *,
        after: str | None = None,
        limit: int = 50,
        newest_first: bool = True,
    ) -> Page:
        checked_limit(limit)
        wanted = facets.items()
        rows = [
            kept.row
            for kept in self._state.rows.values()
            if kept.row.kind == kind and wanted <= kept.facets.items()
        ]
        rows.sort(key=lambda row: (row.created_at, row.id), reverse=newest_first)
        if after is not None:
            cursor = Cursor.parse(after)
            passed = (cursor.created_at, cursor.id)
            rows = [
                row
                for row in rows
                if ((row.created_at, row.id) < passed if newest_first else (row.created_at, row.id) > passed)
            ]
        more = len(rows) > limit
        shown = rows[:limit]
        return Page(tuple(map(_copied, shown)), str(Cursor.of(shown[-1])) if more else None)

    def sharing(self, kind: str, terms: Collection[int], *, limit: int = 50) -> tuple[Shared, ...]:
        checked_limit(limit)
        given = checked_terms(terms)
        found = [
            Shared(kept.row.id, len(common))
            for kept in self._state.rows.values()
            if kept.row.kind == kind and (common := kept.terms & given)
        ]
        return tuple(sorted(found, key=lambda each: (-each.count, each.id))[:limit])

    def ranked(self, kind: str, facet: str, *, after: str | None = None, limit: int = 50) -> Page:
        checked_limit(limit)
        placed = sorted(
            ((kept.facets[facet], kept.row.created_at, kept.row.id), kept.row)
            for kept in self._ranked(kind, facet)
        )
        if after is not None:
            rank = Rank.parse(after)
            passed = (rank.value, rank.cursor.created_at, rank.cursor.id)
            placed = [each for each in placed if each[0] > passed]
        more = len(placed) > limit
        shown = placed[:limit]
        rest = str(Rank(shown[-1][0][0], Cursor.of(shown[-1][1]))) if more else None
        return Page(tuple(_copied(row) for _, row in shown), rest)

    def count(self, kind: str, facet: str, below: str | None = None) -> int:
        values = (kept.facets[facet] for kept in self._ranked(kind, facet))
        return sum(below is None or value < below for value in values)

    def _ranked(self, kind: str, facet: str) -> list[_Kept]:
        wanted = checked("name of a facet", facet)
        return [k for k in self._state.rows.values() if k.row.kind == kind and wanted in k.facets]

    def streams(self) -> tuple[str, ...]:
        return tuple(sorted(self._state.ledger))

    def entries(self, stream: str, after: int = 0) -> tuple[Entry, ...]:
        return tuple(
            copy.deepcopy(entry) for entry in self._state.ledger.get(stream, ()) if entry.seq > after
        )


@final
class _MemoryUnit(_MemoryReading):
    def __init__(self, state: _State, now: datetime) -> None:
        super().__init__(state)
        self._now = now

    def add(
        self,
        kind: str,
        id: str,  # noqa: A002 - the name of the column
        body: Mapping[str, Any],
        facets: Mapping[str, str] = {},
        terms: Collection[int] = (),
    ) -> Row:
        row = Row(checked("kind", kind), checked("id", id), 1, plain(body), self._now, self._now)
        kept = _Kept(row, checked_facets(facets, kind, id), checked_terms(terms))
        if (kind, id) in self._state.rows:
            raise ExistsError(kind, id)
        self._state.rows[kind, id] = kept
        return _copied(row)

    def replace(
        self,
        kind: str,
        id: str,  # noqa: A002 - the name of the column
        body: Mapping[str, Any],
        *,
        version: int,
        facets: Mapping[str, str] | None = None,
        terms: Collection[int] | None = None,
    ) -> Row:
        made = plain(body)
        given = None if facets is None else checked_facets(facets, kind, id)
        numbers = None if terms is None else checked_terms(terms)
        kept = self._state.rows.get((kind, id))
        if kept is None:
            raise MissingRowError(kind, id)
        if kept.row.version != version:
            raise ConflictError
        row = replace(kept.row, version=version + 1, body=made, updated_at=self._now)
        self._state.rows[kind, id] = _Kept(
            row, kept.facets if given is None else given, kept.terms if numbers is None else numbers
        )
        return _copied(row)

    def remove(self, kind: str, id: str) -> None:  # noqa: A002 - the name of the column
        if self._state.rows.pop((kind, id), None) is None:
            raise MissingRowError(kind, id)

    def append(self, stream: str, event: str, *, actor: str, detail: Mapping[str, Any]) -> Entry:
        kept = self._state.ledger.get(checked("stream", stream), ())
        last = kept[-1] if kept else None
        entry = chain(last, stream=stream, at=self._now, event=event, actor=actor, detail=detail)
        self._state.ledger[stream] = (*kept, entry)
        return copy.deepcopy(entry)


def _copied(row: Row) -> Row:
    return replace(row, body=copy.deepcopy(row.body))
