"""A normal curve with one spread below the median and another above: three quantiles, whatever they are, are met exactly.

Below the median the curve is that of a normal with the spread that the 10th percentile asks for, above it that of the
90th; what would lie beyond the ends of the range lies at the ends. Its density may jump at the median; its distribution
function does not. (The split normal of Fechner is smooth there, but does not reach every triplet.)
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
_TENTH = 1.2815515655446004


def two_piece_quantile(given: Array, ends: tuple[float, float], p: Array) -> Array:
    """Quantiles of each belief.

    Parameters
    ----------
    given : ndarray, shape (n, 3)
        10th, 50th, 90th percentile, in order.
    ends : (float, float)
    p : ndarray, shape (m,)

    Returns
    -------
    ndarray, shape (n, m)
    """
    from scipy.special import ndtri

    z = ndtri(p)
    down, up = _spreads(given)
    return np.clip(given[:, 1:2] + np.where(z < 0, down[:, None], up[:, None]) * z, *ends)


def two_piece_cdf(given: Array, ends: tuple[float, float], x: Array) -> Array:
    """Chance of being at or below ``x``, by each belief.

    Parameters
    ----------
    x : ndarray, shape (m,)

    Returns
    -------
    ndarray, shape (n, m)
    """
    from scipy.special import ndtr

    away = x[None, :] - given[:, 1:2]
    down, up = _spreads(given)
    spread = np.where(away < 0, down[:, None], up[:, None])
    with np.errstate(divide="ignore", invalid="ignore"):
        # Without any spread the whole half lies at the median.
        z = np.where(spread > 0, away / spread, np.where(away < 0, -np.inf, np.inf))
    found = ndtr(z)
    return np.where(x >= ends[1], 1.0, np.where(x < ends[0], 0.0, found))


def _spreads(given: Array) -> tuple[Array, Array]:
    return (given[:, 1] - given[:, 0]) / _TENTH, (given[:, 2] - given[:, 1]) / _TENTH
