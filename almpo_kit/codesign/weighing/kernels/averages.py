"""Weights of a panel from the weights, or the comparisons, of its people; many draws of people at once.

Forman & Peniwati (1998) Eur. J. Oper. Res. 108, 165-169: people who stand for themselves are averaged by their weights (AIP);
a group that acts as one is averaged by its comparisons (AIJ), and then only the geometric mean keeps them reciprocal (Aczél &
Saaty 1983, J. Math. Psychol. 27, 93-102).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from almpo_kit.codesign.weighing.kernels.completion import completed
from almpo_kit.codesign.weighing.kernels.eigenvector import principal
from almpo_kit.codesign.weighing.kernels.geometric_mean import logarithmic_least_squares

Array = np.ndarray[Any, np.dtype[Any]]


def arithmetic(shares: Array, loads: Array) -> Array:
    """Weighted means of shares.

    Parameters
    ----------
    shares : array, shape (n_people, n_criteria)
    loads : array, shape (n_draws, n_people)
        How much each person counts in each draw.

    Returns
    -------
    array, shape (n_draws, n_criteria)
    """
    result: Array = loads @ shares / loads.sum(axis=1, keepdims=True)
    return result


def geometric(shares: Array, loads: Array) -> Array:
    """Weighted geometric means of shares above zero, divided by their sum."""
    logs = loads @ np.log(shares) / loads.sum(axis=1, keepdims=True)
    raised = np.exp(logs - logs.max(axis=1, keepdims=True))
    result: Array = raised / raised.sum(axis=1, keepdims=True)
    return result


def group_matrices(matrices: Array, loads: Array) -> Array:
    """Weighted geometric means of comparisons, each over those who made it.

    Parameters
    ----------
    matrices : array, shape (n_people, n, n)
        NaN where a pair was not compared.
    loads : array, shape (n_draws, n_people)

    Returns
    -------
    array, shape (n_draws, n, n)
        NaN where nobody compared a pair.
    """
    known = np.isfinite(matrices)
    logs = np.log(np.where(known, matrices, 1.0)).reshape(len(matrices), -1)
    held = loads @ known.reshape(len(matrices), -1).astype(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = np.where(held > 0, loads @ logs / held, np.nan)
    result: Array = np.exp(means).reshape(len(loads), *matrices.shape[1:])
    return result


def of_judgements(matrices: Array, loads: Array, method: str) -> Array:
    """Weights from the group's comparisons; shape (n_draws, n_criteria)."""
    group = group_matrices(matrices, loads)
    if method == "geometric_mean":
        return logarithmic_least_squares(group)
    gaps = np.isnan(group).any(axis=(-1, -2))
    for k in np.flatnonzero(gaps):
        group[k] = completed(group[k])
    return principal(group)[0]
