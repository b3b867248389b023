"""Run the steps that a store still needs, in the transaction of the caller."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alembic.script import ScriptDirectory
    from sqlalchemy import Connection


def upgrade(db: Connection, form: int | None) -> None:
    """Bring a store to the latest form.

    Parameters
    ----------
    db : Connection
        In a transaction that writes; all steps are kept with it, or none.
    form : int or None
        What ``records_schema`` says; none where there are no tables yet. Stores of forms 1 and 2 were made without Alembic
        and are taken as what they say they are.
    """
    from alembic.migration import MigrationContext
    from alembic.operations import Operations

    scripts = _scripts()
    context = MigrationContext.configure(db, opts={"transactional_ddl": True})
    at = context.get_current_revision()
    if at is None and form is not None:
        at = f"{form:04d}"
        context.stamp(scripts, at)
    with Operations.context(context):
        for step in reversed(list(scripts.iterate_revisions("head", at or "base"))):
            step.module.upgrade()
            context.stamp(scripts, step.revision)


@cache
def _scripts() -> ScriptDirectory:
    from alembic.script import ScriptDirectory

    return ScriptDirectory(str(Path(__file__).parent))
