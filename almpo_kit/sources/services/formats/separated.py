"""SDMX-CSV (1.0 of Eurostat and DG EMPL, 2.0 of the OECD, the ILO's) and plain CSV tables."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from almpo_kit.sources.services.formats.observations import (
    AGAIN,
    FLAG,
    PERIOD,
    VALUE,
    NothingPublishedError,
    Observations,
    flags,
    numbers,
    periods,
)
from almpo_kit.vocabulary.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

#: Columns that say something of the message, not of the observation.
_MESSAGE = frozenset(
    {
        "DATAFLOW",
        "LAST UPDATE",
        "STRUCTURE",
        "STRUCTURE_ID",
        "STRUCTURE_NAME",
        "ACTION",
        "DATASTRUCTURE",
        "KEY",
    }
)
_TIMES = ("TIME_PERIOD", "TIME", "YEAR")
_VALUES = ("OBS_VALUE", "VALUE", "VALUES")
_FLAGS = ("OBS_FLAG", "OBS_STATUS", "FLAG", "FLAGS")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_DATAFLOW = re.compile(r"(?:[\w.]+[:,])?(?P<id>[\w@.]+)(?:\([\d.]+\)|,[\d.]+)?")


def _table(text: str, separator: str) -> pd.DataFrame:
    import pandas as pd

    try:
        head = next(csv.reader([text.partition("\n")[0].rstrip("\r")], delimiter=separator))
        last = next(csv.reader([text.rstrip("\r\n").rpartition("\n")[2]], delimiter=separator), [])
        table = pd.read_csv(
            io.StringIO(text), sep=separator, dtype=str, keep_default_na=False, index_col=False
        )
    except (csv.Error, ValueError, pd.errors.ParserError) as error:
        raise DataError(f"The CSV is damaged ({str(error).strip()[:120]}). {AGAIN}") from None
    if table.empty:
        raise NothingPublishedError(
            "The CSV has a header and no rows: nothing was published for what was asked."
        )
    if len(last) != len(head):
        raise DataError(f"The CSV ends in the middle of a row: it was cut off. {AGAIN}")
    return table


def parse_sdmx(text: str) -> Observations:
    """SDMX-CSV as observations; what stands behind the value is an attribute, what stands before it a dimension.

    Raises
    ------
    DataError
        Damaged, cut off, without rows, or without period and value.
    """
    table = _table(text, ";" if text.partition("\n")[0].count(";") > 2 else ",")
    upper = _headings(table)
    table.columns = upper
    at = upper.index("OBS_VALUE")
    before = [c for c in upper[:at] if c not in _MESSAGE and c not in _TIMES]
    # "With labels" repeats each dimension as a label ("REF_AREA,Reference area"): a name with a space is none.
    dimensions = [c for c in before if _NAME.fullmatch(c)]
    status = next((c for c in upper[at:] if c in _FLAGS), None)
    flag = table[status] if status else table["OBS_VALUE"].map(lambda _: "")
    if "CONF_STATUS" in upper:
        flag = flag.where(~table["CONF_STATUS"].isin(["C", "c"]), flag + " c")
    return Observations(
        _assemble(table, dimensions, "TIME_PERIOD", "OBS_VALUE", flag),
        "SDMX-CSV",
        dataset=_dataset(table),
        updated=table["LAST UPDATE"].iloc[0] if "LAST UPDATE" in upper else "",
    )


def parse_plain(text: str) -> Observations:
    """A plain table of places, periods and values as observations.

    Raises
    ------
    DataError
        Damaged, cut off, without rows, or without a column of values.
    """
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    table = _table(text, separator)
    upper = _headings(table)
    table.columns = upper
    time = next(c for c in _TIMES if c in upper)
    value = next((c for c in _VALUES if c in upper), None)
    if value is None:
        raise DataError(
            f"The table has no column of values ({', '.join(_VALUES).lower()}); its columns are {first}."
        )
    status = next((c for c in _FLAGS if c in upper), None)
    dimensions = [
        c for c in upper if c not in (time, value, status, "CONF_STATUS", *_MESSAGE) and _NAME.fullmatch(c)
    ]
    flag = table[status] if status else table[value].map(lambda _: "")
    return Observations(_assemble(table, dimensions, time, value, flag), "plain CSV", dataset=_dataset(table))


def _headings(table: pd.DataFrame) -> list[str]:
    """Names of the columns in capitals; "label=both" writes ``freq:Time frequency``, SDMX-CSV 2.0 ``STRUCTURE[;]``."""
    return [re.split(r"[:\[]", str(c))[0].strip().upper() for c in table.columns]


def _assemble(
    table: pd.DataFrame, dimensions: list[str], time: str, value: str, flag: pd.Series
) -> pd.DataFrame:
    found = table[dimensions].apply(lambda c: c.str.strip())
    found.columns = [d.lower() for d in dimensions]
    found = found.loc[:, ~found.columns.duplicated()].copy()
    found[PERIOD] = periods(table[time])
    found[VALUE] = numbers(table[value], "The CSV")
    # "label=both" again: "b: break in time series".
    found[FLAG] = flags(flag.astype(str).str.partition(":")[0])
    return found


def _dataset(table: pd.DataFrame) -> str:
    named = next((c for c in ("DATAFLOW", "STRUCTURE_ID") if c in table), None)
    if named is None:
        return ""
    several = table[named].unique()
    if len(several) > 1:
        raise DataError(
            f"The file mixes {len(several)} datasets ({', '.join(several[:5])}); add them one by one."
        )
    match = _DATAFLOW.fullmatch(several[0].strip())
    return match["id"].lower() if match else several[0].strip().lower()
