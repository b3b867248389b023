"""What every step ends with: its tables are append-only, and the store says which form it is of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from almpo_kit.records import append_only


def guard(table: str, columns: Sequence[str] = (), blanked: Sequence[str] = ()) -> None:
    """Make a table append-only, but for blanks."""
    from alembic import op
    from sqlalchemy import text

    for statement in append_only.guards(table, op.get_bind().dialect.name, columns, blanked):
        op.execute(text(statement))


def mark(form: int) -> None:
    """Add the form to ``records_schema``, by which a store is known without Alembic."""
    from alembic import op
    from sqlalchemy import column, insert, table

    schema = table("records_schema", column("version"), column("at"))
    op.execute(insert(schema).values(version=form, at=datetime.now(UTC).isoformat()))
