"""How well predicted effects do on people whom the learner had not seen, when no actual effect can be seen."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def dr_losses(predicted: Array, score: Array, weight: Array) -> Array:
    """Squared distance of each score from the prediction, shape (n,).

    References
    ----------
    Kennedy (2023) Electron. J. Stat. 17, 3008-3049.
    """
    found: Array = weight / weight.mean() * (score - predicted) ** 2
    return found


def r_losses(predicted: Array, y: Array, expected: Array, treated: Array, chance: Array) -> Array:
    """Squared error of the outcome, given what is expected of a person and the chance of treatment, shape (n,).

    References
    ----------
    Nie and Wager (2021) Biometrika 108, 299-319.
    """
    found: Array = ((y - expected) - (treated - chance) * predicted) ** 2
    return found


def gain_over_constant(
    loss: Array, constant: Array, cluster: Array, noise: float
) -> tuple[float, float, float]:
    """How much of the loss a learner removes compared with one effect for all, in the unit of squared effects.

    Parameters
    ----------
    loss, constant : Array, shape (n,)
        Of the learner and of the constant.
    cluster : Array of int, shape (n,)
    noise : float
        Degrees of freedom taken from the clusters (folds).

    Returns
    -------
    (float, float, float)
        Gain (an estimate of the variance of effects that is explained), low and high (95%). Negative: worse than one
        effect for all.
    """
    from scipy.stats import t

    gain = constant - loss
    mean = float(gain.mean())
    sums = np.bincount(cluster, gain - mean)
    count = len(np.unique(cluster))
    df = count - noise
    if df < 1:
        return mean, float("nan"), float("nan")
    reach = float(t.ppf(0.975, df) * np.sqrt(count / (count - 1.0) * np.sum(sums**2))) / len(gain)
    return mean, mean - reach, mean + reach
