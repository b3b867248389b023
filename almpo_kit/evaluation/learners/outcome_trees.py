"""Gradient-boosted trees for the outcome in each arm."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.evaluation.learners.each_fold import each_fold

Array = np.ndarray[Any, np.dtype[Any]]


def arm_trees(
    x: Array,
    sample: Sample,
    fold: Array,
    out: Array,
    *,
    seed: int,
    workers: int,
    progress: Callable[[int, int], None] | None,
) -> Array:
    """Fill ``out`` with predictions, fold by fold and arm by arm.

    Parameters
    ----------
    x : Array, shape (n, p)
    sample : Sample
    fold : Array of int, shape (n,)
    out : Array, shape (n, k, h)

    Returns
    -------
    Array, shape (n, k, h)
        ``out``.
    """
    k, count = len(sample.arms), int(fold.max()) + 1

    def task(number: int) -> None:
        j, a = divmod(number, k)
        test = np.flatnonzero(fold == j)
        train = np.flatnonzero((fold != j) & (sample.arm == a))
        held, asked = x[train], x[test]
        for column in range(sample.outcome.shape[1]):
            y = sample.outcome[train, column]
            known = ~np.isnan(y)
            out[test, a, column] = _predicted(
                held[known], y[known], sample.weight[train][known], asked, seed + j
            )

    each_fold(task, count * k, workers=workers, progress=progress)
    return out


def _predicted(x: Array, y: Array, weight: Array, new: Array, seed: int) -> Array:
    """Deterministic whatever the number of threads: each model has one."""
    if len(y) < 2 or np.ptp(y) == 0:
        return np.full(len(new), float(y.mean()) if len(y) else 0.0)
    from lightgbm import Dataset, train

    settings = {
        "objective": "regression",
        "learning_rate": 0.05,
        "num_leaves": 15,
        "min_data_in_leaf": max(20, len(y) // 2000),
        "lambda_l2": 1.0,
        # A quarter of the usual bins: outcomes of people are far noisier than what finer cuts could tell.
        "max_bin": 63,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": 1,
        "seed": seed % (2**31 - 1),
        "verbosity": -1,
    }
    model = train(
        settings, Dataset(x, y, weight=weight, params={"verbosity": -1, "max_bin": 63}), num_boost_round=120
    )
    return np.asarray(model.predict(new, num_threads=1))
