"""Documents, the facets that find them, and the ledger."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.tables import text

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "documents",
        sa.Column("tenant", text(200), primary_key=True),
        sa.Column("kind", text(200), primary_key=True),
        sa.Column("id", text(200), primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("body", sa.JSON, nullable=False),
        sa.Column("created_at", text(27), nullable=False),
        sa.Column("updated_at", text(27), nullable=False),
    )
    op.create_index("documents_in_order", "documents", ["tenant", "kind", "created_at", "id"])
    op.create_table(
        "facets",
        sa.Column("tenant", text(200), primary_key=True),
        sa.Column("kind", text(200), primary_key=True),
        sa.Column("id", text(200), primary_key=True),
        sa.Column("name", text(200), primary_key=True),
        sa.Column("value", text(1000), nullable=False),
        sa.Column("created_at", text(27), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant", "kind", "id"],
            ["documents.tenant", "documents.kind", "documents.id"],
            name="facets_of_document",
            ondelete="CASCADE",
        ),
    )
    op.create_index("facets_in_order", "facets", ["tenant", "kind", "name", "value", "created_at", "id"])
    op.create_table(
        "ledger",
        sa.Column("tenant", text(200), primary_key=True),
        sa.Column("stream", text(200), primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("digest", sa.String(71), nullable=False),
    )


def downgrade() -> None:
    """There is nothing before the first version but an empty database, and evidence is not thrown away."""
    raise NotImplementedError
