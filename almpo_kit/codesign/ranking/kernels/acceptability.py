"""How often each option takes each rank (SMAA-2, Lahdelma & Salminen 2001)."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
#: Scores closer than this are a tie: arithmetic, not preference, parts them.
TIE = 1e-12


def shares_of_ranks(scores: Array) -> Array:
    """Share of draws in which each option takes each rank.

    Parameters
    ----------
    scores : Array, shape (draws, n)
        Larger is better. Options that tie share the ranks that they take up.

    Returns
    -------
    Array, shape (n, n)
        Option by rank; rows and columns add up to 1.
    """
    draws, n = scores.shape
    out = np.zeros((n, n))
    for i in range(n):
        gap = scores - scores[:, [i]]
        above = (gap > TIE).sum(axis=1)
        alike = (np.abs(gap) <= TIE).sum(axis=1)
        for t in np.unique(alike):
            found = np.bincount(above[alike == t], minlength=n)[:n]
            for step in range(int(t)):
                out[i, step:] += found[: n - step] / t
    return out / draws


def first_places(scores: Array) -> Array:
    """Share of the first place that each option takes in each draw, shape (draws, n); ties share it."""
    first = scores >= scores.max(axis=1, keepdims=True) - TIE
    return first / first.sum(axis=1, keepdims=True)


def wins(scores: Array) -> Array:
    """Share of draws in which each option beats each other, ties counting half, shape (n, n); the diagonal is 0.5."""
    n = scores.shape[1]
    out = np.empty((n, n))
    for i in range(n):
        gap = scores[:, [i]] - scores
        out[i] = (gap > TIE).mean(axis=0) + 0.5 * (np.abs(gap) <= TIE).mean(axis=0)
    return out


def ranks(scores: Array) -> Array:
    """Rank of each option, shape (n,); options that tie have the same, the next one is left out (1, 1, 3)."""
    return 1 + (scores[None, :] > scores[:, None] + TIE).sum(axis=1)
