"""Autoregressions by least squares, refitted at every origin: kernels.

Cross-products of regressors are summed once over time; the fit at each origin is then one small linear system, and all of
them are solved together.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
#: As if so many further periods had been seen in which the past had no bearing on the next change.
PRIOR_PERIODS = 5.0


def autoregression(
    z: Array, origins: NDArray[np.intp], horizon: int, order: int, *, differences: bool = False
) -> Array:
    """Iterated forecasts of AR(p), p from 1 (0 for differences) to ``order`` by Schwarz's criterion at each origin.

    Parameters
    ----------
    z : array, shape (n,)
        Without gaps.
    origins : array of int, shape (n_origins,), ascending
    horizon, order : int
    differences : bool
        An autoregression of the changes without a drift, ARIMA(p, 1, 0); else of the levels with a constant.

    Returns
    -------
    array, shape (n_origins, horizon)
    """
    # Counted from the first value: far from zero a constant and lags are hard to tell apart.
    y = np.diff(z) if differences else z - z[0]
    # An origin's last value stands one earlier among the changes.
    ends = origins - 1 if differences else origins
    orders = range(0 if differences else 1, order + 1)
    sums, counts = _moments(_design(y, order, constant=not differences), ends - order)
    best = np.full(len(origins), np.inf)
    out = np.zeros((len(origins), horizon))
    for p in orders:
        k = p + (0 if differences else 1)
        coefficients, rss = _fit(sums, k)
        # Orders that leave fewer than three values for each coefficient are not tried, but the smallest is.
        score = counts * np.log(np.maximum(rss, 1e-12 * counts) / counts) + k * np.log(counts)
        score[(counts < 3 * (k + 1)) & (p > orders[0])] = np.inf
        ahead = _iterate(y, ends, coefficients, horizon, constant=not differences)
        better = score < best
        out[better], best[better] = ahead[better], score[better]
    return z[origins][:, None] + np.cumsum(out, axis=1) if differences else z[0] + out


def joint(z: Array, companion: Array, origins: NDArray[np.intp], horizon: int, order: int) -> Array:
    """Forecasts of ``z`` from a vector autoregression with a companion, in error-correction form.

    Each change answers to both levels (the pull back to the Beveridge curve) and to ``order`` past changes of both. A ridge
    pulls all responses to zero, so that few periods give a random walk; it is the idea of the Minnesota prior.

    Parameters
    ----------
    z, companion : array, shape (n,)
        Without gaps, e.g. logits of unemployment and vacancy rates.

    Returns
    -------
    array, shape (n_origins, horizon)

    References
    ----------
    Litterman, R. B. (1986). Forecasting with Bayesian vector autoregressions. J. Bus. Econ. Stat. 4, 25-38.
    """
    both = np.column_stack([z, companion])
    start_from = both[0]
    both = both - start_from
    changes = np.diff(both, axis=0)
    lagged = [changes[order - 1 - k : len(changes) - 1 - k] for k in range(order)]
    start = order + 1
    regressors = np.column_stack([np.ones(len(both) - start), both[start - 1 : -1], *lagged])
    sums, counts = _moments(np.column_stack([regressors, changes[order:]]), origins - start)
    coefficients = _ridge(sums, counts, regressors.shape[1])
    state = both[origins]
    moves = [changes[origins - 1 - k] for k in range(order)]
    out = np.empty((len(origins), horizon))
    for h in range(horizon):
        x = np.column_stack([np.ones(len(origins)), state, *moves])
        move = np.einsum("ok,okj->oj", x, coefficients)
        state, moves = state + move, [move, *moves[:-1]]
        out[:, h] = start_from[0] + state[:, 0]
    return out


def _design(y: Array, order: int, *, constant: bool) -> Array:
    """Rows ``[1, y_{t-1} … y_{t-order}, y_t]`` for t from ``order`` on."""
    lags = [y[order - k : len(y) - k] for k in range(1, order + 1)]
    ones = [np.ones(len(y) - order)] if constant else []
    return np.column_stack([*ones, *lags, y[order:]])


def _moments(design: Array, last: NDArray[np.intp]) -> tuple[Array, Array]:
    """Cross-products of the rows up to each of ``last``, and how many rows they are."""
    sums = np.cumsum(design[:, :, None] * design[:, None, :], axis=0)
    return sums[last], (last + 1).astype(float)


def _fit(sums: Array, k: int) -> tuple[Array, Array]:
    """Least squares of the last column on the first ``k``: coefficients and residual sum of squares."""
    xx, xy, yy = sums[:, :k, :k], sums[:, :k, -1], sums[:, -1, -1]
    # A hair of ridge: a constant series has no unique solution, and any of them forecasts the constant.
    scale = np.einsum("oii->o", xx)[:, None, None] / max(k, 1) + 1e-300
    b = (
        np.linalg.solve(xx + 1e-10 * scale * np.eye(k), xy[..., None])[..., 0]
        if k
        else np.zeros((len(xx), 0))
    )
    return b, yy - np.einsum("ok,ok->o", b, xy)


def _iterate(y: Array, ends: NDArray[np.intp], b: Array, horizon: int, *, constant: bool) -> Array:
    p = b.shape[1] - constant
    past = [y[ends - k] for k in range(p)]
    out = np.empty((len(ends), horizon))
    for h in range(horizon):
        value = b[:, 0].copy() if constant else np.zeros(len(ends))
        for k in range(p):
            value += b[:, k + constant] * past[k]
        out[:, h] = value
        past = [value, *past[:-1]] if p else past
    return out


def _ridge(sums: Array, counts: Array, k: int) -> Array:
    """Coefficients (n_origins, k, 2); all but the constant are pulled to zero by their own typical size."""
    xx, xy = sums[:, :k, :k], sums[:, :k, k:]
    means = xx[:, 0, :] / counts[:, None]
    spread = np.einsum("oii->oi", xx) / counts[:, None] - means**2
    penalty = PRIOR_PERIODS * np.maximum(spread, 1e-12)
    penalty[:, 0] = 0.0
    return np.linalg.solve(xx + penalty[:, :, None] * np.eye(k), xy)
