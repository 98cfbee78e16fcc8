"""Rows in a database, through SQLAlchemy.

engine = open_sqlite(folder / "sixface.db")    made and migrated if need be
rows = SqlRows(engine)
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final, final

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from storage import tables
from storage.engine import migrate, open_sqlite, reader, translating, turn
from storage.errors import ConflictError, ExistsError, MissingRowError
from storage.ledger import Entry, chain, parse
from storage.rows import (
    Cursor,
    Page,
    Rank,
    Row,
    Shared,
    checked,
    checked_facets,
    checked_limit,
    checked_terms,
    plain,
    utc,
)

__all__ = ["SqlReading", "SqlRows", "SqlUnit", "migrate", "open_sqlite"]

_UNKNOWN: Final = datetime.min.replace(tzinfo=UTC)
"""The time of an entry that cannot be read."""


@final
class SqlRows:
    """A `rows.Rows` in a database that `migrate` has seen."""

    def __init__(self, engine: sa.Engine) -> None:
        self._writing = engine
        self._reading = reader(engine)

    @contextmanager
    def begin(self, tenant: str, *, now: datetime) -> Generator[SqlUnit]:
        checked("tenant", tenant)
        moment = utc(now)
        with translating(), turn(self._writing), self._writing.begin() as connection:
            yield SqlUnit(connection, tenant, moment)

    @contextmanager
    def read(self, tenant: str) -> Generator[SqlReading]:
        checked("tenant", tenant)
        with translating(), self._reading.connect() as connection:
            yield SqlReading(connection, tenant)


class SqlReading:
    """What one tenant can see; the only way to the tables is through `_mine`, which names the tenant."""

    def __init__(self, connection: sa.Connection, tenant: str) -> None:
        self.connection: Final = connection
        """The transaction itself, for a neighbour in the same database who takes part in it:
        `DBOSClient.enqueue_in_transaction(unit.connection, ...)` queues a job if, and only if,
        the unit is committed. Whoever uses it answers for the tenant."""
        self._tenant = tenant

    def get(self, kind: str, id: str) -> Row | None:  # noqa: A002 - the name of the column
        statement = sa.select(tables.documents).where(*self._mine(tables.documents, kind=kind, id=id))
        found = self.connection.execute(statement).mappings().one_or_none()
        return _row(found) if found else None

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
        statement = self._matching(kind, checked_facets(facets), after, newest_first=newest_first)
        found = self.connection.execute(statement.limit(limit + 1)).mappings()
        rows = [_row(each) for each in found]
        more = len(rows) > limit
        return Page(tuple(rows[:limit]), str(Cursor.of(rows[limit - 1])) if more else None)

    def sharing(self, kind: str, terms: Collection[int], *, limit: int = 50) -> tuple[Shared, ...]:
        checked_limit(limit)
        table, given = tables.terms, checked_terms(terms)
        mine = sa.select(table.c.id).where(*self._mine(table, kind=kind), table.c.term.in_(sorted(given)))
        # Told to group by id, SQLite would walk all terms of the tenant in the order of that index.
        found = mine.cte("found").prefix_with("MATERIALIZED")
        count = sa.func.count()
        statement = (
            sa.select(found.c.id, count).group_by(found.c.id).order_by(count.desc(), found.c.id).limit(limit)
        )
        return tuple(Shared(*each) for each in self.connection.execute(statement)) if given else ()

    def ranked(self, kind: str, facet: str, *, after: str | None = None, limit: int = 50) -> Page:
        checked_limit(limit)
        place = tables.facets
        statement = (
            sa.select(tables.documents, place.c.value)
            .join(place, place.c.id == tables.documents.c.id)
            .where(*self._mine(tables.documents, kind=kind))
            .where(*self._mine(place, kind=kind, name=checked("name of a facet", facet)))
            .order_by(place.c.value, place.c.created_at, place.c.id)
        )
        if after is not None:
            rank = Rank.parse(after)
            here = sa.tuple_(place.c.value, place.c.created_at, place.c.id)
            moment = sa.literal(rank.cursor.created_at, tables.Moment)
            statement = statement.where(
                here > sa.tuple_(sa.literal(rank.value), moment, sa.literal(rank.cursor.id))
            )
        found = self.connection.execute(statement.limit(limit + 1)).mappings().all()
        rows = [_row(each) for each in found[:limit]]
        if len(found) <= limit:
            return Page(tuple(rows), None)
        return Page(tuple(rows), str(Rank(found[limit - 1]["value"], Cursor.of(rows[-1]))))

    def count(self, kind: str, facet: str, below: str | None = None) -> int:
        place = tables.facets
        statement = (
            sa.select(sa.func.count())
            .select_from(place)
            .where(*self._mine(place, kind=kind, name=checked("name of a facet", facet)))
        )
        if below is not None:
            statement = statement.where(place.c.value < below)
        return self.connection.execute(statement).scalar_one()

    def streams(self) -> tuple[str, ...]:
        table = tables.ledger
        statement = sa.select(table.c.stream).where(*self._mine(table)).distinct().order_by(table.c.stream)
        return tuple(self.connection.execute(statement).scalars())

    def entries(self, stream: str, after: int = 0) -> tuple[Entry, ...]:
        table = tables.ledger
        statement = (
            sa.select(table.c.seq, table.c.line, table.c.digest)
            .where(*self._mine(table, stream=stream), table.c.seq > after)
            .order_by(table.c.seq)
        )
        return tuple(_entry(stream, *each) for each in self.connection.execute(statement))

    def _mine(self, table: sa.FromClause, **key: str) -> Iterator[sa.ColumnElement[bool]]:
        yield table.c.tenant == self._tenant
        for name, value in key.items():
            yield table.c[name] == value

    def _matching(
        self, kind: str, facets: Mapping[str, str], after: str | None, *, newest_first: bool
    ) -> sa.Select[Any]:
        """The documents that have all facets, in order; the first facet's index finds and sorts them."""
        statement = sa.select(tables.documents).where(*self._mine(tables.documents, kind=kind))
        order: sa.FromClause = tables.documents
        for name, value in facets.items():
            facet = tables.facets.alias()
            statement = statement.join(facet, facet.c.id == tables.documents.c.id).where(
                *self._mine(facet, kind=kind, name=name, value=value)
            )
            if order is tables.documents:
                order = facet
        made, row = order.c.created_at, order.c.id
        if after is not None:
            cursor = Cursor.parse(after)
            here = sa.tuple_(made, row)
            passed = sa.tuple_(sa.literal(cursor.created_at, tables.Moment), sa.literal(cursor.id))
            statement = statement.where(here < passed if newest_first else here > passed)
        return statement.order_by(made.desc(), row.desc()) if newest_first else statement.order_by(made, row)


