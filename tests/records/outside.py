"""What somebody does who does not go through the store, on either database."""

from __future__ import annotations

import pytest

from almpo_kit import records


def refused(store: records.Store, statement: str) -> None:
    """The database itself refuses it, whoever asks."""
    from sqlalchemy.exc import DBAPIError

    with (
        pytest.raises(DBAPIError, match="append-only"),
        store.engine.execution_options(writes=True).begin() as db,
    ):
        db.exec_driver_sql(statement)


def change(store: records.Store, table: str, statement: str) -> None:
    """Do it after the guard was taken away."""
    on_server = store.engine.dialect.name == "postgresql"
    guard = f"ALTER TABLE {table} DISABLE TRIGGER USER" if on_server else f"DROP TRIGGER {table}_no_update"
    with store.engine.execution_options(writes=True).begin() as db:
        db.exec_driver_sql(guard)
        db.exec_driver_sql(statement)
