"""The tables of the store as they stand, for SQLite and PostgreSQL alike.

They are made by :mod:`almpo_kit.records.migrations`, which also keeps them append-only; a test holds the two together.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from almpo_kit.records.consultation_tables import add_consultation_tables
from almpo_kit.records.expert_tables import add_expert_tables
from almpo_kit.records.trial_tables import add_trial_tables

if TYPE_CHECKING:
    from sqlalchemy import MetaData, Table

#: Raised with every change of a table; migrations look at it.
SCHEMA_VERSION = 4
#: The first form with labels, decisions, leases and steps of learning.
WITH_EXPERTS = 2
#: The first form with consultations.
WITH_CONSULTATIONS = 3
#: The first form with trials.
WITH_TRIALS = 4
KEPT, WITHDRAWN = "kept", "withdrawn"


@cache
def metadata() -> MetaData:
    """All tables of the store; rows are only ever added.

    Returns
    -------
    MetaData
        ``records_schema`` (one row a version of the schema), ``drafts`` (one row a version of a draft), ``overrides`` (one
        row a decision against an advice, or the withdrawal of such a row), and those of experts and of learning
        (:mod:`almpo_kit.records.expert_tables`), which came with form 2, and of consultations
        (:mod:`almpo_kit.records.consultation_tables`), which came with form 3, and of trials
        (:mod:`almpo_kit.records.trial_tables`), which came with form 4.
    """
    from sqlalchemy import Column, ForeignKey, Integer, MetaData, String, Table, Text, UniqueConstraint

    all_of_them = MetaData()
    Table(
        "records_schema",
        all_of_them,
        Column("version", Integer, primary_key=True, autoincrement=False),
        Column("at", String(32), nullable=False),
    )
    Table(
        "drafts",
        all_of_them,
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
    Table(
        "overrides",
        all_of_them,
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
    add_expert_tables(all_of_them)
    add_consultation_tables(all_of_them)
    add_trial_tables(all_of_them)
    return all_of_them


def table(name: str) -> Table:
    """One table of the store."""
    return metadata().tables[name]
