"""Exponential smoothing with a damped trend, and the theta method: kernels that refit at every origin.

Parameters are chosen from a grid by the sum of squared one-step errors up to the origin. One pass over the series keeps
the states of all of the grid at once, so that a refit at every origin costs no more than one at the last.

References
----------
Gardner, E. S. and McKenzie, E. (1985). Forecasting trends in time series. Management Science 31, 1237-1246.
Hyndman, R. J. and Billah, B. (2003). Unmasking the Theta method. International Journal of Forecasting 19, 287-290.
"""

from __future__ import annotations

import itertools
from functools import cache

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

#: Smoothing of the level, of the trend (as a share of the level's) and damping.
LEVELS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.99)
TRENDS = (0.0, 0.05, 0.1, 0.2, 0.4, 0.7)
DAMPINGS = (0.8, 0.85, 0.9, 0.95, 0.98)


def damped_trend(
    z: Array, origins: NDArray[np.intp], horizon: int, grid: tuple[Array, Array, Array] | None = None
) -> Array:
    """Forecasts of additive exponential smoothing with a damped additive trend, (A, Ad, N).

    Parameters
    ----------
    z : array, shape (n,)
        Without gaps.
    origins : array of int, shape (n_origins,), ascending
        Position of the last value that each forecast knows.
    horizon : int
    grid : (level, trend, damping), each of shape (n_grid,), optional
        Smoothing of the level and of the trend as they enter the recursion, and damping.

    Returns
    -------
    array, shape (n_origins, horizon)
    """
    alpha, beta, phi = _grid() if grid is None else grid
    level, trend, sse = np.full(len(alpha), z[0]), np.zeros(len(alpha)), np.zeros(len(alpha))
    powers = np.cumsum(phi[:, None] ** np.arange(1, horizon + 1), axis=1)
    at = {int(o): i for i, o in enumerate(origins)}
    out = np.empty((len(origins), horizon))
    for t in range(1, int(origins[-1]) + 1):
        step = level + phi * trend
        error = z[t] - step
        sse += error * error
        level, trend = step + alpha * error, phi * trend + beta * error
        if t in at:
            k = int(np.argmin(sse))
            out[at[t]] = level[k] + trend[k] * powers[k]
    return out


def theta(z: Array, origins: NDArray[np.intp], horizon: int, levels: Array | None = None) -> Array:
    """Forecasts of the theta method with θ = 2: exponential smoothing with half the slope of the line through the series.

    Parameters
    ----------
    z, origins, horizon
        As :func:`damped_trend`.
    levels : array, optional
        Smoothing of the level.

    Returns
    -------
    array, shape (n_origins, horizon)
    """
    alpha = np.array(LEVELS) if levels is None else levels
    level, sse = np.full(len(alpha), z[0]), np.zeros(len(alpha))
    slopes, ahead = _slopes(z), np.arange(horizon)
    at = {int(o): i for i, o in enumerate(origins)}
    out = np.empty((len(origins), horizon))
    for t in range(1, int(origins[-1]) + 1):
        error = z[t] - level
        sse += error * error
        level = level + alpha * error
        if t in at:
            k = int(np.argmin(sse))
            a = alpha[k]
            out[at[t]] = level[k] + 0.5 * slopes[t] * (ahead + 1 / a - (1 - a) ** (t + 1) / a)
    return out


@cache
def _grid() -> tuple[Array, Array, Array]:
    alpha, share, phi = np.array(list(itertools.product(LEVELS, TRENDS, DAMPINGS))).T
    return alpha, alpha * share, phi


def _slopes(z: Array) -> Array:
    """Slope of the least-squares line through the values up to each position."""
    t = np.arange(len(z), dtype=float)
    n = t + 1
    st, sz, stz, stt = np.cumsum(t), np.cumsum(z), np.cumsum(t * z), np.cumsum(t * t)
    spread = stt - st * st / n
    return np.divide(stz - st * sz / n, spread, out=np.zeros(len(z)), where=spread > 0)
