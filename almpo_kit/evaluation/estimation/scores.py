"""Doubly robust scores: what each arm would give each person, right if either the chances or the outcomes are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from almpo_kit.evaluation.designs.sample import Sample

Array = np.ndarray[Any, np.dtype[Any]]
#: No chance is taken as smaller than this; where chances come near it, ``overlap`` has stopped before.
SMALLEST_CHANCE = 1e-4


def doubly_robust_scores(sample: Sample, propensity: Array, outcomes: Array) -> Array:
    """Score of each row, arm and outcome.

    Parameters
    ----------
    sample : Sample
        n rows in k arms, h outcomes.
    propensity : Array, shape (n, k)
        Out-of-fold chance of each arm.
    outcomes : Array, shape (n, k, h)
        Out-of-fold expected outcomes.

    Returns
    -------
    Array, shape (n, k, h)
        Expected outcome plus, in the arm a row is in, its residual over its chance of that arm (weights scaled so that
        those of an arm add up to everybody: Hájek). The weighted mean of a column is the mean potential outcome. A row
        whose outcome is missing has the expected outcome. Same precision as ``outcomes``.

    References
    ----------
    Robins, Rotnitzky and Zhao (1994) J. Am. Stat. Assoc. 89, 846-866; Chernozhukov et al. (2018) Econom. J. 21, C1-C68.
    """
    scores = outcomes.copy()
    add_residuals(scores, sample, propensity)
    return scores


def add_residuals(scores: Array, sample: Sample, propensity: Array) -> None:
    """Turn expected outcomes into scores, in place: a register's take as much memory as all else together."""
    total = float(sample.weight.sum())
    for a, rows, factor in inverse_chances(sample, propensity):
        for j in range(scores.shape[2]):
            rest = sample.outcome[rows, j] - scores[rows, a, j]
            known = ~np.isnan(rest)
            if known.any():
                held = rows[known]
                scale = total / float(sample.weight[held] @ factor[known])
                scores[held, a, j] += scale * factor[known] * rest[known]


def inverse_chances(sample: Sample, propensity: Array) -> Iterator[tuple[int, Array, Array]]:
    """Each arm: its number, its rows, and one over their chance of it."""
    for a in range(len(sample.arms)):
        rows = np.flatnonzero(sample.arm == a)
        yield a, rows, 1 / np.maximum(propensity[rows, a], SMALLEST_CHANCE)
