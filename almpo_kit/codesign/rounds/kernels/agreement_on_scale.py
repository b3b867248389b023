"""Agreement on an ordered scale: 1 where all stand on one step, 0 where they are spread evenly, −1 where half stand at either end."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def agreement_on_scale(counts: Array) -> float:
    """Van der Eijk's A: the average agreement of the layers of a bar chart.

    A layer is a pattern of steps that are used and steps that are not; its agreement falls with the number of steps
    used, and below zero where unused steps lie between used ones.

    Parameters
    ----------
    counts : array, shape (n_steps,)
        Answers on each step, or their weights; at least three steps.

    Returns
    -------
    float
        −1 to 1; NaN where nobody answered.

    References
    ----------
    van der Eijk (2001) Qual. Quant. 35, 325-341; with R's ``agrmt``.
    """
    left = np.asarray(counts, dtype=float).copy()
    total = left.sum()
    if not total > 0:
        return float("nan")
    found = 0.0
    # Weights leave rounding behind when a layer is taken off; it is no layer.
    while (used := left > 1e-12 * total).any():
        height = left[used].min()
        found += height * used.sum() / total * _of_pattern(used)
        left = np.where(used, left - height, 0.0)
    return float(found)


def _of_pattern(used: Array) -> float:
    k, s = len(used), int(used.sum())
    if s in (1, k):
        return 1.0 if s == 1 else 0.0
    single, double = 0, 0
    for a, b, c in combinations(used.tolist(), 3):
        single += (a, b, c) in ((True, True, False), (False, True, True))
        double += (a, b, c) == (True, False, True)
    unimodal = ((k - 2) * single - (k - 1) * double) / ((k - 2) * (single + double))
    return float(unimodal * (1 - (s - 1) / (k - 1)))
