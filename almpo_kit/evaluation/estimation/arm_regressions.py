"""Regressions with slopes of their own in each arm, or with common ones; strata as indicators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.evaluation.inference.cluster_robust import Part, Robust, least_squares, separate_regressions
from almpo_kit.vocabulary.errors import DesignError

Array = np.ndarray[Any, np.dtype[Any]]
#: Numbers that indicators of strata may take up: half a gigabyte.
_LARGEST = 60_000_000


def with_strata(sample: Sample, covariates: bool = True) -> Array:
    """Covariates and indicators of all strata but the first, shape (n, q).

    Raises
    ------
    DesignError
        Too many strata for indicators.
    """
    x = sample.covariates if covariates else np.empty((len(sample), 0))
    if sample.block is None:
        return x
    count = int(sample.block.max()) + 1
    if count * len(sample) > _LARGEST:
        raise DesignError(
            f"{count} strata of {len(sample)} persons are too many for indicators; join strata, or name them as "
            'clusters too and use method="difference" without block.'
        )
    marks = (sample.block[:, None] == np.arange(1, count)).astype(float)
    return np.hstack([x, marks]) if x.shape[1] else marks


def by_arm(
    sample: Sample, x: Array, contrasts: Sequence[tuple[str, str]], centres: Sequence[Array]
) -> Robust:
    """Own slopes in each arm, outcomes compared at given covariates (Lin's regression at the mean of all).

    Parameters
    ----------
    x : Array, shape (n, q)
    centres : sequence of Array, shape (q,)
        For each contrast, the covariates at which arms are compared.
    """
    told = []
    for (a, b), centre in zip(contrasts, centres, strict=True):
        first = np.eye(1, x.shape[1] + 1)
        parts = [
            Part(np.flatnonzero(sample.arm == sample.arms.index(arm)), x, centre, True, sign * first)
            for arm, sign in ((a, 1.0), (b, -1.0))
        ]
        told.append(separate_regressions(parts, sample.outcome, sample.cluster, sample.weight))
    return Robust(*(np.concatenate(t) for t in zip(*told, strict=True)))


def common(sample: Sample, x: Array, contrasts: Sequence[tuple[str, str]]) -> Robust:
    """One indicator an arm, common slopes."""
    k = len(sample.arms)
    held = np.flatnonzero(np.bincount(sample.arm, minlength=k) > 0)
    arms = (sample.arm[:, None] == held).astype(float)
    told = np.zeros((len(contrasts), len(held) + x.shape[1]))
    for i, (a, b) in enumerate(contrasts):
        told[i, np.searchsorted(held, sample.arms.index(a))] = 1.0
        told[i, np.searchsorted(held, sample.arms.index(b))] = -1.0
    design = np.hstack([arms, x - x.mean(axis=0)]) if x.shape[1] else arms
    return least_squares(design, sample.outcome, sample.cluster, sample.weight, told)


def arm_means(sample: Sample, arm: str) -> Array:
    """Weighted mean outcome of an arm, shape (h,)."""
    rows = sample.arm == sample.arms.index(arm)
    y, w = sample.outcome[rows], sample.weight[rows][:, None]
    known = ~np.isnan(y)
    total = (known * w).sum(axis=0)
    mean: Array = np.divide(
        np.where(known, y * w, 0.0).sum(axis=0), total, out=np.full(len(total), np.nan), where=total > 0
    )
    return mean


def room_for_slopes(sample: Sample, q: int, needed: int = 5) -> bool:
    """Whether every arm has ``needed`` units a column, so that it can have slopes of its own.

    A unit is a cluster where clusters lie in one arm only, else a person.
    """
    arms = np.bincount(sample.arm, minlength=len(sample.arms))
    if sample.clustered:
        pairs = np.unique(np.stack([sample.arm, sample.cluster]), axis=1)
        whole = len(np.unique(sample.cluster)) == pairs.shape[1]
        if whole:
            arms = np.bincount(pairs[0], minlength=len(sample.arms))
    return bool(arms[arms > 0].min() >= needed * (q + 1))


def steady_columns(sample: Sample, x: Array) -> Array:
    """Columns of ``x`` that vary within every arm that has anybody, shape (q,) of bool.

    What is the same for everybody in one arm has no slope there.
    """
    keep = np.ones(x.shape[1], dtype=bool)
    for a in np.unique(sample.arm):
        rows = sample.arm == a
        for j in np.flatnonzero(keep):
            keep[j] = bool(np.ptp(x[rows, j]) > 0)
    return keep
