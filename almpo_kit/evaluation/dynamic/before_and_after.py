"""What stood before unemployment began, and what became of people after the moment compared."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.dynamic.paths import Paths
from almpo_kit.evaluation.dynamic.risk_sets import Moments

Array = np.ndarray[Any, np.dtype[Any]]

#: Limits, in months before unemployment began, of the stretches that history is told in.
STRETCHES = (0, 3, 12, 24, 36, 60)


def stretches(history: int) -> list[tuple[int, int]]:
    """First and last month before unemployment of each stretch up to ``history`` months.

    >>> stretches(24)
    [(1, 3), (4, 12), (13, 24)]
    """
    limits = [s for s in STRETCHES if s < history] + [history]
    return [(a + 1, b) for a, b in itertools.pairwise(limits)]


def window_mean(held: Paths, matrix: Array, person: Array, first: Array, last: Array) -> Array:
    """Mean of each row's person over calendar months ``first`` … ``last``.

    Missing where fewer than half of these months are known.

    Parameters
    ----------
    matrix : Array, shape (n, t)
        -1 (whole numbers) or NaN where not known.
    person, first, last : Array of int, shape (r,)
    """
    values = np.where(matrix < 0, np.nan, matrix) if matrix.dtype.kind != "f" else matrix
    known = ~np.isnan(values)
    total = np.cumsum(np.where(known, values, 0.0), axis=1)
    count = np.cumsum(known, axis=1, dtype=np.int32)
    total, count = (np.pad(a, ((0, 0), (1, 0))) for a in (total, count))
    a = np.clip(first - held.first_month, 0, matrix.shape[1])
    b = np.clip(last - held.first_month + 1, 0, matrix.shape[1])
    b = np.maximum(a, b)
    number = count[person, b] - count[person, a]
    enough = (2 * number >= last - first + 1) & (number > 0)
    return np.where(enough, (total[person, b] - total[person, a]) / np.maximum(number, 1), np.nan)


def history_columns(held: Paths, rows: Moments, history: int) -> pd.DataFrame:
    """Work, earnings and registration before unemployment began, and earnings while waiting.

    Returns
    -------
    DataFrame, shape (r, ...)
    """
    began, person = held.began[rows.person], rows.person
    made: dict[str, Array] = {}
    for a, b in stretches(history):
        made[f"employed_{a}_to_{b}_before"] = window_mean(held, held.employed, person, began - b, began - a)
        if held.earnings is not None:
            made[f"earnings_{a}_to_{b}_before"] = window_mean(
                held, held.earnings, person, began - b, began - a
            )
    if (held.registered >= 0).any():
        name = f"registered_1_to_{history}_before"
        made[name] = window_mean(held, held.registered, person, began - history, began - 1)
    if held.earnings is not None:
        earned = window_mean(held, held.earnings, person, began, began + rows.elapsed - 1)
        earned = np.where(rows.elapsed == 0, 0.0, earned)
        if np.nansum(np.abs(earned)) > 0:
            made["earnings_while_waiting"] = earned
    if held.before.any():
        made["programmes_before"] = held.before[person]
    return pd.DataFrame(made)


def outcome_columns(held: Paths, rows: Moments, horizon: int) -> pd.DataFrame:
    """``employed_{m}`` and ``earnings_{m}``, m months after the moment compared.

    Not in work is what the data say about work; that somebody left the register says nothing about it.

    Returns
    -------
    DataFrame, shape (r, horizon) or (r, 2 × horizon)
    """
    month = held.began[rows.person] + rows.elapsed
    later = range(1, horizon + 1)
    work = np.where(held.employed < 0, np.nan, held.employed.astype(float))
    made = {f"employed_{m}": held.at(work, rows.person, month + m) for m in later}
    if held.earnings is not None:
        made |= {f"earnings_{m}": held.at(held.earnings, rows.person, month + m) for m in later}
    return pd.DataFrame(made)
