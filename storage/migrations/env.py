"""What Alembic runs to move a database from version to version, over the connection of `sql.migrate`.

The connection is inside a transaction that holds the write lock, so two processes
starting at once take turns, and a version is applied wholly or not at all.
"""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from storage.tables import VERSIONS, metadata

connection: Connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, version_table=VERSIONS)
with context.begin_transaction():
    context.run_migrations()
