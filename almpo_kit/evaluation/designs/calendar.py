"""Calendar months and periods of a table as numbers that can be compared."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd

Array = np.ndarray[Any, np.dtype[Any]]
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])(-\d{2}.*)?")
_QUARTER = re.compile(r"(\d{4})-?Q([1-4])")
_YEAR = re.compile(r"(1[89]\d\d|2[01]\d\d)")
#: What a period is called -> months in it.
STEPS = {"month": 1.0, "quarter": 3.0, "year": 12.0, "step": 1.0}


def month_numbers(values: pd.Series) -> tuple[Array, Array]:
    """Months since year 0, and which values are no month.

    Parameters
    ----------
    values : Series, shape (n,)
        "2024-05", "2024-05-17", dates or periods; missing ones stay missing.

    Returns
    -------
    (Array of float, Array of bool), each of shape (n,)
    """
    if pd.api.types.is_datetime64_any_dtype(values.dtype) or isinstance(values.dtype, pd.PeriodDtype):
        months = values.dt.year * 12.0 + values.dt.month - 1.0
        return months.to_numpy(dtype=float, na_value=np.nan), np.zeros(len(values), dtype=bool)
    # Few different months stand in many rows.
    codes, words = pd.factorize(values)
    known = np.array([_month(str(w)) for w in words] or [np.nan])
    numbers = np.where(codes >= 0, known[codes], np.nan)
    return numbers, np.isnan(numbers) & (codes >= 0)


def _month(word: str) -> float:
    found = _MONTH.fullmatch(word.strip())
    return int(found[1]) * 12.0 + int(found[2]) - 1.0 if found else np.nan


def period_kind(words: list[str]) -> str | None:
    """What these periods are: "month", "quarter", "year", "step" (whole numbers), None for a mixture or anything else."""
    for kind, pattern in (("month", _MONTH), ("quarter", _QUARTER), ("year", _YEAR)):
        if words and all(pattern.fullmatch(w) for w in words):
            return kind
    return "step" if words and all(re.fullmatch(r"-?\d+(\.0)?", w) for w in words) else None


def period_number(word: str, kind: str) -> float:
    """A period as a whole number of its own steps, so that gaps can be seen."""
    if kind == "month":
        return _month(word)
    if kind == "quarter":
        found = _QUARTER.fullmatch(word)
        return int(found[1]) * 4.0 + int(found[2]) - 1.0 if found else np.nan
    return float(word)
