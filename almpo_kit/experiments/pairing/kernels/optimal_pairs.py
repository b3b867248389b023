"""The cheapest pairs among all pairs: matched on few edges, and on more until the prices prove it for every pair."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from almpo_kit.experiments.pairing.kernels.distances import greedy_partner, lengths, nearest
from almpo_kit.experiments.pairing.kernels.forest import forest
from almpo_kit.experiments.pairing.kernels.perfect_matching import match_all
from almpo_kit.experiments.pairing.kernels.proof import costs, least_total, too_cheap

Array = np.ndarray[Any, np.dtype[Any]]
#: Nearest rows with which each begins, and pairs added for each in a further round.
_FIRST, _MORE = 10, 10


@dataclass(frozen=True, eq=False)
class Optimal:
    """Partner of each row (−1: left out), total length, that of greedy pairs, and the length below which no pairs can get."""

    partner: Array
    total: float
    greedy: float
    bound: float
    rounds: int


def optimal_partner(rows: Array) -> Optimal:
    """Pairs with the least total distance; of an odd number the one without whom it is least stays out.

    Parameters
    ----------
    rows : Array, shape (n, p)

    Returns
    -------
    Optimal
    """
    n = len(rows)
    by_greed = greedy_partner(rows)
    even = n + n % 2
    farthest = float(np.sqrt(((rows.max(axis=0) - rows.min(axis=0)) ** 2).sum()))
    scale = 2**38 / farthest if farthest > 0 else 1.0
    pairs = _begin(rows, by_greed, even)
    rounds = 0
    while True:
        rounds += 1
        found = forest(*_edges(pairs, costs(rows, scale, pairs), even))
        match_all(found)
        missed = too_cheap(found, rows, scale, _MORE)
        if not len(missed):
            break
        pairs = np.unique(np.concatenate([pairs, missed]), axis=0)
    partner = np.where(found.mate[:n] < n, found.mate[:n], -1)
    # Nobody is as far from everybody: this distance is no part of any total.
    bound = int(least_total(found)) - (n % 2) * 4 * 2**38
    # Prices prove nothing where a circle's is negative; it cannot be, and the proof does not rest on that.
    proven = bound / (4 * scale) if (found.depth >= 0).all() else -np.inf
    return Optimal(partner, _total(rows, partner), _total(rows, by_greed), proven, rounds)


def _begin(rows: Array, by_greed: Array, even: int) -> Array:
    n = len(rows)
    own = np.arange(n)
    # Greedy pairs are there so that the few edges hold a perfect matching at all.
    pairs = [nearest(rows, _FIRST), np.column_stack([own, by_greed])[by_greed >= 0]]
    if even > n:
        pairs.append(np.column_stack([own, np.full(n, n)]))
    return np.unique(np.sort(np.concatenate(pairs), axis=1), axis=0)


def _edges(pairs: Array, cost: Array, n: int) -> tuple[Array, Array, Array]:
    """Each pair both ways, by vertex."""
    source, near = np.concatenate([pairs, pairs[:, ::-1]]).T
    order = np.lexsort((near, source))
    start = np.searchsorted(source[order], np.arange(n + 1))
    return start.astype(np.int64), near[order].astype(np.int64), np.tile(cost, 2)[order]


def _total(rows: Array, partner: Array) -> float:
    one = np.flatnonzero(partner > np.arange(len(rows)))
    return float(lengths(rows, one, partner[one]).sum())
