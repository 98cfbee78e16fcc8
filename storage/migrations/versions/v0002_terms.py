"""Terms: numbers by which documents are found that are partly the same."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.tables import text

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "terms",
        sa.Column("tenant", text(200), primary_key=True),
        sa.Column("kind", text(200), primary_key=True),
        sa.Column("term", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("id", text(200), primary_key=True),
        sa.ForeignKeyConstraint(
            ["tenant", "kind", "id"],
            ["documents.tenant", "documents.kind", "documents.id"],
            name="terms_of_document",
            ondelete="CASCADE",
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("terms_by_document", "terms", ["tenant", "kind", "id"])


def downgrade() -> None:
    """An older program would leave terms behind when it replaces a document, so there is no way back."""
    raise NotImplementedError
