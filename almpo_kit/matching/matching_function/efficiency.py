"""Efficiency of matching by cell and over time, with constant returns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.matching.balance.small_cells import MINIMUM
from almpo_kit.matching.matching_function.estimating import Model
from almpo_kit.matching.matching_function.kernels.cluster_robust import Fit
from almpo_kit.matching.matching_function.panel import Panel

Array = np.ndarray[Any, np.dtype[Any]]


def by_cell(data: Panel, tied: Model, *, periods: bool) -> pd.DataFrame:
    """Efficiency φ of every cell, its geometric mean over cells being one.

    A cell's effect from few hires is mostly noise; it is drawn towards the middle by its share of noise (empirical Bayes,
    variance between cells by moments), so that thin cells do not pass for very good or very bad ones.

    Returns
    -------
    DataFrame
        ``*keys, efficiency, raw, se_log, weight_own, n_periods, hires``; ``efficiency`` is after shrinkage. What tells the
        number of hires (people) is empty where there were fewer than ten in all.
    """
    base = _base(data, tied, periods=periods)
    n = np.bincount(data.cell).astype(float)
    hires = np.bincount(data.cell, data.hires)
    if tied.mean is None:
        each = np.log(data.hires) - np.log(base)
        effect = np.bincount(data.cell, each) / n
        counting = np.bincount(data.cell, 1 / data.hires) / n
        residual = each - effect[data.cell]
        lost = len(data) - len(data.keys) - len(tied.fit.beta)
        excess = max(float((residual**2).sum() / max(lost, 1) - (1 / data.hires).mean()), 0.0)
        noise = (excess + counting) / n
    else:
        effect = np.log(hires / np.bincount(data.cell, base))
        # Over-dispersion beside Poisson, as a share of the mean squared: what makes hires vary beyond counting.
        surplus = ((data.hires - tied.mean) ** 2 - tied.mean).sum() / (tied.mean**2).sum()
        noise = max(float(surplus), 0.0) / n + 1 / hires
    own, middle = _shrinkage(effect, noise)
    drawn = middle + own * (effect - middle)
    few = (hires > 0) & (hires < MINIMUM)
    return data.keys.assign(
        efficiency=np.exp(drawn - drawn.mean()),
        raw=np.where(few, np.nan, np.exp(effect - effect.mean())),
        se_log=np.where(few, np.nan, np.sqrt(noise)),
        weight_own=np.where(few, np.nan, own),
        n_periods=n.astype(int),
        hires=np.where(few, np.nan, hires),
    )


def _base(data: Panel, tied: Model, *, periods: bool) -> Array:
    """Hires that a cell of efficiency one would have made."""
    a = tied.vacancies
    when = np.concatenate([[0.0], tied.fit.beta[1:]])[data.period] if periods else 0.0
    return np.exp((1 - a) * np.log(data.unemployed) + a * np.log(data.vacancies) + when)


def _shrinkage(effect: Array, noise: Array) -> tuple[Array, float]:
    """Weight of each cell's own effect, and the middle that the rest comes from (Paule and Mandel's moments)."""

    def middle(between: float) -> tuple[float, float]:
        w = 1 / (between + noise)
        centre = float((w * effect).sum() / w.sum())
        return centre, float((w * (effect - centre) ** 2).sum()) - (len(effect) - 1)

    low, high = 0.0, float(np.var(effect)) * 4 + 1e-12
    if middle(0.0)[1] <= 0:
        return np.zeros(len(effect)), middle(0.0)[0]
    for _ in range(80):
        mid = (low + high) / 2
        low, high = (mid, high) if middle(mid)[1] > 0 else (low, mid)
    between = (low + high) / 2
    return between / (between + noise), middle(between)[0]


def over_time(
    data: Panel,
    tied: Model,
    error: Callable[[Fit, Array], tuple[float, float]],
    confidence: float,
    *,
    periods: bool,
) -> pd.DataFrame:
    """Efficiency of every period against the (geometric) average period.

    Returns
    -------
    DataFrame
        ``period, efficiency, low, high, se_log, df``.
    """
    from scipy.stats import t

    n = len(data.periods)
    rows = []
    for k, name in enumerate(data.periods if periods else ()):
        contrast = np.zeros(len(tied.fit.beta))
        contrast[1:] = -1 / n
        if k:
            contrast[k] += 1.0
        value = float(contrast @ tied.fit.beta)
        se, df = error(tied.fit, contrast)
        half = float(t.ppf(0.5 + confidence / 2, df)) * se
        ends = {"low": np.exp(value - half), "high": np.exp(value + half)}
        rows.append({"period": name, "efficiency": np.exp(value), **ends, "se_log": se, "df": df})
    return pd.DataFrame(rows, columns=["period", "efficiency", "low", "high", "se_log", "df"])
