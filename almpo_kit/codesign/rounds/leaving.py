"""What those who left had said, beside those who stayed."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

LEAVER_COLUMNS: Final = (
    *("item", "round", "n_left", "n_stayed", "mean_left", "mean_stayed", "difference", "low", "high", "p"),
    *("p_holm", "otherwise"),
)
LEVEL: Final = 0.05


def compared(rows: pd.DataFrame, item: str, number: int, later: set[str], least: int) -> dict[str, Any]:
    """Answers of a round by who answered the next.

    Parameters
    ----------
    rows : DataFrame
        Answers to one statement.
    item : str
    number : int
        Round.
    later : set of str
        Who answered the next round.
    least : int
        Smallest group that is shown.
    """
    rows = rows[rows["round"] == number]
    stayed = rows["participant"].isin(later)
    a, b = rows.loc[~stayed, "value"].to_numpy(), rows.loc[stayed, "value"].to_numpy()
    head = {"item": item, "round": number, "n_left": len(a), "n_stayed": len(b)}
    return head if min(len(a), len(b)) < max(least, 2) else head | difference(a, b)


def difference(a: np.ndarray[Any, np.dtype[Any]], b: np.ndarray[Any, np.dtype[Any]]) -> dict[str, float]:
    """Means, their difference with Welch's 95% interval, and Mann and Whitney's p with ties corrected for.

    Parameters
    ----------
    a, b : array, shape (n,)
        At least two answers each.
    """
    from scipy.special import stdtrit
    from scipy.stats import mannwhitneyu

    va, vb = a.var(ddof=1) / len(a), b.var(ddof=1) / len(b)
    gap, se = float(a.mean() - b.mean()), float(np.sqrt(va + vb))
    reach = 0.0
    if se > 0:
        df = (va + vb) ** 2 / (va**2 / (len(a) - 1) + vb**2 / (len(b) - 1))
        reach = float(stdtrit(df, 0.975)) * se
    alike = len(np.unique(np.concatenate([a, b]))) == 1
    p = 1.0 if alike else float(mannwhitneyu(a, b, method="asymptotic").pvalue)
    return {
        "mean_left": float(a.mean()),
        "mean_stayed": float(b.mean()),
        "difference": gap,
        "low": gap - reach,
        "high": gap + reach,
        "p": p,
    }


def with_holm(table: pd.DataFrame) -> pd.DataFrame:
    """The same with ``p_holm`` and ``otherwise``."""
    p = table["p"].astype(float)
    known = p.dropna().sort_values(kind="stable")
    m = len(known)
    stepped = np.minimum(np.maximum.accumulate(known.to_numpy() * (m - np.arange(m))), 1.0)
    table["p_holm"] = pd.Series(stepped, index=known.index, dtype=float).reindex(table.index)
    table["otherwise"] = (table["p_holm"] <= LEVEL).astype("boolean").where(table["p_holm"].notna())
    return table.astype(dict.fromkeys(("mean_left", "mean_stayed", "difference", "low", "high", "p"), float))
