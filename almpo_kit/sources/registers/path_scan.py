"""One scan over the months of a register: DuckDB joins persons and months, numpy puts each value into its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from almpo_kit.sources.registers.calendar_months import month_rule
from almpo_kit.sources.registers.opening_registers import OpenedRegister, opened
from almpo_kit.sources.registers.pseudonyms import pseudonyms
from almpo_kit.sources.registers.reading_registers import columns_used
from almpo_kit.sources.registers.register_headings import register_headings
from almpo_kit.sources.registers.selecting import connected, is_number, person_text, quoted
from almpo_kit.vocabulary.errors import AlmpoError, DataError, ParameterError
from almpo_kit.vocabulary.provenance import SYNTHETIC, data_versions

Array = np.ndarray[Any, np.dtype[Any]]

#: Rows that are joined at a time.
_PIECE = 500_000
#: A register has so many ways of writing a month at most: days of two hundred years.
_MOST_PERIODS = 75_000
_MOST = {"employed": 1.0, "registered": 1.0, "earnings": 1e9}


class Scanned(NamedTuple):
    """``values``: outcome -> persons × months, NaN where nothing is held; ``linked``: persons with a row; ``refused``:
    values that cannot be; ``unread``: ways of writing a month that could not be read."""

    values: dict[str, Array]
    linked: int
    refused: dict[str, int]
    unread: int
    synthetic: bool


def opened_months(months: Any, mapping: Mapping[str, str]) -> OpenedRegister:
    """A file, bytes, or a frame, ready to be scanned."""
    import pandas as pd

    if isinstance(months, pd.DataFrame):
        register = OpenedRegister("months", months, [str(c) for c in months.columns], "", typed=True)
        register.versions = data_versions(months)
        return register
    if not isinstance(months, str | Path | bytes):
        raise ParameterError(
            f"months is a {type(months).__name__}; give a path, bytes, or a frame of months."
        )
    return opened(months, "", register_headings("person_months"), mapping, "person_months")


def scanned(
    register: OpenedRegister,
    ids: Sequence[str],
    origins: Array,
    months: Sequence[int],
    outcomes: tuple[str, ...],
    *,
    mapping: Mapping[str, str],
    secret: str | None,
    day_first: bool | None,
    progress: Callable[[int, int], None] | None,
) -> Scanned:
    """Scan the months once.

    Parameters
    ----------
    ids : sequence of str, length n
    origins : Array of int, shape (n,)
        Months counted from year 0; -1 for none.
    months : sequence of int
        Since the origin, in order.
    """
    import duckdb

    used = columns_used(register, "person_months", register_headings("person_months"), mapping)
    if lacking := [o for o in outcomes if o not in used]:
        raise ParameterError(
            f"{register.name} has no column of {lacking[0]}; pass mapping={{'your heading': {lacking[0]!r}}} or leave it "
            "out of outcomes."
        )
    connection = connected(register)
    try:
        unread = _tables(connection, register, used, ids, origins, secret, day_first)
        synthetic = _synthetic(connection, used)
        # Counted anew: the file has been scanned for its months already.
        register.skipped[0] = 0
        values, refused = _filled(connection, register, used, len(ids), months, outcomes, progress)
        return Scanned(values, _linked(values, outcomes), refused, unread, synthetic)
    except AlmpoError:
        raise
    except (duckdb.OutOfMemoryException, MemoryError):
        raise DataError(
            "The paths do not fit into memory; ask for fewer months, outcomes or persons."
        ) from None
    except (duckdb.Error, OSError, ValueError) as error:
        raise DataError(
            f"{register.name} cannot be read to its end ({str(error).splitlines()[0][:200]}). Write it again."
        ) from None
    finally:
        connection.close()


def _tables(
    connection: Any,
    register: OpenedRegister,
    used: Mapping[str, str],
    ids: Sequence[str],
    origins: Array,
    secret: str | None,
    day_first: bool | None,
) -> int:
    """Tables ``people`` (raw id, row, origin) and ``calendar`` (raw month, number); how many months are not read."""
    import pandas as pd

    people = pd.DataFrame({"key": pd.Series(ids, dtype="str"), "row": np.arange(len(ids)), "origin": origins})
    people = people[people["origin"] >= 0]
    key = person_text(register, used["id"])
    if secret is not None:
        raw = connection.sql(
            f"SELECT DISTINCT {key} AS key FROM raw WHERE {quoted(used['id'])} IS NOT NULL"
        ).df()["key"]
        made = pd.Series(pseudonyms(raw.tolist(), used["id"], secret, register.name), dtype="str")
        people = people.merge(pd.DataFrame({"raw": raw, "key": made}), on="key").assign(
            key=lambda f: f["raw"]
        )
    connection.register("people", people[["key", "row", "origin"]])
    text = f"trim(CAST({quoted(used['period'])} AS VARCHAR))"
    periods = (
        connection.sql(f"SELECT DISTINCT {text} AS text FROM raw LIMIT {_MOST_PERIODS + 1}")
        .df()["text"]
        .dropna()
    )
    if len(periods) > _MOST_PERIODS:
        raise DataError(
            f"{register.name}: {used['period']!r} holds more than {_MOST_PERIODS:,} different cells; is it the month?"
        )
    rule = month_rule(periods, day_first)
    said = [rule(p).value for p in periods]
    number = [None if s is None else 12 * int(str(s)[:4]) + int(str(s)[5:]) - 1 for s in said]
    calendar = pd.DataFrame({"text": periods.to_numpy(), "number": number}).dropna()
    connection.register("calendar", calendar.astype({"text": "str", "number": "int64"}))
    return sum(n is None for n in number)


def _filled(
    connection: Any,
    register: OpenedRegister,
    used: Mapping[str, str],
    size: int,
    months: Sequence[int],
    outcomes: tuple[str, ...],
    progress: Callable[[int, int], None] | None,
) -> tuple[dict[str, Array], dict[str, int]]:
    shown = ", ".join(f"{_as_number(register, used[o], o)} AS {o}" for o in outcomes)
    text = f"trim(CAST(piece.{quoted(used['period'])} AS VARCHAR))"
    query = (
        f"SELECT people.row, calendar.number - people.origin AS since, {shown} FROM piece "
        f"JOIN people ON {person_text(register, used['id'])} = people.key JOIN calendar ON {text} = calendar.text "
        f"WHERE calendar.number - people.origin BETWEEN {min(months)} AND {max(months)}"
    )
    place = np.full(max(months) - min(months) + 1, -1)
    place[np.array(months) - min(months)] = np.arange(len(months))
    values = {
        o: np.full((size, len(months)), np.nan, np.float64 if o == "earnings" else np.float32)
        for o in outcomes
    }
    seen = np.zeros(size * len(months), dtype=bool)
    refused, done = dict.fromkeys(outcomes, 0), 0
    total = _rows(connection) if progress else 0
    for piece, rows in _pieces(register, [used["id"], used["period"], *(used[o] for o in outcomes)]):
        connection.register("piece", piece)
        found = connection.sql(query).to_arrow_table()
        connection.unregister("piece")
        month = place[found.column("since").to_numpy() - min(months)]
        wanted = month >= 0
        flat = found.column("row").to_numpy()[wanted] * len(months) + month[wanted]
        _only_once(register, seen, flat)
        for outcome in outcomes:
            given = found.column(outcome).to_numpy()[wanted].astype(float)
            wrong = (given < 0) | (given > _MOST[outcome])
            refused[outcome] += int(wrong.sum())
            values[outcome].reshape(-1)[flat] = np.where(wrong, np.nan, given)
        done += rows
        if progress:
            progress(done, max(total, done))
    return values, refused


def _rows(connection: Any) -> int:
    return int(connection.sql("SELECT count(*) AS n FROM raw").df()["n"].iloc[0])


def _only_once(register: OpenedRegister, seen: Array, flat: Array) -> None:
    ordered = np.sort(flat)
    if seen[flat].any() or (ordered[1:] == ordered[:-1]).any():
        raise DataError(
            f"{register.name}: a person stands in one month twice, and nobody can choose between the rows. Delete repeats "
            "(read_person_months says how many there are)."
        )
    seen[flat] = True


def _pieces(register: OpenedRegister, headings: Sequence[str]) -> Iterator[tuple[Any, int]]:
    """Some rows at a time, because DuckDB holds an answer whole until it is fetched."""
    import pandas as pd
    import pyarrow as pa

    wanted = list(dict.fromkeys(headings))
    if isinstance(register.data, pd.DataFrame):
        for i in range(0, len(register.data), _PIECE):
            part = register.data[wanted].iloc[i : i + _PIECE]
            yield part, len(part)
        return
    held: list[Any] = []
    rows = 0
    for batch in register.data.to_batches(columns=wanted, batch_readahead=2, fragment_readahead=1):
        held.append(batch)
        rows += batch.num_rows
        if rows >= _PIECE:
            yield pa.Table.from_batches(held), rows
            held, rows = [], 0
    if rows:
        yield pa.Table.from_batches(held), rows


def _as_number(register: OpenedRegister, heading: str, outcome: str) -> str:
    """SQL for a value as a number; what is none becomes -1, which is refused and counted."""
    column = quoted(heading)
    if is_number(register, heading):
        return f"CAST({column} AS DOUBLE)"
    text = f"lower(trim(CAST({column} AS VARCHAR)))"
    words = (
        "WHEN 'true' THEN 1 WHEN 'yes' THEN 1 WHEN 'false' THEN 0 WHEN 'no' THEN 0"
        if outcome != "earnings"
        else ""
    )
    nothing = "WHEN '' THEN NULL WHEN 'na' THEN NULL WHEN 'nan' THEN NULL WHEN '.' THEN NULL"
    return f"CASE {text} {words} {nothing} ELSE CASE WHEN {column} IS NULL THEN NULL ELSE coalesce(TRY_CAST({text} AS DOUBLE), -1) END END"


def _linked(values: Mapping[str, Array], outcomes: tuple[str, ...]) -> int:
    there = np.zeros(len(values[outcomes[0]]), dtype=bool)
    for outcome in outcomes:
        there |= ~np.isnan(values[outcome]).all(axis=1)
    return int(there.sum())


def _synthetic(connection: Any, used: Mapping[str, str]) -> bool:
    if "source" not in used:
        return False
    query = f"SELECT count(*) AS n FROM raw WHERE starts_with(CAST({quoted(used['source'])} AS VARCHAR), '{SYNTHETIC}')"
    return bool(connection.sql(query).df()["n"].iloc[0])
