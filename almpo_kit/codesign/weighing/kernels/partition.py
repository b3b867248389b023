"""Whether groups of people differ more than groups drawn by lot would."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def shares_between(values: Array, weights: Array, groups: Array) -> Array:
    """Share of the spread of each column, and of all together, that lies between groups.

    Parameters
    ----------
    values : array, shape (n_people, n_columns)
    weights : array, shape (n_people,)
    groups : array of int, shape (n_draws, n_people)
        Number of each person's group, from 0.

    Returns
    -------
    array, shape (n_draws, n_columns + 1)
        The last column is of all together (R² of Anderson's permutational analysis of variance, 2001, Austral Ecol. 26,
        32-46, with Euclidean distances).
    """
    centred = values - weights @ values / weights.sum()
    total = weights @ centred**2
    between = np.zeros((len(groups), values.shape[1]))
    loaded = centred * weights[:, None]
    for g in range(int(groups.max()) + 1):
        inside = (groups == g).astype(float)
        mass = inside @ weights
        sums = inside @ loaded
        between += np.where(mass[:, None] > 0, sums**2 / np.maximum(mass[:, None], 1e-300), 0.0)
    whole = np.c_[between, between.sum(axis=1)]
    result: Array = whole / np.maximum(np.r_[total, total.sum()], 1e-300)
    return result


def permutation_test(
    values: Array, weights: Array, groups: Array, repeats: int, rng: np.random.Generator
) -> tuple[Array, Array]:
    """Shares between groups, and how often groups drawn by lot reach them.

    Columns are tested together by their largest share (Westfall & Young 1993), so that many criteria do not make one of
    them differ by chance; the last entry is of all together.

    Returns
    -------
    shares : array, shape (n_columns + 1,)
    p : array, shape (n_columns + 1,)
    """
    seen = shares_between(values, weights, groups[None, :])[0]
    lots = np.array([rng.permutation(groups) for _ in range(repeats)])
    drawn = shares_between(values, weights, lots)
    reach = np.c_[np.repeat(drawn[:, :-1].max(axis=1)[:, None], len(seen) - 1, axis=1), drawn[:, -1]]
    # The groups as they are count as one draw, so that p is never 0 and the test keeps its level.
    p = (1 + (reach >= seen - 1e-12).sum(axis=0)) / (repeats + 1)
    return seen, p


def holm(p: Array) -> Array:
    """p-values adjusted for their number (Holm 1979, Scand. J. Stat. 6, 65-70)."""
    order = np.argsort(p, kind="stable")
    stepped = np.maximum.accumulate(p[order] * (len(p) - np.arange(len(p))))
    out = np.empty(len(p))
    out[order] = np.minimum(stepped, 1.0)
    return out