@final
class SqlUnit(SqlReading):
    """One write transaction of one tenant."""

    def __init__(self, connection: sa.Connection, tenant: str, now: datetime) -> None:
        super().__init__(connection, tenant)
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
        given, numbers = checked_facets(facets, kind, id), checked_terms(terms)
        try:
            # A savepoint, since some databases end the whole transaction at a refused row.
            with self.connection.begin_nested():
                self.connection.execute(sa.insert(tables.documents).values(tenant=self._tenant, **vars(row)))
        except IntegrityError as error:
            raise ExistsError(kind, id) from error
        self._add_facets(row, given)
        self._add_terms(row, numbers)
        return row

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
        given = None if facets is None else checked_facets(facets, kind, id)
        numbers = None if terms is None else checked_terms(terms)
        table = tables.documents
        changed = self.connection.execute(
            sa.update(table)
            .where(*self._mine(table, kind=kind, id=id), table.c.version == version)
            .values(version=version + 1, body=plain(body), updated_at=self._now)
        )
        row = self.get(kind, id)
        if row is None:
            raise MissingRowError(kind, id)
        if not changed.rowcount:
            raise ConflictError
        if given is not None:
            self._drop(tables.facets, row)
            self._add_facets(row, given)
        if numbers is not None:
            self._drop(tables.terms, row)
            self._add_terms(row, numbers)
        return row

    def remove(self, kind: str, id: str) -> None:  # noqa: A002 - the name of the column
        table = tables.documents
        if not self.connection.execute(sa.delete(table).where(*self._mine(table, kind=kind, id=id))).rowcount:
            raise MissingRowError(kind, id)

    def append(self, stream: str, event: str, *, actor: str, detail: Mapping[str, Any]) -> Entry:
        table = tables.ledger
        newest = (
            sa.select(table.c.seq, table.c.line, table.c.digest)
            .where(*self._mine(table, stream=checked("stream", stream)))
            .order_by(table.c.seq.desc())
            .limit(1)
        )
        found = self.connection.execute(newest).one_or_none()
        last = _entry(stream, *found) if found else None
        entry = chain(last, stream=stream, at=self._now, event=event, actor=actor, detail=detail)
        try:
            self.connection.execute(
                sa.insert(table).values(
                    tenant=self._tenant, stream=stream, seq=entry.seq, line=entry.line, digest=entry.digest
                )
            )
        except IntegrityError as error:
            # Where writers do not take turns, another one has continued the stream meanwhile.
            raise ConflictError from error
        return entry

    def _drop(self, table: sa.Table, row: Row) -> None:
        self.connection.execute(sa.delete(table).where(*self._mine(table, kind=row.kind, id=row.id)))

    def _add_terms(self, row: Row, given: Collection[int]) -> None:
        made = {"tenant": self._tenant, "kind": row.kind, "id": row.id}
        if given:
            self.connection.execute(
                sa.insert(tables.terms), [{**made, "term": term} for term in sorted(given)]
            )

    def _add_facets(self, row: Row, given: Mapping[str, str]) -> None:
        made = {"tenant": self._tenant, "kind": row.kind, "id": row.id, "created_at": row.created_at}
        if given:
            self.connection.execute(
                sa.insert(tables.facets),
                [{**made, "name": name, "value": value} for name, value in given.items()],
            )


def _row(found: sa.RowMapping) -> Row:
    return Row(
        kind=found["kind"],
        id=found["id"],
        version=found["version"],
        body=found["body"],
        created_at=found["created_at"],
        updated_at=found["updated_at"],
    )


def _entry(stream: str, seq: int, line: str, digest: str) -> Entry:
    """The entry as it is kept, right or not: `ledger.verify` is who judges it."""
    try:
        return parse(line, digest)
    except ValueError:
        # Edited beyond reading. It hashes to nothing, so it is told as edited.
        return Entry(stream, seq, _UNKNOWN, "unreadable", "", {"line": line}, "", digest)
