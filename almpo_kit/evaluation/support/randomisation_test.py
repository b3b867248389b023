"""Would chance alone have made the groups as different as they are? Kernels on arrays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

#: Up to so many units the assignment is drawn anew; with more the limiting distribution is as good.
DRAWN_UP_TO = 2000
DRAWS = 1999


@dataclass(frozen=True)
class ChanceTest:
    """Overall distance of covariate means between arms, against what re-drawing the assignment gives.

    ``statistic`` is chi-squared with ``df`` degrees of freedom in large trials; ``drawn`` says whether ``p_value``
    comes from draws of the assignment.
    """

    statistic: float
    df: int
    p_value: float
    units: int
    drawn: bool


def units_of(x: Array, arm: Array, cluster: Array, block: Array | None) -> tuple[Array, Array, Array]:
    """What was assigned: whole clusters where no cluster is in two arms, else single rows.

    Returns
    -------
    (Array of shape (m, p), Array of int (m,), Array of int (m,))
        Totals of the covariates (and, for clusters, their size), arm and block of every unit.
    """
    strata = np.zeros(len(arm), dtype=np.int64) if block is None else block
    count = int(cluster.max(initial=-1)) + 1
    first = np.full(count, len(arm))
    np.minimum.at(first, cluster, np.arange(len(arm)))
    whole = count < len(arm) and bool((arm == arm[first][cluster]).all())
    if not whole:
        return x, arm, strata
    sizes = np.bincount(cluster, minlength=count)[:, None].astype(float)
    centred = x - x.mean(axis=0)
    totals = (
        np.column_stack([np.bincount(cluster, c, minlength=count) for c in centred.T]) if x.size else x[:0]
    )
    return np.hstack([totals, sizes]) if x.size else sizes, arm[first], strata[first]


def chance_test(
    x: Array, arm: Array, block: Array, k: int, seed: int, progress: Callable[[int, int], None] | None = None
) -> ChanceTest:
    """Test that covariates have nothing to do with the arm, within blocks.

    Parameters
    ----------
    x : Array, shape (m, p)
        Of units.
    arm, block : Array of int, shape (m,)
    k : int
        Number of arms.
    seed : int

    References
    ----------
    Hansen and Bowers (2008) Stat. Sci. 23, 219-236, carried to several arms with the covariance that random assignment
    within blocks gives the totals of all arms.
    """
    u, root, df = _whitened(x, arm, block, k)
    if df == 0:
        return ChanceTest(0.0, 0, 1.0, len(arm), False)

    def distance(assigned: Array) -> float:
        totals = np.stack([u[assigned == j].sum(axis=0) for j in range(1, k)]).ravel()
        return float(np.sum((totals @ root) ** 2))

    observed = distance(arm)
    if len(arm) > DRAWN_UP_TO:
        from scipy.stats import chi2

        return ChanceTest(observed, df, float(chi2.sf(observed, df)), len(arm), False)
    rng = np.random.default_rng(np.random.SeedSequence(seed))
    by_block = np.argsort(block, kind="stable")
    labels, sorted_block = arm[by_block], block[by_block]
    as_far = 0
    for draw in range(DRAWS):
        assigned = np.empty_like(arm)
        assigned[by_block] = labels[np.lexsort((rng.random(len(arm)), sorted_block))]
        # Equal up to rounding is as far: some assignments are the observed one again.
        as_far += distance(assigned) >= observed * (1 - 1e-10)
        if progress is not None and (draw + 1) % 200 == 0:
            progress(draw + 1, DRAWS)
    return ChanceTest(observed, df, (1 + as_far) / (1 + DRAWS), len(arm), True)


def _whitened(x: Array, arm: Array, block: Array, k: int) -> tuple[Array, Array, int]:
    """Covariates centred in blocks, a root of the inverse covariance of arms' totals, and its rank."""
    count = int(block.max(initial=-1)) + 1
    sizes = np.bincount(block, minlength=count).astype(float)
    spread = x.std(axis=0)
    x = x[:, spread > 1e-12 * np.maximum(1.0, np.abs(x).max(axis=0, initial=0.0))]
    if x.shape[1] == 0:
        return x, np.empty((0, 0)), 0
    x = (x - x.mean(axis=0)) / x.std(axis=0)
    u = np.column_stack([c - (np.bincount(block, c, minlength=count) / sizes)[block] for c in x.T])
    held = np.bincount(block * k + arm, minlength=count * k).reshape(count, k)
    room = np.maximum(sizes - 1, 1.0)
    p = u.shape[1]
    covariance = np.zeros(((k - 1) * p, (k - 1) * p))
    for j in range(1, k):
        for other in range(j, k):
            share = (held[:, j] * (j == other) - held[:, j] * held[:, other] / sizes) / room
            part = (u * share[block][:, None]).T @ u
            rows, columns = slice((j - 1) * p, j * p), slice((other - 1) * p, other * p)
            covariance[rows, columns] = part
            covariance[columns, rows] = part.T
    values, vectors = np.linalg.eigh(covariance)
    good = values > 1e-9 * max(float(values[-1]), 1e-300)
    root = vectors[:, good] / np.sqrt(values[good])
    return u, root, int(good.sum())
