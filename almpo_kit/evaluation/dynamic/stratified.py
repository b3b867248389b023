"""Differences of means and of rates inside strata, with errors of persons who stand in several of them. Kernels."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def stratified_difference(
    y: Array, treated: Array, stratum: Array, cluster: Array
) -> tuple[float, float, float]:
    """Mean of the treated less that of the others of the same stratum, over the strata of the treated.

    Parameters
    ----------
    y : Array, shape (n,)
        NaN where missing; such rows do not count.
    treated : Array of bool, shape (n,)
    stratum, cluster : Array of int, shape (n,)

    Returns
    -------
    (float, float, float)
        Difference, cluster-robust standard error, mean of the others in the strata of the treated. Strata that lack
        either side do not count; NaN where none is left.
    """
    y, treated, stratum, cluster = (a[~np.isnan(y)] for a in (y, treated, stratum, cluster))
    _, s = np.unique(stratum, return_inverse=True)
    k = int(s.max(initial=-1)) + 1
    n1, n0 = (
        np.bincount(s, weights=w, minlength=k) for w in (treated.astype(float), (~treated).astype(float))
    )
    both = (n1 > 0) & (n0 > 0)
    total = n1[both].sum()
    if not total:
        return np.nan, np.nan, np.nan
    m1, m0 = (
        np.bincount(s, weights=np.where(w, y, 0.0), minlength=k) / np.maximum(n, 1)
        for w, n in ((treated, n1), (~treated, n0))
    )
    base = float((n1 * m0)[both].sum() / total)
    gap = float((n1 * (m1 - m0))[both].sum() / total)
    # Each row's pull on the difference; the treated mean moves with the mix of strata too.
    pull = np.where(treated, y - m0[s] - gap, -(n1 / np.maximum(n0, 1))[s] * (y - m0[s])) / total
    _, c = np.unique(cluster, return_inverse=True)
    by_cluster = np.bincount(c, weights=np.where(both[s], pull, 0.0))
    return gap, float(np.sqrt((by_cluster**2).sum())), base


def rate_ratio(events: Array, marked: Array, stratum: Array) -> tuple[float, float, float]:
    """Events of marked person-months beside those expected at the rates of all in the same stratum.

    Parameters
    ----------
    events, marked : Array of bool, shape (n,)
    stratum : Array of int, shape (n,)

    Returns
    -------
    (float, float, float)
        Observed, expected, and the log-rank statistic z.

    References
    ----------
    Mantel (1966) Cancer Chemother. Rep. 50, 163-170.
    """
    _, s = np.unique(stratum, return_inverse=True)
    k = int(s.max(initial=-1)) + 1
    n = np.bincount(s, minlength=k).astype(float)
    n1 = np.bincount(s, weights=marked.astype(float), minlength=k)
    d = np.bincount(s, weights=events.astype(float), minlength=k)
    share = n1 / np.maximum(n, 1)
    observed = float((events & marked).sum())
    expected = float((d * share).sum())
    variance = float((d * share * (1 - share) * (n - d) / np.maximum(n - 1, 1)).sum())
    return observed, expected, (observed - expected) / np.sqrt(variance) if variance > 0 else np.nan
