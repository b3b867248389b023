"""Weights that make arms alike. Kernels on arrays; they validate nothing."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

#: A chance is never taken as smaller: one over it would carry everything.
_FLOOR = 1e-6


def pairwise(propensity: Array, arm: int, comparison: int) -> Array:
    """Chance of one arm among the two, shape (n,), strictly between 0 and 1."""
    a, c = propensity[:, arm], propensity[:, comparison]
    chance: Array = np.clip(a / np.maximum(a + c, _FLOOR), _FLOOR, 1 - _FLOOR)
    return chance


def balancing_weights(
    arm_of: Array, propensity: Array, weight: Array, arm: int, comparison: int, estimand: str
) -> Array:
    """Weights under which two arms stand for the same people.

    Parameters
    ----------
    arm_of : Array of int, shape (n,)
    propensity : Array, shape (n, k)
        Chance of each arm.
    weight : Array, shape (n,)
        Sampling weights.
    arm, comparison : int
        Positions of the two arms.
    estimand : {"att", "ate", "itt"}
        ``"att"``: both arms stand for the people in ``arm``; otherwise for everybody.

    Returns
    -------
    Array, shape (n,)
        Sums to one within each of the two arms, zero elsewhere (Hájek).

    References
    ----------
    Hirano, Imbens and Ridder (2003) Econometrica 71, 1161-1189; for several arms Imbens (2000) Biometrika 87, 706-710.
    """
    made = np.zeros(len(arm_of))
    for j in (arm, comparison):
        rows = arm_of == j
        own = np.maximum(propensity[rows, j], _FLOOR)
        target = propensity[rows, arm] if estimand == "att" else 1.0
        found = weight[rows] * (target / own)
        made[rows] = found / found.sum()
    return made


def effective_size(weight: Array, cluster: Array | None = None) -> float:
    """How many equally weighted people (or clusters) would be as informative (Kish 1965)."""
    held = weight[weight > 0] if cluster is None else np.bincount(cluster, weight)
    squares = float(np.sum(held**2))
    return float(held.sum() ** 2 / squares) if squares > 0 else 0.0
