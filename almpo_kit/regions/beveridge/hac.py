"""How uncertain a slope is when neighbouring quarters resemble each other.

Kernels on arrays. The variance of a coefficient is that of Newey and West; its critical value comes from
simulating the same statistic with first-order autocorrelated errors on the same regressors, because with 28
persistent quarters every formula built for many quarters is far too short (see ``tests/reference/README.md``).

References
----------
Newey and West (1987) Econometrica 55, 703-708; Andrews (1991) Econometrica 59, 817-858 (the factor
n / (n − k)); Kiefer and Vogelsang (2005) Econometric Theory 21, 1130-1164 (critical values that know the
bandwidth); Lazarus, Lewis, Stock and Watson (2018) J. Bus. Econ. Stat. 36, 541-559 (the bandwidth);
Kendall (1954) Biometrika 41, 403-404 (bias of an autocorrelation).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

#: Highest autocorrelation that is believed: at 1 nothing at all could be told.
HIGHEST = 0.95


def bandwidth(n: int) -> int:
    """Number of lags that get a weight, ⌈1.3 √n⌉ − 1.

    >>> bandwidth(28)
    6
    """
    return math.ceil(1.3 * math.sqrt(n)) - 1


def variances(scores: Array, lags: int, n: int, k: int) -> Array:
    """Newey–West variance of one coefficient, for one or many sets of residuals.

    Parameters
    ----------
    scores : array, shape (..., n_periods)
        Weight of each period in the coefficient times its residual; zero where a period is missing, so that
        a lag is always a distance in time.
    lags : int
        Weights fall from 1 to 0 at lag ``lags + 1`` (Bartlett).
    n, k : int
        Observations and coefficients; the variance is scaled by n / (n − k).
    """
    total = np.einsum("...t,...t->...", scores, scores)
    for lag in range(1, min(lags, scores.shape[-1] - 1) + 1):
        products = np.einsum("...t,...t->...", scores[..., lag:], scores[..., :-lag])
        total = total + 2 * (1 - lag / (lags + 1)) * products
    return np.asarray(total * n / (n - k))


def persistence(residuals: Array, observed: Mask, k: int) -> float:
    """First-order autocorrelation of regression residuals, corrected for its bias.

    Residuals of a short series show less of it than the errors have; the expectation of the estimate is
    about ρ − (k + 3ρ)/n. Below zero it counts as zero, above 0.95 as 0.95.
    """
    e = np.where(observed, residuals, 0.0)
    both = observed[1:] & observed[:-1]
    n, total = int(observed.sum()), float(e @ e)
    if total <= 0 or not both.any():
        return 0.0
    raw = float(e[1:] @ e[:-1]) / total * n / (int(both.sum()) + 1)
    return float(np.clip((raw + k / n) / (1 - 3 / n), 0.0, HIGHEST))


def effective_number(n: int, error: float, regressor: float) -> float:
    """How many independent observations tell as much about a slope as ``n`` autocorrelated ones.

    n (1 − ρₑρₓ) / (1 + ρₑρₓ), for first-order autocorrelated errors and regressor (Bartlett's formula).

    >>> round(effective_number(28, 0.8, 0.9), 1)
    4.6
    """
    both = error * max(regressor, 0.0)
    return n * (1 - both) / (1 + both)


def fixed_b(lags: int, n: int) -> float:
    """Two-sided 5% critical value of a Bartlett t statistic whose bandwidth is a share of the sample.

    The cubic that Kiefer and Vogelsang (2005, table 1) fit to the limit distribution; 1.96 at share 0.
    """
    b = min((lags + 1) / n, 1.0)
    return 1.9600 + 2.9694 * b + 0.4160 * b**2 - 0.5324 * b**3


def errors(rng: np.random.Generator, draws: int, periods: int, rho: float) -> Array:
    """Stationary first-order autocorrelated errors of variance one, shape (draws, periods)."""
    shocks = rng.standard_normal((draws, periods))
    out = np.empty_like(shocks)
    out[:, 0] = shocks[:, 0]
    scale = math.sqrt(1 - rho**2)
    for t in range(1, periods):
        out[:, t] = rho * out[:, t - 1] + scale * shocks[:, t]
    return out


def residual_maker(x: Array, observed: Mask) -> tuple[Array, Array]:
    """Pseudo-inverse and residual maker of the regressors, with zeros at missing periods.

    Returns
    -------
    weights : array, shape (n_coefficients, n_periods)
        ``weights @ y`` are the coefficients.
    maker : array, shape (n_periods, n_periods)
        ``maker @ y`` are the residuals; ``y`` must be zero where a period is missing.
    """
    kept = np.where(observed[:, None], x, 0.0)
    weights = np.linalg.pinv(kept)
    return weights, np.diag(observed.astype(float)) - kept @ weights


def critical_value(
    x: Array, observed: Mask, at: int, *, rho: float, lags: int, level: float, draws: int, seed: int
) -> float:
    """What |estimate| / SE must exceed, for these regressors and errors with autocorrelation ``rho``.

    Never below the critical value that holds in the limit (:func:`fixed_b`, at 95%).

    Parameters
    ----------
    x : array, shape (n_periods, n_coefficients)
    at : int
        Which coefficient.
    """
    weights, maker = residual_maker(x, observed)
    e = errors(np.random.default_rng(seed), draws, len(observed), rho) * observed
    n, k = int(observed.sum()), x.shape[1]
    spread = np.sqrt(variances(weights[at] * (e @ maker), lags, n, k))
    simulated = float(np.quantile(np.abs(e @ weights[at]) / spread, level))
    return max(simulated, fixed_b(lags, n)) if math.isclose(level, 0.95) else simulated
