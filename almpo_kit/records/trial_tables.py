"""The tables of trials: plans in versions, states, draws, looks, results. Nothing about a person is in any of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Column, MetaData


def add_trial_tables(all_of_them: MetaData) -> None:
    """Add them to the tables of a store.

    ``trial_plans`` has one row a version of a plan, ``trial_states`` one row a step of a trial in the registry,
    ``trial_draws`` one row a draw (seed, digests and counts, never who), ``trial_looks`` one row a look at a running trial,
    ``trial_results`` one row an analysis.
    """
    _plans(all_of_them)
    _draws(all_of_them)
    _results(all_of_them)


def _numbered() -> list[Column[int] | Column[str]]:
    from sqlalchemy import Column, Integer, String

    return [Column("id", Integer, primary_key=True), Column("trial", String(120), nullable=False)]


def _plans(all_of_them: MetaData) -> None:
    from sqlalchemy import Column, Integer, String, Table, Text, UniqueConstraint

    Table(
        "trial_plans",
        all_of_them,
        *_numbered(),
        Column("version", Integer, nullable=False),
        Column("plan", Text, nullable=False),
        Column("digest", String(64), nullable=False),
        Column("author_role", String(120), nullable=False),
        # Why it was amended after it was registered.
        Column("reason", Text, nullable=False),
        Column("at", String(32), nullable=False),
        UniqueConstraint("trial", "version", name="one_trial_plan_a_version"),
        sqlite_autoincrement=True,
    )
    Table(
        "trial_states",
        all_of_them,
        *_numbered(),
        # Two who both saw the same state cannot both leave it.
        Column("step", Integer, nullable=False),
        Column("state", String(12), nullable=False),
        Column("plan_version", Integer, nullable=False),
        Column("plan_digest", String(64), nullable=False),
        Column("reason", Text, nullable=False),
        Column("detail", Text, nullable=False),
        Column("at", String(32), nullable=False),
        UniqueConstraint("trial", "step", name="one_state_a_step"),
        sqlite_autoincrement=True,
    )


def _draws(all_of_them: MetaData) -> None:
    from sqlalchemy import Column, Integer, String, Table, Text, UniqueConstraint

    Table(
        "trial_draws",
        all_of_them,
        *_numbered(),
        Column("stage", String(60), nullable=False),
        Column("seed", String(200), nullable=False),
        Column("list_digest", String(64), nullable=False),
        Column("draw_digest", String(64), nullable=False),
        Column("counts", Text, nullable=False),
        Column("plan_version", Integer, nullable=False),
        Column("at", String(32), nullable=False),
        UniqueConstraint("trial", "stage", name="one_draw_a_stage"),
        sqlite_autoincrement=True,
    )
    Table(
        "trial_looks",
        all_of_them,
        *_numbered(),
        Column("number", Integer, nullable=False),
        Column("content", Text, nullable=False),
        Column("digest", String(64), nullable=False),
        Column("at", String(32), nullable=False),
        UniqueConstraint("trial", "number", name="one_look_a_number"),
        sqlite_autoincrement=True,
    )


def _results(all_of_them: MetaData) -> None:
    from sqlalchemy import Column, Integer, String, Table, Text, UniqueConstraint

    Table(
        "trial_results",
        all_of_them,
        *_numbered(),
        Column("number", Integer, nullable=False),
        Column("plan_digest", String(64), nullable=False),
        # Of the data that were analysed; the data stay with whoever holds them.
        Column("data_digest", String(64), nullable=False),
        Column("content", Text, nullable=False),
        Column("digest", String(64), nullable=False),
        Column("at", String(32), nullable=False),
        UniqueConstraint("trial", "number", name="one_result_a_number"),
        sqlite_autoincrement=True,
    )
