"""The test that decides whether effects differ: do people of whom more was predicted gain more?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from almpo_kit.evaluation.effect_differences.sequential import Pass

Array = np.ndarray[Any, np.dtype[Any]]

#: A prediction further out than so many standard deviations counts no more than that.
_FURTHEST = 3.0


@dataclass(frozen=True)
class Tested:
    """Outcome of the test.

    Parameters
    ----------
    statistic : float
        Mean over passes of the t statistic; positive where those gain more of whom more was predicted.
    df : float
    p_value : float
        Two-sided.
    clusters : int
        In which the statistic was computed, least over passes.
    """

    statistic: float
    df: float
    p_value: float
    clusters: int

    def supports(self, level: float) -> bool:
        """True when the test supports, at this two-sided level, that effects differ."""
        return bool(self.statistic > 0 and self.p_value < level)


def out_of_sample_test(
    passes: Sequence[Pass], score: Array, weight: Array, cluster: Array, fold: Array
) -> Tested:
    """Test whether predicted and actual effects go together among people whom the predictions had not seen.

    Parameters
    ----------
    passes : sequence of Pass
    score, weight : Array, shape (n,)
    cluster, fold : Array of int, shape (n,)

    Returns
    -------
    Tested

    Notes
    -----
    Predictions are centred and scaled within each fold, so that neither a fold with a bold model nor differences
    between folds decide. The statistic of a pass is the sum of products of scores and predictions over the root of
    the sum of its squares by cluster. Statistics are averaged over passes and compared with a t distribution as if
    there were one pass: averaging cannot make them vary more, so the test errs on the side of no claim.
    """
    from scipy.stats import t

    found = [_statistic(p, score, weight, cluster, fold) for p in passes]
    statistic = float(np.mean([s for s, _, _ in found]))
    df = float(min(d for _, d, _ in found))
    p = 2.0 * float(t.sf(abs(statistic), df)) if df >= 1 else 1.0
    return Tested(statistic, df, p, min(c for _, _, c in found))


def _statistic(
    one: Pass, score: Array, weight: Array, cluster: Array, fold: Array
) -> tuple[float, float, int]:
    rows = one.tested
    mean = float(np.average(score[rows], weights=weight[rows]))
    product = np.zeros(len(score))
    for j in np.unique(fold[rows]):
        here = rows & (fold == j)
        learned_from = float(one.step[here][0])
        # With few folds to learn from a prediction is noisier; how much it counts is fixed beforehand.
        counts = np.sqrt(learned_from / (learned_from + 1.0))
        product[here] = (
            counts * weight[here] * (score[here] - mean) * _standard(one.predicted[here], weight[here])
        )
    sums = np.bincount(cluster[rows], product[rows])
    present = len(np.unique(cluster[rows]))
    spread = float(np.sqrt(np.sum(sums**2)))
    df = present - float(len(np.unique(fold[rows])))
    return (float(sums.sum()) / spread if spread > 0 else 0.0), df, present


def _standard(predicted: Array, weight: Array) -> Array:
    centred = predicted - np.average(predicted, weights=weight)
    spread = float(np.sqrt(np.average(centred**2, weights=weight)))
    if spread <= 1e-12 * max(1.0, float(np.abs(predicted).max(initial=0.0))):
        return np.zeros(len(predicted))
    held = np.clip(centred / spread, -_FURTHEST, _FURTHEST)
    # Clipping moves the mean; centred again, a constant effect cannot leak in.
    found: Array = held - np.average(held, weights=weight)
    return found
