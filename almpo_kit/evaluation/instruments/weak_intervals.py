"""When the usual interval of an instrumental-variable estimate cannot be trusted, and what stands in its place."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.evaluation.inference.bias_reduced import contributions
from almpo_kit.evaluation.instruments.anderson_rubin import one_instrument, several_instruments
from almpo_kit.evaluation.instruments.least_squares import (
    least_squares,
    left_over,
    two_stage_least_squares,
)
from almpo_kit.evaluation.instruments.stages import Stages
from almpo_kit.evaluation.instruments.strength import USUAL_INTERVAL_HOLDS

Array = np.ndarray[Any, np.dtype[Any]]
_LEVEL = 0.95


def weak_intervals(
    both: Stages,
    sample: Sample,
    contrasts: tuple[tuple[str, str], ...],
    fit: dict[str, Any],
    strength: Array,
) -> tuple[tuple[Array, Array] | None, bool]:
    """Anderson–Rubin intervals for contrasts with the comparison where an instrument is not strong.

    Returns
    -------
    ((Array, Array) or None, bool)
        Low and high, shape (c, h), t intervals where an instrument is strong or the contrast is between two
        programmes; and whether any Anderson–Rubin interval is among them.
    """
    from scipy import stats

    e = len(both.programmes)
    if (strength >= USUAL_INTERVAL_HOLDS).all() or not (e == 1 or both.offered_arm):
        return None, False
    width = stats.t.ppf((1 + _LEVEL) / 2, fit["df"]) * np.sqrt(np.einsum("chh->ch", fit["covariance"]))
    low, high = fit["estimate"] - width, fit["estimate"] + width
    used = False
    for i, (arm, other) in enumerate(contrasts):
        if sample.arms[0] not in (arm, other):
            continue
        j = sample.arms.index(arm if other == sample.arms[0] else other) - 1
        if strength[j] >= USUAL_INTERVAL_HOLDS:
            continue
        sign = 1.0 if other == sample.arms[0] else -1.0
        used = True
        for t in range(sample.outcome.shape[1]):
            found = _one(both, sample, j, t, sign * fit["estimate"][i, t], width[i, t])
            low[i, t], high[i, t] = sorted(sign * np.asarray(found))
    return (low, high), used


def _one(both: Stages, sample: Sample, j: int, t: int, centre: float, width: float) -> tuple[float, float]:
    from scipy import stats

    kept = np.isfinite(sample.outcome[:, t])
    mine = both if kept.all() else both.rows(kept)
    weight = sample.weight[kept]
    x = np.hstack([mine.instruments, mine.exogenous])
    y = np.column_stack([sample.outcome[kept, t], mine.participation[:, j]])
    coefficient = least_squares(x, y, weight)
    m = mine.instruments.shape[1]
    own = [j] if len(mine.programmes) > 1 else list(range(m))
    _, local = np.unique(sample.cluster[kept], return_inverse=True)
    made, df = contributions(x, y - x @ coefficient, local, weight, np.eye(x.shape[1])[own])
    covariance = np.einsum("gah,gbl->hlab", made, made)
    reduced, first = coefficient[own, 0], coefficient[own, 1]
    q, free = len(own), float(np.nanmin(df))
    # With several instruments a Hotelling correction of the degrees of freedom keeps the size with few clusters.
    left = max(free - q + 1, 1.0)
    critical = float(stats.f.ppf(_LEVEL, q, left)) * q * free / (left if q > 1 else free)
    if q == 1:
        return one_instrument(float(reduced[0]), float(first[0]), covariance[:, :, 0, 0], critical)
    scale = max(width, 1e-12) if np.isfinite(width) else 1.0
    found = several_instruments(reduced, first, covariance, critical, centre, scale)
    return (float("nan"), float("nan")) if found is None else found


def overidentification(both: Stages, sample: Sample) -> pd.DataFrame:
    """Hansen's test of whether the instruments agree, one row an outcome column: ``column, statistic, df, p_value``.

    Empty with as many instruments as programmes: then nothing can be tested.

    References
    ----------
    Hansen (1982) Econometrica 50, 1029-1054 (two-step, moments clustered).
    """
    from scipy import stats

    spare = both.instruments.shape[1] - both.participation.shape[1]
    rows = []
    for t, column in enumerate(sample.measures["column"]):
        kept = np.isfinite(sample.outcome[:, t])
        mine = both if kept.all() else both.rows(kept)
        extra = mine.instruments.shape[1] - mine.participation.shape[1]
        if spare <= 0 or extra <= 0:
            continue
        _, cluster = np.unique(sample.cluster[kept], return_inverse=True)
        value = _hansen(mine, sample.outcome[kept, t], cluster, sample.weight[kept])
        rows.append(
            {"column": column, "statistic": value, "df": extra, "p_value": float(stats.chi2.sf(value, extra))}
        )
    return pd.DataFrame(rows, columns=["column", "statistic", "df", "p_value"])


def _hansen(both: Stages, outcome: Array, cluster: Array, weight: Array) -> float:
    cleaned = left_over(
        np.column_stack([both.participation, both.instruments, outcome]), both.exogenous, weight
    )
    e = both.participation.shape[1]
    d, z, y = cleaned[:, :e], cleaned[:, e:-1], cleaned[:, -1]
    first = two_stage_least_squares(
        both.participation, both.instruments, both.exogenous, outcome[:, None], weight
    )
    moments = z * (weight * first.residual[:, 0])[:, None]
    sums = np.zeros((int(cluster.max()) + 1, z.shape[1]))
    np.add.at(sums, cluster, moments)
    inverse = np.linalg.pinv(sums.T @ sums, hermitian=True)
    zd, zy = z.T @ (d * weight[:, None]), z.T @ (weight * y)
    beta = np.linalg.solve(zd.T @ inverse @ zd, zd.T @ inverse @ zy)
    gap = zy - zd @ beta
    return float(gap @ inverse @ gap)
