"""Some columns, rows and persons of a register: what leaves the disk is what was asked for."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from almpo_kit.sources.intake.headings import nearest, plain
from almpo_kit.sources.registers.opening_registers import ROW, OpenedRegister
from almpo_kit.vocabulary.errors import DataError, ParameterError

if TYPE_CHECKING:
    import pandas as pd

_PARTS = 1_000_000


def connected(register: OpenedRegister) -> Any:
    """A DuckDB connection that sees the register as ``raw`` and nothing else: no files, no network, no extensions."""
    import duckdb

    off = {
        "enable_external_access": "false",
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    connection = duckdb.connect(":memory:", config=off)
    connection.execute("SET lock_configuration = true")
    connection.register("raw", register.data)
    return connection


def quoted(heading: str) -> str:
    """A heading as SQL writes it."""
    return '"' + heading.replace('"', '""') + '"'


def person_text(register: OpenedRegister, heading: str) -> str:
    """SQL for the id as text: the same whether a file holds 12, 12.0 or '12'."""
    column = quoted(heading)
    if register.typed and not register.numbered and _is_float(register, heading):
        return (
            f"CASE WHEN isfinite({column}) AND {column} = trunc({column}) AND abs({column}) < 1e15 "
            f"THEN CAST(CAST({column} AS BIGINT) AS VARCHAR) ELSE CAST({column} AS VARCHAR) END"
        )
    return rf"regexp_replace(trim(CAST({column} AS VARCHAR)), '^(\d+)\.0$', '\1')"


def is_number(register: OpenedRegister, heading: str) -> bool:
    """Whether the format says that a column holds numbers (or truth values, which are 0 and 1)."""
    import pandas as pd
    import pyarrow as pa

    if isinstance(register.data, pd.DataFrame):
        return bool(pd.api.types.is_numeric_dtype(register.data[heading].dtype))
    kind = register.data.schema.field(heading).type
    return bool(pa.types.is_floating(kind) or pa.types.is_integer(kind) or pa.types.is_boolean(kind))


def _is_float(register: OpenedRegister, heading: str) -> bool:
    import pandas as pd
    import pyarrow as pa

    if isinstance(register.data, pd.DataFrame):
        return bool(pd.api.types.is_float_dtype(register.data[heading].dtype))
    return bool(pa.types.is_floating(register.data.schema.field(heading).type))


def selected(
    register: OpenedRegister,
    used: Mapping[str, str],
    *,
    columns: Sequence[str] | None,
    where: Mapping[str, Any] | None,
    share: float | None,
    seed: int,
) -> pd.DataFrame:
    """The rows that were asked for, with the headings of the file; the id as text.

    Parameters
    ----------
    used : mapping
        Our column -> heading; these are always read.
    columns : sequence of str, optional
        Other columns that are read; by default all.
    where : mapping, optional
        Column -> a value, a list of values, or a pair (lowest, highest), both included.
    share : float, optional
        Of persons, drawn by their id: the same persons in every file that has the same ids.
    seed : int

    Raises
    ------
    ParameterError
        A column that does not exist, a condition that is none.
    DataError
        What was asked for does not fit into memory, or the file is damaged.
    """
    wanted = list(dict.fromkeys([*used.values(), *_others(register, used, columns)]))
    texts = {used["id"]: person_text(register, used["id"])} if "id" in used else {}
    shown = [f"{texts.get(h, quoted(h))} AS {quoted(h)}" for h in wanted]
    if register.numbered:
        shown.append(quoted(ROW))
    conditions, values = _conditions(register, used, where)
    if share is not None:
        conditions.append(f"md5_number_lower({_sampled(used, texts, share)} || ?) % {_PARTS} < ?")
        values += [f"|{seed}", round(share * _PARTS)]
    query = f"SELECT {', '.join(shown)} FROM raw"
    if conditions:
        query += " WHERE " + " AND ".join(conditions)
    return fetched(register, query, values)


def fetched(register: OpenedRegister, query: str, values: Sequence[Any]) -> pd.DataFrame:
    """The answer to a query; the library's errors in words."""
    import duckdb

    connection = connected(register)
    # Counted anew: the first rows have been looked at already.
    register.skipped[0] = 0
    try:
        frame: pd.DataFrame = connection.sql(query, params=list(values)).df()
        return frame
    except (duckdb.OutOfMemoryException, MemoryError):
        raise DataError(
            f"What was asked of {register.name} does not fit into memory. Choose columns=, where= or share=, "
            "or make paths with sources.register_paths()."
        ) from None
    except (duckdb.Error, OSError, ValueError) as error:
        raise DataError(
            f"{register.name} cannot be read to its end ({str(error).splitlines()[0][:200]}). Nothing was taken in; write it again."
        ) from None
    finally:
        connection.close()


def _sampled(used: Mapping[str, str], texts: Mapping[str, str], share: float) -> str:
    good = isinstance(share, int | float) and not isinstance(share, bool) and 0 < share <= 1
    if not good or "id" not in used:
        raise ParameterError(
            f"share={share!r}: give the share of persons, above 0 and at most 1, e.g. share=0.1."
        )
    return texts[used["id"]]


def _others(register: OpenedRegister, used: Mapping[str, str], columns: Sequence[str] | None) -> list[str]:
    if columns is None:
        return register.headings
    names = [columns] if isinstance(columns, str) else list(columns)
    return [heading_of(register, used, name, "columns") for name in names]


def heading_of(register: OpenedRegister, used: Mapping[str, str], name: str, argument: str) -> str:
    """The file's heading of a column that the person calls by its heading or by our name."""
    if name in used:
        return used[name]
    present = {plain(h): h for h in register.headings}
    if plain(str(name)) in present:
        return present[plain(str(name))]
    near = nearest(str(name), list(present))
    hint = f" Did you mean {present[near]!r}?" if near else f" It has: {', '.join(register.headings)[:300]}."
    if str(name) in register.dropped:
        hint = " It names people and is never read."
    raise ParameterError(f"{argument}: {register.name} has no column {name!r}.{hint}")


def _conditions(
    register: OpenedRegister, used: Mapping[str, str], where: Mapping[str, Any] | None
) -> tuple[list[str], list[Any]]:
    conditions: list[str] = []
    values: list[Any] = []
    for name, asked in (where or {}).items():
        column = quoted(heading_of(register, used, name, "where"))
        if isinstance(asked, tuple):
            if len(asked) != 2 or not all(_is_bound(b) for b in asked):
                raise ParameterError(f"where[{name!r}]={asked!r}: give (lowest, highest), e.g. (18, 29).")
            for bound, sign in zip(asked, (">=", "<="), strict=True):
                if bound is not None:
                    # Of "2018-01-15" as much is compared as the bound has signs, so that a month includes its days.
                    text = f"left(CAST({column} AS VARCHAR), {len(str(bound))})"
                    conditions.append(
                        f"{text if isinstance(bound, str) else f'TRY_CAST({column} AS DOUBLE)'} {sign} ?"
                    )
                    values.append(bound)
        else:
            several = list(asked) if isinstance(asked, list | set | frozenset) else [asked]
            if not several:
                raise ParameterError(f"where[{name!r}] is an empty list: name at least one value.")
            conditions.append(f"CAST({column} AS VARCHAR) IN ({', '.join('?' * len(several))})")
            values += [str(v) for v in several]
    return conditions, values


def _is_bound(bound: Any) -> bool:
    if isinstance(bound, bool):
        return False
    return (
        bound is None or isinstance(bound, str) or (isinstance(bound, int | float) and math.isfinite(bound))
    )
