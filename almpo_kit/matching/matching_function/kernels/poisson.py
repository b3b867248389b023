"""Poisson regression with absorbed cell effects, which keeps cells without hires.

Maximum likelihood by iteratively reweighted least squares; consistent for any hires whose mean is exponential in the
regressors, Poisson or not (Santos Silva and Tenreyro 2006, Rev. Econ. Stat. 88, 641-658). A cell that never hires has an
effect of minus infinity and says nothing of the slopes: leave it out before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from almpo_kit.matching.matching_function.kernels.cluster_robust import Fit, cell_means, fit

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class PoissonFit:
    """The last weighted regression, fitted means, and whether it settled."""

    fit: Fit
    mean: Array
    settled: bool


def poisson(
    hires: Array, x: Array, cell: Array, period: Array | None, cluster: Array, offset: Array, steps: int = 60
) -> PoissonFit:
    """Fit E[hires] = exp(offset + x'β + cell + period).

    Parameters
    ----------
    hires : ndarray, shape (n,)
        At least one above zero in every cell and period.
    x, cell, period, cluster
        As in :func:`fit`.
    """
    mean = (hires + cell_means(hires, cell)) / 2
    eta = np.log(mean)
    deviance = np.inf
    for _ in range(steps):
        work = eta - offset + (hires - mean) / mean
        found = fit(work, x, cell, period, cluster, weights=mean)
        # Residuals are weighted by √mean; the fitted value is what is left of the working response.
        eta = offset + work - found.residuals / np.sqrt(mean)
        mean = np.exp(np.clip(eta, -30, 30))
        with np.errstate(divide="ignore", invalid="ignore"):
            each = np.where(hires > 0, hires * np.log(hires / mean), 0.0) - (hires - mean)
        now = 2 * float(each.sum())
        if abs(now - deviance) < 1e-12 * (abs(now) + 1):
            final = fit(eta - offset + (hires - mean) / mean, x, cell, period, cluster, weights=mean)
            return PoissonFit(final, mean, True)
        deviance = now
    return PoissonFit(found, mean, False)
