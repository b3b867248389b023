"""An interval for a mean that holds at every look at once, for outcomes without known limits.

The mixture of Robbins, whose variance is estimated: Waudby-Smith et al. (2024, Annals of Statistics 52, 2613) show that with
the sample variance it holds at every look from a late enough first one. With few people the variance is too uncertain for
that, so the mixture here is the one over a t statistic (Lai 1976; Wang & Ramdas 2023): exact for normal scores at any number
of people, and the same as the former with many.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def tuned_mixture(people: float, alpha: float) -> float:
    """Variance of the mixture with which the interval is about narrowest at that number of people."""
    lack = -2 * np.log(alpha)
    return float((lack + np.log(lack + 1)) / people)


def t_mixture_radius(n: Array, variance: Array, mixture: float, alpha: float) -> Array:
    """Half the width of the interval for the mean; infinite where so few people say nothing.

    Parameters
    ----------
    n : array, shape (...)
        People so far.
    variance : array, shape (...)
        Their sample variance (over n − 1).
    mixture : float
        See :func:`tuned_mixture`.
    alpha : float

    Returns
    -------
    array, shape (...)
    """
    n = np.asarray(n, dtype=float)
    wide = 1 + n * mixture
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        rise = (wide / alpha**2) ** (1 / n)
        squared = (n - 1) * (rise - 1) / (1 - rise / wide)
        radius = np.sqrt(squared * variance / n)
    return np.asarray(np.where((rise < wide) & (n > 1), radius, np.inf))
