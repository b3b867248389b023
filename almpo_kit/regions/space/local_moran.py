"""Local Moran statistics and their conditional permutation test, exact in law and fast.

The test holds the value of region i fixed and deals the other n − 1 values to its k neighbours, every arrangement
equally likely (Anselin 1995). It need not be simulated region by region. Take one uniform permutation of *all* n
regions and strike out i: what remains is a uniform permutation of the others, so its first k places are a fair hand for
i. One stream of permutations therefore serves every region, and

- where the neighbours of i weigh the same, the statistic depends on the sum of the hand alone. Sums of the first k
  places are cumulative sums; those of all permutations are sorted once for each k, and one binary search a region counts
  both tails. The few permutations in which i itself is among the first k (a share k/n) are counted again with i struck
  out and the next place drawn in.
- where they weigh differently, the hand is weighed region by region in blocks, with the same correction.

For each region the draws are independent and uniform, so each p-value is that of the ordinary test. Between regions
they are dependent, as they are in esda, which shares one set of draws too. For P permutations and k at most K the first
way costs P·K draws and K sorts of P numbers, whatever n is, instead of n·P·k.

References
----------
Anselin (1995) Geographical Analysis 27, 93-115. Sokal, Oden and Thomson (1998) Geographical Analysis 30, 331-354
(moments under conditional randomisation).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from almpo_kit.regions.space.draws import first_places
from almpo_kit.regions.space.moran import TIE, two_sided

#: Sums held at once for regions whose neighbours weigh differently.
_CACHED = 32_768


class LocalMoran(NamedTuple):
    """Local statistics, each of shape (n,): value, expectation and variance under conditional randomisation."""

    i: np.ndarray
    lag: np.ndarray
    expected: np.ndarray
    variance: np.ndarray


def local_moran(values: np.ndarray, matrix: Any) -> LocalMoran:
    """Local Moran statistics ``z_i / m2 · Σ_j w_ij z_j`` with ``m2 = Σ z² / n``.

    Parameters
    ----------
    values : array, shape (n,)
        Not constant.
    matrix : csr_array, shape (n, n)
        Weights as used.
    """
    n = len(values)
    z = values - values.mean()
    m2 = float(z @ z) / n
    lag = matrix @ z
    total = np.asarray(matrix.sum(axis=1)).ravel()
    squares = np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel()
    expected = -(z**2) * total / ((n - 1) * m2)
    variance = (z / m2) ** 2 * n / (n - 2) * (squares - total**2 / (n - 1)) * (m2 - z**2 / (n - 1))
    return LocalMoran(z / m2 * lag, lag, expected, variance)


def local_p(values: np.ndarray, matrix: Any, permutations: int, seed: int) -> np.ndarray:
    """Two-sided conditional permutation p-values.

    Parameters
    ----------
    values : array, shape (n,)
    matrix : csr_array, shape (n, n)
        Any non-negative weights; nothing on the diagonal, fewer than n neighbours a row.
    permutations : int
    seed : int

    Returns
    -------
    array, shape (n,)
        ``min(1, 2 · (draws in the smaller tail + 1) / (permutations + 1))``, draws equal to the data counted in both
        tails. 1 where the region's own value is the mean: its statistic is zero however the others are dealt. NaN for a
        region without neighbours.
    """
    z = values - values.mean()
    z = z / np.abs(z).max()
    counts = np.diff(matrix.indptr)
    tails = np.zeros((2, len(z)), dtype=np.int64)
    equal, unequal = _groups(matrix)
    limits = _limits(z, equal)
    for block in first_places(len(z), int(counts.max()) + 1, permutations, seed):
        drawn = z[block]
        if equal:
            _count_equal(equal, limits, z, block, np.cumsum(drawn, axis=0), tails)
        for group in unequal:
            _count_unequal(group, z, block, drawn, tails)
    p = two_sided(tails[0], tails[1], permutations)
    # The statistic of a region with a negative value falls as its lag rises: the tails change places, not the p-value.
    p[np.abs(z) <= TIE] = 1.0
    p[counts == 0] = np.nan
    return p


class _Group(NamedTuple):
    """Regions with k neighbours each: positions (m,), neighbours (m, k), and weights (m, k) that add to one."""

    k: int
    at: np.ndarray
    neighbours: np.ndarray
    weights: np.ndarray


def _groups(matrix: Any) -> tuple[list[_Group], list[_Group]]:
    """Regions by number of neighbours: those whose neighbours weigh the same, and the others."""
    counts, start = np.diff(matrix.indptr), matrix.indptr[:-1]
    equal: list[_Group] = []
    unequal: list[_Group] = []
    for k in np.unique(counts[counts > 0]):
        at = np.flatnonzero(counts == k)
        cells = start[at][:, None] + np.arange(k)
        neighbours, weights = matrix.indices[cells], matrix.data[cells]
        same = np.ptp(weights, axis=1) <= 1e-12 * weights.max(axis=1)
        weights = weights / weights.sum(axis=1, keepdims=True)
        for rows, groups in ((same, equal), (~same, unequal)):
            if rows.any():
                groups.append(_Group(int(k), at[rows], neighbours[rows], weights[rows]))
    return equal, unequal


def _limits(z: np.ndarray, groups: list[_Group]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Per region: number of neighbours (0 for regions of no group), and the sum of their values less and plus a tie."""
    k, low, high = np.zeros(len(z), dtype=np.int64), np.zeros(len(z)), np.zeros(len(z))
    for group in groups:
        observed = z[group.neighbours].sum(axis=1)
        k[group.at] = group.k
        low[group.at], high[group.at] = observed - TIE * group.k, observed + TIE * group.k
    return k, low, high


