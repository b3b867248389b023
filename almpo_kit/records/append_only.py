"""Triggers that keep a table append-only, in the words of each database."""

from __future__ import annotations

from collections.abc import Sequence

_SQLITE = "CREATE TRIGGER IF NOT EXISTS {table}_no_{verb} BEFORE {verb} ON {table} {when}BEGIN SELECT RAISE(ABORT, 'append-only'); END"
_FUNCTION = (
    "CREATE OR REPLACE FUNCTION almpo_append_only() RETURNS trigger LANGUAGE plpgsql AS "
    "$body$ BEGIN RAISE EXCEPTION 'append-only'; END $body$"
)
_POSTGRESQL = (
    "CREATE OR REPLACE TRIGGER {table}_append_only BEFORE {verbs} ON {table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION almpo_append_only()"
)
_POSTGRESQL_ROW = (
    "CREATE OR REPLACE TRIGGER {table}_only_blanked BEFORE UPDATE ON {table} "
    "FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION almpo_append_only()"
)


def guards(
    table: str, dialect: str, columns: Sequence[str] = (), blanked: Sequence[str] = ()
) -> tuple[str, ...]:
    """Statements that make a table append-only.

    Parameters
    ----------
    table : str
    dialect : {"sqlite", "postgresql"}
    columns : sequence of str
        All of the table; needed where some can be blanked.
    blanked : sequence of str
        Columns that may be set to nothing, and to nothing else: what a person has asked to be deleted.
    """
    if dialect == "sqlite":
        when = f"WHEN {_changed(columns, blanked, 'IS NOT')} " if blanked else ""
        update = _SQLITE.format(table=table, verb="update", when=when)
        return (update, _SQLITE.format(table=table, verb="delete", when=""))
    if not blanked:
        return (_FUNCTION, _POSTGRESQL.format(table=table, verbs="UPDATE OR DELETE OR TRUNCATE"))
    when = _changed(columns, blanked, "IS DISTINCT FROM")
    return (
        _FUNCTION,
        _POSTGRESQL.format(table=table, verbs="DELETE OR TRUNCATE"),
        _POSTGRESQL_ROW.format(table=table, when=when),
    )


def _changed(columns: Sequence[str], blanked: Sequence[str], differs: str) -> str:
    """Whether a row becomes anything but the same row with blanks."""
    moved = [f"NEW.{c} {differs} OLD.{c}" for c in columns if c not in blanked]
    filled = [f"(NEW.{c} IS NOT NULL AND NEW.{c} {differs} OLD.{c})" for c in blanked]
    return " OR ".join([*moved, *filled])
