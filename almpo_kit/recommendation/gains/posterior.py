"""Posterior of latent effects given observations, averaged over the variances, with the weight of every observation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from almpo_kit.recommendation.gains.variance_integration import Integrated, Model

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, eq=False)
class Posterior:
    """What is known of d latent effects after m observations.

    Parameters
    ----------
    mean : Array, shape (d,)
    covariance : Array, shape (d, d)
        Includes what is not known of the variances.
    pull : Array, shape (d, m)
        Linear weights: ``mean = pull @ y``, given the posterior of the variances.
    variance : Array, shape (c,)
        Posterior mean of each component's variance.
    """

    mean: Array
    covariance: Array
    pull: Array
    variance: Array


def posterior(
    model: Model,
    integrated: Integrated,
    rows: Array,
    component: Array,
    share: Array,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> Posterior:
    """Average the conditional normal posteriors over the points of the variances.

    Parameters
    ----------
    rows : Array, shape (m, d)
        How each observation adds up the latent effects.
    component : Array of int, shape (d,)
    share : Array, shape (d,)
        Share of the component's variance.

    References
    ----------
    Robinson (1991) Stat. Sci. 6, 15-51 (best linear unbiased prediction and its covariance).
    """
    m, d = rows.shape
    pull, spread, second = np.zeros((d, m)), np.zeros((d, d)), np.zeros((d, d))
    variance = np.exp(2 * integrated.log_sd)
    total = len(integrated.weight)
    for k, weight in enumerate(integrated.weight):
        prior = share * variance[k][component]
        one = conditional_pull(model, integrated.log_sd[k], rows, prior)
        # Prior covariance less what the observations explain; symmetric up to rounding.
        spread += weight * (np.diag(prior) - one @ (rows * prior))
        centre = one @ model.y
        pull += weight * one
        second += weight * np.outer(centre, centre)
        if progress is not None:
            progress(k + 1, total)
    mean = pull @ model.y
    covariance = spread + second - np.outer(mean, mean)
    return Posterior(mean, (covariance + covariance.T) / 2, pull, integrated.weight @ variance)


def conditional_pull(model: Model, log_sd: Array, rows: Array, prior: Array) -> Array:
    """Weights of observations in the best linear prediction of latent effects at given variances, shape (d, m)."""
    from scipy.linalg import cho_factor, cho_solve

    if len(model.y) == 0:
        return np.zeros((rows.shape[1], 0))
    factor = cho_factor(model.covariance(log_sd), lower=True)
    weights: Array = cho_solve(factor, rows * prior).T
    return weights
