"""Folds for cross-fitting: who was in a model's training data is never predicted by it, nor is anyone of their cluster."""

from __future__ import annotations

from typing import Any

import numpy as np

from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.vocabulary.errors import DesignError, ParameterError

Array = np.ndarray[Any, np.dtype[Any]]

#: Up to so many clusters each is placed where it balances the folds best; beyond, dealing them out is as good.
_PLACED_SINGLY = 2000


def folds(sample: Sample, count: int, seed: int) -> Array:
    """Cross-fitting folds that keep clusters whole and are balanced over arms (and blocks, where rows are single).

    Parameters
    ----------
    sample : Sample
        n rows in k arms.
    count : int
        Number of folds, at least 2.
    seed : int
        Same seed, same folds.

    Returns
    -------
    Array of int, shape (n,)
        0 … count - 1. Outside each fold there are rows of every arm.

    Raises
    ------
    ParameterError
        ``count`` is not a whole number of at least 2.
    DesignError
        Fewer clusters than folds, or an arm that lies in fewer than two clusters: then no model can be fitted
        without the people it is to predict.
    """
    if not isinstance(count, int | np.integer) or isinstance(count, bool) or count < 2:
        raise ParameterError(f"folds={count!r} must be a whole number of at least 2, e.g. folds=5.")
    k = len(sample.arms)
    _refuse_thin(sample, count, k)
    rng = np.random.default_rng(np.random.SeedSequence(seed))
    if not sample.clustered:
        return deal_rows(sample.arm, sample.block, count, rng)
    clusters = int(sample.cluster.max()) + 1
    sizes = np.bincount(sample.cluster * k + sample.arm, minlength=clusters * k).reshape(clusters, k)
    fold_of = place_clusters(sizes.astype(float), count, rng)
    found: Array = fold_of[sample.cluster]
    _refuse_lost_arm(sample, found, count)
    return found


def deal_rows(arm: Array, block: Array | None, count: int, rng: np.random.Generator) -> Array:
    """Deal single rows out, arm by arm and block by block, in random order.

    Dealing goes on where the arm before ended, so that the whole is as balanced as each arm.
    """
    chance = rng.random(len(arm))
    keys = (chance, arm) if block is None else (chance, block, arm)
    found = np.empty(len(arm), dtype=np.int64)
    found[np.lexsort(keys)] = np.arange(len(arm)) % count
    return found


def place_clusters(sizes: Array, count: int, rng: np.random.Generator) -> Array:
    """Give every cluster a fold.

    Parameters
    ----------
    sizes : Array, shape (g, k)
        Rows of each arm in each cluster.

    Returns
    -------
    Array of int, shape (g,)

    Notes
    -----
    Large clusters first (in random order where equal), each to the fold in which the shares of the arms stay most
    even; an arm counts by its share, so that a rare arm weighs as much as a common one.
    """
    share = sizes / np.maximum(sizes.sum(axis=0), 1.0)
    order = np.lexsort((rng.random(len(sizes)), -share.max(axis=1)))
    found = np.empty(len(sizes), dtype=np.int64)
    if len(sizes) > _PLACED_SINGLY:
        # By the arm a cluster is mostly of, then by size: each run of `count` clusters is alike.
        order = np.lexsort((rng.random(len(sizes)), -sizes.sum(axis=1), share.argmax(axis=1)))
        found[order] = np.arange(len(sizes)) % count
        return found
    filled = np.zeros((count, sizes.shape[1]))
    placed = np.zeros(count)
    for g in order:
        # What a cluster adds to the sum of squares; of equal folds the one with fewer clusters, then the first.
        cost = 2 * filled @ share[g]
        best = np.lexsort((placed, np.round(cost, 12)))[0]
        found[g] = best
        filled[best] += share[g]
        placed[best] += 1
    return found


def _refuse_thin(sample: Sample, count: int, k: int) -> None:
    unit = "clusters" if sample.clustered else "persons"
    clusters = int(sample.cluster.max(initial=-1)) + 1
    if clusters < count:
        raise DesignError(
            f"{clusters} {unit} cannot be cut into {count} folds; use folds={max(clusters, 2)} or fewer, or a method "
            'without cross-fitting, e.g. method="regression".'
        )
    # As one number a row, which sorts many times faster than pairs.
    pairs = np.unique(sample.arm * np.int64(max(clusters, 1)) + sample.cluster) // max(clusters, 1)
    for j, held in enumerate(np.bincount(pairs, minlength=k)):
        if held < 2:
            raise DesignError(
                f"the arm “{sample.arms[j]}” lies in {held} of the {unit}: no model can be fitted without them. Leave "
                'the arm out, or use a method without cross-fitting, e.g. method="regression".'
            )


def _refuse_lost_arm(sample: Sample, fold: Array, count: int) -> None:
    k = len(sample.arms)
    held = np.bincount(fold * k + sample.arm, minlength=count * k).reshape(count, k)
    for j in np.flatnonzero(((held.sum(axis=0) - held) == 0).any(axis=0)):
        raise DesignError(
            f"everybody in the arm “{sample.arms[j]}” fell into one fold; give another seed, or fewer folds."
        )
