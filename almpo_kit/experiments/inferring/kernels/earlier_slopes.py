"""What covariates explain of the outcome, learned from earlier batches only, so that nothing looks ahead."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
#: Ridge penalty, in people: with few earlier people slopes stay near 0.
_PENALTY = 10.0


def explained_by_earlier(y: Array, covariates: Array, arm: Array, batch: Array) -> Array:
    """Predicted part of the outcome; 0 in the first batch.

    Parameters
    ----------
    y : array, shape (n,)
    covariates : array, shape (n, n_covariates)
    arm, batch : arrays of int, shape (n,)
        Batches count from 0, in order.

    Returns
    -------
    array, shape (n,)
        Slopes common to all arms, from people of earlier batches about their arm's mean there (ridge), times covariates
        about the mean of earlier people.
    """
    found = np.zeros(len(y))
    for b in range(1, int(batch.max()) + 1):
        past, now = batch < b, batch == b
        centre, spread = covariates[past].mean(axis=0), covariates[past].std(axis=0)
        x = (covariates[past] - centre) / np.where(spread > 0, spread, 1.0)
        ours = np.where(spread > 0, (covariates[now] - centre) / np.where(spread > 0, spread, 1.0), 0.0)
        x, outcome = _within(x, arm[past]), _within(y[past][:, None], arm[past])[:, 0]
        slopes = np.linalg.solve(x.T @ x + _PENALTY * np.eye(x.shape[1]), x.T @ outcome)
        found[now] = ours @ slopes
    return found


def _within(value: Array, group: Array) -> Array:
    """Values about their group's mean."""
    count = np.maximum(np.bincount(group), 1)
    means = np.stack([np.bincount(group, weights=column) / count for column in value.T], axis=1)
    return np.asarray(value - means[group])
