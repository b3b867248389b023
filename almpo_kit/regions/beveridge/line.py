"""The log-linear Beveridge curve, log v = a − b log u, with level shifts at given dates.

References
----------
Blanchard and Diamond (1989) Brookings Papers Econ. Act. 1989(1), 1-76 (movements along and shifts of the
curve); Michaillat and Saez (2021) J. Public Econ. Plus 2, 100009 (log-linear, with breaks in its level).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from almpo_kit.regions.beveridge.hac import (
    Array,
    Mask,
    bandwidth,
    critical_value,
    effective_number,
    persistence,
    residual_maker,
    variances,
)

#: Draws behind a critical value or a p-value.
DRAWS = 1999


@dataclass(frozen=True)
class Line:
    """A fitted curve.

    Parameters
    ----------
    slope : float
        b: a curve that slopes downwards has a positive one.
    low, high : float
        Its interval; equal to the slope where it was assumed and not estimated.
    se, critical : float
        Newey–West standard error, and what it was multiplied with.
    levels : tuple of float
        a before the first jump and after each.
    jumps : tuple of int
        First periods after the jumps.
    scatter : float
        Standard deviation of log v around the curve.
    rho : float
        Autocorrelation of that scatter.
    n : int
    effective : float
        Independent observations that would say as much about the slope.
    lags : int
    quantile : float
        Student quantile for the scatter: its degrees of freedom are the independent observations that would tell
        as much about a mean, less the coefficients, and never less than two.
    assumed : bool
    """

    slope: float
    low: float
    high: float
    se: float
    critical: float
    levels: tuple[float, ...]
    jumps: tuple[int, ...]
    scatter: float
    rho: float
    n: int
    effective: float
    lags: int
    quantile: float
    assumed: bool = False

    @property
    def told(self) -> bool:
        """True where the slope is told to be downward: its whole interval lies above zero."""
        return self.low > 0


def steps(periods: int, jumps: tuple[int, ...]) -> Array:
    """Columns that are one before the first jump (always) and from each jump on."""
    at = np.arange(periods)
    return np.column_stack([np.ones(periods), *[(at >= j).astype(float) for j in jumps]])


def fit(
    log_u: Array,
    log_v: Array,
    *,
    jumps: tuple[int, ...] = (),
    extra: Array | None = None,
    level: float = 0.95,
    draws: int = DRAWS,
    seed: int = 0,
) -> Line:
    """Fit the curve by least squares.

    Parameters
    ----------
    log_u, log_v : array, shape (n_periods,)
        NaN where missing.
    jumps : tuple of int
        First periods after level shifts.
    extra : array, shape (n_periods, n_more), optional
        More regressors, e.g. a straight drift.
    """
    seen = np.isfinite(log_u) & np.isfinite(log_v)
    x = np.column_stack([log_u, steps(len(log_u), jumps), *([] if extra is None else [extra])])
    x, y = np.where(seen[:, None], x, 0.0), np.where(seen, log_v, 0.0)
    weights, maker = residual_maker(x, seen)
    beta, e = weights @ y, maker @ y
    n, k = int(seen.sum()), x.shape[1]
    lags, rho = bandwidth(n), persistence(e, seen, k)
    se = math.sqrt(max(float(variances(weights[0] * e, lags, n, k)), 0.0))
    critical = critical_value(x, seen, 0, rho=rho, lags=lags, level=level, draws=draws, seed=seed)
    own = weights[0] / (weights[0] @ weights[0])
    return Line(
        slope=float(-beta[0]),
        low=float(-beta[0] - critical * se),
        high=float(-beta[0] + critical * se),
        se=se,
        critical=critical,
        levels=tuple(float(a) for a in np.cumsum(beta[1 : 2 + len(jumps)])),
        jumps=jumps,
        scatter=_scatter(e, maker, seen, rho),
        rho=rho,
        n=n,
        effective=effective_number(n, rho, persistence(own, seen, k)),
        lags=lags,
        quantile=_quantile(n, k, rho, level),
    )


def assume(
    log_u: Array, log_v: Array, slope: float, *, jumps: tuple[int, ...] = (), level: float = 0.95
) -> Line:
    """The curve with a slope that somebody else found; only its levels are fitted."""
    seen = np.isfinite(log_u) & np.isfinite(log_v)
    x = np.where(seen[:, None], steps(len(log_u), jumps), 0.0)
    y = np.where(seen, log_v + slope * log_u, 0.0)
    weights, maker = residual_maker(x, seen)
    e, n, k = maker @ y, int(seen.sum()), x.shape[1]
    rho = persistence(e, seen, k)
    return Line(
        *(slope, slope, slope, 0.0, 0.0),
        levels=tuple(float(a) for a in np.cumsum(weights @ y)),
        jumps=jumps,
        scatter=_scatter(e, maker, seen, rho),
        rho=rho,
        n=n,
        effective=max(effective_number(n, rho, 1.0), 1.0),
        lags=bandwidth(n),
        quantile=_quantile(n, k, rho, level),
        assumed=True,
    )


def correlation(periods: int, rho: float) -> Array:
    """Correlations of first-order autocorrelated errors."""
    at = np.arange(periods)
    return np.asarray(rho ** np.abs(at[:, None] - at))


def _quantile(n: int, k: int, rho: float, level: float) -> float:
    from scipy.stats import t

    return float(t.ppf(0.5 + level / 2, max(effective_number(n, rho, 1.0) - k, 2.0)))


def _scatter(e: Array, maker: Array, seen: Mask, rho: float) -> float:
    """Standard deviation of the errors: residuals are smaller, the more so the more persistent they are."""
    expected = float(np.trace(maker @ correlation(len(seen), rho) @ maker))
    return math.sqrt(float(e @ e) / expected) if expected > 1e-12 else 0.0
