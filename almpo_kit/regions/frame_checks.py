"""What a frame must be before it is read: its columns, one value a cell, one unit, one age band."""

from __future__ import annotations

import pandas as pd

from almpo_kit.vocabulary.errors import DesignError, FrameError


def require(frame: pd.DataFrame, columns: tuple[str, ...], name: str) -> None:
    """Raise FrameError naming the columns that a frame lacks."""
    missing = [c for c in columns if c not in frame.columns]
    if missing:
        raise FrameError(
            f"`{name}` lacks the column(s) {', '.join(missing)}; load it with almpo_kit.sources."
        )


def once(codes: pd.Series, name: str, column: str) -> None:
    """Raise FrameError when a frame of places lists one of them twice."""
    twice = sorted(codes[codes.duplicated()].unique())
    if twice:
        raise FrameError(
            f"`{name}` lists {', '.join(twice[:10])} more than once; keep one row for each place, e.g. "
            f"{name}.drop_duplicates({column!r})."
        )


def unique_cells(rows: pd.DataFrame, name: str) -> None:
    """Raise FrameError when a place has two values of one indicator for one period."""
    twice = rows[rows.duplicated(["geo", "period"], keep=False)]
    if len(twice):
        cells = ", ".join(
            sorted({f"{g} {p}" for g, p in zip(twice["geo"], twice["period"], strict=True)})[:10]
        )
        raise FrameError(
            f"`{name}` has more than one value for {cells}; keep one row for each place and period."
        )


def one_unit(rows: pd.DataFrame, indicator: str) -> None:
    """Raise DesignError when values of one indicator come in several units."""
    units = distinct(rows["unit"])
    if len(units) > 1:
        raise DesignError(
            f"{indicator!r} comes in {len(units)} units ({', '.join(units)}); keep one of them."
        )


def age_band(rows: pd.DataFrame) -> str:
    """The age band of the rows; empty where the frame does not say. Several bands are several questions."""
    if "age" not in rows:
        return ""
    bands = distinct(rows["age"])
    if len(bands) > 1:
        raise DesignError(f"the rows mix {len(bands)} age bands ({', '.join(bands)}); keep one of them.")
    return bands[0] if bands else ""


def distinct(column: pd.Series) -> list[str]:
    """The different words of a column, sorted; a set of plain objects is several times faster than `unique`."""
    return sorted(str(v) for v in set(column.to_numpy(dtype=object)) if not pd.isna(v))
