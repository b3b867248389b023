"""The likeliest distribution with one peak over the steps of a scale."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def rising(values: Array) -> Array:
    """The closest rising sequence, by pooling neighbours that fall.

    Parameters
    ----------
    values : array, shape (n,)

    References
    ----------
    Barlow, Bartholomew, Bremner & Brunk (1972) Statistical inference under order restrictions.
    """
    blocks: list[tuple[float, int]] = []
    for value in values:
        blocks.append((float(value), 1))
        while len(blocks) > 1 and blocks[-2][0] >= blocks[-1][0]:
            (after, k), (before, j) = blocks.pop(), blocks.pop()
            blocks.append(((before * j + after * k) / (j + k), j + k))
    return np.array([v for v, k in blocks for _ in range(k)])


def unimodal(counts: Array) -> Array:
    """The likeliest distribution that rises to one step and falls after it.

    Parameters
    ----------
    counts : array, shape (n_steps,)
        How often each step was chosen; at least one.

    Returns
    -------
    array, shape (n_steps,)
        Shares that add up to 1.
    """
    best, likeliest = counts / counts.sum(), -np.inf
    for k in range(len(counts)):
        # Whatever the peak is: some cut leaves it at the end of a rising or at the beginning of a falling part.
        share = np.concatenate([rising(counts[:k]), rising(counts[k:][::-1])[::-1]]) / counts.sum()
        chosen = counts > 0
        fit = float((counts[chosen] * np.log(share[chosen])).sum())
        if fit > likeliest + 1e-12:
            best, likeliest = share, fit
    return best
