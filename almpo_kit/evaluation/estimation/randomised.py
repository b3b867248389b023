"""Trials: differences in means, and the same adjusted for covariates and strata."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.evaluation.estimation.arm_regressions import (
    arm_means,
    by_arm,
    common,
    room_for_slopes,
    steady_columns,
    with_strata,
)
from almpo_kit.evaluation.estimation.counts import contrast_counts
from almpo_kit.evaluation.estimation.followed import known_in_both
from almpo_kit.evaluation.inference.cluster_robust import Robust
from almpo_kit.evaluation.inference.fit import Fit
from almpo_kit.evaluation.protocol.results import Overlap
from almpo_kit.vocabulary.finding import Check

Array = np.ndarray[Any, np.dtype[Any]]
Contrasts = Sequence[tuple[str, str]]


def difference(
    overlap: Overlap, sample: Sample, *, estimand: str, contrasts: Contrasts, **unused: Any
) -> Fit:
    """Differences in mean outcomes (within strata, in a trial that has them), with Neyman's standard error.

    Where persons were assigned one by one the standard error is HC2, which is Neyman's (and Welch's); where clusters
    were, CR2. In a design that is not a trial this is the naive comparison, and a check says so.

    Returns
    -------
    Fit
    """
    trial = overlap.design.plan.assignment == "rct"
    x = with_strata(sample, covariates=False) if trial else np.empty((len(sample), 0))
    robust, checks = _compared(sample, x, contrasts)
    if not trial:
        checks = (_NAIVE, *checks)
    return _fit(sample, contrasts, robust, "itt" if trial else estimand, checks)


def adjusted(overlap: Overlap, sample: Sample, *, estimand: str, contrasts: Contrasts, **unused: Any) -> Fit:
    """Lin's regression: slopes of covariates and strata of their own in each arm, arms compared at the mean of all.

    Adjustment cannot make it less precise in large samples, whatever the true relation. Where an arm has fewer than
    five persons (or clusters, if those were assigned) a column, or lacks a stratum, slopes are common to all arms.

    Returns
    -------
    Fit

    References
    ----------
    Lin (2013) Ann. Appl. Stat. 7, 295-318; Imbens and Kolesár (2016) Rev. Econ. Stat. 98, 701-712 for the degrees of
    freedom.
    """
    robust, checks = _compared(sample, with_strata(sample), contrasts)
    if estimand not in ("itt", "ate"):
        checks = (*checks, _OFFERED)
    return _fit(sample, contrasts, robust, "ate" if estimand == "ate" else "itt", checks)


_NAIVE = Check(
    "naive_comparison",
    "failed",
    "This difference adjusts for nothing: it mixes the effect with every other difference between the groups.",
)
_OFFERED = Check(
    "estimand_changed",
    "informational",
    'Comparing the groups as drawn gives the effect of the offer (ITT); for those who took it up, use method="two_stage".',
)


def _compared(sample: Sample, x: Array, contrasts: Contrasts) -> tuple[Robust, tuple[Check, ...]]:
    x = x[:, steady_columns(sample, x)]
    if not x.shape[1]:
        return common(sample, x, contrasts), ()
    if _strata_filled(sample) and room_for_slopes(sample, x.shape[1]):
        centre = np.average(x, axis=0, weights=sample.weight)
        robust = by_arm(sample, x, contrasts, [centre] * len(contrasts))
        # An outcome that nobody of an arm has says nothing about slopes of the others.
        if np.isfinite(robust.estimate[known_in_both(sample, contrasts)]).all():
            return robust, ()
    return common(sample, x, contrasts), (_COMMON,)


_COMMON = Check(
    "common_slopes",
    "informational",
    "Covariates and strata move outcomes equally in all arms by assumption, because an arm has too few people (or "
    "clusters) for slopes of its own; strata count by how evenly they are split between the arms.",
)


def _strata_filled(sample: Sample) -> bool:
    """Whether every stratum has at least two persons in every arm."""
    if sample.block is None:
        return True
    k = len(sample.arms)
    held = np.bincount(sample.block * k + sample.arm, minlength=(int(sample.block.max()) + 1) * k)
    return bool(held.min() >= 2)


def _fit(
    sample: Sample, contrasts: Contrasts, robust: Robust, estimand: str, checks: tuple[Check, ...]
) -> Fit:
    return Fit(
        contrasts=tuple(contrasts),
        estimate=robust.estimate,
        covariance=robust.covariance,
        df=robust.df,
        comparison_mean=np.array([arm_means(sample, b) for _, b in contrasts]),
        **contrast_counts(sample, contrasts),
        estimand=estimand,
        se_kind="CR2 by cluster" if sample.clustered else "HC2",
        checks=checks,
    )
