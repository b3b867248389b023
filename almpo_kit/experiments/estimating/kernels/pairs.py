"""Mean of differences within pairs.

With equal weights this is the paired t-test of groups' means: Imai, King & Nall (2009), Stat. Sci. 24, 29–53. With pairs
weighed by their people the variance is the one that is right on average where the effect is the same in all pairs
(Pashley & Miratrix 2021, J. Educ. Behav. Stat. 46, 271–296, sec. 4).
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def weighted_differences(differences: Array, weights: Array) -> tuple[float, float, float]:
    """Weighted mean of independent differences, its variance from their spread, degrees of freedom.

    Parameters
    ----------
    differences, weights : array, shape (n_pairs,)
        Two or more; no weight is half of all or more, unless there are two equal ones.

    Returns
    -------
    (effect, variance, df)
    """
    share = weights / weights.sum()
    effect = float(share @ differences)
    off = (differences - effect) ** 2
    if np.allclose(share, share[0]):
        n = len(share)
        return effect, float(off.sum() / (n * (n - 1))), n - 1.0
    by = share**2 / (1 - 2 * share)
    by = by / (1 + by.sum())
    return effect, float(by @ off), _df(by, share)


def _df(by: Array, share: Array) -> float:
    # The variance is a quadratic form in the differences; Satterthwaite with equal variances of the differences.
    n = len(share)
    residual = np.eye(n) - share[None, :]
    form = residual.T @ (by[:, None] * residual)
    return float(np.trace(form) ** 2 / np.sum(form**2))
