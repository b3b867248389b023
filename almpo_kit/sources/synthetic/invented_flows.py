"""Months of stocks with hires, from a matching function whose elasticity and efficiencies are known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

#: Elasticity of hires with respect to unemployed people; the rest is that of vacancies.
UNEMPLOYMENT_ELASTICITY = 0.6
_EFFICIENCY, _EFFICIENCY_SPREAD, _NOISE = 0.25, 0.25, 0.1
#: Registers are larger than the sample of people that is drawn.
_SCALE = 20.0


def monthly_flows(
    expected: pd.DataFrame, months: int, source: str, rng: np.random.Generator
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Stocks by month and hires, drawn around the expected stocks over a common and a local cycle.

    Parameters
    ----------
    expected : DataFrame
        ``geo, occupation, unemployed, vacancies``.

    Returns
    -------
    (panel, truth)
        Hires are Poisson with mean ``efficiency x unemployed^a x vacancies^(1 - a) x exp(noise)``.
    """
    import pandas as pd

    n, a = len(expected), UNEMPLOYMENT_ELASTICITY
    occupations = sorted(expected["occupation"].unique())
    efficiency = dict(
        zip(occupations, _EFFICIENCY * rng.lognormal(0, _EFFICIENCY_SPREAD, len(occupations)), strict=True)
    )
    phi = expected["occupation"].map(efficiency).to_numpy(dtype=float)
    cycle = 0.3 * np.sin(2 * np.pi * np.arange(months) / 40.0)
    local = {side: _walk(n, months, rng) for side in ("unemployed", "vacancies")}
    frames = []
    for t in range(months):
        u = rng.poisson(
            _SCALE * expected["unemployed"].to_numpy() * np.exp(cycle[t] + local["unemployed"][:, t])
        )
        v = rng.poisson(
            _SCALE * expected["vacancies"].to_numpy() * np.exp(-cycle[t] + local["vacancies"][:, t])
        )
        hires = rng.poisson(phi * u**a * v ** (1 - a) * np.exp(rng.normal(0, _NOISE, n)))
        period = f"{2021 + t // 12}-{t % 12 + 1:02d}"
        frames.append(
            expected[["geo", "occupation"]].assign(period=period, unemployed=u, vacancies=v, hires=hires)
        )
    truth = {"unemployment_elasticity": a, "efficiency": efficiency, "noise": _NOISE}
    return pd.concat(frames, ignore_index=True).assign(source=source), truth


def _walk(n: int, months: int, rng: np.random.Generator) -> np.ndarray:
    """Stationary local departures that last some months, shape (n, months)."""
    out = np.empty((n, months))
    out[:, 0] = rng.normal(0, 0.25, n)
    for t in range(1, months):
        out[:, t] = 0.9 * out[:, t - 1] + rng.normal(0, 0.25 * np.sqrt(1 - 0.81), n)
    return out
