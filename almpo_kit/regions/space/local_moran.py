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
    at_least, at_most = np.zeros(len(z), dtype=np.int64), np.zeros(len(z), dtype=np.int64)
    groups = _groups(matrix)
    # Ours is the sum of a row's weights, so that a tie is a tie in the units of the lag.
    for block in first_places(len(z), int(counts.max()) + 1, permutations, seed):
        drawn = z[block]
        sums = np.cumsum(drawn, axis=1)
        for group in groups:
            tally = _equal if group.weights is None else _unequal
            tally(group, z, block, drawn, sums, (at_least, at_most))
    p = two_sided(at_least, at_most, permutations)
    # The statistic of a region with a negative value falls as its lag rises: the tails change places, not the p-value.
    p[np.abs(z) <= TIE] = 1.0
    p[counts == 0] = np.nan
    return p


class _Group(NamedTuple):
    """Regions with k neighbours each: positions (m,), neighbours (m, k), weights (m, k) or None where equal in a row."""

    k: int
    at: np.ndarray
    neighbours: np.ndarray
    weights: np.ndarray | None


def _groups(matrix: Any) -> list[_Group]:
    counts, start = np.diff(matrix.indptr), matrix.indptr[:-1]
    groups = []
    for k in np.unique(counts[counts > 0]):
        at = np.flatnonzero(counts == k)
        cells = start[at][:, None] + np.arange(k)
        neighbours, weights = matrix.indices[cells], matrix.data[cells]
        equal = np.ptp(weights, axis=1) <= 1e-12 * weights.max(axis=1)
        for one in (True, False):
            rows = equal == one
            if rows.any():
                scaled = None if one else weights[rows] / weights[rows].sum(axis=1, keepdims=True)
                groups.append(_Group(int(k), at[rows], neighbours[rows], scaled))
    return groups


Tails = tuple[np.ndarray, np.ndarray]


def _struck_out(group: _Group, block: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Where a member of the group is itself among the first k places: (permutation, place, position in the group)."""
    place_of = np.full(n, -1)
    place_of[group.at] = np.arange(len(group.at))
    member = place_of[block[:, : group.k]]
    row, place = np.nonzero(member >= 0)
    return row, place, member[row, place]


def _recount(
    group: _Group, member: np.ndarray, old: np.ndarray, new: np.ndarray, limits: Tails, tails: Tails
) -> None:
    """Replace the sums that dealt a region to itself by those without it."""
    low, high = limits[0][member], limits[1][member]
    more = (new >= low).astype(int) - (old >= low)
    less = (new <= high).astype(int) - (old <= high)
    tails[0][group.at] += np.bincount(member, more, len(group.at)).astype(np.int64)
    tails[1][group.at] += np.bincount(member, less, len(group.at)).astype(np.int64)


def _equal(
    group: _Group, z: np.ndarray, block: np.ndarray, drawn: np.ndarray, sums: np.ndarray, tails: Tails
) -> None:
    """Count both tails for regions whose neighbours weigh the same."""
    k, base = group.k, sums[:, group.k - 1]
    observed = z[group.neighbours].sum(axis=1)
    limits = observed - TIE * k, observed + TIE * k
    ordered = np.sort(base)
    tails[0][group.at] += len(base) - np.searchsorted(ordered, limits[0], side="left")
    tails[1][group.at] += np.searchsorted(ordered, limits[1], side="right")
    row, _, member = _struck_out(group, block, len(z))
    without = sums[row, k] - z[group.at[member]]
    _recount(group, member, base[row], without, limits, tails)


def _unequal(
    group: _Group, z: np.ndarray, block: np.ndarray, drawn: np.ndarray, sums: np.ndarray, tails: Tails
) -> None:
    """Count both tails for regions whose neighbours weigh differently."""
    k, weights = group.k, group.weights
    assert weights is not None
    observed = (z[group.neighbours] * weights).sum(axis=1)
    limits = observed - TIE, observed + TIE
    row, place, member = _struck_out(group, block, len(z))
    old = np.empty(len(row))
    # Added up place by place and not by a matrix product, whose rounding depends on the number of threads.
    chunk = max(1, 65_536 // len(group.at))
    for start in range(0, len(block), chunk):
        part = drawn[start : start + chunk]
        lag = part[:, :1] * weights[:, 0]
        for j in range(1, k):
            lag += part[:, j : j + 1] * weights[:, j]
        tails[0][group.at] += (lag >= limits[0]).sum(axis=0)
        tails[1][group.at] += (lag <= limits[1]).sum(axis=0)
        inside = (row >= start) & (row < start + chunk)
        old[inside] = lag[row[inside] - start, member[inside]]
    # With the region struck out, every place from its own on is taken by the next.
    shifted = np.arange(k) + (np.arange(k) >= place[:, None])
    new = (drawn[row[:, None], shifted] * weights[member]).sum(axis=1)
    _recount(group, member, old, new, limits, tails)
