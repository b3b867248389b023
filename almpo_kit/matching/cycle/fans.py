"""Fans from the errors that forecasts made: conformal intervals that learn as time goes on, a kernel.

At each origin only errors known by then are used. The half-width of a level blends two estimates: the empirical quantile
of past absolute errors at that horizon (split conformal prediction), and a Student interval around a scale that leans on
the size of all changes over the horizon where errors are few. The empirical one counts by the number of misses that it
can have seen: one expected miss weighs as much as the Student interval. Misses widen the fan at once and hits narrow it
slowly (adaptive conformal inference on the logarithm of the width), so that its coverage holds in the long run whatever
the series does.

References
----------
Vovk, V., Gammerman, A. and Shafer, G. (2005). Algorithmic Learning in a Random World. Springer.
Gibbs, I. and Candès, E. (2021). Adaptive conformal inference under distribution shift. NeurIPS 34.
Angelopoulos, A., Candès, E. and Tibshirani, R. (2023). Conformal PID control for time series prediction. NeurIPS 36.
"""

from __future__ import annotations

import bisect

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

LEVELS = (0.5, 0.8, 0.95)
#: Errors' worth that the size of plain changes counts in the scale.
PRIOR = 4.0
#: Step of the logarithm of the width at a miss, at one period ahead.
STEP = 0.05


def half_widths(errors: Array, spread: Array, levels: tuple[float, ...] = LEVELS) -> Array:
    """Half-widths of the intervals, origin by origin.

    Parameters
    ----------
    errors : array, shape (n_origins, horizon)
        Forecast errors at consecutive origins; NaN where the outcome is not known at the end of the series.
    spread : array, shape (n_origins, horizon)
        Root mean square of all changes over 1 … horizon periods, known at the origin.
    levels : tuple of float

    Returns
    -------
    array, shape (n_origins, horizon, n_levels)
    """
    out = np.empty((*errors.shape, len(levels)))
    for h in range(errors.shape[1]):
        for k, level in enumerate(levels):
            out[:, h, k] = _path(np.abs(errors[:, h]), spread[:, h], h + 1, level)
    # Levels are followed one by one; what must nest is made to.
    return np.maximum.accumulate(out, axis=2)


def _path(errors: Array, spread: Array, ahead: int, level: float) -> Array:
    """Half-widths of one horizon and level."""
    base = _base(errors, spread, ahead, level)
    out, log_factor = np.empty(len(errors)), 0.0
    step = STEP / np.sqrt(ahead)
    for i in range(len(errors)):
        j = i - ahead
        if j >= 0 and np.isfinite(errors[j]):
            log_factor += step * (float(errors[j] > out[j]) - (1 - level))
        out[i] = base[i] * np.exp(log_factor)
    return out


def _base(errors: Array, spread: Array, ahead: int, level: float) -> Array:
    """Blend of the empirical quantile and the Student interval."""
    from scipy.special import stdtrit

    known = np.clip(np.arange(len(errors)) - ahead + 1, 0, None)
    squares = np.concatenate([[0.0], np.cumsum(np.nan_to_num(errors) ** 2)])[known]
    # Errors over several periods overlap: h of them tell about as much as one.
    free = known / ahead
    scale = np.sqrt((squares / ahead + PRIOR * spread**2) / (free + PRIOR))
    student = scale * stdtrit(free + PRIOR - 1, 0.5 + level / 2)
    weight = free * (1 - level) / (free * (1 - level) + 1)
    tiny = 1e-9
    empirical = np.maximum(_quantiles(errors, known, level), tiny)
    return np.asarray(np.exp(weight * np.log(empirical) + (1 - weight) * np.log(np.maximum(student, tiny))))


def _quantiles(errors: Array, known: NDArray[np.intp], level: float) -> Array:
    """The ⌈(n + 1) level⌉-th smallest of the first ``n`` errors (the largest where there is none), for each n."""
    out, held = np.ones(len(errors)), list[float]()
    for i, n in enumerate(known):
        while len(held) < n:
            bisect.insort(held, float(errors[len(held)]))
        if n:
            out[i] = held[min(int(np.ceil((n + 1) * level)), n) - 1]
    return out
