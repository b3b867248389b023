"""Form 4: trials: plans, states, draws, looks, results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from almpo_kit.records.migrations.marks import guard, mark

if TYPE_CHECKING:
    from sqlalchemy import Column

revision = "0004"
down_revision = "0003"
branch_labels = depends_on = None
_TABLES = ("trial_plans", "trial_states", "trial_draws", "trial_looks", "trial_results")


def upgrade() -> None:
    """Add the tables."""
    _plans()
    _draws()
    _results()
    for table in _TABLES:
        guard(table)
    mark(4)


def _numbered() -> list[Column[int] | Column[str]]:
    from sqlalchemy import Column, Integer, String

    return [Column("id", Integer, primary_key=True), Column("trial", String(120), nullable=False)]


def _plans() -> None:
    from alembic import op
    from sqlalchemy import Column, Integer, String, Text, UniqueConstraint

    op.create_table(
        "trial_plans",
        *_numbered(),
        Column("version", Integer, nullable=False),
        Column("plan", Text, nullable=False),
        Column("digest", String(64), nullable=False),
        Column("author_role", String(120), nullable=False),
        Column("reason", Text, nullable=False),
        Column("at", String(32), nullable=False),
        UniqueConstraint("trial", "version", name="one_trial_plan_a_version"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "trial_states",
        *_numbered(),
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


def _draws() -> None:
    from alembic import op
    from sqlalchemy import Column, Integer, String, Text, UniqueConstraint

    op.create_table(
        "trial_draws",
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
    op.create_table(
        "trial_looks",
        *_numbered(),
        Column("number", Integer, nullable=False),
        Column("content", Text, nullable=False),
        Column("digest", String(64), nullable=False),
        Column("at", String(32), nullable=False),
        UniqueConstraint("trial", "number", name="one_look_a_number"),
        sqlite_autoincrement=True,
    )


def _results() -> None:
    from alembic import op
    from sqlalchemy import Column, Integer, String, Text, UniqueConstraint

    op.create_table(
        "trial_results",
        *_numbered(),
        Column("number", Integer, nullable=False),
        Column("plan_digest", String(64), nullable=False),
        Column("data_digest", String(64), nullable=False),
        Column("content", Text, nullable=False),
        Column("digest", String(64), nullable=False),
        Column("at", String(32), nullable=False),
        UniqueConstraint("trial", "number", name="one_result_a_number"),
        sqlite_autoincrement=True,
    )
