"""How good forecasts were: scaled errors, relative errors, coverage, each with a block-bootstrap interval. A kernel.

References
----------
Hyndman, R. J. and Koehler, A. B. (2006). Another look at measures of forecast accuracy. International Journal of
Forecasting 22, 679-688.
Politis, D. N. and Romano, J. P. (1992). A circular block-resampling procedure for stationary data. In: LePage and Billard
(eds), Exploring the Limits of Bootstrap, 263-270. Wiley.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
#: Draws of the bootstrap.
DRAWS = 999


def naive_scale(values: Array, origins: NDArray[np.intp], season: int = 1) -> Array:
    """Mean absolute error, within the values up to each origin, of the naive forecast ``season`` periods ahead.

    Parameters
    ----------
    values : array, shape (n,)
    origins : array of int, shape (n_origins,)
    season : int
        1 for the last value, a year's periods for the seasonal naive forecast.

    Returns
    -------
    array, shape (n_origins,)
        NaN where nothing has moved.
    """
    moved = np.cumsum(np.abs(values[season:] - values[:-season]))
    mean = moved[origins - season] / (origins - season + 1)
    return np.where(mean > 0, mean, np.nan)


def mase(errors: Array, scale: Array) -> Array:
    """Mean absolute scaled error by horizon: q = e / scale, averaged in absolute value over origins.

    Parameters
    ----------
    errors : array, shape (n_origins, horizon)
        NaN where the outcome is not known.
    scale : array, shape (n_origins,)
        From :func:`naive_scale`.
    """
    return column_means(np.abs(errors) / scale[:, None])


def column_means(values: Array) -> Array:
    """Means over known rows; NaN where none is known."""
    known = np.isfinite(values)
    n = known.sum(axis=0)
    return np.divide(np.where(known, values, 0.0).sum(axis=0), n, out=np.full(n.shape, np.nan), where=n > 0)


def blocks(n: int, length: int, rng: np.random.Generator, draws: int = DRAWS) -> NDArray[np.intp]:
    """Positions of circular blocks, shape (draws, n)."""
    length = max(1, min(length, n))
    starts = rng.integers(0, n, size=(draws, -(-n // length)))
    drawn = (starts[..., None] + np.arange(length)).reshape(draws, -1)[:, :n]
    return np.asarray(drawn % n, dtype=np.intp)


def ratio_interval(top: Array, bottom: Array, drawn: NDArray[np.intp]) -> tuple[float, float]:
    """95% percentile interval of the sum of ``top`` over the sum of ``bottom``, rows resampled together.

    Parameters
    ----------
    top, bottom : array, shape (n_origins,)
    drawn : array of int, shape (draws, n_origins)
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = top[drawn].sum(axis=1) / bottom[drawn].sum(axis=1)
    ratios = ratios[np.isfinite(ratios)]
    if not len(ratios):
        return float("nan"), float("nan")
    low, high = np.quantile(ratios, [0.025, 0.975])
    return float(low), float(high)
