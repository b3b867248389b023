"""What each result contributes to what is known, and which direction prevails.

The arithmetic is Jobeffekter.dk's: the contribution of a result is the product of its weights (each 0 to
1), and results of one study share what the study contributes. Where its results weigh the same, each
of n carries 1/n, as there; where they do not, a sample contributes as much as its best result, so that a
less relevant result beside it never makes a study count for less.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from almpo_kit.evidence.kernels.blocks import Floats, Ints


@dataclass(frozen=True)
class Stock:
    """``total``: sum of contributions. ``directions``, shape (3,): unfavourable, none, favourable.
    ``share``: of the largest direction in the total, NaN where that is zero."""

    total: float
    directions: Floats
    share: float


def contributions(weights: Floats, samples: Ints) -> Floats:
    """Contribution of each result.

    Parameters
    ----------
    weights : ndarray, shape (k, n_weights)
        Quality and relevance of each result, 0 to 1 each.
    samples : ndarray of int, shape (k,)
        Independent sample of each result, 0 … n_samples − 1.

    Returns
    -------
    ndarray, shape (k,)
        Sums to the largest product within each sample.

    References
    ----------
    Danish Agency for Labour Market and Recruitment, Jobeffekter.dk, "About the algorithm" (weights,
    combination factor, several results of one study).
    """
    alone = weights.prod(axis=1)
    n = int(samples.max()) + 1 if len(samples) else 0
    best = np.zeros(n)
    np.maximum.at(best, samples, alone)
    together = np.bincount(samples, weights=alone, minlength=n)
    share = np.divide(alone, together[samples], out=np.zeros(len(alone)), where=alone > 0)
    return np.asarray(best[samples] * share)


def stock(contribution: Floats, direction: Ints) -> Stock:
    """Add contributions up by direction (-1 unfavourable, 0 none, +1 favourable)."""
    directions = np.bincount(direction + 1, weights=contribution, minlength=3)
    total = float(directions.sum())
    return Stock(total, directions, float(directions.max()) / total if total > 0 else float("nan"))
