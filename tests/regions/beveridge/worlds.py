"""SYNTHETIC labour markets whose curve, slope and shifts are known."""

from __future__ import annotations

import numpy as np
import pandas as pd

from almpo_kit.regions.beveridge import periods
from almpo_kit.regions.beveridge.hac import errors


def frame(
    u: np.ndarray,
    v: np.ndarray,
    *,
    first: str = "2010-Q1",
    geo: str = "EL",
    source: str = "SYNTHETIC, NSA",
    unit: str = "PC",
) -> pd.DataFrame:
    """An ``indicators`` frame of two series by quarter (or month); NaN is no row."""
    frequency = 4 if "Q" in first else 12
    start = periods.number(first, frequency)
    assert start is not None
    rows = [
        {
            "geo": geo,
            "nuts_version": None,
            "indicator": name,
            "unit": own,
            "age": age,
            "period": periods.name(start + i, frequency),
            "value": value,
            "flag": None,
            "source": source,
        }
        for name, own, age, series in (
            ("unemployment_rate", "PC_ACT", "Y15-74", u),
            ("job_vacancy_rate", unit, "TOTAL", v),
        )
        for i, value in enumerate(series)
        if np.isfinite(value)
    ]
    return pd.DataFrame(rows)


def market(
    n: int = 48,
    *,
    slope: float = 1.0,
    shift: float = 0.0,
    at: int | None = None,
    rho: float = 0.5,
    noise: float = 0.05,
    wander: float = 0.9,
    seed: int = 1,
) -> tuple[np.ndarray, np.ndarray]:
    """Unemployment that wanders and vacancies on a curve, which from ``at`` on lies ``shift`` further out.

    ``shift`` is in log unemployment: 0.2 is 20% more unemployment at the same vacancies.
    """
    rng = np.random.default_rng(seed)
    log_u = np.log(8.0) + 0.25 * errors(rng, 1, n, wander)[0]
    moved = slope * shift * (np.arange(n) >= (n if at is None else at))
    log_v = np.log(2.0) - slope * (log_u - np.log(8.0)) + moved + noise * errors(rng, 1, n, rho)[0]
    return np.exp(log_u), np.exp(log_v)
