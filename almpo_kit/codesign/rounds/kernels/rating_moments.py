"""Mean and spread of weighted ratings."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def effective_number(weights: Array) -> float:
    """Kish's effective number of answers, (Σw)² / Σw²; with equal weights their number.

    References
    ----------
    Kish (1965) Survey Sampling, ch. 11.
    """
    return float(weights.sum() ** 2 / (weights**2).sum())


def mean_and_sd(values: Array, weights: Array) -> tuple[float, float]:
    """Mean, and standard deviation with the divisor n − 1 (of the effective number).

    Parameters
    ----------
    values, weights : array, shape (n,)

    Returns
    -------
    mean, sd : float
        ``sd`` is NaN where fewer than two answered.
    """
    share = weights / weights.sum()
    mean = float(share @ values)
    n = effective_number(weights)
    if n <= 1 + 1e-9:
        return mean, float("nan")
    return mean, float(np.sqrt(share @ (values - mean) ** 2 * n / (n - 1)))
