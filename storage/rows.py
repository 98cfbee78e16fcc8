"""Rows by key: JSON documents with versions, facets and terms to find them by, and a ledger beside them.

A facet finds what is equal to something; terms, plain numbers, find what is partly the same.

A row belongs to a tenant, who is bound once, in `begin` or `read`; nothing that is
reached from there can name another one. All writes of one unit, rows and ledger
entries alike, become visible together or not at all. One contract suite,
`tests/storage/test_rows.py`, holds all adapters to these words.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Collection, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Protocol, cast

from storage.errors import BusyError, ConflictError, CursorError, ExistsError, MissingRowError, StorageError
from storage.ledger import Entry, stamp, unstamp

__all__ = [
    "LIMIT",
    "WAIT",
    "BusyError",
    "ConflictError",
    "Cursor",
    "CursorError",
    "ExistsError",
    "MissingRowError",
    "Page",
    "Rank",
    "Reading",
    "Row",
    "Rows",
    "Shared",
    "StorageError",
    "Unit",
    "checked",
    "checked_facets",
    "checked_limit",
    "checked_terms",
    "plain",
    "utc",
]

LIMIT: Final = 1000
"""The most rows in one page."""
WAIT: Final = 10.0
"""Seconds that a writer waits for its turn before `BusyError`."""
_NAME: Final = 200
"""The most characters in a tenant, kind, id, stream, or the name of a facet."""
_VALUE: Final = 1000
"""The most characters in the value of a facet."""
_KEY: Final = 1800
"""The most bytes (UTF-8) that a facet's value comes to with its name and the kind and id of its row: an
entry of an index of PostgreSQL has 2,704 at most, and the tenant may have 800 of them."""
TERMS: Final = 4096
"""The most terms of one row, or of one question."""
_TERM: Final = 2**63
"""Terms are below it, as every database holds them."""


@dataclass(frozen=True)
class Row:
    """One document."""

    kind: str
    id: str
    version: int
    """1 when added, one more with each replacement."""
    body: dict[str, Any]
    """A copy: changing it changes nothing in the store."""
    created_at: datetime
    """UTC."""
    updated_at: datetime
    """UTC."""


@dataclass(frozen=True)
class Page:
    """Some rows in order, and where to go on."""

    rows: tuple[Row, ...]
    next: str | None
    """An opaque text for `after`; None on the last page."""


@dataclass(frozen=True)
class Shared:
    """A row that has terms of those asked for."""

    id: str
    count: int
    """How many of them, at least 1."""


class Reading(Protocol):
    """What one tenant can see, as of one moment."""

    def get(self, kind: str, id: str) -> Row | None:  # noqa: A002 - the name of the column
        """The row, or None where this tenant has none."""
        ...

    def find(
        self,
        kind: str,
        facets: Mapping[str, str] = {},
        *,
        after: str | None = None,
        limit: int = 50,
        newest_first: bool = True,
    ) -> Page:
        """The rows that have all these facets, in the order of their making.

        Walking from page to page meets each row that existed at the start once, whatever
        is added meanwhile.

        Raises:
            CursorError: `after` is no `Page.next`.
            ValueError: `limit` is below 1 or above `LIMIT`.
        """
        ...

    def sharing(self, kind: str, terms: Collection[int], *, limit: int = 50) -> tuple[Shared, ...]:
        """The rows that have any of these terms: those with the most of them first, then by id.

        Raises:
            ValueError: `limit` or a term is out of range, or there are too many terms.
        """
        ...

    def ranked(self, kind: str, facet: str, *, after: str | None = None, limit: int = 50) -> Page:
        """The rows that have that facet, from its smallest value (as text) on; of one value by their making.

        Raises:
            CursorError: `after` is no `Page.next` of such a list.
            ValueError: `limit` is below 1 or above `LIMIT`.
        """
        ...

    def count(self, kind: str, facet: str, below: str | None = None) -> int:
        """How many rows have that facet, or have it with a value below that one as text."""
        ...

    def streams(self) -> tuple[str, ...]:
        """The names of all streams of the ledger, ascending."""
        ...

    def entries(self, stream: str, after: int = 0) -> tuple[Entry, ...]:
        """The ledger entries of a stream with `seq > after`, in order, as they are kept, right or not."""
        ...


class Unit(Reading, Protocol):
    """What one tenant changes, all at once; it reads its own writes."""

    def add(
        self,
        kind: str,
        id: str,  # noqa: A002 - the name of the column
        body: Mapping[str, Any],
        facets: Mapping[str, str] = {},
        terms: Collection[int] = (),
    ) -> Row:
        """A new row at version 1.

        Raises:
            ExistsError: there is one; the unit goes on and can still be committed.
            TypeError, ValueError: `body` is not JSON, a name or facet is too long or not text, or a term
                is out of range, or there are too many.
        """
        ...

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
        """Another body for the row that was read at `version`; facets and terms stay unless given.

        Raises:
            ConflictError: the row is at another version by now.
            MissingRowError: there is no such row.
            TypeError, ValueError: as for `add`.
        """
        ...

    def remove(self, kind: str, id: str) -> None:  # noqa: A002 - the name of the column
        """Remove the row, its facets and its terms; ledger entries are never removed.

        Raises:
            MissingRowError: there is no such row.
        """
        ...

    def append(self, stream: str, event: str, *, actor: str, detail: Mapping[str, Any]) -> Entry:
        """Continue a stream of the ledger, at the unit's time.

        Raises:
            TypeError: `detail` is not JSON, or holds a float.
        """
        ...


class Rows(Protocol):
    """A store of rows, safe for several threads and processes."""

    def begin(self, tenant: str, *, now: datetime) -> AbstractContextManager[Unit]:
        """One write transaction: committed on leaving the block, undone if an exception leaves it.

        Writers take turns. Do not begin a unit inside another one: it would wait for itself.

        Raises:
            BusyError: the turn did not come within `WAIT`.
            StorageFullError: there is no space; nothing of the unit was kept.
        """
        ...

    def read(self, tenant: str) -> AbstractContextManager[Reading]:
        """A view that does not change while it is used; it waits for no writer."""
        ...


@dataclass(frozen=True)
class Cursor:
    """A position in a list: just after the row made at `created_at` with this `id`."""

    created_at: datetime
    id: str

    def __str__(self) -> str:
        told = json.dumps([stamp(self.created_at), self.id]).encode()
        return base64.urlsafe_b64encode(told).decode().rstrip("=")

    @classmethod
    def of(cls, row: Row) -> Cursor:
        return cls(row.created_at, row.id)

    @classmethod
    def parse(cls, text: str) -> Cursor:
        """The reverse of `str()`.

        Raises:
            CursorError: the text is something else.
        """
        try:
            told = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
            created_at, row = cast("list[str]", json.loads(told))
            return cls(unstamp(created_at), checked("id", row))
        except (ValueError, TypeError, binascii.Error) as error:
            raise CursorError from error


@dataclass(frozen=True)
class Rank:
    """A position in a ranked list: just after the row with this value."""

    value: str
    cursor: Cursor

    def __str__(self) -> str:
        told = json.dumps([self.value, str(self.cursor)]).encode()
        return base64.urlsafe_b64encode(told).decode().rstrip("=")

    @classmethod
    def parse(cls, text: str) -> Rank:
        """The reverse of `str()`.

        Raises:
            CursorError: the text is something else.
        """
        try:
            told = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
            value, cursor = cast("list[str]", json.loads(told))
            return cls(checked("value of a facet", f"{value} ", _VALUE + 1)[:-1], Cursor.parse(cursor))
        except (ValueError, TypeError, binascii.Error) as error:
            raise CursorError from error


def plain(body: Mapping[str, Any]) -> dict[str, Any]:
    """The document as it will be read back: a copy, tuples as lists, keys as texts.

    Raises:
        TypeError, ValueError: the body is not JSON.
    """
    return cast("dict[str, Any]", json.loads(json.dumps(body, allow_nan=False)))


def checked(what: str, name: str, longest: int = _NAME) -> str:
    """`name`, if every database can hold it as it is.

    Raises:
        ValueError: it is empty, too long, or holds a NUL or half a surrogate pair.
    """
    if not name or len(name) > longest or "\0" in name:
        message = f"the {what} must have 1 to {longest} characters, none of them NUL"
        raise ValueError(message)
    name.encode()
    return name


def checked_facets(facets: Mapping[str, str], *key: str) -> dict[str, str]:
    """A copy, each name and value checked; a value may be empty. `key` is whose facets they are."""
    for name, value in facets.items():
        checked("name of a facet", name)
        checked("value of a facet", f"{value} ", _VALUE + 1)
        if sum(len(each.encode()) for each in (*key, name, value)) > _KEY:
            message = f"a facet and the key of its row must come to at most {_KEY} bytes"
            raise ValueError(message)
    return dict(facets)


def checked_terms(terms: Collection[int]) -> frozenset[int]:
    """The terms, each once.

    Raises:
        ValueError: one is out of range, or there are more than `TERMS`.
    """
    given = frozenset(terms)
    if len(given) > TERMS or not all(0 <= term < _TERM for term in given):
        message = f"there are at most {TERMS} terms, each from 0 to {_TERM - 1}"
        raise ValueError(message)
    return given


def checked_limit(limit: int) -> int:
    if not 1 <= limit <= LIMIT:
        message = f"a page has 1 to {LIMIT} rows"
        raise ValueError(message)
    return limit


def utc(moment: datetime) -> datetime:
    """`moment` in UTC.

    Raises:
        ValueError: it carries no zone.
    """
    if moment.utcoffset() is None:
        raise ValueError("a wall time must carry a zone")
    return moment.astimezone(UTC)
