"""Difference of means with Neyman's variance: no assumption of equal spread.

Neyman (1923), transl. Stat. Sci. 5 (1990); HC2 of a regression on arms is the same number (Samii & Aronow 2012,
Stat. Probab. Lett. 82, 365–370); degrees of freedom Welch (1947), Biometrika 34, 28–35.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from almpo_kit.experiments.estimating.kernels.contrasts import Contrasts, from_arms

Array = np.ndarray[Any, np.dtype[Any]]


def difference(y: Array, arm: Array, n_arms: int) -> Contrasts:
    """Each arm's mean minus the comparison's.

    Parameters
    ----------
    y : array, shape (n,)
    arm : array of int, shape (n,)
        Each arm has two people or more.
    n_arms : int
    """
    n = np.bincount(arm, minlength=n_arms)
    means = np.bincount(arm, y, minlength=n_arms) / n
    squares = np.bincount(arm, (y - means[arm]) ** 2, minlength=n_arms)
    return from_arms(means, squares / (n - 1) / n, n - 1.0, np.zeros(n_arms, dtype=int))
