"""Folds that do not depend on the order in which people stand."""

from __future__ import annotations

from typing import Any

import numpy as np

from almpo_kit.recommendation.caseloads.caseload import Caseload

Array = np.ndarray[Any, np.dtype[Any]]


def folds_of(people: Caseload, folds: int, seed: int) -> Array:
    """Fold of each person, clusters whole.

    Clusters are ordered by their scores before they are drawn, so that neither the order of rows nor the names of arms
    and clusters move anybody to another fold.

    Returns
    -------
    Array of int, shape (n,)
    """
    highest, lowest = people.scores.max(axis=1), people.scores.min(axis=1)
    order = np.lexsort((lowest, highest))
    _, first = np.unique(people.cluster[order], return_index=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first, kind="stable")] = np.arange(len(first))
    _, position = np.unique(people.cluster, return_inverse=True)
    drawn = np.random.default_rng(np.random.SeedSequence([seed, folds])).permutation(len(first))
    found: Array = drawn[rank[position]] % folds
    return found
