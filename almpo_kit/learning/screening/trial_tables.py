"""Tables of simulated screenings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from almpo_kit.learning.screening.methods import PEER, ScreeningMethod
from almpo_kit.learning.screening.screening_trial import COLUMNS

SHARES: Final = np.linspace(0.0, 1.0, 101)
_BAND = (0.1, 0.5, 0.9)


def trial_table(runs: pd.DataFrame, methods: Sequence[ScreeningMethod]) -> pd.DataFrame:
    """One row a method; the one that saves most first."""
    wide = runs.pivot(index="seed", columns="method", values="wss")
    rows = []
    for m in methods:
        mine = runs[runs["method"] == m.name]
        wss = mine["wss"].to_numpy(float)
        more = (np.nan,) * 3
        if PEER in wide and m.name != PEER:
            more = mean_interval((wide[m.name] - wide[PEER]).dropna().to_numpy(float))
        band = np.quantile(wss, _BAND)
        rows.append(
            (m.name, m.label, len(mine), wss.mean(), *band, mine["rrf10"].mean(), mine["atd"].mean(), *more)
        )
    table = pd.DataFrame(rows, columns=list(COLUMNS)).astype({"method": "str", "label": "str"})
    return table.sort_values("wss", ascending=False, kind="stable", ignore_index=True)


def mean_interval(values: NDArray[np.float64]) -> tuple[float, float, float]:
    """Mean and its 95% interval by Student's t; no interval of fewer than two."""
    from scipy.stats import t

    if len(values) < 2:
        return (float(values.mean()) if len(values) else np.nan, np.nan, np.nan)
    half = float(t.ppf(0.975, len(values) - 1)) * float(values.std(ddof=1)) / len(values) ** 0.5
    return float(values.mean()), float(values.mean()) - half, float(values.mean()) + half


def trial_curves(runs: pd.DataFrame, methods: Sequence[ScreeningMethod]) -> pd.DataFrame:
    """Median and 10–90% band of the share found, by share read."""
    parts = []
    for m in methods:
        held = np.asarray(runs.loc[runs["method"] == m.name, "curve"].tolist(), dtype=float)
        low, middle, high = np.quantile(held, _BAND, axis=0)
        columns = {"share_read": SHARES, "median": middle, "low": low, "high": high}
        parts.append(pd.DataFrame(columns).assign(method=m.name, label=m.label))
    order = ["method", "label", "share_read", "median", "low", "high"]
    return pd.concat(parts, ignore_index=True)[order].astype({"method": "str", "label": "str"})