def _count_equal(
    groups: list[_Group],
    limits: tuple[np.ndarray, np.ndarray, np.ndarray],
    z: np.ndarray,
    block: np.ndarray,
    sums: np.ndarray,
    tails: np.ndarray,
) -> None:
    """Count both tails for all regions whose neighbours weigh the same; ``sums`` are cumulative, shape as ``block``."""
    k, low, high = limits
    for group in groups:
        ordered = np.sort(sums[group.k - 1])
        tails[0, group.at] += len(ordered) - np.searchsorted(ordered, low[group.at], side="left")
        tails[1, group.at] += np.searchsorted(ordered, high[group.at], side="right")
    # Count again, with the region struck out, where it is itself among its first k places.
    place, column = np.nonzero(k[block] > np.arange(len(block))[:, None])
    region = block[place, column]
    old = sums[k[region] - 1, column]
    new = sums[k[region], column] - z[region]
    _recount(region, old, new, (low[region], high[region]), tails)


def _recount(
    region: np.ndarray,
    old: np.ndarray,
    new: np.ndarray,
    limits: tuple[np.ndarray, np.ndarray],
    tails: np.ndarray,
) -> None:
    """Replace the sums that dealt a region to itself by those without it."""
    low, high = limits
    n = tails.shape[1]
    tails[0] += np.bincount(region[new >= low], minlength=n) - np.bincount(region[old >= low], minlength=n)
    tails[1] += np.bincount(region[new <= high], minlength=n) - np.bincount(region[old <= high], minlength=n)


def _count_unequal(
    group: _Group, z: np.ndarray, block: np.ndarray, drawn: np.ndarray, tails: np.ndarray
) -> None:
    """Count both tails for regions whose neighbours weigh differently."""
    k, weights = group.k, group.weights
    observed = (z[group.neighbours] * weights).sum(axis=1)
    low, high = observed - TIE, observed + TIE
    place_of = np.full(len(z), -1)
    place_of[group.at] = np.arange(len(group.at))
    place, column = np.nonzero(place_of[block[:k]] >= 0)
    member = place_of[block[place, column]]
    old = np.empty(len(column))
    # Added up place by place and not by a matrix product, whose rounding depends on the number of threads; in parts
    # that stay in the processor's cache.
    part = max(1, _CACHED // len(group.at))
    for start in range(0, block.shape[1], part):
        hands = drawn[:k, start : start + part]
        lag = weights[:, :1] * hands[0]
        step = np.empty_like(lag)
        for j in range(1, k):
            np.multiply(weights[:, j : j + 1], hands[j], out=step)
            lag += step
        tails[0, group.at] += np.count_nonzero(lag >= low[:, None], axis=1)
        tails[1, group.at] += np.count_nonzero(lag <= high[:, None], axis=1)
        inside = (column >= start) & (column < start + part)
        old[inside] = lag[member[inside], column[inside] - start]
    # With the region struck out, every place from its own on is taken by the next.
    shifted = np.arange(k) + (np.arange(k) >= place[:, None])
    new = (drawn[shifted, column[:, None]] * weights[member]).sum(axis=1)
    _recount(group.at[member], old, new, (low[member], high[member]), tails)
