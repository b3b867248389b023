"""A screening replayed: in which order documents whose relevance is known would have been read."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from almpo_kit.learning.screening.kernels.blocks import Blocks
from almpo_kit.learning.screening.kernels.picking import kinds, pick
from almpo_kit.learning.screening.kernels.training import Recipe, train

Whole = NDArray[np.int64]


def replay(
    features: Blocks,
    relevant: NDArray[np.bool_],
    start: Whole,
    query: str,
    recipe: Recipe,
    rng: np.random.Generator,
    *,
    growth: float = 0.1,
    sought: Blocks | None = None,
) -> Whole:
    """Rows in the order read, until the last relevant one.

    Parameters
    ----------
    features : Blocks, shape (n, width)
    relevant : ndarray of bool, shape (n,)
    start : ndarray of int
        Documents known beforehand; they come first.
    growth : float
        The model is trained again after this share more documents, at first after each.
    """
    n, total = len(relevant), int(relevant.sum())
    unread = np.ones(n, dtype=bool)
    unread[start] = False
    order, found, model = list(start), int(relevant[start].sum()), None
    while found < total:
        left = np.flatnonzero(unread)
        read = np.asarray(order, dtype=np.int64)
        places = min(len(left), max(1, int(np.ceil(growth * len(order)))))
        if query == "random":
            chosen, places = rng.permutation(len(left)), len(left)
        else:
            model = train(features, read, relevant[read], left, rng, recipe, sought=sought, start=model)
            scores = np.zeros(len(left)) if model is None else model.scores(features)[left]
            chosen = pick(scores, kinds("random" if model is None else query, len(order), places), rng)
        rows = left[chosen[:places]]
        unread[rows] = False
        order.extend(rows.tolist())
        found += int(relevant[rows].sum())
    done = np.asarray(order, dtype=np.int64)
    return done[: int(np.flatnonzero(relevant[done])[-1]) + 1] if total else done
