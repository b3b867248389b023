"""Labels dealt out again within strata, and what a difference of means becomes."""

from __future__ import annotations

from typing import Any

import numpy as np

Real = np.ndarray[Any, np.dtype[np.float64]]
Whole = np.ndarray[Any, np.dtype[np.intp]]


def dealt_again(labels: Whole, stratum: Whole, by_stratum: Whole, rng: np.random.Generator) -> Whole:
    """The labels of each stratum in another order, all orders alike probable.

    Parameters
    ----------
    labels : array of int, shape (m,)
    stratum : array of int, shape (m,)
    by_stratum : array of int, shape (m,)
        ``argsort(stratum, kind="stable")``.
    """
    found = np.empty_like(labels)
    found[np.argsort(stratum + rng.random(len(stratum)))] = labels[by_stratum]
    return found


def sums(treated: Any, stratum: Whole, strata: int, columns: Real) -> Real:
    """Sums of columns by stratum and arm, shape (2, strata, k); arm 1 is the treated."""
    cell = stratum + strata * treated
    found = [np.bincount(cell, c, minlength=2 * strata) for c in columns]
    return np.stack(found, axis=-1).reshape(2, strata, len(columns))


def difference(total: Real, share: Real) -> Real:
    """Difference of weighted means, averaged over strata, of each variable.

    Parameters
    ----------
    total : array, shape (2, strata, 1 + k)
        Sums of weights, and of weight times variable.
    share : array, shape (strata,)
        Weight of each stratum; strata in which an arm is empty play no part.

    Returns
    -------
    array, shape (k,)
    """
    there = (total[:, :, 0] > 0).all(axis=0)
    kept = total[:, there]
    means = kept[:, :, 1:] / kept[:, :, :1]
    weight = share[there]
    made: Real = (weight[:, None] * (means[1] - means[0])).sum(axis=0) / weight.sum()
    return made


def variance_parts(total: Real, share: Real) -> Real:
    """Variance of the difference for ``y − τ z`` as ``a + b τ + c τ²``: unequal variances, arms within strata.

    Parameters
    ----------
    total : array, shape (2, strata, 6)
        Sums of 1 and of ``y, z, y², yz, z²`` over units.
    share : array, shape (strata,)

    Returns
    -------
    array, shape (3,)
        ``a, b, c``; strata in which an arm has fewer than two units play no part.
    """
    n = total[:, :, 0]
    there = (n >= 2).all(axis=0)
    n, kept = n[:, there], total[:, there]
    weight = share[there] / max(share[(total[:, :, 0] > 0).all(axis=0)].sum(), 1e-300)
    y, z, yy, yz, zz = (kept[:, :, i] for i in range(1, 6))
    scale = weight**2 / (n * (n - 1))
    return np.array(
        [
            (scale * (yy - y * y / n)).sum(),
            -2 * (scale * (yz - y * z / n)).sum(),
            (scale * (zz - z * z / n)).sum(),
        ]
    )


def variance_between(total: Real) -> Real:
    """The same from how differences vary between strata, each counting once: for pairs, which have one unit of each arm.

    Parameters
    ----------
    total : array, shape (2, strata, 6)
        See :func:`variance_parts`; strata in which an arm is empty play no part.

    Returns
    -------
    array, shape (3,)
        ``a, b, c``; all 0 where there are fewer than two strata.
    """
    there = (total[:, :, 0] > 0).all(axis=0)
    mean = total[:, there, 1:3] / total[:, there, :1]
    gap = mean[1] - mean[0]
    n = len(gap)
    if n < 2:
        return np.zeros(3)
    y, z = (gap - gap.mean(axis=0)).T
    return np.array([y @ y, -2 * (y @ z), z @ z]) / (n * (n - 1))
