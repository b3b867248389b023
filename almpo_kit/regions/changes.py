"""Changes over time on unchanged territories, and ranks."""

from __future__ import annotations

import pandas as pd

from almpo_kit.vocabulary.indicators import Indicator

#: Decimals to which differences are rounded, so that 6.9 − 5.9 is 1 and not 1.0000000000000009.
DIFFERENCE_DIGITS = 6


def change_over_year(comparable: pd.DataFrame, period: str) -> pd.Series:
    """Change from the year before; NaN where either year is missing or of another NUTS vintage.

    Parameters
    ----------
    comparable : DataFrame, shape (n_regions, n_years)
        Values on one vintage's territories (:attr:`Panel.comparable`).
    """
    before = str(int(period) - 1)
    return change_between(comparable, before if before in comparable else period, period)


def change_since(comparable: pd.DataFrame, period: str, start: str | None = None) -> pd.DataFrame:
    """Change from the first year with a value (not before ``start``) to ``period``.

    Parameters
    ----------
    comparable : DataFrame, shape (n_regions, n_years)

    Returns
    -------
    DataFrame, shape (n_regions, 3)
        ``change``, ``first_period`` and ``years`` between the two. All are missing where ``period`` has no
        value; ``change`` and ``years`` are where it is itself the first.
    """
    years = [c for c in comparable.columns if c <= period and (start is None or c >= start)]
    window = comparable[years]
    there = comparable[period].notna()
    first = (
        window.notna().idxmax(axis=1).where(there) if years else pd.Series(index=window.index, dtype="str")
    )
    # `bfill` brings the first value of each row to the front, which is the value at `first`.
    start_value = window.bfill(axis=1).iloc[:, 0] if years else pd.Series(index=window.index, dtype=float)
    earlier = there & (first != period)
    elapsed = int(period) - first.where(earlier).astype(float)
    change = (comparable[period] - start_value).round(DIFFERENCE_DIGITS).where(earlier)
    return pd.DataFrame({"change": change, "first_period": first, "years": elapsed})


def common_start(comparable: pd.DataFrame, period: str) -> str:
    """The first year from which nearly all regions with a value in ``period`` can be followed.

    Nearly all: at least 90% of them, or all but one of four or more. So one span serves all regions, and
    one short series does not shorten everybody's.

    Returns
    -------
    str
        A year; ``period`` itself where there is no earlier one.
    """
    window = comparable.loc[comparable[period].notna(), [c for c in comparable.columns if c <= period]]
    n = len(window)
    gaps = window.isna().sum()
    enough = gaps.index[(gaps <= 0.1 * n) | ((gaps <= 1) & (n >= 4))]
    return str(enough.min()) if n else period


def change_between(comparable: pd.DataFrame, start: str, period: str) -> pd.Series:
    """Change from ``start`` to ``period``; NaN where either is missing or they are the same year."""
    if start == period:
        return pd.Series(float("nan"), index=comparable.index)
    return (comparable[period] - comparable[start]).round(DIFFERENCE_DIGITS)


def ranks(values: pd.Series, indicator: Indicator) -> pd.Series:
    """Rank 1 is the most favourable value; equal values share the better rank; no value, no rank.

    Where neither direction is favourable, rank 1 is the highest value.
    """
    ascending = indicator.favourable < 0
    return values.rank(method="min", ascending=ascending).astype("Int64")
