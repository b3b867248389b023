"""The tables of experts and of learning: labels, decisions, leases of documents, requests, coders, steps of rounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Column, MetaData


def add_expert_tables(all_of_them: MetaData) -> None:
    """Add them to the tables of a store.

    ``coders`` has one row a pseudonym, ``labels`` one row a decision of one expert or its undoing, ``decisions`` one row
    an adjudication or its reopening, ``leases`` one row a document handed to an expert or given back, ``requests`` one
    row a request that was carried out, ``learning_steps`` one row a step of a round.
    """
    _labels(all_of_them)
    _decisions(all_of_them)
    _queue(all_of_them)
    _steps(all_of_them)


def _cell() -> list[Column[str]]:
    from sqlalchemy import Column, String

    # What is decided: one answer to one question about one document (and, of estimates, about one of them).
    return [
        Column("review", String(120), nullable=False),
        Column("document_id", String(128), nullable=False),
        Column("field", String(60), nullable=False),
        Column("item", String(120), nullable=False),
    ]


def _labels(all_of_them: MetaData) -> None:
    from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

    Table(
        "coders",
        all_of_them,
        # "Coder A" and "coder a" are one person, whoever types it.
        Column("key", String(80), primary_key=True),
        Column("name", String(80), nullable=False),
        Column("at", String(32), nullable=False),
    )
    Table(
        "labels",
        all_of_them,
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


def _decisions(all_of_them: MetaData) -> None:
    from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text, UniqueConstraint

    Table(
        "decisions",
        all_of_them,
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


def _queue(all_of_them: MetaData) -> None:
    from sqlalchemy import Column, Index, Integer, String, Table, Text

    Table(
        "leases",
        all_of_them,
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
    Table(
        "requests",
        all_of_them,
        # The same request sent again, after a kill or a lost answer, is carried out once.
        Column("token", String(64), primary_key=True),
        Column("digest", String(64), nullable=False),
        Column("answer", Text, nullable=False),
        Column("at", String(32), nullable=False),
    )


def _steps(all_of_them: MetaData) -> None:
    from sqlalchemy import Column, Integer, String, Table, Text, UniqueConstraint

    Table(
        "learning_steps",
        all_of_them,
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
