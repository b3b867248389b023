"""Form 1: drafts, overrides, and which form a store is of."""

from __future__ import annotations

from almpo_kit.records.migrations.marks import guard, mark

revision = "0001"
down_revision = None
branch_labels = depends_on = None
_TABLES = ("records_schema", "drafts", "overrides")


def upgrade() -> None:
    """Make the tables."""
    _make()
    for table in _TABLES:
        guard(table)
    mark(1)


def _make() -> None:
    from alembic import op
    from sqlalchemy import Column, ForeignKey, Integer, String, Text, UniqueConstraint

    op.create_table(
        "records_schema",
        Column("version", Integer, primary_key=True, autoincrement=False),
        Column("at", String(32), nullable=False),
    )
    op.create_table(
        "drafts",
        Column("id", Integer, primary_key=True),
        Column("name", String(200), nullable=False),
        Column("version", Integer, nullable=False),
        Column("kind", String(12), nullable=False),
        Column("content", Text, nullable=False),
        Column("digest", String(64), nullable=False),
        Column("author_role", String(200), nullable=False),
        Column("note", Text, nullable=False),
        Column("at", String(32), nullable=False),
        # Two writers who both saw version n cannot both write version n + 1.
        UniqueConstraint("name", "version", name="one_row_a_version"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "overrides",
        Column("id", Integer, primary_key=True),
        Column("advice_id", String(64), nullable=False, index=True),
        Column("advised", String(200), nullable=False),
        Column("chosen", String(200), nullable=False),
        Column("reason", Text, nullable=False),
        Column("role", String(200), nullable=False),
        Column("region", String(8), nullable=False),
        Column("model_run", String(64), nullable=False),
        Column("model_version", String(64), nullable=False),
        Column("at", String(32), nullable=False),
        Column("withdraws", Integer, ForeignKey("overrides.id"), nullable=True),
        UniqueConstraint("withdraws", name="withdrawn_once"),
        sqlite_autoincrement=True,
    )
