"""What a lag model says of a change in a regressor: at home, through neighbours, in all.

In ``y = ρWy + Xβ + ε`` a coefficient is not what goes with a unit of its regressor, because neighbours answer and answer
back. The average over regions of what a unit more in one region goes with there is the direct impact, of a unit more
everywhere the total one; the indirect impact is the difference.

References
----------
LeSage and Pace (2009) Introduction to Spatial Econometrics, chapter 2. Standard errors are by the delta method.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np


class Impacts(NamedTuple):
    """Each of shape (k,): average impacts with standard errors."""

    direct: np.ndarray
    indirect: np.ndarray
    total: np.ndarray
    direct_se: np.ndarray
    indirect_se: np.ndarray
    total_se: np.ndarray


def impacts(b: np.ndarray, rho: float, covariance: np.ndarray, matrix: Any) -> Impacts:
    """Average impacts of the regressors of a lag model.

    Parameters
    ----------
    b : array, shape (k,)
        Slopes, without the constant.
    rho : float
    covariance : array, shape (k + 1, k + 1)
        Of the slopes and ρ, in this order.
    matrix : csr_array, shape (n, n)
    """
    n = matrix.shape[0]
    w = matrix.toarray()
    inverse = np.linalg.inv(np.eye(n) - rho * w)
    slope = inverse @ w @ inverse
    # Multiplier and its derivative by ρ: at home (mean of the diagonal) and in all (mean of the row sums).
    home, home_rho = np.trace(inverse) / n, np.trace(slope) / n
    whole, whole_rho = inverse.sum() / n, slope.sum() / n
    found = []
    for m, m_rho in ((home, home_rho), (whole - home, whole_rho - home_rho), (whole, whole_rho)):
        variance = m**2 * np.diag(covariance)[:-1] + (b * m_rho) ** 2 * covariance[-1, -1]
        variance = variance + 2 * m * b * m_rho * covariance[:-1, -1]
        found.append((b * m, np.sqrt(variance)))
    return Impacts(*(f[0] for f in found), *(f[1] for f in found))
