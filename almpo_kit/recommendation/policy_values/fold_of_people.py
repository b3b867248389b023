"""Folds that do not depend on the order of rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

Array = np.ndarray[Any, np.dtype[Any]]


def fold_of_people(scores: Array, cluster: Array, folds: int, seed: int) -> Array:
    """Fold of each person, whole clusters together, about as many people in each.

    Parameters
    ----------
    scores : Array, shape (n, k)
    cluster : Array of int, shape (n,)
    folds : int
    seed : int

    Returns
    -------
    Array of int, shape (n,)

    Notes
    -----
    Clusters are drawn by a hash of what their people scored, whatever the order of rows or arms: the same people in
    another order, or with another name for an arm, are in the same folds.
    """
    _, code = np.unique(cluster, return_inverse=True)
    key = pd.util.hash_pandas_object(pd.DataFrame(np.sort(scores, axis=1)), index=False).to_numpy(np.uint64)
    salt = np.random.SeedSequence([seed, 5077]).generate_state(1, np.uint64)[0]
    smallest = np.full(int(code.max()) + 1, np.iinfo(np.uint64).max, dtype=np.uint64)
    np.minimum.at(smallest, code, _mixed(key ^ salt))
    size = np.bincount(code)
    order = np.lexsort((smallest, -size)) if (size != size[0]).any() else np.argsort(smallest, kind="stable")
    fold, filled = np.empty(len(size), dtype=np.int64), np.zeros(folds)
    if (size == 1).all():
        fold[order] = np.arange(len(size)) % folds
    else:
        for g in order:
            fold[g] = int(filled.argmin())
            filled[fold[g]] += size[g]
    return fold[code]


def _mixed(key: Array) -> Array:
    """The last steps of splitmix64: every bit of the salt reaches every bit."""
    with np.errstate(over="ignore"):
        key = (key ^ (key >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        key = (key ^ (key >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(key ^ (key >> np.uint64(31)))
