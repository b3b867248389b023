"""SYNTHETIC labour markets whose truth is known."""

from __future__ import annotations

import numpy as np
import pandas as pd

from almpo_kit.matching.cycle import timeline


def frame(
    u: np.ndarray,
    v: np.ndarray | None = None,
    *,
    first: str = "2000-Q1",
    geo: str = "EL",
    source: str = "SYNTHETIC, SA",
    vacancy_source: str | None = None,
    unit: str = "PC",
) -> pd.DataFrame:
    """An ``indicators`` frame of one or two rates; NaN is no row."""
    f = timeline.frequency_of(first)
    assert f is not None
    start = timeline.position(first)
    series = [("unemployment_rate", "PC_ACT", u, source)]
    series += [] if v is None else [("job_vacancy_rate", unit, v, vacancy_source or source)]
    rows = [
        {
            "geo": geo,
            "nuts_version": None,
            "indicator": name,
            "unit": own,
            "period": timeline.name(start + i, f),
            "value": float(value),
            "flag": None,
            "source": said,
        }
        for name, own, values, said in series
        for i, value in enumerate(values)
        if np.isfinite(value)
    ]
    return pd.DataFrame(rows)


def market(n: int, *, rho: float = 0.9, seed: int = 1, noise: float = 0.05) -> tuple[np.ndarray, np.ndarray]:
    """Unemployment around 8% and vacancies around 2% that come back to their means on a Beveridge curve."""
    rng = np.random.default_rng(seed)
    z = np.zeros(n)
    for t in range(1, n):
        z[t] = rho * z[t - 1] + noise * rng.standard_normal()
    return 8 * np.exp(z), 2 * np.exp(-z + 0.3 * noise * rng.standard_normal(n))


def walk(n: int, *, seed: int = 1, noise: float = 0.05) -> np.ndarray:
    """A random walk of logarithms: nothing beats its last value."""
    return np.cumsum(noise * np.random.default_rng(seed).standard_normal(n))


def stocks(seed: int = 1) -> pd.DataFrame:
    """Three regions by four occupations."""
    rng = np.random.default_rng(seed)
    cells = [(g, o) for g in ("EL30", "EL41", "EL52") for o in ("2512", "7112", "5120", "9312")]
    return pd.DataFrame(
        [(g, o, float(rng.integers(100, 900)), float(rng.integers(20, 200)), "SYNTHETIC") for g, o in cells],
        columns=["geo", "occupation", "unemployed", "vacancies", "source"],
    )
