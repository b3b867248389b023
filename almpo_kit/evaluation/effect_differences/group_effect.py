"""The effect in a group of people, with the error that clusters give it."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.evaluation.estimation.scores import SMALLEST_CHANCE
from almpo_kit.evaluation.inference.weighted_means import Mean, sum_of_means

Array = np.ndarray[Any, np.dtype[Any]]


class GroupEffect(NamedTuple):
    """An effect.

    Parameters
    ----------
    effect : float
    scores : Array, shape (g,)
        Of each cluster; their squares add up to the variance.
    df : float
    """

    effect: float
    scores: Array
    df: float

    @property
    def se(self) -> float:
        """Standard error (CR2)."""
        return float(np.sqrt(np.sum(self.scores**2)))


def group_effect(
    sample: Sample, chance: Array, expected: Array, arms: tuple[int, int], rows: Array, estimand: str
) -> GroupEffect:
    """Doubly robust effect of one arm against another in some rows.

    Parameters
    ----------
    sample : Sample
        With one outcome.
    chance, expected : Array, shape (n, k)
        Out-of-fold chances of the arms and expected outcomes.
    arms : (int, int)
    rows : Array of bool, shape (n,)
        The group.
    estimand : {"ate", "att"}
        Everybody in the group, or those of it who are in the first arm.
    """
    a, b = arms
    y, w = sample.outcome[:, 0], sample.weight
    mine, others = (np.flatnonzero(rows & (sample.arm == i) & ~np.isnan(y)) for i in arms)
    groups = int(sample.cluster.max(initial=-1)) + 1
    if estimand == "att":
        odds = chance[others, a] / np.maximum(chance[others, b], SMALLEST_CHANCE)
        means = [
            Mean(mine, y[mine] - expected[mine, b], w[mine]),
            Mean(others, y[others] - expected[others, b], w[others] * odds, -1.0),
        ]
    else:
        everybody = np.flatnonzero(rows)
        means = [Mean(everybody, expected[everybody, a] - expected[everybody, b], w[everybody])]
        for arm, held, sign in ((a, mine, 1.0), (b, others, -1.0)):
            weight = w[held] / np.maximum(chance[held, arm], SMALLEST_CHANCE)
            means.append(Mean(held, y[held] - expected[held, arm], weight, sign))
    effect, scores, df = sum_of_means(means, sample.cluster, groups)
    return GroupEffect(effect, scores, df)


def less(one: GroupEffect, other: GroupEffect) -> GroupEffect:
    """The difference of two groups' effects."""
    return GroupEffect(one.effect - other.effect, one.scores - other.scores, min(one.df, other.df))
