"""Parts of the studies, each once on the other side."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def study_folds(groups: Array, folds: int, seed: int) -> Iterator[Array]:
    """Masks of what is away; all cases of a study are away together, and each is away once.

    Parameters
    ----------
    groups : Array, shape (n,)
    folds : int
        At most as many as there are studies.
    seed : int
    """
    names, place = np.unique(groups, return_inverse=True)
    rng = np.random.default_rng(np.random.SeedSequence(seed))
    part = np.empty(len(names), dtype=int)
    part[rng.permutation(len(names))] = np.arange(len(names)) % min(folds, len(names))
    for k in range(min(folds, len(names))):
        yield part[place] == k
