"""Stata and Parquet files as tables of cells, read in pieces so that a lying header costs nothing."""

from __future__ import annotations

import datetime
import decimal
import io
import numbers
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from almpo_kit.sources.intake.file_kinds import DAMAGE, MOST_BYTES
from almpo_kit.sources.intake.raw_table import (
    MOST_COLUMNS,
    MOST_ROWS,
    RawTable,
    too_many_columns,
    too_many_rows,
)
from almpo_kit.vocabulary.errors import AlmpoError, DataError

if TYPE_CHECKING:
    import pandas as pd

_PIECE = 5_000


def _raw(frame: pd.DataFrame, name: str, remarks: list[str], noun: str = "row") -> RawTable:
    """A frame as cells; rows are numbered as if the names of the columns stood in row 1, Stata's observations
    as Stata does."""
    if not len(frame):
        raise DataError(f"{name} has columns but no row: there is nothing to read.")
    columns = [_cells(frame.iloc[:, i]) for i in range(frame.shape[1])]
    rows: list[tuple[Any, ...]] = list(zip(*columns, strict=True))
    header = tuple(str(c) for c in frame.columns)
    first = 1 if noun == "observation" else 2
    return RawTable(header, rows, list(range(first, len(rows) + first)), [], remarks, typed=True, noun=noun)


def _cells(column: pd.Series) -> list[Any]:
    if column.dtype in (np.float32, np.float16):
        # A number of 24 binary digits is what its shortest writing says: 0.05, not 0.05000000074505806.
        return [None if x != x else float(str(x)) for x in column.to_numpy()]
    return [_cell(v) for v in column.astype(object).where(column.notna(), None).tolist()]


def _cell(value: Any) -> Any:
    if value is None or isinstance(value, (str, bool, int, float, datetime.date, datetime.time)):
        return value
    if isinstance(value, (decimal.Decimal, numbers.Real)):
        return float(value)
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def read_stata(data: bytes, name: str) -> RawTable:
    """A Stata file (any version that pandas reads), with value labels as words.

    Raises
    ------
    DataError
        Damaged, too long or too wide.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            remark = "A Stata file; value labels were read as words."
            return _raw(_stata_frame(data, name), name, [remark], "observation")
    except AlmpoError:
        raise
    except DAMAGE as error:
        raise DataError(_damaged(name, "Stata file", error)) from None


def _stata_frame(data: bytes, name: str) -> pd.DataFrame:
    import pandas as pd

    pieces: list[pd.DataFrame] = []
    rows = 0
    reader: Any
    with pd.read_stata(io.BytesIO(data), iterator=True, convert_categoricals=True) as reader:
        while True:
            try:
                piece = reader.read(_PIECE)
            except StopIteration:
                break
            if piece.shape[1] > MOST_COLUMNS:
                raise too_many_columns(name)
            if not len(piece):
                pieces = pieces or [piece]
                break
            # Categories differ from piece to piece.
            words = {c: object for c in piece.columns if isinstance(piece[c].dtype, pd.CategoricalDtype)}
            pieces.append(piece.astype(words))
            rows += len(piece)
            if rows > MOST_ROWS:
                raise too_many_rows(name)
    return pd.concat(pieces, ignore_index=True)


def read_parquet(data: bytes, name: str, *, most: int = MOST_ROWS) -> RawTable:
    """A Parquet file of at most `most` rows.

    Raises
    ------
    DataError
        Damaged, too long or too wide.
    """
    import pyarrow.parquet as pq

    try:
        meta = pq.ParquetFile(io.BytesIO(data)).metadata
        if meta.num_rows > most:
            raise too_many_rows(name, most)
        if meta.num_columns > MOST_COLUMNS:
            raise too_many_columns(name)
        if any(meta.schema.column(i).max_repetition_level for i in range(meta.num_columns)):
            # A small file can hold lists of millions; and a list is no cell of a table.
            raise DataError(f"{name} holds lists within cells; write one value a cell. Nothing was read.")
        if sum(meta.row_group(i).total_byte_size for i in range(meta.num_row_groups)) > 5 * MOST_BYTES:
            raise DataError(f"{name} unpacks to more than any table that is read here; nothing was read.")
        # A text that stands in every row is held once, so that a small file cannot become a huge table.
        texts = [meta.schema.column(i).path for i in range(meta.num_columns)]
        file = pq.ParquetFile(io.BytesIO(data), read_dictionary=texts)
        return _raw(file.read().to_pandas(ignore_metadata=True), name, ["A Parquet file."])
    except AlmpoError:
        raise
    except DAMAGE as error:
        raise DataError(_damaged(name, "Parquet file", error)) from None


def _damaged(name: str, what: str, error: BaseException) -> str:
    return f"{name} is a damaged {what} ({type(error).__name__}). Save it again, or as 'CSV UTF-8'."
