"""Form 2: labels of experts, decisions on them, leases of documents, requests, coders, steps of learning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from almpo_kit.records.migrations.marks import guard, mark

if TYPE_CHECKING:
    from sqlalchemy import Column

revision = "0002"
down_revision = "0001"
branch_labels = depends_on = None
_TABLES = ("coders", "labels", "decisions", "leases", "requests", "learning_steps")


def upgrade() -> None:
    """Add the tables."""
    _labels()
    _decisions()
    _queue()
    _steps()
    for table in _TABLES:
        guard(table)
    mark(2)


def _cell() -> list[Column[str]]:
    from sqlalchemy import Column, String

    # What is decided: one answer to one question about one document (and, of estimates, about one of them).
    return [
        Column("review", String(120), nullable=False),
        Column("document_id", String(128), nullable=False),
        Column("field", String(60), nullable=False),
        Column("item", String(120), nullable=False),
    ]


def _labels() -> None:
    from alembic import op
    from sqlalchemy import Column, ForeignKey, Index, Integer, String, Text, UniqueConstraint

    op.create_table(
        "coders",
        # "Coder A" and "coder a" are one person, whoever types it.
        Column("key", String(80), primary_key=True),
        Column("name", String(80), nullable=False),
        Column("at", String(32), nullable=False),
    )
    op.create_table(
        "labels",
        Column("id", Integer, primary_key=True),
        *_cell(),
        # Nothing where the coder took back the only label that she had given.
        Column("value", Text, nullable=True),
        Column("coder", String(80), nullable=False),
        Column("span_start", Integer, nullable=True),
        Column("span_end", Integer, nullable=True),
        Column("model_version", String(128), nullable=False),
        Column("at", String(32), nullable=False),
        Column("turn", Integer, nullable=False),
        Column("replaces", Integer, ForeignKey("labels.id"), nullable=True),
        Column("undoes", Integer, ForeignKey("labels.id"), nullable=True),
        # Two windows of one coder that both saw the same label cannot both replace it.
        UniqueConstraint("review", "document_id", "field", "item", "coder", "turn", name="one_label_a_turn"),
        UniqueConstraint("replaces", name="label_replaced_once"),
        # Lists are read in the order in which labels were given, without sorting them.
        Index("labels_of_reviews", "review", "id"),
        sqlite_autoincrement=True,
    )


def _decisions() -> None:
    from alembic import op
    from sqlalchemy import Column, ForeignKey, Integer, String, Text, UniqueConstraint

    op.create_table(
        "decisions",
        Column("id", Integer, primary_key=True),
        *_cell(),
        # Nothing where the case was opened again.
        Column("value", Text, nullable=True),
        Column("decided_by", String(120), nullable=False),
        Column("reason", Text, nullable=False),
        # Numbers of the labels that held when it was decided.
        Column("labels", Text, nullable=False),
        Column("at", String(32), nullable=False),
        Column("turn", Integer, nullable=False),
        Column("replaces", Integer, ForeignKey("decisions.id"), nullable=True),
        UniqueConstraint("review", "document_id", "field", "item", "turn", name="one_decision_a_turn"),
        UniqueConstraint("replaces", name="decision_replaced_once"),
        sqlite_autoincrement=True,
    )


def _queue() -> None:
    from alembic import op
    from sqlalchemy import Column, Index, Integer, String, Text

    op.create_table(
        "leases",
        Column("id", Integer, primary_key=True),
        Column("review", String(120), nullable=False),
        Column("field", String(60), nullable=False),
        Column("document_id", String(128), nullable=False),
        Column("coder", String(80), nullable=False),
        Column("kind", String(12), nullable=False),
        Column("until", String(32), nullable=False),
        Column("at", String(32), nullable=False),
        Index("leases_of_documents", "review", "field", "document_id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "requests",
        # The same request sent again, after a kill or a lost answer, is carried out once.
        Column("token", String(64), primary_key=True),
        Column("digest", String(64), nullable=False),
        Column("answer", Text, nullable=False),
        Column("at", String(32), nullable=False),
    )


def _steps() -> None:
    from alembic import op
    from sqlalchemy import Column, Integer, String, Text, UniqueConstraint

    op.create_table(
        "learning_steps",
        Column("id", Integer, primary_key=True),
        Column("review", String(120), nullable=False),
        Column("round_id", String(64), nullable=False),
        Column("step", String(60), nullable=False),
        Column("content", Text, nullable=False),
        Column("digest", String(64), nullable=False),
        Column("decided_by", String(120), nullable=False),
        Column("at", String(32), nullable=False),
        UniqueConstraint("review", "round_id", "step", name="one_row_a_step"),
        sqlite_autoincrement=True,
    )
