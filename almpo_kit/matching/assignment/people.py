"""What `assign` takes: rows of seekers and vacancies, checked at the door."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.vocabulary.errors import DesignError, FrameError

#: Persons one run takes: each needs room for a list.
MOST_PERSONS = 5_000_000


def checked(frame: pd.DataFrame, who: str) -> pd.DataFrame:
    """The frame with a plain index; ids that identify, counts that are whole and not negative.

    Raises
    ------
    FrameError
        No or duplicate ids, negative or fractional counts, capacities, wages or limits.
    """
    if not isinstance(frame, pd.DataFrame) or "id" not in frame:
        raise FrameError(f"{who} needs a column id, one row a {who[:-1] if who == 'seekers' else 'vacancy'}.")
    if frame["id"].isna().any():
        raise FrameError(f"{who}: {int(frame['id'].isna().sum())} rows have no id; give each one.")
    if frame["id"].duplicated().any():
        twice = frame.loc[frame["id"].duplicated(), "id"]
        raise FrameError(
            f"{who}: {len(twice)} ids come twice, e.g. {twice.iloc[0]!r}; keep one row of each, e.g. "
            f"{who}.drop_duplicates('id'), or number them anew."
        )
    out = frame.reset_index(drop=True)
    for column in ("count", "capacity", "max_km", "wage"):
        values = amounts(out, column)
        if (values < 0).any():
            row = int(np.flatnonzero(values < 0)[0])
            raise FrameError(f"{who}: {column} {values[row]:g} of id {out['id'].iloc[row]!r} is negative.")
        if np.isinf(values).any():
            raise FrameError(f"{who}: {column} must be finite; leave it missing where it is not known.")
    return out


def amounts(frame: pd.DataFrame, column: str) -> np.ndarray:
    """A column of numbers, NaN where missing or absent.

    Raises
    ------
    FrameError
        Text that is no number.
    """
    if column not in frame:
        return np.full(len(frame), np.nan)
    values = pd.to_numeric(frame[column], errors="coerce")
    lost = values.isna() & frame[column].notna()
    if lost.any():
        raise FrameError(f"column {column}: {frame.loc[lost, column].iloc[0]!r} is no number.")
    return values.to_numpy(dtype=float, na_value=np.nan)


def counts(frame: pd.DataFrame, who: str) -> np.ndarray:
    """Persons or posts of each row, 1 where not said.

    Raises
    ------
    FrameError
        A part of a person.
    DesignError
        More persons than one run takes.
    """
    values = np.nan_to_num(amounts(frame, "count"), nan=1.0)
    if who == "seekers":
        if (values != np.floor(values)).any():
            raise FrameError("seekers: count must be whole persons; round it, e.g. seekers['count'].round()")
        if values.sum() > MOST_PERSONS:
            raise DesignError(
                f"seekers count {values.sum():,.0f} persons; one run takes {MOST_PERSONS:,}. Run country by country."
            )
    return values


def skill_sets(frame: pd.DataFrame, names: dict[str, int]) -> tuple[np.ndarray, np.ndarray]:
    """Skills of each row as sorted numbers laid end to end; ``names`` grows.

    Returns
    -------
    start : (n + 1,) int64
    skill : (n_all,) int32
    """
    if "skills" not in frame:
        return np.zeros(len(frame) + 1, np.int64), np.empty(0, np.int32)
    position, unique = pd.factorize(frame["skills"].astype("object"), use_na_sentinel=True)
    sets = [_numbers(str(text), names) for text in unique] + [np.empty(0, np.int32)]
    length = np.array([s.size for s in sets], dtype=np.int64)[position]
    start = np.concatenate([[0], np.cumsum(length)]).astype(np.int64)
    laid = [sets[p] for p in position]
    return start, np.concatenate(laid).astype(np.int32) if laid else np.empty(0, np.int32)


def _numbers(text: str, names: dict[str, int]) -> np.ndarray:
    skills = {s.strip().lower() for s in text.split("|") if s.strip()}
    return np.array(sorted(names.setdefault(s, len(names)) for s in skills), dtype=np.int32)


def unit_rows(vectors: Any, n: int, who: str) -> np.ndarray:
    """Dense vectors with unit rows; a row of zeros stays one.

    Raises
    ------
    FrameError
        Another number of rows, or values that are not finite.
    """
    array = np.asarray(vectors, dtype=np.float32)
    if array.ndim != 2 or array.shape[0] != n or not np.isfinite(array).all():
        raise FrameError(
            f"vectors of {who} must be a finite array with one row for each of its {n} rows, not {array.shape}."
        )
    length = np.linalg.norm(array, axis=1, keepdims=True)
    out: np.ndarray = array / np.where(length > 0, length, 1)
    return out
