"""The tables, in words that every database of SQLAlchemy understands.

Whatever changes here needs a file in `migrations/versions/`, and `HEAD` moves with it;
a test compares the two. Times are texts of fixed width in UTC (`ledger.stamp`): exact,
sorted as times are, and the same in every database.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, final

import sqlalchemy as sa
from sqlalchemy import Named

from storage.ledger import stamp, unstamp

HEAD: Final = "0002"
"""The newest version in `migrations/versions/`."""

VERSIONS: Final = "storage_version"
"""The table in which Alembic keeps the version; its own name, since job tables may share the database."""


@final
class Moment(sa.types.TypeDecorator[datetime]):
    """A wall time with its zone in Python, a text of 27 characters in the database."""

    impl = sa.String(27)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        return None if value is None else stamp(value)

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        return None if value is None else unstamp(value)


def text(length: int) -> sa.String:
    """A text that is compared and sorted byte by byte, which is how Python does it and SQLite by itself.

    The migrations use it too, so it is not to be changed.
    """
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


class _Documents(sa.TypedColumns):
    tenant: Named[str] = sa.Column(text(200), primary_key=True)
    kind: Named[str] = sa.Column(text(200), primary_key=True)
    id: Named[str] = sa.Column(text(200), primary_key=True)
    version: Named[int] = sa.Column(sa.Integer)
    body: Named[Any] = sa.Column(sa.JSON, nullable=False)
    created_at: Named[datetime] = sa.Column(Moment)
    updated_at: Named[datetime] = sa.Column(Moment)


class _Facets(sa.TypedColumns):
    tenant: Named[str] = sa.Column(text(200), primary_key=True)
    kind: Named[str] = sa.Column(text(200), primary_key=True)
    id: Named[str] = sa.Column(text(200), primary_key=True)
    name: Named[str] = sa.Column(text(200), primary_key=True)
    value: Named[str] = sa.Column(text(1000))
    created_at: Named[datetime] = sa.Column(Moment)
    """The document's, again, so that one index finds and sorts."""


class _Terms(sa.TypedColumns):
    tenant: Named[str] = sa.Column(text(200), primary_key=True)
    kind: Named[str] = sa.Column(text(200), primary_key=True)
    term: Named[int] = sa.Column(sa.BigInteger, primary_key=True, autoincrement=False)
    id: Named[str] = sa.Column(text(200), primary_key=True)


class _Ledger(sa.TypedColumns):
    tenant: Named[str] = sa.Column(text(200), primary_key=True)
    stream: Named[str] = sa.Column(text(200), primary_key=True)
    seq: Named[int] = sa.Column(sa.Integer, primary_key=True)
    line: Named[str] = sa.Column(sa.Text)
    """Exactly what was hashed (`ledger.Entry.line`); the columns before it only find it."""
    digest: Named[str] = sa.Column(sa.String(71))


metadata: Final = sa.MetaData()

documents: Final = sa.Table(
    "documents",
    metadata,
    _Documents,
    sa.Index("documents_in_order", "tenant", "kind", "created_at", "id"),
)

facets: Final = sa.Table(
    "facets",
    metadata,
    _Facets,
    sa.ForeignKeyConstraint(
        ["tenant", "kind", "id"],
        ["documents.tenant", "documents.kind", "documents.id"],
        name="facets_of_document",
        ondelete="CASCADE",
    ),
    sa.Index("facets_in_order", "tenant", "kind", "name", "value", "created_at", "id"),
)

terms: Final = sa.Table(
    "terms",
    metadata,
    _Terms,
    sa.ForeignKeyConstraint(
        ["tenant", "kind", "id"],
        ["documents.tenant", "documents.kind", "documents.id"],
        name="terms_of_document",
        ondelete="CASCADE",
    ),
    sa.Index("terms_by_document", "tenant", "kind", "id"),
    sqlite_with_rowid=False,  # the key is all there is to a row
)

ledger: Final = sa.Table("ledger", metadata, _Ledger)
